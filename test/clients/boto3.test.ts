// boto3 against a real server: its paginators walk every list in pages of two, and its exceptions are those of the model.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestServer, type TestServer } from '../support/server.ts';
import { answers, clientEnvironment, run } from './programs.ts';

const boto3 = answers('python3', '-c', 'import boto3');

test('boto3 is installed where it must be', () => {
  expect(boto3 || process.env['CI'] === undefined, 'Expected python3 with boto3').toBe(true);
});

const PROGRAM = `
import boto3, json, sys
from botocore.config import Config
sfn = boto3.client('stepfunctions', config=Config(inject_host_prefix=False, retries={'max_attempts': 1}))
role = 'arn:aws:iam::123456789012:role/r'
text = json.dumps({'StartAt': 'A', 'States': {'A': {'Type': 'Pass', 'Next': 'B'}, 'B': {'Type': 'Succeed'}}})
arns = [sfn.create_state_machine(name=f'm{n}', definition=text, roleArn=role)['stateMachineArn'] for n in range(5)]
runs = [sfn.start_execution(stateMachineArn=arns[0], name=f'e{n}')['executionArn'] for n in range(5)]
for n in range(5): sfn.create_activity(name=f'a{n}')
def walk(name, key, **more):
    return [item for page in sfn.get_paginator(name).paginate(PaginationConfig={'PageSize': 2}, **more) for item in page[key]]
express = sfn.create_state_machine(name='x', definition=text, roleArn=role, type='EXPRESS')['stateMachineArn']
found = {
    'machines': [m['name'] for m in walk('list_state_machines', 'stateMachines')],
    'executions': [e['name'] for e in walk('list_executions', 'executions', stateMachineArn=arns[0])],
    'events': [e['id'] for e in walk('get_execution_history', 'events', executionArn=runs[0])],
    'activities': [a['name'] for a in walk('list_activities', 'activities')],
    'sync': sfn.start_sync_execution(stateMachineArn=express, input='{"a":1}')['output'],
}
try:
    sfn.describe_execution(executionArn=runs[0] + 'x')
except sfn.exceptions.ExecutionDoesNotExist as error:
    found['missing'] = error.response['Error']['Message']
json.dump(found, sys.stdout)
`;

describe.skipIf(!boto3)(`boto3${boto3 ? '' : ' (skipped: python3 has no boto3)'}`, () => {
  let t: TestServer;
  beforeAll(async () => {
    t = await openTestServer();
  });
  afterAll(() => t.dispose());

  test('walks every list and names what is missing', async () => {
    const found = JSON.parse(await run('python3', ['-c', PROGRAM], { env: clientEnvironment(t.url) }));
    const ended = 'arn:aws:states:us-east-1:123456789012:execution:m0:e0x';
    expect(found).toEqual({
      machines: ['m0', 'm1', 'm2', 'm3', 'm4', 'x'],
      executions: ['e4', 'e3', 'e2', 'e1', 'e0'],
      events: [1, 2, 3, 4, 5, 6],
      activities: ['a0', 'a1', 'a2', 'a3', 'a4'],
      sync: '{"a":1}',
      missing: `Execution Does Not Exist: '${ended}'`,
    });
  });
});
