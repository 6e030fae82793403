import { describe, expect, it } from 'vitest';
import { Payload } from '../../src/base/payload.ts';
import { NOTHING_MADE } from '../../src/interpreter/map-inputs.ts';
import { isBusy, needsRecovery, nextWake, openEffects } from '../../src/interpreter/outstanding.ts';
import { INFO, START } from '../support/drive.ts';
import {
  ACTIVITY,
  CALLBACK,
  JOB,
  machine,
  map,
  only,
  parallel,
  pass,
  runs,
  task,
  wait,
} from '../support/machine.ts';
import { type Session, session, succeeded } from '../support/session.ts';

function started(definition: object, options: object = {}): Session {
  const one = session(definition, options);
  one.start([1]);
  return one;
}

/** Seconds from the start, or `deadline`. */
function wake({ state }: Session): number | string | undefined {
  const at = nextWake(state);
  return at === undefined ? undefined : at === INFO.deadline ? 'deadline' : (at - START) / 1000;
}

describe('nextWake', () => {
  it('is the earliest of what the frames wait for', () => {
    const branches = [wait({ Seconds: 30 }), task({ TimeoutSeconds: 20 }), wait({ Seconds: 25 })];
    const one = started(only(parallel(branches.map((state, i) => machine({ [`B${i}`]: state })))));
    expect(wake(one)).toBe(20);
  });

  it('is the deadline when they wait for nothing, or for something later', () => {
    expect(wake(started(only(task())))).toBe('deadline');
    expect(wake(started(only(task({ TimeoutSeconds: 99_999_999 }))))).toBe('deadline');
  });

  it('forgets a timer of what has ended', () => {
    const one = started(machine({ S: task({ TimeoutSeconds: 20, Next: 'W' }), W: wait({ Seconds: 60 }) }));
    expect(wake(one)).toBe(20);
    one.tell({ type: 'CompleteTask', scheduled: 3, outcome: succeeded([1]) }, 1);
    expect([wake(one), one.state.timers.length]).toEqual([61, 1]);
  });

  it('forgets a timer of a branch that has ended', () => {
    const branches = [machine({ T: task({ TimeoutSeconds: 20 }) }), machine({ W: wait({ Seconds: 60 }) })];
    const one = started(only(parallel(branches)));
    const [scheduled] = one.state.tasks.keys();
    one.tell({ type: 'CompleteTask', scheduled: scheduled ?? 0, outcome: succeeded(1) }, 1);
    expect([wake(one), one.state.timers.length]).toEqual([60, 1]);
  });

  it('forgets a heartbeat that came in', () => {
    const one = started(only(task({ Resource: ACTIVITY, HeartbeatSeconds: 10 })));
    one.tell({ type: 'StartActivity', scheduled: 3, workerName: undefined });
    one.tell({ type: 'Heartbeat', scheduled: 3 }, 4);
    expect(wake(one)).toBe(14);
  });

  it('is the moment of a retry', () => {
    const one = started(only(task({ Retry: [{ ErrorEquals: ['E'], IntervalSeconds: 7 }] })));
    one.tell({
      type: 'CompleteTask',
      scheduled: 3,
      outcome: { status: 'failed', error: 'E', cause: undefined },
    });
    expect(wake(one)).toBe(7);
  });

  it('is nothing once the execution is closed', () => {
    expect(wake(started(only(pass())))).toBeUndefined();
  });
});

describe('whether an execution is busy, and must be taken up after a restart', () => {
  const callback = task({ Resource: CALLBACK, Parameters: { FunctionName: 'f' } });
  const submitted = (one: Session): Session => {
    one.tell({ type: 'SubmitTask', scheduled: 3, output: Payload.ofValue({}) });
    return one;
  };

  it.each<[string, Session, boolean, boolean]>([
    ['a call is under way', started(only(task())), true, true],
    ['a Map Run is under way', started(only(runs(machine({ I: pass() })))), true, true],
    [
      'a job is under way',
      submitted(started(only(task({ Resource: JOB, Parameters: { StateMachineArn: 'a' } })))),
      true,
      true,
    ],
    ['a callback is awaited', submitted(started(only(callback))), false, false],
    ['an activity task waits in its queue', started(only(task({ Resource: ACTIVITY }))), false, true],
    ['time must pass', started(only(wait({ Seconds: 5 }))), false, false],
    [
      'the decision was cut short',
      started(machine({ A: pass({ Next: 'B' }), B: pass() }), { env: { maxTransitions: 1 } }),
      true,
      true,
    ],
    ['it is closed', started(only(pass())), false, false],
  ])('when %s', (_name, { state }, busy, recovery) => {
    expect([isBusy(state), needsRecovery(state)]).toEqual([busy, recovery]);
  });
});

describe('openEffects', () => {
  const branches = (...states: object[]) =>
    only(parallel(states.map((state, i) => machine({ [`B${i}`]: state }))));

  it.each<[string, object]>([
    ['a call', only(task({ Credentials: { RoleArn: 'arn:aws:iam::123456789012:role/x' } }))],
    ['an activity task that nobody has taken', only(task({ Resource: ACTIVITY }))],
    [
      'a call that is answered by token',
      only(task({ Resource: CALLBACK, Parameters: { FunctionName: 'f' } })),
    ],
    [
      'a Map Run over items in the state',
      only(runs(machine({ I: pass() }), { MaxConcurrency: 3, ToleratedFailureCount: 2 })),
    ],
    [
      'a Map Run over items to be read',
      only(
        runs(machine({ I: pass() }), {
          ItemReader: {
            Resource: 'arn:aws:states:::s3:getObject',
            ReaderConfig: { InputType: 'JSON' },
            Parameters: { Bucket: 'b', Key: 'k' },
          },
        }),
      ),
    ],
    ['several of them', branches(task(), task({ Resource: ACTIVITY }), runs(machine({ I: pass() })))],
    ['iterations', only(map(machine({ T: task() })))],
  ])('names %s as when it began', (_name, definition) => {
    const first = started(definition);
    expect(first.effects.length).toBeGreaterThan(0);
    const expected = first.effects.map((effect) =>
      // The inputs that were made are in the store.
      effect.type === 'StartMapRun' ? { ...effect, ...NOTHING_MADE, complete: false } : effect,
    );
    expect(texts(openEffects(first.reopened().decision()))).toEqual(texts(expected));
  });

  it('names a job with what the service had answered', () => {
    const one = started(only(task({ Resource: JOB, Parameters: { StateMachineArn: 'a' } })));
    one.tell({ type: 'SubmitTask', scheduled: 3, output: Payload.ofValue({ id: 7 }) });
    expect(texts(openEffects(one.reopened().decision()))).toMatchObject([{ submitted: { id: 7 } }]);
  });

  it('names nothing that has not begun, is with a worker, or has ended', () => {
    const cut = started(only(task()), { env: { maxTransitions: 1 } });
    expect(openEffects(cut.reopened().decision())).toEqual([]);
    const taken = started(only(task({ Resource: ACTIVITY })));
    taken.tell({ type: 'StartActivity', scheduled: 3, workerName: undefined });
    expect(openEffects(taken.decision())).toEqual([]);
    expect(openEffects(started(branches(pass(), wait({ Seconds: 1 }))).decision())).toEqual([]);
  });
});

/** Effects as plain data in any fixed order, payloads by their values. */
function texts(effects: readonly object[]): unknown[] {
  return effects
    .map((effect) =>
      JSON.stringify(effect, (_key, value: unknown) => (value instanceof Payload ? value.value : value)),
    )
    .sort()
    .map((text): unknown => JSON.parse(text));
}
