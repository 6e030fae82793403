// Source: ASL specification, "Choice State"; AWS, "Choice workflow state"; wordings recorded from AWS.

import { describe, expect, it, test } from 'vitest';
import type { Json } from '../../../src/base/json.ts';
import { run } from '../../support/drive.ts';
import { catches, machine, parallel, pass } from '../../support/machine.ts';

const to = (Result: string) => pass({ Result });

/** Where a Choice of these rules leads: `YES`, `OTHER`, or how the execution failed. */
function choose(choices: readonly object[], input: Json, fields: object = { Default: 'OTHER' }): Json {
  const S = { Type: 'Choice', Choices: choices.map((rule) => ({ Next: 'YES', ...rule })), ...fields };
  const { output, end } = run(
    machine({ S, YES: to('YES'), SECOND: to('SECOND'), OTHER: to('OTHER') }),
    input,
  );
  return output ?? end.replace(/An error occurred .*?\)\. /, '');
}

const a = { Variable: '$.a', NumericEquals: 1 };
const b = { Variable: '$.b', NumericEquals: 1 };

describe('a rule', () => {
  test.each<[string, object, Json, string]>([
    ['holds', a, { a: 1 }, 'YES'],
    ['does not hold', a, { a: 2 }, 'OTHER'],
    ['compares with a path', { Variable: '$.a', NumericEqualsPath: '$.b' }, { a: 3, b: 3 }, 'YES'],
    ['And of both', { And: [a, b] }, { a: 1, b: 1 }, 'YES'],
    ['And of one', { And: [a, b] }, { a: 1, b: 2 }, 'OTHER'],
    ['Or of one', { Or: [a, b] }, { a: 2, b: 1 }, 'YES'],
    ['Or of none', { Or: [a, b] }, { a: 2, b: 2 }, 'OTHER'],
    ['Not of what holds', { Not: a }, { a: 1 }, 'OTHER'],
    ['Not of what does not', { Not: a }, { a: 2 }, 'YES'],
    ['IsPresent of what is there', { Variable: '$.a', IsPresent: true }, { a: null }, 'YES'],
    ['IsPresent of what is not', { Variable: '$.a', IsPresent: true }, {}, 'OTHER'],
    ['IsPresent: false of what is not', { Variable: '$.a', IsPresent: false }, {}, 'YES'],
  ])('%s', (_name, rule, input, expected) => {
    expect(choose([rule], input)).toBe(expected);
  });

  it('stops at what decides: the rest may be missing', () => {
    expect(choose([{ And: [a, b] }], { a: 2 })).toBe('OTHER');
    expect(choose([{ Or: [a, b] }], { a: 1 })).toBe('YES');
  });

  it('fails for a path that leads nowhere', () => {
    const cause = (path: string) =>
      `FAILED States.Runtime: Invalid path '${path}': The choice state's condition path references an invalid value.`;
    expect(choose([a], {})).toBe(cause('$.a'));
    expect(choose([{ Variable: '$.a', NumericEqualsPath: '$.b' }], { a: 1 })).toBe(cause('$.b'));
  });
});

describe('a Choice', () => {
  it('takes the first rule that holds', () => {
    expect(choose([b, a, { ...a, Next: 'SECOND' }], { a: 1, b: 2 })).toBe('YES');
    expect(choose([b, { ...a, Next: 'SECOND' }], { a: 1, b: 2 })).toBe('SECOND');
  });

  it('without a rule that holds and without Default fails, and nothing in it can catch that', () => {
    expect(choose([a], { a: 2 }, {})).toBe(
      'FAILED States.Runtime: Failed to transition out of the state. The state does not point to a next state.',
    );
  });

  it('that fails so is known around it as States.NoChoiceMatched', () => {
    const S = { Type: 'Choice', Choices: [{ ...a, Next: 'I' }] };
    const around = (name: string) =>
      run(machine({ P: parallel([machine({ S, I: pass() })], catches(name, 'C')), C: to('caught') }), {
        a: 2,
      }).status;
    expect([around('States.NoChoiceMatched'), around('States.ALL')]).toEqual(['SUCCEEDED', 'FAILED']);
  });

  it('works on the effective input and hands it on', () => {
    const S = { Type: 'Choice', InputPath: '$.in', Choices: [{ ...a, Next: 'Z' }], OutputPath: '$.a' };
    expect(run(machine({ S, Z: pass() }), { in: { a: 1 } }).output).toBe(1);
  });

  it('assigns what its rule says, else what it says itself', () => {
    const S = {
      Type: 'Choice',
      Choices: [{ ...a, Next: 'Z', Assign: { x: 'rule' } }],
      Default: 'Z',
      Assign: { x: 'default' },
    };
    const definition = machine({ S, Z: pass({ Parameters: { 'x.$': '$x' } }) });
    expect([run(definition, { a: 1 }).output, run(definition, { a: 2 }).output]).toEqual([
      { x: 'rule' },
      { x: 'default' },
    ]);
  });

  it('in JSONata has Output by rule, and needs a boolean', () => {
    const JSONATA = { QueryLanguage: 'JSONata' };
    const S = (Condition: unknown) => ({
      Type: 'Choice',
      ...JSONATA,
      Choices: [{ Condition, Next: 'Z', Output: 'rule' }],
      Default: 'Z',
      Output: 'default',
    });
    const chosen = (condition: unknown) => run(machine({ S: S(condition), Z: pass(JSONATA) }), { a: 1 });
    expect(chosen('{% $states.input.a = 1 %}').output).toBe('rule');
    expect(chosen('{% $states.input.a = 2 %}').output).toBe('default');
    expect(chosen(true).output).toBe('rule');
    expect(chosen('{% 1 %}').cause).toContain(
      "The JSONata expression '1' specified for the field 'Choices[0]/Condition' returned an unexpected result type. Expected 'boolean', but was 'number' for value: 1",
    );
  });
});
