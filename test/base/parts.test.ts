import { expect, test } from 'vitest';
import { Parts } from '../../src/base/parts.ts';

/** Work in parts beside a loop whose rounds the test makes. */
function setUp() {
  const soon: (() => void)[] = [];
  const parts = new Parts({ soon: (act) => void soon.push(act) });
  const told: string[] = [];
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    told,
    async work(name: string, times: number) {
      for (let i = 1; i <= times; i++) {
        await parts.next();
        told.push(`${name}${i}`);
      }
    },
    async round() {
      await settle();
      told.push('|');
      for (const act of soon.splice(0)) act();
      await settle();
    },
  };
}

test('parts of many are done in turn, and others come between any two', async () => {
  const { told, work, round } = setUp();
  const all = Promise.all([work('a', 3), work('b', 2)]);
  for (let i = 0; i < 20; i++) await round();
  await all;
  expect(told.join('').replaceAll('||||', '+').replaceAll('|', '')).toMatch(/^a1\+b1\+a2\+b2\+a3\++$/);
});

test('a first part begins at once, also after a pause', async () => {
  const { told, work, round } = setUp();
  await work('a', 1);
  for (let i = 0; i < 8; i++) await round();
  await work('b', 1);
  expect(told.join('')).toBe('a1||||||||b1');
});
