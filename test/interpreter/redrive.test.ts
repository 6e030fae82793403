// Source: AWS, "Restarting state machine executions with redrive in Step Functions" and "Redriving Map Runs". No recording of a
// redriven history was available: how its events follow each other is our reading of these pages.

import { describe, expect, it, test } from 'vitest';
import { type Driven, drive, type Script, START } from '../support/drive.ts';
import {
  ACTIVITY,
  CALLBACK,
  catches,
  fail,
  machine,
  map,
  only,
  parallel,
  pass,
  runs,
  task,
  wait,
} from '../support/machine.ts';
import { session, succeeded } from '../support/session.ts';

const BROKEN = { error: 'Broken', cause: 'for now' };
const failed = { status: 'failed', error: 'Broken', cause: 'for now' } as const;

/** What the history says from the last redrive on. */
function sinceRedrive({ trace }: Driven): readonly string[] {
  return trace.slice(trace.findLastIndex((line) => line.endsWith('ExecutionRedriven')));
}

function redriven(definition: object, script: Script = {}): Driven {
  return drive(definition, { redrives: 1, replayEveryDecision: true, ...script });
}

describe('a redriven execution', () => {
  const twoSteps = machine({ First: pass({ Next: 'Work' }), Work: task() });

  it('goes on from the state that failed, and its history with it', () => {
    const run = redriven(twoSteps, { tasks: { Work: [BROKEN, { output: 'done' }] } });
    expect(run.trace).toEqual([
      '1<0 ExecutionStarted',
      '2<0 PassStateEntered First',
      '3<2 PassStateExited First',
      '4<3 TaskStateEntered Work',
      '5<4 LambdaFunctionScheduled',
      '6<5 LambdaFunctionStarted',
      '7<6 LambdaFunctionFailed Broken',
      '8<7 ExecutionFailed Broken',
      '9<8 ExecutionRedriven',
      '10<9 LambdaFunctionScheduled',
      '11<10 LambdaFunctionStarted',
      '12<11 LambdaFunctionSucceeded',
      '13<12 TaskStateExited Work',
      '14<13 ExecutionSucceeded',
    ]);
    expect(run.end).toBe('SUCCEEDED "done"');
  });

  it('can fail and be redriven again', () => {
    const run = redriven(twoSteps, { redrives: 3, tasks: { Work: [BROKEN, BROKEN, BROKEN, { output: 1 }] } });
    expect([run.end, run.state.redriveCount]).toEqual(['SUCCEEDED 1', 3]);
  });

  it('keeps its input and its variables', () => {
    const definition = machine(
      {
        Set: pass({ Assign: { kept: '{% $states.input.n + 1 %}' }, Next: 'Work' }),
        Work: task({ Arguments: '{% [$kept, $states.context.Execution.Input.n] %}' }),
      },
      { QueryLanguage: 'JSONata' },
    );
    const run = redriven(definition, { input: { n: 1 }, tasks: { Work: [BROKEN, { output: 1 }] } });
    expect(run.calls['Work']).toEqual([
      [2, 1],
      [2, 1],
    ]);
  });

  it('tells itself so in the context object', () => {
    const shown = task({ Parameters: { 'shown.$': '$$.Execution' } });
    const run = redriven(only(shown), { tasks: { S: [BROKEN, { output: 1 }] } });
    const [before, after] = run.calls['S'] as unknown as { shown: object }[];
    expect(before?.shown).not.toHaveProperty('RedriveTime');
    expect(after?.shown).toMatchObject({ RedriveCount: 1, RedriveTime: '2026-01-02T03:04:06.001Z' });
  });

  it('has all attempts of Retry again', () => {
    const Retry = [{ ErrorEquals: ['States.ALL'], MaxAttempts: 2, IntervalSeconds: 1 }];
    const shown = task({ Retry, Parameters: { 'n.$': '$$.State.RetryCount' } });
    const run = redriven(only(shown), { tasks: { S: [...new Array(5).fill(BROKEN), { output: 1 }] } });
    expect(run.calls['S']).toEqual([0, 1, 2, 0, 1, 2].map((n) => ({ n })));
    expect(run.end).toBe('SUCCEEDED 1');
  });

  it('has its TimeoutSeconds again, from the redrive on', () => {
    const one = session(only(task(), { TimeoutSeconds: 10 }), { info: { deadline: START + 10_000 } });
    one.start();
    one.fireTimers(10);
    expect(one.state.status).toBe('TIMED_OUT');
    one.tell({ type: 'RedriveExecution' }, 100);
    expect(one.state.deadline).toBe(START + 110_000);
    one.fireTimers(109);
    expect(one.state.status).toBe('RUNNING');
    one.fireTimers(110);
    expect(one.state.status).toBe('TIMED_OUT');
  });

  it('lasts no longer than executions may in all', () => {
    const one = session(only(task()), { info: { latestEnd: START + 150_000, deadline: START + 100_000 } });
    one.start();
    one.tell({ type: 'StopExecution', error: undefined, cause: undefined });
    one.tell({ type: 'RedriveExecution' }, 100);
    expect(one.state.deadline).toBe(START + 150_000);
  });

  it('has a new task token; the earlier one is unknown', () => {
    const one = session(only(task({ Resource: CALLBACK, Parameters: { 't.$': '$$.Task.Token' } })));
    one.start();
    const [before] = one.state.tasks.keys();
    one.tell({ type: 'StopExecution', error: undefined, cause: undefined });
    one.tell({ type: 'RedriveExecution' });
    const [after] = one.state.tasks.keys();
    expect(after).not.toBe(before);
    const late = { type: 'CompleteTask', scheduled: before ?? 0, outcome: succeeded(1) } as const;
    expect(one.tell(late).refused).toBe('unknown-task');
  });

  it('puts the task of an activity into its queue again', () => {
    const one = session(only(task({ Resource: ACTIVITY })));
    one.start();
    one.tell({ type: 'StopExecution', error: undefined, cause: undefined });
    expect(one.state.queued).toBe(0);
    one.tell({ type: 'RedriveExecution' });
    expect([one.state.queued, one.state.ready.size]).toEqual([1, 0]);
  });

  it('goes on in another decision, and in another process, where the bound on transitions cut it short', () => {
    const branches = Array.from({ length: 5 }, (_, i) => machine({ [`W${i}`]: wait({ Seconds: 60 }) }));
    const one = session(only(parallel(branches)), { env: { maxTransitions: 2 } });
    let more = one.start().more;
    while (more) more = one.tell({ type: 'Continue' }).more;
    one.tell({ type: 'StopExecution', error: undefined, cause: undefined });
    expect(one.tell({ type: 'RedriveExecution' }).more).toBe(true);
    expect(one.state.ready.size).toBe(3);
    const other = one.reopened();
    expect(other.tell({ type: 'Continue' }).more).toBe(true);
    other.tell({ type: 'Continue' });
    expect(other.state.ready.size).toBe(0);
    other.passTime(60);
    expect(other.state.status).toBe('SUCCEEDED');
  });

  it('can be stopped before it has taken up everything, and be redriven again', () => {
    const branches = Array.from({ length: 3 }, (_, i) => machine({ [`W${i}`]: wait({ Seconds: 60 }) }));
    const one = session(only(parallel(branches)), { env: { maxTransitions: 1 } });
    let more = one.start().more;
    while (more) more = one.tell({ type: 'Continue' }).more;
    for (let n = 0; n < 2; n++) {
      one.tell({ type: 'StopExecution', error: undefined, cause: undefined });
      one.tell({ type: 'RedriveExecution' });
    }
    while (one.tell({ type: 'Continue' }).more);
    one.passTime(60);
    expect([one.state.status, one.state.redriveCount]).toEqual(['SUCCEEDED', 2]);
  });
});

