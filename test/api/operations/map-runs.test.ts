// Map Runs and their children as a client sees them, over the real engine.

import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { createApi } from '../../../src/api/api.ts';
import type { OperationName, Outputs } from '../../../src/api/model.ts';
import { openLog } from '../../../src/base/log.ts';
import { AWS_LIMITS } from '../../../src/base/quotas.ts';
import { openVirtualEngine, START, type VirtualEngine } from '../../engine/virtual-engine.ts';
import { ACCOUNT, PREFIX } from '../test-api.ts';

let v: VirtualEngine;

beforeEach(async () => {
  v = await openVirtualEngine();
});
afterEach(() => v.dispose());

/** Answers once the clock has moved by `ms`. */
async function call<Name extends OperationName>(
  operation: Name,
  input: object,
  ms = 0,
): Promise<Outputs[Name]> {
  const { engine, store } = v;
  const shared = { account: ACCOUNT, limits: AWS_LIMITS, now: () => v.time.now(), uuid: () => 'u' };
  const api = createApi({ store, engine, ...shared, log: openLog('silent') });
  const answering = api.handle(operation, input);
  answering.catch(() => undefined);
  await v.pass(ms);
  return JSON.parse(JSON.stringify(await answering)) as Outputs[Name];
}

const fault = (operation: OperationName, input: object): Promise<unknown> =>
  call(operation, input).catch((error: { code: string; message: string; members?: object }) => ({
    code: error.code,
    message: error.message,
    ...error.members,
  }));

const TYPES = ['STANDARD', 'EXPRESS'] as const;

/** Items are seconds that their child waits; negative ones fail. */
async function start(
  type: (typeof TYPES)[number],
  items: readonly number[],
  more: object = {},
): Promise<string> {
  const Waits = { Type: 'Wait', SecondsPath: '$', End: true };
  const Looks = {
    Type: 'Choice',
    Choices: [{ Variable: '$', NumericLessThan: 0, Next: 'Fails' }],
    Default: 'Waits',
  };
  const Fails = { Type: 'Fail', Error: 'Broken', Cause: 'It is.' };
  const ItemProcessor = {
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: type },
    StartAt: 'Looks',
    States: { Looks, Waits, Fails },
  };
  const definition = {
    StartAt: 'Each',
    States: {
      Each: { Type: 'Map', Label: 'each', ItemProcessor, End: true, ToleratedFailureCount: 1, ...more },
    },
  };
  const machine = await v.machine('m', definition);
  const starting = v.start(machine, 'parent', JSON.stringify(items));
  await v.pass(1_000);
  return starting;
}

const runArn = async (executionArn: string): Promise<string> =>
  (await call('ListMapRuns', { executionArn })).mapRuns[0]!.mapRunArn;

const NONE = { pending: 0, running: 0, succeeded: 0, failed: 0, timedOut: 0, aborted: 0, resultsWritten: 0 };

