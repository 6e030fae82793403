// Map Runs that are redriven with their parents. Source: AWS, "Redriving Map Runs in Step Functions executions".

import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import type { Integration, TaskOutcome, TaskRequest } from '../../../src/integrations/integration.ts';
import type { MapRunRecord } from '../../../src/store/map-runs.ts';
import type { ExecutionRecord } from '../../../src/store/store.ts';
import { createMemoryS3, type MemoryS3 } from '../../support/memory-s3.ts';
import { until } from '../../support/until.ts';
import { openVirtualEngine, type VirtualEngine } from '../virtual-engine.ts';

let v: VirtualEngine;
let s3: MemoryS3;
/** What the children's function was called with. */
let calls: number[];
/** How the function answers; undefined: never. */
let answer: (item: number) => TaskOutcome | undefined;
let inFlight: number;
let mostInFlight: number;

const done = (value: unknown): TaskOutcome => ({ status: 'completed', outputText: JSON.stringify(value) });
const BROKEN: TaskOutcome = { status: 'failed', error: 'Broken', cause: 'It is.' };

const integration: Integration = {
  async start(task: TaskRequest) {
    const { item } = task.input as unknown as { item: number };
    calls.push(item);
    mostInFlight = Math.max(mostInFlight, ++inFlight);
    const outcome = answer(item);
    if (outcome === undefined) await new Promise<void>(() => undefined);
    await new Promise<void>((resolve) => void v.time.after(v, 10, resolve));
    inFlight--;
    return outcome!;
  },
  poll: async () => ({ status: 'running' }),
  cancel: async () => {},
};

beforeEach(async () => {
  s3 = createMemoryS3();
  s3.put('b', 'here before', '');
  calls = [];
  inFlight = 0;
  mostInFlight = 0;
  answer = done;
  v = await openVirtualEngine({ s3, integrations: { find: () => integration } });
});
afterEach(() => v.dispose());

const TYPES = ['STANDARD', 'EXPRESS'] as const;
const CALL = {
  Type: 'Task',
  Resource: 'arn:aws:states:::aws-sdk:simulated:do',
  Parameters: { 'item.$': '$' },
};

const each = (
  type: string,
  more: object = {},
  states: object = { Call: { ...CALL, End: true } },
): object => ({
  StartAt: 'Each',
  States: {
    Each: {
      Type: 'Map',
      Label: 'each',
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: type },
        StartAt: Object.keys(states)[0],
        States: states,
      },
      End: true,
      ...more,
    },
  },
});

const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const failing =
  (...broken: number[]) =>
  (item: number) =>
    broken.includes(item) ? BROKEN : done(item);

async function start(definition: object, input: unknown): Promise<string> {
  const machine = await v.machine('m', definition);
  const starting = v.start(machine, 'parent', JSON.stringify(input));
  await v.pass(0);
  return starting;
}

async function redrive(executionArn: string): Promise<void> {
  calls = [];
  const asked = v.engine.redrive({ executionArn });
  await v.pass(0);
  await asked;
}

async function stop(arn: string): Promise<void> {
  const stopping = v.engine.stop(arn, undefined, undefined);
  await v.pass(0);
  await stopping;
}

async function endOf(arn: string): Promise<{ status: string | undefined; output: unknown }> {
  // Result files are written in rounds of the real event loop.
  await until('the end of the execution', async () => {
    await v.pass(1_000);
    return (await v.status(arn)) !== 'RUNNING';
  });
  await v.pass(1_000);
  const status = await v.status(arn);
  return { status, output: (await v.engine.waitForEnd(arn))?.output?.value };
}

async function runOf(arn: string): Promise<MapRunRecord> {
  const { key } = (await v.store.executions.get(arn))!;
  const runs = await v.store.mapRuns.list({ executionKey: key, after: undefined, limit: 9 });
  expect(runs).toHaveLength(1);
  return runs[0]!;
}

