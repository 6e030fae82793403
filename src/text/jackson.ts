// Why a text is not JSON, in the words of Jackson, the parser AWS uses: clients and tests know these sentences.
// Runs only after parsing has failed; one pass, no recursion, so that no text can exhaust the stack.
// Where Jackson adds a source location in the middle of a sentence, `[line: …, column: …]` stands for it.

import { JSON_DEPTH } from '../base/quotas.ts';

const TOKENS = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

/** Where the scanner is inside a container. */
type Expect = 'first' | 'name' | 'colon' | 'value' | 'comma';

interface Container {
  readonly kind: 'Object' | 'Array';
  readonly at: number;
  expect: Expect;
}

/** @returns the first problem of `text` as Jackson words it; undefined when `text` is one JSON document. */
export function jacksonMessage(text: string): string | undefined {
  const open: Container[] = [];
  let at = skipBlank(text, 0);
  let rootRead = false;
  while (at < text.length) {
    const top = open.at(-1);
    const char = text[at]!;
    if (top === undefined && rootRead) return afterRoot(text, at);
    if (top !== undefined && (char === '}' || char === ']')) {
      const own = char === (top.kind === 'Object' ? '}' : ']');
      if (own && (top.expect === 'first' || top.expect === 'comma')) {
        open.pop();
        ended(open);
        rootRead = open.length === 0;
        at = skipBlank(text, at + 1);
        continue;
      }
      if (!own && (top.expect === 'first' || top.expect === 'comma')) {
        const close = top.kind === 'Object' ? '}' : ']';
        return `Unexpected close marker '${char}': expected '${close}' (for ${top.kind} starting at ${place(text, top.at)})`;
      }
    }
    if (top !== undefined && top.expect === 'comma') {
      if (char !== ',') return unexpected(text, at, `was expecting comma to separate ${top.kind} entries`);
      top.expect = top.kind === 'Object' ? 'name' : 'value';
      at = skipBlank(text, at + 1);
      continue;
    }
    if (top !== undefined && top.expect === 'colon') {
      if (char !== ':') return unexpected(text, at, 'was expecting a colon to separate field name and value');
      top.expect = 'value';
      at = skipBlank(text, at + 1);
      continue;
    }
    if (top?.kind === 'Object' && (top.expect === 'first' || top.expect === 'name')) {
      if (char !== '"') return unexpected(text, at, 'was expecting double-quote to start field name');
      const name = scanString(text, at, 'name');
      if (typeof name === 'string') return name;
      top.expect = 'colon';
      at = skipBlank(text, name);
      continue;
    }
    if (char === '{' || char === '[') {
      if (open.length >= JSON_DEPTH) {
        return `Document nesting depth (${open.length + 1}) exceeds the maximum allowed (${JSON_DEPTH}, from \`StreamReadConstraints.getMaxNestingDepth()\`)`;
      }
      open.push({ kind: char === '{' ? 'Object' : 'Array', at, expect: 'first' });
      at = skipBlank(text, at + 1);
      continue;
    }
    const end = scanScalar(text, at);
    if (typeof end === 'string') return end;
    ended(open);
    rootRead = open.length === 0;
    at = skipBlank(text, end);
  }
  const top = open.at(-1);
  if (top !== undefined) return unfinished(text, top);
  return rootRead ? undefined : 'No content to map due to end-of-input';
}

function ended(open: readonly Container[]): void {
  const top = open.at(-1);
  if (top !== undefined) top.expect = 'comma';
}

function unfinished(text: string, top: Container): string {
  return top.expect === 'first' || top.expect === 'comma'
    ? `Unexpected end-of-input: expected close marker for ${top.kind} (start marker at ${place(text, top.at)})`
    : `Unexpected end-of-input within/between ${top.kind} entries`;
}

/** A document is followed by something: garbage, or a second value. */
function afterRoot(text: string, at: number): string {
  const char = text[at]!;
  const kind =
    char === '{' ? 'START_OBJECT' : char === '[' ? 'START_ARRAY' : char === '"' ? 'VALUE_STRING' : undefined;
  if (kind === undefined) {
    const end = scanScalar(text, at);
    if (typeof end === 'string') return end;
  }
  const token = kind ?? (/[-\d]/.test(char) ? 'VALUE_NUMBER' : `VALUE_${char === 'n' ? 'NULL' : 'BOOLEAN'}`);
  return `Trailing token (of type ${token}) found after value: not allowed`;
}

