// Which state is tested, and how it ends. Source: TestState recorded from AWS, unless a test says what else.

import { afterAll, describe, expect, it } from 'vitest';
import { inline, JSONATA, openStateTester, parallel, ROLE, task } from './support.ts';

const tester = openStateTester(async ({ input }) =>
  (input as { Payload?: unknown }).Payload === 'bad'
    ? { status: 'failed', error: 'Lambda.Broken', cause: 'no' }
    : { status: 'completed', outputText: '{"Payload": {}}' },
);
afterAll(() => tester.close());
const { refusal, test } = tester;

const MACHINE = {
  StartAt: 'A',
  States: {
    A: { Type: 'Pass', Result: 1, Next: 'M' },
    M: inline({
      ItemProcessor: { StartAt: 'I', States: { I: { Type: 'Pass', Next: 'J' }, J: { Type: 'Fail' } } },
    }),
  },
};

describe('the state', () => {
  it('is the one of a definition that is a state, which may go on to any other', async () => {
    expect(await test({ Type: 'Pass', Next: 'Nowhere' }, 1)).toEqual({
      output: '1',
      nextState: 'Nowhere',
      status: 'SUCCEEDED',
    });
  });

  it('is the one with that name in a machine, however deep', async () => {
    expect(await test(MACHINE, 0, { stateName: 'A' })).toMatchObject({ output: '1', nextState: 'M' });
    expect(await test(MACHINE, 0, { stateName: 'I' })).toMatchObject({ output: '0', nextState: 'J' });
    expect(await refusal(MACHINE, { stateName: 'X' })).toBe(
      'ValidationException: State not found in definition',
    );
  });

  it('must be valid, and so must the machine', async () => {
    expect(await refusal(parallel({ Branches: [] }), { mock: { result: '[]' } })).toBe(
      "InvalidDefinition: Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: Value cannot be empty at /States/StateName/Branches'",
    );
    const missing = { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' } } };
    expect(await refusal(missing, { stateName: 'A' })).toContain(
      "Missing 'Next' target: B at /States/A/Next",
    );
  });
});

describe('what is given with it', () => {
  it('is {} without an input', async () => {
    expect(await test({ Type: 'Succeed' }, undefined)).toEqual({ output: '{}', status: 'SUCCEEDED' });
  });

  it('must be JSON, and the variables an object', async () => {
    const state = { Type: 'Succeed' };
    expect(await refusal(state, { input: '{' } as object)).toMatch(/^InvalidExecutionInput: /);
    expect(await refusal(state, { variables: '[]' })).toMatch(
      /^ValidationException: Expected variables to be/,
    );
    expect(await refusal(state, { roleArn: 'nobody' })).toBe(
      "InvalidArn: Invalid Arn: 'Invalid ARN prefix: nobody'",
    );
  });

  it('are variables that the state reads', async () => {
    const state = { ...JSONATA, Type: 'Pass', Output: '{% $x.y + $z %}', End: true };
    expect(await test(state, {}, { variables: '{"x": {"y": 1}, "z": 2}' })).toMatchObject({ output: '3' });
  });
});

describe('the end of a state', () => {
  it('is SUCCEEDED with where it goes, which a terminal state has not', async () => {
    const choice = {
      Type: 'Choice',
      Choices: [{ Variable: '$', NumericEquals: 1, Next: 'One' }],
      Default: 'D',
    };
    expect(await test(choice, 1)).toMatchObject({ status: 'SUCCEEDED', nextState: 'One' });
    expect(await test(choice, 2)).toMatchObject({ status: 'SUCCEEDED', nextState: 'D' });
    expect(await test({ Type: 'Succeed' }, 1)).toEqual({ output: '1', status: 'SUCCEEDED' });
  });

  it('is FAILED with an error and a cause that does not say where', async () => {
    expect(await test({ Type: 'Fail', Error: 'E', Cause: 'why' })).toEqual({
      error: 'E',
      cause: 'why',
      status: 'FAILED',
    });
    expect(await test(inline({ ItemsPath: '$.a' }), { a: 1 }, { mock: { result: '[]' } })).toEqual({
      error: 'States.Runtime',
      cause: 'Reference path "$.a" must point to array.',
      status: 'FAILED',
    });
    const broken = { ...JSONATA, Type: 'Pass', Output: '{% $error("no") %}', End: true };
    expect(await test(broken)).toMatchObject({
      error: 'States.QueryEvaluationError',
      cause: expect.stringMatching(/^The JSONata expression/),
    });
  });

  it('is that of the call when there is no mock', async () => {
    const Catch = [{ ErrorEquals: ['Lambda.Broken'], Next: 'N' }];
    const call = (state: object, payload: string) => test(state, { name: 'f', payload }, { roleArn: ROLE });
    expect(await call(task(), 'good')).toEqual({ output: '{"Payload": {}}', status: 'SUCCEEDED' });
    expect(await call(task(), 'bad')).toEqual({ error: 'Lambda.Broken', cause: 'no', status: 'FAILED' });
    expect(await call(task({ Catch }), 'bad')).toMatchObject({ status: 'CAUGHT_ERROR', nextState: 'N' });
    expect(
      await call(task({ Retry: Catch.map(({ ErrorEquals }) => ({ ErrorEquals })) }), 'bad'),
    ).toMatchObject({
      status: 'RETRIABLE',
      error: 'Lambda.Broken',
    });
  });

  it('is the same for a state inside a branch whose machine would go on', async () => {
    expect(await test(MACHINE, 0, { stateName: 'J' })).toEqual({ status: 'FAILED' });
  });
});

describe('secrets', () => {
  it('are revealed only where the configuration allows it', async () => {
    const more = { revealSecrets: true, roleArn: ROLE };
    expect(await refusal(task(), more)).toMatch(/^AccessDeniedException: .*http\.revealSecrets/);
    const open = openStateTester(
      async ({ trace }) => ({ status: 'completed', outputText: JSON.stringify(trace?.revealSecrets) }),
      true,
    );
    const input = { name: 'f', payload: 1 };
    expect(await open.test(task(), input, more)).toMatchObject({ output: 'true' });
    expect(await open.test(task(), input, { roleArn: ROLE })).toMatchObject({ output: 'false' });
    await open.close();
  });
});
