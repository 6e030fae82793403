// The index of executions: lists by machine and status, counts, retention.

import { describe, expect } from 'vitest';
import type { ExecutionStatus, Store } from '../../../src/store/store.ts';
import { appended, batch, created, MACHINE, someEvents } from '../samples.ts';
import type { StoreTest } from './backend.ts';

export function describeExecutions(it: StoreTest): void {
  describe('executions', () => {
    const statuses: ExecutionStatus[] = [
      'RUNNING',
      'SUCCEEDED',
      'FAILED',
      'TIMED_OUT',
      'ABORTED',
      'PENDING_REDRIVE',
    ];

    /** 24 executions, two at each start time, statuses in turn, and one of another machine. */
    async function many(store: Store): Promise<void> {
      const writes = Array.from({ length: 24 }, (_, i) => {
        const status = statuses[i % statuses.length]!;
        const startedAt = 100 + Math.floor(i / 2);
        return created(store.nextKey(), [], { name: `e${i}`, status, startedAt });
      });
      const other = created(store.nextKey(), [], {
        name: 'other',
        stateMachineArn: `${MACHINE}2`,
        startedAt: 500,
      });
      await store.commit(batch(...writes, other));
    }

    async function namesOf(
      store: Store,
      status: ExecutionStatus | undefined,
      pageSize: number,
    ): Promise<string[]> {
      const names: string[] = [];
      let after: { startedAt: number; key: number } | undefined;
      for (;;) {
        const page = await store.executions.list({
          stateMachineArn: MACHINE,
          status,
          after,
          limit: pageSize,
        });
        expect(page.length).toBeLessThanOrEqual(pageSize);
        if (page.length === 0) return names;
        names.push(...page.map((one) => one.name));
        after = page.at(-1)!;
      }
    }

    it('lists the latest start first, whatever the size of the page', async ({ store }) => {
      await many(store);
      const expected = Array.from({ length: 24 }, (_, i) => `e${23 - i}`);
      for (const pageSize of [1, 5, 24, 100])
        expect(await namesOf(store, undefined, pageSize)).toEqual(expected);
    });

    it.for(statuses.map((status, i) => ({ status, i })))(
      'lists those that are $status',
      async ({ status, i }, { store }) => {
        await many(store);
        const expected = [18, 12, 6, 0].map((n) => `e${n + i}`);
        for (const pageSize of [1, 3, 10]) expect(await namesOf(store, status, pageSize)).toEqual(expected);
      },
    );

    it('moves an execution between the lists as its status changes', async ({ store }) => {
      const one = created(store.nextKey(), someEvents(1, 1));
      await store.commit(batch(one));
      const changes: ExecutionStatus[] = ['FAILED', 'RUNNING', 'SUCCEEDED', 'RUNNING', 'ABORTED'];
      let before = one.record;
      for (const status of changes) {
        const next = appended(before, [], { status, stoppedAt: status === 'RUNNING' ? undefined : 5 });
        await store.commit(batch(next));
        before = next.record;
        for (const wanted of statuses)
          expect(await namesOf(store, wanted, 5)).toHaveLength(wanted === status ? 1 : 0);
      }
    });

    it('counts those that run', async ({ store }) => {
      await many(store);
      expect(await store.executions.countRunning(MACHINE)).toBe(4);
      expect(await store.executions.countRunning('arn:none')).toBe(0);
    });

    it('lists nothing of an unknown machine', async ({ store }) => {
      const page = { stateMachineArn: 'arn:none', status: undefined, after: undefined, limit: 5 };
      expect(await store.executions.list(page)).toEqual([]);
      expect(await store.executions.get('arn:none')).toBeUndefined();
      expect(await store.executions.getByKey(99)).toBeUndefined();
    });

    it('removes the oldest closed ones with their journals', async ({ store }) => {
      const writes = [30, 10, 20, undefined, 40].map((stoppedAt) =>
        created(store.nextKey(), someEvents(1, 2), {
          stoppedAt,
          status: stoppedAt === undefined ? 'RUNNING' : 'SUCCEEDED',
        }),
      );
      await store.commit(batch(...writes));
      expect(await store.executions.removeClosed({ closedBefore: 40, limit: 2 })).toBe(2);
      const left = async () => {
        const found = await Promise.all(writes.map((write) => store.executions.get(write.record.arn)));
        return found.map((one) => one !== undefined);
      };
      expect(await left()).toEqual([true, false, false, true, true]);
      expect(await store.journal.read(writes[1]!.record.key)).toEqual([]);
      expect(await store.executions.removeClosed({ closedBefore: 40, limit: 2 })).toBe(1);
      expect(await store.executions.removeClosed({ closedBefore: 40, limit: 2 })).toBe(0);
      expect(await left()).toEqual([false, false, false, true, true]);
    });
  });
}
