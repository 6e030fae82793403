// JSON values as Treadle holds them: plain JavaScript data, with numbers that JavaScript would print otherwise than AWS
// ("1.0", 64-bit integers, "1.0E-5") kept as raw JSON, and objects whose order it would change kept in order, so that data
// passes through a workflow as on AWS. Nothing else in Treadle asks `typeof x === 'object'` of a payload: these functions know.

import { doubleOf, type RawNumber } from './json-number.ts';
import { parseCarefully } from './json-parser.ts';

export type { RawNumber } from './json-number.ts';

export type JsonObject = { [name: string]: Json };
export type Json = null | boolean | number | string | Json[] | JsonObject | RawNumber;

export type JsonType = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object';

const native = JSON as unknown as { isRawJSON(value: unknown): value is RawNumber };

/** A name that may look like an index. A hit inside a string, here and below, only costs the slower parser. */
const INDEX_NAME = /"\d{1,10}"\s*:/;
/** A number that JavaScript may print otherwise than Java. Two patterns are faster than one of both. */
const NUMBER =
  /[[:,\s](?:-0|-?(?:\d{16,}|\d+(?:\.\d+)?[eE][+-]?\d+|\d{8,}\.\d+|0\.000\d*|\d+\.(?:\d*0|\d{15,})))(?=[\s,\]}]|$)/;
const SCALAR_NUMBER = /^-?\d/;

/**
 * Parses JSON text. Own `__proto__` members stay ordinary members, as `JSON.parse` does.
 * @throws SyntaxError when the text is not JSON.
 */
export function parseJson(text: string): Json {
  const value = JSON.parse(text) as Json;
  const careful = NUMBER.test(text) || INDEX_NAME.test(text) || SCALAR_NUMBER.test(text);
  return careful ? parseCarefully(text) : value;
}

/** Compact JSON text, members in order, raw numbers verbatim. */
export function stringifyJson(value: Json): string {
  return JSON.stringify(value);
}

export function isRawNumber(value: unknown): value is RawNumber {
  return typeof value === 'object' && value !== null && native.isRawJSON(value);
}

export function isJsonNumber(value: Json | undefined): value is number | RawNumber {
  return typeof value === 'number' || isRawNumber(value);
}

/** The double of a JSON number; `undefined` for anything else. */
export function toNumber(value: Json | undefined): number | undefined {
  if (typeof value === 'number') return value;
  return isRawNumber(value) ? doubleOf(value) : undefined;
}

export function isJsonArray(value: Json | undefined): value is Json[] {
  return Array.isArray(value);
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !native.isRawJSON(value);
}

export function jsonType(value: Json): JsonType {
  if (value === null) return 'null';
  if (typeof value !== 'object') return typeof value as JsonType;
  if (Array.isArray(value)) return 'array';
  return native.isRawJSON(value) ? 'number' : 'object';
}

function isWhole({ rawJSON }: RawNumber): boolean {
  return /^-?\d+$/.test(rawJSON);
}

/** Deep equality; numbers by value (1 equals 1.0), members in any order. */
export function jsonEquals(a: Json, b: Json): boolean {
  if (a === b) return true;
  if (isJsonNumber(a) || isJsonNumber(b)) {
    if (isRawNumber(a) && isRawNumber(b) && isWhole(a) && isWhole(b)) return a.rawJSON === b.rawJSON;
    return isJsonNumber(a) && isJsonNumber(b) && toNumber(a) === toNumber(b);
  }
  if (isJsonArray(a)) {
    return isJsonArray(b) && a.length === b.length && a.every((item, i) => jsonEquals(item, b[i]!));
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => Object.hasOwn(b, name) && jsonEquals(a[name]!, b[name]!));
}

/** Own member or `undefined`; never reads the prototype. */
export function getMember(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
