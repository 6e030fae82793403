// Why a text is not JSON, in the words of Jackson, the parser AWS uses: clients and tests know these sentences. The one
// place that words them, for definitions and payloads alike. Runs only after parsing has failed; one pass, no recursion,
// so that no text can exhaust the stack.

import { JSON_DEPTH } from '../base/quotas.ts';
import { lineAndColumn } from './position.ts';

const TOKENS = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
/** Jackson cuts an unknown token off after this many characters. */
const MAX_TOKEN = 256;
/** Jackson quotes this many characters of the source. */
const SNIPPET = 500;

export interface JsonFault {
  /** Jackson's sentence, without the place at its end. */
  readonly message: string;
  /** Where Jackson's reader stands: `[Source: (String)"…"; line: 1, column: 4]`. */
  readonly place: string;
  /** Range of what is wrong. */
  readonly from: number;
  readonly to: number;
  /** Could be JSON, but nests deeper than JSON_DEPTH. */
  readonly tooDeep: boolean;
}

/** @returns the first problem of `text`; undefined when `text` is one JSON document. */
export function findJsonFault(text: string): JsonFault | undefined {
  const fault = scan(text, sourceAndLine);
  if (fault === undefined) return undefined;
  const { message, from, at, taken, tooDeep = false } = fault;
  const to = from < at ? at : Math.min(at + 1, text.length);
  return { message, place: sourceAndLine(text, at, taken), from, to, tooDeep };
}

/**
 * The sentence of `findJsonFault` alone, as AWS gives it for payloads. Where Jackson quotes its source in the middle of
 * a sentence, `[line: …, column: …]` stands for it: a payload may be secret.
 */
export function jacksonMessage(text: string): string | undefined {
  return scan(text, lineOnly)?.message;
}

/** What Jackson says of a member that its object has already. @param at after the member's name. */
export function duplicateField(text: string, name: string, at: number): { message: string; place: string } {
  return { message: `Duplicate field '${name}'`, place: sourceAndLine(text, at) };
}

type ShowPlace = (text: string, at: number) => string;

/** @param taken 1 when Jackson has read the character at `at` already: it stands one column further. */
function sourceAndLine(text: string, at: number, taken: 0 | 1 = 0): string {
  const { line, column } = lineAndColumn(text, at);
  const rest = text.length > SNIPPET ? `[truncated ${text.length - SNIPPET} chars]` : '';
  return `[Source: (String)"${text.slice(0, SNIPPET)}"${rest}; line: ${line}, column: ${column + taken}]`;
}

function lineOnly(text: string, at: number): string {
  const { line, column } = lineAndColumn(text, at);
  return `[line: ${line}, column: ${column}]`;
}

/** A problem as the scanner meets it. */
interface Found {
  readonly message: string;
  /** Where what is wrong begins, and where the scanner stopped. */
  readonly from: number;
  readonly at: number;
  readonly taken: 0 | 1;
  readonly tooDeep?: true;
}

/** Where the scanner is inside a container. */
type Expect = 'first' | 'name' | 'colon' | 'value' | 'comma';

interface Container {
  readonly kind: 'Object' | 'Array';
  readonly at: number;
  expect: Expect;
}

function scan(text: string, showPlace: ShowPlace): Found | undefined {
  const open: Container[] = [];
  let at = skipBlank(text, 0);
  let rootRead = false;
  while (at < text.length) {
    const top = open.at(-1);
    const char = text[at]!;
    if (rootRead) return afterRoot(text, at);
    if (
      (char === '}' || char === ']') &&
      top !== undefined &&
      (top.expect === 'first' || top.expect === 'comma')
    ) {
      const close = top.kind === 'Object' ? '}' : ']';
      if (char !== close) {
        const start = `${top.kind} starting at ${showPlace(text, top.at)}`;
        return problem(at, 1, `Unexpected close marker '${char}': expected '${close}' (for ${start})`);
      }
      open.pop();
      endValue(open);
      rootRead = open.length === 0;
      at = skipBlank(text, at + 1);
      continue;
    }
    if (top?.expect === 'comma') {
      if (char !== ',')
        return unexpectedCharacter(text, at, `was expecting comma to separate ${top.kind} entries`);
      top.expect = top.kind === 'Object' ? 'name' : 'value';
      at = skipBlank(text, at + 1);
      continue;
    }
    if (top?.expect === 'colon') {
      if (char !== ':')
        return unexpectedCharacter(text, at, 'was expecting a colon to separate field name and value');
      top.expect = 'value';
      at = skipBlank(text, at + 1);
      continue;
    }
    if (top?.kind === 'Object' && top.expect !== 'value') {
      if (char !== '"')
        return unexpectedCharacter(text, at, 'was expecting double-quote to start field name');
      const name = scanString(text, at, 'name');
      if (typeof name === 'object') return name;
      top.expect = 'colon';
      at = skipBlank(text, name);
      continue;
    }
    if (char === '{' || char === '[') {
      if (open.length >= JSON_DEPTH) {
        const limit = `${JSON_DEPTH}, from \`StreamReadConstraints.getMaxNestingDepth()\``;
        const message = `Document nesting depth (${open.length + 1}) exceeds the maximum allowed (${limit})`;
        return { ...problem(at, 1, message), tooDeep: true };
      }
      open.push({ kind: char === '{' ? 'Object' : 'Array', at, expect: 'first' });
      at = skipBlank(text, at + 1);
      continue;
    }
    const end = scanScalar(text, at);
    if (typeof end === 'object') return end;
    if (open.length === 0 && end < text.length && /[-\d]/.test(char) && isWordPart(text, end)) {
      return unexpectedCharacter(text, end, 'Expected space separating root-level values');
    }
    endValue(open);
    rootRead = open.length === 0;
    at = skipBlank(text, end);
  }
  const top = open.at(-1);
  if (top !== undefined) return unclosed(text, top, showPlace);
  return rootRead ? undefined : endOfInput(text, 'No content to map due to end-of-input');
}

