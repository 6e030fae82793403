// Text of a JSONPath → syntax tree. The grammar of Jayway 2.0: liberal names after a dot (`length()` is one), quotes for
// everything else, and nothing is escaped between quotes.
// The same parser reads paths inside filters and inside the arguments of intrinsic functions, where a few characters end a name.

import {
  type Filter,
  isDefinite,
  MAX_NESTING,
  MAX_STEPS,
  OPERATORS,
  type Operand,
  type PathSyntax,
  PathSyntaxError,
  type Step,
} from './syntax.ts';

interface Cursor {
  readonly text: string;
  /** Characters that end a name after a dot, besides those that always do. */
  readonly stops: string;
  at: number;
  depth: number;
}

const SPACE = /\s/;
const FILTER_STOPS = '=!<>~&|),]}\'"';
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

/** `*` or a name after a dot. */
function readName(cursor: Cursor): Step {
  if (take(cursor, '*')) return { kind: 'wildcard' };
  const start = cursor.at;
  while (!atNameEnd(cursor)) cursor.at++;
  const name = cursor.text.slice(start, cursor.at);
  if (name === '') fail(cursor, 'Expected a name');
  return { kind: 'member', name };
}

/** What looks like a call, `length()`, is a name, also where a parenthesis ends the path. */
function atNameEnd(cursor: Cursor): boolean {
  const next = peek(cursor);
  if (next === '.' || next === '[') return true;
  return atEnd(cursor) && !(next === ')' && cursor.text[cursor.at - 1] === '(');
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
  const fromEnd = match(cursor, /\(\s*@\.(?:length|size\(\))\s*-\s*\d{1,9}\s*\)/y);
  if (fromEnd) {
    close(cursor, ']');
    return { kind: 'fromEnd', back: Number(/\d+/.exec(fromEnd)![0]) };
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
  const quote = peek(cursor);
  if (quote !== "'" && quote !== '"') fail(cursor, 'Expected a quoted name');
  // A backslash is a character of the name like any other, as recorded from AWS.
  const end = cursor.text.indexOf(quote, start + 1);
  if (end < 0) throw new PathSyntaxError('Expected a closing quote', start);
  if (end === start + 1) throw new PathSyntaxError('Expected a name between the quotes', start);
  cursor.at = end + 1;
  return cursor.text.slice(start + 1, end);
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
  if (take(cursor, '(')) {
    const inner = nested(cursor, () => readOr(cursor));
    close(cursor, ')');
    return inner;
  }
  if (take(cursor, '!')) {
    if (peek(cursor) !== '@') fail(cursor, 'Expected @ after !, which asks for what is not there');
    return { kind: 'exists', path: readFilterPath(cursor), negated: true };
  }
  const left = readOperand(cursor, true);
  skipSpace(cursor);
  const operator = OPERATORS.find((symbol) => take(cursor, symbol));
  if (operator) return { kind: 'compare', operator, left, right: readOperand(cursor, false) };
  if (left.kind !== 'path') return fail(cursor, `Expected one of ${OPERATORS.join(' ')}`);
  if (!/^(?:[)&|]|$)/.test(peek(cursor)))
    fail(cursor, `Expected one of ${OPERATORS.join(' ')} after the path`);
  return { kind: 'exists', path: left.path, negated: false };
}

function readOperand(cursor: Cursor, left: boolean): Operand {
  skipSpace(cursor);
  const next = peek(cursor);
  if (next === '@' || next === '$') return { kind: 'path', path: readFilterPath(cursor) };
  if (next === "'" || next === '"') return { kind: 'literal', text: readText(cursor) };
  return (next === '/' && readPattern(cursor)) || { kind: 'literal', text: readBareText(cursor, left) };
}

/** `@…` or `$…` inside a filter; `$` is the root of the path around it. It leads to one node. */
function readFilterPath(cursor: Cursor): PathSyntax {
  const start = cursor.at;
  const root = take(cursor, '@') ? 'current' : 'document';
  if (root === 'document') cursor.at++;
  const inner = { ...cursor, stops: FILTER_STOPS };
  const steps = nested(inner, () => readSteps(inner));
  cursor.at = inner.at;
  if (!isDefinite(steps)) {
    throw new PathSyntaxError('Expected the path in a filter to lead to one node', start);
  }
  return { root, variable: undefined, steps };
}

const PATTERN = /\/(.+?)\/(i?)(?=\s*(?:\)|&&|\|\||=~))/sy;

/** `/…/` or `/…/i`; anything else that begins with a slash is a text: `/eggs/cooked`. */
function readPattern(cursor: Cursor): Operand | undefined {
  const offset = cursor.at;
  PATTERN.lastIndex = offset;
  const found = PATTERN.exec(cursor.text);
  if (!found) return undefined;
  cursor.at = PATTERN.lastIndex;
  return { kind: 'pattern', source: found[1]!, ignoreCase: found[2] === 'i', offset };
}

/** Between quotes, where `\'` is a quote and every other backslash stands for itself. */
function readText(cursor: Cursor): string {
  const start = cursor.at;
  const quote = peek(cursor);
  for (cursor.at++; peek(cursor) !== quote; cursor.at++) {
    if (peek(cursor) === '') throw new PathSyntaxError('Expected a closing quote', start);
    if (peek(cursor) === '\\' && cursor.text[cursor.at + 1] === quote) cursor.at++;
  }
  const text = cursor.text.slice(start + 1, cursor.at);
  cursor.at++;
  return text.replaceAll(`\\${quote}`, quote);
}

/**
 * Without quotes: the text up to the end of the term, blanks around it left out. Definitions in production write
 * `@.status==FAIL`, and AWS takes them.
 */
function readBareText(cursor: Cursor, left: boolean): string {
  const end = left ? /\)|&&|\|\||[=!<>]/g : /\)|&&|\|\|/g;
  end.lastIndex = cursor.at;
  const found = end.exec(cursor.text);
  const to = found === null ? cursor.text.length : found.index;
  const text = cursor.text.slice(cursor.at, to).trimEnd();
  if (text === '') fail(cursor, 'Expected a path or a value');
  cursor.at = to;
  return text;
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
