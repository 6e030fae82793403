// Where the parser of patterns stands, and what both of its parts read: flags, comments, escapes of one character.

import { namedClass, not } from './classes.ts';
import { type Folding, RegexSyntaxError, type Test } from './syntax.ts';

export interface Cursor {
  readonly source: string;
  at: number;
  /** Flags in force: letters of `(?idmsuxU)`. */
  flags: Set<string>;
  /** Capturing groups opened so far. */
  groups: number;
  readonly names: Map<string, number>;
  depth: number;
}

export function peek(p: Cursor): string {
  return p.source[p.at] ?? '';
}

export function foldingOf(flags: ReadonlySet<string>): Folding {
  if (!flags.has('i')) return 'none';
  return flags.has('u') || flags.has('U') ? 'unicode' : 'ascii';
}

/** In the mode of comments, blanks and `#…` up to the end of the line mean nothing. */
export function skipComments(p: Cursor): void {
  if (!p.flags.has('x')) return;
  const ignored = /(?:[ \t\n\v\f\r]+|#[^\n\r]*)*/y;
  ignored.lastIndex = p.at;
  ignored.test(p.source);
  p.at = ignored.lastIndex;
}

export function readFlags(p: Cursor): void {
  let on = true;
  for (;;) {
    const flag = peek(p);
    if (flag === '-' && on) on = false;
    else if (!/^[idmsuxU]$/.test(flag)) return;
    else if (on) p.flags.add(flag);
    else p.flags.delete(flag);
    p.at++;
  }
}

const CONTROLS: Readonly<Record<string, number>> = { t: 9, n: 10, r: 13, f: 12, a: 7, e: 27 };

/** The code point of an escape that stands for one, at its backslash. */
export function literalEscape(p: Cursor): number {
  const letter = p.source[p.at + 1];
  if (letter === undefined) throw new RegexSyntaxError('Unexpected internal error', p.at + 1);
  if (Object.hasOwn(CONTROLS, letter)) {
    p.at += 2;
    return CONTROLS[letter]!;
  }
  switch (letter) {
    case '0':
      return numeric(p, /\\0([0-3]?[0-7]{1,2})/y, 8, 'Illegal octal escape sequence');
    case 'x':
      return numeric(
        p,
        /\\x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]{1,8})\})/y,
        16,
        'Illegal hexadecimal escape sequence',
      );
    case 'u':
      return unicodeEscape(p);
    case 'c': {
      const control = p.source.charCodeAt(p.at + 2);
      if (Number.isNaN(control)) throw new RegexSyntaxError('Illegal control escape sequence', p.at + 2);
      p.at += 3;
      return control ^ 64;
    }
    default:
  }
  if (/^[A-Za-z0-9]$/.test(letter)) {
    throw new RegexSyntaxError('Illegal/unsupported escape sequence', p.at + 1);
  }
  const codePoint = p.source.codePointAt(p.at + 1)!;
  p.at += 1 + String.fromCodePoint(codePoint).length;
  return codePoint;
}

function numeric(p: Cursor, form: RegExp, radix: number, complaint: string): number {
  form.lastIndex = p.at;
  const found = form.exec(p.source);
  const value = found === null ? Number.NaN : Number.parseInt(found[1] ?? found[2]!, radix);
  if (found === null || value > 0x10ffff) throw new RegexSyntaxError(complaint, p.at + 1);
  p.at += found[0].length;
  return value;
}

/** Two escapes may be the halves of one code point. */
function unicodeEscape(p: Cursor): number {
  const form = /\\u([0-9A-Fa-f]{4})/y;
  const high = numeric(p, form, 16, 'Illegal Unicode escape sequence');
  form.lastIndex = p.at;
  const low = high >= 0xd800 && high <= 0xdbff ? form.exec(p.source) : null;
  const half = low === null ? 0 : Number.parseInt(low[1]!, 16);
  if (half < 0xdc00 || half > 0xdfff) return high;
  p.at += low![0].length;
  return 0x10000 + ((high - 0xd800) << 10) + (half - 0xdc00);
}

/** `pL`, `p{Lu}`, `P{Lu}` or `p{^Lu}`, after the backslash. */
export function propertyClass(p: Cursor): Test {
  const negative = p.source[p.at] === 'P';
  const form = /[pP](?:\{([^}]*)\}|([^{]))/uy;
  form.lastIndex = p.at;
  const found = form.exec(p.source);
  const name = found?.[1] ?? found?.[2];
  if (found === null || name === undefined || name === '') {
    throw new RegexSyntaxError(
      p.source[p.at + 1] === '{' && name === undefined
        ? 'Unclosed character family'
        : 'Empty character family',
      p.at,
    );
  }
  const test = namedClass(name);
  if (test === undefined) {
    const what = name.startsWith('In') ? 'block' : 'property';
    throw new RegexSyntaxError(`Unknown character ${what} name {${name}}`, p.at + found[0].length - 1);
  }
  p.at += found[0].length;
  return negative ? not(test) : test;
}
