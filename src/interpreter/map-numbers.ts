// Fields of a distributed Map that must be numbers, with the sentences that AWS has for others.

import type { Field } from '../asl/program.ts';
import { type Json, stringifyJson, toNumber } from '../base/json.ts';
import { StateError } from '../base/state-error.ts';
import { unexpectedType } from '../query/jsonata/errors.ts';
import type { Scope } from '../query/scope.ts';
import { numberOrText, readField } from './fields.ts';

/** ItemBatcher's bounds. */
export function positive(field: Field<number>, scope: Scope): number {
  const number = wholeNumber(field, scope);
  if (number <= 0) throw notANumber(field, readField(field, scope), 'integer');
  return number;
}

/** ToleratedFailureCount, MaxItems and the bounds of ItemBatcher. */
export function wholeNumber(field: Field<number>, scope: Scope): number {
  const value = readField(field, scope);
  const number = numberOrText(field, value);
  if (number === undefined || !Number.isInteger(number)) throw notANumber(field, value, 'integer');
  return number;
}

export function notANumber(field: Field<number>, value: Json, kind: 'integer' | 'float'): StateError {
  const shown = typeof value === 'string' ? value : stringifyJson(value);
  if (field.from === 'jsonata') {
    if (toNumber(value) === undefined) {
      return unexpectedType(field.expression.source, field.field, 'number', value);
    }
    return outOfRange(field, `The ${field.field} field must be a valid ${kind} but was: ${shown}`);
  }
  const name = field.from === 'literal' ? 'value' : field.field;
  const source = field.from === 'path' ? field.path.source : '';
  return new StateError(
    'States.Runtime',
    `The ${name} field refers to value "${shown}" which is not a valid ${kind}: ${source}`,
  );
}

/** A number that the field does not take: in JSONata its expression has failed. */
export function outOfRange(field: Field<number>, cause: string): StateError {
  return field.from === 'jsonata'
    ? new StateError('States.QueryEvaluationError', cause, field.field)
    : new StateError('States.Runtime', cause);
}
