import { describe, expect, test } from 'vitest';
import { describeProblem } from '../../src/config/problem.ts';
import { answerOf } from '../../src/mocks/mock-file.ts';
import { parseMocks } from '../../src/mocks/parse.ts';

/** Messages without the place. */
function problems(file: unknown): string[] {
  const text = typeof file === 'string' ? file : JSON.stringify(file);
  return parseMocks(text, 'mocks.json').problems.map((problem) =>
    describeProblem(problem).replace(/^mocks\.json:\d+:\d+: /, ''),
  );
}

const NOTHING = { '0': { Return: 1 } };
const responses = (response: unknown) => ({ StateMachines: {}, MockedResponses: { R: response } });
const machines = (machine: unknown) => ({ StateMachines: { M: machine }, MockedResponses: { Ada: NOTHING } });

describe('a mistake is told with its path, value and what was expected', () => {
  test.each([
    ['no object', [1], ['is [1], expected an object with StateMachines and MockedResponses']],
    ['no text', '', ['the mock file is not JSON: it is empty']],
    [
      'both members missing',
      {},
      [
        'MockedResponses is missing; it must be an object from name to mocked response',
        'StateMachines is missing; it must be an object from name of a state machine to its TestCases',
      ],
    ],
    [
      'a member of that name is not known',
      { StateMachines: {}, MockedResponse: {}, MockedResponses: {} },
      ['MockedResponse is not known here; did you mean MockedResponses?'],
    ],
    [
      'machines are no object',
      { StateMachines: [], MockedResponses: {} },
      ['StateMachines is [], expected an object: state machines by name'],
    ],
    [
      'a machine without test cases',
      machines({}),
      [
        'StateMachines.M.TestCases is missing; it must be an object from name of a test case to its mocked states',
      ],
    ],
    [
      'a machine with another member',
      machines({ TestCases: {}, Cases: {} }),
      ['StateMachines.M.Cases is not known here; known are TestCases, $schema, Comment'],
    ],
    [
      'a case that is no object',
      machines({ TestCases: { c: 'Ada' } }),
      [
        'StateMachines.M.TestCases.c is "Ada", expected an object from state name to name of a mocked response',
      ],
    ],
    [
      'a state with an inline response',
      machines({ TestCases: { c: { S: NOTHING } } }),
      ['StateMachines.M.TestCases.c.S is {"0":{"Return":1}}, expected the name of a mocked response'],
    ],
    [
      'a response that is not there',
      machines({ TestCases: { 'the case': { 'My state': 'Adda' } } }),
      [
        'StateMachines.M.TestCases["the case"]["My state"] is "Adda", expected a name in MockedResponses; did you mean Ada?',
      ],
    ],
    [
      'a response that is nowhere near',
      machines({ TestCases: { c: { S: 'Zebedee' } } }),
      ['StateMachines.M.TestCases.c.S is "Zebedee", expected a name in MockedResponses (Ada)'],
    ],
    [
      'a response that is a list',
      responses([NOTHING]),
      [
        'MockedResponses.R is [{"0":{"Return":1}}], expected an object from invocation numbers ("0", "1-3") to Return or Throw',
      ],
    ],
    [
      'a number that is none',
      responses({ first: { Return: 1 } }),
      ['MockedResponses.R.first is not an invocation number such as "0", or a range such as "1-3"'],
    ],
    [
      'a range backwards',
      responses({ '0': { Return: 1 }, '3-1': { Return: 1 } }),
      ['MockedResponses.R.3-1 is not an invocation number such as "0", or a range such as "1-3"'],
    ],
    [
      'a number that is too large',
      responses({ '0-99999999999': { Return: 1 } }),
      ['MockedResponses.R.0-99999999999 is not an invocation number such as "0", or a range such as "1-3"'],
    ],
    [
      'no number 0',
      responses({ '1': { Return: 1 } }),
      ['MockedResponses.R.1 leaves a gap: number 0 must be answered before it'],
    ],
    [
      'a gap',
      responses({ '0-1': { Return: 1 }, '5': { Return: 1 } }),
      ['MockedResponses.R.5 leaves a gap: the numbers 2 to 4 must be answered before it'],
    ],
    [
      'an overlap',
      responses({ '0-2': { Return: 1 }, '2': { Return: 1 } }),
      ['MockedResponses.R.2 overlaps: number 2 is answered already'],
    ],
    [
      'Return and Throw',
      responses({ '0': { Return: 1, Throw: { Error: 'E', Cause: 'c' } } }),
      ['MockedResponses.R.0 has both Return and Throw; one of them must go'],
    ],
    [
      'neither Return nor Throw',
      responses({ '0': {} }),
      ['MockedResponses.R.0 is {}, expected an object with Return or Throw'],
    ],
    [
      'an answer that is no object',
      responses({ '0': 'Return' }),
      ['MockedResponses.R.0 is "Return", expected an object with Return or Throw'],
    ],
    [
      'another member beside',
      responses({ '0': { Return: 1, Trow: 2 } }),
      ['MockedResponses.R.0.Trow is not known here; did you mean Throw?'],
    ],
    [
      'an error without a name',
      responses({ '0': { Throw: { Cause: 'c' } } }),
      [
        'MockedResponses.R.0.Throw.Error is missing; it must be the name of an error, such as Lambda.TooManyRequestsException',
      ],
    ],
    [
      'error and cause of other types',
      responses({ '0': { Throw: { Error: 5, Cause: {} } } }),
      [
        'MockedResponses.R.0.Throw.Error is 5, expected the name of an error',
        'MockedResponses.R.0.Throw.Cause is {}, expected a text',
      ],
    ],
    [
      'a name given twice',
      '{"StateMachines":{},"MockedResponses":{"R":{"0":{"Return":1},"0":{"Return":2}}}}',
      ['MockedResponses.R.0 is given twice'],
    ],
  ])('%s', (_what, file, expected) => {
    expect(problems(file)).toEqual(expected);
  });

  test('with line and column', () => {
    const text =
      '{\n  "StateMachines": {},\n  "MockedResponses": { "R": { "0": { "Return": 1, "Throw": {} } } }\n}';
    expect(parseMocks(text, 'a/b.json').problems.map(describeProblem)).toEqual([
      'a/b.json:3:51: MockedResponses.R.0 has both Return and Throw; one of them must go',
    ]);
  });

  test('a text that is not JSON is told with its place and nothing else', () => {
    const { file, problems } = parseMocks('{\n "StateMachines": {,}\n}', 'b.json');
    expect(file).toBeUndefined();
    expect(problems).toHaveLength(1);
    expect(describeProblem(problems[0]!)).toMatch(
      /^b\.json:2:20: the mock file is not JSON: Unexpected character/,
    );
  });

  test('of a thousand the first fifty are told', () => {
    const states = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`S${i}`, 'gone']));
    expect(problems(machines({ TestCases: { c: states } }))).toHaveLength(50);
  });
});

