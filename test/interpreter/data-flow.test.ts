// How data moves through a state. Source: ASL specification, "Input and output processing"; AWS, "Processing input and
// output"; quotas: AWS, "Quotas in Step Functions".

import { describe, expect, it, test } from 'vitest';
import type { Json } from '../../src/base/json.ts';
import { Payload } from '../../src/base/payload.ts';
import { decide } from '../../src/interpreter/decide.ts';
import type { Stage } from '../../src/interpreter/stages.ts';
import { run } from '../support/drive.ts';
import { catches, machine, map, only, parallel, pass, task, wait } from '../support/machine.ts';
import { session } from '../support/session.ts';

const JSONATA = { QueryLanguage: 'JSONata' };
const called = (output: Json) => ({ tasks: { S: { output } } });

describe('JSONPath', () => {
  test.each<[string, object, Json]>([
    ['the result replaces the input', {}, { r: 1 }],
    ['ResultPath puts it into the input', { ResultPath: '$.out' }, { a: 0, out: { r: 1 } }],
    ['ResultPath null discards it', { ResultPath: null }, { a: 0 }],
    [
      'ResultSelector shapes it before',
      { ResultSelector: { 'x.$': '$.r' }, ResultPath: '$.out' },
      { a: 0, out: { x: 1 } },
    ],
    ['OutputPath chooses from both', { ResultPath: '$.out', OutputPath: '$.out.r' }, 1],
    ['OutputPath null gives an empty object', { OutputPath: null }, {}],
    [
      'ResultPath keeps the raw input, not the effective one',
      { InputPath: '$.a', ResultPath: '$.out' },
      { a: 0, out: { r: 1 } },
    ],
  ])('%s', (_name, fields, output) => {
    expect(run(only(task(fields)), { a: 0 }, called({ r: 1 })).output).toEqual(output);
  });

  it('gives Parameters the effective input', () => {
    const { calls } = run(
      only(task({ InputPath: '$.a', Parameters: { 'x.$': '$.b', 'raw.$': '$$.Execution.Input' } })),
      { a: { b: 1 } },
      called(null),
    );
    expect(calls['S']).toEqual([{ x: 1, raw: { a: { b: 1 } } }]);
  });

  it('assigns variables from the result, before ResultSelector', () => {
    const definition = machine({
      S: task({ ResultSelector: { y: 0 }, Assign: { 'x.$': '$.r' }, Next: 'Z' }),
      Z: pass({ Parameters: { 'x.$': '$x', 'in.$': '$' } }),
    });
    expect(run(definition, {}, called({ r: 1 })).output).toEqual({ x: 1, in: { y: 0 } });
  });

  it('assigns variables of a state without a result from its effective input', () => {
    const definition = machine({
      S: { Type: 'Wait', Seconds: 0, InputPath: '$.a', Assign: { 'x.$': '$.b' }, Next: 'Z' },
      Z: pass({ Parameters: { 'x.$': '$x' } }),
    });
    expect(run(definition, { a: { b: 1 } }).output).toEqual({ x: 1 });
  });

  it('fails a path that leads nowhere, and never catches that', () => {
    const { end } = run(only(task({ OutputPath: '$.b' })), {}, called({ r: 1 }));
    expect(end).toBe(
      "FAILED States.Runtime: An error occurred while executing the state 'S' (entered at the event id #2). Invalid path '$.b' : No results for path: $['b']",
    );
  });
});

describe('JSONata', () => {
  test.each<[string, object, Json]>([
    ['the result goes on', {}, { r: 1 }],
    [
      'Output sees input and result',
      { Output: { i: '{% $states.input.a %}', r: '{% $states.result.r %}' } },
      { i: 0, r: 1 },
    ],
    ['Assign alone does not change the output', { Assign: { x: '{% $states.result.r %}' } }, { r: 1 }],
  ])('%s', (_name, fields, output) => {
    expect(run(only(task({ ...JSONATA, ...fields })), { a: 0 }, called({ r: 1 })).output).toEqual(output);
  });

  it('gives a Pass no result, and its input to Output', () => {
    expect(run(only(pass({ ...JSONATA, Output: '{% $states.input.a %}' })), { a: 0 }).output).toBe(0);
    expect(
      run(only(pass({ ...JSONATA, Output: '{% $exists($states.result) %}' })), { a: 0 }).end,
    ).not.toContain('SUCCEEDED true');
  });

  it('lets a state without a result hand its input on, or Output', () => {
    const waits = (fields: object) => only(wait({ ...JSONATA, Seconds: 0, ...fields }));
    expect(run(waits({}), { a: 0 }).output).toEqual({ a: 0 });
    expect(run(waits({ Output: '{% $states.input.a + 1 %}' }), { a: 0 }).output).toBe(1);
    expect(run(waits({ Assign: { x: 1 } }), { a: 0 }).output).toEqual({ a: 0 });
  });

  it('assigns and outputs side by side: neither sees what the other makes', () => {
    const definition = machine({
      A: pass({ ...JSONATA, Assign: { x: 'old' }, Next: 'B' }),
      B: pass({ ...JSONATA, Assign: { x: 'new' }, Output: '{% $x %}', Next: 'C' }),
      C: pass({ ...JSONATA, Output: { in: '{% $states.input %}', x: '{% $x %}' } }),
    });
    expect(run(definition).output).toEqual({ in: 'old', x: 'new' });
  });
});

