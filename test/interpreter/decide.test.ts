import { describe, expect, it } from 'vitest';
import { Payload } from '../../src/base/payload.ts';
import type { Command } from '../../src/interpreter/command.ts';
import { drive, START } from '../support/drive.ts';
import { ACTIVITY, JOB, machine, task } from '../support/machine.ts';
import { session } from '../support/session.ts';

const pass = (next?: string, more = {}) => ({
  Type: 'Pass',
  ...(next ? { Next: next } : { End: true }),
  ...more,
});

describe('previousEventId', () => {
  it('is 0 for the first state and chains through the others', () => {
    expect(drive(machine({ A: pass('B'), B: pass() })).trace).toEqual([
      '1<0 ExecutionStarted',
      '2<0 PassStateEntered A',
      '3<2 PassStateExited A',
      '4<3 PassStateEntered B',
      '5<4 PassStateExited B',
      '6<5 ExecutionSucceeded',
    ]);
  });

  it('lets a retry follow the failure, without an event of its own', () => {
    const { trace, tookMs } = drive(
      machine({ A: task({ Retry: [{ ErrorEquals: ['E'], IntervalSeconds: 2 }] }) }),
      {
        tasks: { A: [{ error: 'E' }, { output: 1 }] },
      },
    );
    expect(trace).toEqual([
      '1<0 ExecutionStarted',
      '2<0 TaskStateEntered A',
      '3<2 LambdaFunctionScheduled',
      '4<3 LambdaFunctionStarted',
      '5<4 LambdaFunctionFailed E',
      '6<5 LambdaFunctionScheduled',
      '7<6 LambdaFunctionStarted',
      '8<7 LambdaFunctionSucceeded',
      '9<8 TaskStateExited A',
      '10<9 ExecutionSucceeded',
    ]);
    expect(tookMs).toBe(2002);
  });

  it('lets a Parallel succeed and exit after the branch that finished last', () => {
    const { trace, output } = drive(
      machine({
        P: { Type: 'Parallel', Branches: [machine({ A: task() }), machine({ B: pass() })], End: true },
      }),
      { input: 7, tasks: { A: { output: 'a' } } },
    );
    expect(trace).toEqual([
      '1<0 ExecutionStarted',
      '2<0 ParallelStateEntered P',
      '3<2 ParallelStateStarted',
      '4<3 TaskStateEntered A',
      '5<4 LambdaFunctionScheduled',
      '6<3 PassStateEntered B',
      '7<6 PassStateExited B',
      '8<5 LambdaFunctionStarted',
      '9<8 LambdaFunctionSucceeded',
      '10<9 TaskStateExited A',
      '11<10 ParallelStateSucceeded',
      '12<10 ParallelStateExited P',
      '13<12 ExecutionSucceeded',
    ]);
    expect(output).toEqual(['a', 7]);
  });

  it('lets an iteration that waited for a slot follow the last inner event of the one that freed it', () => {
    const { trace, output } = drive(
      machine({ M: { Type: 'Map', MaxConcurrency: 1, ItemProcessor: machine({ I: pass() }), End: true } }),
      { input: [1, 2] },
    );
    expect(trace.slice(2)).toEqual([
      '3<2 MapStateStarted',
      '4<3 MapIterationStarted M 0',
      '5<4 PassStateEntered I',
      '6<5 PassStateExited I',
      '7<6 MapIterationSucceeded M 0',
      '8<6 MapIterationStarted M 1',
      '9<8 PassStateEntered I',
      '10<9 PassStateExited I',
      '11<10 MapIterationSucceeded M 1',
      '12<11 MapStateSucceeded',
      '13<11 MapStateExited M',
      '14<13 ExecutionSucceeded',
    ]);
    expect(output).toEqual([1, 2]);
  });

  it('lets an empty Map succeed and exit after its start', () => {
    const { trace, output } = drive(
      machine({ M: { Type: 'Map', ItemProcessor: machine({ I: pass() }), End: true } }),
      {
        input: [],
      },
    );
    expect(trace.slice(2, 5)).toEqual([
      '3<2 MapStateStarted',
      '4<3 MapStateSucceeded',
      '5<3 MapStateExited M',
    ]);
    expect(output).toEqual([]);
  });
});

