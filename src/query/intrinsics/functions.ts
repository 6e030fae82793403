// Every intrinsic function in one table: how many arguments it takes, and what it does with their values.

import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import {
  isJsonArray,
  isJsonNumber,
  isJsonObject,
  isRawNumber,
  type Json,
  type JsonObject,
  jsonEquals,
  jsonType,
  parseJson,
  stringifyJson,
  toNumber,
} from '../../base/json.ts';
import { copyObject, namesOf, withMember } from '../../base/json-object.ts';
import type { Meter } from '../../base/meter.ts';
import { JSON_DEPTH } from '../../base/quotas.ts';
import { HEAD, payForPrinting, payForReading, SLOT, WALK } from '../prices.ts';
import type { Scope } from '../scope.ts';
import { decodeBase64, encodeBase64 } from './base64.ts';
import { IntrinsicFault } from './fault.ts';
import { fillTemplate, splitTemplate } from './format.ts';
import { seededInteger } from './java-random.ts';
import {
  CALL,
  constant,
  forChunks,
  forCoding,
  forHashing,
  forItems,
  forMembers,
  forParsing,
  forPrinting,
  forSplitting,
  forTemplate,
  MAX_TEXT,
  onTheWay,
  type Pay,
} from './prices.ts';

export interface IntrinsicFunction {
  readonly least: number;
  readonly most: number;
  /** True where Fail's ErrorPath and CausePath may use it: it gives a string. */
  readonly text: boolean;
  /** @throws IntrinsicFault */
  readonly call: (values: readonly Json[], scope: Scope) => Json;
}

const MAX_RANGE = 1_000;
const INT_MIN = -2_147_483_648;
const INT_MAX = 2_147_483_647;

const HASHES: ReadonlyMap<string, (data: Uint8Array) => Uint8Array> = new Map([
  ['MD5', md5],
  ['SHA-1', sha1],
  ['SHA-256', sha256],
  ['SHA-384', sha384],
  ['SHA-512', sha512],
]);

/**
 * By name without `States.`: how many arguments, what the call pays before it touches them (a function that finds what it
 * costs on its way pays there), what it does.
 */
export const FUNCTIONS: ReadonlyMap<string, IntrinsicFunction> = new Map<string, IntrinsicFunction>([
  ['Format', entry(1, Number.POSITIVE_INFINITY, forTemplate, format, true)],
  ['StringToJson', entry(1, 1, forParsing, ([text]) => stringToJson(string(text, 1)))],
  ['JsonToString', entry(1, 1, forPrinting, ([value]) => stringifyJson(value!), true)],
  ['Array', entry(0, Number.POSITIVE_INFINITY, forItems, (values) => [...values])],
  ['ArrayPartition', entry(2, 2, forChunks, ([list, size]) => partition(array(list, 1), integer(size, 2)))],
  ['ArrayContains', entry(2, 2, onTheWay, contains)],
  [
    'ArrayRange',
    entry(3, 3, constant(MAX_RANGE >> 1), ([a, b, step]) =>
      range(integer(a, 1), integer(b, 2), integer(step, 3)),
    ),
  ],
  [
    'ArrayGetItem',
    entry(2, 2, constant(CALL), ([list, index]) => getItem(array(list, 1), integer(index, 2)), true),
  ],
  ['ArrayLength', entry(1, 1, constant(CALL), ([list]) => array(list, 1).length)],
  ['ArrayUnique', entry(1, 1, onTheWay, ([list], { meter }) => unique(array(list, 1), meter))],
  ['Base64Encode', entry(1, 1, forCoding, ([text]) => encodeBase64(shortString(text, 1)), true)],
  ['Base64Decode', entry(1, 1, forCoding, ([text]) => decode(shortString(text, 1)), true)],
  [
    'Hash',
    entry(2, 2, forHashing, ([data, algorithm]) => hash(shortString(data, 1), string(algorithm, 2)), true),
  ],
  ['JsonMerge', entry(3, 3, forMembers, ([a, b, deep]) => merge(object(a, 1), object(b, 2), deep!))],
  ['MathRandom', entry(2, 3, constant(10 * CALL), mathRandom)],
  ['MathAdd', entry(2, 2, constant(CALL), ([a, b]) => mathAdd(integer(a, 1), integer(b, 2)))],
  [
    'StringSplit',
    entry(2, 2, forSplitting, ([text, by], { meter }) => splitAtAny(string(text, 1), string(by, 2), meter)),
  ],
  ['UUID', entry(0, 0, constant(2 * CALL), (_values, scope) => scope.uuid(), true)],
]);

