// The server as a whole: what it puts together at the start, what it leaves when it cannot start, and how it ends.

import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../src/config/load.ts';
import { ConfigError } from '../src/config/problem.ts';
import { DefinitionRefused } from '../src/deploy.ts';
import { type RunningServer, startServer } from '../src/server.ts';
import { StoreUnavailable } from '../src/store/store.ts';
import { VERSION } from '../src/version.ts';

const TASK = 'arn:aws:lambda:us-east-1:123456789012:function:nowhere';

let folder: string;
let running: RunningServer[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'treadle-server-'));
  running = [];
});
afterEach(async () => {
  for (const server of running) await server.close();
  rmSync(folder, { recursive: true });
});

function write(name: string, value: unknown): void {
  writeFileSync(join(folder, name), typeof value === 'string' ? value : JSON.stringify(value));
}

async function start(env: Record<string, string> = {}): Promise<RunningServer> {
  const more = { TREADLE_LISTEN: '127.0.0.1:0', TREADLE_LOGS_LEVEL: 'silent' };
  const server = await startServer(loadConfig({ folder, env: { ...more, ...env } }));
  running.push(server);
  return server;
}

async function close(server: RunningServer): Promise<void> {
  running = running.filter((other) => other !== server);
  await server.close();
}

const refusalOf = (starts: Promise<RunningServer>): Promise<unknown> =>
  starts.catch((error: unknown) => error);

async function call<Answer>(server: RunningServer, operation: string, input: object): Promise<Answer> {
  const response = await fetch(server.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `AWSStepFunctions.${operation}`,
    },
    body: JSON.stringify(input),
  });
  const answer = (await response.json()) as Answer;
  if (!response.ok) throw new Error(JSON.stringify(answer));
  return answer;
}

describe('a start', () => {
  it('tells where it answers and where its data is, and deploys what the configuration names', async () => {
    write('orders.asl.json', { StartAt: 'A', States: { A: { Type: 'Pass', End: true } } });
    const server = await start({ TREADLE_STATE_MACHINES: '*.asl.json' });
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(server.dataFolder).toBe(join(folder, '.treadle'));
    expect(server.deployed).toMatchObject([{ name: 'orders', change: 'created' }]);
    expect(server).toMatchObject({ warnings: [], recovered: 0 });
    const health = await fetch(`${server.url}/health`);
    expect(await health.json()).toEqual({ status: 'ok', version: VERSION });
    const { stateMachines } = await call<{ stateMachines: object[] }>(server, 'ListStateMachines', {});
    expect(stateMachines).toMatchObject([{ name: 'orders' }]);
  });

  it('shows an IPv6 address as a URL has it', async () => {
    const server = await start({ TREADLE_LISTEN: '[::1]:0' });
    expect(server.url).toMatch(/^http:\/\/\[::1\]:\d+$/);
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
  });

  it('takes up what the process before left, and says how much', async () => {
    const silent = createServer(() => {});
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    write('long.asl.json', { StartAt: 'A', States: { A: { Type: 'Task', Resource: TASK, End: true } } });
    const env = {
      TREADLE_STATE_MACHINES: 'long.asl.json',
      TREADLE_FUNCTIONS: JSON.stringify({ nowhere: { url } }),
    };
    const first = await start(env);
    const stateMachineArn = first.deployed[0]!.arn;
    const called = once(silent, 'request');
    const { executionArn } = await call<{ executionArn: string }>(first, 'StartExecution', {
      stateMachineArn,
    });
    await called;
    await close(first);
    const calledAgain = once(silent, 'request');
    const second = await start(env);
    expect(second).toMatchObject({ recovered: 1, deployed: [{ change: 'unchanged' }] });
    await calledAgain;
    const execution = await call<{ status: string }>(second, 'DescribeExecution', { executionArn });
    expect(execution.status).toBe('RUNNING');
    await call(second, 'StopExecution', { executionArn });
    silent.closeAllConnections();
    silent.close();
  });
});

