// Activities as workers meet them: over HTTP, with the real store, through restarts.

import type { Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTaskTokens } from '../../src/engine/tokens.ts';
import { nextRequest, turns } from '../support/requests.ts';
import { openTestServer, type TestServer } from '../support/server.ts';
import { until } from '../support/until.ts';

const ACTIVITY = 'arn:aws:states:us-east-1:123456789012:activity:approve';
const EXECUTION = 'arn:aws:states:us-east-1:123456789012:execution:m:one';
const GONE = "TaskTimedOut: Task Timed Out: 'Provided task does not exist anymore'";
const INVALID = "InvalidToken: Invalid Token: 'Invalid token'";

let t: TestServer;
beforeEach(async () => {
  t = await openTestServer();
  await t.call('CreateActivity', { name: 'approve' });
});
afterEach(() => t.dispose());

/** Starts one execution of a single activity task. @returns its ARN. */
async function begin(name = 'one', more: object = {}): Promise<string> {
  const stateMachineArn = await t.machine('m', {
    A: { Type: 'Task', Resource: ACTIVITY, End: true, ...more },
  });
  const { executionArn } = await t.call('StartExecution', {
    stateMachineArn,
    name,
    input: JSON.stringify({ order: name }),
  });
  return executionArn;
}

async function take(workerName?: string): Promise<{ taskToken: string; input: string }> {
  const task = await t.call('GetActivityTask', { activityArn: ACTIVITY, workerName });
  return { taskToken: task.taskToken!, input: task.input! };
}

/** Begins to wait for a task. @returns the answer to come, once the server has taken in the request. */
async function waitFor<Answer>(
  ask: () => Promise<Answer>,
): Promise<{ answer: Promise<Answer>; connection: Socket }> {
  const arrives = nextRequest();
  const answer = ask();
  return { answer, connection: await arrives };
}

test('a worker takes a task and succeeds', async () => {
  const executionArn = await begin();
  const { taskToken, input } = await take('w1');
  expect(input).toBe('{"order":"one"}');
  expect(await t.call('SendTaskHeartbeat', { taskToken })).toEqual({});
  expect(await t.call('SendTaskSuccess', { taskToken, output: '{"ok":1.0}' })).toEqual({});
  expect(await t.ended(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '{"ok":1.0}' });
  const { events } = await t.call('GetExecutionHistory', { executionArn });
  expect(events.map(({ id, previousEventId, type }) => `${id}<${previousEventId} ${type}`).slice(2)).toEqual([
    '3<2 ActivityScheduled',
    '4<3 ActivityStarted',
    '5<4 ActivitySucceeded',
    '6<5 TaskStateExited',
    '7<6 ExecutionSucceeded',
  ]);
  expect(events[3]).toMatchObject({ activityStartedEventDetails: { workerName: 'w1' } });
});

test.each([[{ error: 'Refused', cause: 'too late' }], [{ error: 'Refused' }], [{}]])(
  'a worker fails a task with %j',
  async (failure) => {
    const executionArn = await begin();
    const { taskToken } = await take();
    await t.call('SendTaskFailure', { taskToken, ...failure });
    const ended = await t.ended(executionArn);
    expect(ended).toMatchObject({ status: 'FAILED', ...failure });
    expect(ended.cause).toBe((failure as { cause?: string }).cause);
  },
);

test('waiting workers are served in the order they came, tasks in the order they were scheduled', async () => {
  const first = await waitFor(() => take('first'));
  const second = await waitFor(() => take('second'));
  await begin('a');
  await begin('b');
  expect([(await first.answer).input, (await second.answer).input]).toEqual([
    '{"order":"a"}',
    '{"order":"b"}',
  ]);
  await begin('c');
  await begin('d');
  expect([(await take()).input, (await take()).input]).toEqual(['{"order":"c"}', '{"order":"d"}']);
});

test('a worker whose connection goes away gives its place to the next', async () => {
  const leaves = new AbortController();
  const input = { activityArn: ACTIVITY, workerName: 'left' };
  const left = await waitFor(() =>
    t.call('GetActivityTask', input, leaves.signal).catch((error: Error) => error.name),
  );
  const stays = await waitFor(() => take('stays'));
  leaves.abort();
  expect(await left.answer).toBe('AbortError');
  await until('the end of the connection', () => left.connection.closed);
  await turns();
  const executionArn = await begin();
  expect((await stays.answer).input).toBe('{"order":"one"}');
  const { events } = await t.call('GetExecutionHistory', { executionArn });
  expect(events[3]).toMatchObject({ activityStartedEventDetails: { workerName: 'stays' } });
});

test('a stopped execution leaves nothing in the queue', async () => {
  const executionArn = await begin('stopped');
  await t.call('StopExecution', { executionArn });
  await begin('runs');
  expect((await take()).input).toBe('{"order":"runs"}');
});

