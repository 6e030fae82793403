// What is made out of a broken JSON text (an editor goes on with it), and where its fault is said to be.

import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { findJsonFault, jacksonMessage } from '../../src/text/jackson.ts';
import {
  type Node,
  offsetInString,
  parseJsonText,
  type StringNode,
  toJson,
} from '../../src/text/json-text.ts';

function recovered(text: string) {
  const { root, problem } = parseJsonText(text);
  expect(problem).toBeDefined();
  return root === undefined ? undefined : toJson(root);
}

describe('after a mistake', () => {
  it.each([
    ['{"a": [1 [2, 3] 4, 5], "b": 6}', { a: [1, 5], b: 6 }],
    ['{"a": {"x" {"y": [1, 2]}, "z": 3}, "b": 4}', { a: { z: 3 }, b: 4 }],
    ['{"a" "}, \\" ]", "b": 1}', { b: 1 }],
    ['{"a": 1 "x\\\\", "b": 2}', { a: 1, b: 2 }],
    ['[1 "unclosed\n, 2]', [1, 2]],
    ['{a: 1, "b": 2}', { b: 2 }],
    ['{"a": 1, , "b": 2}', { a: 1, b: 2 }],
    ['{"a": 1, "b"', { a: 1 }],
    ['{"a": 1, "b":', { a: 1 }],
    ['{"a": [1, 2', { a: [1, 2] }],
    ['[1, 2}', [1, 2]],
    ['{"a": [1, 2}, "b": 3}', { a: [1, 2] }],
    ['[01, 2]', [2]],
    ['[1., 2]', [2]],
    ['[-, 2]', [2]],
    ['[1e, 2]', [2]],
    ['[1e+, 2]', [2]],
    ['[truth, nullx, falsey, true]', [true]],
    ['[tru\u00e9, 1]', [1]],
    ['["a\\qb", 1]', ['ab', 1]],
    ['["a\\u00g1b", 1]', ['ag1b', 1]],
    ['["a\tb", 1]', ['a\tb', 1]],
    ['["a\r, 1]', ['a', 1]],
    ['1 2', 1],
    ['"abc', 'abc'],
    ['"abc\\', 'abc'],
  ])('%j is read as %j', (text, value) => {
    expect(recovered(text)).toEqual(value);
  });

  it.each(['', ' \n\t\r', 'oops', ']', '.5'])('%j has no value', (text) => {
    expect(parseJsonText(text).root).toBeUndefined();
  });

  it('an unclosed object ends with the text, a closed one behind its brace', () => {
    const range = (text: string) => {
      const { root } = parseJsonText(text);
      return text.slice(root?.from, root?.to);
    };
    expect(range('  {"a": 1')).toBe('{"a": 1');
    expect(range('  {"a": 1 x} ')).toBe('{"a": 1 x}');
    expect(range(' [1, ] ')).toBe('[1, ]');
  });
});

describe('words', () => {
  it.each([
    ['true', true],
    ['false', false],
    ['null', null],
    ['[true,false,null]', [true, false, null]],
  ])('%s', (text, value) => {
    const { root, problem } = parseJsonText(text);
    expect([problem, toJson(root!)]).toEqual([undefined, value]);
  });

  it('every escape of JSON is read, in upper and lower case', () => {
    const text = String.raw`"\"\\\/\b\f\n\r\t\u00e9\u00E9\uD83D\uDE00"`;
    expect(toJson(parseJsonText(text).root!)).toBe(JSON.parse(text));
  });
});

describe('the offset of a character of a string', () => {
  it('never goes beyond the closing quote', () => {
    const text = '["ab", 1]';
    const { root } = parseJsonText(text);
    const node = (root?.kind === 'array' ? root.items[0] : undefined) as StringNode;
    expect([0, 1, 2, 3, 9].map((i) => offsetInString(text, node, i))).toEqual([2, 3, 4, 4, 4]);
  });

  it('counts from the start where there are no quotes, as in YAML', () => {
    const node: StringNode = { kind: 'string', value: 'abc', from: 4, to: 7 };
    expect([0, 2, 3, 9].map((i) => offsetInString('key abc', node, i))).toEqual([4, 6, 7, 7]);
  });
});

