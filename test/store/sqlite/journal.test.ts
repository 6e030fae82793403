// What reading a history costs: a segment that several pages have events of is decoded once.

import { expect, test } from 'vitest';
import { openSqliteStore } from '../../../src/store/sqlite/open.ts';
import { batch, created, someEvents } from '../samples.ts';

test('pages of one segment give the events that were decoded for the first of them', async () => {
  const store = openSqliteStore({ folder: ':memory:' });
  const writes = [1, 2].map(() => created(store.nextKey(), someEvents(1, 20)));
  await store.commit(batch(...writes));
  const [key, other] = writes.map(({ record }) => record.key) as [number, number];
  const first = await store.journal.page(key, { from: 1, limit: 10, reverse: false });
  const second = await store.journal.page(key, { from: 10, limit: 20, reverse: false });
  const back = await store.journal.page(key, { from: 10, limit: 1, reverse: true });
  expect(second[0]).toBe(first[9]);
  expect(back[0]).toBe(first[9]);
  expect(await store.journal.page(other, { from: 1, limit: 10, reverse: false })).toEqual(first);
  await store.close();
});
