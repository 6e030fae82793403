// Map Runs over processes that die, on a clock that the test moves. Children call a function, which counts its calls.

import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { Payload } from '../../../src/base/payload.ts';
import type {
  Integration,
  TaskOutcome as Outcome,
  TaskRequest,
} from '../../../src/integrations/integration.ts';
import type { MapRunState } from '../../../src/observe/messages.ts';
import type { MapRunRecord } from '../../../src/store/map-runs.ts';
import { StoreUnavailable } from '../../../src/store/store.ts';
import { createMemoryS3, type MemoryS3 } from '../../support/memory-s3.ts';
import { openVirtualEngine, type VirtualEngine } from '../virtual-engine.ts';

let v: VirtualEngine;
let s3: MemoryS3;
/** What the children's function was called with. */
let calls: unknown[];
/** How the function answers; undefined: not yet. */
let answer: (item: never) => Outcome | undefined;
let waiting: { readonly item: unknown; readonly resolve: (outcome: Outcome) => void }[];

const done = (value: unknown): Outcome => ({ status: 'completed', outputText: JSON.stringify(value) });
const failed: Outcome = { status: 'failed', error: 'Broken', cause: 'It is.' };

function integrationOf(): Integration {
  return {
    start: async (task: TaskRequest): Promise<Outcome> => {
      const { item } = task.input as { item: unknown };
      calls.push(item);
      const outcome = answer(item as never);
      return (
        outcome ??
        new Promise<Outcome>((resolve) => {
          waiting.push({ item, resolve });
        })
      );
    },
    poll: async () => ({ status: 'running' }) as const,
    cancel: async () => {},
  };
}

beforeEach(async () => {
  s3 = createMemoryS3();
  s3.put('b', 'here before', '');
  calls = [];
  waiting = [];
  answer = (item) => done({ did: item });
  v = await openVirtualEngine({ s3, integrations: { find: () => integrationOf() } });
});
afterEach(() => v.dispose());

const TYPES = ['STANDARD', 'EXPRESS'] as const;
type ChildType = (typeof TYPES)[number];

const eachCalls = (type: ChildType, more: object = {}): object => ({
  StartAt: 'Each',
  States: {
    Each: {
      Type: 'Map',
      Label: 'each',
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: type },
        StartAt: 'Call',
        States: {
          Call: {
            Type: 'Task',
            Resource: 'arn:aws:states:::aws-sdk:simulated:do',
            Parameters: { 'item.$': '$' },
            End: true,
          },
        },
      },
      End: true,
      ...more,
    },
  },
});

const INBOX = {
  ItemReader: { Resource: 'arn:aws:states:::s3:listObjectsV2', Parameters: { Bucket: 'b', Prefix: 'in/' } },
  ItemSelector: { 'key.$': '$$.Map.Item.Value.Key', 'index.$': '$$.Map.Item.Index' },
};

const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

async function start(definition: object, input: unknown = []): Promise<string> {
  const machine = await v.machine('m', definition);
  const starting = v.start(machine, 'parent', JSON.stringify(input));
  await v.pass(0);
  return starting;
}

async function endOf(arn: string): Promise<{ status: string; output: unknown; error: string | undefined }> {
  await v.pass(5_000);
  if ((await v.status(arn)) === 'RUNNING') return { status: 'RUNNING', output: undefined, error: undefined };
  const end = await v.engine.waitForEnd(arn);
  if (end === undefined) throw new Error('Expected an execution');
  return { status: end.status, output: end.output?.value, error: end.error };
}

/** @param asked moves on with the clock */
async function answered<T>(asked: Promise<T>): Promise<T> {
  await v.pass(1_000);
  return asked;
}

const stop = (arn: string): Promise<unknown> => answered(v.engine.stop(arn, undefined, undefined));

async function runOf(executionArn: string): Promise<MapRunRecord> {
  const { key } = (await v.store.executions.get(executionArn))!;
  const [run] = await v.store.mapRuns.list({ executionKey: key, after: undefined, limit: 1 });
  return run!;
}

