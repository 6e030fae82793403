import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Payload } from '../../../src/base/payload.ts';
import { openSqliteStore } from '../../../src/store/sqlite/open.ts';
import { Recent } from '../../../src/store/sqlite/recent.ts';
import type { Batch, ExecutionRecord, Executions, Journal, Store } from '../../../src/store/store.ts';
import { appended, batch, created, heartbeat, passHistory, someEvents } from '../samples.ts';

/** What is kept: `KEPT` of recent.ts. */
const KEPT = 512;

describe('executions written a moment ago', () => {
  let store: Store;
  let recent: Recent;
  let executions: Executions;
  let journal: Journal;
  /** Reads that went to the database. */
  let reads: string[];

  beforeEach(() => {
    store = openSqliteStore({ folder: ':memory:' });
    recent = new Recent();
    reads = [];
    executions = recent.executions({
      ...store.executions,
      get: (arn) => {
        reads.push('get');
        return store.executions.get(arn);
      },
      getByKey: (key) => {
        reads.push('getByKey');
        return store.executions.getByKey(key);
      },
    });
    journal = recent.journal({
      ...store.journal,
      ends: (key) => {
        reads.push('ends');
        return store.journal.ends(key);
      },
    });
  });
  afterEach(() => store.close());

  async function commit(written: Batch): Promise<void> {
    await store.commit(written);
    recent.committed(written);
  }

  /** The ids of the two ends, read through the memory. */
  async function ends(key: number): Promise<[number | undefined, number | undefined]> {
    const found = await journal.ends(key);
    return [found?.first.id, found?.last.id];
  }

  async function readAll({ arn, key }: ExecutionRecord): Promise<void> {
    await executions.get(arn);
    await executions.getByKey(key);
    await journal.ends(key);
  }

  it('are answered without the database, as they are after their last commit', async () => {
    const first = created(store.nextKey(), someEvents(1, 2));
    await commit(batch(first));
    const second = appended(first.record, [...someEvents(3, 2), heartbeat(4)], { wakeAt: 7 });
    await commit(batch(second));
    expect(await executions.get(first.record.arn)).toEqual(second.record);
    expect(await executions.getByKey(first.record.key)).toEqual(second.record);
    expect(await ends(first.record.key)).toEqual([1, 4]);
    expect(reads).toEqual([]);
  });

  it('keep their last public event when a commit brings notes alone', async () => {
    const first = created(store.nextKey(), someEvents(1, 2));
    await commit(batch(first, appended(first.record, [heartbeat(2)])));
    expect(await ends(first.record.key)).toEqual([1, 2]);
    expect(reads).toEqual([]);
  });

  it('that began in an earlier process come from the database', async () => {
    const first = created(store.nextKey(), someEvents(1, 2));
    await store.commit(batch(first));
    const second = appended(first.record, someEvents(3, 1));
    await commit(batch(second));
    expect(await executions.get(first.record.arn)).toEqual(second.record);
    expect(await ends(first.record.key)).toEqual([1, 3]);
    expect(reads).toEqual(['get', 'ends']);
  });

  it.each([
    ['input', someEvents(1, 1, JSON.stringify('x'.repeat(5_000)))],
    ['output', passHistory(Payload.ofText(JSON.stringify('x'.repeat(5_000))), 1)],
  ])('with a long %s are left to the database', async (_what, events) => {
    const one = created(store.nextKey(), events);
    await commit(batch(one));
    await readAll(one.record);
    expect(reads).toEqual(['get', 'getByKey', 'ends']);
  });

  it('are forgotten once their history has become long', async () => {
    const first = created(store.nextKey(), someEvents(1, 1));
    await commit(batch(first));
    const second = appended(first.record, someEvents(2, 1, JSON.stringify('x'.repeat(5_000))));
    await commit(batch(second));
    expect(await executions.get(first.record.arn)).toEqual(second.record);
    expect(reads).toEqual(['get']);
  });

  it('are so many; older ones come from the database', async () => {
    const writes = Array.from({ length: KEPT + 1 }, () => created(store.nextKey(), someEvents(1, 1)));
    await commit(batch(...writes));
    const [oldest, next] = [writes[0]!.record, writes[1]!.record];
    await readAll(next);
    expect(reads).toEqual([]);
    await readAll(oldest);
    expect(reads).toEqual(['get', 'getByKey', 'ends']);
    expect(await executions.get(oldest.arn)).toEqual(oldest);
  });

  it('are unknown once they have been removed', async () => {
    const closed = created(store.nextKey(), someEvents(1, 1), { status: 'SUCCEEDED', stoppedAt: 5 });
    await commit(batch(closed));
    expect(await executions.removeClosed({ closedBefore: 6, limit: 9 })).toBe(1);
    expect(await executions.get(closed.record.arn)).toBeUndefined();
    expect(await executions.getByKey(closed.record.key)).toBeUndefined();
    expect(await journal.ends(closed.record.key)).toBeUndefined();
  });
});
