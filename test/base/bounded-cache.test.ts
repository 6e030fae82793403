import { expect, test } from 'vitest';
import { BoundedCache } from '../../src/base/bounded-cache.ts';

function cacheOf(entries: number, weight: number) {
  return new BoundedCache<string, string>({ entries, weight }, (value) => value.length);
}

test('drops the least recently used when there are too many', () => {
  const cache = cacheOf(2, 100);
  cache.set('a', '1');
  cache.set('b', '2');
  cache.get('a');
  cache.set('c', '3');
  expect(['a', 'b', 'c'].map((key) => cache.get(key))).toEqual(['1', undefined, '3']);
});

test('drops as many as it takes when they are too heavy together', () => {
  const cache = cacheOf(10, 10);
  cache.set('a', 'xxxx');
  cache.set('b', 'xxxx');
  cache.set('c', 'xxxxxxx');
  expect(['a', 'b', 'c'].map((key) => cache.get(key))).toEqual([undefined, undefined, 'xxxxxxx']);
});

test('keeps others when one alone is too heavy', () => {
  const cache = cacheOf(10, 5);
  cache.set('a', 'x');
  cache.set('b', 'xxxxxx');
  expect([cache.get('a'), cache.get('b')]).toEqual(['x', undefined]);
});

test('weighs a value that replaces another once, and none that was deleted', () => {
  const cache = cacheOf(10, 6);
  cache.set('a', 'xxx');
  cache.set('a', 'yyy');
  cache.set('b', 'zzz');
  expect([cache.get('a'), cache.get('b')]).toEqual(['yyy', 'zzz']);
  cache.delete('a');
  cache.delete('a');
  cache.set('c', 'www');
  expect([cache.get('b'), cache.get('c')]).toEqual(['zzz', 'www']);
});
