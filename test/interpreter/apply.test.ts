// The fold, event by event: what an execution's state says after each. That live decisions and a replay agree is checked by
// every session and by test/property; here are the counts and marks that both could get wrong together.

import { describe, expect, it } from 'vitest';
import { Payload } from '../../src/base/payload.ts';
import type { HistoryEvent } from '../../src/history/event.ts';
import { apply, replay } from '../../src/interpreter/apply.ts';
import { type ExecutionState, newExecutionState, openFrame } from '../../src/interpreter/state.ts';
import { INFO, START } from '../support/drive.ts';
import {
  ACTIVITY,
  CALLBACK,
  catches,
  JOB,
  machine,
  map,
  only,
  parallel,
  pass,
  runs,
  task,
} from '../support/machine.ts';
import { type Session, session, succeeded } from '../support/session.ts';

const LONE = machine({ I: pass() });

/** What is open, in few words: calls under way, activity tasks queued, frames ready, tasks and frames open. */
function counts({ calls, queued, ready, tasks, frames }: ExecutionState): string {
  return `calls ${calls} queued ${queued} ready ${ready.size} tasks ${tasks.size} frames ${[...frames.keys()].join()}`;
}

const CLOSED = 'calls 0 queued 0 ready 0 tasks 0 frames ';
const failed = { status: 'failed', error: 'E', cause: undefined } as const;

function stop(one: Session): void {
  one.tell({ type: 'StopExecution', error: undefined, cause: undefined });
}

describe('a task', () => {
  it('is a call from its start to its end', () => {
    const one = session(only(task()));
    one.start();
    expect(counts(one.state)).toBe('calls 1 queued 0 ready 0 tasks 1 frames 0');
    one.tell({ type: 'CompleteTask', scheduled: 3, outcome: succeeded(1) });
    expect(counts(one.state)).toBe(CLOSED);
  });

  it('is ready, and no call yet, when the decision ends before its start', () => {
    const one = session(only(task()), { env: { maxTransitions: 1 } });
    expect(one.start().more).toBe(true);
    expect(counts(one.state)).toBe('calls 0 queued 0 ready 1 tasks 1 frames 0');
    one.tell({ type: 'Continue' });
    expect(counts(one.state)).toBe('calls 1 queued 0 ready 0 tasks 1 frames 0');
  });

  it('of an activity is queued until a worker takes it, and never a call', () => {
    const one = session(only(task({ Resource: ACTIVITY })));
    one.start();
    expect(counts(one.state)).toBe('calls 0 queued 1 ready 0 tasks 1 frames 0');
    one.tell({ type: 'StartActivity', scheduled: 3, workerName: undefined });
    expect(counts(one.state)).toBe('calls 0 queued 0 ready 0 tasks 1 frames 0');
  });

  it('with a callback is a call until the service has taken the request', () => {
    const one = session(only(task({ Resource: CALLBACK, Parameters: { FunctionName: 'f' } })));
    one.start();
    one.tell({ type: 'SubmitTask', scheduled: 3, output: Payload.ofValue({}) });
    expect(counts(one.state)).toBe('calls 0 queued 0 ready 0 tasks 1 frames 0');
  });

  it('with a job is a call until the job has ended', () => {
    const one = session(only(task({ Resource: JOB, Parameters: { StateMachineArn: 'arn' } })));
    one.start();
    one.tell({ type: 'SubmitTask', scheduled: 3, output: Payload.ofValue({}) });
    expect(counts(one.state)).toBe('calls 1 queued 0 ready 0 tasks 1 frames 0');
    expect(openFrame(one.state.frames.get(0)).open.task?.submitted?.text).toBe('{}');
  });

  it('is closed when it fails, and stays so while a retry waits', () => {
    const one = session(only(task({ Retry: [{ ErrorEquals: ['E'] }, { ErrorEquals: ['F'] }] })));
    one.start();
    one.tell({ type: 'CompleteTask', scheduled: 3, outcome: failed });
    expect(counts(one.state)).toBe('calls 0 queued 0 ready 0 tasks 0 frames 0');
    const { open } = openFrame(one.state.frames.get(0));
    expect([open.retryAt, open.retryCount, open.attempts]).toEqual([START + 1000, 1, [1]]);
    one.passTime(1);
    expect([open.retryAt, open.task?.scheduled]).toEqual([undefined, 6]);
    one.tell({ type: 'CompleteTask', scheduled: 6, outcome: { ...failed, error: 'F' } }, 1);
    expect([open.retryAt, open.retryCount, open.attempts]).toEqual([START + 2000, 2, [1, 1]]);
  });

  it('counts how often its state was scheduled', () => {
    const one = session(only(task({ Retry: [{ ErrorEquals: ['E'] }] })));
    one.start();
    one.tell({ type: 'CompleteTask', scheduled: 3, outcome: failed });
    one.passTime(1);
    expect(one.effects.map((effect) => 'invocation' in effect && effect.invocation)).toEqual([0, 1]);
    expect([...one.state.invocations]).toEqual([['S', 2]]);
  });

  it('has a timer from its start, each heartbeat another', () => {
    const one = session(only(task({ Resource: ACTIVITY, TimeoutSeconds: 50, HeartbeatSeconds: 20 })));
    one.start();
    expect(one.state.timers).toEqual([]);
    one.tell({ type: 'StartActivity', scheduled: 3, workerName: undefined }, 1);
    const { open } = openFrame(one.state.frames.get(0));
    expect([open.task?.timeoutAt, open.task?.heartbeatAt]).toEqual([START + 51_000, START + 21_000]);
    one.tell({ type: 'Heartbeat', scheduled: 3 }, 5);
    expect([open.task?.timeoutAt, open.task?.heartbeatAt]).toEqual([START + 51_000, START + 25_000]);
    // The outdated one has been taken out, as it was the first.
    expect(one.state.timers.map(({ at }) => at)).toEqual([START + 25_000, START + 51_000]);
  });
});

