// What AWS adds to the language, and where time and chance come from.

import { describe, expect, test } from 'vitest';
import type { Json } from '../../../src/base/json.ts';
import { stringifyJson } from '../../../src/base/json.ts';
import { evaluate, failureOf, NOW } from './scopes.ts';

const NOTHING = 'returned nothing (undefined).';

test.each<[source: string, value: Json]>([
  ['$partition([1, 2, 3, 4, 5], 2)', [[1, 2], [3, 4], [5]]],
  ['$partition([0], 5)', [[0]]],
  ['$partition([1, 2, 3], 2.9)', [[1, 2], [3]]],
  ['$range(0, 10, 5)', [0, 5, 10]],
  ['$range(1, 9, 3)', [1, 4, 7]],
  ['$range(5, 1, -2)', [5, 3, 1]],
  ['$range(1, 9, 9)', 1],
  ['$range(1.9, 4.9, 1.9)', [1, 2, 3, 4]],
  ['$range(-1.9, 1, 1)', [-1, 0, 1]],
  ['$random(42)', 0.7275636800328681],
  ['$random(42.9)', 0.7275636800328681],
  ['$random(0)', 0.730967787376657],
  ['$random()', 0.25],
  ['$uuid()', '0f0e0d0c-0b0a-4908-8706-050403020100'],
  ['$parse("{\\"a\\": [1, null, true, \\"x\\"]}")', { a: [1, null, true, 'x'] }],
  ['$parse("-0")', 0],
  ['$parse("1.1") + 1', 2.1],
  ['$now()', '2023-11-14T22:13:20.000Z'],
  ['$now("[Y]")', '2023'],
  ['$millis()', NOW],
  ['$shuffle([1])', [1]],
])('%s is %j', (source, value) => {
  expect(evaluate(source)).toEqual(value);
});

test.each([
  '$partition([1], 0)',
  '$partition([1], -1)',
  '$partition([], 2)',
  '$partition([1])',
  '$range(1, 5, 0)',
  '$range(1, 5, -1)',
  '$range(1, 5)',
  '$hash("x")',
  '$hash($states.input.none, "MD5")',
  '$parse($states.input.none)',
])('%s is nothing', (source) => {
  expect(failureOf(source)).toBe(NOTHING);
});

describe('digests', () => {
  test.each<[algorithm: string, digest: string]>([
    ['MD5', '900150983cd24fb0d6963f7d28e17f72'],
    ['SHA-1', 'a9993e364706816aba3e25717850c26c9cd0d89d'],
    ['SHA-256', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'SHA-384',
      'cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7',
    ],
    [
      'SHA-512',
      'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
    ],
  ])('%s of "abc"', (algorithm, digest) => {
    expect(evaluate(`$hash("abc", "${algorithm}")`)).toBe(digest);
  });

  test('an unknown algorithm is an error that names the known ones', () => {
    expect(failureOf('$hash("abc", "md5")')).toMatch(/must be one of MD5, SHA-1, .* Given "md5"$/);
  });
});

test('$parse keeps numbers as they are written, and says what is wrong with other text', () => {
  expect(stringifyJson(evaluate('$parse("[1.0, 12345678901234567]")'))).toBe('[1.0,12345678901234567]');
  expect(failureOf('$parse("[1,")')).toBe(
    'threw an error during evaluation: The argument of the parse function must be JSON: Unexpected end-of-input within/between Array entries',
  );
});

test('the functions of the service are values like any other', () => {
  expect(evaluate('["1", "[2]"] ~> $map($parse)')).toEqual([1, [2]]);
  expect(evaluate('($sha := $hash(?, "SHA-1"); $substring($sha("abc"), 0, 8))')).toBe('a9993e36');
});