describe('what cannot be redriven', () => {
  it('runs, or has succeeded', () => {
    const one = session(only(task()));
    one.start();
    expect(one.tell({ type: 'RedriveExecution' }).refused).toBe('not-redrivable');
    one.tell({ type: 'CompleteTask', scheduled: 3, outcome: succeeded(1) });
    expect(one.tell({ type: 'RedriveExecution' }).refused).toBe('not-redrivable');
  });

  it('has no room for two more events', () => {
    const limits = { historyEvents: 6 };
    const one = drive(only(task()), { limits, tasks: { S: BROKEN } });
    expect([one.end, one.state.lastId]).toEqual(['FAILED Broken: for now', 6]);
    expect(drive(only(task()), { limits, tasks: { S: BROKEN }, redrives: 1 }).state.redriveCount).toBe(0);
    const roomy = drive(only(task()), { limits: { historyEvents: 8 }, tasks: { S: BROKEN }, redrives: 1 });
    expect(roomy.state.redriveCount).toBe(1);
    expect(roomy.end).toBe(
      'FAILED States.Runtime: The execution reached the maximum number of history events (8).',
    );
  });
});

describe('the state that failed', () => {
  test('Pass does its work again, without being entered again', () => {
    const run = redriven(only(pass({ InputPath: '$.missing' })));
    expect(sinceRedrive(run)).toEqual(['4<3 ExecutionRedriven', '5<4 ExecutionFailed States.Runtime']);
  });

  test('Choice looks at its rules again', () => {
    const choice = {
      Type: 'Choice',
      Choices: [{ Variable: '$$.Execution.RedriveCount', NumericEquals: 1, Next: 'Yes' }],
    };
    const run = redriven(machine({ Which: choice, Yes: pass() }));
    expect(sinceRedrive(run)).toEqual([
      '4<3 ExecutionRedriven',
      '5<4 ChoiceStateExited Which',
      '6<5 PassStateEntered Yes',
      '7<6 PassStateExited Yes',
      '8<7 ExecutionSucceeded',
    ]);
  });

  test('Wait with a Timestamp that has passed ends at once; with Seconds it waits again', () => {
    const stop = { afterMs: 2_000 };
    const until = redriven(only(wait({ Timestamp: '2026-01-02T03:04:07Z' })), { stop: { afterMs: 1_500 } });
    expect(sinceRedrive(until)[1]).toBe('5<4 WaitStateExited S');
    expect(until.tookMs).toBe(2_500);
    // Stopped after two of five seconds, redriven a second later.
    expect(redriven(only(wait({ Seconds: 5 })), { stop }).tookMs).toBe(8_000);
  });

  test('Fail is entered again and fails again', () => {
    expect(sinceRedrive(redriven(only(fail({ Error: 'E' }))))).toEqual([
      '4<3 ExecutionRedriven',
      '5<4 FailStateEntered S',
      '6<5 ExecutionFailed E',
    ]);
  });

  test("a caught error is over: the catcher's way goes on", () => {
    const states = machine({
      Try: task({ ...catches('States.ALL', 'After'), Next: 'Never' }),
      Never: pass(),
      After: task(),
    });
    const run = redriven(states, { tasks: { Try: BROKEN, After: [BROKEN, { output: 1 }] } });
    expect([run.end, run.calls['Try']?.length]).toEqual(['SUCCEEDED 1', 1]);
  });
});

