// What every store promises, as tests. Each backend runs all of it on empty stores of its own.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Payload } from '../../src/base/payload.ts';
import { DuplicateExecution, type ExecutionStatus, StaleWrite, type Store } from '../../src/store/store.ts';
import {
  appended,
  batch,
  created,
  heartbeat,
  MACHINE,
  passHistory,
  plain,
  ROLE,
  record,
  someEvents,
} from './samples.ts';

export interface OpenedStore {
  readonly store: Store;
  /** Closes the store and opens it again on the same data; undefined when nothing outlives it. */
  readonly reopen: (() => Promise<Store>) | undefined;
  /** Closes and removes everything. */
  readonly dispose: () => Promise<void>;
}

/** @param open gives an empty store. */
export function describeStore(name: string, open: () => Promise<OpenedStore>): void {
  describe(name, () => {
    let opened: OpenedStore;
    let store: Store;
    beforeEach(async () => {
      opened = await open();
      store = opened.store;
    });
    afterEach(async () => {
      await opened.dispose();
    });

    describe('commit', () => {
      it('keeps a record with every field', async () => {
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

      it('keeps an ARN whose last part is not the name', async () => {
        const express = record(store.nextKey(), {
          name: 'n',
          arn: 'arn:aws:states:r:1:express:orders:n:some-uuid',
        });
        await store.commit(batch({ record: express, created: true, events: [] }));
        expect(await store.executions.get(express.arn)).toEqual(express);
      });

      it('updates a record and appends its events', async () => {
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

      it('opens a closed execution again', async () => {
        const first = created(store.nextKey(), someEvents(1, 3), { status: 'FAILED', stoppedAt: 5 });
        await store.commit(batch(first));
        const again = appended(first.record, someEvents(4, 1), {
          status: 'RUNNING',
          stoppedAt: undefined,
          redriveCount: 1,
          redrivenAt: 6,
        });
        await store.commit(batch(again));
        expect(await store.executions.get(first.record.arn)).toEqual(again.record);
      });

      it('writes one execution several times in a batch', async () => {
        const first = created(store.nextKey(), someEvents(1, 2));
        await store.commit(batch(first, appended(first.record, someEvents(3, 2))));
        expect(plain(await store.journal.read(first.record.key))).toEqual(plain(someEvents(1, 4)));
      });

      it('refuses the whole batch when an ARN is taken, naming it', async () => {
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

      it('refuses a key that is taken', async () => {
        const first = created(store.nextKey(), someEvents(1, 1));
        await store.commit(batch(first));
        const other = created(first.record.key, someEvents(1, 1), { name: 'other' });
        await expect(store.commit(batch(other))).rejects.toThrow(StaleWrite);
      });

      it('refuses the whole batch when a sequence is not the stored one', async () => {
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

      it('refuses to update what does not exist and to create with a past', async () => {
        const unknown = appended(record(store.nextKey()), someEvents(1, 1));
        await expect(store.commit(batch(unknown))).rejects.toThrow(StaleWrite);
        const past = { ...created(store.nextKey(), someEvents(1, 1), { sequence: 5 }) };
        await expect(store.commit(batch(past))).rejects.toThrow(StaleWrite);
      });

      it('forgets what a refused batch named first', async () => {
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

      it('accepts an empty batch', async () => {
        await store.commit(batch());
        expect(await store.work.nextWake()).toBeUndefined();
      });

      it('gives keys that rise and never repeat, also after a restart', async () => {
        const keys = Array.from({ length: 2_500 }, () => store.nextKey());
        expect(new Set(keys).size).toBe(keys.length);
        expect(keys.toSorted((a, b) => a - b)).toEqual(keys);
        if (opened.reopen === undefined) return;
        const again = await opened.reopen();
        expect(again.nextKey()).toBeGreaterThan(keys.at(-1)!);
      });

      it('keeps everything over a restart', async () => {
        const first = created(store.nextKey(), someEvents(1, 3), { wakeAt: 4, busy: true });
        await store.commit(batch(first));
        if (opened.reopen === undefined) {
          expect(await store.executions.get(first.record.arn)).toEqual(first.record);
          return;
        }
        const again = await opened.reopen();
        expect(await again.executions.get(first.record.arn)).toEqual(first.record);
        expect(plain(await again.journal.read(first.record.key))).toEqual(plain(someEvents(1, 3)));
      });
    });

    describe('journal', () => {
      const ids = (events: readonly { readonly id: number }[]) => events.map((event) => event.id);

      /** Events 1–9 in segments of three, with notes inside and between. */
      async function threeSegments(): Promise<number> {
        const first = created(store.nextKey(), [...someEvents(1, 3), heartbeat(3)]);
        const notes = appended(first.record, [heartbeat(2)]);
        const second = appended(notes.record, [heartbeat(1), ...someEvents(4, 3)]);
        const third = appended(second.record, someEvents(7, 3));
        const end = appended(third.record, [heartbeat(9), heartbeat(9)]);
        for (const write of [first, notes, second, third, end]) await store.commit(batch(write));
        return first.record.key;
      }

      it('reads all entries in order, notes included', async () => {
        const key = await threeSegments();
        expect(ids(await store.journal.read(key))).toEqual([1, 2, 3, 0, 0, 0, 4, 5, 6, 7, 8, 9, 0, 0]);
      });

      it('knows nothing of an unknown execution', async () => {
        expect(await store.journal.read(77)).toEqual([]);
        expect(await store.journal.page(77, { from: 1, limit: 5, reverse: false })).toEqual([]);
        expect(await store.journal.page(77, { from: 9, limit: 5, reverse: true })).toEqual([]);
        expect(await store.journal.ends(77)).toBeUndefined();
      });

      const END = Number.MAX_SAFE_INTEGER;
      it.each([
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
      ])('pages from $from, at most $limit, reverse $reverse', async ({ gives, ...page }) => {
        const key = await threeSegments();
        expect(ids(await store.journal.page(key, page))).toEqual(gives);
      });

      it('can page twice at the same moment', async () => {
        const key = await threeSegments();
        const pages = await Promise.all(
          [1, 4, 7].map((from) => store.journal.page(key, { from, limit: 2, reverse: false })),
        );
        expect(pages.map(ids)).toEqual([
          [1, 2],
          [4, 5],
          [7, 8],
        ]);
      });

      it('gives the first and the last public event', async () => {
        const key = await threeSegments();
        const ends = await store.journal.ends(key);
        expect(ends?.first).toMatchObject({ type: 'ExecutionStarted', id: 1, roleArn: ROLE });
        expect(ends?.last.id).toBe(9);
        const one = created(store.nextKey(), passHistory(Payload.ofText('{"a":1.0}'), 10));
        await store.commit(batch(one));
        const short = await store.journal.ends(one.record.key);
        expect(short?.last).toMatchObject({ type: 'ExecutionSucceeded', id: 12 });
        expect(short?.first.type === 'ExecutionStarted' && short.first.input.text).toBe('{"a":1.0}');
      });

      it('keeps the journals of executions apart', async () => {
        const [a, b] = [
          created(store.nextKey(), someEvents(1, 3)),
          created(store.nextKey(), someEvents(1, 2)),
        ];
        await store.commit(batch(a, b));
        await store.commit(batch(appended(b.record, someEvents(3, 1)), appended(a.record, someEvents(4, 1))));
        expect(ids(await store.journal.read(a.record.key))).toEqual([1, 2, 3, 4]);
        expect(ids(await store.journal.read(b.record.key))).toEqual([1, 2, 3]);
      });
    });

    describe('activities', () => {
      const activity = (name: string) => ({
        arn: `arn:aws:states:us-east-1:123456789012:activity:${name}`,
        name,
        createdAt: 5,
        settings: { tags: [{ key: 'team', value: 'blue' }] },
      });

      it('creates an activity once', async () => {
        const one = activity('one');
        expect(await store.catalog.activities.create(one)).toEqual({ created: true, activity: one });
        const again = { ...one, createdAt: 6, settings: {} };
        expect(await store.catalog.activities.create(again)).toEqual({ created: false, activity: one });
        expect(await store.catalog.activities.get(one.arn)).toEqual(one);
        expect(await store.catalog.activities.get(`${one.arn}x`)).toBeUndefined();
      });

      it('sets the settings of an activity', async () => {
        const { activities } = store.catalog;
        const one = activity('one');
        await activities.create(one);
        const settings = { tags: [] };
        expect(await activities.update(one.arn, settings)).toEqual({ ...one, settings });
        expect(await activities.get(one.arn)).toEqual({ ...one, settings });
        expect(await activities.update(`${one.arn}x`, settings)).toBeUndefined();
      });

      it('removes an activity, and its name can be used again', async () => {
        const { activities } = store.catalog;
        const one = activity('one');
        await activities.create(one);
        await activities.remove(one.arn);
        await activities.remove(one.arn);
        expect(await activities.get(one.arn)).toBeUndefined();
        const later = { ...one, createdAt: 9 };
        expect(await activities.create(later)).toEqual({ created: true, activity: later });
      });

      it('lists activities by name, page by page', async () => {
        const { activities } = store.catalog;
        for (const name of ['b', 'a', 'B', 'c']) await activities.create(activity(name));
        const names = async (after: string | undefined) =>
          (await activities.list({ after, limit: 3 })).map((found) => found.name);
        expect(await names(undefined)).toEqual(['B', 'a', 'b']);
        expect(await names('b')).toEqual(['c']);
        expect(await names('c')).toEqual([]);
      });

      it('keeps activities when it is opened again', async () => {
        if (opened.reopen === undefined) return;
        await store.catalog.activities.create(activity('kept'));
        const again = await opened.reopen();
        expect(await again.catalog.activities.list({ after: undefined, limit: 9 })).toEqual([
          activity('kept'),
        ]);
      });
    });

    describe('catalog', () => {
      const machine = (name: string) => ({
        arn: `arn:aws:states:us-east-1:123456789012:stateMachine:${name}`,
        name,
        type: 'STANDARD' as const,
        createdAt: 5,
        settings: { loggingConfiguration: { level: 'ALL' }, tags: [{ key: 'a', value: 'b' }] },
        revision: { revisionId: undefined, definition: '{"StartAt":"A"}', roleArn: ROLE },
      });

      it('creates a machine once', async () => {
        const one = machine('one');
        const first = await store.catalog.create(one);
        expect(first.created).toBe(true);
        expect(first.machine).toEqual({
          arn: one.arn,
          name: 'one',
          type: 'STANDARD',
          status: 'ACTIVE',
          createdAt: 5,
          updatedAt: 5,
          settings: one.settings,
          revision: {
            ...one.revision,
            id: first.machine.revision.id,
            stateMachineArn: one.arn,
            createdAt: 5,
          },
        });
        expect(await store.catalog.get(one.arn)).toEqual(first.machine);
        const again = await store.catalog.create({ ...one, type: 'EXPRESS', createdAt: 6 });
        expect(again).toEqual({ created: false, machine: first.machine });
      });

      it('updates settings with and without a new revision, and keeps the old revision', async () => {
        const { machine: before } = await store.catalog.create(machine('one'));
        const settings = { tracingConfiguration: { enabled: true } };
        const same = await store.catalog.update(before.arn, { updatedAt: 8, revision: undefined, settings });
        expect(same).toEqual({ ...before, updatedAt: 8, settings });
        const revision = { revisionId: 'r2', definition: '{"StartAt":"B"}', roleArn: 'arn:other' };
        const changed = await store.catalog.update(before.arn, { updatedAt: 9, revision, settings });
        expect(changed?.revision).toEqual({
          ...revision,
          id: changed?.revision.id,
          stateMachineArn: before.arn,
          createdAt: 9,
        });
        expect(changed?.revision.id).not.toBe(before.revision.id);
        expect(await store.catalog.revision(before.revision.id)).toEqual(before.revision);
        expect(await store.catalog.revision(changed!.revision.id)).toEqual(changed!.revision);
      });

      it('knows nothing of an unknown machine', async () => {
        expect(await store.catalog.get('arn:none')).toBeUndefined();
        expect(await store.catalog.revision(12345)).toBeUndefined();
        const change = { updatedAt: 1, revision: undefined, settings: {} };
        expect(await store.catalog.update('arn:none', change)).toBeUndefined();
      });

      it('lists by name in pages', async () => {
        for (const name of ['b', 'a', 'C', 'd']) await store.catalog.create(machine(name));
        const names = async (after: string | undefined, limit: number) =>
          (await store.catalog.list({ after, limit })).map((one) => one.name);
        expect(await names(undefined, 10)).toEqual(['C', 'a', 'b', 'd']);
        expect(await names(undefined, 2)).toEqual(['C', 'a']);
        expect(await names('a', 2)).toEqual(['b', 'd']);
        expect(await names('d', 2)).toEqual([]);
      });

      it('marks a machine, then removes it with all that is its own', async () => {
        const { machine: gone } = await store.catalog.create(machine('gone'));
        const { machine: stays } = await store.catalog.create(machine('gone2'));
        const writes = Array.from({ length: 600 }, (_, i) =>
          created(store.nextKey(), someEvents(1, 2), { name: `g${i}`, stateMachineArn: gone.arn }),
        );
        const other = created(store.nextKey(), someEvents(1, 2), {
          name: 'other',
          stateMachineArn: stays.arn,
        });
        const child = created(store.nextKey(), someEvents(1, 2), {
          name: 'child',
          stateMachineArn: `${gone.arn}/Each`,
        });
        await store.commit(batch(...writes, other, child));
        await store.catalog.setDeleting(gone.arn);
        expect(await store.catalog.deleting()).toEqual([{ ...gone, status: 'DELETING' }]);
        await store.catalog.remove(gone.arn);
        expect(await store.catalog.deleting()).toEqual([]);
        expect(await store.catalog.get(gone.arn)).toBeUndefined();
        expect(await store.catalog.revision(gone.revision.id)).toBeUndefined();
        for (const write of [writes[0]!, writes[599]!, child]) {
          expect(await store.executions.get(write.record.arn)).toBeUndefined();
          expect(await store.journal.read(write.record.key)).toEqual([]);
        }
        expect(await store.executions.get(other.record.arn)).toEqual(other.record);
        expect(await store.journal.read(other.record.key)).toHaveLength(2);
        const { created: anew, machine: next } = await store.catalog.create(machine('gone'));
        expect(anew).toBe(true);
        expect(next.revision.id).not.toBe(gone.revision.id);
      });
    });

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
      async function many(): Promise<void> {
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

      async function listed(status: ExecutionStatus | undefined, pageSize: number): Promise<string[]> {
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

      it('lists the latest start first, whatever the size of the page', async () => {
        await many();
        const expected = Array.from({ length: 24 }, (_, i) => `e${23 - i}`);
        for (const pageSize of [1, 5, 24, 100]) expect(await listed(undefined, pageSize)).toEqual(expected);
      });

      it.each(statuses.map((status, i) => ({ status, i })))(
        'lists those that are $status',
        async ({ status, i }) => {
          await many();
          const expected = [18, 12, 6, 0].map((n) => `e${n + i}`);
          for (const pageSize of [1, 3, 10]) expect(await listed(status, pageSize)).toEqual(expected);
        },
      );

      it('moves an execution between the lists as its status changes', async () => {
        const one = created(store.nextKey(), someEvents(1, 1));
        await store.commit(batch(one));
        const changes: ExecutionStatus[] = ['FAILED', 'RUNNING', 'SUCCEEDED', 'RUNNING', 'ABORTED'];
        let before = one.record;
        for (const status of changes) {
          const next = appended(before, [], { status, stoppedAt: status === 'RUNNING' ? undefined : 5 });
          await store.commit(batch(next));
          before = next.record;
          for (const wanted of statuses)
            expect(await listed(wanted, 5)).toHaveLength(wanted === status ? 1 : 0);
        }
      });

      it('counts those that run', async () => {
        await many();
        expect(await store.executions.countRunning(MACHINE)).toBe(4);
        expect(await store.executions.countRunning('arn:none')).toBe(0);
      });

      it('lists nothing of an unknown machine', async () => {
        const page = { stateMachineArn: 'arn:none', status: undefined, after: undefined, limit: 5 };
        expect(await store.executions.list(page)).toEqual([]);
        expect(await store.executions.get('arn:none')).toBeUndefined();
        expect(await store.executions.getByKey(99)).toBeUndefined();
      });

      it('removes the oldest closed ones with their journals', async () => {
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

    describe('work', () => {
      it('gives what is due, earliest first, and the next wake', async () => {
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

      it('gives the busy ones in pages by key', async () => {
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

      it('keeps Express starts until they end', async () => {
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

      it('makes a secret once ever', async () => {
        expect(await store.work.secret('token', () => 'first')).toBe('first');
        expect(await store.work.secret('token', () => 'second')).toBe('first');
        expect(await store.work.secret('other', () => 'third')).toBe('third');
        if (opened.reopen === undefined) return;
        const again = await opened.reopen();
        expect(await again.work.secret('token', () => 'fourth')).toBe('first');
      });
    });
  });
}
