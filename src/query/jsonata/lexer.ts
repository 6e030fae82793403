// Text of a JSONata expression → tokens, one at a time, because `/` is a division or a regular expression
// depending on what came before.

import { JsonataSyntaxError } from './errors.ts';

export type TokenType =
  | 'operator'
  | 'string'
  | 'number'
  | 'literal'
  | 'name'
  | 'quoted'
  | 'variable'
  | 'regex'
  | 'end';

export interface Token {
  readonly type: TokenType;
  /** Operator text, value of a literal, name without `$` or quotes. */
  readonly value: string | number | boolean | null;
  /** Of a regular expression. */
  readonly flags?: string;
  readonly start: number;
  readonly end: number;
}

const TWO = new Set(['..', ':=', '!=', '>=', '<=', '**', '~>']);
const ONE = new Set('.[]{}(),@#;:?+-*/%|=<>^&!~');
const WORDS: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null };
const SPACE = new Set(' \t\n\r\v');
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '`': '`',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[Ee][-+]?[0-9]+)?/y;

/** Offset of the next thing that is neither blank nor comment. */
function skipBlanks(source: string, from: number): number {
  let at = from;
  for (;;) {
    while (at < source.length && SPACE.has(source[at] as string)) at++;
    if (source[at] !== '/' || source[at + 1] !== '*') return at;
    const close = source.indexOf('*/', at + 2);
    if (close < 0) throw new JsonataSyntaxError('S0106', at);
    at = close + 2;
  }
}

function readString(source: string, start: number): Token {
  const quote = source[start];
  let value = '';
  let at = start + 1;
  while (at < source.length) {
    const char = source[at] as string;
    if (char === quote) return { type: 'string', value, start, end: at + 1 };
    if (char !== '\\') {
      value += char;
      at++;
      continue;
    }
    const letter = source[at + 1] ?? '';
    if (letter === 'u') {
      const digits = source.slice(at + 2, at + 6);
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw new JsonataSyntaxError('S0104', at);
      value += String.fromCharCode(Number.parseInt(digits, 16));
      at += 6;
    } else if (Object.hasOwn(ESCAPES, letter)) {
      value += ESCAPES[letter];
      at += 2;
    } else if (letter === '') {
      break;
    } else {
      throw new JsonataSyntaxError('S0103', at, { token: letter });
    }
  }
  throw new JsonataSyntaxError('S0101', start);
}

function readRegex(source: string, start: number): Token {
  let depth = 0;
  let at = start + 1;
  for (; at < source.length; at++) {
    const char = source[at] as string;
    if (char === '\\') {
      at++;
      continue;
    }
    if (char === '/' && depth === 0) {
      const value = source.slice(start + 1, at);
      if (value === '') throw new JsonataSyntaxError('S0301', start);
      let end = at + 1;
      while (source[end] === 'i' || source[end] === 'm') end++;
      return { type: 'regex', value, flags: source.slice(at + 1, end), start, end };
    }
    if (char === '(' || char === '[' || char === '{') depth++;
    if (char === ')' || char === ']' || char === '}') depth--;
  }
  throw new JsonataSyntaxError('S0302', start);
}

/**
 * @param operand an operand is expected here, so `/` opens a regular expression.
 * @throws JsonataSyntaxError
 */
export function nextToken(source: string, from: number, operand: boolean): Token {
  const start = skipBlanks(source, from);
  if (start >= source.length) return { type: 'end', value: '(end)', start, end: start };
  const char = source[start] as string;
  if (operand && char === '/') return readRegex(source, start);
  const pair = source.slice(start, start + 2);
  if (TWO.has(pair)) return { type: 'operator', value: pair, start, end: start + 2 };
  if (ONE.has(char)) return { type: 'operator', value: char, start, end: start + 1 };
  if (char === '"' || char === "'") return readString(source, start);
  NUMBER.lastIndex = start;
  const number = NUMBER.exec(source);
  if (number !== null) {
    const value = Number(number[0]);
    if (!Number.isFinite(value)) throw new JsonataSyntaxError('S0102', start, { token: number[0] });
    return { type: 'number', value, start, end: NUMBER.lastIndex };
  }
  if (char === '`') {
    const close = source.indexOf('`', start + 1);
    if (close < 0) throw new JsonataSyntaxError('S0105', start);
    return { type: 'quoted', value: source.slice(start + 1, close), start, end: close + 1 };
  }
  let end = start + 1;
  while (end < source.length && !SPACE.has(source[end] as string) && !ONE.has(source[end] as string)) end++;
  const word = source.slice(start, end);
  if (char === '$') return { type: 'variable', value: word.slice(1), start, end };
  if (word === 'and' || word === 'or' || word === 'in') {
    return { type: 'operator', value: word, start, end };
  }
  if (Object.hasOwn(WORDS, word))
    return { type: 'literal', value: WORDS[word] as boolean | null, start, end };
  return { type: 'name', value: word, start, end };
}
