// The API over the real engine: the answers of one story from creation to deletion, as a client sees them.

import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Api, createApi } from '../../src/api/api.ts';
import type { OperationName, Outputs } from '../../src/api/model.ts';
import { openLog } from '../../src/base/log.ts';
import { AWS_LIMITS } from '../../src/base/quotas.ts';
import { createEngine, type RunningEngine } from '../../src/engine/create.ts';
import { createRegistry } from '../../src/integrations/registry.ts';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';
import { ACCOUNT, PREFIX, ROLE } from './test-api.ts';

let api: Api;
let engine: RunningEngine;
let close: () => Promise<void>;

beforeEach(async () => {
  const log = openLog('silent');
  const store = openSqliteStore({ folder: ':memory:' });
  const integrations = createRegistry({
    region: ACCOUNT.region,
    root: '.',
    functions: {},
    endpoints: {},
    log,
  });
  engine = createEngine({ store, account: ACCOUNT, limits: AWS_LIMITS, integrations, tokenSecret: 's', log });
  await engine.recover();
  const shared = { account: ACCOUNT, limits: AWS_LIMITS, now: Date.now, uuid: randomUUID, log };
  api = createApi({ store, engine, ...shared });
  close = async () => {
    await engine.close(0);
    await integrations.close();
    await store.close();
  };
});
afterEach(() => close());

async function call<Name extends OperationName>(operation: Name, input: object): Promise<Outputs[Name]> {
  return JSON.parse(JSON.stringify(await api.handle(operation, input))) as Outputs[Name];
}

async function create(name: string, states: object, more: object = {}): Promise<string> {
  const definition = JSON.stringify({ StartAt: Object.keys(states)[0], States: states });
  const input = { name, definition, roleArn: ROLE, ...more };
  return (await call('CreateStateMachine', input)).stateMachineArn;
}

const PASS = { Hello: { Type: 'Pass', Result: { b: 2 }, ResultPath: '$.r', End: true } };
const WAIT = { Sleep: { Type: 'Wait', Seconds: 3_600, End: true } };

test('runs a Standard execution to its end and shows its history', async () => {
  const stateMachineArn = await create('story', PASS);
  const { executionArn } = await call('StartExecution', { stateMachineArn, name: 'one', input: '{"a":1.0}' });
  await engine.waitForEnd(executionArn);
  const described = await call('DescribeExecution', { executionArn });
  expect(described).toMatchObject({
    executionArn: `${PREFIX}:execution:story:one`,
    status: 'SUCCEEDED',
    input: '{"a":1.0}',
    output: '{"a":1.0,"r":{"b":2}}',
  });
  const { events } = await call('GetExecutionHistory', { executionArn });
  expect(events.map(({ id, previousEventId, type }) => [id, previousEventId, type])).toEqual([
    [1, 0, 'ExecutionStarted'],
    [2, 0, 'PassStateEntered'],
    [3, 2, 'PassStateExited'],
    [4, 3, 'ExecutionSucceeded'],
  ]);
});

test('stops an execution that waits', async () => {
  const stateMachineArn = await create('sleeper', WAIT);
  const { executionArn } = await call('StartExecution', { stateMachineArn });
  const { stopDate } = await call('StopExecution', { executionArn, error: 'Enough', cause: 'We know' });
  expect(await call('DescribeExecution', { executionArn })).toMatchObject({
    status: 'ABORTED',
    stopDate,
    error: 'Enough',
    cause: 'We know',
    redriveStatus: 'REDRIVABLE',
  });
});

test('answers a start again while the execution runs, and refuses other input', async () => {
  const stateMachineArn = await create('sleeper', WAIT);
  const input = { stateMachineArn, name: 'once', input: '{}' };
  const answers = await Promise.all(Array.from({ length: 5 }, () => call('StartExecution', { ...input })));
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  await expect(call('StartExecution', { ...input, input: '[]' })).rejects.toMatchObject({
    code: 'ExecutionAlreadyExists',
  });
});

test('runs Express executions synchronously, also failing ones', async () => {
  const stateMachineArn = await create('express', PASS, { type: 'EXPRESS' });
  const done = await call('StartSyncExecution', { stateMachineArn, name: 'x', input: '{"a":1}' });
  expect(done).toMatchObject({ status: 'SUCCEEDED', output: '{"a":1,"r":{"b":2}}', name: 'x' });
  expect(done.executionArn).toMatch(
    /^arn:aws:states:us-east-1:123456789012:express:express:x:[0-9a-f-]{36}$/,
  );
  const failing = await create(
    'failing',
    { No: { Type: 'Fail', Error: 'E', Cause: 'C' } },
    { type: 'EXPRESS' },
  );
  expect(await call('StartSyncExecution', { stateMachineArn: failing })).toMatchObject({
    status: 'FAILED',
    error: 'E',
    cause: 'C',
  });
});

test('deletes a machine when its executions have ended, and frees its name', async () => {
  const stateMachineArn = await create('gone', WAIT);
  const { executionArn } = await call('StartExecution', { stateMachineArn });
  await call('DeleteStateMachine', { stateMachineArn });
  expect(await call('DescribeStateMachine', { stateMachineArn })).toMatchObject({ status: 'DELETING' });
  expect(await call('DescribeExecution', { executionArn })).toMatchObject({ status: 'RUNNING' });
  const deleting = { code: 'StateMachineDeleting' };
  await expect(call('StartExecution', { stateMachineArn })).rejects.toMatchObject(deleting);
  await call('StopExecution', { executionArn });
  const missing = { code: 'StateMachineDoesNotExist' };
  await expect
    .poll(() => call('DescribeStateMachine', { stateMachineArn }).catch((error: unknown) => error), {
      timeout: 60_000,
    })
    .toMatchObject(missing);
  await expect(call('DescribeExecution', { executionArn })).rejects.toMatchObject({
    code: 'ExecutionDoesNotExist',
  });
  await expect(call('StartExecution', { stateMachineArn })).rejects.toMatchObject(missing);
  expect(await create('gone', PASS)).toBe(stateMachineArn);
});
