import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OperationName } from '../../../src/api/model.ts';
import { Overloaded } from '../../../src/engine/engine.ts';
import { DEFINITION, openTestApi, PREFIX, ROLE, START, type TestApi } from '../test-api.ts';

let t: TestApi;
beforeEach(() => {
  t = openTestApi();
});
afterEach(() => t.close());

const MACHINE = `${PREFIX}:stateMachine:m`;
const RUN = `${PREFIX}:execution:m:run`;
const EXPRESS_RUN = `${PREFIX}:express:m:run:start-1`;
const DAY_MS = 24 * 60 * 60 * 1000;

/** Creates `m` and starts `run` on it. */
async function started(input = '{"a": 1}'): Promise<void> {
  await t.machine();
  await t.call('StartExecution', { stateMachineArn: MACHINE, name: 'run', input });
}

describe('StartExecution', () => {
  test('answers the ARN and the start', async () => {
    await t.machine();
    const answer = await t.call('StartExecution', { stateMachineArn: MACHINE, name: 'run' });
    expect(answer).toEqual({ executionArn: RUN, startDate: START / 1000 });
  });

  test('makes a name when there is none', async () => {
    await t.machine();
    const { executionArn } = await t.call('StartExecution', { stateMachineArn: MACHINE });
    expect(executionArn).toBe(`${PREFIX}:execution:m:00000000-0000-4000-8000-000000000001`);
  });

  test('answers a running execution again, and refuses the name otherwise', async () => {
    await started('{}');
    t.clock.now += 1_000;
    const again = { stateMachineArn: MACHINE, name: 'run' };
    expect((await t.call('StartExecution', again)).startDate).toBe(START / 1000);
    const refusal = `ExecutionAlreadyExists: Execution Already Exists: '${RUN}'`;
    expect(await t.refusal('StartExecution', { ...again, input: '[]' })).toBe(refusal);
    await t.engine.succeed(RUN, '{}');
    expect(await t.refusal('StartExecution', again)).toBe(refusal);
  });

  test('starts Express executions under a name as often as asked', async () => {
    await t.machine('m', { type: 'EXPRESS' });
    const input = { stateMachineArn: MACHINE, name: 'run' };
    expect((await t.call('StartExecution', input)).executionArn).toBe(EXPRESS_RUN);
    expect((await t.call('StartExecution', input)).executionArn).toBe(`${PREFIX}:express:m:run:start-2`);
  });

  test('answers ThrottlingException when the engine is full', async () => {
    await t.machine();
    t.engine.refusal = new Overloaded();
    expect(await t.refusal('StartExecution', { stateMachineArn: MACHINE })).toBe(
      'ThrottlingException: Rate exceeded',
    );
  });

  test('reads the catalog once for many starts', async () => {
    await t.machine();
    let reads = 0;
    const { get } = t.store.catalog;
    t.store.catalog.get = (arn) => {
      reads++;
      return get.call(t.store.catalog, arn);
    };
    for (let i = 0; i < 10; i++) await t.call('StartExecution', { stateMachineArn: MACHINE });
    expect(reads).toBe(1);
    t.clock.now += 60_000;
    await t.call('StartExecution', { stateMachineArn: MACHINE });
    expect(reads).toBe(2);
  });

  test.each<[string, object, string]>([
    ['a forbidden name', { name: 'a:b' }, "InvalidName: Invalid Name: 'a:b'"],
    [
      'a machine that is not there',
      { stateMachineArn: `${MACHINE}_x` },
      `StateMachineDoesNotExist: State Machine Does Not Exist: '${MACHINE}_x'`,
    ],
    [
      'a version that is not there',
      { stateMachineArn: `${MACHINE}:1` },
      `StateMachineDoesNotExist: State Machine Does Not Exist: '${MACHINE}:1'`,
    ],
    [
      'a labelled machine',
      { stateMachineArn: `${MACHINE}/l` },
      `ValidationException: Expected the ARN of a state machine without a label, but got '${MACHINE}/l' (API_DOES_NOT_SUPPORT_LABELED_ARNS)`,
    ],
    [
      'an execution ARN',
      { stateMachineArn: RUN },
      "InvalidArn: Invalid Arn: 'Resource type not valid in this context: execution'",
    ],
    [
      'an empty input',
      { input: '' },
      "InvalidExecutionInput: Invalid State Machine Execution Input: 'Invalid execution input.'",
    ],
    [
      'an input that is not JSON',
      { input: "{'not': 'json'}" },
      "InvalidExecutionInput: Invalid State Machine Execution Input: 'Unexpected character (''' (code 39)): was expecting double-quote to start field name'",
    ],
    [
      'an input that is too long',
      { input: `"${'x'.repeat(262_143)}"` },
      "ValidationException: 1 validation error detected: Value at 'input' failed to satisfy constraint: Member must have length less than or equal to 262144",
    ],
    [
      'an input of too many bytes',
      { input: `"${'ü'.repeat(131_072)}"` },
      "ValidationException: 1 validation error detected: Value at 'input' failed to satisfy constraint: Member must have length less than or equal to 262144",
    ],
    [
      'a trace header that is not ASCII',
      { traceHeader: 'ü' },
      "ValidationException: 1 validation error detected: Value 'ü' at 'traceHeader' failed to satisfy constraint: Member must satisfy regular expression pattern: \\p{ASCII}*",
    ],
  ])('refuses %s', async (_name, more, expected) => {
    await t.machine();
    expect(await t.refusal('StartExecution', { stateMachineArn: MACHINE, ...more })).toBe(expected);
    expect((await t.call('ListExecutions', { stateMachineArn: MACHINE })).executions).toEqual([]);
  });
});

