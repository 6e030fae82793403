// Small operations on the members of JSON objects that the optimized services share: paths, order, JSON text.

import {
  getMember,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  stringifyJson,
} from '../../base/json.ts';
import { objectOf } from '../../base/json-object.ts';

/** The value at a path such as `Tasks.0.LastStatus`; undefined where there is none. */
export function at(value: Json | undefined, path: string): Json | undefined {
  let current = value;
  for (const step of path.split('.')) {
    if (isJsonArray(current)) current = current[Number(step)];
    else if (isJsonObject(current)) current = getMember(current, step);
    else return undefined;
  }
  return current;
}

/** The text at a path; undefined where there is none. */
export function textAt(value: Json | undefined, path: string): string | undefined {
  const found = at(value, path);
  return typeof found === 'string' ? found : undefined;
}

/** A copy with its own members in alphabetical order; what is in them comes ordered from the client. */
export function sortMembers(value: JsonObject): JsonObject {
  const names = Object.keys(value).sort();
  return objectOf(names.map((name) => [name, value[name]!]));
}

/** A copy without some members. */
export function without(value: JsonObject, names: readonly string[]): JsonObject {
  return objectOf(Object.entries(value).filter(([name]) => !names.includes(name)));
}

/**
 * A copy in which the members at `paths` are text: an object or list becomes its JSON text, which is how Step Functions takes
 * it for a parameter that carries JSON. Numbers and booleans stay, to be refused. `*` in a path stands for every item of a
 * list.
 */
export function encodeMembers(value: JsonObject, paths: readonly string[]): JsonObject {
  return paths.reduce((current, path) => encode(current, path.split('.')) as JsonObject, value);
}

function encode(value: Json, [step, ...rest]: readonly string[]): Json {
  if (step === undefined) return isJsonObject(value) || isJsonArray(value) ? stringifyJson(value) : value;
  if (step === '*') return isJsonArray(value) ? value.map((item) => encode(item, rest)) : value;
  const member = isJsonObject(value) ? getMember(value, step) : undefined;
  return member === undefined ? value : { ...(value as JsonObject), [step]: encode(member, rest) };
}
