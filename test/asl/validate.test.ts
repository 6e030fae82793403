import { describe, expect, it } from 'vitest';
import { validateDefinition, validateState } from '../../src/asl/validate.ts';
import { check, checkStates, DONE, map, task } from './check.ts';

describe('the shape of a definition', () => {
  it('collects every mistake', () => {
    expect(
      check({ States: { A: { Type: 'Pass', Foo: 1, End: 'yes' }, B: 5, C: {} }, Extra: 1, Version: '2.0' }),
    ).toEqual([
      "Field 'Extra' is not supported at /",
      'Value should be one of the following: [1.0] at /Version',
      'These fields are required: [StartAt] at /',
      'Expected value of type [OBJECT] at /States/B',
      "Field 'Foo' is not supported at /States/A",
      'Expected value of type [BOOLEAN] at /States/A/End',
      'These fields are required: [Type] at /States/C',
      'One of these fields is required: [Next, End] at /States/A',
      'MISSING_END_STATE Workflow has no terminal state at undefined',
    ]);
  });

  it('says of Credentials without a role only that the role is missing', () => {
    const missing = "The field 'RoleArn' is required but was missing at /States/T/Credentials";
    expect(checkStates(task({ Credentials: {} }))).toEqual([missing]);
    expect(checkStates(task({ Credentials: { Role: 'r' } }))).toEqual([missing]);
    expect(checkStates(task({ Credentials: { RoleArn: 'r', Role: 'r' } }))).toEqual([
      "Field 'Role' is not supported at /States/T/Credentials",
    ]);
  });

  it('underlines the member that is wrong', () => {
    const text = '{"StartAt":"A","States":{"A":{"Type":"Pass","InputPath":"x","End":true}}}';
    const [wrong] = validateDefinition(text, { type: 'STANDARD' }).diagnostics;
    expect(text.slice(wrong!.from, wrong!.to)).toBe('x"');
  });

  it('does not take End: false for an end, nor refuse it beside Next', () => {
    expect(checkStates({ A: { Type: 'Pass', End: false, Next: 'Done' }, ...DONE })).toEqual([]);
    expect(checkStates({ A: { Type: 'Pass', End: false }, ...DONE })).toContain(
      'One of these fields is required: [Next, End] at /States/A',
    );
  });

  it.each<[string, Record<string, object>]>([
    ['ResultSelector of a Pass', { A: { Type: 'Pass', ResultSelector: {}, End: true } }],
    ['ResultPath of a Wait', { A: { Type: 'Wait', Seconds: 1, ResultPath: '$', End: true } }],
    ['Assign of a Succeed', { A: { Type: 'Succeed', Assign: {} } }],
    [
      'Next of a Choice',
      {
        A: { Type: 'Choice', Choices: [{ Variable: '$', IsNull: true, Next: 'Done' }], Next: 'Done' },
        ...DONE,
      },
    ],
    ['Catch of a Pass', { A: { Type: 'Pass', Catch: [], End: true } }],
    ['InputPath of a Fail', { A: { Type: 'Fail', InputPath: '$' } }],
    [
      'QueryLanguage of an ItemProcessor',
      {
        M: {
          Type: 'Map',
          ItemProcessor: { QueryLanguage: 'JSONata', StartAt: 'Done', States: DONE },
          End: true,
        },
      },
    ],
  ])('refuses the %s', (_, states) => {
    expect(checkStates(states)).toHaveLength(1);
    expect(checkStates(states)[0]).toMatch(/^Field '\w+' is not supported at /);
  });

  it('accepts empty Retry and Catch, and a retrier with everything', () => {
    const Retry = [
      {
        ErrorEquals: ['A'],
        IntervalSeconds: 1,
        MaxAttempts: 0,
        BackoffRate: 1,
        MaxDelaySeconds: 5,
        JitterStrategy: 'FULL',
        Comment: 'c',
      },
      { ErrorEquals: ['States.ALL'] },
    ];
    expect(checkStates(task({ Retry: [], Catch: [] }))).toEqual([]);
    expect(checkStates(task({ Retry }))).toEqual([]);
  });

  it('takes expressions for numbers in JSONata only', () => {
    expect(checkStates(task({ QueryLanguage: 'JSONata', TimeoutSeconds: '{% 5 %}' }))).toEqual([]);
    expect(checkStates(task({ TimeoutSeconds: '{% 5 %}' }))).toEqual([
      'Expected value of type [INTEGER] at /States/T/TimeoutSeconds',
    ]);
    expect(checkStates(task({ QueryLanguage: 'JSONata', TimeoutSeconds: '5' }))).toEqual([
      'Expected value of type [INTEGER] at /States/T/TimeoutSeconds',
    ]);
  });
});

