// Text of a pattern → nodes, with the syntax and the complaints of java.util.regex.Pattern.

import { fold, letterClass } from './classes.ts';
import {
  type Cursor,
  foldingOf,
  literalEscape,
  peek,
  propertyClass,
  readFlags,
  skipComments,
} from './cursor.ts';
import { parseClass } from './parse-class.ts';
import { type Greed, type Node, type Pattern, type Position, RegexSyntaxError, widthOf } from './syntax.ts';

export interface Options {
  readonly ignoreCase?: boolean;
  readonly multiline?: boolean;
}

/** Groups inside groups; reading them is recursive. */
const MAX_NESTING = 250;
const MAX_COUNT = 2 ** 31 - 1;

/** @throws RegexSyntaxError */
export function parseRegex(source: string, { ignoreCase = false, multiline = false }: Options): Pattern {
  const p: Cursor = {
    source: unquote(source),
    at: 0,
    flags: new Set([...(ignoreCase ? ['i'] : []), ...(multiline ? ['m'] : [])]),
    groups: 0,
    names: new Map(),
    depth: 0,
  };
  const root = readChoice(p);
  if (p.at < p.source.length) throw new RegexSyntaxError("Unmatched closing ')'", Math.max(p.at - 1, 0));
  return { root, groups: p.groups };
}

/** `\Q…\E` with every character escaped instead. */
function unquote(source: string): string {
  let text = '';
  for (let at = 0; at < source.length; ) {
    if (!source.startsWith('\\Q', at)) {
      const length = source[at] === '\\' ? 2 : 1;
      text += source.slice(at, at + length);
      at += length;
      continue;
    }
    const end = source.indexOf('\\E', at);
    const quoted = source.slice(at + 2, end < 0 ? source.length : end);
    // A digit could belong to the back-reference before it.
    text += quoted.replace(/^\d/, '\\x3$&').replace(/(?!^\\)[^\w\u0080-\uffff]/g, '\\$&');
    at = end < 0 ? source.length : end + 2;
  }
  return text;
}

function readChoice(p: Cursor): Node {
  if (++p.depth > MAX_NESTING)
    throw new RegexSyntaxError(`Groups nest more than ${MAX_NESTING} levels deep`, p.at);
  const of = [readSequence(p)];
  while (peek(p) === '|') {
    p.at++;
    of.push(readSequence(p));
  }
  p.depth--;
  return of.length === 1 ? of[0]! : { kind: 'choice', of };
}

function readSequence(p: Cursor): Node {
  const of: Node[] = [];
  for (;;) {
    skipComments(p);
    const next = peek(p);
    if (next === '' || next === '|' || next === ')') break;
    const atom = readAtom(p);
    skipComments(p);
    of.push(...quantify(p, atom));
  }
  return of.length === 1 ? of[0]! : { kind: 'sequence', of };
}

/** A quantifier belongs to the last unit that was read: `\u{1F600}` is one, of two UTF-16 units. */
function quantify(p: Cursor, atom: Node): readonly Node[] {
  const bounds = readBounds(p);
  if (bounds === undefined) return [atom];
  let greed: Greed = 'greedy';
  if (peek(p) === '?') greed = 'lazy';
  if (peek(p) === '+') greed = 'possessive';
  if (greed !== 'greedy') p.at++;
  return [{ kind: 'repeat', of: atom, ...bounds, greed }];
}

function readBounds(p: Cursor): { min: number; max: number } | undefined {
  switch (peek(p)) {
    case '?':
      p.at++;
      return { min: 0, max: 1 };
    case '*':
      p.at++;
      return { min: 0, max: Number.POSITIVE_INFINITY };
    case '+':
      p.at++;
      return { min: 1, max: Number.POSITIVE_INFINITY };
    case '{':
      return readCounts(p);
    default:
      return undefined;
  }
}

