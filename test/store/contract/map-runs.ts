// Map Runs: records, chunks of inputs, children of both types, and what goes with them.

import { describe, expect } from 'vitest';
import type { MapRunEnd, MapRunRecord, MapRunWrite } from '../../../src/store/map-runs.ts';
import {
  DuplicateExecution,
  type ExecutionStatus,
  StaleWrite,
  type Store,
} from '../../../src/store/store.ts';
import { batch, created, MACHINE, someEvents } from '../samples.ts';
import type { StoreTest } from './backend.ts';

const PARENT = 7;
const ALL = { status: undefined, from: 0, limit: 100, reverse: false } as const;
const BACK = { ...ALL, from: Number.MAX_SAFE_INTEGER, reverse: true } as const;

function run(key: number, change: Partial<MapRunRecord> = {}): MapRunRecord {
  return {
    key,
    arn: `arn:aws:states:us-east-1:123456789012:mapRun:orders/Each:${key}`,
    executionKey: PARENT,
    executionArn: 'arn:aws:states:us-east-1:123456789012:execution:orders:parent',
    stateName: 'Each item',
    stateMachineArn: `${MACHINE}/Each`,
    childType: 'EXPRESS',
    startedAt: 1_000,
    stoppedAt: undefined,
    status: 'RUNNING',
    settings: { maxConcurrency: 0, toleratedFailureCount: undefined, toleratedFailurePercentage: 2.5 },
    redriveCount: 0,
    redrivenAt: undefined,
    reading: { complete: false, children: 0, items: 0, position: undefined, rest: undefined },
    counts: undefined,
    results: '{"transformation":"NONE"}',
    outcome: undefined,
    sequence: 1,
    ...change,
  };
}

function begun(record: MapRunRecord, more: Partial<MapRunWrite> = {}): MapRunWrite {
  return { record, created: true, endsOnly: false, chunks: [], ends: [], ...more };
}

function next(before: MapRunRecord, change: Partial<MapRunRecord>, more: Partial<MapRunWrite> = {}) {
  const record = { ...before, ...change, sequence: before.sequence + 1 };
  return { ...begun(record, more), created: false };
}

function end(child: number, status: MapRunEnd['status'] = 'SUCCEEDED'): MapRunEnd {
  const failed = status === 'SUCCEEDED' ? undefined : 'Broken';
  return {
    child,
    status,
    items: child + 1,
    startedAt: 5,
    stoppedAt: 6,
    output: failed === undefined ? `{"n":${child}}` : undefined,
    error: failed,
    cause: failed && 'It is \ud83e\udd14.',
  };
}

const commit = (store: Store, ...mapRuns: MapRunWrite[]): Promise<void> =>
  store.commit({ ...batch(), mapRuns });

async function withChildren(store: Store, statuses: readonly ExecutionStatus[]): Promise<MapRunRecord> {
  const record = run(store.nextKey(), { childType: 'STANDARD' });
  const children = statuses.map((status, mapIndex) =>
    created(store.nextKey(), someEvents(1, 1), {
      name: `child-${mapIndex}`,
      status,
      mapRunArn: record.arn,
      mapRunKey: record.key,
      mapIndex,
      mapItems: mapIndex + 1,
    }),
  );
  await store.commit({ ...batch(...children), mapRuns: [begun(record)] });
  return record;
}