describe('a caught error', () => {
  const failing = (fields: object, more: object = {}) =>
    machine({ S: task({ ...catches('E', 'Z', fields), ...more }), Z: pass(more) });
  const script = { tasks: { S: { error: 'E', cause: 'why' } } };
  const error = { Error: 'E', Cause: 'why' };

  test.each<[string, object, Json]>([
    ['replaces the input', failing({}), error],
    ['goes where ResultPath says', failing({ ResultPath: '$.error' }), { a: 0, error }],
    ['is discarded by ResultPath null', failing({ ResultPath: null }), { a: 0 }],
    ['is the output in JSONata', failing({}, JSONATA), error],
    [
      'is shaped by Output',
      failing({ Output: { e: '{% $states.errorOutput.Error %}', i: '{% $states.input.a %}' } }, JSONATA),
      { e: 'E', i: 0 },
    ],
  ])('%s', (_name, definition, output) => {
    expect(run(definition, { a: 0 }, script).output).toEqual(output);
  });

  test.each([
    [{}, '$.Cause', 'c.$'],
    [JSONATA, '{% $states.errorOutput.Cause %}', 'c'],
  ])('can be remembered in a variable (%j)', (language, value, member) => {
    const name = member.replace('c', 'x');
    const definition = machine({
      S: task({ ...language, ...catches('E', 'Z', { Assign: { [name]: value } }) }),
      Z: pass({ Parameters: { 'x.$': '$x' } }),
    });
    expect(run(definition, {}, script).output).toEqual({ x: 'why' });
  });
});

describe('sizes', () => {
  const limits = { payloadBytes: 100 };
  const big = 'x'.repeat(99);
  const tooLarge = (source: string) =>
    `The state/task '${source}' returned a result with a size exceeding the maximum number of bytes service limit.`;

  it('holds what a state hands on to the payload quota', () => {
    const made = (text: string) => run(only(pass({ Result: text })), {}, { limits }).end;
    expect(made('x'.repeat(98))).toBe(`SUCCEEDED "${'x'.repeat(98)}"`);
    expect(made(big)).toBe(`FAILED States.DataLimitExceeded: ${tooLarge('S')}`);
  });

  it('holds what it gives its work to the payload quota', () => {
    const { end, calls } = run(only(task({ Parameters: { big } })), {}, { limits, ...called(1) });
    expect([end, calls]).toEqual([`FAILED States.DataLimitExceeded: ${tooLarge('S')}`, {}]);
  });

  it('does not measure the Parameters of a Pass, but its output', () => {
    const fields = { Parameters: { a: 'short', big }, OutputPath: '$.a' };
    expect(run(only(pass(fields)), {}, { limits }).output).toBe('short');
  });

  const text = (bytes: number) => 'x'.repeat(bytes - 2);

  it('holds the variables of one state to 256 KiB', () => {
    const assigning = (bytes: number) => only(pass({ Assign: { a: text(bytes - 10), b: text(10) } }));
    expect(run(assigning(262_144)).status).toBe('SUCCEEDED');
    expect(run(assigning(262_145)).end).toBe(
      "FAILED States.DataLimitExceeded: The size of the variables assigned by the state 'S' exceeds the limit of 262144 bytes.",
    );
  });

  it('measures variables without printing what no text could hold', () => {
    const many = Array.from({ length: 2_000 }, () => '$').join(', ');
    const states = only(pass({ Assign: { 'a.$': `States.Array(${many})`, 'b.$': `States.Array(${many})` } }));
    expect(run(states, { a: 'x'.repeat(200_000) }).end).toMatch(
      /^FAILED States.DataLimitExceeded: The size of the variables/,
    );
  });

  it('fails a state whose output no text could hold', () => {
    const many = Array.from({ length: 4_000 }, () => '$').join(', ');
    const states = only(pass({ Parameters: { 'a.$': `States.Array(${many})` } }));
    expect(run(states, { a: 'x'.repeat(200_000) }).end).toMatch(
      /^FAILED States.DataLimitExceeded: The state\/task 'S'/,
    );
  });

  it('fails a state that prints what takes longer than an evaluation may', () => {
    const many = Array.from({ length: 2_000 }, () => '$').join(', ');
    const states = only(pass({ Parameters: { 'a.$': `States.JsonToString(States.Array(${many}))` } }));
    expect(run(states, { a: 'x'.repeat(200_000) }).end).toMatch(
      /^FAILED States.Runtime: .*take at most 1000 ms/,
    );
  });

  it('holds all variables to 10 MiB, those of branches with them', () => {
    const names = Array.from({ length: 40 }, (_, i) => `v${i}`);
    const states = Object.fromEntries(
      names.map((name, i) => [name, pass({ Assign: { [`${name}.$`]: '$' }, Next: names[i + 1] ?? 'P' })]),
    );
    const end = (assigned: object) => {
      const P = parallel([machine({ B: pass({ Result: 0, Assign: assigned }) })]);
      // Without the comparison with a replay, which takes its time for so much data.
      const { program, state, decision } = session(machine({ ...states, P }));
      const input = Payload.ofValue(text(262_144));
      decide(program, state, { type: 'StartExecution', input }, decision().env);
      return state.cause ?? state.output?.text;
    };
    expect(end({})).toBe('[0]');
    expect(end({ w: 1 })).toBe(
      'The total size of the variables of the execution exceeds the limit of 10485760 bytes.',
    );
  });
});