describe.each(TYPES)('DescribeMapRun of %s children', (type) => {
  it('counts while they run, and when they have ended', async () => {
    const executionArn = await start(type, [0, 30, -1, 30], { MaxConcurrency: 1 });
    const mapRunArn = await runArn(executionArn);
    expect(await call('DescribeMapRun', { mapRunArn })).toEqual({
      mapRunArn,
      executionArn,
      status: 'RUNNING',
      startDate: START / 1000,
      maxConcurrency: 1,
      toleratedFailurePercentage: 0,
      toleratedFailureCount: 1,
      itemCounts: { ...NONE, pending: 2, running: 1, succeeded: 1, total: 4 },
      executionCounts: { ...NONE, pending: 2, running: 1, succeeded: 1, total: 4 },
      redriveCount: 0,
    });
    await v.pass(70_000);
    expect(await call('DescribeMapRun', { mapRunArn })).toMatchObject({
      status: 'SUCCEEDED',
      stopDate: expect.any(Number),
      itemCounts: { ...NONE, succeeded: 3, failed: 1, total: 4, resultsWritten: 4 },
      executionCounts: { ...NONE, succeeded: 3, failed: 1, total: 4, resultsWritten: 4 },
    });
  });

  it('counts those that were stopped as aborted, and those that never ran as pending', async () => {
    const executionArn = await start(type, [60, 60, 60], { MaxConcurrency: 2 });
    const mapRunArn = await runArn(executionArn);
    await call('StopExecution', { executionArn }, 1_000);
    expect(await call('DescribeMapRun', { mapRunArn })).toMatchObject({
      status: 'ABORTED',
      executionCounts: { ...NONE, aborted: 2, pending: 1, total: 3 },
    });
  });

  it('is followed by the children, the last first, page by page and by status', async () => {
    const executionArn = await start(type, [0, -1, 0, 0]);
    const mapRunArn = await runArn(executionArn);
    const page = await call('ListExecutions', { mapRunArn, maxResults: 3 });
    const rest = await call('ListExecutions', { mapRunArn, maxResults: 3, nextToken: page.nextToken });
    const all = [...page.executions, ...rest.executions];
    expect(all.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED', 'FAILED', 'SUCCEEDED']);
    expect([page.executions.length, rest.nextToken]).toEqual([3, undefined]);
    expect(all[0]).toMatchObject({
      stateMachineArn: `${PREFIX}:stateMachine:m/each`,
      mapRunArn,
      itemCount: 1,
      redriveCount: 0,
    });
    const failed = await call('ListExecutions', { mapRunArn, statusFilter: 'FAILED' });
    expect(failed.executions).toEqual([all[2]]);
    const described = await call('DescribeExecution', { executionArn: all[2]!.executionArn });
    expect(described).toMatchObject({
      executionArn: all[2]!.executionArn,
      mapRunArn,
      status: 'FAILED',
      input: '-1',
      error: 'Broken',
      cause: 'It is.',
      redriveStatus: 'REDRIVABLE_BY_MAP_RUN',
    });
    const succeeded = await call('DescribeExecution', { executionArn: all[0]!.executionArn });
    expect(succeeded).toMatchObject({ output: '0', redriveStatus: 'NOT_REDRIVABLE' });
    expect((await call('ListExecutions', { mapRunArn, redriveFilter: 'REDRIVEN' })).executions).toEqual([]);
  });

  it('lists and describes children in flight as well', async () => {
    const executionArn = await start(type, [0, 30, 30, 30], { MaxConcurrency: 2 });
    const mapRunArn = await runArn(executionArn);
    const first = await call('ListExecutions', { mapRunArn, maxResults: 2 });
    const { executions } = await call('ListExecutions', {
      mapRunArn,
      maxResults: 2,
      nextToken: first.nextToken,
    });
    const all = [...first.executions, ...executions];
    expect(all.map(({ status }) => status)).toEqual(['RUNNING', 'RUNNING', 'SUCCEEDED']);
    const running = await call('ListExecutions', { mapRunArn, statusFilter: 'RUNNING' });
    expect(running).toEqual({ executions: all.slice(0, 2) });
    expect(running.executions[0]).toEqual({
      executionArn: expect.stringContaining(`:m/each:`),
      stateMachineArn: `${PREFIX}:stateMachine:m/each`,
      name: expect.any(String),
      status: 'RUNNING',
      startDate: expect.any(Number),
      mapRunArn,
      itemCount: 1,
      redriveCount: 0,
    });
    const described = await call('DescribeExecution', { executionArn: all[0]!.executionArn });
    expect(described).toMatchObject({
      executionArn: all[0]!.executionArn,
      mapRunArn,
      status: 'RUNNING',
      input: '30',
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution is RUNNING and cannot be redriven',
    });
    expect(Object.keys(described)).not.toEqual(expect.arrayContaining(['stopDate']));
    await v.pass(31_000);
    expect(await call('DescribeExecution', { executionArn: all[0]!.executionArn })).toMatchObject({
      status: 'SUCCEEDED',
      output: '30',
      startDate: described.startDate,
    });
  });

  // Source: AWS, "Redriving Map Runs", Child workflow execution redrive behavior.
  it('shows what waits to be redriven as such, and nothing once it has ended', async () => {
    const executionArn = await start(type, [0, 30, 30, 30], { MaxConcurrency: 3 });
    const mapRunArn = await runArn(executionArn);
    await call('UpdateMapRun', { mapRunArn, maxConcurrency: 1 });
    await call('StopExecution', { executionArn }, 1_000);
    await call('RedriveExecution', { executionArn });
    await v.pass(1_000);
    expect(await call('DescribeMapRun', { mapRunArn })).toMatchObject({
      status: 'RUNNING',
      redriveCount: 1,
      redriveDate: expect.any(Number),
      executionCounts: {
        ...NONE,
        running: 1,
        succeeded: 1,
        total: 4,
        pendingRedrive: 2,
        failuresNotRedrivable: 0,
      },
      itemCounts: {
        ...NONE,
        running: 1,
        succeeded: 1,
        total: 4,
        pendingRedrive: 2,
        failuresNotRedrivable: 0,
      },
    });
    const statuses = async (statusFilter?: string): Promise<string[]> => {
      const { executions } = await call('ListExecutions', { mapRunArn, statusFilter });
      return executions.map(({ status }) => status);
    };
    expect(await statuses()).toEqual(['PENDING_REDRIVE', 'PENDING_REDRIVE', 'RUNNING', 'SUCCEEDED']);
    expect(await statuses('PENDING_REDRIVE')).toEqual(['PENDING_REDRIVE', 'PENDING_REDRIVE']);
    expect(await statuses('ABORTED')).toEqual([]);
    const [last] = (await call('ListExecutions', { mapRunArn, maxResults: 1 })).executions;
    expect(await call('DescribeExecution', { executionArn: last!.executionArn })).toMatchObject({
      status: 'PENDING_REDRIVE',
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution is PENDING_REDRIVE and cannot be redriven',
    });
    await v.pass(95_000);
    expect(await statuses()).toEqual(new Array(4).fill('SUCCEEDED'));
    expect(await statuses('PENDING_REDRIVE')).toEqual([]);
    const redriven = await call('ListExecutions', { mapRunArn, redriveFilter: 'REDRIVEN' });
    expect(redriven.executions).toHaveLength(type === 'STANDARD' ? 3 : 0);
    expect(await call('DescribeMapRun', { mapRunArn })).toMatchObject({
      status: 'SUCCEEDED',
      itemCounts: { succeeded: 4, pendingRedrive: 0, resultsWritten: 4 },
    });
  });

  it('gives the items of a batch as itemCount', async () => {
    const ItemProcessor = {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: type },
      StartAt: 'P',
      States: { P: { Type: 'Pass', End: true } },
    };
    const executionArn = await start(type, [1, 2, 3], {
      ItemProcessor,
      ItemBatcher: { MaxItemsPerBatch: 2 },
    });
    const mapRunArn = await runArn(executionArn);
    const { executions } = await call('ListExecutions', { mapRunArn });
    expect(executions.map(({ itemCount }) => itemCount)).toEqual([1, 2]);
    const { itemCounts, executionCounts } = await call('DescribeMapRun', { mapRunArn });
    expect([itemCounts.succeeded, executionCounts.succeeded]).toEqual([3, 2]);
  });
});