describe('what is no mistake', () => {
  test.each([
    ['a comment', { Comment: 'for tests', ...responses({ '0': { Return: 1 } }) }],
    ['a response without any number', responses({})],
    ['numbers in any order', responses({ '2-3': { Return: 1 }, '0': { Return: null }, '1': { Return: [] } })],
    ['an error without a cause', responses({ '0': { Throw: { Error: 'E' } } })],
    ['a case that mocks nothing', machines({ TestCases: { c: {} } })],
    [
      'names such as __proto__',
      '{"StateMachines":{"__proto__":{"TestCases":{}}},"MockedResponses":{"__proto__":{}}}',
    ],
  ])('%s', (_what, file) => {
    expect(problems(file)).toEqual([]);
  });
});

describe('the answer to an invocation', () => {
  const text = JSON.stringify({
    StateMachines: { M: { TestCases: { c: { S: 'R' } } } },
    MockedResponses: {
      R: {
        '0': { Return: { n: 0 } },
        '1-3': { Throw: { Error: 'E', Cause: 'c' } },
        '4': { Return: [4] },
      },
    },
  }).replace('"n":0', '"n":12345678901234567890');
  const response = parseMocks(text, 'm.json').file!.machines.get('M')!.get('c')!.get('S')!.response;

  test.each([
    [1, 'E'],
    [2, 'E'],
    [3, 'E'],
  ])('number %i is in the range', (invocation, error) => {
    expect(answerOf(response, 'S', invocation)).toEqual({ status: 'failed', error, cause: 'c' });
  });

  test('numbers stand for themselves, and keep what a double cannot carry', () => {
    const [first, last] = [0, 4].map((invocation) => answerOf(response, 'S', invocation));
    expect(first!.status === 'succeeded' && first!.output.text).toBe('{"n":12345678901234567890}');
    expect(last!.status === 'succeeded' && last!.output.text).toBe('[4]');
  });

  test('beyond the last is States.Runtime', () => {
    expect(answerOf(response, 'S', 5)).toEqual({
      status: 'failed',
      error: 'States.Runtime',
      cause:
        "The mocked response 'R' has no answer to invocation number 5 of the state 'S' (counted from 0): its last is number 4.",
    });
  });
});