describe('StartSyncExecution', () => {
  const input = { stateMachineArn: MACHINE, name: 'run', input: '{"a": 1}', traceHeader: 'Root=1' };

  test('answers the result and what it would have cost', async () => {
    await t.machine('m', { type: 'EXPRESS' });
    expect(await t.call('StartSyncExecution', input)).toEqual({
      executionArn: EXPRESS_RUN,
      stateMachineArn: MACHINE,
      name: 'run',
      startDate: START / 1000,
      stopDate: (START + 101) / 1000,
      status: 'SUCCEEDED',
      input: '{"a": 1}',
      inputDetails: { included: true },
      output: '{"a": 1}',
      outputDetails: { included: true },
      traceHeader: 'Root=1',
      billingDetails: { billedDurationInMilliseconds: 200, billedMemoryUsedInMB: 64 },
    });
  });

  test('answers 200 to a failed run, without output', async () => {
    await t.machine('m', { type: 'EXPRESS' });
    t.engine.nextSync = { status: 'FAILED', output: undefined, error: 'E', cause: 'C', stoppedAt: START };
    const answer = await t.call('StartSyncExecution', input);
    expect(answer).toMatchObject({
      status: 'FAILED',
      error: 'E',
      cause: 'C',
      outputDetails: { included: true },
      billingDetails: { billedDurationInMilliseconds: 100 },
    });
    expect(answer).not.toHaveProperty('output');
  });

  test('hides data when only metadata is asked for', async () => {
    await t.machine('m', { type: 'EXPRESS' });
    const answer = await t.call('StartSyncExecution', { ...input, includedData: 'METADATA_ONLY' });
    expect(answer).toMatchObject({ inputDetails: { included: false }, outputDetails: { included: false } });
    expect(answer).not.toHaveProperty('input');
    expect(answer).not.toHaveProperty('output');
  });

  test('is for Express only', async () => {
    await t.machine();
    expect(await t.refusal('StartSyncExecution', input)).toBe(
      'StateMachineTypeNotSupported: This operation is not supported by this type of state machine',
    );
  });
});

describe('StopExecution', () => {
  test('ends the execution with the error and cause that were sent', async () => {
    await started();
    t.clock.now += 2_000;
    const stopDate = (START + 2_000) / 1000;
    const input = { executionArn: RUN, error: 'E', cause: 'C' };
    expect(await t.call('StopExecution', input)).toEqual({ stopDate });
    expect(await t.call('DescribeExecution', { executionArn: RUN })).toMatchObject({
      status: 'ABORTED',
      stopDate,
      error: 'E',
      cause: 'C',
      redriveStatus: 'REDRIVABLE',
    });
    t.clock.now += 2_000;
    expect(await t.call('StopExecution', input)).toEqual({ stopDate });
  });
});

