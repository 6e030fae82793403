// What `commit` promises: all or nothing, each item after the sequence it names, keys that never repeat.

import { describe, expect } from 'vitest';
import { DuplicateExecution, StaleWrite } from '../../../src/store/store.ts';
import { appended, batch, created, MACHINE, plain, record, someEvents } from '../samples.ts';
import type { StoreTest } from './backend.ts';

export function describeCommit(it: StoreTest): void {
  describe('commit', () => {
    it('keeps a record with every field', async ({ store }) => {
      const full = record(store.nextKey(), {
        name: 'all',
        status: 'FAILED',
        stoppedAt: 7,
        wakeAt: 8,
        busy: true,
        sequence: 2,
        redriveCount: 3,
        redrivenAt: 9,
        traceHeader: 'Root=1',
        stateMachineVersionArn: `${MACHINE}:4`,
        stateMachineAliasArn: `${MACHINE}:live`,
        mapRunArn: 'arn:aws:states:us-east-1:123456789012:mapRun:orders/Each:1',
        mapState: 'Each item',
        mockCase: 'declined',
      });
      await store.commit(batch({ record: full, created: true, events: someEvents(1, 2) }));
      expect(await store.executions.get(full.arn)).toEqual(full);
      expect(await store.executions.getByKey(full.key)).toEqual(full);
    });

    it('keeps an ARN whose last part is not the name', async ({ store }) => {
      const express = record(store.nextKey(), {
        name: 'n',
        arn: 'arn:aws:states:r:1:express:orders:n:some-uuid',
      });
      await store.commit(batch({ record: express, created: true, events: [] }));
      expect(await store.executions.get(express.arn)).toEqual(express);
    });

    it('updates a record and appends its events', async ({ store }) => {
      const first = created(store.nextKey(), someEvents(1, 3), { busy: true, wakeAt: 50 });
      await store.commit(batch(first));
      const second = appended(first.record, someEvents(4, 2), { busy: false, wakeAt: 70, revision: 9 });
      await store.commit(batch(second));
      const third = appended(second.record, someEvents(6, 1), {
        status: 'SUCCEEDED',
        stoppedAt: 99,
        wakeAt: undefined,
      });
      await store.commit(batch(third));
      expect(await store.executions.get(first.record.arn)).toEqual(third.record);
      expect(plain(await store.journal.read(first.record.key))).toEqual(plain(someEvents(1, 6)));
    });

    it('opens a closed execution again', async ({ store }) => {
      const first = created(store.nextKey(), someEvents(1, 3), { status: 'FAILED', stoppedAt: 5 });
      await store.commit(batch(first));
      const again = appended(first.record, someEvents(4, 1), {
        status: 'RUNNING',
        stoppedAt: undefined,
        redriveCount: 1,
        redrivenAt: 6,
        mapRunRedrive: 3,
      });
      await store.commit(batch(again));
      expect(await store.executions.get(first.record.arn)).toEqual(again.record);
    });

    it('writes one execution several times in a batch', async ({ store }) => {
      const first = created(store.nextKey(), someEvents(1, 2));
      await store.commit(batch(first, appended(first.record, someEvents(3, 2))));
      expect(plain(await store.journal.read(first.record.key))).toEqual(plain(someEvents(1, 4)));
    });

    it('refuses the whole batch when an ARN is taken, naming it', async ({ store }) => {
      const taken = created(store.nextKey(), someEvents(1, 1), { name: 'same' });
      await store.commit(batch(taken));
      const fresh = created(store.nextKey(), someEvents(1, 1));
      const twin = created(store.nextKey(), someEvents(1, 1), { name: 'same' });
      const refusal = await store.commit(batch(fresh, twin)).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(DuplicateExecution);
      expect((refusal as DuplicateExecution).arn).toBe(taken.record.arn);
      expect(await store.executions.get(fresh.record.arn)).toBeUndefined();
      expect(await store.journal.read(fresh.record.key)).toEqual([]);
      await store.commit(batch(fresh));
      expect(await store.executions.get(fresh.record.arn)).toEqual(fresh.record);
    });

    it('refuses a key that is taken', async ({ store }) => {
      const first = created(store.nextKey(), someEvents(1, 1));
      await store.commit(batch(first));
      const other = created(first.record.key, someEvents(1, 1), { name: 'other' });
      await expect(store.commit(batch(other))).rejects.toThrow(StaleWrite);
    });

    it('refuses the whole batch when a sequence is not the stored one', async ({ store }) => {
      const first = created(store.nextKey(), someEvents(1, 3));
      await store.commit(batch(first));
      const fresh = created(store.nextKey(), someEvents(1, 1));
      for (const sequence of [2, 4]) {
        const stale = appended({ ...first.record, sequence }, someEvents(4, 1));
        await expect(store.commit(batch(fresh, stale))).rejects.toThrow(
          `at sequence ${sequence}, but it is at 3`,
        );
        await expect(store.commit(batch(fresh, stale))).rejects.toThrow(StaleWrite);
      }
      expect(await store.executions.get(fresh.record.arn)).toBeUndefined();
      expect(await store.executions.get(first.record.arn)).toEqual(first.record);
      expect(await store.journal.read(first.record.key)).toHaveLength(3);
    });

    it('refuses to update what does not exist and to create with a past', async ({ store }) => {
      const unknown = appended(record(store.nextKey()), someEvents(1, 1));
      await expect(store.commit(batch(unknown))).rejects.toThrow(StaleWrite);
      const past = { ...created(store.nextKey(), someEvents(1, 1), { sequence: 5 }) };
      await expect(store.commit(batch(past))).rejects.toThrow(StaleWrite);
    });

    it('forgets what a refused batch named first', async ({ store }) => {
      const elsewhere = created(store.nextKey(), someEvents(1, 1), {
        arn: 'arn:aws:states:us-east-1:123456789012:execution:other:x',
        name: 'x',
        stateMachineArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:other',
      });
      const stale = appended(record(store.nextKey()), someEvents(1, 1));
      await expect(store.commit(batch(elsewhere, stale))).rejects.toThrow(StaleWrite);
      await store.commit(batch(elsewhere));
      expect(await store.executions.get(elsewhere.record.arn)).toEqual(elsewhere.record);
    });

    it('accepts an empty batch', async ({ store }) => {
      await store.commit(batch());
      expect(await store.work.nextWake()).toBeUndefined();
    });

    it('gives keys that rise and never repeat', async ({ store }) => {
      const keys = Array.from({ length: 2_500 }, () => store.nextKey());
      expect(new Set(keys).size).toBe(keys.length);
      expect(keys.toSorted((a, b) => a - b)).toEqual(keys);
    });
  });
}
