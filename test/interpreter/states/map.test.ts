// Source: AWS, "Using Map state in Inline mode".

import { describe, expect, it, test } from 'vitest';
import { run } from '../../support/drive.ts';
import { catches, fail, machine, map, only, pass, task, wait } from '../../support/machine.ts';
import { session } from '../../support/session.ts';

const each = (fields: object = {}, state: object = pass()) => only(map(machine({ I: state }), fields));

describe('an inline Map', () => {
  it('gives each iteration its item, and gathers the outputs in order of the items', () => {
    const slowFirst = wait({ SecondsPath: '$' });
    expect(run(each({}, slowFirst), [3, 1, 2])).toMatchObject({ output: [3, 1, 2], tookMs: 3000 });
  });

  it('runs as many iterations at once as MaxConcurrency says', () => {
    const took = (fields: object, count: number) =>
      run(
        each(fields, wait({ Seconds: 1 })),
        Array.from({ length: count }, (_, i) => i),
      ).tookMs / 1000;
    expect(took({ MaxConcurrency: 2 }, 5)).toBe(3);
    expect(took({ MaxConcurrency: 1 }, 3)).toBe(3);
    expect(took({}, 5)).toBe(1);
  });

  it('never runs more at once than the limit, 40 on AWS', () => {
    const at = (limit: number, fields: object = {}) =>
      run(each(fields, wait({ Seconds: 1 })), [1, 2, 3, 4], { limits: { inlineMapConcurrency: limit } })
        .tookMs;
    expect([at(4), at(3), at(1), at(2, { MaxConcurrency: 3 })]).toEqual([1000, 2000, 4000, 2000]);
    const forty = run(
      each({}, wait({ Seconds: 1 })),
      Array.from({ length: 41 }, () => 0),
    );
    expect(forty.tookMs).toBe(2000);
  });

  it('selects the input of each iteration from its item and the effective input', () => {
    const ItemSelector = { 'v.$': '$$.Map.Item.Value', 'i.$': '$$.Map.Item.Index', 'all.$': '$' };
    const fields = { InputPath: '$.in', ItemSelector };
    expect(run(each(fields), { in: ['a', 'b'] }).output).toEqual([
      { v: 'a', i: 0, all: ['a', 'b'] },
      { v: 'b', i: 1, all: ['a', 'b'] },
    ]);
  });

  it('selects with the raw input in JSONata', () => {
    const fields = {
      QueryLanguage: 'JSONata',
      Items: '{% $states.input.list %}',
      ItemSelector: { n: '{% $states.input.n %}', v: '{% $states.context.Map.Item.Value %}' },
    };
    expect(run(each(fields, pass({ QueryLanguage: 'JSONata' })), { n: 9, list: ['a'] }).output).toEqual([
      { n: 9, v: 'a' },
    ]);
  });

  it('holds what is selected to the payload quota, while the others are under way', () => {
    const { end } = run(each({ ItemSelector: { 'a.$': '$', 'b.$': '$' } }), ['x'.repeat(50)], {
      limits: { payloadBytes: 80 },
    });
    expect(end).toBe(
      "FAILED States.DataLimitExceeded: The state/task 'S' returned a result with a size exceeding the maximum number of bytes service limit.",
    );
  });

  it('takes null for an item as it is', () => {
    expect(run(each(), [null, 1]).output).toEqual([null, 1]);
  });
});

describe('its events', () => {
  it('say how many items there are, and keep those that are not in the input', () => {
    const started = (definition: object, input: Parameters<typeof run>[1]) =>
      run(definition, input).events.find(({ type }) => type === 'MapStateStarted');
    const inInput = started(each({ ItemsPath: '$.l', MaxConcurrency: 2 }), { l: [1, 2] });
    expect(inInput).toMatchObject({ length: 2, maxConcurrency: 2 });
    expect(inInput).not.toHaveProperty('items');
    const jsonata = { QueryLanguage: 'JSONata' };
    const made = started(each({ ...jsonata, Items: ['a'] }, pass(jsonata)), {});
    expect(made).toHaveProperty('items.value', ['a']);
    expect(made).not.toHaveProperty('maxConcurrency');
  });

  it('let a retry start every iteration again', () => {
    const Retry = [{ ErrorEquals: ['E'], MaxAttempts: 1 }];
    const { trace } = run(each({ Retry }, fail({ Error: 'E' })), [1]);
    expect(trace.filter((line) => /Map/.test(line))).toEqual([
      '2<0 MapStateEntered S',
      '3<2 MapStateStarted',
      '4<3 MapIterationStarted S 0',
      '6<5 MapIterationFailed S 0',
      '7<5 MapStateStarted',
      '8<7 MapIterationStarted S 0',
      '10<9 MapIterationFailed S 0',
      '11<9 MapStateFailed',
    ]);
  });
});

describe('an iteration that fails', () => {
  it('fails the Map with its error, and ends the others', () => {
    const { trace, output } = run(
      machine({ S: map(machine({ I: task() }), catches('E', 'C')), C: pass() }),
      [1, 2],
      { tasks: { I: [{ error: 'E', cause: 'why' }, 'never'] } },
    );
    expect(output).toEqual({ Error: 'E', Cause: 'why' });
    expect(trace.slice(11, 18)).toEqual([
      '12<10 LambdaFunctionFailed E',
      '13<12 MapIterationFailed S 0',
      '14<12 TaskStateAborted',
      '15<12 MapIterationAborted S 1',
      '16<12 TaskStateAborted',
      '17<12 MapStateFailed',
      '18<17 MapStateExited S',
    ]);
  });
});

test('a Map goes on after a restart: iterations that waited for a slot still get their item', () => {
  const first = session(each({ MaxConcurrency: 1, ItemsPath: '$.l' }, wait({ Seconds: 1 })));
  first.start({ l: ['a', 'b', 'c'] });
  first.passTime(1);
  const later = first.reopened();
  later.passTime(3);
  expect(later.state.output?.text).toBe('["a","b","c"]');
});