// The sentences of Jackson 2.x (ParserMinimalBase, ReaderBasedJsonParser, ObjectReader), which AWS passes on.
test.each([
  ['NaN', "Non-standard token 'NaN': enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow"],
  [
    '[Infinity]',
    "Non-standard token 'Infinity': enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow",
  ],
  [
    '// x',
    "Unexpected character ('/' (code 47)): maybe a (non-standard) comment? (not recognized as one since Feature 'ALLOW_COMMENTS' not enabled for parser)",
  ],
  ['1 {', 'Trailing token (of type START_OBJECT) found after value: not allowed'],
  ['1 [', 'Trailing token (of type START_ARRAY) found after value: not allowed'],
  ['1 "', 'Trailing token (of type VALUE_STRING) found after value: not allowed'],
  ['1 2', 'Trailing token (of type VALUE_NUMBER) found after value: not allowed'],
  ['{} -2', 'Trailing token (of type VALUE_NUMBER) found after value: not allowed'],
  ['[] null', 'Trailing token (of type VALUE_NULL) found after value: not allowed'],
  ['"a" true', 'Trailing token (of type VALUE_BOOLEAN) found after value: not allowed'],
  ['"a" false', 'Trailing token (of type VALUE_BOOLEAN) found after value: not allowed'],
  ['"\\u12', 'Unexpected end-of-input in character escape sequence'],
  ['"\\', 'Unexpected end-of-input: was expecting closing quote for a string value'],
  ['{"a\\', 'Unexpected end-of-input in field name'],
  ['[1,', 'Unexpected end-of-input within/between Array entries'],
  ['{"a"', 'Unexpected end-of-input within/between Object entries'],
  ['{"a":1,', 'Unexpected end-of-input within/between Object entries'],
  [
    '{"a":1',
    'Unexpected end-of-input: expected close marker for Object (start marker at [line: 1, column: 1])',
  ],
  ['-', 'Unexpected end-of-input in a Number value'],
  ['1e-', 'Unexpected end-of-input in a Number value'],
  [
    '{"a\tb":1}',
    'Illegal unquoted character ((CTRL-CHAR, code 9)): has to be escaped using backslash to be included in name',
  ],
  [
    '\u007f',
    "Unexpected character ((CTRL-CHAR, code 127)): expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
  ],
  [
    '\u00a0',
    "Unexpected character ('\u00a0' (code 160)): expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
  ],
  ['-01', 'Invalid numeric value: Leading zeroes not allowed'],
  ['1$', "Unexpected character ('$' (code 36)): Expected space separating root-level values"],
  ['"\\é"', "Unrecognized character escape 'é' (code 233)"],
  ['"\\€"', "Unrecognized character escape '€' (code 8364 / 0x20ac)"],
  ['"\\ÿ"', "Unrecognized character escape 'ÿ' (code 255)"],
  ['"\\Ā"', "Unrecognized character escape 'Ā' (code 256 / 0x100)"],
  [
    'x'.repeat(256),
    `Unrecognized token '${'x'.repeat(256)}': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')`,
  ],
])('of %j Jackson says: %s', (text, message) => {
  expect(jacksonMessage(text)).toBe(message);
});

test.each([
  '0',
  '-0',
  '10',
  '0.5',
  '1.25',
  '1e5',
  '1E+05',
  '-1.5e-10',
  '[0,1]',
  '"\\u00Af"',
  ' [ ] ',
  '{ }',
  '\r\n1\t',
])('in %j Jackson finds no fault', (text) => {
  expect(jacksonMessage(text)).toBeUndefined();
  expect(parseJsonText(text).problem).toBeUndefined();
});

test.each([
  ['[oops]', 'oops'],
  ['[NaN]', 'NaN'],
  ['[1 2]', '2'],
  ['{"a":1} x', 'x'],
  ['[1,]', ']'],
  ['[1}', '}'],
  ['["a\tb"]', '\t'],
  ['[1', ''],
])('the fault in %j is %j', (text, wrong) => {
  const fault = findJsonFault(text);
  expect(text.slice(fault?.from, fault?.to)).toBe(wrong);
});

test('a text is quoted whole up to 500 characters', () => {
  const broken = `x${' '.repeat(499)}`;
  expect(findJsonFault(broken)?.place).toBe(`[Source: (String)"${broken}"; line: 1, column: 2]`);
  expect(findJsonFault(`${broken} `)?.place).toBe(
    `[Source: (String)"${broken}"[truncated 1 chars]; line: 1, column: 2]`,
  );
});

test('a document of 1,000 levels is no fault, one of 1,001 is one of depth', () => {
  const deep = (levels: number) => findJsonFault('['.repeat(levels) + ']'.repeat(levels));
  expect(deep(1000)).toBeUndefined();
  expect(deep(1001)).toMatchObject({
    tooDeep: true,
    message:
      'Document nesting depth (1001) exceeds the maximum allowed (1000, from `StreamReadConstraints.getMaxNestingDepth()`)',
    from: 1000,
  });
  expect(findJsonFault('[1 2]')?.tooDeep).toBe(false);
});

test('no fault and no node lies outside its text, whatever is wrong', () => {
  const outside: string[] = [];
  const visit = (node: Node, text: string): void => {
    if (node.from < 0 || node.to > text.length || node.from > node.to) outside.push(text);
    if (node.kind === 'array') for (const item of node.items) visit(item, text);
    if (node.kind === 'object') for (const { value } of node.members) visit(value, text);
  };
  const soup = fc.string({ unit: fc.constantFrom(...'{}[]",:01.e-\\unx \n') });
  fc.assert(
    fc.property(soup, (text) => {
      const { root, problem } = parseJsonText(text);
      if (root !== undefined) visit(root, text);
      if (problem !== undefined && (problem.to > text.length || problem.from > problem.to))
        outside.push(text);
    }),
    { numRuns: 3_000, seed: 3, examples: [['["a" "b\\'], ['{"a" "b\\'], ['[1'], ['["\\u']] },
  );
  expect(outside).toEqual([]);
});

test('an offset behind a broken escape stays within the string', () => {
  const text = '"ab\\u1"';
  const node = parseJsonText(text).root as StringNode;
  expect(offsetInString(text, node, 3)).toBeLessThanOrEqual(text.length);
});
