import { afterEach, beforeEach, expect, test } from 'vitest';
import { openPageTokens } from '../../../src/api/wire/pagination.ts';
import { openSqliteStore } from '../../../src/store/sqlite/open.ts';
import type { Store } from '../../../src/store/store.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
let store: Store;
beforeEach(() => {
  store = openSqliteStore({ folder: ':memory:' });
});
afterEach(() => store.close());

test('gives a position back, also to the next process', async () => {
  const token = await openPageTokens(store, () => 0).make(['List', 'a'], [17, 'ü']);
  const next = openPageTokens(store, () => DAY_MS);
  expect(await next.read(['List', 'a'], token)).toEqual([17, 'ü']);
  expect(token.length).toBeLessThan(1024);
});

test('starts at the beginning without a token', async () => {
  expect(await openPageTokens(store, () => 0).read(['List'], undefined)).toBeUndefined();
});

test('says nothing of the position, and is another one every time', async () => {
  const tokens = openPageTokens(store, () => 0);
  const made = [
    await tokens.make(['List'], ['secret-name', 17]),
    await tokens.make(['List'], ['secret-name', 17]),
  ];
  expect(made[0]).not.toBe(made[1]);
  for (const token of made) {
    expect(token).toMatch(/^[\w-]+$/);
    expect(Buffer.from(token, 'base64url').toString('latin1')).not.toContain('secret-name');
  }
});

test('refuses tokens that are foreign, changed or old', async () => {
  let now = 0;
  const tokens = openPageTokens(store, () => now);
  const token = await tokens.make(['List', 'a'], [1]);
  const bad = ['', 'x', '.', `${token}.`, `${token}=`, `.${token}`, ` ${token}`, `${token}A`, token.slice(1)];
  // Every character counts.
  for (let at = 0; at < token.length; at++) {
    bad.push(
      token.slice(0, at),
      `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`,
    );
  }
  for (const text of bad) {
    await expect(tokens.read(['List', 'a'], text), text).rejects.toThrow("Invalid Token: 'Invalid token'");
  }
  await expect(tokens.read(['List', 'b'], token)).rejects.toThrow('Invalid Token');
  const other = openSqliteStore({ folder: ':memory:' });
  await expect(openPageTokens(other, () => 0).read(['List', 'a'], token)).rejects.toThrow('Invalid Token');
  await other.close();
  now = DAY_MS + 1;
  await expect(tokens.read(['List', 'a'], token)).rejects.toThrow('Invalid Token');
});
