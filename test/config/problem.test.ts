import { expect, test } from 'vitest';
import { maskUrl } from '../../src/config/problem.ts';

test.each([
  ['postgres://u:hush@h/d', 'postgres://u:•••@h/d'],
  ['https://h/p?token=hush&b=hush2', 'https://h/p?token=•••&b=•••'],
  ['https://h/p?hush', 'https://h/p?•••'],
  ['https://h/p#access_token=hush', 'https://h/p#•••'],
  ['https://h?a=hush#hush', 'https://h?a=•••#•••'],
  ['two: http://a:hush@b/?k=hush and https://c/?k=hush', 'two: http://a:•••@b/?k=••• and https://c/?k=•••'],
  ['http://127.0.0.1:4566', 'http://127.0.0.1:4566'],
  ['what? no=url', 'what? no=url'],
])('what may be secret of URLs is hidden: %s', (text, masked) => {
  expect(maskUrl(text)).toBe(masked);
});

test('what is no text stays', () => {
  expect(maskUrl(7)).toBe(7);
});