/** @returns the offset after the scalar, or the problem. */
function scanScalar(text: string, at: number): number | string {
  const char = text[at]!;
  if (char === '"') return scanString(text, at, 'string value');
  if (char === '-' || isDigit(char)) return scanNumber(text, at);
  const word = /[\p{L}\p{N}_$]*/uy;
  word.lastIndex = at;
  const token = word.exec(text)![0];
  if (token === 'true' || token === 'false' || token === 'null') return at + token.length;
  if (token === 'NaN' || token === 'Infinity') {
    return `Non-standard token '${token}': enable \`JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS\` to allow`;
  }
  if (token !== '') return `Unrecognized token '${token.slice(0, 256)}': was expecting ${TOKENS}`;
  if (char === '/') {
    return unexpected(
      text,
      at,
      "maybe a (non-standard) comment? (not recognized as one since Feature 'ALLOW_COMMENTS' not enabled for parser)",
    );
  }
  return unexpected(text, at, `expected a valid value ${TOKENS}`);
}

function scanNumber(text: string, start: number): number | string {
  let at = text[start] === '-' ? start + 1 : start;
  if (!isDigit(text[at])) {
    return inNumber(text, at, 'expected digit (0-9) to follow minus sign, for valid numeric value');
  }
  if (text[at] === '0' && isDigit(text[at + 1])) {
    return 'Invalid numeric value: Leading zeroes not allowed';
  }
  while (isDigit(text[at])) at++;
  if (text[at] === '.') {
    at++;
    if (!isDigit(text[at])) return inNumber(text, at, 'Decimal point not followed by a digit');
    while (isDigit(text[at])) at++;
  }
  if (text[at] === 'e' || text[at] === 'E') {
    at++;
    if (text[at] === '+' || text[at] === '-') at++;
    if (!isDigit(text[at])) return inNumber(text, at, 'Exponent indicator not followed by a digit');
    while (isDigit(text[at])) at++;
  }
  if (at < text.length && /[\p{L}_$]/u.test(text[at]!)) {
    return unexpected(text, at, 'Expected space separating root-level values');
  }
  return at;
}

/** @param what how Jackson names it: `string value` or `name`. */
function scanString(text: string, start: number, what: 'string value' | 'name'): number | string {
  for (let at = start + 1; at < text.length; at++) {
    const char = text[at]!;
    if (char === '"') return at + 1;
    if (char < ' ') {
      return `Illegal unquoted character (${described(char)}): has to be escaped using backslash to be included in ${what}`;
    }
    if (char !== '\\') continue;
    at++;
    const escaped = text[at];
    if (escaped === undefined) break;
    if (escaped === 'u') {
      for (let i = 1; i <= 4; i++) {
        if (at + i >= text.length) return 'Unexpected end-of-input in character escape sequence';
        if (!/[0-9a-fA-F]/.test(text[at + i]!)) {
          return unexpected(text, at + i, 'expected a hex-digit for character escape sequence');
        }
      }
      at += 4;
    } else if (!'"\\/bfnrt'.includes(escaped)) return `Unrecognized character escape ${described(escaped)}`;
  }
  return what === 'name'
    ? 'Unexpected end-of-input in field name'
    : 'Unexpected end-of-input: was expecting closing quote for a string value';
}

function unexpected(text: string, at: number, expected: string): string {
  return `Unexpected character (${described(text[at]!)}): ${expected}`;
}

function inNumber(text: string, at: number, expected: string): string {
  return at < text.length
    ? `Unexpected character (${described(text[at]!)}) in numeric value: ${expected}`
    : 'Unexpected end-of-input in a Number value';
}

/** `'x' (code 120)`, `'€' (code 8364 / 0x20ac)`, `(CTRL-CHAR, code 10)`. */
function described(char: string): string {
  const code = char.charCodeAt(0);
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return `(CTRL-CHAR, code ${code})`;
  return code > 255 ? `'${char}' (code ${code} / 0x${code.toString(16)})` : `'${char}' (code ${code})`;
}

function place(text: string, at: number): string {
  const before = text.slice(0, at);
  const line = before.split('\n').length;
  return `[line: ${line}, column: ${at - before.lastIndexOf('\n')}]`;
}

function skipBlank(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at++;
  return at;
}

function isDigit(char: string | undefined): boolean {
  return char !== undefined && char >= '0' && char <= '9';
}
