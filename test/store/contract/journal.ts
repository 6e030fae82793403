// What a journal gives back: all entries, pages of public events in both directions, first and last.

import { describe, expect } from 'vitest';
import { Payload } from '../../../src/base/payload.ts';
import type { Store } from '../../../src/store/store.ts';
import { appended, batch, created, heartbeat, passHistory, ROLE, someEvents } from '../samples.ts';
import type { StoreTest } from './backend.ts';

export function describeJournal(it: StoreTest): void {
  describe('journal', () => {
    const ids = (events: readonly { readonly id: number }[]) => events.map((event) => event.id);

    /** Events 1–9 in segments of three, with notes inside and between. */
    async function threeSegments(store: Store): Promise<number> {
      const first = created(store.nextKey(), [...someEvents(1, 3), heartbeat(3)]);
      const notes = appended(first.record, [heartbeat(2)]);
      const second = appended(notes.record, [heartbeat(1), ...someEvents(4, 3)]);
      const third = appended(second.record, someEvents(7, 3));
      const end = appended(third.record, [heartbeat(9), heartbeat(9)]);
      for (const write of [first, notes, second, third, end]) await store.commit(batch(write));
      return first.record.key;
    }

    it('reads all entries in order, notes included', async ({ store }) => {
      const key = await threeSegments(store);
      expect(ids(await store.journal.read(key))).toEqual([1, 2, 3, 0, 0, 0, 4, 5, 6, 7, 8, 9, 0, 0]);
    });

    it('knows nothing of an unknown execution', async ({ store }) => {
      expect(await store.journal.read(77)).toEqual([]);
      expect(await store.journal.page(77, { from: 1, limit: 5, reverse: false })).toEqual([]);
      expect(await store.journal.page(77, { from: 9, limit: 5, reverse: true })).toEqual([]);
      expect(await store.journal.ends(77)).toBeUndefined();
    });

    const END = Number.MAX_SAFE_INTEGER;
    it.for([
      { from: 1, limit: 100, reverse: false, gives: [1, 2, 3, 4, 5, 6, 7, 8, 9] },
      { from: 1, limit: 4, reverse: false, gives: [1, 2, 3, 4] },
      { from: 3, limit: 2, reverse: false, gives: [3, 4] },
      { from: 5, limit: 100, reverse: false, gives: [5, 6, 7, 8, 9] },
      { from: 10, limit: 5, reverse: false, gives: [] },
      { from: END, limit: 100, reverse: true, gives: [9, 8, 7, 6, 5, 4, 3, 2, 1] },
      { from: END, limit: 2, reverse: true, gives: [9, 8] },
      { from: 5, limit: 3, reverse: true, gives: [5, 4, 3] },
      { from: 3, limit: 9, reverse: true, gives: [3, 2, 1] },
      { from: 1, limit: 0, reverse: false, gives: [] },
    ])('pages from $from, at most $limit, reverse $reverse', async ({ gives, ...page }, { store }) => {
      const key = await threeSegments(store);
      expect(ids(await store.journal.page(key, page))).toEqual(gives);
    });

    it('can page twice at the same moment', async ({ store }) => {
      const key = await threeSegments(store);
      const pages = await Promise.all(
        [1, 4, 7].map((from) => store.journal.page(key, { from, limit: 2, reverse: false })),
      );
      expect(pages.map(ids)).toEqual([
        [1, 2],
        [4, 5],
        [7, 8],
      ]);
    });

    it('gives the first and the last public event', async ({ store }) => {
      const key = await threeSegments(store);
      const ends = await store.journal.ends(key);
      expect(ends?.first).toMatchObject({ type: 'ExecutionStarted', id: 1, roleArn: ROLE });
      expect(ends?.last.id).toBe(9);
      const one = created(store.nextKey(), passHistory(Payload.ofText('{"a":1.0}'), 10));
      await store.commit(batch(one));
      const short = await store.journal.ends(one.record.key);
      expect(short?.last).toMatchObject({ type: 'ExecutionSucceeded', id: 12 });
      expect(short?.first.type === 'ExecutionStarted' && short.first.input.text).toBe('{"a":1.0}');
    });

    it('keeps the journals of executions apart', async ({ store }) => {
      const [a, b] = [created(store.nextKey(), someEvents(1, 3)), created(store.nextKey(), someEvents(1, 2))];
      await store.commit(batch(a, b));
      await store.commit(batch(appended(b.record, someEvents(3, 1)), appended(a.record, someEvents(4, 1))));
      expect(ids(await store.journal.read(a.record.key))).toEqual([1, 2, 3, 4]);
      expect(ids(await store.journal.read(b.record.key))).toEqual([1, 2, 3]);
    });
  });
}
