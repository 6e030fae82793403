// What the operators of the language do with values: truth, equality, order, arithmetic, text.

import type { RawNumber } from '../../base/json.ts';
import { doubleOf } from '../../base/json-number.ts';
import { namesOf, unordered } from '../../base/json-object.ts';
import { isFunction, isObject, isRaw, marksOf, numberOf, plain, SEQUENCE } from './data.ts';
import { fail } from './errors.ts';
import { MAX_DATA_DEPTH, tooDeep } from './limits.ts';
import { HEAD, type Run, type Value, type ValueObject } from './run.ts';

/** Truth as `$boolean` sees it; nothing is false. */
export function truth(value: Value, run: Run, depth = 0): boolean {
  switch (typeof value) {
    case 'boolean':
      return value;
    case 'string':
      return value.length > 0;
    case 'number':
      return value !== 0 && !Number.isNaN(value);
    case 'undefined':
      return false;
    default:
  }
  if (value === null || isFunction(value)) return false;
  if (Array.isArray(value)) {
    if (depth > MAX_DATA_DEPTH) tooDeep(depth, MAX_DATA_DEPTH);
    if (value.length === 1) return truth(value[0], run, depth + 1);
    run.charge(1 + value.length);
    for (const item of value) if (truth(item, run, depth + 1)) return true;
    return false;
  }
  if (isRaw(value)) return doubleOf(value) !== 0;
  const { length } = namesOf(value as ValueObject);
  run.charge(1 + (length >> 1));
  return length > 0;
}

/** Units for reading numbers that are kept as text. */
export const RAW = 12;
/** Characters of two texts that are compared in the time of a unit, as a power of two. */
const COMPARED = 6;

/** Texts are compared to the end of the shorter in the worst case. */
export function chargeComparison(a: string, b: string, run: Run): void {
  const length = Math.min(a.length, b.length);
  if (length >> COMPARED > 0) run.charge(length >> COMPARED);
}

/** Deep equality; functions equal only themselves. */
export function equal(a: Value, b: Value, run: Run, depth = 0): boolean {
  if (typeof a === 'string' && typeof b === 'string') {
    if (a.length !== b.length) return false;
    chargeComparison(a, b, run);
    return a === b;
  }
  if (a === b) return true;
  if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null) {
    if (typeof a === 'object' || typeof b === 'object') {
      const left = numberOf(a);
      return left !== undefined && left === numberOf(b);
    }
    return false;
  }
  if (depth > MAX_DATA_DEPTH) tooDeep(depth, MAX_DATA_DEPTH);
  run.charge(2);
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false;
    run.charge(a.length);
    for (let i = 0; i < a.length; i++) if (!equal(a[i], b[i], run, depth + 1)) return false;
    return true;
  }
  if (isRaw(a) || isRaw(b)) return numberOf(a) !== undefined && numberOf(a) === numberOf(b);
  if (Array.isArray(b) || isFunction(a) || isFunction(b)) return false;
  const names = namesOf(a);
  const { length } = namesOf(b as ValueObject);
  run.charge(2 * (names.length + length));
  if (names.length !== length) return false;
  for (const name of names) {
    if (!Object.hasOwn(b, name) || !equal((a as ValueObject)[name], b[name], run, depth + 1)) return false;
  }
  return true;
}

/** A number to compute with; NaN is none. @throws EvaluationError D1001 for infinity. */
export function numeric(value: Value): number | undefined {
  const number = numberOf(value);
  if (number === undefined || Number.isNaN(number)) return undefined;
  return Number.isFinite(number) ? number : fail('D1001', { value: number });
}

/** One side of an arithmetic operator. */
function operand(value: Value, op: string, code: 'T2001' | 'T2002'): number | undefined {
  if (value === undefined) return undefined;
  const number = numeric(value);
  return number === undefined ? fail(code, { token: op, value }) : number;
}

export function arithmetic(op: string, left: Value, right: Value, run: Run): Value {
  run.charge(RAW);
  const a = operand(left, op, 'T2001');
  const b = operand(right, op, 'T2002');
  if (a === undefined || b === undefined) return undefined;
  switch (op) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    default:
      return a % b;
  }
}

/** `< <= > >=` of two numbers or two strings. */
export function compare(op: string, left: Value, right: Value, run: Run): Value {
  run.charge(RAW);
  const a = typeof left === 'object' ? (numberOf(left) ?? left) : left;
  const b = typeof right === 'object' ? (numberOf(right) ?? right) : right;
  const comparable = (v: Value) => v === undefined || typeof v === 'number' || typeof v === 'string';
  if (!comparable(a) || !comparable(b)) {
    return fail('T2010', { token: op, value: comparable(a) ? right : left });
  }
  if (a === undefined || b === undefined) return undefined;
  if (typeof a !== typeof b) return fail('T2009', { token: op, value: a, value2: b });
  const x = a as number;
  const y = b as number;
  if (op === '<') return x < y;
  if (op === '<=') return x <= y;
  return op === '>' ? x > y : x >= y;
}

/** Is `left` one of the items of `right`? Arrays and objects are only ever themselves here. */
export function included(left: Value, right: Value, run: Run): boolean {
  if (left === undefined || right === undefined) return false;
  const items = Array.isArray(right) ? right : [right];
  const wanted = plain(left);
  const compared = typeof wanted === 'string' ? 1 + (wanted.length >> COMPARED) : 1;
  run.charge(1 + (items.length >> 1) * compared);
  if (typeof wanted !== 'number') return (items as Value[]).includes(wanted);
  return items.some((item) => {
    if (typeof item !== 'object') return item === wanted;
    run.charge(RAW);
    return plain(item) === wanted;
  });
}

