// Which values TestState shows, by type of state and language. Source: TestState recorded from AWS; AWS, "Testing state machines
// with TestState API".

import { afterAll, describe, expect, it } from 'vitest';
import { distributed, ERROR, inline, JSONATA, openStateTester, parallel, ROLE, task } from './support.ts';

const tester = openStateTester(async () => ({ status: 'completed', outputText: '{"Payload": 1}' }));
afterAll(() => tester.close());
const { inspect, test } = tester;

const result = (value: unknown) => ({ result: JSON.stringify(value) });

describe('a state in JSONPath', () => {
  it('shows every filter of a Pass, also those that it leaves out', async () => {
    expect(await inspect({ Type: 'Pass', End: true }, { a: 1 })).toEqual({
      input: { a: 1 },
      afterInputPath: { a: 1 },
      afterParameters: { a: 1 },
      afterResultSelector: { a: 1 },
      afterResultPath: { a: 1 },
    });
    const filters = { InputPath: '$.b', Parameters: { 'p.$': '$.c' }, ResultPath: '$.r', OutputPath: '$.r' };
    expect(await inspect({ Type: 'Pass', ...filters, End: true }, { b: { c: 1 } })).toEqual({
      input: { b: { c: 1 } },
      afterInputPath: { c: 1 },
      afterParameters: { p: 1 },
      afterResultSelector: { p: 1 },
      afterResultPath: { b: { c: 1 }, r: { p: 1 } },
    });
  });

  it('shows the Result of a Pass instead of what it has no use for', async () => {
    const pass = { Type: 'Pass', InputPath: '$.b', Result: { r: 1 }, ResultPath: '$.x', End: true };
    expect(await inspect(pass, { a: 1 })).toEqual({
      input: { a: 1 },
      result: { r: 1 },
      afterResultSelector: { r: 1 },
      afterResultPath: { a: 1, x: { r: 1 } },
    });
  });

  it('shows what Choice, Succeed, Wait and Fail start from', async () => {
    const choice = { Type: 'Choice', Choices: [{ Variable: '$.a', NumericEquals: 1, Next: 'N' }] };
    const wait = { Type: 'Wait', Seconds: 0, End: true };
    for (const state of [choice, { Type: 'Succeed' }, wait, { Type: 'Fail', Error: 'E' }]) {
      expect(await inspect(state, { a: 1 })).toEqual({ input: { a: 1 }, afterInputPath: { a: 1 } });
    }
  });

  it('shows the result of a Task', async () => {
    const input = { name: 'f', payload: 1 };
    const shown = await inspect(task({ ResultSelector: { 'r.$': '$.Payload' } }), input, { roleArn: ROLE });
    expect(shown).toEqual({
      input,
      afterInputPath: input,
      afterParameters: { FunctionName: 'f', Payload: 1 },
      result: { Payload: 1 },
      afterResultSelector: { r: 1 },
      afterResultPath: { r: 1 },
    });
  });

  it('shows the items of a Map, what its iterations get, and its numbers', async () => {
    const map = distributed({
      ItemSelector: { 'n.$': '$$.Map.Item.Index', 'v.$': '$$.Map.Item.Value' },
      ItemBatcher: { MaxItemsPerBatch: 2, BatchInput: { 'b.$': '$.b' } },
      MaxConcurrency: 3,
      ToleratedFailureCount: 1,
      ToleratedFailurePercentage: 50,
    });
    const input = { items: ['x', 'y', 'z'], b: 9 };
    expect(await inspect(map, input, { mock: result(['r']) })).toEqual({
      input,
      afterInputPath: input,
      afterItemsPath: ['x', 'y', 'z'],
      maxConcurrency: 3,
      toleratedFailureCount: 1,
      toleratedFailurePercentage: 50,
      afterItemSelector: [
        { n: 0, v: 'x' },
        { n: 1, v: 'y' },
        { n: 2, v: 'z' },
      ],
      afterItemBatcher: [
        {
          BatchInput: { b: 9 },
          Items: [
            { n: 0, v: 'x' },
            { n: 1, v: 'y' },
          ],
        },
        { BatchInput: { b: 9 }, Items: [{ n: 2, v: 'z' }] },
      ],
      afterResultSelector: ['r'],
      afterResultPath: ['r'],
    });
  });

  it('shows what all iterations of an inline Map get, however few may run at once', async () => {
    const map = inline({ ItemSelector: { 'v.$': '$$.Map.Item.Value' }, MaxConcurrency: 1 });
    const items = Array.from({ length: 50 }, (_, v) => v);
    const shown = await inspect(map, items, { mock: result([]) });
    expect(shown['afterItemSelector']).toEqual(items.map((v) => ({ v })));
    expect(shown['maxConcurrency']).toBe(1);
  });

  it('shows what all children of a distributed Map get, in batches that go over slices', async () => {
    const items = Array.from({ length: 1_000 }, (_, v) => v);
    const map = distributed({
      ItemSelector: { 'v.$': '$$.Map.Item.Value' },
      ItemBatcher: { MaxItemsPerBatch: 300 },
    });
    const reading = {
      ...map,
      ItemReader: {
        Resource: 'arn:aws:states:::s3:getObject',
        ReaderConfig: { InputType: 'JSON' },
        Parameters: { Bucket: 'b', Key: 'k' },
      },
    };
    const stateConfiguration = { mapItemReaderData: JSON.stringify(items) };
    const shown = [
      await inspect(map, { items }, { mock: result([]) }),
      await inspect(reading, {}, { mock: result([]), stateConfiguration }),
    ];
    const selected = items.map((v) => ({ v }));
    for (const data of shown) {
      expect(data['afterItemSelector']).toEqual(selected);
      const batches = data['afterItemBatcher'] as { Items: object[] }[];
      expect(batches.map(({ Items }) => Items.length)).toEqual([300, 300, 300, 100]);
      expect(batches.flatMap(({ Items }) => Items)).toEqual(selected);
    }
  });

  it('shows only the steps that were reached', async () => {
    const input = { name: 'f', payload: 1 };
    expect(await inspect(task(), input, { mock: ERROR })).toEqual({
      input,
      afterInputPath: input,
      afterParameters: { FunctionName: 'f', Payload: 1 },
    });
    expect(await inspect(inline({ ItemsPath: '$.x' }), { x: {} }, { mock: result([]) })).toEqual({
      input: { x: {} },
      afterInputPath: { x: {} },
    });
  });

  // An assumption: only Parallels in JSONata are recorded.
  it('shows what the branches of a Parallel get, and no result', async () => {
    const state = parallel({ Parameters: { 'p.$': '$.a' }, ResultSelector: { 'r.$': '$[0]' } });
    expect(await inspect(state, { a: 1 }, { mock: result([7, 8]) })).toEqual({
      input: { a: 1 },
      afterInputPath: { a: 1 },
      afterParameters: { p: 1 },
      afterResultSelector: { r: 7 },
      afterResultPath: { r: 7 },
    });
  });

  it("does not take a catcher's ResultPath for the state's", async () => {
    const caught = task({ ResultPath: '$.r', Catch: [{ ErrorEquals: ['E'], ResultPath: '$.e', Next: 'N' }] });
    const input = { name: 'f', payload: 1 };
    expect(await inspect(caught, input, { mock: ERROR })).not.toHaveProperty('afterResultPath');
  });
});

