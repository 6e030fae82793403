// An HTTP task through the whole engine: what its history shows, and what it must not show.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { type LocalEngine, startLocalEngine } from '../../../src/server.ts';
import { connectionArn, json, type LoopbackServer, serve } from './support.ts';

let folder: string;
let server: LoopbackServer;
let local: LocalEngine;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'treadle-http-'));
  server = await serve(({ path }, response) => json(response, { path }, path === '/missing' ? 404 : 200));
  writeFileSync(
    join(folder, 'treadle.yaml'),
    `connections:
  test:
    basic: { username: user, password: { env: HTTP_TEST_PASSWORD } }
    headers: { X-Tenant: TOP-SECRET }
logs: { level: silent }
`,
  );
  process.env['HTTP_TEST_PASSWORD'] = 'TOP-SECRET';
  local = await startLocalEngine(loadConfig({ file: join(folder, 'treadle.yaml'), folder, env: {} }));
});

afterAll(async () => {
  delete process.env['HTTP_TEST_PASSWORD'];
  await local.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function historyOf(name: string, path: string, method = 'GET'): Promise<Record<string, unknown>[]> {
  const definition = JSON.stringify({
    StartAt: 'Call',
    States: {
      Call: {
        Type: 'Task',
        Resource: 'arn:aws:states:::http:invoke',
        Parameters: {
          ApiEndpoint: server.url + path,
          // Of the input: a method that is written out is checked when the machine is created.
          'Method.$': '$.method',
          Authentication: { ConnectionArn: connectionArn('test') },
        },
        End: true,
      },
    },
  });
  const roleArn = 'arn:aws:iam::123456789012:role/r';
  const machine = await local.api.handle('CreateStateMachine', { name, definition, roleArn });
  const { stateMachineArn } = machine as { stateMachineArn: string };
  const started = await local.api.handle('StartExecution', {
    stateMachineArn,
    input: JSON.stringify({ method }),
  });
  const { executionArn } = started as { executionArn: string };
  await local.engine.waitForEnd(executionArn);
  const history = await local.api.handle('GetExecutionHistory', { executionArn });
  return (history as { events: Record<string, unknown>[] }).events;
}

test('shows the parameters and the result, and nothing of the connection', async () => {
  const events = await historyOf('sound', '/found');
  expect(server.received.at(-1)!.headers).toMatchObject({
    authorization: `Basic ${btoa('user:TOP-SECRET')}`,
    'x-tenant': 'TOP-SECRET',
  });
  const text = JSON.stringify(events);
  expect(text).not.toContain('TOP-SECRET');
  expect(text).not.toContain(btoa('user:TOP-SECRET'));
  expect(events.map(({ type }) => type)).toEqual([
    'ExecutionStarted',
    'TaskStateEntered',
    'TaskScheduled',
    'TaskStarted',
    'TaskSucceeded',
    'TaskStateExited',
    'ExecutionSucceeded',
  ]);
  expect(events[2]!['taskScheduledEventDetails']).toMatchObject({
    resourceType: 'http',
    resource: 'invoke',
    parameters: JSON.stringify({
      ApiEndpoint: `${server.url}/found`,
      Authentication: { ConnectionArn: connectionArn('test') },
      // What is evaluated comes after what is written out.
      Method: 'GET',
    }),
  });
});

test('shows a status as the error of the task', async () => {
  const events = await historyOf('missing', '/missing');
  expect(events.find(({ type }) => type === 'TaskFailed')!['taskFailedEventDetails']).toEqual({
    resourceType: 'http',
    resource: 'invoke',
    error: 'States.Http.StatusCode.404',
    cause: 'Not Found',
  });
});

test('fails the state before it is scheduled when the parameters cannot be', async () => {
  const before = server.received.length;
  const events = await historyOf('bad', '/', 'FETCH');
  expect(events.map(({ type }) => type)).toEqual(['ExecutionStarted', 'TaskStateEntered', 'ExecutionFailed']);
  expect(events.at(-1)!['executionFailedEventDetails']).toMatchObject({
    error: 'States.Runtime',
    cause: expect.stringContaining("[The value of the field 'Method' has an invalid format]"),
  });
  expect(server.received).toHaveLength(before);
});
