// Nested executions: every pattern of states:startExecution over the real engine, its store and its API.

import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTestServer, type TestServer } from '../support/server.ts';
import { until } from '../support/until.ts';

const START = 'arn:aws:states:::states:startExecution';
const PREFIX = 'arn:aws:states:us-east-1:123456789012';
const PASS = { P: { Type: 'Pass', Result: { b: 1 }, ResultPath: '$.r', End: true } };
const WAIT = { W: { Type: 'Wait', Seconds: 60, End: true } };
const FAIL = { F: { Type: 'Fail', Error: 'Broken', Cause: 'beyond repair' } };

let t: TestServer;
beforeEach(async () => {
  t = await openTestServer();
});
afterEach(() => t.dispose());

/** Starts a parent with one nested execution. @returns its ARN. */
async function begin(pattern: string, parameters: object, more: object = {}): Promise<string> {
  const stateMachineArn = await t.machine('parent', {
    S: { Type: 'Task', Resource: `${START}${pattern}`, Parameters: parameters, End: true, ...more },
  });
  return (await t.call('StartExecution', { stateMachineArn, name: 'one', input: '{"in":1.0}' })).executionArn;
}

async function running(machine: string): Promise<string[]> {
  const stateMachineArn = `${PREFIX}:stateMachine:${machine}`;
  const { executions } = await t.call('ListExecutions', { stateMachineArn, statusFilter: 'RUNNING' });
  return executions.map(({ executionArn }) => executionArn);
}

/** Waits until `machine` has so many running executions. */
async function untilRunning(machine: string, count: number): Promise<string[]> {
  let found: string[] = [];
  await until(`${count} running executions of ${machine}`, async () => {
    found = await running(machine);
    return found.length === count;
  });
  return found;
}

test('request-response: goes on as soon as the child has started', async () => {
  const stateMachineArn = await t.machine('child', WAIT);
  const ended = await t.ended(
    await begin('', { StateMachineArn: stateMachineArn, Name: 'kid', 'Input.$': '$' }),
  );
  const output = JSON.parse(ended.output!) as Record<string, unknown>;
  expect(Object.keys(output)).toEqual([
    'ExecutionArn',
    'SdkHttpMetadata',
    'SdkResponseMetadata',
    'StartDate',
  ]);
  expect(output).toMatchObject({
    ExecutionArn: `${PREFIX}:execution:child:kid`,
    SdkHttpMetadata: { HttpStatusCode: 200, HttpHeaders: { 'Content-Type': 'application/x-amz-json-1.0' } },
    StartDate: expect.any(Number),
  });
  const child = await t.call('DescribeExecution', { executionArn: `${PREFIX}:execution:child:kid` });
  expect(child).toMatchObject({ status: 'RUNNING', input: '{"in":1.0}' });
  expect(child.startDate).toBe((output['StartDate'] as number) / 1000);
});

test.each([
  ['an object', { a: [1] }, '{"a":[1]}'],
  ['JSON text', '{"a":  1}', '{"a":  1}'],
  ['null', null, '{}'],
  ['an array', [1, 2], '[1,2]'],
  ['nothing', undefined, '{}'],
])('Input as %s', async (_name, given, input) => {
  const stateMachineArn = await t.machine('child', WAIT);
  await t.ended(await begin('', { StateMachineArn: stateMachineArn, Name: 'kid', Input: given }));
  const child = await t.call('DescribeExecution', { executionArn: `${PREFIX}:execution:child:kid` });
  expect(child.input).toBe(input);
});

test.each([
  ['.sync', '{"a":1}', '{"a":1,"r":{"b":1}}'],
  ['.sync:2', { a: 1 }, { a: 1, r: { b: 1 } }],
])('%s: the result is the child’s description', async (pattern, input, output) => {
  const stateMachineArn = await t.machine('child', PASS);
  const parent = await begin(pattern, { StateMachineArn: stateMachineArn, Name: 'kid', Input: { a: 1 } });
  const ended = await t.ended(parent);
  expect(JSON.parse(ended.output!)).toEqual({
    ExecutionArn: `${PREFIX}:execution:child:kid`,
    Input: input,
    InputDetails: { Included: true },
    Name: 'kid',
    Output: output,
    OutputDetails: { Included: true },
    RedriveCount: 0,
    RedriveStatus: 'NOT_REDRIVABLE',
    RedriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
    StartDate: expect.any(Number),
    StateMachineArn: stateMachineArn,
    Status: 'SUCCEEDED',
    StopDate: expect.any(Number),
  });
  expect(await t.types(parent, 3)).toEqual([
    'TaskScheduled',
    'TaskStarted',
    'TaskSubmitted',
    'TaskSucceeded',
    'TaskStateExited',
    'ExecutionSucceeded',
  ]);
});

