// Real clients over a real socket: the AWS SDK for JavaScript always, the AWS CLI when it is installed (always in CI).

import { execFile, execFileSync } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  GetExecutionHistoryCommand,
  ListStateMachinesCommand,
  paginateListExecutions,
  RedriveExecutionCommand,
  SFNClient,
  StartExecutionCommand,
  StartSyncExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLog } from '../../src/base/log.ts';
import { type ApiServer, createApiServer } from '../../src/http/listener.ts';
import { DEFINITION, openTestApi, PREFIX, ROLE, START, type TestApi } from './test-api.ts';

let t: TestApi;
let server: ApiServer;
let endpoint: string;
let client: SFNClient;

beforeAll(async () => {
  t = openTestApi();
  server = createApiServer({
    handle: t.api.handle,
    health: () => ({ status: 'ok', version: 'test' }),
    log: openLog('silent'),
  });
  await new Promise<void>((resolve) => server.server.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  client = new SFNClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    disableHostPrefix: true,
    maxAttempts: 1,
  });
  await t.machine('shared');
  await t.machine('express', { type: 'EXPRESS' });
});

afterAll(async () => {
  client.destroy();
  await server.close(1_000);
  await t.close();
});

const MACHINE = `${PREFIX}:stateMachine:shared`;

