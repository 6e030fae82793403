// JSON values as Java prints them: what States.Format inserts for objects and arrays, and what leaks into error texts.

import { isJsonArray, isJsonObject, type Json, stringifyJson } from '../../base/json.ts';

/** `{a=1, b=[x, y]}`; strings without quotes at any depth, numbers as in JSON. */
export function javaText(value: Json): string {
  if (typeof value === 'string') return value;
  if (isJsonArray(value)) return `[${value.map(javaText).join(', ')}]`;
  if (!isJsonObject(value)) return stringifyJson(value);
  const members = Object.keys(value).map((name) => `${name}=${javaText(value[name]!)}`);
  return `{${members.join(', ')}}`;
}
