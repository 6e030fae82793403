import { afterEach, beforeEach, expect, test } from 'vitest';
import { openCaches } from '../../src/api/caches.ts';
import type { FreshCache } from '../../src/api/fresh-cache.ts';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';
import type { StateMachine, Store } from '../../src/store/store.ts';
import { ACCOUNT } from './test-api.ts';

let store: Store;
let now: number;
let cache: FreshCache<StateMachine>;
beforeEach(() => {
  store = openSqliteStore({ folder: ':memory:' });
  now = 0;
  cache = openCaches(store, () => now).machines;
});
afterEach(() => store.close());

const arnOf = (name: string) => `arn:aws:states:${ACCOUNT.region}:${ACCOUNT.account}:stateMachine:${name}`;
const create = (name: string, definition = '{}') =>
  store.catalog.create({
    arn: arnOf(name),
    name,
    type: 'STANDARD',
    createdAt: 0,
    settings: {},
    revision: { revisionId: undefined, definition, roleArn: 'r' },
  });

test('knows a machine after it was read, for a second', async () => {
  await create('a');
  expect(cache.peek(arnOf('a'))).toBeUndefined();
  await cache.get(arnOf('a'));
  now = 1_000;
  expect(cache.peek(arnOf('a'))?.name).toBe('a');
  now = 1_001;
  expect(cache.peek(arnOf('a'))).toBeUndefined();
});

test('reads anew when the clock was set back', async () => {
  await create('a');
  now = 5_000;
  await cache.get(arnOf('a'));
  now = 0;
  expect(cache.peek(arnOf('a'))).toBeUndefined();
});

test('forgets on invalidation, also what is just being read', async () => {
  await create('a');
  await cache.get(arnOf('a'));
  cache.invalidate(arnOf('a'));
  expect(cache.peek(arnOf('a'))).toBeUndefined();
  const reading = cache.get(arnOf('a'));
  cache.invalidate(arnOf('a'));
  expect((await reading)?.name).toBe('a');
  expect(cache.peek(arnOf('a'))).toBeUndefined();
});

test('keeps neither machines that are being deleted nor missing ones', async () => {
  await create('a');
  await store.catalog.setDeleting(arnOf('a'));
  expect((await cache.get(arnOf('a')))?.status).toBe('DELETING');
  expect(cache.peek(arnOf('a'))).toBeUndefined();
  expect(await cache.get(arnOf('b'))).toBeUndefined();
  await create('b');
  expect((await cache.get(arnOf('b')))?.name).toBe('b');
});

test('drops the oldest when there are too many', async () => {
  for (let i = 0; i <= 1_000; i++) {
    await create(`m${i}`);
    await cache.get(arnOf(`m${i}`));
  }
  expect(cache.peek(arnOf('m0'))).toBeUndefined();
  expect(cache.peek(arnOf('m1'))?.name).toBe('m1');
  expect(cache.peek(arnOf('m1000'))?.name).toBe('m1000');
});
