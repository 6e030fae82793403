// The mock file while Treadle runs: read anew when it has changed, and held against definitions.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ConfigError, describeProblem } from '../../src/config/problem.ts';
import { openMocks, readMocks } from '../../src/mocks/open.ts';

const DEFINITION = JSON.stringify({
  StartAt: 'Ask',
  States: {
    Ask: { Type: 'Task', Resource: 'arn:aws:lambda:us-east-1:123456789012:function:f', Next: 'Each' },
    Each: {
      Type: 'Map',
      ItemProcessor: {
        StartAt: 'Tell',
        States: {
          Tell: { Type: 'Task', Resource: 'arn:aws:states:::sns:publish', Parameters: {}, End: true },
        },
      },
      Next: 'Done',
    },
    Done: { Type: 'Succeed' },
  },
});

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'treadle-mocks-'));
  path = join(folder, 'mocks.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** @param cases of the machine `orders`: case → state → what it returns first. */
function write(cases: Record<string, Record<string, unknown>>): void {
  const MockedResponses: Record<string, object> = {};
  const TestCases = Object.fromEntries(
    Object.entries(cases).map(([name, states]) => [
      name,
      Object.fromEntries(
        Object.entries(states).map(([state, Return]) => {
          MockedResponses[`${name} ${state}`] = { '0': { Return } };
          return [state, `${name} ${state}`];
        }),
      ),
    ]),
  );
  writeFileSync(path, JSON.stringify({ StateMachines: { orders: { TestCases } }, MockedResponses }));
}

const answerTo = (mocks: ReturnType<typeof openMocks>, testCase: string, state: string, invocation = 0) =>
  mocks.find('orders', testCase)?.answer(state, invocation);

describe('an open mock file', () => {
  test('names its machines and their cases, and answers for the states of a case', () => {
    write({ found: { Ask: 1 }, busy: { Ask: 2, Tell: 3 } });
    const mocks = openMocks(path);
    expect(mocks.machines()).toEqual(['orders']);
    expect(mocks.cases('orders')).toEqual(['found', 'busy']);
    expect(mocks.cases('others')).toEqual([]);
    expect(mocks.find('others', 'found')).toBeUndefined();
    expect(mocks.find('orders', 'none')).toBeUndefined();
    const found = mocks.find('orders', 'found')!;
    expect([found.mocks('Ask'), found.mocks('Tell')]).toEqual([true, false]);
    expect(found.answer('Ask', 0)).toMatchObject({ status: 'succeeded' });
    expect(found.answer('Tell', 0)).toBeUndefined();
    expect(found.answer('Ask', 1)).toMatchObject({ status: 'failed', error: 'States.Runtime' });
  });

  test('is read again when it has changed, and a case that was found before answers as before', () => {
    write({ found: { Ask: 1 } });
    const mocks = openMocks(path);
    const before = mocks.find('orders', 'found')!;
    write({ found: { Ask: 'new' }, more: { Ask: 2 } });
    expect(answerTo(mocks, 'found', 'Ask')).toMatchObject({ output: { text: '"new"' } });
    expect(mocks.complaint('orders', DEFINITION, 'more')).toBeUndefined();
    expect(before.answer('Ask', 0)).toMatchObject({ output: { text: '1' } });
  });

  test('that has become wrong says so to who starts, and executions go on with what it was', () => {
    write({ found: { Ask: 1 } });
    const mocks = openMocks(path);
    writeFileSync(path, '{');
    expect(mocks.complaint('orders', DEFINITION, 'found')).toContain('The mock file cannot be used: ');
    expect(answerTo(mocks, 'found', 'Ask')).toMatchObject({ output: { text: '1' } });
    write({ found: { Ask: 5 } });
    expect(mocks.complaint('orders', DEFINITION, 'found')).toBeUndefined();
    expect(answerTo(mocks, 'found', 'Ask')).toMatchObject({ output: { text: '5' } });
  });

  test('that has been removed says so', () => {
    write({ found: { Ask: 1 } });
    const mocks = openMocks(path);
    rmSync(path);
    expect(mocks.complaint('orders', DEFINITION, 'found')).toMatch(/the mock file does not exist$/);
  });

  test('is refused with all that is wrong with it', () => {
    writeFileSync(path, '{"StateMachines": 1, "MockedResponses": []}');
    const refusal = (() => {
      try {
        return openMocks(path);
      } catch (error) {
        return error;
      }
    })();
    expect(refusal).toBeInstanceOf(ConfigError);
    expect((refusal as ConfigError).problems).toHaveLength(2);
    expect(readMocks(join(folder, 'absent.json')).problems.map(describeProblem).join()).toContain(
      'the mock file does not exist',
    );
  });
});

describe('a test case and a definition', () => {
  test('fit when the case names Task states, at any depth', () => {
    write({ found: { Ask: 1, Tell: 2 } });
    const mocks = openMocks(path);
    expect(mocks.complaint('orders', DEFINITION, 'found')).toBeUndefined();
    expect(mocks.misfits('orders', DEFINITION)).toEqual([]);
  });

  test('do not fit when the case names another state or none: the place, and the state that was meant', () => {
    write({ found: { Ask: 1 }, other: { Each: 1 }, wrong: { Tel: 1 } });
    const mocks = openMocks(path);
    const problems = mocks.misfits('orders', DEFINITION).map(describeProblem);
    expect(problems).toEqual([
      expect.stringMatching(/mocks\.json:1:\d+: .*other.*Each is a Map state; only Task states are mocked$/),
      expect.stringMatching(
        /mocks\.json:1:\d+: .*wrong.*Tel is not a state of the definition; expected a Task state; did you mean Tell\?$/,
      ),
    ]);
    expect(mocks.complaint('orders', DEFINITION, 'other')).toBe(problems[0]);
    expect(mocks.complaint('orders', DEFINITION, 'found')).toBeUndefined();
    expect(mocks.misfits('others', DEFINITION)).toEqual([]);
  });

  test('are not known: the names that were meant', () => {
    write({ found: { Ask: 1 } });
    const mocks = openMocks(path);
    expect(mocks.complaint('order', DEFINITION, 'found')).toMatch(
      /to have test cases of the state machine 'order', but it has none.*orders/,
    );
    expect(mocks.complaint('orders', DEFINITION, 'foun')).toMatch(/but got 'foun'.*found/);
  });
});
