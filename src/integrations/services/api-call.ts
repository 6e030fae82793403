// What the integrations share that call an HTTP API of the user's own, API Gateway and Kubernetes: the parameters of a
// request and the form of its result.

import { STATUS_CODES } from 'node:http';
import { NoCredentials, RoleNotAssumed, Unreachable } from '../../aws/client.ts';
import {
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  parseJson,
  setMember,
  stringifyJson,
} from '../../base/json.ts';
import type { HttpResponse } from '../../net/http-client.ts';
import type { TaskOutcome } from '../integration.ts';
import { failed } from './errors.ts';

export type FieldType = 'string' | 'boolean' | 'lists' | 'object' | 'any' | readonly string[];

/** @returns reasons against the parameters; a field that ends in `!` must be there. */
export function checkFields(input: Json, fields: Readonly<Record<string, FieldType>>): string[] {
  if (!isJsonObject(input)) return ['The value is not a JSON object'];
  const reasons: string[] = [];
  for (const [name, value] of Object.entries(input)) {
    const type = Object.hasOwn(fields, name) ? fields[name] : fields[`${name}!`];
    if (type === undefined) reasons.push(`The field "${name}" is not supported by Step Functions`);
    else if (!fits(type, value)) reasons.push(`The value of the field '${name}' has an invalid format`);
  }
  for (const field of Object.keys(fields)) {
    const name = field.slice(0, -1);
    if (field.endsWith('!') && !Object.hasOwn(input, name)) {
      reasons.push(`The field "${name}" is required but was missing`);
    }
  }
  return reasons;
}

function fits(type: FieldType, value: Json): boolean {
  switch (type) {
    case 'any':
      return true;
    case 'string':
      return typeof value === 'string';
    case 'boolean':
      return typeof value === 'boolean';
    case 'object':
      return isJsonObject(value);
    case 'lists':
      return isJsonObject(value) && Object.values(value).every(isTexts);
    default:
      return typeof value === 'string' && type.includes(value);
  }
}

function isTexts(value: Json): value is string[] {
  return isJsonArray(value) && value.every((item) => typeof item === 'string');
}

/** A map to lists of texts, of which `checkFields` has made sure. */
export function listsOf(value: Json | undefined): Record<string, string[]> {
  return { ...(value as Record<string, string[]> | undefined) };
}

/** The path as it is sent: beginning with a slash, what a URL does not take encoded. */
export function encodePath(...parts: readonly (string | undefined)[]): string {
  const path = parts
    .filter((part) => part !== undefined)
    .map((part) => part.replace(/^\/+/, ''))
    .join('/');
  return new URL(`/${path.replaceAll('?', '%3F').replaceAll('#', '%23')}`, 'https://host').pathname;
}

/** A copy without members that are null, however deep. */
export function withoutNulls(value: Json): Json {
  if (isJsonArray(value)) return value.map(withoutNulls);
  if (!isJsonObject(value)) return value;
  const rest: JsonObject = {};
  for (const [name, member] of Object.entries(value)) {
    if (member !== null) setMember(rest, name, withoutNulls(member));
  }
  return rest;
}

/** @param prefix of the error when the status is none of success: `ApiGateway` → `ApiGateway.403`. */
export function outcomeOf(response: HttpResponse, prefix: string): TaskOutcome {
  const text = new TextDecoder().decode(response.body);
  if (response.status < 200 || response.status > 299) return failed(`${prefix}.${response.status}`, text);
  const result = {
    Headers: Object.fromEntries(Object.entries(response.spelled).map(([name, value]) => [name, [value]])),
    ResponseBody: parsed(text),
    StatusCode: response.status,
    StatusText: STATUS_CODES[response.status] ?? '',
  };
  return { status: 'completed', outputText: stringifyJson(result) };
}

/** A call that did not come to an answer. @throws the error, when it is none of those a call may end with. */
export function outcomeOfError(error: unknown, prefix: string): TaskOutcome {
  if (error instanceof RoleNotAssumed) return failed('States.Permissions', error.message);
  if (error instanceof Unreachable || error instanceof NoCredentials) {
    return failed(`${prefix}.SdkClientException`, error.message);
  }
  throw error;
}

/** The JSON that a text holds, else the text. */
export function parsed(text: string): Json {
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}