async function childrenOf(arn: string): Promise<ExecutionRecord[]> {
  const page = { status: undefined, from: 0, limit: 1_000, reverse: false } as const;
  return v.store.mapRuns.children((await runOf(arn)).key, page);
}

const sorted = (items: readonly number[]): number[] => items.toSorted((a, b) => a - b);

describe.each(TYPES)('a Map Run with %s children', (type) => {
  it('runs only what did not succeed again, and never what it had not come to twice', async () => {
    answer = failing(3);
    const arn = await start(each(type, { MaxConcurrency: 1 }), numbers(6));
    expect((await endOf(arn)).status).toBe('FAILED');
    expect(calls).toEqual([0, 1, 2, 3]);
    answer = done;
    await redrive(arn);
    expect(await endOf(arn)).toEqual({ status: 'SUCCEEDED', output: numbers(6) });
    expect(calls).toEqual([3, 4, 5]);
    const run = await runOf(arn);
    expect(run).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 });
    expect(run.counts?.items).toEqual({ succeeded: 6, failed: 0, timedOut: 0, aborted: 0 });
    expect(run.redrivenAt).toBeGreaterThan(run.startedAt);
  });

  it('can fail and be redriven again and again', async () => {
    answer = failing(1, 2);
    const arn = await start(each(type, { ToleratedFailureCount: 1 }), numbers(4));
    for (let n = 1; n <= 3; n++) {
      expect((await endOf(arn)).status).toBe('FAILED');
      await redrive(arn);
      await v.pass(1_000);
      expect(sorted(calls)).toEqual([1, 2]);
      expect((await runOf(arn)).redriveCount).toBe(n);
    }
    answer = failing(1);
    await redrive(arn);
    // The tolerated failure stays one.
    expect((await endOf(arn)).status).toBe('SUCCEEDED');
    expect((await runOf(arn)).counts?.items).toEqual({ succeeded: 3, failed: 1, timedOut: 0, aborted: 0 });
  });

  it('goes on after its parent was stopped', async () => {
    answer = (item) => (item < 2 ? done(item) : undefined);
    const arn = await start(each(type), numbers(5));
    await v.pass(1_000);
    await stop(arn);
    expect((await endOf(arn)).status).toBe('ABORTED');
    expect((await runOf(arn)).status).toBe('ABORTED');
    answer = done;
    await redrive(arn);
    expect(await endOf(arn)).toEqual({ status: 'SUCCEEDED', output: numbers(5) });
    expect(sorted(calls)).toEqual([2, 3, 4]);
  });

  it('comes to its end before it is redriven at once', async () => {
    answer = (item) => (item < 2 ? done(item) : undefined);
    const arn = await start(each(type), numbers(5));
    await v.pass(1_000);
    const stopping = v.engine.stop(arn, undefined, undefined);
    const asked = stopping.then(() => {
      answer = done;
      return v.engine.redrive({ executionArn: arn });
    });
    await v.pass(0);
    await asked;
    expect(await endOf(arn)).toEqual({ status: 'SUCCEEDED', output: numbers(5) });
    expect((await runOf(arn)).redriveCount).toBe(1);
  });

  it('runs so many at once as MaxConcurrency says; the others wait to be redriven', async () => {
    answer = () => BROKEN;
    const arn = await start(each(type, { MaxConcurrency: 2, ToleratedFailurePercentage: 70 }), numbers(10));
    expect((await endOf(arn)).status).toBe('FAILED');
    const before = (await runOf(arn)).counts!.items;
    const pending = before.failed + before.aborted - 2;
    inFlight = 0;
    mostInFlight = 0;
    answer = () => undefined;
    await redrive(arn);
    await v.pass(1_000);
    expect([calls.length, mostInFlight]).toEqual([2, 2]);
    const progress = v.engine.mapRunProgress((await runOf(arn)).arn)!;
    expect(progress.running.items).toBe(2);
    expect(progress.ended.items).toMatchObject({ failed: 0 });
    expect(progress.pendingRedrive).toEqual({ executions: pending, items: pending });
    await stop(arn);
    await v.pass(1_000);
    // Nothing is pending any more: what was not redriven is as it was.
    const { failed, aborted } = (await runOf(arn)).counts!.items;
    expect(failed + aborted).toBe(pending + 2);
  });

  it('is redriven by the next process, when this one dies before or while it is', async () => {
    answer = failing(1, 3);
    const arn = await start(each(type, { ToleratedFailureCount: 1 }), numbers(5));
    expect((await endOf(arn)).status).toBe('FAILED');
    answer = (item) => (item === 1 ? done(item) : undefined);
    await redrive(arn);
    await v.restart();
    await v.pass(1_000);
    await v.restart();
    answer = done;
    await v.restart();
    expect(await endOf(arn)).toEqual({ status: 'SUCCEEDED', output: numbers(5) });
    // Once by the process that died at that moment, and once by the next.
    expect(calls.filter((item) => item === 1).length).toBeLessThanOrEqual(2);
    expect(calls).not.toContain(0);
  });

  it('writes the files of all attempts, and of failed children only those of the last', async () => {
    const ResultWriter = {
      Resource: 'arn:aws:states:::s3:putObject',
      Parameters: { Bucket: 'b', Prefix: 'out' },
    };
    answer = failing(0, 2);
    const arn = await start(
      each(type, { ResultWriter, MaxConcurrency: 1, ToleratedFailureCount: 1 }),
      numbers(4),
    );
    expect((await endOf(arn)).status).toBe('FAILED');
    expect(manifest()).toEqual({ FAILED: 2, PENDING: 1, SUCCEEDED: 1 });
    answer = failing(2);
    await redrive(arn);
    expect((await endOf(arn)).status).toBe('SUCCEEDED');
    expect(manifest()).toEqual({ FAILED: 1, PENDING: 0, SUCCEEDED: 3 });
    const [failed] = recordsIn('FAILED');
    expect(failed).toMatchObject({ RedriveCount: type === 'STANDARD' ? 1 : 0 });
  });

  it('starts its children with all items as they were', async () => {
    s3.put('b', 'in/a', '');
    s3.put('b', 'in/b', '');
    const inbox = {
      ItemReader: {
        Resource: 'arn:aws:states:::s3:listObjectsV2',
        Parameters: { Bucket: 'b', Prefix: 'in/' },
      },
      ItemSelector: { 'key.$': '$$.Map.Item.Value.Key' },
    };
    answer = () => BROKEN;
    const arn = await start(each(type, inbox), {});
    expect((await endOf(arn)).status).toBe('FAILED');
    s3.delete('b', 'in/a');
    s3.put('b', 'in/c', '');
    answer = done;
    await redrive(arn);
    expect(await endOf(arn)).toEqual({ status: 'SUCCEEDED', output: [{ key: 'in/a' }, { key: 'in/b' }] });
  });
});