describe('DescribeExecution', () => {
  test('shows a running execution', async () => {
    await started();
    expect(await t.call('DescribeExecution', { executionArn: RUN })).toEqual({
      executionArn: RUN,
      stateMachineArn: MACHINE,
      name: 'run',
      status: 'RUNNING',
      startDate: START / 1000,
      input: '{"a": 1}',
      inputDetails: { included: true },
      redriveCount: 0,
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution is RUNNING and cannot be redriven',
    });
  });

  test('shows output when it succeeded', async () => {
    await started();
    t.clock.now += 250;
    await t.engine.succeed(RUN, '[1]');
    expect(await t.call('DescribeExecution', { executionArn: RUN })).toMatchObject({
      status: 'SUCCEEDED',
      stopDate: (START + 250) / 1000,
      output: '[1]',
      outputDetails: { included: true },
      redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
    });
  });

  test('shows error and cause when it failed, and leaves out what there is not', async () => {
    await started();
    await t.engine.fail(RUN, 'E');
    const answer = await t.call('DescribeExecution', { executionArn: RUN });
    expect(answer).toMatchObject({ status: 'FAILED', error: 'E', redriveStatus: 'REDRIVABLE' });
    for (const member of ['cause', 'output', 'outputDetails', 'redriveStatusReason']) {
      expect(answer).not.toHaveProperty(member);
    }
  });

  test('shows neither error nor cause when it timed out', async () => {
    await started();
    await t.engine.timeOut(RUN);
    const answer = await t.call('DescribeExecution', { executionArn: RUN });
    expect(answer.status).toBe('TIMED_OUT');
    expect(answer).not.toHaveProperty('error');
  });

  test('hides data when only metadata is asked for', async () => {
    await started();
    await t.engine.succeed(RUN, '[1]');
    const answer = await t.call('DescribeExecution', { executionArn: RUN, includedData: 'METADATA_ONLY' });
    expect(answer).toMatchObject({ inputDetails: { included: false }, outputDetails: { included: false } });
    expect(answer).not.toHaveProperty('input');
    expect(answer).not.toHaveProperty('output');
  });

  test.each<[string, () => Promise<unknown> | undefined]>([
    ['State machine is in DELETING status', () => t.call('DeleteStateMachine', { stateMachineArn: MACHINE })],
    [
      'Execution redrivable period exceeded',
      () => {
        t.clock.now += 14 * DAY_MS + 1;
        return undefined;
      },
    ],
    [
      'Execution has exceeded the max execution time',
      () => {
        t.clock.now += 366 * DAY_MS;
        return undefined;
      },
    ],
  ])('says why a failed execution cannot be redriven: %s', async (reason, happen) => {
    await started();
    await t.engine.fail(RUN);
    await happen();
    expect(await t.call('DescribeExecution', { executionArn: RUN })).toMatchObject({
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: reason,
    });
  });

  test('knows when the history is full', async () => {
    await t.close();
    t = openTestApi({ historyEvents: 4 });
    await started();
    await t.engine.append(RUN, [{ type: 'TaskStateAborted' }], {});
    await t.engine.fail(RUN);
    expect(await t.call('DescribeExecution', { executionArn: RUN })).toMatchObject({
      redriveStatusReason: 'Execution history event limit exceeded',
    });
  });
});

test.each<[OperationName]>([
  ['DescribeExecution'],
  ['DescribeStateMachineForExecution'],
  ['GetExecutionHistory'],
  ['StopExecution'],
])('%s knows neither Express nor unknown executions', async (operation) => {
  expect(await t.refusal(operation, { executionArn: EXPRESS_RUN })).toBe(
    "InvalidArn: Invalid Arn: 'Resource type not valid in this context: express'",
  );
  expect(await t.refusal(operation, { executionArn: `${RUN}_x` })).toBe(
    `ExecutionDoesNotExist: Execution Does Not Exist: '${RUN}_x'`,
  );
  expect(await t.refusal(operation, { executionArn: 'run' })).toBe(
    "InvalidArn: Invalid Arn: 'Invalid ARN prefix: run'",
  );
});

test('DescribeStateMachineForExecution shows the machine as it was', async () => {
  await started();
  t.clock.now += 1_000;
  await t.call('UpdateStateMachine', { stateMachineArn: MACHINE, roleArn: `${ROLE}2` });
  expect(await t.call('DescribeStateMachineForExecution', { executionArn: RUN })).toEqual({
    stateMachineArn: MACHINE,
    name: 'm',
    definition: DEFINITION,
    roleArn: ROLE,
    updateDate: START / 1000,
    loggingConfiguration: { level: 'OFF', includeExecutionData: false },
    tracingConfiguration: { enabled: false },
    encryptionConfiguration: { type: 'AWS_OWNED_KEY' },
  });
});

