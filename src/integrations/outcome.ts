// How tasks end, as values: what every integration answers with.

import { type Json, type JsonObject, stringifyJson } from '../base/json.ts';
import type { TaskOutcome } from './integration.ts';

export function success(result: Json): TaskOutcome {
  return { status: 'completed', outputText: stringifyJson(result) };
}

/** @param error the name that Retry and Catch match. */
export function failure(error: string, cause: string | undefined): TaskOutcome {
  return { status: 'failed', error, cause };
}

/** The cause of a refusal as version 1 of the Java SDK words it. @param label the SDK's name of the service. */
export function sdk1Cause(
  label: string,
  refusal: { readonly message: string; readonly status: number; readonly code: string },
  requestId: string | undefined,
): string {
  return (
    `${refusal.message} (Service: ${label}; Status Code: ${refusal.status}; Error Code: ${refusal.code}; ` +
    `Request ID: ${requestId ?? 'null'}; Proxy: null)`
  );
}

/** What version 1 of the Java SDK tells of an HTTP response. @param headers in the order of the result. */
export function sdkHttpMetadata(
  headers: readonly (readonly [name: string, value: string])[],
  status: number,
): JsonObject {
  return {
    AllHttpHeaders: Object.fromEntries(headers.map(([name, value]): [string, Json] => [name, [value]])),
    HttpHeaders: Object.fromEntries(headers),
    HttpStatusCode: status,
  };
}

/** Headers spelled as AWS does, whatever the wire made of them, in alphabetical order. @param spellings those of AWS. */
export function spellHeaders(
  headers: Readonly<Record<string, string>>,
  spellings: ReadonlyMap<string, string>,
): [name: string, value: string][] {
  return Object.entries(headers)
    .map(([name, value]): [string, string] => [spellings.get(name.toLowerCase()) ?? name, value])
    .sort(([a], [b]) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
}

/** @param names as AWS spells them. */
export function spellingsOf(...names: readonly string[]): ReadonlyMap<string, string> {
  return new Map(names.map((name) => [name.toLowerCase(), name]));
}