/** How many records the files of a kind have together, as the manifest names them. */
function manifest(): Record<string, number> {
  const kinds = ['FAILED', 'PENDING', 'SUCCEEDED'];
  return Object.fromEntries(kinds.map((kind) => [kind, recordsIn(kind).length]));
}

function recordsIn(kind: string): object[] {
  const key = s3.keys('b').find((name) => name.endsWith('manifest.json'))!;
  const { ResultFiles } = JSON.parse(s3.text('b', key)) as { ResultFiles: Record<string, { Key: string }[]> };
  return ResultFiles[kind]!.flatMap(({ Key }) => JSON.parse(s3.text('b', Key)) as object[]);
}

test('items are read again when no child was started', async () => {
  const reader = {
    ItemReader: {
      Resource: 'arn:aws:states:::s3:getObject',
      ReaderConfig: { InputType: 'JSON' },
      Parameters: { Bucket: 'b', Key: 'items' },
    },
  };
  const arn = await start(each('STANDARD', reader), {});
  expect((await endOf(arn)).status).toBe('FAILED');
  s3.put('b', 'items', '[7,8]');
  await redrive(arn);
  expect(await endOf(arn)).toEqual({ status: 'SUCCEEDED', output: [7, 8] });
});

test('results that could not be written are written, and nothing runs again', async () => {
  const ResultWriter = {
    Resource: 'arn:aws:states:::s3:putObject',
    Parameters: { Bucket: 'later', Prefix: 'out' },
  };
  const arn = await start(each('EXPRESS', { ResultWriter }), numbers(3));
  expect((await endOf(arn)).status).toBe('FAILED');
  s3.put('later', 'here now', '');
  await redrive(arn);
  expect([(await endOf(arn)).status, calls]).toEqual(['SUCCEEDED', []]);
});

