import { describe, expect, test } from 'vitest';
import { type Json, parseJson } from '../../src/base/json.ts';
import {
  CHOICE_OPERATORS,
  compare,
  isStringPattern,
  parseTimestamp,
} from '../../src/query/choice-operators.ts';

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

describe('timestamps', () => {
  test.each([
    ['1970-01-01T00:00:00Z', 0, 0],
    ['2016-03-14T01:59:00Z', Date.UTC(2016, 2, 14, 1, 59), 0],
    ['2024-02-29T23:59:59.999Z', Date.UTC(2024, 1, 29, 23, 59, 59, 999), 0],
    ['2000-02-29T00:00:00Z', Date.UTC(2000, 1, 29), 0],
    ['2024-12-31T00:00:00+18:00', Date.UTC(2024, 11, 30, 6), 0],
    ['2024-06-01T12:30:00-05:30', Date.UTC(2024, 5, 1, 18), 0],
    ['1969-12-31T23:59:59.5Z', -500, 0],
    ['2024-01-01T00:00:00.123456789Z', Date.UTC(2024, 0, 1, 0, 0, 0, 123), 456_789],
    ['2024-01-01T00:00:00.000000001Z', Date.UTC(2024, 0, 1), 1],
    ['0001-01-01T00:00:00Z', Date.parse('0001-01-01T00:00:00Z'), 0],
    ['9999-12-31T23:59:59Z', Date.UTC(9999, 11, 31, 23, 59, 59), 0],
  ])('%s is %i ms and %i ns', (text, epochMs, nanos) => {
    expect(parseTimestamp(text)).toEqual({ epochMs, nanos });
  });

  test('agrees with the calendar on every day of four centuries', () => {
    const wrong: string[] = [];
    for (let day = Date.UTC(1801, 0, 1); day < Date.UTC(2201, 0, 1); day += 86_400_000) {
      const text = new Date(day).toISOString();
      if (parseTimestamp(text)?.epochMs !== day) wrong.push(text);
    }
    expect(wrong).toEqual([]);
  });

  test.each([
    '',
    '2024-01-01',
    '2024-01-01T00:00:00',
    '2024-01-01t00:00:00Z',
    '2024-01-01T00:00:00z',
    '2024-01-01 00:00:00Z',
    '2024-01-01T00:00Z',
    '2024-1-1T00:00:00Z',
    '2024-13-01T00:00:00Z',
    '2024-00-01T00:00:00Z',
    '2024-04-31T00:00:00Z',
    '2023-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2024-01-00T00:00:00Z',
    '2024-01-01T24:00:00Z',
    '2024-01-01T00:60:00Z',
    '2024-01-01T00:00:60Z',
    '2024-01-01T00:00:00.Z',
    '2024-01-01T00:00:00.1234567890Z',
    '2024-01-01T00:00:00+0100',
    '2024-01-01T00:00:00+01:60',
    '2024-01-01T00:00:00+18:01',
    '2024-01-01T00:00:00Z\n',
    ' 2024-01-01T00:00:00Z',
  ])('%j is none', (text) => {
    expect(parseTimestamp(text)).toBeUndefined();
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
