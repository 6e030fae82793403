// Source: ASL specification, "Errors"; the order of clean-up events is recorded from AWS.

import { describe, expect, it } from 'vitest';
import { StateError } from '../../src/base/state-error.ts';
import { failureFrom } from '../../src/interpreter/fail.ts';
import { frameOf, openFrame } from '../../src/interpreter/state.ts';
import { run } from '../support/drive.ts';
import {
  ACTIVITY,
  catches,
  fail,
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
import { type Session, session } from '../support/session.ts';

const JSONATA = { QueryLanguage: 'JSONata' };
const failed = { status: 'failed', error: 'E', cause: undefined } as const;

/** What is called off, in order. */
function calledOff({ effects }: Session): string[] {
  return effects.flatMap((effect) =>
    effect.type === 'CancelTask'
      ? [`task ${effect.scheduled}`]
      : effect.type === 'StopMapRun'
        ? [effect.mapRunArn.replace(/^.*:mapRun:/, 'run ')]
        : [],
  );
}

describe('States.BranchFailed', () => {
  const branches = (inner: object, name: string) =>
    machine({ P: parallel([machine({ I: inner })], catches(name, 'C')), C: pass() });

  it('is another name for the error of a branch (AWS: "Error names")', () => {
    expect(run(branches(fail({ Error: 'X' }), 'States.BranchFailed')).end).toBe(
      'SUCCEEDED {"Error":"X","Cause":null}',
    );
  });

  it('is none for States.Runtime, which nothing catches', () => {
    for (const name of ['States.BranchFailed', 'States.ALL', 'States.Runtime']) {
      const { end } = run(branches(pass({ InputPath: '$.missing' }), name));
      expect(end).toMatch(/^FAILED States\.Runtime: .*Invalid path '\$\.missing'/);
    }
  });

  it('is none for the error of an iteration', () => {
    const each = map(machine({ I: fail({ Error: 'X' }) }), catches('States.BranchFailed', 'C'));
    expect(run(machine({ M: each, C: pass() }), [1]).end).toBe('FAILED X');
  });
});

describe('Retry', () => {
  it('waits in virtual time, then schedules again', () => {
    const retried = task({ Retry: [{ ErrorEquals: ['E'], IntervalSeconds: 2, MaxAttempts: 2 }] });
    const { tookMs, end } = run(
      only(retried),
      {},
      {
        tasks: { S: [{ error: 'E' }, { error: 'E' }, { output: 'ok' }] },
      },
    );
    expect([tookMs, end]).toEqual([2000 + 4000 + 3, 'SUCCEEDED "ok"']);
  });

  it('waits as long as the time scale says', () => {
    const { tookMs } = run(
      only(task({ Retry: [{ ErrorEquals: ['E'], IntervalSeconds: 10 }] })),
      {},
      {
        tasks: { S: [{ error: 'E' }, { output: 'ok' }] },
        env: { waitScale: 0.1 },
      },
    );
    expect(tookMs).toBe(1000 + 2);
  });

  it('comes before Catch, and Catch before the state around', () => {
    const S = task({
      Retry: [{ ErrorEquals: ['E'], IntervalSeconds: 1, MaxAttempts: 1 }],
      ...catches('E', 'C'),
    });
    const definition = machine({ P: parallel([machine({ S, C: pass() })]) });
    const { output, trace } = run(definition, {}, { tasks: { S: { error: 'E' } } });
    expect(output).toEqual([{ Error: 'E', Cause: null }]);
    expect(trace.filter((line) => /Failed|Exited/.test(line))).toEqual([
      '7<6 LambdaFunctionFailed E',
      '10<9 LambdaFunctionFailed E',
      '11<10 TaskStateExited S',
      '13<12 PassStateExited C',
      '15<13 ParallelStateExited P',
    ]);
  });

  it('does not help against an error of the definition', () => {
    const { trace } = run(only(task({ InputPath: '$.no', Retry: [{ ErrorEquals: ['States.ALL'] }] })));
    expect(trace).toEqual([
      '1<0 ExecutionStarted',
      '2<0 TaskStateEntered S',
      '3<2 ExecutionFailed States.Runtime',
    ]);
  });
});

describe('Catch', () => {
  it('that fails itself is not caught again by its state, but by the one around', () => {
    const S = task({ ...catches('E', 'C', { ResultPath: '$.a.b' }) });
    const inner = machine({ S, C: pass() });
    const definition = machine({ P: parallel([inner], catches('States.ALL', 'Z')), Z: pass() });
    const { output } = run(definition, { a: 1 }, { tasks: { S: { error: 'E' } } });
    expect(output).toMatchObject({ Error: 'States.ReferencePathConflict' });
  });

  it('that fails in JSONata has its EvaluationFailed event after the failure', () => {
    const S = task({ ...JSONATA, ...catches('E', 'C', { Output: '{% $error("no") %}' }) });
    const { trace } = run(machine({ S, C: pass() }), {}, { tasks: { S: { error: 'E' } } });
    expect(trace.slice(4)).toEqual([
      '5<4 LambdaFunctionFailed E',
      '6<5 EvaluationFailed States.QueryEvaluationError',
      '7<6 ExecutionFailed States.QueryEvaluationError',
    ]);
  });

  it('keeps what it hands on to the payload quota', () => {
    const S = task({ ...catches('E', 'C', { ResultPath: '$.error' }) });
    const { end } = run(
      machine({ S, C: pass() }),
      { a: 'x'.repeat(50) },
      {
        limits: { payloadBytes: 100 },
        tasks: { S: { error: 'E', cause: 'y'.repeat(60) } },
      },
    );
    expect(end).toMatch(/^FAILED States\.DataLimitExceeded: The state\/task 'S' returned/);
  });
});

describe('an EvaluationFailed event', () => {
  const bad = '{% $error("no") %}';
  const positions = (state: object) =>
    run(machine({ A: pass({ Next: 'S' }), S: state }), {}, { tasks: { S: { output: 1 } } })
      .trace.slice(4)
      .filter((line) => !/Lambda/.test(line));

  it.each([
    ['Pass', pass({ ...JSONATA, Output: bad }), '5<3'],
    ['Task', task({ ...JSONATA, Arguments: { a: bad } }), '5<3'],
    ['Map', map(machine({ I: pass() }), { ...JSONATA, Items: bad }), '5<3'],
    ['Wait', wait({ ...JSONATA, Seconds: bad }), '5<4'],
    ['Choice', { Type: 'Choice', ...JSONATA, Choices: [{ Condition: bad, Next: 'A' }] }, '5<4'],
    ['Succeed', { Type: 'Succeed', ...JSONATA, Output: bad }, '5<4'],
    ['Fail', fail({ ...JSONATA, Error: bad }), '5<4'],
    ['Parallel', parallel([machine({ I: pass() })], { ...JSONATA, Arguments: bad }), '5<4'],
  ])('of a %s on entry follows what AWS lets it follow', (_type, state, place) => {
    expect(positions(state)[0]).toBe(`${place} EvaluationFailed States.QueryEvaluationError`);
  });

  it('after the work follows the last event of the work', () => {
    expect(positions(task({ ...JSONATA, Output: bad }))).toEqual([
      '8<7 EvaluationFailed States.QueryEvaluationError',
      '9<8 ExecutionFailed States.QueryEvaluationError',
    ]);
  });

  it('names the state, the field and the cause', () => {
    const { events } = run(only(pass({ ...JSONATA, Output: { a: bad } })));
    expect(events.find(({ type }) => type === 'EvaluationFailed')).toMatchObject({
      state: 'S',
      location: 'Output/a',
      error: 'States.QueryEvaluationError',
      cause: expect.stringContaining('(entered at the event id #2). The JSONata expression \'$error("no")\''),
    });
  });
});

describe('failureFrom', () => {
  const one = session(only(task()));
  one.start();
  const frame = openFrame(frameOf(one.state, 0));

  it('says in which state an error came up, but not of one that is too large', () => {
    expect(failureFrom(one.decision(), frame, new StateError('States.Runtime', 'why.')).cause).toBe(
      "An error occurred while executing the state 'S' (entered at the event id #2). why.",
    );
    expect(failureFrom(one.decision(), frame, new StateError('States.DataLimitExceeded', 'why.')).cause).toBe(
      'why.',
    );
  });

  it('knows an evaluation by its error, with the field where there is one', () => {
    const evaluation = (location?: string) =>
      failureFrom(one.decision(), frame, new StateError('States.QueryEvaluationError', 'why', location))
        .evaluation;
    expect([evaluation('Output'), evaluation()]).toEqual(['Output', null]);
    expect(
      failureFrom(one.decision(), frame, new StateError('States.Runtime', 'why')).evaluation,
    ).toBeUndefined();
  });

  it('knows other names of an error', () => {
    const error = new StateError('States.ReferencePathConflict', 'why');
    expect(failureFrom(one.decision(), frame, error, ['X']).aliases).toEqual([
      'X',
      'States.ResultPathMatchFailure',
    ]);
    expect(failureFrom(one.decision(), frame, new StateError('E', 'why')).aliases).toEqual([]);
  });
});

describe('what is under way when a state fails', () => {
  const activity = (name: string) => machine({ [name]: task({ Resource: ACTIVITY }) });
  const culprit = (one: Session): void => {
    const found = [...one.state.tasks].find(([, frame]) => frame.open?.name === 'F')?.[0] ?? 0;
    one.tell({ type: 'StartActivity', scheduled: found, workerName: undefined });
    one.tell({ type: 'CompleteTask', scheduled: found, outcome: failed });
  };

  it('is called off: calls, activity tasks that nobody has taken, Map Runs', () => {
    const branches = [
      machine({ L: task() }),
      activity('Untaken'),
      activity('Taken'),
      machine({ J: task({ Resource: JOB, Parameters: { StateMachineArn: 'arn' } }) }),
      machine({ M: runs(machine({ I: pass() }), {}, {}) }),
      activity('F'),
    ];
    const one = session(only(parallel(branches)));
    one.start([1]);
    const taken = [...one.state.tasks].find(([, frame]) => frame.open?.name === 'Taken')?.[0] ?? 0;
    one.tell({ type: 'StartActivity', scheduled: taken, workerName: undefined });
    culprit(one);
    const uuid = '00000000-0000-4000-8000-000000000000';
    expect(calledOff(one)).toEqual(['task 5', 'task 7', 'task 11', `run machine/${uuid}:${uuid}`]);
  });

  it('leaves the events that AWS shows, the failing iteration first', () => {
    const inner = machine({
      C: {
        Type: 'Choice',
        Choices: [{ Variable: '$', NumericEquals: 2, Next: 'F' }],
        Default: 'P',
      },
      F: task({ Resource: ACTIVITY }),
      P: parallel([
        machine({ W: wait({ Seconds: 9 }) }),
        machine({ M: map(machine({ T: task() }), { ItemsPath: '$$.Execution.Input' }) }),
      ]),
    });
    const one = session(machine({ S: map(inner) }));
    one.start([1, 2]);
    const before = one.state.lastId;
    culprit(one);
    const cause = before + 2;
    expect(
      one.events
        .filter(({ id }) => id > cause)
        .map((event) => `<${event.previous} ${event.type}${'index' in event ? ` ${event.index}` : ''}`),
    ).toEqual([
      `<${cause} MapIterationFailed 1`,
      `<${cause} TaskStateAborted`,
      `<${cause} MapIterationAborted 0`,
      `<${cause} WaitStateAborted`,
      `<${cause} MapIterationAborted 0`,
      `<${cause} TaskStateAborted`,
      `<${cause} MapIterationAborted 1`,
      `<${cause} TaskStateAborted`,
      `<${cause} MapStateAborted`,
      `<${cause} ParallelStateAborted`,
      `<${cause} MapStateFailed`,
      `<${cause + 11} ExecutionFailed`,
    ]);
  });

  it('is called off by the end of the execution too, once', () => {
    const one = session(only(parallel([machine({ L: task() }), activity('A')])));
    one.start();
    one.tell({ type: 'StopExecution', error: 'E', cause: 'c' });
    expect(calledOff(one)).toEqual(['task 5', 'task 7']);
    expect(one.events.at(-1)).toMatchObject({
      type: 'ExecutionAborted',
      error: 'E',
      cause: 'c',
      previous: 0,
    });
  });

  it('is called off by the deadline', () => {
    const one = session(only(task(), { TimeoutSeconds: 5 }), { info: { deadline: 1 } });
    one.start();
    one.fireTimers(1);
    expect(calledOff(one)).toEqual(['task 3']);
  });
});