describe.each(TYPES)('a Map Run with %s children', (type) => {
  it('calls again only what was in flight when the process died', async () => {
    answer = (item: number) => (item < 30 ? done(item) : undefined);
    const arn = await start(eachCalls(type, { MaxConcurrency: 10 }), numbers(40));
    await v.pass(1_000);
    expect(calls).toHaveLength(40);
    answer = (item) => done(item);
    await v.restart();
    expect(await endOf(arn)).toMatchObject({ status: 'SUCCEEDED', output: numbers(40) });
    expect(calls.slice(40)).toEqual(numbers(40).slice(30));
  });

  it('processes every object of an inbox that empties itself, and pairs results with their items', async () => {
    const keys = numbers(40).map((n) => `in/${String(n).padStart(2, '0')}`);
    for (const key of keys) s3.put('b', key, 'x');
    let left = 24;
    answer = (item: { key: string }) => {
      if (left-- <= 0) return undefined;
      s3.delete('b', item.key);
      return done(item);
    };
    const arn = await start(eachCalls(type, { ...INBOX, MaxConcurrency: 8 }));
    await v.pass(1_000);
    expect(s3.keys('b')).toHaveLength(17);
    left = 1_000;
    await v.restart();
    const { status, output } = await endOf(arn);
    expect(status).toBe('SUCCEEDED');
    expect(output).toEqual(keys.map((key, index) => ({ key, index })));
    expect(s3.keys('b')).toEqual(['here before']);
    expect(calls).toHaveLength(40 + 8);
  });

  it('fails on with what was decided when the process dies while it ends', async () => {
    answer = (item: number) => (item === 3 ? failed : undefined);
    let died = false;
    v.onCommit = (batch) => {
      if (died || !batch.mapRuns?.some(({ record }) => record.outcome !== undefined)) return;
      died = true;
      return new Promise<void>(() => undefined);
    };
    const arn = await start(eachCalls(type), numbers(8));
    await v.pass(1_000);
    expect(died).toBe(true);
    answer = () => undefined;
    await v.restart();
    await v.pass(1_000);
    expect(await endOf(arn)).toMatchObject({
      status: 'FAILED',
      error: 'States.ExceedToleratedFailureThreshold',
    });
    expect(calls.filter((item) => item === 3)).toHaveLength(1);
    const { status, counts } = await runOf(arn);
    expect([status, counts?.executions]).toEqual([
      'FAILED',
      { succeeded: 0, failed: 1, timedOut: 0, aborted: type === 'STANDARD' ? 7 : expect.any(Number) },
    ]);
  });

  it('ends with its parent: what runs is aborted, and nothing more is started', async () => {
    answer = (item: number) => (item < 2 ? done(item) : undefined);
    const arn = await start(eachCalls(type, { MaxConcurrency: 3 }), numbers(9));
    await v.pass(1_000);
    await stop(arn);
    for (const { item, resolve } of waiting) resolve(done(item));
    await v.pass(1_000);
    const { status, counts, stoppedAt } = await runOf(arn);
    expect([status, stoppedAt]).toEqual(['ABORTED', expect.any(Number)]);
    expect(counts?.executions).toEqual({ succeeded: 2, failed: 0, timedOut: 0, aborted: 3 });
    expect(calls).toHaveLength(5);
    expect(await v.store.mapRuns.open(0, 9)).toEqual([]);
  });

  it('is aborted at the next start when its parent ended and the process died before it could say so', async () => {
    answer = () => undefined;
    const arn = await start(eachCalls(type), numbers(3));
    await v.pass(1_000);
    v.onCommit = (batch) =>
      batch.mapRuns?.some(({ record }) => record.status === 'ABORTED')
        ? new Promise<void>(() => undefined)
        : undefined;
    await stop(arn);
    await v.pass(1_000);
    expect((await runOf(arn)).status).toBe('RUNNING');
    v.onCommit = undefined;
    await v.restart();
    await v.pass(1_000);
    expect((await runOf(arn)).status).toBe('ABORTED');
    expect(await v.store.work.children(0, 9)).toEqual([]);
  });

  it.each(['OUTCOME', 'ABORTED'])(
    'leaves result files when its parent was stopped, also when the process died before %s was kept',
    async (written) => {
      s3.put('out', 'here before', '');
      answer = (item: number) => (item === 0 ? done(item) : undefined);
      const ResultWriter = {
        Resource: 'arn:aws:states:::s3:putObject',
        Parameters: { Bucket: 'out' },
        WriterConfig: { OutputType: 'JSONL', Transformation: 'COMPACT' },
      };
      const arn = await start(eachCalls(type, { ResultWriter, MaxConcurrency: 2 }), numbers(4));
      await v.pass(1_000);
      v.onCommit = (batch) =>
        batch.mapRuns?.some(({ record: { status, outcome } }) =>
          written === 'OUTCOME' ? outcome?.status === 'aborted' : status === 'ABORTED',
        )
          ? new Promise<void>(() => undefined)
          : undefined;
      await stop(arn);
      await v.pass(1_000);
      v.onCommit = undefined;
      await v.restart();
      // Files are written in rounds of the real event loop.
      for (let n = 0; n < 50 && (await runOf(arn)).status === 'RUNNING'; n++) await v.pass(100);
      const { status, counts, arn: runArn } = await runOf(arn);
      expect([status, counts?.written]).toEqual(['ABORTED', true]);
      const id = runArn.split(':').at(-1);
      expect(s3.text('out', `${id}/SUCCEEDED_0.jsonl`)).toBe('0');
      expect(s3.keys('out')).toEqual(
        expect.arrayContaining([`${id}/PENDING_0.jsonl`, `${id}/manifest.json`]),
      );
    },
  );

  it('tells its parent again when the process died after it ended', async () => {
    let died = false;
    v.onCommit = (batch) => {
      if (
        died ||
        !batch.executions.some(({ events }) => events.some(({ type }) => type === 'MapRunSucceeded'))
      )
        return;
      died = true;
      return new Promise<void>(() => undefined);
    };
    const arn = await start(eachCalls(type), numbers(3));
    await v.pass(1_000);
    expect([died, (await runOf(arn)).status]).toEqual([true, 'SUCCEEDED']);
    await v.restart();
    expect(await endOf(arn)).toMatchObject({ status: 'SUCCEEDED' });
    expect(calls).toHaveLength(3);
  });

  it('goes on when the store refuses for a while, and calls nothing twice', async () => {
    let refused = 0;
    v.onCommit = (batch) => {
      if ((batch.mapRuns?.length ?? 0) === 0 || refused >= 4) return;
      refused++;
      throw new StoreUnavailable('disk full');
    };
    const machine = await v.machine('m', eachCalls(type, { MaxConcurrency: 2 }));
    let arn: string | undefined;
    const input = Payload.ofText(JSON.stringify(numbers(6)));
    for (let tries = 0; arn === undefined && tries < 9; tries++) {
      const starting = v.engine.start({ machine, name: 'parent', input, traceHeader: undefined });
      starting.then(
        ({ executionArn }) => {
          arn = executionArn;
        },
        () => undefined,
      );
      await v.pass(2_000);
    }
    expect(await endOf(arn!)).toMatchObject({ status: 'SUCCEEDED' });
    expect(calls).toHaveLength(6);
  });

  it('starts no more than MaxConcurrency at once, which can be changed while it runs', async () => {
    answer = () => undefined;
    const arn = await start(eachCalls(type, { MaxConcurrency: 2 }), numbers(9));
    await v.pass(1_000);
    expect(waiting).toHaveLength(2);
    const { arn: mapRunArn } = await runOf(arn);
    expect(await answered(v.engine.updateMapRun(mapRunArn, { maxConcurrency: 5 }))).toBe(true);
    await v.pass(1_000);
    expect(waiting).toHaveLength(5);
    await v.restart();
    await v.pass(1_000);
    expect(calls).toHaveLength(10);
    expect((await runOf(arn)).settings.maxConcurrency).toBe(5);
  });

  it('lets a tolerance that is lowered while it runs fail it', async () => {
    answer = (item: number) => (item < 2 ? failed : undefined);
    const arn = await start(eachCalls(type, { ToleratedFailureCount: 3 }), numbers(9));
    await v.pass(1_000);
    const { arn: mapRunArn } = await runOf(arn);
    await answered(v.engine.updateMapRun(mapRunArn, { toleratedFailureCount: 1 }));
    expect((await endOf(arn)).error).toBe('States.ExceedToleratedFailureThreshold');
    expect(await v.engine.updateMapRun(mapRunArn, { maxConcurrency: 1 })).toBe(false);
  });

  it('has results of which the state says that they are too large', async () => {
    answer = () => done('x'.repeat(30_000));
    const arn = await start(eachCalls(type), numbers(10));
    expect(await endOf(arn)).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
    expect((await runOf(arn)).status).toBe('SUCCEEDED');
    const { key } = (await v.store.executions.get(arn))!;
    const events = await v.store.journal.read(key);
    const types = events.map(({ type: event }) => event);
    expect(types).toEqual(
      expect.arrayContaining(['MapRunSucceeded', 'MapStateSucceeded', 'ExecutionFailed']),
    );
  });

  it('batches over slices of what is read, also when the process dies between them', async () => {
    s3.put('b', 'k', JSON.stringify(numbers(12_500)));
    const ItemReader = {
      Resource: 'arn:aws:states:::s3:getObject',
      Parameters: { Bucket: 'b', Key: 'k' },
      ReaderConfig: { InputType: 'JSON' },
    };
    let died = false;
    v.onCommit = (batch) => {
      if (died || !batch.mapRuns?.some(({ record }) => record.reading.items === 10_000)) return;
      died = true;
      return new Promise<void>(() => undefined);
    };
    answer = (item: { Items: number[] }) => done(item.Items.length);
    const arn = await start(eachCalls(type, { ItemReader, ItemBatcher: { MaxItemsPerBatch: 1_500 } }));
    for (let n = 0; n < 50 && !died; n++) await v.pass(1_000);
    expect([died, (await runOf(arn)).reading.items]).toEqual([true, 5_000]);
    await v.restart();
    expect((await endOf(arn)).output).toEqual([1500, 1500, 1500, 1500, 1500, 1500, 1500, 1500, 500]);
    const run = await runOf(arn);
    expect(run.counts?.items.succeeded).toBe(12_500);
    const items = calls.flatMap((item) => (item as { Items: number[] }).Items);
    expect([...new Set(items)].toSorted((a, b) => a - b)).toEqual(numbers(12_500));
  });
});