describe('a start that fails leaves nothing open', () => {
  afterEach(async () => {
    // Address and data folder are free.
    expect((await start()).recovered).toBe(0);
  });

  it('when a definition is not valid', async () => {
    write('bad.asl.json', { StartAt: 'B', States: {} });
    expect(await refusalOf(start({ TREADLE_STATE_MACHINES: 'bad.asl.json' }))).toBeInstanceOf(
      DefinitionRefused,
    );
  });

  it('when the address is taken', async () => {
    const other = await start({ TREADLE_DATA: join(folder, 'other') });
    const taken = new URL(other.url).host;
    expect(await refusalOf(start({ TREADLE_LISTEN: taken }))).toMatchObject({ code: 'EADDRINUSE' });
  });

  it('when the mock file does not fit a definition', async () => {
    write('orders.asl.json', { StartAt: 'A', States: { A: { Type: 'Pass', End: true } } });
    write('mocks.json', {
      StateMachines: { orders: { TestCases: { one: { A: 'R' } } } },
      MockedResponses: { R: { '0': { Return: 1 } } },
    });
    const env = { TREADLE_STATE_MACHINES: 'orders.asl.json', TREADLE_MOCKS: 'mocks.json' };
    const refusal = await refusalOf(start(env));
    expect(refusal).toBeInstanceOf(ConfigError);
    expect((refusal as Error).message).toContain('A is a Pass state; only Task states are mocked');
  });
});

describe('a data folder', () => {
  it('has one server at a time', async () => {
    const first = await start();
    expect(await refusalOf(start())).toBeInstanceOf(StoreUnavailable);
    expect((await fetch(`${first.url}/health`)).status).toBe(200);
    await close(first);
    expect((await start()).recovered).toBe(0);
  });
});

describe('readiness', () => {
  it('ends, and no start is acknowledged, when the data folder is removed from under the server', async () => {
    write('orders.asl.json', { StartAt: 'A', States: { A: { Type: 'Pass', End: true } } });
    const server = await start({ TREADLE_STATE_MACHINES: '*.asl.json' });
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    const stateMachineArn = server.deployed[0]!.arn;
    await call(server, 'StartExecution', { stateMachineArn });
    rmSync(join(folder, '.treadle'), { recursive: true });
    await expect(call(server, 'StartExecution', { stateMachineArn })).rejects.toThrow(
      /ServiceUnavailable.*treadle\.db to be the file that was opened, but it was moved or removed/,
    );
    await expect
      .poll(async () => (await fetch(`${server.url}/readyz`)).json(), { timeout: 5_000 })
      .toMatchObject({
        status: 'failing',
        failing: [{ check: 'files', message: expect.stringContaining('moved or removed') }],
      });
    expect((await fetch(`${server.url}/health`)).status).toBe(503);
    expect((await fetch(`${server.url}/livez`)).status).toBe(200);
  });
});

describe('a mock file', () => {
  const mocks = (...machines: string[]) => ({
    StateMachines: Object.fromEntries(machines.map((name) => [name, { TestCases: { one: { A: 'R' } } }])),
    MockedResponses: { R: { '0': { Return: 'mocked' } } },
  });

  it('is warned of when it names machines that are not deployed, the first five by name', async () => {
    write('orders.asl.json', { StartAt: 'A', States: { A: { Type: 'Task', Resource: TASK, End: true } } });
    write('mocks.json', mocks('orders', 'a', 'b'));
    const env = { TREADLE_STATE_MACHINES: 'orders.asl.json', TREADLE_MOCKS: 'mocks.json' };
    const two = await start(env);
    expect(two.warnings).toEqual([
      expect.stringMatching(
        /mocks\.json has test cases of state machines that are not in stateMachines: a, b$/,
      ),
    ]);
    await close(two);
    write('mocks.json', mocks('orders', 'a', 'b', 'c', 'd', 'e', 'f', 'g'));
    expect((await start(env)).warnings[0]).toMatch(/stateMachines: a, b, c, d, e and 2 more$/);
  });

  it('is not warned of when no machine is deployed: they may come through the API', async () => {
    write('mocks.json', mocks('orders'));
    expect((await start({ TREADLE_MOCKS: 'mocks.json' })).warnings).toEqual([]);
  });
});