test.each(['.sync', '.sync:2'])(
  '%s: a child that fails is States.TaskFailed with its description',
  async (pattern) => {
    const stateMachineArn = await t.machine('child', FAIL);
    const parent = await begin(pattern, { StateMachineArn: stateMachineArn, Name: 'kid' });
    const ended = await t.ended(parent);
    expect(ended).toMatchObject({ status: 'FAILED', error: 'States.TaskFailed' });
    expect(Object.keys(JSON.parse(ended.cause!) as object).slice(0, 4)).toEqual([
      'Cause',
      'Error',
      'ExecutionArn',
      'Input',
    ]);
    expect(JSON.parse(ended.cause!)).toMatchObject({
      Cause: 'beyond repair',
      Error: 'Broken',
      Input: '{}',
      Status: 'FAILED',
    });
    expect(await t.types(parent, 5)).toEqual(['TaskSubmitted', 'TaskFailed', 'ExecutionFailed']);
  },
);

test('.sync: a child that is stopped or times out fails the task', async () => {
  const stateMachineArn = await t.machine('child', WAIT);
  const parent = await begin('.sync', { StateMachineArn: stateMachineArn, Name: 'kid' });
  const [child] = await untilRunning('child', 1);
  await t.call('StopExecution', { executionArn: child!, error: 'Enough' });
  const ended = await t.ended(parent);
  expect(JSON.parse(ended.cause!)).toMatchObject({ Status: 'ABORTED', Error: 'Enough' });
});

test('.waitForTaskToken: the child carries the token', async () => {
  const stateMachineArn = await t.machine('child', WAIT);
  const parent = await begin('.waitForTaskToken', {
    StateMachineArn: stateMachineArn,
    Name: 'kid',
    Input: { 'token.$': '$$.Task.Token' },
  });
  const [executionArn] = await untilRunning('child', 1);
  const child = await t.call('DescribeExecution', { executionArn: executionArn! });
  const { token } = JSON.parse(child.input!) as { token: string };
  await t.call('SendTaskSuccess', { taskToken: token, output: '"done"' });
  expect(await t.ended(parent)).toMatchObject({ status: 'SUCCEEDED', output: '"done"' });
  expect(await running('child')).toHaveLength(1);
});

test.each([
  [
    'unknown',
    { StateMachineArn: `${PREFIX}:stateMachine:nobody` },
    'StepFunctions.StateMachineDoesNotExistException',
    `State Machine Does Not Exist: '${PREFIX}:stateMachine:nobody' (Service: AWSStepFunctions; Status Code: 400; Error Code: StateMachineDoesNotExist; Request ID: `,
  ],
  [
    'of another region',
    { StateMachineArn: 'arn:aws:states:eu-west-1:123456789012:stateMachine:child' },
    'StepFunctions.StateMachineDoesNotExistException',
    "State Machine Does Not Exist: 'arn:aws:states:eu-west-1:123456789012:stateMachine:child' (",
  ],
  [
    'no ARN',
    { StateMachineArn: 'child' },
    'StepFunctions.InvalidArnException',
    "Invalid Arn: 'Invalid ARN prefix: child' (",
  ],
  [
    'an input that is no JSON',
    { StateMachineArn: `${PREFIX}:stateMachine:child`, Input: 'nonsense' },
    'StepFunctions.InvalidExecutionInputException',
    "Invalid State Machine Execution Input: 'Unrecognized token 'nonsense'",
  ],
  [
    'a bad name',
    { StateMachineArn: `${PREFIX}:stateMachine:child`, Name: 'a b' },
    'StepFunctions.InvalidNameException',
    "Invalid Name: 'a b' (",
  ],
])('a child that cannot start: %s', async (_name, parameters, error, cause) => {
  await t.machine('child', PASS);
  for (const pattern of ['', '.sync']) {
    const parent = await begin(pattern, parameters);
    const ended = await t.ended(parent);
    expect(ended.error).toBe(error);
    expect(ended.cause).toContain(cause);
    expect(ended.cause).toMatch(/; Proxy: null\)$/);
    expect(await t.types(parent, 3)).toEqual([
      'TaskScheduled',
      'TaskStarted',
      // Of a job: ASFHyP3/hyp3 805.
      pattern === '' ? 'TaskFailed' : 'TaskSubmitFailed',
      'ExecutionFailed',
    ]);
    await t.call('DeleteStateMachine', { stateMachineArn: `${PREFIX}:stateMachine:parent` });
    while ((await t.call('ListStateMachines', {})).stateMachines.some(({ name }) => name === 'parent'));
  }
});

