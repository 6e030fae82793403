// What expressions see. Source: AWS, "Accessing the context object"; order of its members as recorded.

import { describe, expect, it } from 'vitest';
import { itemsOf } from '../../src/interpreter/scope.ts';
import { frameOf, parentFrame } from '../../src/interpreter/state.ts';
import { run } from '../support/drive.ts';
import { CALLBACK, machine, map, only, parallel, pass, runs, task, wait } from '../support/machine.ts';
import { session } from '../support/session.ts';

const CONTEXT = { Parameters: { 'c.$': '$$' } };

describe('the context object', () => {
  it('has the execution, the machine and the state, in this order', () => {
    const { output } = run(only(pass(CONTEXT)), { a: 1 });
    expect(JSON.stringify(output)).toBe(
      JSON.stringify({
        c: {
          Execution: {
            Id: 'arn:aws:states:us-east-1:123456789012:execution:machine:run',
            Input: { a: 1 },
            StartTime: '2026-01-02T03:04:05Z',
            Name: 'run',
            RoleArn: 'arn:aws:iam::123456789012:role/r',
            RedriveCount: 0,
          },
          StateMachine: {
            Id: 'arn:aws:states:us-east-1:123456789012:stateMachine:machine',
            Name: 'machine',
          },
          State: { Name: 'S', EnteredTime: '2026-01-02T03:04:05Z' },
        },
      }),
    );
  });

  it('leaves out the redrive count of a synchronous Express execution', () => {
    const one = session(only(pass({ Parameters: { 'c.$': '$$.Execution' } })), {
      info: { showRedriveCount: false },
    });
    one.start();
    expect(one.state.output?.text).not.toContain('RedriveCount');
  });

  it('tells when the state was entered, also later', () => {
    const definition = machine({
      W: { Type: 'Wait', Seconds: 2, Next: 'S' },
      S: wait({ QueryLanguage: 'JSONata', Seconds: 3, Output: '{% $states.context.State.EnteredTime %}' }),
    });
    expect(run(definition).output).toBe('2026-01-02T03:04:07Z');
  });

  it('counts the retries of a Task, and of nothing else', () => {
    const retried = task({
      Parameters: { 'n.$': '$$.State.RetryCount' },
      Retry: [{ ErrorEquals: ['A'] }, { ErrorEquals: ['B'] }],
    });
    const { calls } = run(
      only(retried),
      {},
      {
        tasks: { S: [{ error: 'A' }, { error: 'B' }, { output: 1 }] },
      },
    );
    expect(calls['S']).toEqual([{ n: 0 }, { n: 1 }, { n: 2 }]);
  });

  it('has the task token of the attempt under way, and in Catch that of the failed one', () => {
    const waits = task({
      Resource: CALLBACK,
      Parameters: { FunctionName: 'f', Payload: { 't.$': '$$.Task.Token' } },
      TimeoutSeconds: 1,
      Retry: [{ ErrorEquals: ['States.Timeout'], MaxAttempts: 1 }],
    });
    const { calls } = run(only(waits), {}, { tasks: { S: 'never' } });
    expect(calls['S']).toEqual([
      { FunctionName: 'f', Payload: { t: 'token-3' } },
      { FunctionName: 'f', Payload: { t: 'token-6' } },
    ]);
  });

  it('has the item of the nearest Map around the state', () => {
    const inner = map(machine({ I: pass({ Parameters: { 'm.$': '$$.Map' } }) }));
    const around = map(machine({ M: inner }));
    expect(run(only(around), [['a'], ['b', 'c']]).output).toEqual([
      [{ m: { Item: { Index: 0, Value: 'a' } } }],
      [{ m: { Item: { Index: 0, Value: 'b' } } }, { m: { Item: { Index: 1, Value: 'c' } } }],
    ]);
  });

  it('finds the item through a Parallel within the iteration', () => {
    const branch = machine({ I: pass({ Parameters: { 'i.$': '$$.Map.Item.Index' } }) });
    const around = map(machine({ P: parallel([branch]) }));
    expect(run(only(around), ['a', 'b']).output).toEqual([[{ i: 0 }], [{ i: 1 }]]);
  });

  it('has no item in a branch that belongs to no Map', () => {
    const branch = machine({ I: pass(CONTEXT) });
    const { output } = run(only(parallel([branch])));
    expect(Object.keys((output as { c: object }[])[0]?.c ?? {})).toEqual([
      'Execution',
      'StateMachine',
      'State',
    ]);
  });

  it('names key and source of the item that a distributed Map selects from', () => {
    const one = session(only(runs(machine({ I: pass() }), { ItemSelector: { 'm.$': '$$.Map.Item' } })));
    one.start({ a: 1 });
    const [effect] = one.effects;
    expect(effect?.type === 'StartMapRun' && effect.inputs.map(({ value }) => value)).toEqual([
      { m: { Index: 0, Value: 1, Key: 'a', Source: 'STATE_DATA' } },
    ]);
  });
});

describe('variables', () => {
  it('are those of the frame, then those around it', () => {
    const branch = machine({
      A: pass({ Assign: { x: 'inner' }, Next: 'B' }),
      B: pass({ Parameters: { 'x.$': '$x', 'y.$': '$y' } }),
    });
    const definition = machine({
      V: pass({ Assign: { y: 'outer' }, Next: 'P' }),
      P: parallel([branch]),
    });
    expect(run(definition).output).toEqual([{ x: 'inner', y: 'outer' }]);
  });

  it('of a branch are not seen outside it', () => {
    const branch = machine({ A: pass({ Assign: { x: 1 } }) });
    const definition = machine({
      V: pass({ Assign: { x: 0 }, Next: 'P' }),
      P: parallel([branch], { Next: 'Z' }),
      Z: pass({ Parameters: { 'x.$': '$x' } }),
    });
    expect(run(definition).output).toEqual({ x: 0 });
  });
});

describe('InputPath', () => {
  it('chooses what the state works on; null is an empty object', () => {
    expect(run(only(pass({ InputPath: '$.a' })), { a: [1] }).output).toEqual([1]);
    expect(run(only(pass({ InputPath: null })), { a: 1 }).output).toEqual({});
  });
});

describe('itemsOf', () => {
  const each = (fields: object) => only(map(machine({ T: task() }), fields));

  it.each([
    ['the input', each({}), ['a', 'b']],
    ['a path into the input', each({ InputPath: '$.in', ItemsPath: '$.list' }), { in: { list: ['a', 'b'] } }],
    [
      'an array with expressions',
      only(
        map(machine({ T: task({ QueryLanguage: 'JSONata' }) }), {
          QueryLanguage: 'JSONata',
          Items: ['a', "{% 'b' %}"],
        }),
      ),
      {},
    ],
    [
      'JSONata',
      only(
        map(machine({ T: task({ QueryLanguage: 'JSONata' }) }), {
          QueryLanguage: 'JSONata',
          Items: "{% ['a', 'b'] %}",
        }),
      ),
      {},
    ],
  ])('finds items that are %s again in another process', (_name, definition, input) => {
    const first = session(definition);
    first.start(input);
    const later = first.reopened();
    const open = parentFrame(frameOf(later.state, 0));
    expect(itemsOf(later.decision(), open)).toEqual(['a', 'b']);
    // Asked again, it answers from the memo.
    expect(itemsOf(later.decision(), open)).toBe(open.open.children.items);
  });
});