test('a Standard child has a history, and a state machine of its own', async () => {
  const executionArn = await start('STANDARD', [0]);
  const mapRunArn = await runArn(executionArn);
  const child = (await call('ListExecutions', { mapRunArn })).executions[0]!.executionArn;
  const { events } = await call('GetExecutionHistory', { executionArn: child });
  expect(events.map(({ type }) => type)).toContain('WaitStateExited');
  const machine = await call('DescribeStateMachineForExecution', { executionArn: child });
  expect(machine).toMatchObject({
    stateMachineArn: `${PREFIX}:stateMachine:m/each`,
    name: 'm',
    label: 'each',
    mapRunArn,
  });
  expect(JSON.parse(machine.definition)).toMatchObject({ StartAt: 'Looks' });
});

test('an Express child has neither history nor state machine, and cannot be stopped', async () => {
  const mapRunArn = await runArn(await start('EXPRESS', [30]));
  const executionArn = (await call('ListExecutions', { mapRunArn })).executions[0]!.executionArn;
  const refusal = { code: 'InvalidArn', message: 'Resource type not valid in this context: express' };
  // Source: AWS, API reference: none of the three "is supported by EXPRESS state machines".
  for (const operation of [
    'GetExecutionHistory',
    'DescribeStateMachineForExecution',
    'StopExecution',
  ] as const) {
    expect(await fault(operation, { executionArn })).toMatchObject({
      ...refusal,
      message: expect.stringContaining(refusal.message),
    });
  }
});

