// JSONata outside a workflow: with a context item and free bindings, as its own documentation and suite use it.
// For tests, scripts and tools; the interpreter uses `compile.ts`.

import { isJsonArray, type Json } from '../../../src/base/json.ts';
import { EVALUATION_UNITS, Meter } from '../../../src/base/meter.ts';
import { mark, OUTER, sequence } from '../../../src/query/jsonata/data.ts';
import { emit } from '../../../src/query/jsonata/emit.ts';
import { EvaluationError, JsonataSyntaxError } from '../../../src/query/jsonata/errors.ts';
import { parseJsonata } from '../../../src/query/jsonata/parse.ts';
import { Run, type Value } from '../../../src/query/jsonata/run.ts';
import { settlerOf } from '../../../src/query/jsonata/settle.ts';
import type { Scope } from '../../../src/query/scope.ts';

export type Outcome =
  | { readonly value: Json | undefined }
  | { readonly code: string; readonly error: string };

/** Larger than the service allows: the suite counts to ten million. */
const VALUE_SIZE = 100_000_000;

/**
 * @param input the context item `$`.
 * @param bindings variables by name without `$`.
 * @param depth nesting allowed; far more than in the service unless given.
 */
export function evaluateStandalone(
  source: string,
  input: Json | undefined,
  bindings: Readonly<Record<string, Json>>,
  depth = 2_000,
): Outcome {
  try {
    const expr = parseJsonata(source);
    const bounds = { units: 4 * EVALUATION_UNITS, bytes: 2 ** 32, depth, valueSize: VALUE_SIZE };
    const run = new Run(standaloneScope(bindings), bounds, input);
    const item: Value = isJsonArray(input) ? mark(sequence([input]), OUTER) : input;
    const value = emit(expr)(item, run);
    return { value: value === undefined ? undefined : settlerOf(expr.root)(value, run) };
  } catch (error) {
    if (error instanceof EvaluationError || error instanceof JsonataSyntaxError) {
      return { code: error.code, error: error.message };
    }
    throw error;
  }
}

function standaloneScope(bindings: Readonly<Record<string, Json>>): Scope {
  return {
    document: null,
    states: { input: null },
    context: () => null,
    variable: (name) => (Object.hasOwn(bindings, name) ? bindings[name] : undefined),
    now: 0,
    random: () => 0.5,
    uuid: () => '00000000-0000-4000-8000-000000000000',
    meter: new Meter(),
  };
}
