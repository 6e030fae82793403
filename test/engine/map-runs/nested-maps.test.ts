// Distributed Maps where another state has its own states: in Standard children of a distributed Map, in branches, in iterations.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TaskOutcome, TaskRequest } from '../../../src/integrations/integration.ts';
import type { MapRunRecord } from '../../../src/store/map-runs.ts';
import { openVirtualEngine, type VirtualEngine } from '../virtual-engine.ts';

let v: VirtualEngine;
/** What the innermost children called the function with. */
let calls: unknown[];
/** They wait for an answer. */
let held: boolean;

beforeEach(async () => {
  calls = [];
  held = false;
  const start = async (task: TaskRequest): Promise<TaskOutcome> => {
    const { item } = task.input as { item: unknown };
    calls.push(item);
    if (held) return new Promise<TaskOutcome>(() => undefined);
    return { status: 'completed', outputText: JSON.stringify(item) };
  };
  const integration = { start, poll: async () => ({ status: 'running' }) as const, cancel: async () => {} };
  v = await openVirtualEngine({ integrations: { find: () => integration } });
});
afterEach(() => v.dispose());

const CALL = {
  StartAt: 'Call',
  States: {
    Call: {
      Type: 'Task',
      Resource: 'arn:aws:states:::aws-sdk:simulated:do',
      Parameters: { 'item.$': '$' },
      End: true,
    },
  },
};

const workflow = (name: string, state: object): { StartAt: string; States: object } => ({
  StartAt: name,
  States: { [name]: state },
});

const distributed = (processor: object, type = 'STANDARD', more: object = {}): object => ({
  Type: 'Map',
  ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: type }, ...processor },
  End: true,
  ...more,
});

async function run(definition: object, input: unknown): Promise<string> {
  const machine = await v.machine('m', definition);
  const starting = v.start(machine, 'parent', JSON.stringify(input));
  await v.pass(5_000);
  return starting;
}

async function outputOf(arn: string): Promise<unknown> {
  expect(await v.status(arn)).toBe('SUCCEEDED');
  return (await v.engine.waitForEnd(arn))?.output?.value;
}

async function runsOf(executionArn: string): Promise<MapRunRecord[]> {
  const { key: executionKey } = (await v.store.executions.get(executionArn))!;
  return v.store.mapRuns.list({ executionKey, after: undefined, limit: 9 });
}

const childrenOf = async (run: MapRunRecord) =>
  v.store.mapRuns.children(run.key, { status: undefined, from: 0, limit: 9, reverse: false });

const MATRIX = [[1, 2], [3, 4, 5], [6]];

it('as many as may be open at once do not wait for those of their own children', async () => {
  const nested = workflow('Outer', distributed(workflow('Inner', distributed(CALL, 'EXPRESS'))));
  const machine = await v.machine('m', nested);
  const starts = Array.from({ length: 1_001 }, (_, n) => v.start(machine, `p${n}`, '[[1]]'));
  await v.pass(5_000);
  for (const arn of await Promise.all(starts)) expect(await v.status(arn)).toBe('SUCCEEDED');
}, 60_000);

describe.each(['STANDARD', 'EXPRESS'])('a distributed Map of %s children', (type) => {
  const inner = (more: object = {}): object => distributed(CALL, type, { Label: 'inner', ...more });
  const nested = workflow('Outer', distributed(workflow('Inner', inner()), 'STANDARD', { Label: 'outer' }));

  it('within Standard children has a Map Run of each of them', async () => {
    const arn = await run(nested, MATRIX);
    expect(await outputOf(arn)).toEqual(MATRIX);
    const [outer] = await runsOf(arn);
    const children = await childrenOf(outer!);
    expect(children.map(({ stateMachineArn }) => stateMachineArn.split(':').at(-1))).toEqual(
      MATRIX.map(() => 'm/outer'),
    );
    for (const child of children) {
      const [own] = await runsOf(child.arn);
      expect(own?.stateMachineArn.split(':').at(-1)).toBe('m/inner');
      expect(own?.arn).toMatch(/:mapRun:m\/inner:/);
    }
  });

  it('within Standard children goes on after the process died', async () => {
    held = true;
    const arn = await run(nested, MATRIX);
    expect(calls).toHaveLength(6);
    held = false;
    await v.restart();
    await v.pass(5_000);
    expect(await outputOf(arn)).toEqual(MATRIX);
    expect(calls).toHaveLength(12);
  });

  it('within Standard children ends with the execution at the top', async () => {
    held = true;
    const arn = await run(nested, MATRIX);
    const stopping = v.engine.stop(arn, undefined, undefined);
    await v.pass(1_000);
    await stopping;
    expect(await v.store.mapRuns.open(0, 9)).toEqual([]);
    expect(await v.store.work.children(0, 9)).toEqual([]);
    const [outer] = await runsOf(arn);
    const children = await childrenOf(outer!);
    expect(children).toHaveLength(3);
    for (const child of children) {
      expect(child.status).toBe('ABORTED');
      expect((await runsOf(child.arn)).map(({ status }) => status)).toEqual(['ABORTED']);
    }
  });

  it('three deep goes on after the process died', async () => {
    held = true;
    const middle = distributed(workflow('Inner', inner()), 'STANDARD', { Label: 'middle' });
    const arn = await run(workflow('Outer', distributed(workflow('Middle', middle))), [MATRIX, MATRIX]);
    expect(calls).toHaveLength(12);
    held = false;
    await v.restart();
    await v.pass(5_000);
    expect(await outputOf(arn)).toEqual([MATRIX, MATRIX]);
  });

  it('in a branch has a Map Run beside those of other branches', async () => {
    held = true;
    const branch = (name: string, items: number[]): object => ({
      StartAt: name,
      States: { [name]: { ...distributed(CALL_OF(name), type), ItemsPath: `$[${items[0]}]` } },
    });
    const Both = { Type: 'Parallel', Branches: [branch('Left', [0]), branch('Right', [1])], End: true };
    const arn = await run(workflow('Both', Both), MATRIX);
    expect(calls).toHaveLength(5);
    held = false;
    await v.restart();
    await v.pass(5_000);
    expect(await outputOf(arn)).toEqual(MATRIX.slice(0, 2));
  });

  it('in an iteration has a Map Run for each', async () => {
    held = true;
    const Rows = { Type: 'Map', ItemProcessor: workflow('Inner', inner()), End: true };
    const arn = await run(workflow('Rows', Rows), MATRIX);
    expect(calls).toHaveLength(6);
    held = false;
    await v.restart();
    await v.pass(5_000);
    expect(await outputOf(arn)).toEqual(MATRIX);
    expect(await runsOf(arn)).toHaveLength(3);
  });
});

/** State names are unique in a machine. */
const CALL_OF = (name: string): object => ({
  StartAt: `Call ${name}`,
  States: { [`Call ${name}`]: CALL.States.Call },
});
