// What a process has to do: what is due, what was busy, children of Map Runs, Express starts, secrets.

import { describe, expect } from 'vitest';
import { DuplicateExecution } from '../../../src/store/store.ts';
import { appended, batch, created, MACHINE, someEvents } from '../samples.ts';
import type { StoreTest } from './backend.ts';

export function describeWork(it: StoreTest): void {
  describe('work', () => {
    it('gives what is due, earliest first, and the next wake', async ({ store }) => {
      expect(await store.work.nextWake()).toBeUndefined();
      const writes = [30, 10, 20, undefined, 20].map((wakeAt) => created(store.nextKey(), [], { wakeAt }));
      await store.commit(batch(...writes));
      expect(await store.work.nextWake()).toBe(10);
      const wakes = async (now: number, limit: number) =>
        (await store.work.due(now, limit)).map((one) => [one.wakeAt, one.key]);
      const [thirty, ten, twenty, , alsoTwenty] = writes.map((write) => write.record.key);
      expect(await wakes(9, 10)).toEqual([]);
      expect(await wakes(20, 10)).toEqual([
        [10, ten],
        [20, twenty],
        [20, alsoTwenty],
      ]);
      expect(await wakes(99, 2)).toHaveLength(2);
      await store.commit(batch(appended(writes[1]!.record, [], { wakeAt: undefined })));
      expect(await store.work.nextWake()).toBe(20);
      expect((await wakes(99, 10)).at(-1)).toEqual([30, thirty]);
    });

    it('gives the busy ones in pages by key', async ({ store }) => {
      const writes = [true, false, true, true].map((busy) => created(store.nextKey(), [], { busy }));
      await store.commit(batch(...writes));
      const keys = writes.map((write) => write.record.key);
      const busy = async (after: number, limit: number) =>
        (await store.work.busy(after, limit)).map((one) => one.key);
      expect(await busy(0, 2)).toEqual([keys[0], keys[2]]);
      expect(await busy(keys[2]!, 2)).toEqual([keys[3]]);
      await store.commit(batch(appended(writes[0]!.record, [], { busy: false })));
      expect(await busy(0, 9)).toEqual([keys[2], keys[3]]);
    });

    it('gives the running children of Map Runs in pages by key', async ({ store }) => {
      const mapRunArn = 'arn:aws:states:us-east-1:123456789012:mapRun:orders/Each:1';
      const closed = { mapRunArn, status: 'FAILED', stoppedAt: 5 } as const;
      const changes = [{ mapRunArn }, {}, closed, { mapRunArn }, { mapRunArn }];
      const writes = changes.map((change) => created(store.nextKey(), someEvents(1, 1), change));
      await store.commit(batch(...writes));
      const [first, , , second, third] = writes.map((write) => write.record);
      expect(await store.work.children(0, 2)).toEqual([first, second]);
      expect(await store.work.children(second!.key, 2)).toEqual([third]);
      await store.commit(batch(appended(first!, [], { status: 'ABORTED', stoppedAt: 6 })));
      expect(await store.work.children(0, 9)).toEqual([second, third]);
    });

    it('keeps Express starts until they end', async ({ store }) => {
      const start = (name: string, startedAt: number) => ({
        arn: `arn:aws:states:r:1:express:m:${name}:u`,
        stateMachineArn: MACHINE,
        name,
        revision: 3,
        input: '{"x":"é"}',
        startedAt,
      });
      const [a, b] = [start('a', 2), start('b', 1)];
      await store.commit({ executions: [], expressStarted: [a, b], expressEnded: [] });
      expect(await store.work.expressStarts()).toEqual([b, a]);
      const twin = { executions: [], expressStarted: [start('c', 9), a], expressEnded: [] };
      await expect(store.commit(twin)).rejects.toThrow(DuplicateExecution);
      const c = start('c', 3);
      await store.commit({
        executions: [],
        expressStarted: [c],
        expressEnded: [c.arn, a.arn, 'arn:unknown'],
      });
      expect(await store.work.expressStarts()).toEqual([b]);
    });

    it('makes a secret once ever', async ({ store }) => {
      expect(await store.work.secret('token', () => 'first')).toBe('first');
      expect(await store.work.secret('token', () => 'second')).toBe('first');
      expect(await store.work.secret('other', () => 'third')).toBe('third');
    });
  });
}
