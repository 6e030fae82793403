// Source: AWS, API reference, RedriveExecution.

import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTestApi, PREFIX, START, type TestApi } from '../test-api.ts';

let t: TestApi;
beforeEach(async () => {
  t = openTestApi();
  await t.machine();
  await t.call('StartExecution', { stateMachineArn: `${PREFIX}:stateMachine:m`, name: 'run' });
});
afterEach(() => t.close());

const RUN = `${PREFIX}:execution:m:run`;

test('answers when the execution was redriven', async () => {
  await t.engine.fail(RUN, 'E');
  t.clock.now += 5_000;
  expect(await t.call('RedriveExecution', { executionArn: RUN })).toEqual({ redriveDate: START / 1000 + 5 });
  const described = await t.call('DescribeExecution', { executionArn: RUN });
  expect(described).toMatchObject({ status: 'RUNNING', redriveCount: 1, redriveDate: START / 1000 + 5 });
  for (const member of ['stopDate', 'error', 'cause']) expect(described).not.toHaveProperty(member);
});

test('says why an execution cannot be redriven', async () => {
  expect(await t.refusal('RedriveExecution', { executionArn: RUN })).toBe(
    'ExecutionNotRedrivable: Execution is RUNNING and cannot be redriven',
  );
});

test.each([
  [
    `${PREFIX}:execution:m:none`,
    `ExecutionDoesNotExist: Execution Does Not Exist: '${PREFIX}:execution:m:none'`,
  ],
  // Not supported by Express state machines.
  [
    `${PREFIX}:express:m:run:1`,
    "InvalidArn: Invalid Arn: 'Resource type not valid in this context: express'",
  ],
  ['x', "InvalidArn: Invalid Arn: 'Invalid ARN prefix: x'"],
])('refuses %s', async (executionArn, refusal) => {
  expect(await t.refusal('RedriveExecution', { executionArn })).toBe(refusal);
});

test('checks the client token', async () => {
  const input = { executionArn: RUN, clientToken: 'a b' };
  expect(await t.refusal('RedriveExecution', input)).toMatch(/^ValidationException: .*clientToken/);
});
