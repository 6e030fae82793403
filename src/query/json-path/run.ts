// One evaluation of a path: where it began, and how much work it may still do.

import type { Json } from '../../base/json.ts';
import { StateError } from '../../base/state-error.ts';

export interface Run {
  /** What `$` is inside filters and arguments. */
  readonly root: Json;
  /** Nodes that may still be looked at. */
  visits: number;
}

/** @returns undefined when a definite path leads nowhere; an array when it is indefinite. */
export type Reader = (node: Json, run: Run) => Json | undefined;

/** Scans and lists compared with lists look at a node again and again; beyond this, about a second, a path fails. */
export const MAX_VISITS = 5_000_000;

/** @throws StateError when the path has used up its visits. */
export function spend(run: Run, nodes: number): void {
  run.visits -= nodes;
  if (run.visits < 0) outOfReach();
}

export function outOfReach(): never {
  throw new StateError('States.Runtime', `The path visits more than ${MAX_VISITS} nodes of the document.`);
}
