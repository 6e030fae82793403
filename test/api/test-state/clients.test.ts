// TestState by real clients over a socket: the AWS SDK for JavaScript always, the AWS CLI and boto3 where they are installed (the
// CLI always in CI). What clients print is parsed as their users would.

import { execFile, execFileSync } from 'node:child_process';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { SFNClient, TestStateCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLog } from '../../../src/base/log.ts';
import { type ApiServer, createApiServer } from '../../../src/http/listener.ts';
import { openStateTester, type StateTester, task } from './support.ts';

let tester: StateTester;
let server: ApiServer;
let port: number;

beforeAll(async () => {
  tester = openStateTester();
  server = createApiServer({
    handle: tester.api.handle,
    health: () => ({ status: 'ok', version: 'test' }),
    log: openLog('silent'),
  });
  await new Promise<void>((resolve) => server.server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.server.address() as AddressInfo);
});

afterAll(async () => {
  await server.close(1_000);
  await tester.close();
});

const GUARDED = JSON.stringify(
  task({
    Retry: [{ ErrorEquals: ['E'], IntervalSeconds: 3, MaxAttempts: 1 }],
    Catch: [{ ErrorEquals: ['E'], Next: 'Handler' }],
  }),
);
const INPUT = '{"name":"f","payload":1}';
const MOCK = { errorOutput: { error: 'E', cause: 'why' } };
const RETRIABLE = {
  status: 'RETRIABLE',
  error: 'E',
  cause: 'why',
  inspectionData: { errorDetails: { retryIndex: 0, retryBackoffIntervalSeconds: 3 } },
};
const ENVIRONMENT = {
  ...process.env,
  AWS_ACCESS_KEY_ID: 'any',
  AWS_SECRET_ACCESS_KEY: 'any',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
};

test('the AWS SDK for JavaScript gets the answer with its types, and errors by their names', async () => {
  const client = new SFNClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    disableHostPrefix: true,
    maxAttempts: 1,
  });
  const request = { definition: GUARDED, input: INPUT, mock: MOCK, inspectionLevel: 'DEBUG' } as const;
  expect(await client.send(new TestStateCommand(request))).toMatchObject(RETRIABLE);
  const caught = { ...request, stateConfiguration: { retrierRetryCount: 1 } };
  expect(await client.send(new TestStateCommand(caught))).toMatchObject({
    status: 'CAUGHT_ERROR',
    nextState: 'Handler',
  });
  const refused = client.send(new TestStateCommand({ definition: '{"Type":"Pass","End":true}', mock: MOCK }));
  await expect(refused).rejects.toMatchObject({
    name: 'ValidationException',
    message: "State type 'Pass' is not supported when a mock is specified",
  });
  client.destroy();
});

test('a client that puts sync- before the host name is answered, when it finds the host', async () => {
  const body = JSON.stringify({ definition: '{"Type":"Succeed"}', input: '1' });
  const answer = await new Promise<string>((resolve, reject) => {
    const headers = {
      host: `sync-localhost:${port}`,
      'x-amz-target': 'AWSStepFunctions.TestState',
      'content-type': 'application/x-amz-json-1.0',
    };
    const request = http.request({ port, host: '127.0.0.1', method: 'POST', headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => resolve(text));
    });
    request.on('error', reject).end(body);
  });
  expect(JSON.parse(answer)).toEqual({ output: '1', status: 'SUCCEEDED' });
});

const cli = runs('aws', '--version');

describe.skipIf(!cli)(`AWS CLI${cli ? '' : ' (skipped: the command aws is not on the PATH)'}`, () => {
  const aws = async (...args: readonly string[]): Promise<unknown> => {
    const { stdout } = await promisify(execFile)(
      'aws',
      [
        'stepfunctions',
        'test-state',
        ...args,
        '--endpoint-url',
        `http://127.0.0.1:${port}`,
        '--output',
        'json',
      ],
      { env: { ...ENVIRONMENT, AWS_PAGER: '', AWS_DISABLE_HOST_PREFIX_INJECTION: 'true' } },
    );
    return JSON.parse(stdout);
  };
  const mocked = ['--definition', GUARDED, '--input', INPUT, '--mock', JSON.stringify(MOCK)];

  test('tests a state', async () => {
    expect(await aws(...mocked, '--inspection-level', 'DEBUG')).toMatchObject(RETRIABLE);
    const configuration = '{"retrierRetryCount":1}';
    expect(await aws(...mocked, '--state-configuration', configuration)).toMatchObject({
      status: 'CAUGHT_ERROR',
      nextState: 'Handler',
    });
  });

  test('prints errors as AWS words them', async () => {
    await expect(aws('--definition', GUARDED)).rejects.toThrow(
      'An error occurred (ValidationException) when calling the TestState operation: RoleArn must be specified when testing a Task state',
    );
  });
});

const boto3 = runs('python3', '-c', 'import boto3');

describe.skipIf(!boto3)(`boto3${boto3 ? '' : ' (skipped: python3 cannot import it)'}`, () => {
  test('tests a state', async () => {
    const script = `
import boto3, json, sys
from botocore.config import Config
sfn = boto3.client("stepfunctions", endpoint_url=sys.argv[1], config=Config(inject_host_prefix=False))
definition, text = sys.argv[2:]
answer = sfn.test_state(definition=definition, input=text, inspectionLevel="DEBUG", mock=${JSON.stringify(MOCK)})
del answer["ResponseMetadata"]
print(json.dumps(answer))
`;
    const { stdout } = await promisify(execFile)(
      'python3',
      ['-c', script, `http://127.0.0.1:${port}`, GUARDED, INPUT],
      { env: ENVIRONMENT },
    );
    expect(JSON.parse(stdout)).toMatchObject(RETRIABLE);
  });
});

function runs(command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
