// Bounds of one expression. AWS stops an expression after one second, at a depth of 100 and at about 7 MB;
// pure code has no clock, so time is counted in work units (base/meter.ts).

import { EVALUATION_BYTES, EVALUATION_UNITS } from '../../base/meter.ts';
import { EvaluationError } from './errors.ts';

/** Nesting of evaluations: operators inside calls inside blocks, one more for each; tail calls add nothing. */
export const MAX_DEPTH = 100;
/** Size of one value: 1 for a character, 8 for a number. */
export const MAX_VALUE_SIZE = 6_990_256;
/** Longest array: as many numbers as `MAX_VALUE_SIZE` allows. */
export const MAX_LIST = Math.floor(MAX_VALUE_SIZE / 8);
/** Longest result of `$range`. */
export const MAX_RANGE = 360_145;
/** Levels of data that functions walk through. */
export const MAX_DATA_DEPTH = 1_000;
/** Levels of syntax that the parser reads. */
export const MAX_SYNTAX_DEPTH = 500;
/** Longest expression: the largest definition there is. */
export const MAX_SOURCE = 1_048_576;
/** Longest picture string of the formatting functions. */
export const MAX_PICTURE = 1_000;

export interface Bounds {
  /** Work units. */
  readonly units: number;
  /** Bytes made in all. */
  readonly bytes: number;
  readonly depth: number;
  readonly valueSize: number;
}

export const SERVICE_BOUNDS: Bounds = {
  units: EVALUATION_UNITS,
  bytes: EVALUATION_BYTES,
  depth: MAX_DEPTH,
  valueSize: MAX_VALUE_SIZE,
};

export function timedOut(): never {
  throw new EvaluationError('U1001', 'Expression evaluation timeout');
}

export function outOfMemory(): never {
  throw new EvaluationError('', 'Expression evaluation memory limit exceeded');
}

export function tooDeep(depth: number, max: number): never {
  throw new EvaluationError(
    'U1001',
    `Stack overflow error: Check for non-terminating recursive function.  Consider rewriting as tail-recursive. Depth=${depth} max=${max}`,
  );
}