function readCounts(p: Cursor): { min: number; max: number } {
  const found = /\{(\d+)(?:(,)(\d*))?/y;
  found.lastIndex = p.at;
  const [all, low, comma, high] = found.exec(p.source) ?? [];
  if (all === undefined) throw new RegexSyntaxError('Illegal repetition', p.at);
  p.at += all.length;
  if (peek(p) !== '}') throw new RegexSyntaxError('Unclosed counted closure', p.at);
  const min = Number(low);
  let max = min;
  if (comma !== undefined) max = high === '' ? Number.POSITIVE_INFINITY : Number(high);
  const tooLarge = min > MAX_COUNT || (Number.isFinite(max) && max > MAX_COUNT);
  if (max < min || tooLarge) throw new RegexSyntaxError('Illegal repetition range', p.at - 1);
  p.at++;
  return { min, max };
}

function readAtom(p: Cursor): Node {
  const start = p.at;
  const char = String.fromCodePoint(p.source.codePointAt(start)!);
  switch (char) {
    case '(':
      return readGroup(p);
    case '[':
      p.at++;
      return { kind: 'set', test: parseClass(p), char: undefined };
    case '.':
      p.at++;
      return { kind: 'set', test: dot(p.flags), char: undefined };
    case '^':
      p.at++;
      return position(p, p.flags.has('m') ? 'lineBegin' : 'begin');
    case '$':
      p.at++;
      return position(p, p.flags.has('m') ? 'lineEnd' : 'lastLineEnd');
    case '\\':
      return readEscape(p);
    case '*':
    case '+':
    case '?':
      throw new RegexSyntaxError(`Dangling meta character '${char}'`, start);
    case '{':
      // Java takes the count for one of nothing.
      return { kind: 'empty' };
    default:
      p.at += char.length;
      return literal(p, char.codePointAt(0)!);
  }
}

function literal(p: Cursor, codePoint: number): Node {
  const folding = foldingOf(p.flags);
  const test = fold((c) => c === codePoint, folding);
  const hasCase = folding !== 'none' && /\p{L}|\p{M}|\p{N}|\p{S}/u.test(String.fromCodePoint(codePoint));
  return { kind: 'set', test, char: hasCase || codePoint > 0xffff ? undefined : codePoint };
}

function dot(flags: ReadonlySet<string>): (c: number) => boolean {
  if (flags.has('s')) return () => true;
  if (flags.has('d')) return (c) => c !== 10;
  return (c) => c !== 10 && c !== 13 && c !== 0x85 && c !== 0x2028 && c !== 0x2029;
}

function position(p: Cursor, at: Position): Node {
  return { kind: 'position', at, unixLines: p.flags.has('d') };
}

// --- groups --------------------------------------------------------------------------------------------------------

function readGroup(p: Cursor): Node {
  p.at++;
  if (peek(p) !== '?') return capture(p);
  p.at++;
  const start = p.at;
  const kind = p.source[p.at++] ?? '';
  switch (kind) {
    case ':':
      return enclosed(p);
    case '=':
    case '!':
      return { kind: 'look', behind: false, negative: kind === '!', of: enclosed(p) };
    case '>':
      return { kind: 'atomic', of: enclosed(p) };
    case '<':
      return readAngle(p);
    default:
      p.at = start;
      return readModifiers(p);
  }
}

function capture(p: Cursor): Node {
  const index = ++p.groups;
  return { kind: 'group', index, of: enclosed(p) };
}

/** What is inside a group; flags that it sets end with it. */
function enclosed(p: Cursor): Node {
  const { flags } = p;
  p.flags = new Set(flags);
  const of = readChoice(p);
  p.flags = flags;
  if (peek(p) !== ')') throw new RegexSyntaxError('Unclosed group', p.at);
  p.at++;
  return of;
}

/** `(?<=…)`, `(?<!…)` or `(?<name>…)`. */
function readAngle(p: Cursor): Node {
  const next = peek(p);
  if (next === '=' || next === '!') {
    p.at++;
    const of = enclosed(p);
    if (!Number.isFinite(widthOf(of).max)) {
      throw new RegexSyntaxError('Look-behind group does not have an obvious maximum length', p.at - 2);
    }
    return { kind: 'look', behind: true, negative: next === '!', of };
  }
  const name = readName(p);
  if (p.names.has(name)) {
    throw new RegexSyntaxError(`Named capturing group <${name}> is already defined`, p.at);
  }
  p.names.set(name, p.groups + 1);
  return capture(p);
}

function readName(p: Cursor): string {
  const found = /[A-Za-z][A-Za-z0-9]*/y;
  found.lastIndex = p.at;
  const [name] = found.exec(p.source) ?? [];
  if (name === undefined) {
    throw new RegexSyntaxError('capturing group name does not start with a Latin letter', p.at);
  }
  p.at += name.length;
  if (peek(p) !== '>') throw new RegexSyntaxError("named capturing group is missing trailing '>'", p.at);
  p.at++;
  return name;
}

/** `(?i)` up to the end of the enclosing group, `(?i-m:…)` inside. */
function readModifiers(p: Cursor): Node {
  const outer = p.flags;
  p.flags = new Set(outer);
  readFlags(p);
  const next = p.source[p.at++] ?? '';
  if (next === ')') return { kind: 'empty' };
  if (next !== ':') throw new RegexSyntaxError('Unknown inline modifier', p.at - 1);
  const of = enclosed(p);
  p.flags = outer;
  return of;
}

// --- escapes -------------------------------------------------------------------------------------------------------

const POSITIONS: Readonly<Record<string, Position>> = {
  A: 'begin',
  B: 'noBoundary',
  G: 'searchStart',
  Z: 'lastLineEnd',
  b: 'boundary',
  z: 'end',
};

function readEscape(p: Cursor): Node {
  const start = p.at;
  p.at++;
  const letter = peek(p);
  if (Object.hasOwn(POSITIONS, letter)) {
    p.at++;
    return position(p, POSITIONS[letter]!);
  }
  if (letter >= '1' && letter <= '9') return readReference(p);
  const test = letterClass(letter, p.flags.has('U'));
  if (test !== undefined) {
    p.at++;
    return { kind: 'set', test, char: undefined };
  }
  switch (letter) {
    case 'k':
      return readNamedReference(p);
    case 'p':
    case 'P':
      return { kind: 'set', test: propertyClass(p), char: undefined };
    case 'R':
      p.at++;
      return lineBreak();
    default:
      p.at = start;
      return literal(p, literalEscape(p));
  }
}

/** As many digits as name a group that exists so far, but at least one. */
function readReference(p: Cursor): Node {
  let group = Number(p.source[p.at++]);
  for (;;) {
    const digit = peek(p);
    if (!/^\d$/.test(digit) || group * 10 + Number(digit) > p.groups) break;
    group = group * 10 + Number(digit);
    p.at++;
  }
  return { kind: 'reference', group, folding: foldingOf(p.flags) };
}

function readNamedReference(p: Cursor): Node {
  p.at++;
  if (peek(p) !== '<')
    throw new RegexSyntaxError("\\k is not followed by '<' for named capturing group", p.at);
  p.at++;
  const name = readName(p);
  const group = p.names.get(name);
  if (group === undefined) throw new RegexSyntaxError(`named capturing group <${name}> does not exist`, p.at);
  return { kind: 'reference', group, folding: foldingOf(p.flags) };
}

function lineBreak(): Node {
  const one = (char: number): Node => ({ kind: 'set', test: (c) => c === char, char });
  const vertical: Node = { kind: 'set', test: letterClass('v', false)!, char: undefined };
  return { kind: 'choice', of: [{ kind: 'sequence', of: [one(13), one(10)] }, vertical] };
}
