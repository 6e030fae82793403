// Tasks that are answered by token: activities, callbacks, jobs. Each test is a list of moments and what is told then.

import { expect, test } from 'vitest';
import { compileDefinition } from '../../src/asl/compile.ts';
import { Payload } from '../../src/base/payload.ts';
import { AWS_LIMITS } from '../../src/base/quotas.ts';
import type { HistoryEvent } from '../../src/history/event.ts';
import { replay } from '../../src/interpreter/apply.ts';
import type { Command, TaskOutcome } from '../../src/interpreter/command.ts';
import { decide } from '../../src/interpreter/decide.ts';
import type { Effect } from '../../src/interpreter/effect.ts';
import { needsRecovery, nextWake } from '../../src/interpreter/outstanding.ts';
import { type ExecutionInfo, newExecutionState } from '../../src/interpreter/state.ts';
import { comparable, START } from '../support/drive.ts';

const ACTIVITY = 'arn:aws:states:us-east-1:123456789012:activity:a';
const CALLBACK = 'arn:aws:states:::lambda:invoke.waitForTaskToken';
const JOB = 'arn:aws:states:::states:startExecution.sync';
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
function story(task: object, ...moments: readonly (readonly [second: number, command: Command])[]) {
  const definition = { StartAt: 'T', States: { T: { Type: 'Task', End: true, ...task } } };
  const program = compileDefinition(JSON.stringify(definition));
  const info: ExecutionInfo = {
    arn: 'arn:aws:states:us-east-1:123456789012:execution:machine:run',
    name: 'run',
    stateMachineArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:machine',
    stateMachineName: 'machine',
    roleArn: 'arn:aws:iam::123456789012:role/r',
    region: 'us-east-1',
    express: false,
    showRedriveCount: true,
    startedAt: START,
    deadline: START + 3_600_000,
  };
  const state = newExecutionState(info);
  const events: HistoryEvent[] = [];
  const effects: Effect[] = [];
  const refused: (string | undefined)[] = [];
  const tell = (now: number, command: Command): string | undefined => {
    const decision = decide(program, state, command, {
      now,
      random: () => 0.5,
      uuid: () => 'u',
      taskToken: (scheduled) => `token-${scheduled}`,
      knowsActivity: () => true,
      checkParameters: () => [],
      limits: AWS_LIMITS,
      maxTransitions: 100,
    });
    events.push(...decision.events);
    effects.push(...decision.effects);
    return decision.refused;
  };
  tell(START, { type: 'StartExecution', input: Payload.ofValue({}) });
  for (const [second, command] of moments) {
    const now = START + second * 1000;
    for (let wake = nextWake(state); wake !== undefined && wake <= now; wake = nextWake(state)) {
      tell(wake, { type: 'FireTimers' });
    }
    refused.push(tell(now, command));
    const folded = replay(newExecutionState(info), events);
    expect(comparable(folded)).toBe(comparable(state));
  }
  return {
    state,
    effects,
    refused,
    trace: events
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