test('a name in use is refused', async () => {
  const stateMachineArn = await t.machine('child', PASS);
  await t.ended((await t.call('StartExecution', { stateMachineArn, name: 'kid' })).executionArn);
  const ended = await t.ended(await begin('.sync', { StateMachineArn: stateMachineArn, Name: 'kid' }));
  expect(ended.error).toBe('StepFunctions.ExecutionAlreadyExistsException');
});

test.each([
  [{ Name: 'kid' }, 'The field "StateMachineArn" is required but was missing'],
  [{ StateMachineArn: 'a', Nonsense: 1 }, 'The field "Nonsense" is not supported by Step Functions'],
  [{ StateMachineArn: 5 }, "The value for the field 'StateMachineArn' must be a STRING"],
])('parameters %j fail the state before anything is scheduled', async (parameters, reason) => {
  const stateMachineArn = await t.machine('checked', {
    S: {
      Type: 'Task',
      QueryLanguage: 'JSONata',
      Resource: START,
      Arguments: `{% $parse('${JSON.stringify(parameters)}') %}`,
      End: true,
    },
  });
  const { executionArn } = await t.call('StartExecution', { stateMachineArn });
  const ended = await t.ended(executionArn);
  expect(ended.error).toBe('States.Runtime');
  expect(ended.cause).toContain(`could not be used to start the Task: [${reason}]`);
  expect(await t.types(executionArn, 3)).toEqual(['ExecutionFailed']);
});

test('an Express child starts by request-response only', async () => {
  const stateMachineArn = await t.machine('child', PASS, { type: 'EXPRESS' });
  const started = await t.ended(await begin('', { StateMachineArn: stateMachineArn, Name: 'kid' }));
  expect((JSON.parse(started.output!) as { ExecutionArn: string }).ExecutionArn).toContain(
    ':express:child:kid:',
  );
  const waiting = await t.machine('waiting', {
    S: {
      Type: 'Task',
      Resource: `${START}.sync`,
      Parameters: { StateMachineArn: stateMachineArn },
      End: true,
    },
  });
  const refused = await t.ended((await t.call('StartExecution', { stateMachineArn: waiting })).executionArn);
  expect(refused.error).toBe('StepFunctions.StateMachineTypeNotSupportedException');
});

test('a parent that is stopped or times out stops its child', async () => {
  const stateMachineArn = await t.machine('child', WAIT);
  const parent = await begin('.sync', { StateMachineArn: stateMachineArn, Name: 'kid' });
  const [child] = await untilRunning('child', 1);
  await t.call('StopExecution', { executionArn: parent });
  expect((await t.ended(child!)).status).toBe('ABORTED');
  const impatient = await t.machine('impatient', {
    S: {
      Type: 'Task',
      Resource: `${START}.sync`,
      Parameters: { StateMachineArn: stateMachineArn, Name: 'second' },
      TimeoutSeconds: 1,
      End: true,
    },
  });
  const { executionArn } = await t.call('StartExecution', { stateMachineArn: impatient });
  expect(await t.ended(executionArn)).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
  expect((await t.ended(`${PREFIX}:execution:child:second`)).status).toBe('ABORTED');
});

test('a child started by request-response outlives its parent', async () => {
  const stateMachineArn = await t.machine('child', WAIT);
  const parent = await begin('', { StateMachineArn: stateMachineArn, Name: 'kid' });
  await t.ended(parent);
  expect(await running('child')).toHaveLength(1);
});

test('after a restart the parent waits for the same child', async () => {
  const stateMachineArn = await t.machine('child', { W: { Type: 'Wait', Seconds: 1, End: true } });
  const parent = await begin('.sync:2', { StateMachineArn: stateMachineArn, Input: { a: 1 } });
  await untilRunning('child', 1);
  await t.restart();
  const ended = await t.ended(parent);
  expect(JSON.parse(ended.output!)).toMatchObject({ Status: 'SUCCEEDED', Output: { a: 1 } });
  const { executions } = await t.call('ListExecutions', { stateMachineArn });
  expect(executions).toHaveLength(1);
});

test('children of children end one after the other', async () => {
  let child = await t.machine('level-0', PASS);
  for (let level = 1; level <= 5; level++) {
    child = await t.machine(`level-${level}`, {
      S: {
        Type: 'Task',
        Resource: `${START}.sync:2`,
        Parameters: { StateMachineArn: child, 'Input.$': '$' },
        OutputPath: '$.Output',
        End: true,
      },
    });
  }
  const { executionArn } = await t.call('StartExecution', { stateMachineArn: child, input: '{"a":1}' });
  expect((await t.ended(executionArn)).output).toBe('{"a":1,"r":{"b":1}}');
});
