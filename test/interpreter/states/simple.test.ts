// Pass, Succeed, Fail, Wait and Parallel. Source: ASL specification, "State types".

import { describe, expect, it, test } from 'vitest';
import { Payload } from '../../../src/base/payload.ts';
import { gather } from '../../../src/interpreter/states/gather.ts';
import { run, START } from '../../support/drive.ts';
import { catches, fail, machine, only, parallel, pass, task, wait } from '../../support/machine.ts';
import { session } from '../../support/session.ts';

describe('Pass', () => {
  test.each([
    ['its input', {}, { a: 1 }],
    ['its Result, which is no template', { Result: { 'x.$': '$.a' } }, { 'x.$': '$.a' }],
    ['its Parameters', { Parameters: { 'x.$': '$.a' } }, { x: 1 }],
    ['its Result where ResultPath says', { Result: 2, ResultPath: '$.b' }, { a: 1, b: 2 }],
  ])('hands on %s', (_what, fields, output) => {
    expect(run(only(pass(fields)), { a: 1 }).output).toEqual(output);
  });
});

describe('Succeed', () => {
  it('ends the execution with its effective input or Output', () => {
    expect(run(only({ Type: 'Succeed', InputPath: '$.a' }), { a: 1 }).output).toBe(1);
    const jsonata = { Type: 'Succeed', QueryLanguage: 'JSONata', Output: '{% $states.input.a + 1 %}' };
    expect(run(only(jsonata), { a: 1 }).output).toBe(2);
  });

  it('ends only its branch in a Parallel', () => {
    const branch = machine({ A: { Type: 'Succeed' } });
    expect(run(machine({ P: parallel([branch], { Next: 'Z' }), Z: pass() }), 1).output).toEqual([1]);
  });
});

describe('Fail', () => {
  it('has no Exited event', () => {
    const { trace } = run(only(fail({ Error: 'E', Cause: 'c' })));
    expect(trace).toEqual(['1<0 ExecutionStarted', '2<0 FailStateEntered S', '3<2 ExecutionFailed E']);
  });

  it('keeps an empty Error and Cause apart from none', () => {
    const { error, cause } = run(only(fail({ Error: '', Cause: '' })));
    expect([error, cause]).toEqual(['', '']);
  });
});

describe('Wait', () => {
  it.each([
    [{ Seconds: 3 }, 3000],
    [{ SecondsPath: '$.n' }, 2000],
    [{ Timestamp: '2026-01-02T03:04:10Z' }, 5000],
    [{ Timestamp: '2026-01-02T03:04:05Z' }, 0],
    [{ Timestamp: '2020-01-01T00:00:00Z' }, 0],
    [{ Seconds: 0 }, 0],
  ])('%j ends after %i ms', (fields, expected) => {
    const { tookMs, output } = run(only(wait(fields)), { n: 2 });
    expect([tookMs, output]).toEqual([expected, { n: 2 }]);
  });

  it('leaves a note only of time that must pass', () => {
    const notes = (Seconds: number) =>
      run(only(wait({ Seconds }))).events.flatMap((event) =>
        event.type === 'WaitScheduled' ? [event.until] : [],
      );
    expect([notes(0), notes(1)]).toEqual([[], [START + 1000]]);
  });

  it('waits as long as the time scale says', () => {
    expect(run(only(wait({ Seconds: 60 })), {}, { env: { waitScale: 0.01 } }).tookMs).toBe(600);
  });

  it('lies at most 2^31 - 1 seconds ahead', () => {
    const ahead = (seconds: number) => {
      const Timestamp = new Date(START + seconds * 1000).toISOString();
      const one = session(only(wait({ Timestamp })), { info: { deadline: START + 1e14 } });
      one.start();
      return one.state.cause?.replace(/^An error occurred .*?\)\. /, '') ?? one.state.status;
    };
    expect(ahead(2_147_483_647)).toBe('RUNNING');
    expect(ahead(2_147_483_648)).toBe('Wait state delay is too long.');
  });

  it('hands its input on at its end, through OutputPath', () => {
    expect(run(only(wait({ Seconds: 1, InputPath: '$.a', OutputPath: '$.b' })), { a: { b: 1 } }).output).toBe(
      1,
    );
  });

  it('wakes once, also when timers fire again or too early', () => {
    const one = session(machine({ W: wait({ Seconds: 5, Next: 'T' }), T: task() }));
    one.start();
    expect(one.fireTimers(4).events).toEqual([]);
    expect(one.fireTimers(5).events.map(({ type }) => type)).toContain('WaitStateExited');
    expect(one.fireTimers(5).events).toEqual([]);
  });
});

describe('Parallel', () => {
  const A = machine({ A: task() });
  const B = machine({ B: task() });

  it('gives every branch the same input, and gathers the outputs in order of the branches', () => {
    const { output, calls } = run(
      only(parallel([A, B], { Parameters: { 'x.$': '$.a' } })),
      { a: 1 },
      {
        tasks: { A: { output: 'a', afterMs: 50 }, B: { output: 'b', afterMs: 5 } },
      },
    );
    expect([output, calls]).toEqual([['a', 'b'], { A: [{ x: 1 }], B: [{ x: 1 }] }]);
  });

  it('fails with the first branch that fails, and the others are cut off', () => {
    const { end, trace } = run(
      machine({ P: parallel([A, B], catches('E', 'C')), C: pass() }),
      {},
      {
        tasks: { A: 'never', B: { error: 'E' } },
      },
    );
    expect(end).toBe('SUCCEEDED {"Error":"E","Cause":null}');
    expect(trace.slice(9, 14)).toEqual([
      '10<9 LambdaFunctionFailed E',
      '11<10 TaskStateAborted',
      '12<10 TaskStateAborted',
      '13<10 ParallelStateFailed',
      '14<13 ParallelStateExited P',
    ]);
  });

  it('within a Parallel ends with its last branch', () => {
    const inner = machine({ P: parallel([A, B]) });
    const { output } = run(only(parallel([inner, machine({ I: pass() })])), 0, {
      tasks: { A: { output: 'a' }, B: { output: 'b' } },
    });
    expect(output).toEqual([['a', 'b'], 0]);
  });

  it('goes through its data flow at the end', () => {
    const fields = { ResultSelector: { 'first.$': '$[0]' }, ResultPath: '$.out' };
    expect(run(only(parallel([machine({ I: pass() })], fields)), { a: 1 }).output).toEqual({
      a: 1,
      out: { first: { a: 1 } },
    });
  });
});

describe('gather', () => {
  it('makes one array of the outputs, and insists on each', () => {
    expect(gather([Payload.ofValue(1), Payload.ofText('"b"')]).text).toBe('[1,"b"]');
    expect(gather([]).text).toBe('[]');
    expect(() => gather([Payload.ofValue(1), undefined])).toThrow('Expected an output at index 1');
  });
});
