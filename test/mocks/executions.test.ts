// Executions of test cases through the API of a whole engine: what tasks answer, and what the history shows of it.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { type LocalEngine, startLocalEngine } from '../../src/server.ts';

const ROLE = 'arn:aws:iam::123456789012:role/r';
const LAMBDA = 'arn:aws:lambda:us-east-1:123456789012:function:nowhere';
const INVOKE = 'arn:aws:states:::lambda:invoke';

let folder: string;
let local: LocalEngine | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'treadle-mocks-'));
});
afterEach(async () => {
  await local?.close();
  local = undefined;
  rmSync(folder, { recursive: true, force: true });
});

/** @param cases of the machine `m`: case → state → answers */
function writeMocks(cases: Record<string, Record<string, object>>): void {
  const MockedResponses: Record<string, object> = {};
  const TestCases: Record<string, Record<string, string>> = {};
  for (const [name, states] of Object.entries(cases)) {
    TestCases[name] = {};
    for (const [state, answers] of Object.entries(states)) {
      TestCases[name][state] = `${name} ${state}`;
      MockedResponses[`${name} ${state}`] = answers;
    }
  }
  const file = { StateMachines: { m: { TestCases } }, MockedResponses };
  writeFileSync(join(folder, 'mocks.json'), JSON.stringify(file));
}

async function open(env: Record<string, string> = { SFN_MOCK_CONFIG: 'mocks.json' }): Promise<void> {
  const config = loadConfig({ folder, env: { TREADLE_LOGS_LEVEL: 'silent', ...env } });
  local = await startLocalEngine(config);
}

async function call<T>(operation: string, input: object): Promise<T> {
  return JSON.parse(JSON.stringify(await local!.api.handle(operation, input))) as T;
}

async function create(states: object, type = 'STANDARD', name = 'm'): Promise<string> {
  const definition = JSON.stringify({ StartAt: Object.keys(states)[0], States: states });
  const input = { name, definition, roleArn: ROLE, type };
  return (await call<{ stateMachineArn: string }>('CreateStateMachine', input)).stateMachineArn;
}

interface Outcome {
  readonly arn: string;
  readonly status: string;
  readonly output: unknown;
  readonly error: string | undefined;
  readonly cause: string | undefined;
}

async function run(stateMachineArn: string, input: unknown = {}): Promise<Outcome> {
  const started = { stateMachineArn, input: JSON.stringify(input) };
  const { executionArn } = await call<{ executionArn: string }>('StartExecution', started);
  return outcome(executionArn);
}

async function outcome(arn: string): Promise<Outcome> {
  const ended = await local!.engine.waitForEnd(arn);
  if (ended === undefined) throw new Error(`Expected ${arn} to end`);
  const { status, output, error, cause } = ended;
  return { arn, status, output: output?.value, error, cause };
}

async function history(executionArn: string): Promise<string[]> {
  const { events } = await call<{ events: { id: number; previousEventId: number; type: string }[] }>(
    'GetExecutionHistory',
    { executionArn },
  );
  return events.map(({ id, previousEventId, type }) => `${id}<${previousEventId} ${type}`);
}

