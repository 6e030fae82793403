// A compiled JSONata expression. The type that fields hold; `compile.ts` makes it.

import type { Json } from '../../base/json.ts';
import type { Scope } from '../scope.ts';

export interface Expression {
  /** Trimmed text between `{%` and `%}`, as causes print it. */
  readonly source: string;
  /**
   * @returns the JSON value (plain data: no `sequence` marks, no null prototypes, no functions, no non-finite numbers).
   * @throws StateError States.QueryEvaluationError with the complete cause of jsonata.md §8 and the location given at
   *   compile time: undefined result, thrown error, unsupported type, time, depth or memory limit.
   */
  evaluate(scope: Scope): Json;
}
