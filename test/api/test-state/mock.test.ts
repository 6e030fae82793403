// The mock of TestState: what is refused, and what it brings about. Source: TestState recorded from AWS, unless a test says
// what else.

import { afterAll, describe, expect, it } from 'vitest';
import { distributed, ERROR, inline, JSONATA, openStateTester, parallel, ROLE, task } from './support.ts';

const tester = openStateTester();
afterAll(() => tester.close());
const { refusal, test } = tester;

const result = (value: unknown) => ({ result: JSON.stringify(value) });
const PASS = { Type: 'Pass', End: true };
const READER = {
  Resource: 'arn:aws:states:::s3:getObject',
  ReaderConfig: { InputType: 'JSON' },
  Parameters: { Bucket: 'b', Key: 'k' },
};
const WRITER = { Resource: 'arn:aws:states:::s3:putObject', Parameters: { Bucket: 'b' } };

describe('a mock is refused', () => {
  it.each([
    [
      'with both a result and an error',
      task(),
      { result: '{}', ...ERROR },
      'A test mock should have only one of the following fields: [result, errorOutput].',
    ],
    [
      'with neither',
      task(),
      {},
      'A test mock should have only one of the following fields: [result, errorOutput].',
    ],
    ['whose result is not JSON', task(), { result: '{' }, 'Mocked result must be valid JSON'],
    ['for a Pass', PASS, result(1), "State type 'Pass' is not supported when a mock is specified"],
    ['for a Fail', { Type: 'Fail' }, ERROR, "State type 'Fail' is not supported when a mock is specified"],
    [
      'for a Wait',
      { Type: 'Wait', Seconds: 1, End: true },
      ERROR,
      "State type 'Wait' is not supported when a mock is specified",
    ],
    ['whose result for a Map is no array', distributed(), result({}), 'Mocked result must be an array.'],
    [
      'whose result for a Map that writes is no object',
      distributed({ ResultWriter: WRITER }),
      result([]),
      'Mocked result must be a JSON object.',
    ],
    ['whose result for a Parallel is no array', parallel(), result({}), 'Mocked result must be an array.'],
    [
      'whose result for a Parallel lacks a branch',
      parallel(),
      result([1]),
      'Mocked result must contain the same number of items as number of Parallel branches.',
    ],
  ])('%s', async (_, state, mock, message) => {
    expect(await refusal(state, { mock })).toBe(`ValidationException: ${message}`);
  });

  it('with secrets to reveal', async () => {
    expect(await refusal(task(), { mock: result({}), revealSecrets: true })).toBe(
      'ValidationException: TestState does not support RevealSecrets when a mock is specified.',
    );
  });

  it('whose result is none of the service, unless it is not to be checked', async () => {
    const input = { name: 'f', payload: 1 };
    const mocked = (mode: 'STRICT' | 'PRESENT' | 'NONE') => ({
      mock: { ...result({ StatusCode: '200' }), fieldValidationMode: mode },
    });
    const text =
      "ValidationException: Mock result schema validation error: Field 'StatusCode' must be a number";
    expect(await refusal(task(), mocked('STRICT'), input)).toBe(text);
    expect(await refusal(task(), mocked('PRESENT'), input)).toBe(text);
    expect(await test(task(), input, mocked('NONE'))).toMatchObject({ status: 'SUCCEEDED' });
  });
});

describe('without a mock', () => {
  it('Maps and Parallels are not tested', async () => {
    const text =
      'InvalidDefinition: TestState API does not support Map or Parallel states. Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]';
    for (const state of [distributed(), inline(), parallel()]) expect(await refusal(state)).toBe(text);
  });

  // Source: AWS, "Testing state machines with TestState API": "only supports the following when a mock is specified".
  it.each([
    'arn:aws:states:us-east-1:123456789012:activity:a',
    'arn:aws:states:::ecs:runTask.sync',
    'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
  ])('%s is not tested', async (Resource) => {
    const state = { Type: 'Task', Resource, Parameters: { a: 1 }, End: true };
    expect(await refusal(state, { roleArn: ROLE })).toContain(
      `only with a mock, but there is none for '${Resource}'`,
    );
  });

  it('failed iterations and a context have no meaning', async () => {
    expect(await refusal(distributed(), { stateConfiguration: { mapIterationFailureCount: 0 } })).toBe(
      'ValidationException: TestState does not support MapIterationFailureCount when a mock is not specified.',
    );
    // Source: AWS, API reference of TestState: "may only be specified if a mock is specified".
    expect(await refusal(PASS, { context: '{}' })).toBe(
      'ValidationException: TestState does not support Context when a mock is not specified.',
    );
  });

  it('a Task must have a role', async () => {
    expect(await refusal(task())).toBe(
      'ValidationException: RoleArn must be specified when testing a Task state',
    );
  });
});