describe('a mocked task', () => {
  test('succeeds with what is returned, before ResultSelector', async () => {
    writeMocks({ ok: { T: { '0': { Return: { StatusCode: 200, Payload: { a: 1.5 } } } } } });
    await open();
    const ResultSelector = { 'a.$': '$.Payload.a' };
    const arn = await create({
      T: { Type: 'Task', Resource: INVOKE, Parameters: { FunctionName: 'f' }, ResultSelector, End: true },
    });
    const { arn: executionArn, status, output } = await run(`${arn}#ok`);
    expect({ status, output }).toEqual({ status: 'SUCCEEDED', output: { a: 1.5 } });
    expect(await history(executionArn)).toEqual([
      '1<0 ExecutionStarted',
      '2<0 TaskStateEntered',
      '3<2 TaskScheduled',
      '4<3 TaskStarted',
      '5<4 TaskSucceeded',
      '6<5 TaskStateExited',
      '7<6 ExecutionSucceeded',
    ]);
    expect(await call('DescribeExecution', { executionArn })).toMatchObject({ stateMachineArn: arn });
  });

  test('fails with what is thrown; retries and later visits get the next answers', async () => {
    const busy = { Throw: { Error: 'Busy', Cause: 'later' } };
    const answers = { '0': busy, '1': { Return: 1 }, '2-3': busy, '4': { Return: 2 } };
    writeMocks({ c: { T: answers } });
    await open({ SFN_MOCK_CONFIG: 'mocks.json', WAIT_TIME_SCALE: '0.001' });
    const arn = await create({
      T: {
        Type: 'Task',
        Resource: INVOKE,
        Parameters: { FunctionName: 'f' },
        Retry: [{ ErrorEquals: ['Busy'] }],
        ResultPath: '$.n',
        Next: 'Again?',
      },
      'Again?': {
        Type: 'Choice',
        Choices: [{ Variable: '$.n', NumericEquals: 1, Next: 'T' }],
        Default: 'Done',
      },
      Done: { Type: 'Succeed' },
    });
    const { arn: executionArn, status, output } = await run(`${arn}#c`);
    expect({ status, output }).toEqual({ status: 'SUCCEEDED', output: { n: 2 } });
    const types = (await history(executionArn)).map((line) => line.split(' ')[1]);
    expect(types.filter((type) => type === 'TaskFailed')).toHaveLength(3);
    expect(types.filter((type) => type === 'TaskSucceeded')).toHaveLength(2);
  });

  test('is caught like any other', async () => {
    writeMocks({ c: { T: { '0': { Throw: { Error: 'E', Cause: 'c' } } } } });
    await open();
    const Catch = [{ ErrorEquals: ['E'], Next: 'Done' }];
    const arn = await create({
      T: { Type: 'Task', Resource: LAMBDA, Catch, End: true },
      Done: { Type: 'Succeed' },
    });
    expect(await run(`${arn}#c`)).toMatchObject({ status: 'SUCCEEDED', output: { Error: 'E', Cause: 'c' } });
  });

  test('fails beyond the last answer, and nothing retries or catches that', async () => {
    writeMocks({ c: { T: {} } });
    await open();
    const all = { ErrorEquals: ['States.ALL'] };
    const arn = await create({
      T: { Type: 'Task', Resource: LAMBDA, Retry: [all], Catch: [{ ...all, Next: 'Done' }], End: true },
      Done: { Type: 'Succeed' },
    });
    expect(await run(`${arn}#c`)).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      cause:
        "The mocked response 'c T' has no answer to invocation number 0 of the state 'T' (counted from 0): it has none.",
    });
  });

  test.each([
    ['what the function returns', { a: 1 }, { a: 1 }],
    ['the payload of an Invoke answer', { StatusCode: 200, Payload: { a: 1 } }, { a: 1 }],
    ['an object with Payload alone', { Payload: 1 }, { Payload: 1 }],
    ['null', null, null],
  ])('of a function ARN gives %s', async (_what, returned, output) => {
    writeMocks({ c: { T: { '0': { Return: returned } } } });
    await open();
    const arn = await create({ T: { Type: 'Task', Resource: LAMBDA, End: true } });
    const ended = await run(`${arn}#c`);
    expect(ended).toMatchObject({ status: 'SUCCEEDED', output });
    expect((await history(ended.arn))[4]).toBe('5<4 LambdaFunctionSucceeded');
  });

  test.each([
    [
      'sqs:sendMessage.waitForTaskToken',
      { QueueUrl: 'https://q/1', MessageBody: { 't.$': '$$.Task.Token' } },
    ],
    ['batch:submitJob.sync', { JobName: 'j', JobQueue: 'q', JobDefinition: 'd' }],
    [
      'states:startExecution.sync:2',
      { StateMachineArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:x' },
    ],
  ])('%s ends at once with all its events', async (resource, Parameters) => {
    writeMocks({ c: { T: { '0': { Return: { ok: true } } } } });
    await open();
    const arn = await create({
      T: { Type: 'Task', Resource: `arn:aws:states:::${resource}`, Parameters, End: true },
    });
    const { arn: executionArn, output } = await run(`${arn}#c`);
    expect(output).toEqual({ ok: true });
    expect(await history(executionArn)).toEqual([
      '1<0 ExecutionStarted',
      '2<0 TaskStateEntered',
      '3<2 TaskScheduled',
      '4<3 TaskStarted',
      '5<4 TaskSubmitted',
      '6<5 TaskSucceeded',
      '7<6 TaskStateExited',
      '8<7 ExecutionSucceeded',
    ]);
  });

  test('may be a service or an activity that nothing answers', async () => {
    writeMocks({ c: { A: { '0': { Return: 1 } }, B: { '0': { Return: 2 } } } });
    await open();
    const activity = 'arn:aws:states:us-east-1:123456789012:activity:never-made';
    const arn = await create({
      A: { Type: 'Task', Resource: activity, ResultPath: '$.a', Next: 'B' },
      B: {
        Type: 'Task',
        Resource: 'arn:aws:states:::eks:call',
        Parameters: {
          ClusterName: 'c',
          CertificateAuthority: 'x',
          Endpoint: 'https://e',
          Method: 'GET',
          Path: '/',
        },
        ResultPath: '$.b',
        End: true,
      },
    });
    const ended = await run(`${arn}#c`);
    expect(ended).toMatchObject({ status: 'SUCCEEDED', output: { a: 1, b: 2 } });
    expect((await history(ended.arn)).slice(2, 5)).toEqual([
      '3<2 ActivityScheduled',
      '4<3 ActivityStarted',
      '5<4 ActivitySucceeded',
    ]);
    expect(await run(arn)).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  });

  test('over the payload quota fails as a real result would', async () => {
    writeMocks({ c: { T: { '0': { Return: 'x'.repeat(300_000) } } } });
    await open();
    const arn = await create({ T: { Type: 'Task', Resource: LAMBDA, End: true } });
    expect(await run(`${arn}#c`)).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });
});

