// What keeps a template from being taken: where it stands, what was expected, and what to give.

import { shownPath } from '../config/shown-path.ts';

export interface Place {
  /** Absolute path. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
}

/** The message begins with the place: `template.yaml:12:7: …`. */
export class TemplateProblem extends Error {
  override readonly name = 'TemplateProblem';
  readonly place: Place;
  constructor(place: Place, reason: string) {
    super(`${shownPath(place.file)}:${place.line}:${place.column}: ${reason}`);
    this.place = place;
  }
}