function endValue(open: readonly Container[]): void {
  const top = open.at(-1);
  if (top !== undefined) top.expect = 'comma';
}

function unclosed(text: string, top: Container, showPlace: ShowPlace): Found {
  const start = `${top.kind} (start marker at ${showPlace(text, top.at)})`;
  return top.expect === 'first' || top.expect === 'comma'
    ? endOfInput(text, `Unexpected end-of-input: expected close marker for ${start}`)
    : endOfInput(text, `Unexpected end-of-input within/between ${top.kind} entries`);
}

/** A document is followed by something: garbage, or a second value. */
function afterRoot(text: string, at: number): Found {
  const char = text[at]!;
  const kind =
    char === '{' ? 'START_OBJECT' : char === '[' ? 'START_ARRAY' : char === '"' ? 'VALUE_STRING' : undefined;
  if (kind === undefined) {
    const end = scanScalar(text, at);
    if (typeof end === 'object') return end;
  }
  const token = kind ?? (/[-\d]/.test(char) ? 'VALUE_NUMBER' : `VALUE_${char === 'n' ? 'NULL' : 'BOOLEAN'}`);
  return problem(at, 1, `Trailing token (of type ${token}) found after value: not allowed`);
}

/** @returns the offset after the scalar, or the problem. */
function scanScalar(text: string, at: number): number | Found {
  const char = text[at]!;
  if (char === '"') return scanString(text, at, 'string value');
  if (char === '-' || isDigit(char)) return scanNumber(text, at);
  let end = at;
  while (end < text.length && isWordPart(text, end)) end++;
  const token = text.slice(at, end);
  if (token === 'true' || token === 'false' || token === 'null') return end;
  if (token === 'NaN' || token === 'Infinity') {
    const remedy = 'enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow';
    return { ...problem(end, 0, `Non-standard token '${token}': ${remedy}`), from: at };
  }
  if (token !== '') {
    const shown = token.length > MAX_TOKEN ? `${token.slice(0, MAX_TOKEN)}...` : token;
    return { ...problem(end, 0, `Unrecognized token '${shown}': was expecting ${TOKENS}`), from: at };
  }
  if (char === '/') {
    return unexpectedCharacter(
      text,
      at,
      "maybe a (non-standard) comment? (not recognized as one since Feature 'ALLOW_COMMENTS' not enabled for parser)",
    );
  }
  return unexpectedCharacter(text, at, `expected a valid value ${TOKENS}`);
}

function scanNumber(text: string, start: number): number | Found {
  let at = text[start] === '-' ? start + 1 : start;
  if (!isDigit(text[at])) {
    return inNumber(text, at, 'expected digit (0-9) to follow minus sign, for valid numeric value');
  }
  if (text[at] === '0' && isDigit(text[at + 1])) {
    return problem(at, 1, 'Invalid numeric value: Leading zeroes not allowed');
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
  return at;
}

/** @param what how Jackson names it. */
function scanString(text: string, start: number, what: 'string value' | 'name'): number | Found {
  for (let at = start + 1; at < text.length; at++) {
    const char = text[at]!;
    if (char === '"') return at + 1;
    if (char < ' ') {
      const remedy = `has to be escaped using backslash to be included in ${what}`;
      return problem(at, 1, `Illegal unquoted character (${describe(char)}): ${remedy}`);
    }
    if (char !== '\\') continue;
    at++;
    const escaped = text[at];
    if (escaped === undefined) break;
    if (escaped === 'u') {
      for (let i = 1; i <= 4; i++) {
        if (at + i >= text.length) {
          return endOfInput(text, 'Unexpected end-of-input in character escape sequence');
        }
        if (!/[0-9a-fA-F]/.test(text[at + i]!)) {
          return unexpectedCharacter(text, at + i, 'expected a hex-digit for character escape sequence');
        }
      }
      at += 4;
    } else if (!'"\\/bfnrt'.includes(escaped)) {
      return problem(at, 1, `Unrecognized character escape ${describe(escaped)}`);
    }
  }
  return what === 'name'
    ? endOfInput(text, 'Unexpected end-of-input in field name')
    : endOfInput(text, 'Unexpected end-of-input: was expecting closing quote for a string value');
}

function problem(at: number, taken: 0 | 1, message: string): Found {
  return { message, from: at, at, taken };
}

function endOfInput(text: string, message: string): Found {
  return problem(text.length, 0, message);
}

function unexpectedCharacter(text: string, at: number, expected: string): Found {
  return problem(at, 1, `Unexpected character (${describe(text[at]!)}): ${expected}`);
}

function inNumber(text: string, at: number, expected: string): Found {
  return at < text.length
    ? problem(at, 1, `Unexpected character (${describe(text[at]!)}) in numeric value: ${expected}`)
    : endOfInput(text, 'Unexpected end-of-input in a Number value');
}

/** `'x' (code 120)`, `'€' (code 8364 / 0x20ac)`, `(CTRL-CHAR, code 10)`. */
function describe(char: string): string {
  const code = char.charCodeAt(0);
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return `(CTRL-CHAR, code ${code})`;
  return code > 255 ? `'${char}' (code ${code} / 0x${code.toString(16)})` : `'${char}' (code ${code})`;
}

function skipBlank(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at++;
  return at;
}

function isDigit(char: string | undefined): boolean {
  return char !== undefined && char >= '0' && char <= '9';
}

/** What Java lets stand in an identifier, nearly. */
function isWordPart(text: string, at: number): boolean {
  return /[\p{L}\p{N}_$]/u.test(text[at]!);
}