describe('a Parallel or Map', () => {
  const activity = (name: string) => machine({ [name]: task({ Resource: ACTIVITY }) });
  const failing = (name: string) => machine({ [name]: task({ Resource: ACTIVITY.replace(/a$/, 'b') }) });

  it('has a frame for each branch, which ends with it', () => {
    const one = session(only(parallel([activity('A'), machine({ B: task() })])));
    one.start();
    expect(counts(one.state)).toBe('calls 1 queued 1 ready 0 tasks 2 frames 0,1,2');
    one.tell({ type: 'CompleteTask', scheduled: 7, outcome: succeeded(1) });
    expect(counts(one.state)).toBe('calls 0 queued 1 ready 0 tasks 1 frames 0,1');
  });

  it('ends everything in it when it is retried or caught', () => {
    const nested = machine({ P: parallel([activity('A'), machine({ B: task() })]) });
    const M = map(machine({ I: pass({ Next: 'T' }), T: task() }), { ItemsPath: '$.items' });
    for (const more of [{ Retry: [{ ErrorEquals: ['E'] }] }, catches('E', 'Z')]) {
      const one = session(
        machine({
          S: parallel(
            [nested, machine({ M }), machine({ W: { Type: 'Wait', Seconds: 9, End: true } }), failing('F')],
            more,
          ),
          Z: task(),
        }),
      );
      one.start({ items: [1, 2] });
      const before = counts(one.state);
      expect(before).toMatch(/^calls 3 queued 2 ready 0 tasks 5 frames 0,1,2,3,4,5,6,7,8$/);
      const culprit = [...one.state.tasks].find(([, frame]) => frame.open?.name === 'F')?.[0] ?? 0;
      one.tell({ type: 'StartActivity', scheduled: culprit, workerName: undefined });
      one.tell({ type: 'CompleteTask', scheduled: culprit, outcome: failed });
      expect(counts(one.state)).toBe(
        'Catch' in more
          ? 'calls 1 queued 0 ready 0 tasks 1 frames 0'
          : 'calls 0 queued 0 ready 0 tasks 0 frames 0',
      );
      expect(openFrame(one.state.frames.get(0)).open.children).toBeUndefined();
    }
  });

  it('starts its branches anew at a retry, with numbers of their own', () => {
    const one = session(only(parallel([failing('F'), activity('A')], { Retry: [{ ErrorEquals: ['E'] }] })));
    one.start();
    one.tell({ type: 'StartActivity', scheduled: 5, workerName: undefined });
    one.tell({ type: 'CompleteTask', scheduled: 5, outcome: failed });
    one.passTime(1);
    const { open } = openFrame(one.state.frames.get(0));
    expect([open.retryAt, counts(one.state)]).toEqual([
      undefined,
      'calls 0 queued 2 ready 0 tasks 2 frames 0,3,4',
    ]);
  });

  it('of an inline Map starts as many iterations as may run, and numbers them on', () => {
    const one = session(only(map(machine({ T: task() }), { MaxConcurrency: 2 })));
    one.start([1, 2, 3]);
    expect(counts(one.state)).toBe('calls 2 queued 0 ready 0 tasks 2 frames 0,1,2');
    one.tell({ type: 'CompleteTask', scheduled: 7, outcome: succeeded(1) });
    expect(counts(one.state)).toBe('calls 2 queued 0 ready 0 tasks 2 frames 0,2,3');
    const { children } = openFrame(one.state.frames.get(0)).open;
    expect([children?.started, children?.finished, children?.total]).toEqual([3, 1, 3]);
  });

  it('of an inline Map clears the mark of a retry', () => {
    const one = session(only(map(activity('A'), { Retry: [{ ErrorEquals: ['E'] }] })));
    one.start([1]);
    one.tell({ type: 'StartActivity', scheduled: 6, workerName: undefined });
    one.tell({ type: 'CompleteTask', scheduled: 6, outcome: failed });
    one.passTime(1);
    expect(openFrame(one.state.frames.get(0)).open.retryAt).toBeUndefined();
  });
});