describe('failure in a Map or Parallel', () => {
  it('cleans up behind the event that caused it: the failing iteration first, then the others', () => {
    const { trace, status, error } = drive(
      machine({ M: { Type: 'Map', ItemProcessor: machine({ I: task({ TimeoutSeconds: 3 }) }), End: true } }),
      { input: [1, 2], tasks: { I: 'never' } },
    );
    expect(trace.slice(11)).toEqual([
      // Both time out at the same moment, and both are recorded (AWS, recorded: four iterations of one Map).
      '12<10 LambdaFunctionTimedOut States.Timeout',
      '13<11 LambdaFunctionTimedOut States.Timeout',
      '14<12 MapIterationFailed M 0',
      '15<12 TaskStateAborted',
      '16<12 MapIterationAborted M 1',
      '17<12 TaskStateAborted',
      '18<12 MapStateFailed',
      '19<18 ExecutionFailed States.Timeout',
    ]);
    expect([status, error]).toEqual(['FAILED', 'States.Timeout']);
  });

  it('retries a Parallel without a ParallelStateFailed event until it gives up', () => {
    const branch = machine({ F: { Type: 'Fail', Error: 'X', Cause: 'why' } });
    const { trace, cause } = drive(
      machine({
        P: {
          Type: 'Parallel',
          Branches: [branch],
          Retry: [{ ErrorEquals: ['X'], MaxAttempts: 2 }],
          End: true,
        },
      }),
    );
    expect(trace.slice(1)).toEqual([
      '2<0 ParallelStateEntered P',
      '3<2 ParallelStateStarted',
      '4<3 FailStateEntered F',
      '5<4 ParallelStateStarted',
      '6<5 FailStateEntered F',
      '7<6 ParallelStateStarted',
      '8<7 FailStateEntered F',
      '9<8 ParallelStateFailed',
      '10<9 ExecutionFailed X',
    ]);
    expect(cause).toBe('why');
  });

  it('knows a failed branch also as States.BranchFailed', () => {
    const { output } = drive(
      machine({
        P: {
          Type: 'Parallel',
          Branches: [machine({ F: { Type: 'Fail', Error: 'X' } })],
          Catch: [{ ErrorEquals: ['States.BranchFailed'], Next: 'C' }],
          End: true,
        },
        C: pass(),
      }),
    );
    expect(output).toEqual({ Error: 'X', Cause: null });
  });

  it('never catches States.Runtime', () => {
    const { status, error, cause } = drive(
      machine({
        A: task({ InputPath: '$.no', Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B' }] }),
        B: pass(),
      }),
    );
    expect([status, error]).toEqual(['FAILED', 'States.Runtime']);
    expect(cause).toBe(
      "An error occurred while executing the state 'A' (entered at the event id #2). Invalid path '$.no' : No results for path: $['no']",
    );
  });
});

describe('Retry and Catch', () => {
  const retriers = [
    { ErrorEquals: ['A', 'B'], IntervalSeconds: 1, BackoffRate: 2, MaxAttempts: 2 },
    { ErrorEquals: ['C'], IntervalSeconds: 5 },
  ];

  it('counts attempts per retrier (documented example: A, B, C, B)', () => {
    const { tookMs, output, calls } = drive(
      machine({
        T: task({ Retry: retriers, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Z' }] }),
        Z: pass(),
      }),
      { tasks: { T: [{ error: 'A' }, { error: 'B' }, { error: 'C' }, { error: 'B', cause: 'last' }] } },
    );
    expect(calls['T']).toHaveLength(4);
    expect(output).toEqual({ Error: 'B', Cause: 'last' });
    expect(tookMs).toBe(1000 + 2000 + 5000 + 4);
  });

  it('caps the delay and forgets counts when the state is left', () => {
    const { tookMs } = drive(
      machine({
        T: task({
          Retry: [
            {
              ErrorEquals: ['States.ALL'],
              IntervalSeconds: 3,
              BackoffRate: 2,
              MaxDelaySeconds: 5,
              MaxAttempts: 5,
            },
          ],
        }),
      }),
      { tasks: { T: [{ error: 'E' }, { error: 'E' }, { error: 'E' }, { output: 1 }] } },
    );
    expect(tookMs).toBe(3000 + 5000 + 5000 + 4);
  });

  it('gives a caught timeout the empty cause, and a failure without fields null', () => {
    const caught = { Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'Z', ResultPath: '$.error' }] };
    const { output } = drive(machine({ T: task({ TimeoutSeconds: 1, ...caught }), Z: pass() }), {
      input: { kept: true },
      tasks: { T: 'never' },
    });
    expect(output).toEqual({ kept: true, error: { Error: 'States.Timeout', Cause: '' } });
  });

  it('matches a missed heartbeat by either name and reports States.Timeout', () => {
    const wait = {
      Type: 'Task',
      Resource: 'arn:aws:states:us-east-1:123456789012:activity:a',
      HeartbeatSeconds: 2,
      Catch: [{ ErrorEquals: ['States.HeartbeatTimeout'], Next: 'Z' }],
      End: true,
    };
    const { output, tookMs } = drive(machine({ T: wait, Z: pass() }), {
      tasks: { T: { output: 1, afterMs: 60_000 } },
    });
    expect(output).toEqual({ Error: 'States.Timeout', Cause: '' });
    expect(tookMs).toBe(2000);
  });
});

describe('bounds', () => {
  const loop = machine({
    A: { Type: 'Pass', Next: 'B' },
    B: { Type: 'Choice', Choices: [{ Variable: '$.stop', IsPresent: true, Next: 'C' }], Default: 'A' },
    C: { Type: 'Succeed' },
  });

  it('fails with its last event when the history is full', () => {
    const { events, error, cause, status } = drive(loop, { limits: { historyEvents: 50 } });
    expect(events).toHaveLength(50);
    expect(events.at(-1)).toMatchObject({ id: 50, type: 'ExecutionFailed' });
    expect([status, error]).toEqual(['FAILED', 'States.Runtime']);
    expect(cause).toBe('The execution reached the maximum number of history events (50).');
  });

  it('lets the execution succeed with exactly the last event', () => {
    const { status, events } = drive(machine({ A: pass() }), { limits: { historyEvents: 4 } });
    expect([status, events.length]).toEqual(['SUCCEEDED', 4]);
  });

  it('cuts a long turn and goes on, with the same events', () => {
    const items = Array.from({ length: 30 }, (_, i) => i);
    const map = machine({
      M: { Type: 'Map', ItemProcessor: machine({ I: pass('J'), J: pass() }), End: true },
    });
    const whole = drive(map, { input: items });
    const cut = drive(map, { input: items, maxTransitions: 3 });
    expect(cut.output).toEqual(whole.output);
    expect(cut.events).toHaveLength(whole.events.length);
    // One transition each time, however late it is.
    const late = drive(map, { input: items, overtime: () => true });
    expect(late.output).toEqual(whole.output);
    expect(late.events).toHaveLength(whole.events.length);
  });

  it('fails a state whose output is over the payload quota, catchable by name', () => {
    const { output } = drive(
      machine({
        P: {
          Type: 'Parallel',
          Branches: [machine({ A: pass(undefined, { Result: 'x'.repeat(300) }) })],
          Catch: [{ ErrorEquals: ['States.DataLimitExceeded'], Next: 'Z' }],
          End: true,
        },
        Z: pass(),
      }),
      { limits: { payloadBytes: 200 } },
    );
    expect(output).toEqual({
      Error: 'States.DataLimitExceeded',
      Cause:
        "The state/task 'A' returned a result with a size exceeding the maximum number of bytes service limit.",
    });
  });

  it('times the execution out at its deadline, to the millisecond, and leaves the open state without an event', () => {
    const { trace, status, state } = drive(
      machine({ W: { Type: 'Wait', Seconds: 100, End: true } }, { TimeoutSeconds: 5 }),
    );
    expect(trace).toEqual([
      '1<0 ExecutionStarted',
      '2<0 WaitStateEntered W',
      '3<0 ExecutionTimedOut States.Timeout',
    ]);
    expect([status, state.stoppedAt]).toEqual(['TIMED_OUT', START + 5000]);
  });
});

describe('commands that come late or twice', () => {
  const started = () => {
    const one = session(machine({ T: task() }));
    one.start();
    return one;
  };
  const done: Command = {
    type: 'CompleteTask',
    scheduled: 3,
    outcome: { status: 'succeeded', output: Payload.ofText('1') },
  };

  it('counts a result once', () => {
    const one = started();
    expect(one.tell(done).refused).toBeUndefined();
    const again = one.tell(done);
    expect([again.refused, again.events]).toEqual(['closed', []]);
  });

  it('refuses the result of another attempt', () => {
    expect(started().tell({ ...done, scheduled: 99 }).refused).toBe('unknown-task');
  });

  it('gives the same verdict for the same state, command and environment', () => {
    const [a, b] = [started(), started()].map((one) => one.tell(done));
    expect(JSON.stringify(a)).toBe(JSON.stringify(b));
  });

  it('calls the task off when the execution is stopped', () => {
    const one = started();
    const { effects, events } = one.tell({ type: 'StopExecution', error: 'E', cause: undefined });
    expect(effects).toEqual([{ type: 'CancelTask', scheduled: 3 }]);
    expect(events).toMatchObject([{ type: 'ExecutionAborted', previous: 0, error: 'E' }]);
    expect(one.state.status).toBe('ABORTED');
  });

  it('refuses a second answer to a request and a second worker', () => {
    const submit: Command = { type: 'SubmitTask', scheduled: 3, output: Payload.ofValue({}) };
    const job = session(machine({ T: task({ Resource: JOB, Parameters: { StateMachineArn: 'arn' } }) }));
    job.start();
    expect([job.tell(submit).refused, job.tell(submit).refused]).toEqual([undefined, 'already-submitted']);
    const taken: Command = { type: 'StartActivity', scheduled: 3, workerName: undefined };
    const activity = session(machine({ T: task({ Resource: ACTIVITY }) }));
    activity.start();
    expect(activity.tell(done).refused).toBe('not-started');
    expect([activity.tell(taken).refused, activity.tell(taken).refused]).toEqual([
      undefined,
      'already-submitted',
    ]);
  });

  it('refuses a heartbeat of a task that is not there', () => {
    expect(started().tell({ type: 'Heartbeat', scheduled: 4 }).refused).toBe('unknown-task');
  });

  it('does nothing when no timer is due', () => {
    const verdict = started().fireTimers(1);
    expect(verdict).toEqual({ events: [], effects: [], more: false, refused: undefined });
  });
});

describe('the start', () => {
  it('tells the role, and through which version or alias', () => {
    const one = session(machine({ T: task() }));
    const via = { stateMachineVersionArn: 'arn:1' };
    const { events } = one.tell({ type: 'StartExecution', input: Payload.ofText('{}'), via });
    expect(events[0]).toMatchObject({
      type: 'ExecutionStarted',
      id: 1,
      previous: 0,
      roleArn: 'arn:aws:iam::123456789012:role/r',
      stateMachineVersionArn: 'arn:1',
    });
    expect(events[0]).not.toHaveProperty('stateMachineAliasArn');
  });
});

describe('the deadline', () => {
  it('ends the execution at that very moment, not before', () => {
    const one = session(machine({ T: task() }), { info: { deadline: START + 5000 } });
    one.start();
    expect(one.fireTimers(4.999).events).toEqual([]);
    expect(one.fireTimers(5).events).toMatchObject([
      { type: 'ExecutionTimedOut', at: START + 5000, previous: 0, error: 'States.Timeout' },
    ]);
  });

  it('comes before everything else that is due', () => {
    const one = session(machine({ W: { Type: 'Wait', Seconds: 5, End: true } }), {
      info: { deadline: START + 5000 },
    });
    one.start();
    expect(one.fireTimers(9).events.map(({ type }) => type)).toEqual(['ExecutionTimedOut']);
  });
});

describe('the last event', () => {
  it.each([
    ['ExecutionSucceeded', 'SUCCEEDED', { T: { output: 1 } }, {}],
    ['ExecutionFailed', 'FAILED', { T: { error: 'E' } }, {}],
    ['ExecutionTimedOut', 'TIMED_OUT', { T: 'never' as const }, {}],
    ['ExecutionAborted', 'ABORTED', { T: 'never' as const }, { stop: { afterMs: 1 } }],
  ])('%s belongs to the main flow, wherever it came from', (type, status, tasks, more) => {
    const branches = [machine({ T: task() })];
    const definition = machine(
      { P: { Type: 'Parallel', Branches: branches, End: true } },
      { TimeoutSeconds: 9 },
    );
    const ended = drive(definition, { tasks, ...more });
    expect([ended.status, ended.events.at(-1)]).toEqual([
      status,
      expect.objectContaining({ type, frame: 0 }),
    ]);
  });
});

describe('a decision that is cut short', () => {
  it('says that there is more, and makes so many transitions', () => {
    const one = session(machine({ A: pass('B'), B: pass('C'), C: pass() }), { env: { maxTransitions: 2 } });
    const first = one.start();
    expect([first.more, first.events.map(({ id }) => id)]).toEqual([true, [1, 2, 3, 4, 5]]);
    const second = one.tell({ type: 'Continue' });
    expect([second.more, one.state.status]).toEqual([false, 'SUCCEEDED']);
  });

  it('says that there is no more when the last transition ended the execution', () => {
    const one = session(machine({ A: pass() }), { env: { maxTransitions: 1 } });
    expect([one.start().more, one.state.status]).toEqual([false, 'SUCCEEDED']);
  });

  it('makes one transition also when it is late', () => {
    const one = session(machine({ A: pass('B'), B: pass() }), { env: { overtime: () => true } });
    expect([one.start().more, one.state.lastId]).toEqual([true, 3]);
  });

  it('drops what was cut off while it waited', () => {
    const branches = [machine({ F: { Type: 'Fail', Error: 'E' } }), machine({ A: pass() })];
    const one = session(machine({ P: { Type: 'Parallel', Branches: branches, End: true } }));
    one.start();
    expect(one.events.map(({ type }) => type)).not.toContain('PassStateEntered');
  });
});

describe('a bug', () => {
  it('is thrown, not made an error of the workflow', () => {
    const checkParameters = () => {
      throw new TypeError('broken');
    };
    const T = task({ Resource: JOB, Parameters: { StateMachineArn: 'arn' } });
    expect(() => session(machine({ T }), { env: { checkParameters } }).start()).toThrow(TypeError);
  });
});
