// Text of a JSONPath → syntax tree. Jayway's grammar: liberal names after a dot, quotes for everything else.
// The same parser reads paths inside filters and inside the arguments of intrinsic functions, where a few characters end a name.

import { type Json, type JsonObject, parseJson, setMember } from '../../base/json.ts';
import {
  type Filter,
  MAX_NESTING,
  MAX_STEPS,
  OPERATORS,
  type Operand,
  type Operator,
  type PathSyntax,
  PathSyntaxError,
  type Step,
} from './syntax.ts';

const ARITY: ReadonlyMap<string, readonly [least: number, most: number]> = new Map([
  ['length', [0, 0]],
  ['min', [0, Number.POSITIVE_INFINITY]],
  ['max', [0, Number.POSITIVE_INFINITY]],
  ['avg', [0, Number.POSITIVE_INFINITY]],
  ['stddev', [0, Number.POSITIVE_INFINITY]],
  ['sum', [0, Number.POSITIVE_INFINITY]],
  ['first', [0, 0]],
  ['last', [0, 0]],
  ['index', [1, 1]],
  ['concat', [0, Number.POSITIVE_INFINITY]],
  ['append', [0, Number.POSITIVE_INFINITY]],
  ['keys', [0, 0]],
]);

interface Cursor {
  readonly text: string;
  /** Characters that end a name after a dot, besides those that always do. */
  readonly stops: string;
  at: number;
  depth: number;
}

const SPACE = /\s/;
const FILTER_STOPS = '=!<>~&|),]}\'"';
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /[\p{L}\p{N}_$.:/@+-]+/uy;
const VARIABLE = /[\p{ID_Start}_][\p{ID_Continue}]*/uy;

/**
 * @param source a whole path, as in a field of a definition; blanks after it are ignored.
 * @throws PathSyntaxError
 */
export function parsePath(source: string): PathSyntax {
  const cursor: Cursor = { text: source, stops: '', at: 0, depth: 0 };
  const path = readPath(cursor);
  skipSpace(cursor);
  if (cursor.at < source.length)
    fail(cursor, "Expected the path to end (names with blanks need brackets: ['a b'])");
  return path;
}

/**
 * Reads a path that stands inside other text, up to a blank or one of `stops`.
 * @returns the path and the offset after it. @throws PathSyntaxError
 */
export function parsePathAt(text: string, offset: number, stops: string): { path: PathSyntax; end: number } {
  const cursor: Cursor = { text, stops, at: offset, depth: 0 };
  const path = readPath(cursor);
  return { path, end: cursor.at };
}

function readPath(cursor: Cursor): PathSyntax {
  if (!take(cursor, '$')) fail(cursor, 'Expected a path to start with $');
  if (take(cursor, '$')) return { root: 'context', variable: undefined, steps: readSteps(cursor) };
  const variable = match(cursor, VARIABLE);
  return { root: variable ? 'variable' : 'document', variable, steps: readSteps(cursor) };
}

/** Steps until the end, a blank or a stop. */
function readSteps(cursor: Cursor): readonly Step[] {
  const steps: Step[] = [];
  while (!atEnd(cursor)) {
    if (steps.length >= MAX_STEPS) fail(cursor, `Expected at most ${MAX_STEPS} steps in a path`);
    if (steps.at(-1)?.kind === 'function') fail(cursor, 'Expected a function to be the last step of a path');
    if (take(cursor, '..')) {
      if (peek(cursor) === '.') fail(cursor, 'Expected a name or a bracket after ..');
      steps.push({ kind: 'scan' });
    } else if (take(cursor, '.')) {
      if (peek(cursor) === '.') fail(cursor, 'Expected a name or a bracket after the dot');
    } else if (steps.length === 0 && peek(cursor) !== '[') {
      fail(cursor, 'Expected . or [');
    }
    // After a bracket or a wildcard a name may follow without a dot, as in `$.a[0]b`.
    steps.push(peek(cursor) === '[' ? readBracket(cursor) : readName(cursor));
  }
  return steps;
}

