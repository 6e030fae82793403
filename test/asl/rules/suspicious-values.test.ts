import { describe, expect, it } from 'vitest';
import { checkStates, task } from '../check.ts';

const pass = (fields: object) => checkStates({ P: { Type: 'Pass', End: true, ...fields } });

describe('a payload', () => {
  it.each([
    ['$.a', 'a JSONPath'],
    ['$', 'a JSONPath'],
    ['$$.Execution.Id', 'a JSONPath'],
    ['$[0]', 'a JSONPath'],
    ["States.Format('{}', $.a)", 'an Intrinsic Function'],
  ])('in which %j stands for a value is warned of', (text, what) => {
    expect(pass({ Parameters: { deep: [{ x: text }] } })).toEqual([
      `NO_DOLLAR The value of 'x' looks like ${what}. Instead of 'x', use 'x.$' to evaluate it as ${what} at runtime. at /States/P/Parameters`,
    ]);
  });

  it.each([['$name'], ['costs $5'], ['$.'], ['States of matter'], ['States.Unknown(1)'], ['$.a[']])(
    'may hold the text %j',
    (text) => {
      expect(pass({ Parameters: { x: text } })).toEqual([]);
    },
  );

  it('may hold anything in JSONata', () => {
    expect(pass({ QueryLanguage: 'JSONata', Output: { x: '$.a' } })).toEqual([]);
  });
});

describe("a Pass state's Result", () => {
  it('is warned of where it would be evaluated in Parameters', () => {
    expect(pass({ Result: { list: [{ 'x.$': '$.a' }], 'y.$': 'no path', z: '$.a' } })).toEqual([
      "PASS_RESULT_IS_STATIC The value of 'x.$' will not evaluate as a JSONPath or Intrinsic Function at runtime. Instead of 'Result', use 'Parameters' to evaluate it as a JSONPath or Intrinsic Function at runtime. at /States/P/Result",
    ]);
  });
});

describe('a literal that has a Path form', () => {
  it('is warned of when it looks like a path', () => {
    const message = (name: string) =>
      `NO_PATH The value of '${name}' looks like a JSONPath. Instead of '${name}', use '${name}Path' to evaluate it as a JSONPath at runtime.`;
    expect(checkStates({ F: { Type: 'Fail', Cause: '$.cause', Error: 'States.Format(1)' } })).toEqual([
      `${message('Cause')} at /States/F/Cause`,
    ]);
    const choices = [{ Variable: '$.a', StringEquals: '$.b', Next: 'F' }];
    expect(
      checkStates({ C: { Type: 'Choice', Choices: choices, Default: 'F' }, F: { Type: 'Fail' } }),
    ).toEqual([`${message('StringEquals')} at /States/C/Choices[0]/StringEquals`]);
  });

  it('may be a path where there is no such form', () => {
    expect(checkStates(task({ Comment: '$.a' }))).toEqual([]);
  });
});
