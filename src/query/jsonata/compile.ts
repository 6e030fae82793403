// The door to JSONata: text of an expression → something the interpreter can evaluate, synchronously and bounded.

import type { Json } from '../../base/json.ts';
import { StateError } from '../../base/state-error.ts';
import type { Scope } from '../scope.ts';
import { analyse } from './analyse.ts';
import { emit } from './emit.ts';
import {
  EvaluationError,
  failedInternally,
  INTERNAL,
  returnedNothing,
  threwError,
  unsupportedType,
} from './errors.ts';
import type { Expression } from './expression.ts';
import { MAX_DEPTH, SERVICE_BOUNDS } from './limits.ts';
import { parseJsonata } from './parse.ts';
import { Run } from './run.ts';
import { NO_JSON, settlerOf } from './settle.ts';

export { JsonataSyntaxError } from './errors.ts';

export interface CompiledExpression extends Expression {
  /** Field inside the state, e.g. `Output/a[0]`. */
  readonly location: string;
  /** Workflow variables it may read, without `$`. */
  readonly variables: readonly string[];
  /** Messages for references that a workflow cannot have (UNSUPPORTED_JSONATA_EXPRESSION). */
  readonly unsupported: readonly string[];
  /** Reads `$states.result`. */
  readonly readsResult: boolean;
  /** Reads `$states.errorOutput`. */
  readonly readsErrorOutput: boolean;
}

/**
 * @param source text between `{%` and `%}`.
 * @param location field inside the state, as causes print it.
 * @param bounds the service's, unless a test is in a hurry.
 * @throws JsonataSyntaxError
 */
export function compileJsonata(
  source: string,
  location: string,
  bounds = SERVICE_BOUNDS,
): CompiledExpression {
  const expr = parseJsonata(source);
  const execute = emit(expr);
  const settle = settlerOf(expr.root);
  const trimmed = source.trim();
  const evaluate = (scope: Scope): Json => {
    const run = new Run(scope, bounds, undefined);
    try {
      const value = execute(undefined, run);
      if (value === undefined) throw returnedNothing(trimmed, location);
      return settle(value, run);
    } catch (error) {
      throw explained(error, trimmed, location, scope);
    } finally {
      run.settle();
    }
  };
  return { source: trimmed, location, ...analyse(expr), evaluate };
}

/** Errors of the language in the words of Step Functions; anything else is a bug and stays what it is. */
function explained(error: unknown, source: string, location: string, scope: Scope): unknown {
  if (error instanceof StateError) return error;
  if (error === NO_JSON) return unsupportedType(source, location);
  if (error instanceof EvaluationError) {
    const { code, message } = error;
    if (code === INTERNAL) return failedInternally(source, location, scope.uuid());
    return threwError(source, location, code === 'U1001' ? '' : code, message);
  }
  // The engine's own stack, when data or text is nested in a way that no bound has caught.
  if (error instanceof RangeError && /call stack/.test(error.message)) {
    return threwError(source, location, '', `Stack overflow error: Depth=${MAX_DEPTH + 1} max=${MAX_DEPTH}`);
  }
  return error;
}