test('Standard children go on from the state that failed; Express ones begin anew', async () => {
  const states = { First: { ...CALL, ResultPath: null, Next: 'Second' }, Second: { ...CALL, End: true } };
  for (const type of TYPES) {
    let second = false;
    answer = (item) => {
      second = !second;
      return second ? done(item) : BROKEN;
    };
    const machine = await v.machine(type, each(type, {}, states));
    const starting = v.start(machine, 'parent', '[1]');
    await v.pass(0);
    const arn = await starting;
    expect((await endOf(arn)).status).toBe('FAILED');
    expect(calls.splice(0)).toEqual([1, 1]);
    answer = done;
    await redrive(arn);
    expect((await endOf(arn)).status).toBe('SUCCEEDED');
    expect(calls.splice(0)).toEqual(type === 'STANDARD' ? [1] : [1, 1]);
  }
});

test('a Standard child has its own redrives, and its history', async () => {
  answer = failing(0);
  const arn = await start(each('STANDARD'), numbers(1));
  await endOf(arn);
  answer = done;
  await redrive(arn);
  await endOf(arn);
  const [child] = await childrenOf(arn);
  expect(child).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1, mapRunRedrive: 1 });
  const events = await v.store.journal.page(child!.key, { from: 1, limit: 99, reverse: false });
  expect(events.map(({ type }) => type)).toContain('ExecutionRedriven');
  await expect(v.engine.redrive({ executionArn: child!.arn })).rejects.toThrow('SUCCEEDED');
});

test('a failed child is redriven through its parent alone', async () => {
  answer = failing(0);
  const arn = await start(each('STANDARD'), numbers(1));
  await endOf(arn);
  const [child] = await childrenOf(arn);
  await expect(v.engine.redrive({ executionArn: child!.arn })).rejects.toThrow('parent');
});

test('a Standard child that closed too long ago is not redriven, and counts as failed', async () => {
  answer = (item) => (item === 0 ? BROKEN : undefined);
  const arn = await start(each('STANDARD', { ToleratedFailureCount: 1 }), numbers(2));
  await v.pass(13 * 86_400_000);
  await stop(arn);
  await v.pass(2 * 86_400_000);
  answer = done;
  await redrive(arn);
  expect((await endOf(arn)).status).toBe('SUCCEEDED');
  expect(calls).toEqual([1]);
  const { counts } = await runOf(arn);
  expect(counts).toMatchObject({
    items: { succeeded: 1, failed: 1 },
    notRedrivable: { executions: 1, items: 1 },
  });
});

test('nested Map Runs are redriven with the children that hold them', async () => {
  const inner = each('STANDARD') as { States: { Each: object } };
  const nested = each('STANDARD', {}, { Inner: { ...inner.States.Each, Label: 'inner' } });
  answer = failing(11);
  const arn = await start(nested, [
    [1, 2],
    [11, 12],
  ]);
  expect((await endOf(arn)).status).toBe('FAILED');
  answer = done;
  await redrive(arn);
  const { status, output } = await endOf(arn);
  expect([status, output]).toEqual([
    'SUCCEEDED',
    [
      [1, 2],
      [11, 12],
    ],
  ]);
  expect(calls).not.toContain(1);
  expect(calls).toContain(11);
});