function entry(
  least: number,
  most: number,
  pay: Pay,
  call: IntrinsicFunction['call'],
  text = false,
): IntrinsicFunction {
  const paidCall: IntrinsicFunction['call'] = (values, scope) => {
    pay(values, scope.meter);
    return call(values, scope);
  };
  return { least, most, text, call: paidCall };
}

// --- what they do ------------------------------------------------------------------------------------------------

function wrongType(value: Json | undefined, position: number, expected: string): IntrinsicFault {
  const type = jsonType(value ?? null);
  return new IntrinsicFault(`Argument ${position} must be ${expected}, but it is of type ${type}`);
}

function string(value: Json | undefined, position: number): string {
  if (typeof value === 'string') return value;
  throw wrongType(value, position, 'a string');
}

function shortString(value: Json | undefined, position: number): string {
  const text = string(value, position);
  if (text.length <= MAX_TEXT) return text;
  throw new IntrinsicFault(
    `Argument ${position} must have at most ${MAX_TEXT} characters, but it has ${text.length}`,
  );
}

function array(value: Json | undefined, position: number): readonly Json[] {
  if (isJsonArray(value)) return value;
  throw wrongType(value, position, 'an array');
}

function object(value: Json | undefined, position: number): JsonObject {
  if (isJsonObject(value)) return value;
  throw wrongType(value, position, 'an object');
}

/** Rounds half up, like Java's Math.round; the sum or count that comes of it must fit 32 bits. */
function integer(value: Json | undefined, position: number): number {
  const number = toNumber(value);
  if (number === undefined) throw wrongType(value, position, 'a number');
  const rounded = Math.round(number) + 0;
  if (rounded >= INT_MIN && rounded <= INT_MAX) return rounded;
  throw new IntrinsicFault(
    `Argument ${position} must lie between ${INT_MIN} and ${INT_MAX}, but it is ${stringifyJson(value!)}`,
  );
}

function format([template, ...values]: readonly Json[], { meter }: Scope): Json {
  return fillTemplate(splitTemplate(string(template, 1)), values, meter);
}

function contains([list, item]: readonly Json[], { meter }: Scope): Json {
  return array(list, 1).some((other) => equals(other, item!, meter));
}

/** `jsonEquals`, paid for as far as the values are alike. */
function equals(a: Json, b: Json, meter: Meter): boolean {
  meter.charge(WALK);
  if (a === b) return typeof a !== 'string' || payForReading(meter, a.length, 8) === undefined;
  if (isJsonArray(a) && isJsonArray(b)) {
    return a.length === b.length && a.every((item, i) => equals(item, b[i]!, meter));
  }
  if (!isJsonObject(a) || !isJsonObject(b)) {
    for (const each of [a, b]) if (isRawNumber(each)) payForReading(meter, each.rawJSON.length, 3);
    return jsonEquals(a, b);
  }
  const names = namesOf(a);
  const { length } = namesOf(b);
  meter.charge(WALK * (names.length + length));
  if (names.length !== length) return false;
  return names.every((name) => Object.hasOwn(b, name) && equals(a[name]!, b[name]!, meter));
}

function stringToJson(text: string): Json {
  if (text.trim() === '') return null;
  if (depthOf(text) > JSON_DEPTH) {
    throw new IntrinsicFault(`Argument 1 nests arrays and objects more than ${JSON_DEPTH} levels deep`);
  }
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new IntrinsicFault(`Argument 1 is not valid JSON: ${text}`);
  }
}

/**
 * Deepest nesting of brackets outside strings; parsing and printing recurse that deep. Character by character: a regular
 * expression for strings starts again at every quote of a text that never closes one.
 */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    switch (text[i]) {
      case '"':
        inString = !inString;
        break;
      case '\\':
        if (inString) i++;
        break;
      case '[':
      case '{':
        if (!inString) deepest = Math.max(deepest, ++depth);
        break;
      case ']':
      case '}':
        if (!inString) depth--;
    }
  }
  return deepest;
}