test('a token works once, and not after its execution has ended', async () => {
  await begin();
  const { taskToken } = await take();
  const answers = await Promise.allSettled(
    [1, 2, 3].map((n) => t.call('SendTaskSuccess', { taskToken, output: `${n}` })),
  );
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
  expect((await t.ended(EXECUTION)).output).toBe('1');
  expect(await t.refusal('SendTaskSuccess', { taskToken, output: '{}' })).toBe(GONE);
  expect(await t.refusal('SendTaskFailure', { taskToken })).toBe(GONE);
  expect(await t.refusal('SendTaskHeartbeat', { taskToken })).toBe(GONE);
});

test('a missed heartbeat fails the task, and its token is void', async () => {
  const executionArn = await begin('one', { HeartbeatSeconds: 1, TimeoutSeconds: 60 });
  const { taskToken } = await take();
  expect(await t.ended(executionArn)).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
  expect(await t.types(executionArn, 5)).toEqual(['ActivityTimedOut', 'ExecutionFailed']);
  expect(await t.refusal('SendTaskHeartbeat', { taskToken })).toBe(GONE);
});

test('a retried attempt has a token of its own', async () => {
  const executionArn = await begin('one', {
    Retry: [{ ErrorEquals: ['Again'], IntervalSeconds: 1, MaxAttempts: 1 }],
  });
  const first = await take();
  await t.call('SendTaskFailure', { taskToken: first.taskToken, error: 'Again' });
  const second = await take();
  expect(second.taskToken).not.toBe(first.taskToken);
  expect(await t.refusal('SendTaskSuccess', { taskToken: first.taskToken, output: '1' })).toBe(GONE);
  await t.call('SendTaskSuccess', { taskToken: second.taskToken, output: '2' });
  expect((await t.ended(executionArn)).output).toBe('2');
});

test('tokens that this installation did not make are refused', async () => {
  await begin();
  const { taskToken } = await take();
  const changed = `${taskToken.slice(0, -2)}${taskToken.endsWith('AA') ? 'BB' : 'AA'}`;
  const foreign = createTaskTokens('another secret').make(EXECUTION, 3);
  for (const token of [
    changed,
    taskToken.slice(0, 40),
    `${taskToken}=`,
    `A${taskToken}`,
    foreign,
    '{}',
    ' ',
  ]) {
    expect(await t.refusal('SendTaskSuccess', { taskToken: token, output: '1' })).toBe(INVALID);
    expect(await t.refusal('SendTaskHeartbeat', { taskToken: token })).toBe(INVALID);
  }
  expect((await t.call('DescribeExecution', { executionArn: EXECUTION })).status).toBe('RUNNING');
});

test('an output that is no JSON or too large is refused, and the task stays open', async () => {
  const executionArn = await begin();
  const { taskToken } = await take();
  expect(await t.refusal('SendTaskSuccess', { taskToken, output: '{"a":' })).toContain(
    'InvalidOutput: Invalid Output:',
  );
  const large = JSON.stringify('x'.repeat(262_143));
  expect(await t.refusal('SendTaskSuccess', { taskToken, output: large })).toContain('ValidationException');
  await t.call('SendTaskSuccess', { taskToken, output: '1' });
  expect((await t.ended(executionArn)).output).toBe('1');
});

test('an activity that does not exist fails the state before anything is scheduled', async () => {
  await t.call('DeleteActivity', { activityArn: ACTIVITY });
  const executionArn = await begin();
  expect(await t.ended(executionArn)).toMatchObject({
    error: 'States.Runtime',
    cause: `An error occurred while executing the state 'A' (entered at the event id #2). The activity ${ACTIVITY} does not exist.`,
  });
  expect(await t.types(executionArn, 3)).toEqual(['ExecutionFailed']);
});

test('a deleted activity sends its waiting workers home', async () => {
  const waits = await waitFor(() => t.call('GetActivityTask', { activityArn: ACTIVITY }));
  await t.call('DeleteActivity', { activityArn: ACTIVITY });
  expect(await waits.answer).toEqual({});
});

test('queued and taken tasks outlive a restart', async () => {
  const taken = await begin('taken');
  const { taskToken } = await take();
  const queued = [await begin('queued-1'), await begin('queued-2')];
  const waits = t.call('GetActivityTask', { activityArn: ACTIVITY.replace('approve', 'other') });
  await expect(waits).rejects.toThrow('ActivityDoesNotExist');
  await t.restart();
  expect((await t.call('DescribeActivity', { activityArn: ACTIVITY })).name).toBe('approve');
  const next = [await take(), await take()];
  expect(next.map(({ input }) => input)).toEqual(['{"order":"queued-1"}', '{"order":"queued-2"}']);
  for (const task of next) await t.call('SendTaskSuccess', { taskToken: task.taskToken, output: task.input });
  await t.call('SendTaskSuccess', { taskToken, output: '"old"' });
  expect((await t.ended(taken)).output).toBe('"old"');
  for (const executionArn of queued) expect((await t.ended(executionArn)).status).toBe('SUCCEEDED');
});

test('a server that stops answers its waiting workers with nothing', async () => {
  const waits = await waitFor(() => t.call('GetActivityTask', { activityArn: ACTIVITY }));
  let answer: unknown;
  void waits.answer.then((given) => {
    answer = given;
  });
  await t.restart();
  // Without the stop, the answer would come a minute after the request.
  await turns();
  expect(answer).toEqual({});
});