describe('iterations and branches', () => {
  const mapOf = (processor: object) => ({
    M: {
      Type: 'Map',
      ItemProcessor: {
        StartAt: 'T',
        States: { T: { Type: 'Task', Resource: LAMBDA, End: true } },
        ...processor,
      },
      End: true,
    },
  });

  test('of an inline Map count together, in order', async () => {
    writeMocks({ c: { T: { '0': { Return: 'a' }, '1': { Return: 'b' }, '2': { Return: 'c' } } } });
    await open();
    const arn = await create(mapOf({}));
    expect(await run(`${arn}#c`, [1, 2, 3])).toMatchObject({ status: 'SUCCEEDED', output: ['a', 'b', 'c'] });
    expect(await run(`${arn}#c`, [1, 2, 3, 4])).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  });

  test.each(['STANDARD', 'EXPRESS'])(
    'of a distributed Map (%s) count for themselves',
    async (ExecutionType) => {
      writeMocks({ c: { T: { '0': { Return: 'a' } } } });
      await open();
      const arn = await create(mapOf({ ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType } }));
      expect(await run(`${arn}#c`, [1, 2, 3])).toMatchObject({
        status: 'SUCCEEDED',
        output: ['a', 'a', 'a'],
      });
    },
  );
});

describe('states that a case does not name', () => {
  test('are called for real, here a nested execution with a test case of its own', async () => {
    writeMocks({ outer: { A: { '0': { Return: 'mocked' } } }, inner: { A: { '0': { Return: 'inner' } } } });
    await open();
    const child = await create({ C: { Type: 'Pass', Result: 'real', End: true } }, 'STANDARD', 'child');
    const nested = {
      Type: 'Task',
      Resource: 'arn:aws:states:::states:startExecution.sync:2',
      OutputPath: '$.Output',
    };
    const arn = await create({
      A: { Type: 'Task', Resource: LAMBDA, Next: 'B' },
      B: { ...nested, Parameters: { StateMachineArn: child, Input: {} }, End: true },
    });
    expect(await run(`${arn}#outer`)).toMatchObject({ status: 'SUCCEEDED', output: 'real' });
    const around = await create(
      { N: { ...nested, Parameters: { StateMachineArn: `${arn}#inner`, Input: {} }, End: true } },
      'STANDARD',
      'around',
    );
    expect(await run(around)).toMatchObject({ status: 'SUCCEEDED', output: 'real' });
  });
});

describe('Express executions', () => {
  test('run test cases, synchronously and not', async () => {
    writeMocks({ c: { T: { '0-1': { Throw: { Error: 'E', Cause: '' } }, '2': { Return: 3 } } } });
    await open({ SFN_MOCK_CONFIG: 'mocks.json', WAIT_TIME_SCALE: '0.001' });
    const Retry = [{ ErrorEquals: ['E'] }];
    const arn = await create({ T: { Type: 'Task', Resource: LAMBDA, Retry, End: true } }, 'EXPRESS');
    const answer = await call('StartSyncExecution', { stateMachineArn: `${arn}#c` });
    expect(answer).toMatchObject({ status: 'SUCCEEDED', output: '3', stateMachineArn: arn });
    expect(await run(`${arn}#c`)).toMatchObject({ status: 'SUCCEEDED', output: 3 });
  });

  test('survive a loop of thousands of mocked calls', async () => {
    writeMocks({ c: { T: { '0-2998': { Return: 0 }, '2999': { Return: 1 } } } });
    await open();
    const arn = await create(
      {
        T: { Type: 'Task', Resource: LAMBDA, Next: 'Again?' },
        'Again?': {
          Type: 'Choice',
          Choices: [{ Variable: '$', NumericEquals: 0, Next: 'T' }],
          Default: 'Done',
        },
        Done: { Type: 'Succeed' },
      },
      'EXPRESS',
    );
    expect(await call('StartSyncExecution', { stateMachineArn: `${arn}#c` })).toMatchObject({ output: '1' });
  });
});