/** `[from..to]` */
export function range(from: Value, to: Value, run: Run): Value {
  const a = integer(from, 'T2003');
  const b = integer(to, 'T2004');
  if (a === undefined || b === undefined || a > b) return undefined;
  const length = b - a + 1;
  if (length > 1e7) return fail('D2014', { value: length });
  run.chargeList(length);
  const items: Value[] = new Array(length);
  for (let i = 0; i < length; i++) items[i] = a + i;
  return items;
}

function integer(value: Value, code: 'T2003' | 'T2004'): number | undefined {
  if (value === undefined) return undefined;
  const number = numberOf(value);
  if (number === undefined || !Number.isInteger(number)) return fail(code, { value });
  return number;
}

// --- text --------------------------------------------------------------------------------------------------------

/** A number as `$string` writes it: at most 15 digits, integers whole. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) fail('D3001', { value });
  if (Number.isInteger(value)) return integerText(value);
  const exact = String(value);
  // So short a text has no more than 15 digits.
  return exact.length <= 16 ? exact : String(Number(value.toPrecision(15)));
}

/** Digits of fractions are found, rounded and found again. */
function chargedNumberText(value: number, run: Run): string {
  run.pay(Number.isSafeInteger(value) ? 3 : 16, HEAD);
  return numberText(value);
}

function integerText(value: number): string {
  return Object.is(value, -0) ? '0' : String(value);
}

const LONG_LIMIT = 9_223_372_036_854_775_807n;

/** A raw number as text: 64-bit integers exactly, others as doubles. */
function rawText(number: RawNumber, run: Run): string {
  run.charge(16);
  const raw = number.rawJSON;
  if (/^-?\d{1,19}$/.test(raw)) {
    const exact = BigInt(raw);
    if (exact <= LONG_LIMIT && exact >= -LONG_LIMIT - 1n) return exact.toString();
  }
  return numberText(doubleOf(number));
}

/** A value as `$string` writes it; functions are empty. */
export function text(value: Value, run: Run, pretty = false): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return chargedNumberText(value, run);
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (value === undefined || value === null) return value === null ? 'null' : '';
  if (isFunction(value)) return '';
  if (isRaw(value)) return rawText(value, run);
  const writer: Writer = { text: '', parts: [], length: 0, pretty, run };
  write(writer, value, 0);
  return writer.text + writer.parts.join('');
}

/** Units for a list or an object, whatever is in it. */
const CONTAINER = 10;
/** Pieces that are kept apart: a list of all of them would be larger than the text. */
const PIECES = 1_024;

interface Writer {
  text: string;
  readonly parts: string[];
  length: number;
  readonly pretty: boolean;
  readonly run: Run;
}

function emit(w: Writer, piece: string): void {
  w.parts.push(piece);
  w.length += piece.length;
  w.run.chargePiece(w.length, piece.length);
  if (w.parts.length < PIECES) return;
  w.text += w.parts.join('');
  w.parts.length = 0;
}

function write(w: Writer, value: Value, depth: number): void {
  if (depth > MAX_DATA_DEPTH) tooDeep(depth, MAX_DATA_DEPTH);
  if (value === null || value === undefined) return emit(w, 'null');
  switch (typeof value) {
    case 'string':
      w.run.charge(2 + (value.length >> 2));
      return emit(w, JSON.stringify(value));
    case 'number':
      if (!Number.isFinite(value)) fail('D1001', { value });
      return emit(w, chargedNumberText(value, w.run));
    case 'boolean':
      return emit(w, value ? 'true' : 'false');
    default:
  }
  if (isFunction(value)) return emit(w, '""');
  if (Array.isArray(value)) return writeList(w, value, depth);
  if (isRaw(value)) return emit(w, rawText(value, w.run));
  return writeObject(w, value as ValueObject, depth);
}

function newline(w: Writer, depth: number): void {
  if (w.pretty) emit(w, `\n${'  '.repeat(depth)}`);
}

function writeList(w: Writer, list: readonly Value[], depth: number): void {
  w.run.charge(CONTAINER);
  if (list.length === 0) return emit(w, '[]');
  emit(w, '[');
  for (let i = 0; i < list.length; i++) {
    if (i > 0) emit(w, ',');
    newline(w, depth + 1);
    write(w, list[i], depth + 1);
  }
  newline(w, depth);
  emit(w, ']');
}

function writeObject(w: Writer, object: ValueObject, depth: number): void {
  let first = true;
  emit(w, '{');
  const names = namesOf(object);
  const members = unordered(object);
  w.run.charge(CONTAINER + 6 * names.length);
  for (const name of names) {
    const value = members[name];
    if (value === undefined) continue;
    if (!first) emit(w, ',');
    first = false;
    newline(w, depth + 1);
    emit(w, JSON.stringify(name) + (w.pretty ? ': ' : ':'));
    write(w, value, depth + 1);
  }
  if (!first) newline(w, depth);
  emit(w, '}');
}

/** Items of a list, or the one value as a list. */
export function listOf(value: Value): Value[] {
  return Array.isArray(value) ? value : [value];
}

/** Gathered by the language rather than given as data? */
export function isSequence(value: Value): boolean {
  return Array.isArray(value) && (marksOf(value) & SEQUENCE) !== 0;
}

export { isObject };
