// Character classes in brackets: ranges, unions, intersections and complements, as java.util.regex nests them.

import { fold, letterClass, not } from './classes.ts';
import { type Cursor, foldingOf, literalEscape, peek, propertyClass, skipComments } from './cursor.ts';
import { ofSize, RegexSyntaxError, sizeOf, type Test } from './syntax.ts';

const MAX_NESTING = 250;

/** After the opening bracket, past the closing one. */
export function parseClass(p: Cursor): Test {
  if (++p.depth > MAX_NESTING) throw new RegexSyntaxError('Character classes nest too deep', p.at);
  const negative = peek(p) === '^';
  if (negative) p.at++;
  let test = readUnion(p);
  while (p.source.startsWith('&&', p.at)) {
    while (p.source.startsWith('&&', p.at)) p.at += 2;
    const left = test;
    const right = readUnion(p);
    if (left === undefined && right === undefined) throw new RegexSyntaxError('Bad class syntax', p.at);
    test = left && right ? ofSize((c) => left(c) && right(c), sizeOf(left) + sizeOf(right)) : (left ?? right);
  }
  if (peek(p) !== ']' || test === undefined) {
    throw new RegexSyntaxError('Unclosed character class', Math.max(p.source.length - 1, 0));
  }
  p.at++;
  p.depth--;
  return negative ? ofSize(not(test), sizeOf(test)) : test;
}

/** Items up to `]` or `&&`; a bracket that nothing stands before is one of them. */
function readUnion(p: Cursor): Test | undefined {
  const items: Test[] = [];
  for (;;) {
    skipComments(p);
    const next = peek(p);
    if (next === '' || p.source.startsWith('&&', p.at)) return unionOf(items);
    if (next === ']' && (items.length > 0 || p.source.startsWith('&&', p.at - 2))) return unionOf(items);
    let item: Test;
    if (next === '[') {
      p.at++;
      item = parseClass(p);
    } else item = readItem(p);
    items.push(item);
  }
}

function unionOf(items: readonly Test[]): Test | undefined {
  if (items.length < 2) return items[0];
  const size = items.reduce((sum, item) => sum + sizeOf(item), 0);
  return ofSize((c) => items.some((item) => item(c)), size);
}

function readItem(p: Cursor): Test {
  if (peek(p) === '\\') {
    const letter = p.source[p.at + 1] ?? '';
    if (letter === 'p' || letter === 'P') {
      p.at++;
      return propertyClass(p);
    }
    const test = letterClass(letter, p.flags.has('U'));
    if (test !== undefined) {
      p.at += 2;
      return test;
    }
  }
  const low = readCharacter(p);
  const after = p.source[p.at + 1];
  if (peek(p) !== '-' || after === ']' || after === '[' || after === undefined) {
    return fold((c) => c === low, foldingOf(p.flags));
  }
  p.at++;
  const start = p.at;
  const high = readCharacter(p);
  if (high < low) throw new RegexSyntaxError('Illegal character range', start);
  return fold((c) => c >= low && c <= high, foldingOf(p.flags));
}

function readCharacter(p: Cursor): number {
  if (peek(p) === '\\') return literalEscape(p);
  const codePoint = p.source.codePointAt(p.at)!;
  p.at += codePoint > 0xffff ? 2 : 1;
  return codePoint;
}
