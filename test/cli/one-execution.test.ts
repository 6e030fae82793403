// One execution of a folder that no server works on.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exportExecution, remove, stop } from '../../src/cli/commands/one-execution.ts';
import type { Output } from '../../src/cli/output.ts';
import { painter } from '../../src/cli/render/paint.ts';
import { loadConfig } from '../../src/config/load.ts';
import { startLocalEngine } from '../../src/server.ts';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';

let folder: string;
let data: string;
let arn: string;
const lines: string[] = [];
const out: Output = {
  stream: process.stdout,
  live: false,
  colour: false,
  paint: painter(false),
  line: (text = '') => lines.push(text),
};

async function withServer<T>(
  act: (call: (operation: string, input: object) => Promise<T>) => Promise<T>,
): Promise<T> {
  const config = loadConfig({ file: undefined, folder, env: {}, options: { data, 'logs.level': 'silent' } });
  const local = await startLocalEngine(config, { data });
  try {
    return await act((operation, input) => local.api.handle(operation, input) as Promise<T>);
  } finally {
    await local.close();
  }
}

beforeEach(async () => {
  lines.length = 0;
  folder = mkdtempSync(join(tmpdir(), 'treadle-one-'));
  data = join(folder, 'data');
  const definition = { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 1000, End: true } } };
  arn = await withServer(async (call) => {
    const made = (await call('CreateStateMachine', {
      name: 'm',
      definition: JSON.stringify(definition),
      roleArn: 'arn:aws:iam::123456789012:role/r',
    })) as unknown as { stateMachineArn: string };
    const started = await call('StartExecution', {
      stateMachineArn: made.stateMachineArn,
      name: 'a',
      input: '{"x":1}',
    });
    return (started as unknown as { executionArn: string }).executionArn as never;
  });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('while no server works on the folder', () => {
  it('stop ends an execution, as the next server shows', async () => {
    await stop(arn, { data, error: 'Mine', cause: 'enough' }, out);
    expect(lines).toEqual([`✓ stopped ${arn}`]);
    const [execution, history] = (await withServer(
      async (call) =>
        [
          await call('DescribeExecution', { executionArn: arn }),
          await call('GetExecutionHistory', { executionArn: arn }),
        ] as never,
    )) as unknown as [object, { events: { type: string }[] }];
    expect(execution).toMatchObject({ status: 'ABORTED', error: 'Mine', cause: 'enough' });
    expect(history.events.map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'WaitStateEntered',
      'ExecutionAborted',
    ]);
    await expect(stop(arn, { data }, out)).rejects.toThrow('ABORTED already');
  });

  it('export prints the execution and its events as JSON lines', async () => {
    await exportExecution(arn, { data }, out);
    const [execution, ...events] = lines.map((line) => JSON.parse(line));
    expect(execution).toMatchObject({ arn, status: 'RUNNING', definition: expect.stringContaining('Wait') });
    expect(events.map(({ type }) => type)).toEqual(['ExecutionStarted', 'WaitStateEntered']);
  });

  it('remove leaves nothing of it', async () => {
    await remove(arn, { data }, out);
    await expect(exportExecution(arn, { data }, out)).rejects.toThrow('There is no execution');
  });

  it('an Express execution that was acknowledged is stopped, and does not run at the next start', async () => {
    const express = arn.replace(':execution:', ':express:').replace(/:a$/, ':a:b');
    const store = openSqliteStore({ folder: data });
    const start = {
      stateMachineArn: 'm',
      name: 'a',
      revision: 1,
      input: '{}',
      startedAt: 1,
      mockCase: undefined,
    };
    await store.commit({ executions: [], expressStarted: [{ arn: express, ...start }], expressEnded: [] });
    await store.close();
    await exportExecution(express, { data }, out);
    expect(JSON.parse(lines[0]!)).toMatchObject({ arn: express, input: '{}' });
    await stop(express, { data }, out);
    await expect(remove(express, { data }, out)).rejects.toThrow('no unfinished Express execution');
  });
});

it('a folder without data, in use, or an ARN of something else are told apart', async () => {
  await expect(stop(arn, { data: join(folder, 'none') }, out)).rejects.toThrow('no treadle.db');
  await expect(stop('arn:aws:states:x:1:stateMachine:m', { data }, out)).rejects.toThrow(
    'not the ARN of an execution',
  );
  await withServer(async () => {
    await expect(stop(arn, { data }, out)).rejects.toThrow();
    return undefined as never;
  });
});
