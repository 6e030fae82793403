// Callbacks: a function is called with the task's token and answers over the API, at once or later, or never.

import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTestServer, type TestServer } from '../support/server.ts';
import { until } from '../support/until.ts';

/** Does what the event says, `calls` first; then returns `answer` or throws. */
const FUNCTION = `
const post = async (url, operation, input) => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AWSStepFunctions.' + operation },
    body: JSON.stringify(input),
  });
  if (!response.ok) throw new Error(await response.text());
};
export const handler = async ({ url, token, calls = [], throws }) => {
  for (const [operation, input] of calls) await post(url, operation, { taskToken: token, ...input });
  if (throws) throw new Error(throws);
  return 'the function is done';
};
`;

let t: TestServer;
beforeEach(async () => {
  t = await openTestServer(
    { 'work.mjs': FUNCTION },
    { TREADLE_FUNCTIONS: JSON.stringify({ work: { handler: './work.handler', timeout: 10 } }) },
  );
});
afterEach(() => t.dispose());

/** Starts one execution of a callback; the function is told to make these calls with the token. */
async function begin(event: object, more: object = {}): Promise<string> {
  const stateMachineArn = await t.machine('m', {
    C: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      Parameters: {
        FunctionName: 'work',
        Payload: { 'token.$': '$$.Task.Token', 'url.$': '$.url', ...event },
      },
      End: true,
      ...more,
    },
  });
  const input = JSON.stringify({ url: t.url });
  return (await t.call('StartExecution', { stateMachineArn, name: 'one', input })).executionArn;
}

/** Waits until the function has returned. @returns the token it was given. */
async function submitted(executionArn: string): Promise<string> {
  let token: string | undefined;
  await until('the return of the function', async () => {
    const { events } = await t.call('GetExecutionHistory', { executionArn });
    const scheduled = events.find(({ type }) => type === 'TaskScheduled');
    if (scheduled !== undefined && events.some(({ type }) => type === 'TaskSubmitted')) {
      const parameters = JSON.parse(scheduled.taskScheduledEventDetails!.parameters) as {
        Payload: { token: string };
      };
      token = parameters.Payload.token;
    }
    return token !== undefined;
  });
  return token!;
}

test('waits for the callback after the function has returned', async () => {
  const executionArn = await begin({});
  const taskToken = await submitted(executionArn);
  expect((await t.call('DescribeExecution', { executionArn })).status).toBe('RUNNING');
  await t.call('SendTaskSuccess', { taskToken, output: '{"paid":true}' });
  expect(await t.ended(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '{"paid":true}' });
  const { events } = await t.call('GetExecutionHistory', { executionArn });
  expect(events.map(({ id, previousEventId, type }) => `${id}<${previousEventId} ${type}`).slice(2)).toEqual([
    '3<2 TaskScheduled',
    '4<3 TaskStarted',
    '5<4 TaskSubmitted',
    '6<5 TaskSucceeded',
    '7<6 TaskStateExited',
    '8<7 ExecutionSucceeded',
  ]);
  expect(events[4]!.taskSubmittedEventDetails).toMatchObject({
    resourceType: 'lambda',
    resource: 'invoke.waitForTaskToken',
  });
  expect(events[4]!.taskSubmittedEventDetails!.output).toContain('"Payload":"the function is done"');
});

test('a function may answer while it still runs: the answer is applied after TaskSubmitted', async () => {
  const executionArn = await begin({
    calls: [
      ['SendTaskHeartbeat', {}],
      ['SendTaskSuccess', { output: '1' }],
    ],
  });
  expect(await t.ended(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '1' });
  expect(await t.types(executionArn, 3)).toEqual([
    'TaskScheduled',
    'TaskStarted',
    'TaskSubmitted',
    'TaskSucceeded',
    'TaskStateExited',
    'ExecutionSucceeded',
  ]);
});

test('a function that throws fails the task', async () => {
  const executionArn = await begin({ throws: 'no' });
  expect(await t.ended(executionArn)).toMatchObject({ status: 'FAILED', error: 'Error' });
  // The request was not taken (ASFHyP3/hyp3 805 for jobs; an assumption for functions).
  expect(await t.types(executionArn, 5)).toEqual(['TaskSubmitFailed', 'ExecutionFailed']);
});

test('error and cause of the callback are the task’s', async () => {
  const executionArn = await begin({
    calls: [['SendTaskFailure', { error: 'Declined', cause: 'no funds' }]],
  });
  expect(await t.ended(executionArn)).toMatchObject({
    status: 'FAILED',
    error: 'Declined',
    cause: 'no funds',
  });
});

test('heartbeats that stay out time the task out', async () => {
  const executionArn = await begin({}, { HeartbeatSeconds: 1, TimeoutSeconds: 60 });
  const taskToken = await submitted(executionArn);
  expect(await t.ended(executionArn)).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
  expect(await t.refusal('SendTaskHeartbeat', { taskToken })).toContain('TaskTimedOut');
});

test('an open callback is answered after a restart', async () => {
  const executionArn = await begin({});
  const taskToken = await submitted(executionArn);
  await t.restart();
  await t.call('SendTaskSuccess', { taskToken, output: '"after"' });
  expect((await t.ended(executionArn)).output).toBe('"after"');
});
