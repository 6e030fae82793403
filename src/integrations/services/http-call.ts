// What the integrations share that call an HTTP API of the user's own, API Gateway and Kubernetes: the request's path and
// the form of its result.

import { STATUS_CODES } from 'node:http';
import { NoCredentials, RoleNotAssumed } from '../../aws/credentials.ts';
import { isJsonArray, isJsonObject, type Json, parseJson } from '../../base/json.ts';
import { objectOf } from '../../base/json-object.ts';
import { Refused } from '../../net/addresses.ts';
import { type HttpResponse, Unreachable } from '../../net/http-client.ts';
import type { TaskOutcome } from '../integration.ts';
import { failure, success } from '../outcome.ts';

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
  const members = Object.entries(value).filter(([, member]) => member !== null);
  return objectOf(members.map(([name, member]) => [name, withoutNulls(member)]));
}

/** @param prefix of the error when the status is none of success: `ApiGateway` → `ApiGateway.403`. */
export function outcomeOf(response: HttpResponse, prefix: string): TaskOutcome {
  const text = new TextDecoder().decode(response.body);
  if (response.status < 200 || response.status > 299) return failure(`${prefix}.${response.status}`, text);
  const result = {
    Headers: Object.fromEntries(Object.entries(response.spelled).map(([name, value]) => [name, [value]])),
    ResponseBody: jsonOrText(text),
    StatusCode: response.status,
    StatusText: STATUS_CODES[response.status] ?? '',
  };
  return success(result);
}

/** A call that did not come to an answer. @throws the error, when it is none of those a call may end with. */
export function outcomeOfError(error: unknown, prefix: string): TaskOutcome {
  if (error instanceof RoleNotAssumed) return failure('States.Permissions', error.message);
  if ([Unreachable, Refused, NoCredentials].some((type) => error instanceof type)) {
    return failure(`${prefix}.SdkClientException`, (error as Error).message);
  }
  throw error;
}

/** The JSON that a text holds, else the text. */
export function jsonOrText(text: string): Json {
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}