describe('an observer', () => {
  /** `S InputPath {"b":1}`: what it was given, in order. */
  function stages(definition: object, input: Json, output: Json = null): string[] {
    const given: string[] = [];
    run(definition, input, {
      tasks: { S: { output } },
      env: {
        inspect: (frame, stage: Stage, value) => given.push(`${frame.open.name} ${stage} ${value.text}`),
      },
    });
    return given;
  }

  it('is given the value after each stage of a JSONPath state', () => {
    const every = task({
      InputPath: '$.a',
      Parameters: { 'p.$': '$.b' },
      ResultSelector: { 's.$': '$.r' },
      Assign: { 'v.$': '$.r' },
      ResultPath: '$.out',
      OutputPath: '$.out',
    });
    expect(stages(only(every), { a: { b: 1 } }, { r: 2 })).toEqual([
      'S InputPath {"b":1}',
      'S Parameters {"p":1}',
      'S Result {"r":2}',
      'S ResultSelector {"s":2}',
      'S Assign {"v":2}',
      'S ResultPath {"a":{"b":1},"out":{"s":2}}',
      'S OutputPath {"s":2}',
    ]);
  });

  it('is given the value after each stage of a JSONata state', () => {
    const every = task({
      ...JSONATA,
      Arguments: { p: '{% $states.input.a %}' },
      Assign: { v: '{% $states.result %}' },
      Output: '{% $states.result + 1 %}',
    });
    expect(stages(only(every), { a: 1 }, 2)).toEqual([
      'S Arguments {"p":1}',
      'S Result 2',
      'S Assign {"v":2}',
      'S Output 3',
    ]);
  });

  it('is given what passes through where the state leaves a field out', () => {
    expect(stages(only(map(machine({ I: pass(JSONATA) }))), ['x'])).toEqual([
      'S InputPath ["x"]',
      'S ItemsPath ["x"]',
      'S MaxConcurrency 0',
      // Where the items are found again.
      'S InputPath ["x"]',
      'I Arguments "x"',
      'I Result "x"',
      'I Output "x"',
      'S Result ["x"]',
      'S ResultSelector ["x"]',
      'S ResultPath ["x"]',
      'S OutputPath ["x"]',
    ]);
  });

  it('is given which entry of Retry takes an error, and how long it waits', () => {
    const retried = task({ Retry: [{ ErrorEquals: ['E'], IntervalSeconds: 2, MaxAttempts: 2 }] });
    const given: string[] = [];
    run(
      only(retried),
      {},
      {
        tasks: { S: { error: 'E', cause: 'why' } },
        env: { inspect: (_, stage, value) => void (stage === 'Retry' && given.push(value.text)) },
      },
    );
    expect(given).toEqual([
      '{"index":0,"delaySeconds":2,"error":"E","cause":"why"}',
      '{"index":0,"delaySeconds":4,"error":"E","cause":"why"}',
      '{"index":0,"error":"E","cause":"why"}',
    ]);
  });

  it('is given which catcher takes an error, and where its ResultPath leads', () => {
    const definition = machine({
      P: parallel([machine({ F: { Type: 'Fail', Error: 'E' } })], catches('E', 'Z', { ResultPath: '$.e' })),
      Z: { Type: 'Succeed' },
    });
    expect(stages(definition, { a: 1 })).toEqual([
      'P InputPath {"a":1}',
      'P Parameters {"a":1}',
      'F InputPath {"a":1}',
      'P Catch {"index":0,"error":"E"}',
      'P ResultPath {"a":1,"e":{"Error":"E","Cause":null}}',
      'Z InputPath {"a":1,"e":{"Error":"E","Cause":null}}',
      'Z OutputPath {"a":1,"e":{"Error":"E","Cause":null}}',
    ]);
  });
});
