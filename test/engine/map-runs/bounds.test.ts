// What a Map Run holds at once: children up to AWS's bound, inputs a little ahead of them.

import { afterEach, beforeEach, expect, it } from 'vitest';
import type { TaskOutcome } from '../../../src/integrations/integration.ts';
import { createMemoryS3, type MemoryS3 } from '../../support/memory-s3.ts';
import { openVirtualEngine, type VirtualEngine } from '../virtual-engine.ts';

const ITEMS = 40_000;

let v: VirtualEngine;
let s3: MemoryS3;
/** Answers of the children's function, which waits for them. */
let waiting: ((outcome: TaskOutcome) => void)[];
let onCall: (() => void) | undefined;

beforeEach(async () => {
  s3 = createMemoryS3();
  s3.put('b', 'k', '1\n'.repeat(ITEMS));
  waiting = [];
  onCall = undefined;
  const start = (): Promise<TaskOutcome> =>
    new Promise((resolve) => {
      waiting.push(resolve);
      onCall?.();
    });
  const integration = { start, poll: async () => ({ status: 'running' }) as const, cancel: async () => {} };
  v = await openVirtualEngine({ s3, integrations: { find: () => integration } });
});
afterEach(() => v.dispose());

async function begin(more: object): Promise<() => Promise<number>> {
  const machine = await v.machine('m', {
    StartAt: 'Each',
    States: {
      Each: {
        Type: 'Map',
        ItemReader: {
          Resource: 'arn:aws:states:::s3:getObject',
          ReaderConfig: { InputType: 'JSONL' },
          Parameters: { Bucket: 'b', Key: 'k' },
        },
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
          StartAt: 'Call',
          States: { Call: { Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:simulated:do', End: true } },
        },
        End: true,
        ...more,
      },
    },
  });
  void v.start(machine, 'parent', '{}');
  for (let n = 0; n < 200; n++) await v.pass(100);
  return async () => {
    const [run] = await v.store.mapRuns.open(0, 9);
    return run!.reading.children;
  };
}

it('ten thousand children run at once, and no more', async () => {
  const read = await begin({});
  expect(waiting).toHaveLength(10_000);
  // Source: AWS, "Map state processing modes": a concurrency of up to 10,000.
  for (const answer of waiting.splice(0, 500)) answer({ status: 'completed', outputText: '1' });
  for (let n = 0; n < 20; n++) await v.pass(100);
  expect(waiting).toHaveLength(10_000);
  expect(await read()).toBeLessThan(ITEMS);
}, 60_000);

it('items are read no further ahead than the next ten thousand children', async () => {
  const read = await begin({ MaxConcurrency: 1 });
  expect(waiting).toHaveLength(1);
  expect(await read()).toBeGreaterThanOrEqual(10_000);
  // The slice that went over the bound is kept as well.
  expect(await read()).toBeLessThan(20_000);
}, 60_000);

it('a neighbour goes on between the starts of children', async () => {
  const lone = await v.machine('lone', { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } });
  let startedThen: number | undefined;
  onCall = () => {
    onCall = undefined;
    void v.start(lone, 'neighbour');
  };
  v.onCommit = (batch) => {
    if (batch.executions.some(({ record }) => record.name === 'neighbour')) startedThen ??= waiting.length;
  };
  await begin({});
  // A slice has five hundred steps at most, also when the clock stands still.
  expect(startedThen).toBeGreaterThan(0);
  expect(startedThen).toBeLessThan(2_000);
}, 60_000);
