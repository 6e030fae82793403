// Inputs that hurt: long texts of one character, of all characters, of quotes; long lists of numbers, texts, objects that are
// nearly equal; deep and wide objects; names and numbers that JavaScript does not keep. Every member's size is drawn anew.

import { type Json, parseJson } from '../../src/base/json.ts';
import type { Random } from './random.ts';

/** Characters or items of a member. */
const MOST = 60_000;

export const TEXTS = [
  'one',
  'words',
  'wide',
  'pairs',
  'quotes',
  'digits',
  'json',
  'deepJson',
  'base64',
] as const;
export const LISTS = [
  'numbers',
  'doubles',
  'longs',
  'texts',
  'alike',
  'objects',
  'lists',
  'nested',
  'same',
] as const;
export const OBJECTS = ['object', 'indexed', 'deep', 'groups'] as const;
export const NUMBERS = ['whole', 'fraction', 'huge', 'digitsNumber'] as const;

function chain(levels: number): Json {
  let value: Json = 1;
  for (let i = 0; i < levels; i++) value = i % 3 === 2 ? [value] : { a: value };
  return value;
}

function list(length: number, item: (i: number) => Json): Json[] {
  return Array.from({ length }, (_unused, i) => item(i));
}

function objectOf(length: number, name: (i: number) => string, value: (i: number) => Json): Json {
  return parseJson(
    `{${list(length, (i) => i)
      .map((_x, i) => `${JSON.stringify(name(i))}:${JSON.stringify(value(i))}`)
      .join(',')}}`,
  );
}

/** One document; members are named in TEXTS, LISTS, OBJECTS and NUMBERS. */
export function inputOf(random: Random, scale: number): { [name: string]: Json } {
  const size = () => Math.max(1, Math.floor(random.size(MOST) * scale));
  const long = 'x'.repeat(random.size(200));
  return {
    one: 'a'.repeat(size()),
    words: 'ab c, '.repeat(Math.ceil(size() / 6)),
    wide: '\u0436\u2028\u00df'.repeat(Math.ceil(size() / 3)),
    pairs: '\u{1f600}a'.repeat(Math.ceil(size() / 3)),
    quotes: '\\"'.repeat(Math.ceil(size() / 2)),
    digits: '7'.repeat(size()),
    json: JSON.stringify(list(Math.ceil(size() / 9), (i) => ({ [i % 7]: i % 2 ? [] : 1 }))),
    deepJson: '['.repeat(Math.min(size(), 900)) + ']'.repeat(900),
    base64: 'QUJD'.repeat(Math.ceil(size() / 4)),
    numbers: list(Math.ceil(size() / 2), (i) => (i * 7919) % 1_000),
    doubles: list(Math.ceil(size() / 8), (i) => 1 / (i + 3)),
    longs: parseJson(
      `[${list(Math.ceil(size() / 20), (i) => 1e18 + i)
        .map(() => '12345678901234567890')
        .join(',')}]`,
    ),
    texts: list(Math.ceil(size() / 8), (i) => `${long}${i % 97}`),
    alike: list(Math.ceil(size() / 40), (i) => ({ a: 'same', b: { c: [1, 2, { d: `${long}${i}` }] } })),
    objects: list(Math.ceil(size() / 30), (i) => ({ id: i, k: `k${i % 13}`, v: [i, i + 1], t: 'x' })),
    lists: list(Math.ceil(size() / 12), (i) => [i, [i % 5], `${i}`]),
    nested: list(random.whole(1, 8), () => chain(random.whole(1, 200))),
    same: list(Math.ceil(size() / 8), () => 'same'),
    object: objectOf(
      Math.ceil(size() / 12),
      (i) => `m${i}`,
      (i) => i,
    ),
    indexed: objectOf(
      Math.ceil(size() / 12),
      (i) => `${(i * 7919) % 100_003}`,
      (i) => `${i}`,
    ),
    deep: chain(random.whole(1, 900)),
    groups: objectOf(
      Math.ceil(size() / 30),
      (i) => `g${i}`,
      (i) => ({ a: [i], b: `${i}` }),
    ),
    whole: random.whole(-5, 60),
    fraction: random.next() * 100,
    huge: 1.7976931348623157e308,
    digitsNumber: parseJson(`${'9'.repeat(Math.min(size(), 60_000))}`),
  };
}
