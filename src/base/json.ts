// JSON values as Treadle holds them: plain JavaScript data, with numbers that a double cannot carry faithfully
// ("1.0", 64-bit integers, "1E5") kept as raw JSON so that data passes through a workflow unchanged, as on AWS.
// Nothing else in Treadle asks `typeof x === 'object'` of a payload: these functions know about raw numbers.

/** A number whose text is kept: an object made by `JSON.rawJSON`; `JSON.stringify` prints it verbatim. */
export interface RawNumber {
  readonly rawJSON: string;
}

export type JsonObject = { [name: string]: Json };
export type Json = null | boolean | number | string | Json[] | JsonObject | RawNumber;

export type JsonType = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object';

interface RawJsonSupport {
  rawJSON(text: string): RawNumber;
  isRawJSON(value: unknown): value is RawNumber;
  parse(text: string, reviver: (key: string, value: Json, context: { source?: string }) => Json): Json;
}
const native = JSON as unknown as RawJsonSupport;

/** Text that *may* hold a number needing care; a hit inside a string only costs the slower parse. */
const CAREFUL = /\d{16}|\d\.\d*0(?!\d)|\d[eE][+-]?\d|-0(?![.\d])|\d\.\d{15}/;

function keepNumber(_key: string, value: Json, context: { source?: string }): Json {
  const source = context.source;
  if (typeof value !== 'number' || source === undefined) return value;
  // A number beyond any double is carried as written.
  if (!Number.isFinite(value)) return native.rawJSON(source);
  if (/[.eE]/.test(source))
    return Number.isInteger(value) ? native.rawJSON(integralDoubleText(value)) : value;
  if (Object.is(value, -0)) return 0;
  return Number.isSafeInteger(value) ? value : native.rawJSON(source);
}

/** A double without fraction as AWS prints it, which is Java's way: `3.0`, `1.0E10`. */
function integralDoubleText(value: number): string {
  if (Math.abs(value) < 1e7) return Object.is(value, -0) ? '-0.0' : `${value}.0`;
  const [mantissa, exponent] = value.toExponential().split('e') as [string, string];
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${Number(exponent)}`;
}

/**
 * Parses JSON text. Own `__proto__` members stay ordinary members, as `JSON.parse` does.
 * @throws SyntaxError when the text is not JSON.
 */
export function parseJson(text: string): Json {
  return CAREFUL.test(text) ? native.parse(text, keepNumber) : (JSON.parse(text) as Json);
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
  return isRawNumber(value) ? Number(value.rawJSON) : undefined;
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

/** Deep equality; numbers by value (1 equals 1.0), members in any order. */
export function jsonEquals(a: Json, b: Json): boolean {
  if (a === b) return true;
  if (isJsonNumber(a) || isJsonNumber(b)) {
    if (isRawNumber(a) && isRawNumber(b) && a.rawJSON === b.rawJSON) return true;
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

/** Sets an own member, also when its name is `__proto__`. */
export function setMember(object: JsonObject, name: string, value: Json): void {
  if (name === '__proto__') {
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    object[name] = value;
  }
}

/** Own member or `undefined`; never reads the prototype. */
export function getMember(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