function atEnd(cursor: Cursor): boolean {
  const next = peek(cursor);
  return next === '' || SPACE.test(next) || cursor.stops.includes(next);
}

/** `*`, `name` or `name(…)` after a dot. */
function readName(cursor: Cursor): Step {
  if (take(cursor, '*')) return { kind: 'wildcard' };
  const start = cursor.at;
  while (!atEnd(cursor) && !'.[('.includes(peek(cursor))) cursor.at++;
  const name = cursor.text.slice(start, cursor.at);
  if (name === '') fail(cursor, 'Expected a name');
  if (peek(cursor) === '(') return readFunction(cursor, name, start);
  return { kind: 'member', name };
}

function readFunction(cursor: Cursor, name: string, start: number): Step {
  const arity = ARITY.get(name);
  if (!arity) {
    throw new PathSyntaxError(
      `Unknown function ${name}(), expected one of ${[...ARITY.keys()].join(' ')}`,
      start,
    );
  }
  const items = nested(cursor, () => {
    cursor.at++;
    return readList(cursor, ')', () => {
      if (peek(cursor) !== '$' && peek(cursor) !== '@') return literalOperand(readLiteral(cursor));
      return readFilterPath(cursor);
    });
  });
  if (items.length < arity[0] || items.length > arity[1]) {
    throw new PathSyntaxError(`The function ${name}() does not take ${items.length} argument(s)`, start);
  }
  return { kind: 'function', name, arguments: items };
}

function readBracket(cursor: Cursor): Step {
  cursor.at++;
  skipSpace(cursor);
  const next = peek(cursor);
  if (next === "'" || next === '"') {
    const names = readList(cursor, ']', () => readQuotedName(cursor));
    return names.length === 1 ? { kind: 'member', name: names[0]! } : { kind: 'members', names };
  }
  if (next === '?') return readFilterBracket(cursor);
  if (take(cursor, '*')) {
    close(cursor, ']');
    return { kind: 'wildcard' };
  }
  const fromEnd = match(cursor, /\(@\.length\s*-\s*\d{1,9}\)/y);
  if (fromEnd) {
    close(cursor, ']');
    return { kind: 'index', index: -Number(/\d+/.exec(fromEnd)![0]) };
  }
  return readIndexes(cursor);
}

/** `1`, `-1`, `0,2`, `1:`, `:2`, `1:2`. */
function readIndexes(cursor: Cursor): Step {
  const first = readInteger(cursor);
  skipSpace(cursor);
  if (take(cursor, ':')) {
    skipSpace(cursor);
    const to = readInteger(cursor);
    if (first === undefined && to === undefined) fail(cursor, 'Expected a number before or after the colon');
    skipSpace(cursor);
    if (peek(cursor) === ':') fail(cursor, 'A slice has no step');
    close(cursor, ']');
    return { kind: 'slice', from: first, to };
  }
  if (first === undefined) fail(cursor, 'Expected an index, a slice, a quoted name, * or ?(…) after [');
  const indexes = [first];
  while (take(cursor, ',')) {
    skipSpace(cursor);
    const index = readInteger(cursor);
    if (index === undefined) fail(cursor, 'Expected an index after the comma');
    indexes.push(index);
    skipSpace(cursor);
  }
  close(cursor, ']');
  return indexes.length === 1 ? { kind: 'index', index: first } : { kind: 'indexes', indexes };
}

function readInteger(cursor: Cursor): number | undefined {
  const digits = match(cursor, /-?\d+/y);
  if (digits === undefined) return undefined;
  const value = Number(digits);
  if (Math.abs(value) > 2_147_483_647) fail(cursor, 'Expected an index that fits 32 bits');
  return value === 0 ? 0 : value;
}

function readQuotedName(cursor: Cursor): string {
  const start = cursor.at;
  const name = readString(cursor);
  if (name === '') throw new PathSyntaxError('Expected a name between the quotes', start);
  return name;
}