describe('Parallel', () => {
  const branches = [
    machine({ A: task() }),
    machine({ B: task() }),
    machine({ C: wait({ Seconds: 5, Next: 'D' }), D: pass() }),
  ];

  it('runs only branches again that failed or were aborted', () => {
    const run = redriven(only(parallel(branches)), {
      tasks: { A: { output: 'a' }, B: [{ ...BROKEN, afterMs: 100 }, { output: 'b' }] },
    });
    expect(sinceRedrive(run)).toEqual([
      '18<17 ExecutionRedriven',
      '19<18 LambdaFunctionScheduled',
      '20<19 LambdaFunctionStarted',
      '21<20 LambdaFunctionSucceeded',
      '22<21 TaskStateExited B',
      '23<18 WaitStateExited C',
      '24<23 PassStateEntered D',
      '25<24 PassStateExited D',
      '26<25 ParallelStateSucceeded',
      '27<25 ParallelStateExited S',
      '28<27 ExecutionSucceeded',
    ]);
    expect([run.end, run.calls['A']?.length]).toEqual(['SUCCEEDED ["a","b",{}]', 1]);
  });

  it('runs all branches again after States.DataLimitExceeded', () => {
    const limits = { payloadBytes: 100 };
    const big = 'x'.repeat(60);
    const run = redriven(only(parallel(branches.slice(0, 2))), {
      limits,
      tasks: { A: [{ output: big }, { output: 'a' }], B: [{ output: big }, { output: 'b' }] },
    });
    expect([run.end, run.calls['A']?.length]).toEqual(['SUCCEEDED ["a","b"]', 2]);
    expect(sinceRedrive(run)[1]).toMatch(/ParallelStateStarted$/);
  });

  it('does not run branches again when its own output is at fault', () => {
    const run = redriven(only(parallel(branches.slice(0, 2), { OutputPath: '$.missing' })), {
      tasks: { A: { output: 'a' }, B: { output: 'b' } },
    });
    expect([run.status, run.error, run.calls['A']?.length]).toEqual(['FAILED', 'States.Runtime', 1]);
  });

  it('has all attempts of its own Retry again, and then runs all its branches', () => {
    const Retry = [{ ErrorEquals: ['Broken'], MaxAttempts: 1, IntervalSeconds: 1 }];
    const tasks = { A: { output: 'a' }, B: [BROKEN, BROKEN, BROKEN, { output: 'b' }] };
    const run = redriven(only(parallel(branches.slice(0, 2), { Retry })), { tasks });
    expect(run.end).toBe('SUCCEEDED ["a","b"]');
    expect([run.calls['A']?.length, run.calls['B']?.length]).toEqual([3, 4]);
  });

  it('redrives what is nested in a branch, and nothing of it that had ended', () => {
    const inner = parallel([machine({ X: task() }), machine({ Y: task() })]);
    const definition = only(parallel([machine({ I: inner }), machine({ Z: task() })]));
    const tasks = {
      X: { output: 'x' },
      Y: [{ ...BROKEN, afterMs: 5 }, { output: 'y' }],
      Z: [{ output: 'z', afterMs: 50 }],
    };
    const run = redriven(definition, { tasks });
    expect(run.end).toBe('SUCCEEDED [["x","y"],"z"]');
    expect([run.calls['X']?.length, run.calls['Y']?.length, run.calls['Z']?.length]).toEqual([1, 2, 2]);
  });
});

