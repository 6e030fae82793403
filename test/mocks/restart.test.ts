// A mocked execution whose server is killed in the middle: the answers go on where they were.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createServerProcess, type ServerProcess } from '../support/server-process.ts';
import { until } from '../support/until.ts';

let server: ServerProcess;
afterEach(() => server.dispose());

const LAMBDA = 'arn:aws:lambda:us-east-1:123456789012:function:nowhere';
const CALLBACK = 'arn:aws:states:::sqs:sendMessage.waitForTaskToken';

function writeMocks(answers: Record<string, object>): void {
  const [names, responses] = [Object.keys(answers), answers];
  const states = Object.fromEntries(names.map((name) => [name, name]));
  const file = { StateMachines: { m: { TestCases: { c: states } } }, MockedResponses: responses };
  writeFileSync(join(server.folder, 'MockConfigFile.json'), JSON.stringify(file));
}

async function begin(states: object): Promise<string> {
  const { stateMachineArn } = await server.call<{ stateMachineArn: string }>('CreateStateMachine', {
    name: 'm',
    definition: JSON.stringify({ StartAt: Object.keys(states)[0], States: states }),
    roleArn: 'arn:aws:iam::123456789012:role/r',
  });
  const { executionArn } = await server.call<{ executionArn: string }>('StartExecution', {
    stateMachineArn: `${stateMachineArn}#c`,
  });
  return executionArn;
}

async function ended(executionArn: string): Promise<{ status: string; output?: string; cause?: string }> {
  let execution: { status: string } | undefined;
  await until('the end of the execution', async () => {
    execution = await server.call<{ status: string }>('DescribeExecution', { executionArn });
    return execution.status !== 'RUNNING';
  });
  return execution!;
}

/** Asks twice for a number with a second between, then asks somebody. */
const TWICE = {
  Ask: { Type: 'Task', Resource: LAMBDA, ResultPath: '$.n', Next: 'Wait?' },
  'Wait?': { Type: 'Choice', Choices: [{ Variable: '$.n', NumericEquals: 0, Next: 'W' }], Default: 'Tell' },
  W: { Type: 'Wait', Seconds: 1, Next: 'Ask' },
  Tell: {
    Type: 'Task',
    Resource: CALLBACK,
    Parameters: { QueueUrl: 'https://q/1', MessageBody: { 'token.$': '$$.Task.Token' } },
    ResultPath: '$.told',
    End: true,
  },
};

test('a restart in the middle goes on with the next invocation', async () => {
  server = await createServerProcess({ SFN_MOCK_CONFIG: 'MockConfigFile.json' });
  writeMocks({ Ask: { '0': { Return: 0 }, '1': { Return: 1 } }, Tell: { '0': { Return: 'Ada' } } });
  await server.start();
  const executionArn = await begin(TWICE);
  await server.kill();
  await server.start();
  expect(await ended(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '{"n":1,"told":"Ada"}' });
});

test('after a restart without its test case nothing is called: the execution fails and says why', async () => {
  server = await createServerProcess({ SFN_MOCK_CONFIG: 'MockConfigFile.json' });
  writeMocks({ Ask: { '0': { Return: 0 } } });
  await server.start();
  const executionArn = await begin(TWICE);
  await server.kill();
  writeFileSync(join(server.folder, 'MockConfigFile.json'), '{"StateMachines":{},"MockedResponses":{}}');
  await server.start();
  expect(await ended(executionArn)).toMatchObject({
    status: 'FAILED',
    error: 'States.Runtime',
    cause:
      "The execution runs test case 'c' of state machine 'm', which the mock file does not hold any more.",
  });
});