describe('AWS SDK for JavaScript', () => {
  test('creates, describes and lists state machines', async () => {
    const created = await client.send(
      new CreateStateMachineCommand({ name: 'sdk', definition: DEFINITION, roleArn: ROLE }),
    );
    expect(created.creationDate).toEqual(new Date(START));
    const described = await client.send(
      new DescribeStateMachineCommand({ stateMachineArn: created.stateMachineArn }),
    );
    expect(described).toMatchObject({ name: 'sdk', type: 'STANDARD', definition: DEFINITION });
    expect(described.$metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
    const { stateMachines } = await client.send(new ListStateMachinesCommand({}));
    expect(stateMachines?.map((machine) => machine.name)).toContain('sdk');
  });

  test('starts, watches and stops executions', async () => {
    const { executionArn, startDate } = await client.send(
      new StartExecutionCommand({ stateMachineArn: MACHINE, name: 'sdk', input: '{"a":"ü€😀"}' }),
    );
    expect(startDate).toEqual(new Date(START));
    const running = await client.send(new DescribeExecutionCommand({ executionArn }));
    expect(running).toMatchObject({ status: 'RUNNING', input: '{"a":"ü€😀"}' });
    const stopped = await client.send(new StopExecutionCommand({ executionArn, error: 'E' }));
    expect(stopped.stopDate).toEqual(new Date(START));
    const { events } = await client.send(new GetExecutionHistoryCommand({ executionArn }));
    expect(events?.map((event) => [event.id, event.type, event.executionAbortedEventDetails])).toEqual([
      [1, 'ExecutionStarted', undefined],
      [2, 'ExecutionAborted', { error: 'E' }],
    ]);
  });

  test('runs Express executions synchronously', async () => {
    const answer = await client.send(
      new StartSyncExecutionCommand({ stateMachineArn: `${PREFIX}:stateMachine:express`, input: '[1]' }),
    );
    expect(answer).toMatchObject({ status: 'SUCCEEDED', output: '[1]' });
  });

  test('pages through executions', async () => {
    const stateMachineArn = await t.machine('paged');
    for (let i = 0; i < 5; i++) await t.call('StartExecution', { stateMachineArn, name: `e${i}` });
    const names: (string | undefined)[] = [];
    for await (const page of paginateListExecutions({ client, pageSize: 2 }, { stateMachineArn })) {
      names.push(...(page.executions ?? []).map((execution) => execution.name));
    }
    expect(names).toEqual(['e4', 'e3', 'e2', 'e1', 'e0']);
  });

  test('throws errors under their AWS names', async () => {
    const missing = client.send(new DescribeStateMachineCommand({ stateMachineArn: `${MACHINE}_x` }));
    await expect(missing).rejects.toMatchObject({
      name: 'StateMachineDoesNotExist',
      message: `State Machine Does Not Exist: '${MACHINE}_x'`,
      $metadata: { httpStatusCode: 400 },
    });
    const executionArn = `${PREFIX}:execution:shared:unredrivable`;
    await client.send(new StartExecutionCommand({ stateMachineArn: MACHINE, name: 'unredrivable' }));
    await expect(client.send(new RedriveExecutionCommand({ executionArn }))).rejects.toMatchObject({
      name: 'ExecutionNotRedrivable',
      message: 'Execution is RUNNING and cannot be redriven',
    });
  });
});

const version = cliVersion();
const cli = version !== undefined;

test('the AWS CLI is installed where it must be', () => {
  if (!cli && process.env['CI'] === undefined) return;
  expect(cli, 'Expected the command aws on the PATH').toBe(true);
});

describe.skipIf(!cli)(`AWS CLI${cli ? '' : ' (skipped: the command aws is not on the PATH)'}`, () => {
  const aws = async (...args: readonly string[]): Promise<Record<string, unknown>> => {
    const pager = version === 1 ? [] : ['--no-cli-pager'];
    const { stdout } = await promisify(execFile)(
      'aws',
      ['stepfunctions', ...args, '--endpoint-url', endpoint, '--output', 'json', ...pager],
      {
        env: {
          ...process.env,
          AWS_ACCESS_KEY_ID: 'any',
          AWS_SECRET_ACCESS_KEY: 'any',
          AWS_DEFAULT_REGION: 'us-east-1',
          AWS_EC2_METADATA_DISABLED: 'true',
          AWS_CONFIG_FILE: '/dev/null',
          AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
        },
      },
    );
    return JSON.parse(stdout);
  };

  test('creates a machine, starts it and shows its history', async () => {
    const machine = await aws(
      ...['create-state-machine', '--name', 'cli', '--definition', DEFINITION, '--role-arn', ROLE],
    );
    const stateMachineArn = String(machine['stateMachineArn']);
    expect(stateMachineArn).toBe(`${PREFIX}:stateMachine:cli`);
    const run = await aws('start-execution', '--state-machine-arn', stateMachineArn, '--name', 'x');
    const executionArn = String(run['executionArn']);
    const history = await aws('get-execution-history', '--execution-arn', executionArn);
    expect(history['events']).toMatchObject([{ id: 1, type: 'ExecutionStarted' }]);
  });

  test('redrives an execution, and shows and lists it as redriven', async () => {
    const executionArn = `${PREFIX}:execution:shared:redriven`;
    const named = ['--execution-arn', executionArn];
    await aws('start-execution', '--state-machine-arn', MACHINE, '--name', 'redriven');
    await aws('stop-execution', ...named);
    const { redriveDate } = await aws('redrive-execution', ...named, '--client-token', 'once');
    expect(redriveDate).toBeDefined();
    expect(await aws('describe-execution', ...named)).toMatchObject({
      status: 'RUNNING',
      redriveCount: 1,
      redriveDate,
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution is RUNNING and cannot be redriven',
    });
    const list = ['list-executions', '--state-machine-arn', MACHINE, '--redrive-filter'];
    const names = async (filter: string) =>
      ((await aws(...list, filter))['executions'] as { name: string }[]).map(({ name }) => name);
    expect(await names('REDRIVEN')).toEqual(['redriven']);
    expect(await names('NOT_REDRIVEN')).not.toContain('redriven');
    const history = await aws('get-execution-history', ...named, '--reverse-order', '--max-items', '1');
    expect(history['events']).toMatchObject([
      { type: 'ExecutionRedriven', executionRedrivenEventDetails: { redriveCount: 1 } },
    ]);
    await expect(aws('redrive-execution', ...named)).rejects.toThrow(
      'An error occurred (ExecutionNotRedrivable) when calling the RedriveExecution operation: Execution is RUNNING and cannot be redriven',
    );
  });

  test('prints errors as AWS words them', async () => {
    const call = aws('describe-execution', '--execution-arn', `${PREFIX}:execution:shared:nobody`);
    await expect(call).rejects.toThrow(
      `An error occurred (ExecutionDoesNotExist) when calling the DescribeExecution operation: Execution Does Not Exist: '${PREFIX}:execution:shared:nobody'`,
    );
  });
});

/** @returns the CLI's major version; undefined when it is not installed. */
function cliVersion(): number | undefined {
  try {
    const text = execFileSync('aws', ['--version'], { encoding: 'utf8', stdio: 'pipe' });
    return Number(/^aws-cli\/(\d+)/.exec(text)?.[1]);
  } catch {
    return undefined;
  }
}
