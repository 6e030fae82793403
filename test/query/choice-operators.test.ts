import { describe, expect, test } from 'vitest';
import { type Json, parseJson } from '../../src/base/json.ts';
import { CHOICE_OPERATORS, compare, isStringPattern } from '../../src/query/choice-operators.ts';

const ORDERED = ['LessThan', 'LessThanEquals', 'Equals', 'GreaterThanEquals', 'GreaterThan'];

/** What holds of an ordered pair, e.g. `LessThan LessThanEquals`. */
function holding(family: string, value: Json, operand: Json): string {
  return ORDERED.filter((order) => compare(`${family}${order}`, value, operand)).join(' ');
}

const LESS = 'LessThan LessThanEquals';
const EQUAL = 'LessThanEquals Equals GreaterThanEquals';
const GREATER = 'GreaterThanEquals GreaterThan';

describe('comparisons', () => {
  test.each<[string, Json, Json, string]>([
    ['String', 'A', 'A', EQUAL],
    ['String', 'A', 'AB', LESS],
    ['String', 'a', 'B', GREATER],
    ['String', 'a ', 'a', GREATER],
    ['String', '\t\n', '\t\r\n', LESS],
    ['String', '', '', EQUAL],
    ['String', '\uff61', '\u{1f9f5}', GREATER],
    ['String', 1, '1', ''],
    ['String', '1', 1, ''],
    ['String', null, 'null', ''],
    ['Numeric', 0, 0, EQUAL],
    ['Numeric', -1, 1.5, LESS],
    ['Numeric', 10, 9, GREATER],
    ['Numeric', '1', 1, ''],
    ['Numeric', 1, '1', ''],
    ['Numeric', true, 1, ''],
    ['Numeric', null, 0, ''],
    ['Timestamp', '2024-01-01T00:00:00Z', '2024-01-01T00:00:00.000Z', EQUAL],
    ['Timestamp', '2024-01-01T01:00:00+01:00', '2024-01-01T00:00:00Z', EQUAL],
    ['Timestamp', '2024-01-01T00:00:00-00:01', '2024-01-01T00:00:59Z', GREATER],
    ['Timestamp', '2024-01-01T00:00:00.000000001Z', '2024-01-01T00:00:00.000000002Z', LESS],
    ['Timestamp', '2024-01-01', '2024-01-01T00:00:00Z', ''],
    ['Timestamp', '2024-01-01T00:00:00Z', 'yesterday', ''],
    ['Timestamp', 1, '2024-01-01T00:00:00Z', ''],
  ])('%s: %j and %j', (family, value, operand, expected) => {
    expect(holding(family, value, operand)).toBe(expected);
  });

  test('numbers compare by value, whatever their text', () => {
    expect(holding('Numeric', parseJson('0.0'), 0)).toBe(EQUAL);
    expect(holding('Numeric', 100, parseJson('1E2'))).toBe(EQUAL);
  });

  test.each<[Json, Json, boolean]>([
    [true, true, true],
    [false, false, true],
    [true, false, false],
    ['true', true, false],
    [1, true, false],
    ['x', 'x', false],
  ])('BooleanEquals: %j and %j: %j', (value, operand, expected) => {
    expect(compare('BooleanEquals', value, operand)).toBe(expected);
  });
});

describe('type tests', () => {
  test.each<[string, Json[], Json[]]>([
    ['IsNull', [null], [0, '', false, [], {}]],
    ['IsString', ['', '2024-01-01T00:00:00Z'], [1, null, ['a']]],
    ['IsNumeric', [0, -1.5], ['1', null, true, []]],
    ['IsBoolean', [true, false], ['true', 0, null]],
    [
      'IsTimestamp',
      ['2012-10-09T19:00:55Z', '2012-10-09T19:00:55+01:00'],
      ['2012-10-09T19:00:55', '2023-02-24', 1, null],
    ],
    ['IsPresent', [null, 0, ''], []],
  ])('%s takes only its own', (operator, yes, no) => {
    for (const [values, expected] of [
      [yes, true],
      [no, false],
    ] as const) {
      for (const value of values) {
        expect(compare(operator, value, true)).toBe(expected);
        expect(compare(operator, value, false)).toBe(!expected);
      }
    }
  });

  test('IsNumeric takes numbers kept as text; IsPresent tells what is missing', () => {
    expect(compare('IsNumeric', parseJson('1.0'), true)).toBe(true);
    expect(compare('IsPresent', undefined, true)).toBe(false);
    expect(compare('IsPresent', undefined, false)).toBe(true);
  });
});

describe('StringMatches', () => {
  test.each([
    ['log-*.txt', 'log-1.txt', true],
    ['log-*.txt', 'log-.txt', true],
    ['log-*.txt', 'log-1.txt2', false],
    ['log-*.txt', 'xlog-1.txt', false],
    ['*', '', true],
    ['*', 'a\nb', true],
    ['**', 'x', true],
    ['a**b', 'ab', true],
    ['***', '', true],
    ['', '', true],
    ['', 'a', false],
    ['abc', 'abc', true],
    ['abc', 'abcd', false],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['*a*b*', 'xxaxxbxx', true],
    ['*b*a*', 'ab', false],
    ['*ab*ba', 'aba', false],
    ['*ab*ba', 'abba', true],
    ['*aab*', 'aaab', true],
    ['*abab*abc', 'abababxabc', true],
    ['a?c', 'abc', false],
    ['a?c', 'a?c', true],
    ['a.c', 'abc', false],
    ['\\*', '*', true],
    ['\\*', 'x', false],
    ['a\\**', 'a*b', true],
    ['\\\\*', '\\x', true],
  ])('%j takes %j: %j', (pattern, text, expected) => {
    expect(isStringPattern(pattern)).toBe(true);
    expect(compare('StringMatches', text, pattern)).toBe(expected);
  });

  test('takes no value but a text', () => {
    expect(compare('StringMatches', 1, '*')).toBe(false);
  });

  test.each(['\\', 'a\\b', '\\\\\\', '\\?'])('%j is not a pattern', (pattern) => {
    expect(isStringPattern(pattern)).toBe(false);
  });

  // Backtracking would need 10^12 steps and run into the time-out.
  test('takes linear time on hostile texts', () => {
    const piece = `${'a'.repeat(1_000_000)}b`;
    expect(compare('StringMatches', 'a'.repeat(5_000_000), `*${piece}*${piece}*`)).toBe(false);
    expect(compare('StringMatches', 'a'.repeat(5_000_000), `${'*a'.repeat(1_000_000)}b`)).toBe(false);
  });
});

describe('the table of operators', () => {
  test('has every operator of the language', () => {
    const names = Object.keys(CHOICE_OPERATORS).toSorted();
    expect(names).toEqual(
      [
        ...['String', 'Numeric', 'Timestamp'].flatMap((family) => ORDERED.map((order) => family + order)),
        'BooleanEquals',
        'StringMatches',
        'IsNull',
        'IsPresent',
        'IsNumeric',
        'IsString',
        'IsBoolean',
        'IsTimestamp',
      ].toSorted(),
    );
  });

  test('tells which have a form with Path', () => {
    const without = Object.keys(CHOICE_OPERATORS).filter((name) => !CHOICE_OPERATORS[name]?.path);
    expect(without.toSorted()).toEqual([
      'IsBoolean',
      'IsNull',
      'IsNumeric',
      'IsPresent',
      'IsString',
      'IsTimestamp',
      'StringMatches',
    ]);
  });

  test('does not know other operators', () => {
    expect(() => compare('toString', 'a', 'a')).toThrow(/Expected an operator/);
  });
});
