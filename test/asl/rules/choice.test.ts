import { describe, expect, it } from 'vitest';
import { checkStates, DONE } from '../check.ts';

describe('Choice', () => {
  const choice = (rule: object) =>
    checkStates({ C: { Type: 'Choice', Choices: [{ Next: 'Done', ...rule }] }, ...DONE });

  it.each<[object]>([
    [{ Variable: '$.a', StringMatches: 'a*\\*' }],
    [{ Variable: '$$.Execution.Name', StringEqualsPath: '$x' }],
    [{ Variable: '$.a', TimestampLessThan: '2026-01-01T00:00:00+01:00' }],
    [{ Not: { Variable: '$.a', IsPresent: false } }],
    [{ And: [{ Or: [{ Variable: '$.a', NumericEquals: 1.5 }] }], Assign: { 'a.$': '$.a' }, Comment: 'c' }],
  ])('accepts %j', (rule) => {
    expect(choice(rule).filter((line) => !line.startsWith('POSSIBLY'))).toEqual([]);
  });

  it.each<[object, string]>([
    [
      { Variable: '$.a', StringEquals: 1 },
      'Expected value of type [STRING] at /States/C/Choices[0]/StringEquals',
    ],
    [
      { Variable: '$.a', NumericEquals: '1' },
      'Expected value of type [NUMBER] at /States/C/Choices[0]/NumericEquals',
    ],
    [{ Variable: '$.a', IsNull: 'true' }, 'Expected value of type [BOOLEAN] at /States/C/Choices[0]/IsNull'],
    [
      { Variable: '$.a', TimestampEquals: 'now' },
      'String does not match RFC3339 timestamp at /States/C/Choices[0]/TimestampEquals',
    ],
    [
      { Variable: '$.a', StringEqualsPath: 'x' },
      'Value is not a Path at /States/C/Choices[0]/StringEqualsPath',
    ],
    [
      { Variable: '$.a', IsNull: true, IsString: true },
      'Only one of these fields is allowed: [IsNull, IsString] at /States/C/Choices[0]',
    ],
    [
      { Variable: '$.a', And: [{ Variable: '$.a', IsNull: true }] },
      'Only one of these fields is allowed: [Variable, And] at /States/C/Choices[0]',
    ],
    [{ IsNull: true }, 'These fields are required: [Variable] at /States/C/Choices[0]'],
    [{ And: [] }, 'Value cannot be empty at /States/C/Choices[0]/And'],
    [
      { Not: { Variable: '$.a', IsNull: true, Next: 'Done' } },
      "Field 'Next' is not supported at /States/C/Choices[0]/Not",
    ],
    [
      { Variable: '$.a', StringMatchesPath: '$.b' },
      "Field 'StringMatchesPath' is not supported at /States/C/Choices[0]",
    ],
  ])('refuses %j', (rule, message) => {
    expect(choice(rule)).toContain(message);
  });

  it('takes Condition in JSONata, and nothing of JSONPath', () => {
    const C = (rule: object) => ({
      C: { Type: 'Choice', QueryLanguage: 'JSONata', Choices: [{ Next: 'Done', ...rule }] },
      ...DONE,
    });
    expect(checkStates(C({ Condition: '{% $states.input.a = 1 %}', Output: 1 }))).toEqual([]);
    expect(checkStates(C({ Condition: true }))).toEqual([]);
    expect(checkStates(C({ Condition: 'true' }))).toEqual([
      'Expected value of type [BOOLEAN] at /States/C/Choices[0]/Condition',
    ]);
    expect(checkStates(C({}))).toEqual(['These fields are required: [Condition] at /States/C/Choices[0]']);
  });
});
