// Tasks that are answered by token: activities, callbacks, jobs. Each test is a list of moments and what is told then.

import { expect, test } from 'vitest';
import { Payload } from '../../src/base/payload.ts';
import type { Command, TaskOutcome } from '../../src/interpreter/command.ts';
import { needsRecovery } from '../../src/interpreter/outstanding.ts';
import { START } from '../support/drive.ts';
import { ACTIVITY, CALLBACK, JOB, only, task } from '../support/machine.ts';
import { session } from '../support/session.ts';

const SCHEDULED = 3;

const done: TaskOutcome = { status: 'succeeded', output: Payload.ofValue({ ok: true }) };
const failed: TaskOutcome = { status: 'failed', error: 'Refused', cause: 'late' };
const take: Command = { type: 'StartActivity', scheduled: SCHEDULED, workerName: 'w' };
const submit: Command = { type: 'SubmitTask', scheduled: SCHEDULED, output: Payload.ofValue({ id: 1 }) };
const beat: Command = { type: 'Heartbeat', scheduled: SCHEDULED };
const byToken = (outcome: TaskOutcome): Command => ({
  type: 'CompleteTask',
  scheduled: SCHEDULED,
  outcome,
  by: 'token',
});
const byCall = (outcome: TaskOutcome): Command => ({ type: 'CompleteTask', scheduled: SCHEDULED, outcome });
const stop: Command = { type: 'StopExecution', error: undefined, cause: undefined };

/** Starts a one-task machine at 0 s and tells it each command at its second; timers fire in between. */
function story(fields: object, ...moments: readonly (readonly [second: number, command: Command])[]) {
  const one = session(only(task(fields)));
  const refused: (string | undefined)[] = [];
  one.start();
  for (const [second, command] of moments) {
    one.passTime(second);
    refused.push(one.tell(command, second).refused);
  }
  return {
    state: one.state,
    effects: one.effects,
    refused,
    trace: one.events
      .filter((event) => event.id > 2)
      .map((event) => `${(event.at - START) / 1000}s ${event.type}`),
  };
}

test('an activity waits in its queue without a clock, then for its worker', () => {
  const { trace, refused } = story(
    { Resource: ACTIVITY, TimeoutSeconds: 10, HeartbeatSeconds: 5 },
    [60, take],
    [64, beat],
    [68, byToken(done)],
    [69, byToken(done)],
  );
  expect(trace).toEqual([
    '0s ActivityScheduled',
    '60s ActivityStarted',
    '68s ActivitySucceeded',
    '68s TaskStateExited',
    '68s ExecutionSucceeded',
  ]);
  expect(refused).toEqual([undefined, undefined, undefined, 'closed']);
});

test('an activity is taken once, and answered only after that', () => {
  const { refused } = story({ Resource: ACTIVITY }, [1, byToken(done)], [2, take], [3, take]);
  expect(refused).toEqual(['not-started', undefined, 'already-submitted']);
});

test.each([
  ['heartbeats are missed', { HeartbeatSeconds: 5, TimeoutSeconds: 99 }, 65],
  ['the time is over', { TimeoutSeconds: 60 }, 120],
])('an activity times out when %s', (_name, times, end) => {
  const { trace } = story({ Resource: ACTIVITY, ...times }, [60, take], [200, byToken(done)]);
  expect(trace.slice(2)).toEqual([`${end}s ActivityTimedOut`, `${end}s ExecutionFailed`]);
});

test('a stopped execution takes its task out of the queue of the activity', () => {
  expect(story({ Resource: ACTIVITY }, [1, stop]).effects.at(-1)).toEqual({
    type: 'CancelTask',
    scheduled: SCHEDULED,
  });
});

test('heartbeats of a callback count from the moment the service has taken the request', () => {
  const { trace } = story(
    { Resource: CALLBACK, HeartbeatSeconds: 5, Parameters: { FunctionName: 'f' } },
    [3, beat],
    [20, submit],
    [24, beat],
    [28, beat],
    [99, byToken(done)],
  );
  expect(trace.slice(2)).toEqual(['20s TaskSubmitted', '33s TaskTimedOut', '33s ExecutionFailed']);
});

test('an answer that outruns TaskSubmitted is applied after it', () => {
  const { trace, state, refused } = story(
    { Resource: CALLBACK, Parameters: { FunctionName: 'f' } },
    [1, byToken(done)],
    [2, byToken(failed)],
    [3, beat],
    [4, submit],
  );
  expect(trace.slice(1)).toEqual([
    '0s TaskStarted',
    '4s TaskSubmitted',
    '4s TaskSucceeded',
    '4s TaskStateExited',
    '4s ExecutionSucceeded',
  ]);
  expect(refused).toEqual([undefined, 'already-answered', undefined, undefined]);
  expect(state.output?.text).toBe('{"ok":true}');
});

test('an early failure keeps its error and cause', () => {
  const { state } = story(
    { Resource: CALLBACK, Parameters: { FunctionName: 'f' } },
    [1, byToken(failed)],
    [2, submit],
  );
  expect([state.status, state.error, state.cause]).toEqual(['FAILED', 'Refused', 'late']);
});

test('a call that fails ends the task even when a worker has answered', () => {
  const { state } = story(
    { Resource: CALLBACK, Parameters: { FunctionName: 'f' } },
    [1, byToken(done)],
    [2, byCall(failed)],
  );
  expect([state.status, state.error]).toEqual(['FAILED', 'Refused']);
});

test('a callback leaves nothing to recover once it is submitted', () => {
  const { state } = story({ Resource: CALLBACK, Parameters: { FunctionName: 'f' } }, [1, submit]);
  expect(needsRecovery(state)).toBe(false);
});

test('a job that a worker answers for is no longer waited for, and goes on', () => {
  const { trace, effects } = story(
    { Resource: JOB, Parameters: { StateMachineArn: 'arn' } },
    [1, submit],
    [2, byToken(done)],
  );
  expect(trace.slice(2)).toEqual([
    '1s TaskSubmitted',
    '2s TaskSucceeded',
    '2s TaskStateExited',
    '2s ExecutionSucceeded',
  ]);
  expect(effects.at(-1)).toEqual({ type: 'CancelTask', scheduled: SCHEDULED, keepJob: true });
});

test('a stopped execution calls its job off', () => {
  const { effects } = story(
    { Resource: JOB, Parameters: { StateMachineArn: 'arn' } },
    [1, submit],
    [2, stop],
  );
  expect(effects.at(-1)).toEqual({ type: 'CancelTask', scheduled: SCHEDULED });
});
