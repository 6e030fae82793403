import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { TaskResource } from '../../../src/asl/program.ts';
import { createAws } from '../../../src/aws/aws.ts';
import type { JsonObject } from '../../../src/base/json.ts';
import { createStartExecution } from '../../../src/integrations/step-functions/start-execution.ts';
import {
  createRemoteStates,
  type StatesAnswer,
} from '../../../src/integrations/step-functions/states-api.ts';
import { NEVER, REGION, taskOf } from '../support.ts';

const SYNC: TaskResource = {
  kind: 'service',
  arn: 'arn:aws:states:::states:startExecution.sync',
  service: 'states',
  action: 'startExecution',
  pattern: 'sync',
  resource: 'startExecution.sync',
};
const PLAIN: TaskResource = { ...SYNC, pattern: 'request-response', resource: 'startExecution' };
const MACHINE = 'arn:aws:states:us-east-1:123456789012:stateMachine:child';
const EXISTS: StatesAnswer = {
  code: 'ExecutionAlreadyExists',
  message: 'Execution Already Exists',
  status: 400,
};

/** The integration over canned answers by operation; `asked` keeps what was sent. */
function integrationOver(answers: Readonly<Record<string, StatesAnswer>>) {
  const asked: { operation: string; input: JsonObject }[] = [];
  const integration = createStartExecution({
    async call(operation, input) {
      asked.push({ operation, input });
      return answers[operation]!;
    },
  });
  return { integration, asked };
}

test('the same attempt starts under the same name, another attempt under another', async () => {
  const { integration, asked } = integrationOver({
    StartExecution: { output: { executionArn: 'a', startDate: 1.5 } },
  });
  const task = taskOf(PLAIN, { StateMachineArn: MACHINE });
  for (const idempotencyToken of ['one', 'one', 'two']) {
    await integration.start({ ...task, idempotencyToken }, NEVER);
  }
  const names = asked.map(({ input }) => input['name']);
  expect(names[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(names[1]).toBe(names[0]);
  expect(names[2]).not.toBe(names[0]);
});

test('a child that an earlier delivery started, and that has ended, is found again', async () => {
  const { integration } = integrationOver({
    StartExecution: EXISTS,
    DescribeExecution: { output: { startDate: 1_700_000_000.123, status: 'SUCCEEDED' } },
  });
  const outcome = await integration.start(taskOf(PLAIN, { StateMachineArn: `${MACHINE}:7` }), NEVER);
  const output = JSON.parse(outcome.status === 'completed' ? outcome.outputText : '{}') as JsonObject;
  expect(output['ExecutionArn']).toMatch(
    /^arn:aws:states:us-east-1:123456789012:execution:child:[0-9a-f-]{36}$/,
  );
  expect(output['StartDate']).toBe(1_700_000_000_123);
});

test('a name that the definition gives is never taken for an earlier delivery', async () => {
  const { integration, asked } = integrationOver({ StartExecution: EXISTS });
  const outcome = await integration.start(taskOf(PLAIN, { StateMachineArn: MACHINE, Name: 'kid' }), NEVER);
  expect(outcome).toMatchObject({ error: 'StepFunctions.ExecutionAlreadyExistsException' });
  expect(asked).toHaveLength(1);
});

test.each<[StatesAnswer, string, string]>([
  [
    { code: 'ThrottlingException', message: 'Rate exceeded', status: 400 },
    'AWSStepFunctionsException',
    'Rate exceeded (Service: AWSStepFunctions; Status Code: 400; Error Code: ThrottlingException;',
  ],
  [{ code: 'ValidationException', message: 'no', status: 400 }, 'ValidationException', 'no (Service:'],
  [{ code: 'InvalidArn', message: 'no', status: 400 }, 'InvalidArnException', 'no (Service:'],
  [{ unreachable: 'Unable to execute HTTP request' }, 'SdkClientException', 'Unable to execute HTTP request'],
])('the answer %j has its name in Step Functions', async (answer, error, cause) => {
  const { integration } = integrationOver({ StartExecution: answer });
  const outcome = await integration.start(taskOf(PLAIN, { StateMachineArn: MACHINE }), NEVER);
  expect(outcome).toMatchObject({ status: 'failed', error: `StepFunctions.${error}` });
  expect(outcome.status === 'failed' && outcome.cause).toContain(cause);
});

test('waiting for a child ends with the signal', async () => {
  const integration = createStartExecution({
    call: async () => ({ output: { status: 'RUNNING' } }),
    ended: () => new Promise(() => {}),
  });
  const controller = new AbortController();
  const waits = integration.poll!(taskOf(SYNC, {}), { ExecutionArn: 'a' }, controller.signal);
  controller.abort();
  await expect(waits).rejects.toThrow('aborted');
});

let closeServer: (() => Promise<void>) | undefined;
afterEach(() => closeServer?.());

test('a child at another endpoint is started, looked at and stopped there', async () => {
  const asked: string[] = [];
  const read = async (request: IncomingMessage): Promise<string> => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    return body;
  };
  const answers: Record<string, object> = {
    DescribeStateMachine: { type: 'STANDARD' },
    StartExecution: { executionArn: 'arn:child', startDate: 1.7e9 },
    DescribeExecution: { executionArn: 'arn:child', status: 'RUNNING' },
    StopExecution: { __type: 'com.amazonaws.sfn#ExecutionDoesNotExist', message: 'gone' },
  };
  const server = createServer(async (request, response) => {
    const operation = String(request.headers['x-amz-target']).split('.')[1]!;
    asked.push(`${operation} ${await read(request)}`);
    response.writeHead(operation === 'StopExecution' ? 400 : 200).end(JSON.stringify(answers[operation]));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const aws = createAws({ region: REGION, endpoints: {} });
  closeServer = async () => {
    await aws.close();
    await new Promise((resolve) => server.close(resolve));
  };
  const integration = createStartExecution(createRemoteStates(aws, endpoint));
  const task = taskOf(SYNC, { StateMachineArn: MACHINE, Name: 'kid', Input: { a: 1 } });
  const started = await integration.start(task, NEVER);
  const submitted = JSON.parse(started.status === 'completed' ? started.outputText : '{}') as JsonObject;
  expect(submitted).toMatchObject({ ExecutionArn: 'arn:child', StartDate: 1_700_000_000_000 });
  expect(await integration.poll!(task, submitted, NEVER)).toEqual({ status: 'running' });
  await expect(integration.cancel!(task, submitted, NEVER)).rejects.toThrow('ExecutionDoesNotExist');
  expect(asked).toEqual([
    `DescribeStateMachine {"stateMachineArn":"${MACHINE}","includedData":"METADATA_ONLY"}`,
    `StartExecution {"stateMachineArn":"${MACHINE}","name":"kid","input":"{\\"a\\":1}"}`,
    'DescribeExecution {"executionArn":"arn:child"}',
    'StopExecution {"executionArn":"arn:child"}',
  ]);
});