describe('starting', () => {
  const T = { T: { Type: 'Task', Resource: LAMBDA, End: true } };
  const mock = { T: { '0': { Return: 1 } } };

  async function refused(stateMachineArn: string): Promise<unknown> {
    return call('StartExecution', { stateMachineArn }).then(
      () => undefined,
      (error: Error & { code: string }) => `${error.code}: ${error.message}`.replaceAll(folder, '.'),
    );
  }

  test('an unknown case, machine or state is refused, with what there is', async () => {
    writeMocks({ good: mock, odd: { Gone: { '0': { Return: 1 } } }, passes: { P: { '0': { Return: 1 } } } });
    await open();
    const arn = await create({
      ...T,
      P: { Type: 'Pass', End: true },
      T: { ...T.T, End: undefined, Next: 'P' },
    });
    const other = await create(T, 'STANDARD', 'other');
    expect(await refused(`${arn}#goood`)).toBe(
      "ValidationException: Expected a test case of the state machine 'm' in ./mocks.json, but got 'goood'; did you mean good?",
    );
    expect(await refused(`${arn}#`)).toMatch(/but got ''/);
    expect(await refused(`${other}#good`)).toBe(
      "ValidationException: Expected ./mocks.json to have test cases of the state machine 'other', but it has none (m)",
    );
    expect(await refused(`${arn}#odd`)).toBe(
      'ValidationException: ./mocks.json:1:66: StateMachines.m.TestCases.odd.Gone is not a state of the definition; expected a Task state (T)',
    );
    expect(await refused(`${arn}#passes`)).toMatch(/passes\.P is a Pass state; only Task states are mocked$/);
    expect(await refused(`${arn}x#good`)).toMatch(/^StateMachineDoesNotExist: /);
  });

  test('a case without a mock file is refused', async () => {
    await open({});
    const arn = await create(T);
    expect(await refused(`${arn}#good`)).toMatch(
      /^ValidationException: .*none is configured: set mocks in treadle\.yaml/,
    );
  });

  test('the same name with another case is another execution', async () => {
    writeMocks({ one: mock, two: mock });
    await open();
    const arn = await create({ W: { Type: 'Wait', Seconds: 60, Next: 'T' }, ...T });
    const name = 'n';
    const first = await call('StartExecution', { stateMachineArn: `${arn}#one`, name });
    expect(await call('StartExecution', { stateMachineArn: `${arn}#one`, name })).toEqual(first);
    await expect(call('StartExecution', { stateMachineArn: `${arn}#two`, name })).rejects.toMatchObject({
      code: 'ExecutionAlreadyExists',
    });
  });

  test('takes the file as it is then; what runs keeps the answers it started with', async () => {
    writeMocks({ c: { T: { '0': { Return: 'old' } } } });
    await open();
    const arn = await create({ W: { Type: 'Wait', Seconds: 1, Next: 'T' }, ...T });
    const { executionArn } = await call<{ executionArn: string }>('StartExecution', {
      stateMachineArn: `${arn}#c`,
    });
    writeMocks({ c: { T: { '0': { Return: 'new' } } } });
    const [before, after] = await Promise.all([outcome(executionArn), run(`${arn}#c`)]);
    expect([before.output, after.output]).toEqual(['old', 'new']);

    writeFileSync(join(folder, 'mocks.json'), '{"StateMachines": {}}');
    expect(await refused(`${arn}#c`)).toBe(
      'ValidationException: The mock file cannot be used: ./mocks.json:1:1: MockedResponses is missing; it must be an object from name to mocked response',
    );
    rmSync(join(folder, 'mocks.json'));
    expect(await refused(`${arn}#c`)).toMatch(/mocks\.json: the mock file does not exist$/);
    writeMocks({ c: { T: { '0': { Return: 'mended' } } } });
    expect(await run(`${arn}#c`)).toMatchObject({ output: 'mended' });
  });
});

test('waitTimeScale shortens Wait states and retries, and nothing in the data', async () => {
  await open({ WAIT_TIME_SCALE: '0.00001' });
  const arn = await create({
    W: { Type: 'Wait', Seconds: 3600, Next: 'U' },
    U: { Type: 'Wait', Timestamp: new Date(Date.now() + 3_600_000).toISOString(), End: true },
  });
  // Two hours that end before the test times out.
  expect(await run(arn, { a: 1 })).toMatchObject({ status: 'SUCCEEDED', output: { a: 1 } });
});