describe('ListExecutions', () => {
  const names = (answer: { readonly executions: readonly { readonly name: string }[] }) =>
    answer.executions.map(({ name }) => name);

  beforeEach(async () => {
    await t.machine();
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      await t.call('StartExecution', { stateMachineArn: MACHINE, name });
      t.clock.now += 1_000;
    }
    await t.engine.succeed(`${PREFIX}:execution:m:b`, '{}');
    await t.engine.fail(`${PREFIX}:execution:m:d`);
    await t.engine.append(`${PREFIX}:execution:m:c`, [], { redriveCount: 1, redrivenAt: START });
  });

  test('shows the latest start first', async () => {
    const answer = await t.call('ListExecutions', { stateMachineArn: MACHINE });
    expect(names(answer)).toEqual(['e', 'd', 'c', 'b', 'a']);
    expect(answer.executions[3]).toEqual({
      executionArn: `${PREFIX}:execution:m:b`,
      stateMachineArn: MACHINE,
      name: 'b',
      status: 'SUCCEEDED',
      startDate: (START + 1_000) / 1000,
      stopDate: (START + 5_000) / 1000,
      redriveCount: 0,
    });
    expect(answer.executions[2]).toMatchObject({ redriveCount: 1, redriveDate: START / 1000 });
    expect(answer).not.toHaveProperty('nextToken');
  });

  test('pages without gaps while new ones start', async () => {
    const first = await t.call('ListExecutions', { stateMachineArn: MACHINE, maxResults: 2 });
    await t.call('StartExecution', { stateMachineArn: MACHINE, name: 'f' });
    const more = { stateMachineArn: MACHINE, maxResults: 2, nextToken: first.nextToken };
    const second = await t.call('ListExecutions', more);
    const third = await t.call('ListExecutions', { ...more, nextToken: second.nextToken });
    expect([first, second, third].map(names)).toEqual([['e', 'd'], ['c', 'b'], ['a']]);
    expect(third).not.toHaveProperty('nextToken');
  });

  test('filters by status and by redrive', async () => {
    const list = async (more: object) =>
      names(await t.call('ListExecutions', { stateMachineArn: MACHINE, ...more }));
    expect(await list({ statusFilter: 'RUNNING' })).toEqual(['e', 'c', 'a']);
    expect(await list({ statusFilter: 'FAILED' })).toEqual(['d']);
    expect(await list({ redriveFilter: 'REDRIVEN' })).toEqual(['c']);
    expect(await list({ redriveFilter: 'NOT_REDRIVEN', maxResults: 3 })).toEqual(['e', 'd', 'b']);
  });

  test('binds a token to the machine and the filter', async () => {
    const { nextToken } = await t.call('ListExecutions', { stateMachineArn: MACHINE, maxResults: 2 });
    const other = { stateMachineArn: MACHINE, statusFilter: 'RUNNING', nextToken };
    expect(await t.refusal('ListExecutions', other)).toBe("InvalidToken: Invalid Token: 'Invalid token'");
  });

  test.each<[string, object, string]>([
    ['no ARN', {}, 'ValidationException: Must specify either stateMachineArn or mapRunArn, but not both'],
    [
      'both ARNs',
      { stateMachineArn: MACHINE, mapRunArn: 'x' },
      'ValidationException: Must specify either stateMachineArn or mapRunArn, but not both',
    ],
    [
      'an unknown Map Run',
      { mapRunArn: `${PREFIX}:mapRun:m/l:u` },
      `ResourceNotFound: Resource not found: '${PREFIX}:mapRun:m/l:u'`,
    ],
    [
      'PENDING_REDRIVE without map run',
      { stateMachineArn: MACHINE, statusFilter: 'PENDING_REDRIVE' },
      'ValidationException: Expected mapRunArn with the statusFilter PENDING_REDRIVE, but there is none',
    ],
    [
      'an unknown machine',
      { stateMachineArn: `${MACHINE}_x` },
      `StateMachineDoesNotExist: State Machine Does Not Exist: '${MACHINE}_x'`,
    ],
  ])('refuses %s', async (_name, input, expected) => {
    expect(await t.refusal('ListExecutions', input)).toBe(expected);
  });

  test('refuses Express machines', async () => {
    const stateMachineArn = await t.machine('express', { type: 'EXPRESS' });
    expect(await t.refusal('ListExecutions', { stateMachineArn })).toBe(
      'StateMachineTypeNotSupported: This operation is not supported by this type of state machine',
    );
  });
});