test('a Map Run is in the store as soon as its start is in the history', async () => {
  answer = () => undefined;
  v.onCommit = async (batch) => {
    const started = batch.executions.some(({ events }) =>
      events.some(({ type }) => type === 'MapRunStarted'),
    );
    if (started) expect(batch.mapRuns).toHaveLength(1);
  };
  const arn = await start(eachCalls('EXPRESS'), [1]);
  expect((await runOf(arn)).status).toBe('RUNNING');
});

test('whoever listens is told how far a Map Run is, and the log says it once a minute', async () => {
  answer = (item: number) => (item === 0 ? done(0) : item === 1 ? failed : undefined);
  const told: MapRunState[] = [];
  v.bus.on('mapRunChanged', (state) => told.push(state));
  await start(eachCalls('EXPRESS', { ToleratedFailureCount: 1 }), [0, 1, 2]);
  await v.pass(1_000);
  const progress = { total: 3, read: true, running: 1, succeeded: 1, failed: 1 };
  expect(told.at(-1)).toMatchObject({ status: 'RUNNING', ...progress });
  await v.pass(59_000);
  const lines = v.log.filter(({ msg }) => msg === 'A Map Run goes on');
  expect(lines).toMatchObject([{ items: progress }]);
  for (const { resolve } of waiting) resolve(done(2));
  await v.pass(120_000);
  expect(told.at(-1)).toMatchObject({ status: 'SUCCEEDED', running: 0, succeeded: 2 });
  expect(v.log.filter(({ msg }) => msg === 'A Map Run goes on')).toHaveLength(1);
});

