// How far a word may be from a known one: a third of its letters, and never more than three.

import { expect, test } from 'vitest';
import { nearest } from '../../src/base/nearest.ts';

test.each([
  ['one letter of two', 'ab', 'ax', 'ax'],
  ['two letters of five', 'abcde', 'abcxy', undefined],
  ['two letters of six', 'abcdef', 'abcdxy', 'abcdxy'],
  ['three letters of nine', 'abcdefghi', 'abcdefxyz', 'abcdefxyz'],
  ['three letters of eight', 'abcdefgh', 'abcdexyz', undefined],
  ['four letters of twelve', 'abcdefghijkl', 'abcdefghwxyz', undefined],
  ['a missing letter at the front', 'bcdef', 'abcdef', 'abcdef'],
  ['a missing letter at the end', 'abcde', 'abcdef', 'abcdef'],
  ['a letter too many of four', 'abcd', 'abc', 'abc'],
  ['a letter too few of four', 'abcd', 'abcde', 'abcde'],
  ['a letter too many', 'abcdefg', 'abcdef', 'abcdef'],
  ['neighbours that changed places', 'bacde', 'abcde', 'abcde'],
  ['the last two that changed places', 'abced', 'abcde', 'abcde'],
  ['letters that changed places over another', 'cbade', 'abcde', undefined],
  ['two pairs that changed places and one letter', 'badcex', 'abcdef', undefined],
  ['another case', 'ABC', 'abc', 'abc'],
])('%s: %s for %s', (_what, word, known, meant) => {
  expect(nearest(word, [known])).toBe(meant);
});

test('the nearest one counts, and of equals the first', () => {
  expect(nearest('abcdef', ['abcdxy', 'abcdex', 'abcdey'])).toBe('abcdex');
});