describe('a state in JSONata', () => {
  it('shows the arguments and the result of a Task', async () => {
    const state = {
      ...{ ...JSONATA, Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage', End: true },
      Arguments: { QueueUrl: 'q', MessageBody: '{% $states.input.m %}' },
      Output: '{% $states.result.MessageId %}',
    };
    expect(await inspect(state, { m: 'hi' }, { mock: result({ MessageId: 'x' }) })).toEqual({
      input: { m: 'hi' },
      afterArguments: { QueueUrl: 'q', MessageBody: 'hi' },
      result: { MessageId: 'x' },
    });
  });

  it('shows neither arguments nor result of a Parallel, and the numbers of a Map', async () => {
    const branches = parallel({ ...JSONATA, Arguments: '{% $states.input.a %}' });
    expect(await inspect(branches, { a: 1 }, { mock: result([1, 2]) })).toEqual({ input: { a: 1 } });
    const map = { ...distributed({ ...JSONATA, Items: [1], MaxConcurrency: '{% 1 + 1 %}' }) };
    delete (map as { ItemsPath?: string }).ItemsPath;
    expect(await inspect(map, {}, { mock: result([1]) })).toEqual({ input: {}, maxConcurrency: 2 });
  });

  it('shows only the input of a Pass', async () => {
    expect(await inspect({ ...JSONATA, Type: 'Pass', Output: '{% 1 %}', End: true }, 2)).toEqual({
      input: 2,
    });
  });
});

describe('variables', () => {
  it('are those that were given and those that the state assigns', async () => {
    const state = { Type: 'Pass', Assign: { 'b.$': '$.x', 'c.$': '$a' }, End: true };
    const shown = await inspect(state, { x: 2 }, { variables: '{"a": 1, "b": 0}' });
    expect(shown['variables']).toEqual({ a: 1, b: 2, c: 1 });
  });

  it('are left out when there are none', async () => {
    expect(await inspect({ Type: 'Pass', End: true })).not.toHaveProperty('variables');
  });
});

describe('the details of an error', () => {
  const guarded = task({
    Retry: [
      { ErrorEquals: ['Other'] },
      { ErrorEquals: ['E'], IntervalSeconds: 2, BackoffRate: 2, MaxAttempts: 3, MaxDelaySeconds: 7 },
    ],
  });
  const retried = (retrierRetryCount: number) => ({
    mock: ERROR,
    stateConfiguration: { retrierRetryCount },
  });
  const input = { name: 'f', payload: 1 };

  it('are the retrier and how long it waits, which grows and is bounded', async () => {
    const waits = [];
    for (const count of [0, 1, 2])
      waits.push((await inspect(guarded, input, retried(count)))['errorDetails'] as object);
    expect(waits).toEqual([
      { retryIndex: 1, retryBackoffIntervalSeconds: 2 },
      { retryIndex: 1, retryBackoffIntervalSeconds: 4 },
      { retryIndex: 1, retryBackoffIntervalSeconds: 7 },
    ]);
  });

  it('are only the retrier when it has no attempts left', async () => {
    expect((await inspect(guarded, input, retried(3)))['errorDetails']).toEqual({ retryIndex: 1 });
  });

  it('are the catcher of an error that is caught', async () => {
    const Catch = [
      { ErrorEquals: ['Other'], Next: 'N' },
      { ErrorEquals: ['States.ALL'], Next: 'N' },
    ];
    const shown = await inspect({ ...guarded, Catch }, input, retried(3));
    expect(shown['errorDetails']).toEqual({ catchIndex: 1 });
  });
});

describe('the level of inspection', () => {
  const pass = { Type: 'Pass', End: true };

  it('INFO, which is the default, shows nothing of the way', async () => {
    expect(await test(pass, 1)).toEqual({ output: '1', status: 'SUCCEEDED' });
    expect(await test(pass, 1, { inspectionLevel: 'INFO' })).not.toHaveProperty('inspectionData');
  });

  it('TRACE shows as much as DEBUG of what is no HTTP Task', async () => {
    const [debug, trace] = [
      await test(pass, 1, { inspectionLevel: 'DEBUG' }),
      await test(pass, 1, { inspectionLevel: 'TRACE' }),
    ];
    expect(trace).toEqual(debug);
  });

  it('leaves out a value that is larger than an answer may hold', async () => {
    const many = 'x'.repeat(1_000);
    const map = inline({ ItemSelector: { many } });
    const shown = await inspect(
      map,
      Array.from({ length: 300 }, () => 0),
      { mock: result([]) },
    );
    expect(shown).not.toHaveProperty('afterItemSelector');
    expect(shown).toHaveProperty('afterItemsPath');
  });
});

describe('an HTTP Task at level TRACE', () => {
  const http = {
    Type: 'Task',
    Resource: 'arn:aws:states:::http:invoke',
    Parameters: {
      ApiEndpoint: 'https://shop.example/orders',
      Method: 'GET',
      Authentication: { ConnectionArn: 'arn:aws:events:us-east-1:123456789012:connection/shop/1' },
    },
    End: true,
  };
  const calls = openStateTester(async ({ trace }) => {
    const request = { method: 'GET', url: 'https://shop.example/orders', body: undefined };
    const headers = [['Accept', '*/*'] as const, ['X-B', '1'] as const];
    trace?.exchange({ request: { ...request, headers } });
    const response = { status: 200, statusText: 'OK', headers: [['Date', 'now'] as const], body: '{}' };
    trace?.exchange({ request: { ...request, headers }, response });
    return { status: 'completed', outputText: '{}' };
  });
  afterAll(() => calls.close());

  it('shows the request and the response', async () => {
    const { inspectionData } = await calls.test(http, {}, { roleArn: ROLE, inspectionLevel: 'TRACE' });
    expect(inspectionData).toMatchObject({
      request: {
        protocol: 'https',
        method: 'GET',
        url: 'https://shop.example/orders',
        headers: '[Accept: */*, X-B: 1]',
      },
      response: {
        protocol: 'https',
        statusCode: '200',
        statusMessage: 'OK',
        headers: '[Date: now]',
        body: '{}',
      },
    });
  });

  it('shows neither at level DEBUG', async () => {
    const { inspectionData } = await calls.test(http, {}, { roleArn: ROLE, inspectionLevel: 'DEBUG' });
    expect(inspectionData).not.toHaveProperty('request');
    expect(inspectionData).toHaveProperty('result');
  });
});
