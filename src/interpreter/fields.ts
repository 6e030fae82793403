// Fields whose value is found at run time: read it, check its type, word the error as AWS does.
// Source: json-path and JSONata error texts recorded from AWS.

import type { Field } from '../asl/program.ts';
import { unreachable } from '../base/assert.ts';
import { parseTimestamp } from '../base/iso-time.ts';
import {
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  stringifyJson,
  toNumber,
} from '../base/json.ts';
import { MAX_SECONDS } from '../base/quotas.ts';
import { StateError } from '../base/state-error.ts';
import { PathMiss } from '../query/json-path/path.ts';
import { unexpectedType } from '../query/jsonata/errors.ts';
import type { Scope } from '../query/scope.ts';
import { applyPath } from './scope.ts';

function runtime(cause: string): StateError {
  return new StateError('States.Runtime', cause);
}

/** TimeoutSeconds and HeartbeatSeconds: a positive integer. */
export function positiveSeconds(field: Field<number>, scope: Scope): number {
  if (field.from === 'literal') return field.value;
  const value = readField(field, scope);
  const seconds = toNumber(value);
  if (seconds !== undefined && Number.isInteger(seconds) && seconds > 0 && seconds <= MAX_SECONDS)
    return seconds;
  if (field.from === 'path') {
    throw runtime(
      `The ${field.field} parameter does not reference a positive integer: ${field.path.source} == ${printed(value)}`,
    );
  }
  if (field.from === 'jsonata' && seconds === undefined) {
    throw unexpectedType(field.expression.source, field.field, 'number', value);
  }
  throw evaluationError(
    field,
    `The ${field.field} field must be a positive integer but was: ${printed(value)}`,
  );
}

/** The number of a field of a Map: text that is a number counts where a path leads to it, as recorded from AWS. */
export function numberOrText(field: Field<number>, value: Json): number | undefined {
  const numeric = field.from === 'path' && typeof value === 'string' && /^-?\d+(?:\.\d+)?$/.test(value);
  return numeric ? Number(value) : toNumber(value);
}

/** MaxConcurrency: a non-negative integer. */
export function concurrency(field: Field<number>, scope: Scope): number {
  if (field.from === 'literal') return field.value;
  const value = readField(field, scope);
  const number = numberOrText(field, value);
  if (number !== undefined && Number.isInteger(number) && number >= 0) return number;
  if (field.from === 'path') {
    throw runtime(
      `The ${field.field} field refers to value "${printed(value)}" which is not a valid integer: ${field.path.source}`,
    );
  }
  if (field.from === 'jsonata' && number === undefined) {
    throw unexpectedType(field.expression.source, field.field, 'number', value);
  }
  throw evaluationError(
    field,
    `The ${field.field} field must be a non-negative integer but was: ${printed(value)}`,
  );
}

/** Wait's Seconds and SecondsPath: a whole number of seconds, not negative. */
export function waitSeconds(field: Field<number>, scope: Scope): number {
  if (field.from === 'literal') return field.value;
  if (field.from === 'path') {
    const value = readWaitPath(
      field,
      scope,
      (p) => `The ${field.field} parameter does not reference an input value: ${p}`,
    );
    const number = toNumber(value);
    const shown = `${field.path.source} == ${printed(value)}`;
    if (number === undefined || !Number.isInteger(number)) {
      throw runtime(`The ${field.field} parameter cannot be parsed as a long value: ${shown}`);
    }
    if (number < 0) throw runtime(`The ${field.field} parameter references a negative value: ${shown}`);
    return number;
  }
  const value = readField(field, scope);
  const number = toNumber(value);
  if (number === undefined && field.from === 'jsonata') {
    throw unexpectedType(field.expression.source, field.field, 'number', value);
  }
  if (number === undefined || !Number.isInteger(number) || number < 0 || number > MAX_SECONDS) {
    throw evaluationError(
      field,
      `The ${field.field} field must be a non-negative integer of at most ${MAX_SECONDS} but was: ${printed(value)}`,
    );
  }
  return number;
}

