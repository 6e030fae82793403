import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findJsonFault, jacksonMessage } from '../../src/text/jackson.ts';
import { parseJsonText } from '../../src/text/json-text.ts';

const TOKENS = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

test.each([
  ['not some json', `Unrecognized token 'not': was expecting ${TOKENS}`],
  ["{'not': 'json'}", "Unexpected character (''' (code 39)): was expecting double-quote to start field name"],
  ['{"a" 1}', "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value"],
  ['{"a":1 "b":2}', `Unexpected character ('"' (code 34)): was expecting comma to separate Object entries`],
  ['[1 2]', "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries"],
  ['{"a":1,}', "Unexpected character ('}' (code 125)): was expecting double-quote to start field name"],
  ['[1,]', `Unexpected character (']' (code 93)): expected a valid value ${TOKENS}`],
  ['[1}', "Unexpected close marker '}': expected ']' (for Array starting at [line: 1, column: 1])"],
  ['{"a":\n {]', "Unexpected close marker ']': expected '}' (for Object starting at [line: 2, column: 2])"],
  ['{"a":', 'Unexpected end-of-input within/between Object entries'],
  ['[1', 'Unexpected end-of-input: expected close marker for Array (start marker at [line: 1, column: 1])'],
  ['"abc', 'Unexpected end-of-input: was expecting closing quote for a string value'],
  ['{"abc', 'Unexpected end-of-input in field name'],
  [
    '"a\nb"',
    'Illegal unquoted character ((CTRL-CHAR, code 10)): has to be escaped using backslash to be included in string value',
  ],
  ['"\\x"', "Unrecognized character escape 'x' (code 120)"],
  ['"\\u12g4"', "Unexpected character ('g' (code 103)): expected a hex-digit for character escape sequence"],
  ['01', 'Invalid numeric value: Leading zeroes not allowed'],
  [
    '-x',
    "Unexpected character ('x' (code 120)) in numeric value: expected digit (0-9) to follow minus sign, for valid numeric value",
  ],
  ['1.', 'Unexpected end-of-input in a Number value'],
  ['[1.]', "Unexpected character (']' (code 93)) in numeric value: Decimal point not followed by a digit"],
  [
    '[1ex]',
    "Unexpected character ('x' (code 120)) in numeric value: Exponent indicator not followed by a digit",
  ],
  ['12a', "Unexpected character ('a' (code 97)): Expected space separating root-level values"],
  ['“a”', `Unexpected character ('“' (code 8220 / 0x201c)): expected a valid value ${TOKENS}`],
  ['[12a]', "Unexpected character ('a' (code 97)): was expecting comma to separate Array entries"],
  ['x'.repeat(257), `Unrecognized token '${'x'.repeat(256)}...': was expecting ${TOKENS}`],
  ['{} x', `Unrecognized token 'x': was expecting ${TOKENS}`],
  ['{} {}', 'Trailing token (of type START_OBJECT) found after value: not allowed'],
  ['  ', 'No content to map due to end-of-input'],
])('says of %j: %s', (text, message) => {
  expect(jacksonMessage(text)).toBe(message);
});

test.each([
  ['not a definition', 'line: 1, column: 4'],
  ['[1 2]', 'line: 1, column: 5'],
  ['{\r\n "a": x}', 'line: 2, column: 8'],
  ['[1.', 'line: 1, column: 4'],
])('says where the reader of %j stood', (text, place) => {
  expect(findJsonFault(text)?.place).toBe(`[Source: (String)"${text}"; ${place}]`);
});

test('words a definition and a payload alike', () => {
  const soup = fc.string({ unit: fc.constantFrom(...'{}[]",:0123.eE+-\\unltrfas/“ \n\t') });
  fc.assert(
    fc.property(soup, (text) => {
      const { root, problem } = parseJsonText(text);
      const sentence = problem?.message
        .replace(/\n at \[Source: [\s\S]*$/, '')
        .replace(/\[Source: \(String\)"[\s\S]*"; line/, '[line');
      expect(sentence).toBe(root === undefined && text.trim() === '' ? undefined : jacksonMessage(text));
    }),
    { numRuns: 2_000 },
  );
});

test('survives any depth', () => {
  expect(jacksonMessage('['.repeat(200_000))).toContain('Document nesting depth (1001) exceeds');
});

test('finds a problem in exactly the texts that JSON.parse refuses', () => {
  const pieces = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '"a"',
    '1',
    '-',
    '0',
    '.',
    'e',
    'true',
    'null',
    'x',
    ' ',
    '\n',
    '\\',
    '\\u00e9',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(pieces, { maxLength: 12 }).map((list) => list.join('')),
        fc.json(),
        fc.string(),
      ),
      (text) => {
        let valid = true;
        try {
          JSON.parse(text);
        } catch {
          valid = false;
        }
        expect(jacksonMessage(text) === undefined).toBe(valid);
      },
    ),
    { numRuns: 3_000, seed: 7 },
  );
});