describe('query languages', () => {
  it('reports the downgrade of a state but not its fields', () => {
    const A = { Type: 'Pass', QueryLanguage: 'JSONPath', Output: 1, End: true };
    expect(check({ StartAt: 'A', QueryLanguage: 'JSONata', States: { A } })).toEqual([
      "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine at /States/A",
    ]);
  });

  it('gives states inside a JSONata state the language of the machine', () => {
    const inner = { I: { Type: 'Pass', Parameters: { 'a.$': '$.b' }, End: true } };
    expect(
      checkStates(map({ QueryLanguage: 'JSONata', Items: '{% $states.input %}' }, 'INLINE', inner)),
    ).toEqual([]);
  });

  it('leaves {% … %} alone in JSONPath, but not where a timestamp belongs', () => {
    expect(checkStates({ A: { Type: 'Pass', Parameters: { a: '{% oops' }, End: true } })).toEqual([]);
    expect(checkStates({ A: { Type: 'Wait', Timestamp: '{% $now() %}', End: true } })).toEqual([
      'String does not match RFC3339 timestamp at /States/A/Timestamp',
    ]);
  });
});

describe('transitions', () => {
  it('finds missing targets in every place, each with its location', () => {
    expect(
      checkStates({
        C: {
          Type: 'Choice',
          Choices: [
            { Variable: '$', IsNull: true, Next: 'X' },
            { Variable: '$', IsNull: true, Next: 'T' },
          ],
          Default: 'Y',
        },
        ...task({ Catch: [{ ErrorEquals: ['A'], Next: 'Z' }] }),
      }),
    ).toEqual([
      "MISSING_TRANSITION_TARGET Missing 'Next' target: X at /States/C/Choices[0]/Next",
      "MISSING_TRANSITION_TARGET Missing 'Next' target: Y at /States/C/Default",
      "MISSING_TRANSITION_TARGET Missing 'Next' target: Z at /States/T/Catch[0]/Next",
    ]);
  });

  it('keeps inside and outside of a processor apart', () => {
    const inner = { I: { Type: 'Pass', Next: 'Done' }, J: { Type: 'Succeed' } };
    const found = checkStates({ ...map({ Next: 'I', End: undefined }, 'INLINE', inner), ...DONE });
    expect(found).toContain("MISSING_TRANSITION_TARGET Missing 'Next' target: I at /States/M/Next");
    expect(found).toContain(
      "MISSING_TRANSITION_TARGET Missing 'Next' target: Done at /States/M/ItemProcessor/States/I/Next",
    );
  });

  it('looks for unreachable states unless the machine has no end or no start', () => {
    const [A, B] = [
      { Type: 'Pass', Next: 'A' },
      { Type: 'Pass', Next: 'B' },
    ];
    expect(checkStates({ A: { Type: 'Succeed' }, B })).toEqual([
      'MISSING_TRANSITION_TARGET State "B" is not reachable. at /States/B',
    ]);
    expect(checkStates({ A, B })).toEqual(['MISSING_END_STATE Workflow has no terminal state at undefined']);
    expect(check({ StartAt: 'X', States: { A: { Type: 'Succeed' } } })).toEqual([
      "MISSING_TRANSITION_TARGET Missing 'Next' target: X at /StartAt",
    ]);
  });

  it('accepts a loop without an exit inside a processor', () => {
    expect(checkStates(map({}, 'INLINE', { I: { Type: 'Pass', Next: 'I' } }))).toEqual([]);
  });

  it('does not follow the transitions of a state on its own', () => {
    const validate = (state: object) =>
      validateState(JSON.stringify(state), { type: 'STANDARD' }).diagnostics;
    expect(validate({ Type: 'Pass', Next: 'Elsewhere' })).toEqual([]);
    expect(validate({ Type: 'Parallel', Branches: [], End: true })).toMatchObject([
      { message: 'Value cannot be empty', location: '/States/StateName/Branches' },
    ]);
  });
});