/** Wait's Timestamp and TimestampPath, as epoch milliseconds; fractions of a second do not count (AWS: Wait state). */
export function waitTimestamp(field: Field<string>, scope: Scope): number {
  const value =
    field.from === 'literal'
      ? field.value
      : field.from === 'path'
        ? readWaitPath(
            field,
            scope,
            (p) => `The ${field.field} parameter does not reference an input value: ${p}`,
          )
        : readField(field, scope);
  const at = typeof value === 'string' ? parseTimestamp(value) : undefined;
  if (at !== undefined) return Math.floor(at.epochMs / 1000) * 1000;
  if (field.from === 'path') {
    throw runtime(
      `The ${field.field} parameter does not reference a valid ISO-8601 extended offset date-time format string: ${field.path.source} == ${printed(value)}`,
    );
  }
  if (field.from === 'jsonata' && typeof value !== 'string') {
    throw unexpectedType(field.expression.source, field.field, 'string', value);
  }
  throw new StateError(
    'States.QueryEvaluationError',
    `The ${fieldName(field)} field cannot be parsed as an ISO-8601 extended offset date-time format string: ${printed(value)}`,
    fieldName(field),
  );
}

/** Fail's Error and Cause. */
export function stringField(field: Field<string>, scope: Scope): string {
  if (field.from === 'literal') return field.value;
  const value = readField(field, scope);
  if (typeof value === 'string') return value;
  if (field.from === 'jsonata') throw unexpectedType(field.expression.source, field.field, 'string', value);
  throw runtime(`The ${field.field} field must be a string but was: ${printed(value)}`);
}

/** A Choice rule's Condition. */
export function booleanField(field: Field<boolean>, scope: Scope): boolean {
  if (field.from === 'literal') return field.value;
  const value = readField(field, scope);
  if (typeof value === 'boolean') return value;
  if (field.from === 'jsonata') throw unexpectedType(field.expression.source, field.field, 'boolean', value);
  throw evaluationError(field, `The ${field.field} field must be a boolean but was: ${printed(value)}`);
}

/**
 * An inline Map's items.
 * @param input the effective input, for a Map without ItemsPath and Items.
 */
export function mapItems(
  field: Field<Json> | undefined,
  scope: Scope,
  input: Json,
  jsonata: boolean,
): Json[] {
  const value = readItems(field, scope, input);
  if (isJsonArray(value)) return value;
  throw notItems(field, value, jsonata);
}

/** A distributed Map's items, which may be the members of an object. */
export function mapItemsOrMembers(
  field: Field<Json> | undefined,
  scope: Scope,
  input: Json,
  jsonata: boolean,
): Json[] | JsonObject {
  const value = readItems(field, scope, input);
  if (isJsonArray(value) || isJsonObject(value)) return value;
  throw notItems(field, value, jsonata);
}

function readItems(field: Field<Json> | undefined, scope: Scope, input: Json): Json {
  if (field === undefined) return input;
  return field.from === 'path' ? readItemsPath(field, scope) : readField(field, scope);
}

function notItems(field: Field<Json> | undefined, value: Json, jsonata: boolean): StateError {
  if (field?.from === 'jsonata') return unexpectedType(field.expression.source, field.field, 'array', value);
  if (jsonata) {
    return new StateError(
      'States.QueryEvaluationError',
      `Map state input must be an array but was: ${stringifyJson(value)}`,
      field?.from === 'evaluate' ? field.field : '',
    );
  }
  // AWS prints a context path without its first dollar sign.
  const source = field?.from === 'path' ? field.path.source.replace(/^\$\$/, '$') : '$';
  return runtime(`Reference path "${source}" must point to array.`);
}

function readItemsPath(field: Extract<Field<Json>, { from: 'path' }>, scope: Scope): Json {
  try {
    return field.path.read(scope);
  } catch (miss) {
    if (!(miss instanceof PathMiss)) throw miss;
    throw new StateError(
      'States.ReferencePathConflict',
      `Unable to apply step "${miss.member}" to input ${stringifyJson(scope.document)}`,
    );
  }
}

function readWaitPath(
  field: Extract<Field<Json>, { from: 'path' }>,
  scope: Scope,
  missing: (path: string) => string,
): Json {
  try {
    return field.path.read(scope);
  } catch (miss) {
    if (!(miss instanceof PathMiss)) throw miss;
    throw runtime(missing(field.path.source));
  }
}

export function readField<T extends Json>(field: Field<T>, scope: Scope): Json {
  switch (field.from) {
    case 'literal':
      return field.value;
    case 'path':
      return applyPath(field.path, scope);
    case 'jsonata':
      return field.expression.evaluate(scope);
    case 'evaluate':
      return field.evaluate(scope);
    default:
      return unreachable(field);
  }
}

function evaluationError(field: Field<Json>, cause: string): StateError {
  return new StateError('States.QueryEvaluationError', cause, fieldName(field));
}

function fieldName(field: Field<Json>): string {
  return field.from === 'literal' ? 'Timestamp' : field.field;
}

/** A value as it stands in a cause: strings without quotes, the rest as JSON. */
function printed(value: Json): string {
  return typeof value === 'string' ? value : stringifyJson(value);
}