describe('a mocked result', () => {
  it('goes through the filters of a Task, whatever its pattern', async () => {
    const of = (Resource: string, mocked: object) =>
      test(
        { Type: 'Task', Resource, ...JSONATA, Arguments: {}, Output: '{% $states.result %}', Next: 'N' },
        {},
        { mock: result(mocked) },
      );
    const activity = 'arn:aws:states:us-east-1:123456789012:activity:nobody-made-it';
    for (const resource of [activity, 'arn:aws:lambda:us-east-1:123456789012:function:f']) {
      expect(await of(resource, { a: 1 })).toEqual({
        output: '{"a":1}',
        nextState: 'N',
        status: 'SUCCEEDED',
      });
    }
  });

  it('ends a job and a callback', async () => {
    const job = {
      ...{ Type: 'Task', Resource: 'arn:aws:states:::glue:startJobRun.sync', End: true },
      Parameters: { JobName: 'j' },
    };
    expect(await test(job, {}, { mock: result({ JobRunState: 'SUCCEEDED' }) })).toMatchObject({
      output: '{"JobRunState":"SUCCEEDED"}',
    });
    const callback = {
      ...{ Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken', Next: 'N' },
      Parameters: { QueueUrl: 'q', 'MessageBody.$': '$$.Task.Token' },
      ResultPath: '$.answer',
    };
    expect(await test(callback, { a: 1 }, { mock: result('yes') })).toMatchObject({
      output: '{"a":1,"answer":"yes"}',
      nextState: 'N',
    });
  });

  it('is the result of a Map, an inline one too, and of a Parallel', async () => {
    for (const [state, input] of [
      [distributed(), { items: [1] }],
      [inline(), [1]],
      [parallel(), 1],
    ] as const) {
      expect(await test(state, input, { mock: { result: '[1, 4]' } })).toEqual({
        output: '[1, 4]',
        status: 'SUCCEEDED',
      });
    }
  });
});

describe('a mocked error', () => {
  it('fails the state as it is', async () => {
    for (const [state, input] of [
      [distributed(), { items: [1] }],
      [inline(), [1]],
      [parallel(), 1],
    ] as const) {
      expect(await test(state, input, { mock: ERROR })).toEqual({
        error: 'E',
        cause: 'why',
        status: 'FAILED',
      });
    }
  });

  // Source: the sample "Step Functions Testing with TestState API" of AWS.
  it('is retried while there are attempts, then caught, with error and cause in the answer', async () => {
    const state = task({
      Retry: [{ ErrorEquals: ['E'], MaxAttempts: 2 }],
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Handler' }],
    });
    const input = { name: 'f', payload: 1 };
    const retried = (retrierRetryCount: number) =>
      test(state, input, { mock: ERROR, stateConfiguration: { retrierRetryCount } });
    const retriable = { error: 'E', cause: 'why', status: 'RETRIABLE' };
    expect([await retried(0), await retried(1)]).toEqual([retriable, retriable]);
    expect(await retried(2)).toEqual({
      output: '{"name":"f","payload":1,"error":{"Error":"E","Cause":"why"}}',
      error: 'E',
      cause: 'why',
      nextState: 'Handler',
      status: 'CAUGHT_ERROR',
    });
  });

  it('of a branch is also States.BranchFailed to a Parallel', async () => {
    const state = parallel({ Catch: [{ ErrorEquals: ['States.BranchFailed'], Next: 'N' }] });
    const stateConfiguration = { errorCausedByState: 'B' };
    expect(await test(state, 1, { mock: ERROR, stateConfiguration })).toMatchObject({
      status: 'CAUGHT_ERROR',
      nextState: 'N',
    });
  });

  it('must come from a state inside', async () => {
    const by = (errorCausedByState: string) => ({ mock: ERROR, stateConfiguration: { errorCausedByState } });
    expect(await test(distributed(), { items: [] }, by('Inner'))).toMatchObject({ status: 'FAILED' });
    expect(await refusal(distributed(), by('Outer'))).toContain(
      "Expected stateConfiguration.errorCausedByState to name a state inside the Map or Parallel state 'StateName', but got 'Outer'",
    );
    expect(
      await refusal(parallel(), { mock: result([1, 2]), stateConfiguration: { errorCausedByState: 'A' } }),
    ).toContain('Expected mock.errorOutput beside stateConfiguration.errorCausedByState');
  });
});

describe('failed iterations of a Map', () => {
  const OVER = {
    error: 'States.ExceedToleratedFailureThreshold',
    cause: 'The specified tolerated failure threshold was exceeded',
    status: 'FAILED',
  };
  const failed = (mapIterationFailureCount: number, more: object = {}) => ({
    mock: result([1]),
    stateConfiguration: { mapIterationFailureCount, ...more },
  });
  const input = { items: [1, 2, 3, 4] };

  it('fail it when they are more than it tolerates', async () => {
    const count = distributed({ ToleratedFailureCount: 2 });
    const percentage = distributed({ ToleratedFailurePercentage: 50 });
    for (const state of [count, percentage]) {
      expect(await test(state, input, failed(2))).toMatchObject({ status: 'SUCCEEDED' });
      expect(await test(state, input, failed(3))).toEqual(OVER);
    }
    expect(await test(distributed(), input, failed(1))).toEqual(OVER);
  });

  it('are an error that can be retried and caught', async () => {
    const name = 'States.ExceedToleratedFailureThreshold';
    const Catch = [{ ErrorEquals: [name], Next: 'N' }];
    expect(await test(distributed({ Catch }), input, failed(1))).toMatchObject({
      status: 'CAUGHT_ERROR',
      nextState: 'N',
    });
    const Retry = [{ ErrorEquals: [name] }];
    expect(await test(distributed({ Catch, Retry }), input, failed(1))).toMatchObject({
      status: 'RETRIABLE',
    });
  });

  it('give way to an error that is mocked', async () => {
    const more = { mock: ERROR, stateConfiguration: { mapIterationFailureCount: 4 } };
    expect(await test(distributed(), input, more)).toMatchObject({ error: 'E', cause: 'why' });
  });

  it('do nothing to an inline Map, which has no threshold', async () => {
    expect(await test(inline(), [1, 2], failed(2))).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('are not more than there are iterations', async () => {
    const text =
      'ValidationException: Map iteration failure count must be less than or equal to the number of Map iterations';
    expect(await refusal(distributed(), failed(5), input)).toBe(text);
    expect(await refusal(inline(), failed(3), [1, 2])).toBe(text);
    const reading = distributed({ ItemReader: READER });
    const data = { mapItemReaderData: '[1, 2]' };
    expect(await refusal(reading, failed(3, data), {})).toBe(text);
    expect(await test(reading, {}, failed(2, data))).toEqual(OVER);
  });
});

describe('what an ItemReader reads', () => {
  it('is given as it is at its source, and becomes the items', async () => {
    const state = distributed({
      ItemReader: {
        ...READER,
        ReaderConfig: { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' },
      },
      ItemSelector: { 'v.$': '$$.Map.Item.Value.b' },
    });
    const { inspectionData } = await test(
      state,
      {},
      {
        inspectionLevel: 'DEBUG',
        mock: result([1]),
        stateConfiguration: { mapItemReaderData: 'a,b\n1,2\n3,4\n' },
      },
    );
    expect(inspectionData).toMatchObject({ afterItemSelector: '[{"v":"2"},{"v":"4"}]' });
  });

  it('is looked at behind the pointer', async () => {
    const reader = { ...READER, ReaderConfig: { InputType: 'JSON', ItemsPointer: '/a/b' } };
    const { inspectionData } = await test(
      distributed({ ItemReader: reader }),
      {},
      {
        inspectionLevel: 'DEBUG',
        mock: result([1]),
        stateConfiguration: { mapItemReaderData: '{"a": {"b": [1, 2]}, "c": 3}' },
      },
    );
    expect(inspectionData).toMatchObject({ afterItemsPointer: '[1,2]', maxConcurrency: 0 });
  });

  it('fails the Map when it cannot be read', async () => {
    const more = { mock: result([1]), stateConfiguration: { mapItemReaderData: '{' } };
    expect(await test(distributed({ ItemReader: READER }), {}, more)).toMatchObject({
      error: 'States.ItemReaderFailed',
      status: 'FAILED',
    });
  });

  it('need not be given', async () => {
    const state = distributed({ ItemReader: READER, ItemSelector: { a: 1 } });
    expect(await test(state, {}, { mock: result([1]) })).toMatchObject({ status: 'SUCCEEDED' });
  });
});