function partition(list: readonly Json[], size: number): Json {
  if (size <= 0) throw new IntrinsicFault(`Argument 2 must be a positive number, but it is ${size}`);
  const chunks: Json[] = [];
  for (let at = 0; at < list.length; at += size) chunks.push(list.slice(at, at + size));
  return chunks;
}

function range(first: number, last: number, step: number): Json {
  if (step === 0) throw new IntrinsicFault('Argument 3 must not be 0');
  const count = Math.max(0, Math.floor((last - first) / step) + 1);
  if (count > MAX_RANGE) {
    throw new IntrinsicFault(
      `The result cannot contain more than ${MAX_RANGE} elements, but it has ${count}`,
    );
  }
  return Array.from({ length: count }, (_, i) => first + i * step);
}

function getItem(list: readonly Json[], index: number): Json {
  const item = list[index];
  if (item !== undefined) return item;
  throw new IntrinsicFault(`The index ${index} is outside the array, which has ${list.length} elements`);
}

function unique(list: readonly Json[], meter: Meter): Json {
  const first = new Map<string, Json>();
  for (const item of list) {
    payForPrinting(meter, item);
    meter.charge(CALL);
    const key = canonical(item);
    if (!first.has(key)) first.set(key, item);
  }
  return [...first.values()];
}

/** The same text for equal values: members in order of their names, numbers by value. */
function canonical(value: Json): string {
  if (isRawNumber(value)) {
    // Integers beyond 2^53 stay apart by their digits.
    return /^-?\d+$/.test(value.rawJSON) ? value.rawJSON : String(toNumber(value));
  }
  if (isJsonArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isJsonObject(value)) return isJsonNumber(value) ? String(value) : JSON.stringify(value);
  const names = namesOf(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name]!)}`).join(',')}}`;
}

function decode(text: string): string {
  const decoded = decodeBase64(text);
  if (decoded === undefined) throw new IntrinsicFault('Argument 1 is not valid Base64');
  return decoded;
}

function hash(data: string, algorithm: string): string {
  const digest = HASHES.get(algorithm);
  if (digest) return bytesToHex(digest(utf8ToBytes(data)));
  throw new IntrinsicFault(
    `Argument 2 must be one of ${[...HASHES.keys()].join(', ')}, but it is ${algorithm}`,
  );
}

function merge(a: JsonObject, b: JsonObject, deep: Json): Json {
  if (typeof deep !== 'boolean') throw wrongType(deep, 3, 'a boolean');
  if (deep) throw new IntrinsicFault('Argument 3 must be false: deep merging is not supported');
  let merged = copyObject(a);
  for (const name of namesOf(b)) merged = withMember(merged, name, b[name]!);
  return merged;
}

function mathRandom([start, end, seed]: readonly Json[], scope: Scope): Json {
  const from = integer(start, 1);
  const to = integer(end, 2);
  if (from >= to) throw new IntrinsicFault(`Argument 1 must be less than argument 2, but ${from} >= ${to}`);
  if (seed === undefined) return from + Math.floor(scope.random() * (to - from));
  return seededInteger(longSeed(seed), from, to);
}

function longSeed(value: Json): bigint {
  const number = toNumber(value);
  if (number === undefined || !Number.isFinite(number)) throw wrongType(value, 3, 'a number');
  if (isRawNumber(value) && /^-?\d+$/.test(value.rawJSON)) return BigInt(value.rawJSON);
  return BigInt(Math.round(number));
}

function mathAdd(a: number, b: number): Json {
  const total = a + b;
  if (total >= INT_MIN && total <= INT_MAX) return total;
  throw new IntrinsicFault(`The result must lie between ${INT_MIN} and ${INT_MAX}, but it is ${total}`);
}

/** Pieces between any of the delimiting characters; empty ones are left out. */
function splitAtAny(text: string, delimiters: string, meter: Meter): Json {
  const set = new Set<number>();
  for (let i = 0; i < delimiters.length; i++) set.add(delimiters.charCodeAt(i));
  const pieces: string[] = [];
  let start = 0;
  for (let i = 0; i <= text.length; i++) {
    if (i < text.length && !set.has(text.charCodeAt(i))) continue;
    if (i > start) {
      meter.allocate(HEAD + SLOT);
      pieces.push(text.slice(start, i));
    }
    start = i + 1;
  }
  return pieces;
}
