// What an expression may see. The interpreter makes one per field it evaluates; both query languages read from it.

import type { Json } from '../base/json.ts';
import type { Meter } from '../base/meter.ts';

export interface Scope {
  /** JSONPath: the document `$` of this field (effective input, result, …). */
  readonly document: Json;
  /** JSONata: `$states` without `context`; `result` and `errorOutput` only where AWS has them. */
  readonly states: { readonly input: Json; readonly result?: Json; readonly errorOutput?: Json };
  /** `$$` and `$states.context`; built on demand. */
  context(): Json;
  /** Workflow variable by name without `$`; `undefined` when nothing has been assigned. */
  variable(name: string): Json | undefined;
  /** Epoch milliseconds: time of the decision, for `$now()` and `$millis()`. */
  readonly now: number;
  /** Uniform in [0, 1). */
  random(): number;
  /** Version-4 UUID. */
  uuid(): string;
  /** Pays for the evaluation. */
  readonly meter: Meter;
}

/**
 * A compiled expression, template or field.
 * @throws StateError with AWS's error name and cause text; MeterExhausted when the scope's meter allows no more.
 */
export type Evaluate = (scope: Scope) => Json;
