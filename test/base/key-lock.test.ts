import { expect, test } from 'vitest';
import { createKeyLock } from '../../src/base/key-lock.ts';

/** Work that goes on until it is told to end. */
function work<T>() {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  let begun = false;
  const start = (): Promise<T> => {
    begun = true;
    return promise;
  };
  return { start, resolve, reject, begun: () => begun };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

test('work of one key waits for the earlier one, work of another key does not', async () => {
  const lock = createKeyLock();
  const [first, second, other] = [work<number>(), work<number>(), work<number>()];
  const results = [lock('a', first.start), lock('a', second.start), lock('b', other.start)];
  await settle();
  expect([first.begun(), second.begun(), other.begun()]).toEqual([true, false, true]);
  first.resolve(1);
  await settle();
  expect(second.begun()).toBe(true);
  second.resolve(2);
  other.resolve(3);
  expect(await Promise.all(results)).toEqual([1, 2, 3]);
});

test('work that fails lets the next one begin, and only its own caller is told', async () => {
  const lock = createKeyLock();
  const bad = work<number>();
  const failing = lock('a', bad.start);
  const next = lock('a', async () => 2);
  bad.reject(new Error('bad'));
  await expect(failing).rejects.toThrow('bad');
  expect(await next).toBe(2);
});

test('work that comes after all has ended begins at once', async () => {
  const lock = createKeyLock();
  expect(await lock('a', async () => 1)).toBe(1);
  const later = work<number>();
  const result = lock('a', later.start);
  await settle();
  expect(later.begun()).toBe(true);
  later.resolve(2);
  expect(await result).toBe(2);
});