describe('inline Map', () => {
  const each = (fields: object = {}) => only(map(machine({ A: task() }), fields));

  it('runs only iterations again that failed or were aborted, and starts those that never were', () => {
    const run = redriven(each({ MaxConcurrency: 2 }), {
      input: [1, 2, 3, 4],
      tasks: {
        A: [
          { output: 'a' },
          BROKEN,
          { output: 'c', afterMs: 9 },
          { output: 'b' },
          { output: 'c' },
          { output: 'd' },
        ],
      },
    });
    expect([run.end, run.calls['A']]).toEqual(['SUCCEEDED ["a","b","c","d"]', [1, 2, 3, 2, 3, 4]]);
    const started = sinceRedrive(run).filter((line) => line.includes('MapIterationStarted'));
    expect(started).toEqual(['34<32 MapIterationStarted S 3']);
  });

  it('goes on where no item could be made for an iteration', () => {
    const n =
      "{% $states.context.Execution.RedriveCount = 0 ? $error('not yet') : $states.context.Map.Item.Value %}";
    const definition = {
      ...each({ Items: [1, 2], ItemSelector: { n }, MaxConcurrency: 1 }),
      QueryLanguage: 'JSONata',
    };
    const run = redriven(definition, { tasks: { A: { output: 'a' } } });
    expect([run.end, run.calls['A']]).toEqual(['SUCCEEDED ["a","a"]', [{ n: 1 }, { n: 2 }]]);
  });

  it('is aborted and redriven in the middle of it, many times', () => {
    const one = session(each({ MaxConcurrency: 3 }));
    one.start([1, 2, 3, 4, 5, 6, 7, 8]);
    for (let n = 0; n < 200 && one.state.status === 'RUNNING'; n++) {
      const [first] = one.state.tasks.keys();
      if (n % 7 === 6) one.tell({ type: 'CompleteTask', scheduled: first!, outcome: succeeded(n) });
      else if (n % 2 === 0) one.tell({ type: 'StopExecution', error: undefined, cause: undefined });
      else one.tell({ type: 'CompleteTask', scheduled: first!, outcome: failed });
      if (one.state.status !== 'RUNNING') one.tell({ type: 'RedriveExecution' });
    }
    expect(one.state.status).toBe('SUCCEEDED');
    expect(one.state.redriveCount).toBeGreaterThan(40);
  });
});

