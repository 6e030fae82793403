// One evaluation of a path: where it began, and who pays for it.

import type { Json } from '../../base/json.ts';
import type { Meter } from '../../base/meter.ts';
import { StateError } from '../../base/state-error.ts';
import type { Payer } from '../regex/regex.ts';

export interface Run {
  /** What `$` is inside filters and arguments. */
  readonly root: Json;
  readonly meter: Meter;
}

/** @returns undefined when a definite path leads nowhere; an array when it is indefinite. */
export type Reader = (node: Json, run: Run) => Json | undefined;

/** Pays for the search of a regular expression. */
export function payerOf({ meter }: Run): Payer {
  return {
    charge: (units) => meter.charge(units),
    full: () => {
      throw new StateError('States.Runtime', 'The regular expression of the path needs too much memory.');
    },
  };
}