test('an Express child that was stopped began when it did', async () => {
  const executionArn = await start('EXPRESS', [30]);
  const mapRunArn = await runArn(executionArn);
  const [running] = (await call('ListExecutions', { mapRunArn })).executions;
  await v.pass(5_000);
  await call('StopExecution', { executionArn }, 1_000);
  const [stopped] = (await call('ListExecutions', { mapRunArn })).executions;
  expect(stopped).toMatchObject({ status: 'ABORTED', startDate: running!.startDate });
});

test('ListMapRuns gives the runs of one execution, page by page', async () => {
  const Retry = [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 1, MaxAttempts: 1 }];
  const executionArn = await start('EXPRESS', [-1, -1], { Retry });
  await v.pass(5_000);
  const first = await call('ListMapRuns', { executionArn, maxResults: 1 });
  const second = await call('ListMapRuns', { executionArn, maxResults: 1, nextToken: first.nextToken });
  const runs = [...first.mapRuns, ...second.mapRuns];
  expect(runs).toHaveLength(2);
  expect(runs[0]!.startDate).toBeGreaterThan(runs[1]!.startDate);
  expect(runs[0]).toEqual({
    executionArn,
    mapRunArn: expect.stringMatching(`^${PREFIX}:mapRun:m/each:`),
    stateMachineArn: `${PREFIX}:stateMachine:m/each`,
    startDate: expect.any(Number),
    stopDate: expect.any(Number),
  });
  expect(second.nextToken).toBeUndefined();
});

test('a tolerated percentage is a float, as recorded from AWS', async () => {
  const mapRunArn = await runArn(await start('STANDARD', [0]));
  const { engine, store } = v;
  const shared = { account: ACCOUNT, limits: AWS_LIMITS, now: () => v.time.now(), uuid: () => 'u' };
  const api = createApi({ store, engine, ...shared, log: openLog('silent') });
  const text = JSON.stringify(await api.handle('DescribeMapRun', { mapRunArn }));
  expect(text).toContain('"toleratedFailurePercentage":0.0,');
});

test('UpdateMapRun changes a Map Run that runs', async () => {
  const executionArn = await start('STANDARD', [30, 30, 30], { MaxConcurrency: 1 });
  const mapRunArn = await runArn(executionArn);
  expect(await call('UpdateMapRun', { mapRunArn, maxConcurrency: 2 }, 1_000)).toEqual({});
  await v.pass(1_000);
  expect(await call('DescribeMapRun', { mapRunArn })).toMatchObject({
    maxConcurrency: 2,
    executionCounts: { running: 2, pending: 1 },
  });
  expect(await fault('UpdateMapRun', { mapRunArn })).toMatchObject({
    code: 'ValidationException',
    reason: 'MISSING_REQUIRED_PARAMETER',
  });
  await v.pass(100_000);
  expect(await fault('UpdateMapRun', { mapRunArn, maxConcurrency: 1 })).toMatchObject({
    code: 'ValidationException',
    reason: 'CANNOT_UPDATE_COMPLETED_MAP_RUN',
  });
});

test.each(['DescribeMapRun', 'UpdateMapRun', 'ListExecutions'] as const)(
  '%s knows no other Map Run',
  async (operation) => {
    const mapRunArn = `${PREFIX}:mapRun:m/each:other`;
    expect(await fault(operation, { mapRunArn })).toMatchObject({
      code: 'ResourceNotFound',
      resourceName: mapRunArn,
    });
  },
);