/** A string in single or double quotes; a backslash makes any next character itself, or is one of JSON's escapes. */
function readString(cursor: Cursor): string {
  const start = cursor.at;
  const quote = peek(cursor);
  if (quote !== "'" && quote !== '"') fail(cursor, 'Expected a quoted string');
  let value = '';
  for (cursor.at++; peek(cursor) !== quote; cursor.at++) {
    const next = peek(cursor);
    if (next === '') throw new PathSyntaxError('Expected a closing quote', start);
    value += next === '\\' ? readEscape(cursor) : next;
  }
  cursor.at++;
  return value;
}

/** Leaves the cursor on the last character of the escape. */
function readEscape(cursor: Cursor): string {
  cursor.at++;
  const letter = peek(cursor);
  if (letter === '') fail(cursor, 'Expected a character after the backslash');
  if (letter === 'u') {
    const hex = /^[0-9a-fA-F]{4}/.exec(cursor.text.slice(cursor.at + 1, cursor.at + 5))?.[0];
    if (!hex) fail(cursor, 'Expected four hexadecimal digits after \\u');
    cursor.at += 4;
    return String.fromCharCode(Number.parseInt(hex, 16));
  }
  return { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' }[letter] ?? letter;
}

function readFilterBracket(cursor: Cursor): Step {
  cursor.at++;
  skipSpace(cursor);
  if (peek(cursor) !== '(') fail(cursor, 'Expected ( after ?');
  const filter = nested(cursor, () => {
    cursor.at++;
    const inner = { ...cursor, stops: FILTER_STOPS };
    const or = readOr(inner);
    cursor.at = inner.at;
    close(cursor, ')');
    return or;
  });
  close(cursor, ']');
  return { kind: 'filter', filter };
}

function readOr(cursor: Cursor): Filter {
  return readChain(cursor, '||', 'or', readAnd);
}

function readAnd(cursor: Cursor): Filter {
  return readChain(cursor, '&&', 'and', readTerm);
}

function readChain(cursor: Cursor, symbol: string, kind: 'and' | 'or', read: (c: Cursor) => Filter): Filter {
  const of = [read(cursor)];
  for (skipSpace(cursor); take(cursor, symbol); skipSpace(cursor)) of.push(read(cursor));
  return of.length === 1 ? of[0]! : { kind, of };
}

function readTerm(cursor: Cursor): Filter {
  skipSpace(cursor);
  if (take(cursor, '!')) return { kind: 'not', of: nested(cursor, () => readTerm(cursor)) };
  if (take(cursor, '(')) {
    const inner = nested(cursor, () => readOr(cursor));
    close(cursor, ')');
    return inner;
  }
  const left = readOperand(cursor);
  const operator = readOperator(cursor);
  if (operator) return { kind: 'compare', operator, left, right: readOperand(cursor) };
  if (left.kind === 'path') return { kind: 'exists', path: left.path };
  if (left.kind === 'literal' && typeof left.value === 'boolean') {
    return { kind: 'constant', value: left.value };
  }
  return fail(cursor, 'Expected a comparison');
}

function readOperator(cursor: Cursor): Operator | undefined {
  skipSpace(cursor);
  const word = /[a-z]+/iy;
  word.lastIndex = cursor.at;
  const letters = word.exec(cursor.text)?.[0].toLowerCase();
  const found = OPERATORS.find((operator) =>
    letters ? operator === letters : cursor.text.startsWith(operator, cursor.at),
  );
  if (found) cursor.at += found.length;
  return found;
}

function readOperand(cursor: Cursor): Operand {
  skipSpace(cursor);
  const next = peek(cursor);
  if (next === '@' || next === '$') return readFilterPath(cursor);
  if (next === '/') return readPattern(cursor);
  return literalOperand(readLiteral(cursor));
}

function literalOperand(value: Json): Operand {
  return { kind: 'literal', value };
}

/** `@…` or `$…` inside a filter; `$` is the root of the path around it. */
function readFilterPath(cursor: Cursor): Operand {
  const root = take(cursor, '@') ? 'current' : 'document';
  if (root === 'document') cursor.at++;
  const inner = { ...cursor, stops: FILTER_STOPS };
  const steps = nested(inner, () => readSteps(inner));
  cursor.at = inner.at;
  return { kind: 'path', path: { root, variable: undefined, steps } };
}

function readPattern(cursor: Cursor): Operand {
  const offset = cursor.at;
  let end = offset + 1;
  while (end < cursor.text.length && cursor.text[end] !== '/') end += cursor.text[end] === '\\' ? 2 : 1;
  if (end >= cursor.text.length) throw new PathSyntaxError('Expected / to close the pattern', offset);
  const source = cursor.text.slice(offset + 1, end).replaceAll('\\/', '/');
  cursor.at = end + 1;
  const flags = match(cursor, /[a-zA-Z]+/y) ?? '';
  return { kind: 'pattern', source, flags, offset };
}

/**
 * A string, number, true, false, null, array or object. A bare word is the string it spells: definitions in
 * production write `@.status==FAIL`, and AWS takes them.
 */
function readLiteral(cursor: Cursor): Json {
  skipSpace(cursor);
  const next = peek(cursor);
  if (next === "'" || next === '"') return readString(cursor);
  if (next === '[') {
    return nested(cursor, () => {
      cursor.at++;
      return readList(cursor, ']', () => readLiteral(cursor));
    });
  }
  if (next === '{') return nested(cursor, () => readObject(cursor));
  const start = cursor.at;
  const word = match(cursor, WORD);
  if (word === undefined) fail(cursor, 'Expected a path or a literal');
  if (word === 'true') return true;
  if (word === 'false') return false;
  if (word === 'null') return null;
  if (!/^[-\d]/.test(word)) return word;
  cursor.at = start;
  const number = match(cursor, NUMBER);
  if (number === undefined || number !== word) {
    throw new PathSyntaxError(`Expected a number, but got ${word}`, start);
  }
  return parseJson(number);
}

function readObject(cursor: Cursor): Json {
  const object: JsonObject = {};
  cursor.at++;
  readList(cursor, '}', () => {
    const name = readString(cursor);
    close(cursor, ':');
    setMember(object, name, readLiteral(cursor));
  });
  return object;
}

/** Items between commas up to and with `end`; the opening bracket is already read. */
function readList<T>(cursor: Cursor, end: string, read: () => T): T[] {
  const items: T[] = [];
  skipSpace(cursor);
  if (take(cursor, end)) return items;
  for (;;) {
    skipSpace(cursor);
    items.push(read());
    skipSpace(cursor);
    if (take(cursor, end)) return items;
    if (!take(cursor, ',')) fail(cursor, `Expected , or ${end}`);
  }
}

function nested<T>(cursor: Cursor, read: () => T): T {
  if (cursor.depth >= MAX_NESTING) fail(cursor, `Expected at most ${MAX_NESTING} levels of nesting`);
  cursor.depth++;
  const value = read();
  cursor.depth--;
  return value;
}

function peek(cursor: Cursor): string {
  return cursor.text[cursor.at] ?? '';
}

function take(cursor: Cursor, symbol: string): boolean {
  if (!cursor.text.startsWith(symbol, cursor.at)) return false;
  cursor.at += symbol.length;
  return true;
}

/** @param pattern sticky. */
function match(cursor: Cursor, pattern: RegExp): string | undefined {
  pattern.lastIndex = cursor.at;
  const found = pattern.exec(cursor.text)?.[0];
  if (found !== undefined) cursor.at += found.length;
  return found;
}

function close(cursor: Cursor, symbol: string): void {
  skipSpace(cursor);
  if (!take(cursor, symbol)) fail(cursor, `Expected ${symbol}`);
}

function skipSpace(cursor: Cursor): void {
  while (SPACE.test(peek(cursor))) cursor.at++;
}

function fail(cursor: Cursor, message: string): never {
  const rest = cursor.text.slice(cursor.at, cursor.at + 20);
  throw new PathSyntaxError(
    rest === '' ? `${message}, but the path ends` : `${message}, but got ${rest}`,
    cursor.at,
  );
}
