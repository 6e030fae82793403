// What outlives the process, for backends that keep data when they are closed.

import { describe, expect } from 'vitest';
import { activity, batch, created, plain, someEvents } from '../samples.ts';
import type { StoreTest } from './backend.ts';

export function describeRestart(it: StoreTest): void {
  describe('after a restart', () => {
    it('has every record and journal', async ({ store, reopen }) => {
      const first = created(store.nextKey(), someEvents(1, 3), { wakeAt: 4, busy: true });
      await store.commit(batch(first));
      const again = await reopen();
      expect(await again.executions.get(first.record.arn)).toEqual(first.record);
      expect(plain(await again.journal.read(first.record.key))).toEqual(plain(someEvents(1, 3)));
    });

    it('gives keys greater than all before, used or not', async ({ store, reopen }) => {
      const keys = Array.from({ length: 2_500 }, () => store.nextKey());
      const again = await reopen();
      expect(again.nextKey()).toBeGreaterThan(keys.at(-1)!);
    });

    it('has the activities', async ({ store, reopen }) => {
      await store.catalog.activities.create(activity('kept'));
      const again = await reopen();
      expect(await again.catalog.activities.list({ after: undefined, limit: 9 })).toEqual([activity('kept')]);
    });

    it('has the secrets', async ({ store, reopen }) => {
      await store.work.secret('token', () => 'first');
      const again = await reopen();
      expect(await again.work.secret('token', () => 'second')).toBe('first');
    });
  });
}