describe('distributed Map', () => {
  const each = (fields: object = {}) => only(runs(machine({ A: task() }), fields));
  const run = (replies: Script['tasks'], fields: object = {}, script: Script = {}) =>
    redriven(each(fields), { input: [1, 2], tasks: replies ?? {}, ...script });
  const events = (driven: Driven) =>
    driven.events.filter(({ type }) => type === 'MapRunStarted' || type === 'MapRunRedriven');

  it('redrives its Map Run', () => {
    const done = run({ S: [BROKEN, BROKEN, { output: [1] }] }, {}, { redrives: 2 });
    expect(done.end).toBe('SUCCEEDED [1]');
    const [started, ...again] = events(done) as { mapRunArn: string; redriveCount?: number }[];
    expect(again).toMatchObject([
      { type: 'MapRunRedriven', mapRunArn: started?.mapRunArn, redriveCount: 1 },
      { type: 'MapRunRedriven', mapRunArn: started?.mapRunArn, redriveCount: 2 },
    ]);
    expect(sinceRedrive(done)).toEqual([
      '13<12 ExecutionRedriven',
      '14<13 MapRunRedriven',
      '15<14 MapRunSucceeded',
      '16<15 MapStateSucceeded',
      '17<14 MapStateExited S',
      '18<17 ExecutionSucceeded',
    ]);
  });

  it.each(['States.DataLimitExceeded', 'States.Runtime'])('starts another Map Run after %s', (error) => {
    const done = run({ S: [{ error }, { output: [1] }] });
    expect(events(done).map(({ type }) => type)).toEqual(['MapRunStarted', 'MapRunStarted']);
    expect(done.status).toBe('SUCCEEDED');
  });

  it('starts another Map Run when the output of the state was at fault', () => {
    const done = run({ S: { output: [1] } }, { OutputPath: '$.missing' });
    expect(events(done).map(({ type }) => type)).toEqual(['MapRunStarted', 'MapRunStarted']);
  });

  it('starts the Map Run that was never started', () => {
    const fields = { MaxConcurrencyPath: '$$.Execution.RedriveCount', ItemsPath: '$.items' };
    const stopped = run({ S: { output: [1] } }, fields, { input: { items: 'none' } });
    expect([stopped.status, events(stopped).length]).toEqual(['FAILED', 0]);
    expect(sinceRedrive(stopped).at(-1)).toMatch(/ExecutionFailed States.Runtime$/);
  });

  it('redrives a Map Run that went on when the execution was stopped', () => {
    const done = run({ S: ['never', { output: [1] }] }, {}, { stop: { afterMs: 5 } });
    expect(events(done).map(({ type }) => type)).toEqual(['MapRunStarted', 'MapRunRedriven']);
    expect(done.status).toBe('SUCCEEDED');
  });

  it('may be redriven a thousand times', () => {
    const done = run({ S: BROKEN }, {}, { redrives: 1_001, replayEveryDecision: false });
    expect(events(done)).toHaveLength(1_001);
    expect(done.cause).toMatch(/The Map Run has been redriven 1000 times already\.$/);
  });

  it('says after a restart how often its Map Run was redriven', () => {
    const one = session(each());
    one.start([1, 2]);
    one.tell({ type: 'StopExecution', error: undefined, cause: undefined });
    one.tell({ type: 'RedriveExecution', mapRunRedrive: 4 });
    const [effect] = one.effects.filter(({ type }) => type === 'StartMapRun').slice(-1);
    expect(effect).toMatchObject({ redriveCount: 1 });
    expect([one.reopened().state.calls, one.state.mapRunRedrive]).toEqual([1, 4]);
  });
});