describe('a Map Run', () => {
  const start = (more: object = {}): [Session, string] => {
    const one = session(machine({ S: runs(LONE, more), Z: task() }));
    one.start([1]);
    const run = openFrame(one.state.frames.get(0)).open.mapRunArn ?? '';
    return [one, run];
  };

  it('is a call from its start to its end', () => {
    const [one, mapRunArn] = start({ Next: 'Z' });
    expect(counts(one.state)).toBe('calls 1 queued 0 ready 0 tasks 0 frames 0');
    one.tell({ type: 'CompleteMapRun', frame: 0, mapRunArn, outcome: succeeded([1]) });
    expect(counts(one.state)).toBe('calls 1 queued 0 ready 0 tasks 1 frames 0');
  });

  it.each([
    ['caught', catches('E', 'Z'), 'calls 1 queued 0 ready 0 tasks 1 frames 0'],
    ['retried', { Retry: [{ ErrorEquals: ['E'] }] }, 'calls 0 queued 0 ready 0 tasks 0 frames 0'],
  ])('that fails and is %s is no call any more', (_how, more, expected) => {
    const [one, mapRunArn] = start(more);
    one.tell({ type: 'CompleteMapRun', frame: 0, mapRunArn, outcome: failed });
    expect(counts(one.state)).toBe(expected);
    expect(openFrame(one.state.frames.get(0)).open.mapRunArn).toBeUndefined();
  });

  it('in a branch that is cut off is no call any more', () => {
    const F = machine({ F: task({ Resource: ACTIVITY }) });
    const one = session(
      machine({
        S: parallel([machine({ M: runs(LONE) }), F], catches('E', 'Z')),
        Z: { ...task({ Resource: ACTIVITY }) },
      }),
    );
    one.start([1]);
    expect(counts(one.state)).toBe('calls 1 queued 1 ready 0 tasks 1 frames 0,1,2');
    const culprit = [...one.state.tasks.keys()][0] ?? 0;
    one.tell({ type: 'StartActivity', scheduled: culprit, workerName: undefined });
    one.tell({ type: 'CompleteTask', scheduled: culprit, outcome: failed });
    expect(counts(one.state)).toBe('calls 0 queued 1 ready 0 tasks 1 frames 0');
  });
});

describe('the end', () => {
  it('leaves nothing that waits, and what was open for a redrive', () => {
    const one = session(
      only(
        parallel([machine({ A: task({ TimeoutSeconds: 9 }) }), machine({ B: task({ Resource: ACTIVITY }) })]),
      ),
    );
    one.start();
    stop(one);
    expect([counts(one.state), one.state.timers, one.state.status]).toEqual([
      `${CLOSED}0,1,2`,
      [],
      'ABORTED',
    ]);
  });

  it('keeps when, and with what', () => {
    const one = session(only(task()));
    one.start();
    one.tell({ type: 'CompleteTask', scheduled: 3, outcome: { ...failed, cause: 'why' } }, 2);
    const { status, error, cause, stoppedAt } = one.state;
    expect([status, error, cause, stoppedAt]).toEqual(['FAILED', 'E', 'why', START + 2000]);
  });
});

describe('apply', () => {
  const started = { type: 'ExecutionStarted', id: 1, previous: 0, at: START, frame: 0 } as const;
  const first: HistoryEvent = { ...started, input: Payload.ofValue(1), roleArn: 'r' };
  const state = () => replay(newExecutionState(INFO), [first]);

  it('counts entries and ids; a note has no id', () => {
    const one = state();
    expect([one.sequence, one.lastId]).toEqual([1, 1]);
    apply(one, { ...started, type: 'PassStateEntered', id: 2, name: 'A', input: Payload.ofValue(1) });
    apply(one, { ...started, type: 'WaitScheduled', id: 0, until: START });
    expect([one.sequence, one.lastId]).toEqual([3, 2]);
  });

  it.each<[string, Partial<HistoryEvent>, string]>([
    ['the wrong number', { id: 3, type: 'ExecutionSucceeded' }, 'Expected event 2, but got 3'],
    [
      'a frame that is not open',
      { id: 2, frame: 7, type: 'EvaluationFailed' },
      'Expected frame 7 to be open',
    ],
    ['a frame in no state', { id: 2, type: 'MapStateSucceeded' }, 'Expected frame 0 to be in a state'],
    ['a frame without a task', { id: 0, type: 'HeartbeatReceived' }, 'Expected frame 0 to have an open task'],
    [
      'a frame without iterations',
      { id: 2, type: 'MapIterationSucceeded' },
      'Expected frame 0 to have branches or iterations',
    ],
  ])('stops at an event with %s', (_name, event, message) => {
    expect(() => apply(state(), { ...started, ...event } as HistoryEvent)).toThrow(message);
  });

  it('remembers the last ten client tokens of redrives', () => {
    const one = state();
    for (let n = 1; n <= 12; n++) {
      apply(one, { ...started, type: 'ExecutionFailed', id: 2 * n });
      apply(one, {
        ...started,
        type: 'ExecutionRedriven',
        id: 2 * n + 1,
        redriveCount: n,
        clientToken: `t${n}`,
      });
    }
    expect(one.redriveTokens.map(({ token }) => token)).toEqual(
      Array.from({ length: 10 }, (_, i) => `t${i + 3}`),
    );
    expect([one.redriveCount, one.redrivenAt]).toEqual([12, START]);
  });
});