test('the reader is called off when the execution is stopped', async () => {
  let signalled: AbortSignal | undefined;
  s3.listObjects = async function* (_parameters, _after, signal) {
    signalled = signal;
    await new Promise(() => undefined);
    yield [];
  };
  const arn = await start(eachCalls('EXPRESS', INBOX));
  await v.pass(100);
  expect(signalled?.aborted).toBe(false);
  await stop(arn);
  await v.pass(100);
  expect([signalled?.aborted, (await runOf(arn)).status]).toEqual([true, 'ABORTED']);
});

test('no more than 1,000 Map Runs are open at once: the next waits, and is there to be seen', async () => {
  answer = () => undefined;
  const machine = await v.machine('m', eachCalls('EXPRESS'));
  const starts = numbers(1_002).map((n) => v.start(machine, `p${n}`, '[1]'));
  await v.pass(1_000);
  const arns = await Promise.all(starts);
  expect(waiting).toHaveLength(1_000);
  expect((await runOf(arns[1_001]!)).status).toBe('RUNNING');
  waiting[0]!.resolve(done(1));
  await stop(arns[1_000]!);
  await v.pass(1_000);
  expect(waiting).toHaveLength(1_001);
  expect((await runOf(arns[1_000]!)).status).toBe('ABORTED');
});

test('Express children whose ends are not written yet keep more from being started', async () => {
  const machine = await v.machine('m', eachCalls('EXPRESS'));
  const input = JSON.stringify(Array.from({ length: 4_000 }, (_, i) => i));
  const held = Promise.withResolvers<void>();
  v.onCommit = ({ mapRuns = [] }) => (mapRuns.some(({ ends }) => ends.length > 0) ? held.promise : undefined);
  const start = v.start(machine, 'a', input);
  await v.pass(1_000);
  const arn = await start;
  const before = calls.length;
  expect(before).toBeGreaterThan(0);
  expect(before).toBeLessThan(2_000);
  v.onCommit = undefined;
  held.resolve();
  await v.pass(60_000);
  expect([await v.status(arn), calls.length]).toEqual(['SUCCEEDED', 4_000]);
});