export function describeMapRuns(it: StoreTest): void {
  describe('Map Runs', () => {
    it('are kept with every field, and changed', async ({ store }) => {
      const record = run(store.nextKey());
      await commit(store, begun(record));
      expect(await store.mapRuns.get(record.arn)).toEqual(record);
      const change = {
        status: 'FAILED',
        stoppedAt: 9,
        settings: { maxConcurrency: 3, toleratedFailureCount: 4, toleratedFailurePercentage: undefined },
        redriveCount: 1,
        redrivenAt: 8,
        reading: { complete: true, children: 2, items: 5, position: { key: 'a' }, rest: '[1]' },
        counts: {
          executions: { succeeded: 1, failed: 1, timedOut: 0, aborted: 0 },
          items: { succeeded: 3, failed: 2, timedOut: 0, aborted: 0 },
        },
        outcome: { status: 'failed', error: 'States.Runtime', cause: undefined },
      } as const;
      const write = next(record, change);
      await commit(store, write);
      expect(await store.mapRuns.get(record.arn)).toEqual(write.record);
      expect(await store.mapRuns.get(`${record.arn}0`)).toBeUndefined();
    });

    it('go on from the sequence they had, or nothing of the batch is kept', async ({ store }) => {
      const record = run(store.nextKey());
      await commit(store, begun(record));
      const other = created(store.nextKey(), someEvents(1, 1));
      const stale = next({ ...record, sequence: 2 }, {}, { endsOnly: true, ends: [end(0)] });
      await expect(store.commit({ ...batch(other), mapRuns: [stale] })).rejects.toThrow(StaleWrite);
      expect(await store.executions.get(other.record.arn)).toBeUndefined();
      expect(await store.mapRuns.ends(record.key, ALL)).toEqual([]);
      await expect(commit(store, begun(record))).rejects.toThrow(StaleWrite);
    });

    it('keep their inputs in chunks, found by the number of a child', async ({ store }) => {
      const record = run(store.nextKey());
      const first = { first: 0, inputs: ['{"a":"\u00e9"}', '2'], itemCounts: undefined };
      const second = { first: 2, inputs: ['["\ud83e\udd14"]'], itemCounts: [3] };
      await commit(store, begun(record, { chunks: [first] }));
      await commit(store, next(record, {}, { chunks: [second] }));
      const { mapRuns } = store;
      expect(await mapRuns.chunk(record.key, 0)).toEqual(first);
      expect(await mapRuns.chunk(record.key, 1)).toEqual(first);
      expect(await mapRuns.chunk(record.key, 2)).toEqual(second);
      expect(await mapRuns.chunk(record.key, 3)).toBeUndefined();
      expect(await mapRuns.chunk(store.nextKey(), 0)).toBeUndefined();
    });

    it('keep how Express children ended, once each, and give them by number and status', async ({
      store,
    }) => {
      const record = run(store.nextKey());
      await commit(store, begun(record, { ends: [end(2), end(0, 'FAILED')] }));
      const write = next(record, {}, { endsOnly: true, ends: [end(1), end(4, 'TIMED_OUT')] });
      await commit(store, write);
      const ends = (page: object) => store.mapRuns.ends(record.key, { ...ALL, ...page });
      expect(await ends({})).toEqual([end(0, 'FAILED'), end(1), end(2), end(4, 'TIMED_OUT')]);
      expect(await ends({ from: 1, limit: 2 })).toEqual([end(1), end(2)]);
      expect(await ends({ ...BACK, limit: 2 })).toEqual([end(4, 'TIMED_OUT'), end(2)]);
      expect(await ends({ status: 'SUCCEEDED' })).toEqual([end(1), end(2)]);
      expect(await ends({ ...BACK, status: 'FAILED' })).toEqual([end(0, 'FAILED')]);
      const twice = next(write.record, {}, { endsOnly: true, ends: [end(2)] });
      await expect(commit(store, twice)).rejects.toThrow(StaleWrite);
    });

    it('keep how a child ended after a redrive in the place of how it failed before', async ({ store }) => {
      const record = run(store.nextKey());
      await commit(store, begun(record, { ends: [end(0, 'FAILED'), end(1), end(2, 'ABORTED')] }));
      const again = { ...end(0), redrive: 1 };
      const write = next(record, { redriveCount: 1 }, { ends: [again] });
      await commit(store, write);
      expect(await store.mapRuns.ends(record.key, ALL)).toEqual([again, end(1), end(2, 'ABORTED')]);
      expect(await store.mapRuns.ends(record.key, { ...ALL, status: 'FAILED' })).toEqual([]);
      // Once a redrive each, and never one that has succeeded.
      for (const twice of [again, { ...again, redrive: 2 }, { ...end(1), redrive: 1 }]) {
        const refused = next(write.record, {}, { endsOnly: true, ends: [twice] });
        await expect(commit(store, refused)).rejects.toThrow(StaleWrite);
      }
    });

    it('have Standard children, given by number and status, and counted', async ({ store }) => {
      const { key } = await withChildren(store, ['SUCCEEDED', 'FAILED', 'RUNNING', 'SUCCEEDED', 'FAILED']);
      const numbers = async (page: object) =>
        (await store.mapRuns.children(key, { ...ALL, ...page })).map(({ mapIndex }) => mapIndex);
      expect(await numbers({})).toEqual([0, 1, 2, 3, 4]);
      expect(await numbers({ from: 2, limit: 2 })).toEqual([2, 3]);
      expect(await numbers({ ...BACK, from: 3, limit: 2 })).toEqual([3, 2]);
      expect(await numbers({ status: 'FAILED' })).toEqual([1, 4]);
      expect(await numbers({ ...BACK, status: 'SUCCEEDED' })).toEqual([3, 0]);
      expect(await numbers({ status: 'RUNNING' })).toEqual([2]);
      expect(await store.mapRuns.countChildren(key)).toEqual(
        new Map([
          ['RUNNING', { executions: 1, items: 3 }],
          ['SUCCEEDED', { executions: 2, items: 5 }],
          ['FAILED', { executions: 2, items: 7 }],
        ]),
      );
    });

    it('have Standard children, given by number with their last events', async ({ store }) => {
      const { key } = await withChildren(store, ['SUCCEEDED', 'FAILED', 'RUNNING', 'SUCCEEDED']);
      const given = async (from: number, to: number) =>
        (await store.mapRuns.childrenWithLastEvents(key, { from, to })).map(({ record, last }) => [
          record.mapIndex,
          record.status,
          last.id,
        ]);
      expect(await given(0, 3)).toEqual([
        [0, 'SUCCEEDED', 1],
        [1, 'FAILED', 1],
        [2, 'RUNNING', 1],
      ]);
      expect(await given(3, 9)).toEqual([[3, 'SUCCEEDED', 1]]);
      // Events that follow, and notes behind them, which have no id.
      const [record] = await store.mapRuns.children(key, { ...ALL, from: 2 });
      const events = someEvents(2, 3);
      const note = { ...events[0]!, id: 0 };
      for (const more of [events, [note]]) {
        const { sequence } = (await store.executions.getByKey(record!.key))!;
        const changed = { ...record!, sequence: sequence + more.length };
        await store.commit(batch({ record: changed, created: false, events: more }));
      }
      const [child] = await store.mapRuns.childrenWithLastEvents(key, { from: 2, to: 3 });
      expect(child?.last).toEqual((await store.journal.ends(record!.key))?.last);
      expect(child?.last.id).toBe(4);
    });

    it('have no two Standard children of one number', async ({ store }) => {
      const { key, arn } = await withChildren(store, ['RUNNING']);
      const twin = created(store.nextKey(), someEvents(1, 1), {
        name: 'twin',
        mapRunArn: arn,
        mapRunKey: key,
        mapIndex: 0,
      });
      const refusal = await store.commit(batch(twin)).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(StaleWrite);
      expect(refusal).not.toBeInstanceOf(DuplicateExecution);
    });

    it('are listed by execution, most recent start first', async ({ store }) => {
      const records = [3, 1, 2, 2].map((startedAt) => run(store.nextKey(), { startedAt }));
      const other = run(store.nextKey(), { executionKey: PARENT + 1 });
      await commit(store, ...records.map((record) => begun(record)), begun(other));
      const [a, b, c, d] = records;
      const page = { executionKey: PARENT, after: undefined, limit: 3 };
      expect(await store.mapRuns.list(page)).toEqual([a, d, c]);
      expect(await store.mapRuns.list({ ...page, after: c })).toEqual([b]);
    });

    it('that are open are found, in order of their keys', async ({ store }) => {
      const records = [0, 1, 2].map(() => run(store.nextKey()));
      await commit(store, ...records.map((record) => begun(record)));
      await commit(store, next(records[1]!, { status: 'SUCCEEDED', stoppedAt: 3 }));
      expect(await store.mapRuns.open(0, 10)).toEqual([records[0], records[2]]);
      expect(await store.mapRuns.open(records[0]!.key, 10)).toEqual([records[2]]);
    });

    it('go piece by piece when their execution is removed', async ({ store }) => {
      const parent = created(PARENT, someEvents(1, 1), { status: 'SUCCEEDED', stoppedAt: 10 });
      const record = run(store.nextKey());
      const chunks = [{ first: 0, inputs: ['1'], itemCounts: undefined }];
      const write = begun(record, { chunks, ends: [end(0), end(1), end(2)] });
      await store.commit({ ...batch(parent), mapRuns: [write] });
      expect(await store.mapRuns.removeSome(2)).toBe(false);
      expect(await store.executions.removeClosed({ closedBefore: 11, limit: 5 })).toBe(1);
      let steps = 0;
      while (await store.mapRuns.removeSome(2)) steps++;
      expect(steps).toBe(3);
      expect(await store.mapRuns.get(record.arn)).toBeUndefined();
      expect(await store.mapRuns.ends(record.key, ALL)).toEqual([]);
      expect(await store.mapRuns.chunk(record.key, 0)).toBeUndefined();
    });
  });
}
