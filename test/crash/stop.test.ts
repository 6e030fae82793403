// SIGTERM while everything that could hold a process up is under way: the real process ends by itself, and the next one goes on.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createServerProcess, type ServerProcess } from '../support/server-process.ts';
import { until } from '../support/until.ts';

const ROLE = 'arn:aws:iam::123456789012:role/r';

let server: ServerProcess;
let maps: string;
beforeEach(async () => {
  maps = mkdtempSync(join(tmpdir(), 'treadle-maps-'));
  const functions = { hang: { handler: 'hang.handler', timeout: 900 } };
  server = await createServerProcess({
    TREADLE_FUNCTIONS: JSON.stringify(functions),
    TREADLE_LIMITS_HISTORY_EVENTS: '10000000',
    TREADLE_MAPS_ROOT: maps,
    TREADLE_LOGS_LEVEL: 'error',
  });
  writeFileSync(
    join(server.folder, 'hang.mjs'),
    'export const handler = () => new Promise(() => setInterval(() => {}, 1e6));',
  );
});
afterEach(async () => {
  await server.dispose();
  rmSync(maps, { recursive: true, force: true });
});

async function create(name: string, type: 'STANDARD' | 'EXPRESS', definition: object): Promise<string> {
  const machine = { name, type, roleArn: ROLE, definition: JSON.stringify(definition) };
  const { stateMachineArn } = await server.call<{ stateMachineArn: string }>('CreateStateMachine', machine);
  return stateMachineArn;
}

async function start(stateMachineArn: string, count: number): Promise<string[]> {
  const arns: string[] = [];
  for (let i = 0; i < count; i++) {
    const input = { stateMachineArn, input: '{"n":0}' };
    arns.push((await server.call<{ executionArn: string }>('StartExecution', input)).executionArn);
  }
  return arns;
}

/** With why, for whoever reads the failure of this test. */
const statusOf = async (executionArn: string): Promise<string> => {
  const { status, cause = '' } = await server.call<{ status: string; cause?: string }>('DescribeExecution', {
    executionArn,
  });
  return `${status}${cause}`;
};

const LOOP = {
  StartAt: 'Again',
  States: {
    Again: {
      Type: 'Choice',
      Choices: [{ Variable: '$.n', NumericEquals: 0, Next: 'Pass' }],
      Default: 'Never',
    },
    Pass: { Type: 'Pass', Next: 'Again' },
    Never: { Type: 'Succeed' },
  },
};
/** Expressions that take a good part of the second they may take, again and again. */
const SLOW = {
  QueryLanguage: 'JSONata',
  StartAt: 'Compute',
  States: {
    Compute: {
      Type: 'Pass',
      Assign: { s: '{% $sum([1..8000].($ * $)) %}' },
      Output: '{% $states.input %}',
      Next: 'Again',
    },
    Again: { Type: 'Choice', Choices: [{ Condition: '{% $s > 0 %}', Next: 'Compute' }], Default: 'Never' },
    Never: { Type: 'Succeed' },
  },
};

it('SIGTERM ends a process with endless loops, slow expressions, polls, reads and calls with code 0, and loses nothing', async () => {
  await server.start();
  const standard = await create('standard-loop', 'STANDARD', LOOP);
  const express = await create('express-loop', 'EXPRESS', LOOP);
  const slow = await create('slow', 'STANDARD', SLOW);
  const slowExpress = await create('slow-express', 'EXPRESS', SLOW);
  const hang = await create('hang', 'STANDARD', {
    StartAt: 'A',
    States: {
      A: { Type: 'Task', Resource: 'arn:aws:lambda:us-east-1:123456789012:function:hang', End: true },
    },
  });
  const waits = await create('waits', 'STANDARD', {
    StartAt: 'A',
    States: { A: { Type: 'Wait', Seconds: 600, End: true } },
  });
  const { activityArn } = await server.call<{ activityArn: string }>('CreateActivity', { name: 'work' });

  const waiting = await start(waits, 3);
  const called = await start(hang, 2);
  const loops = await start(standard, 4);
  await start(express, 10);
  const computing = await start(slow, 2);
  await start(slowExpress, 5);
  // Their connections are cut or answered: either is an end.
  let open = 0;
  const ended = (call: Promise<unknown>): Promise<void> => {
    open++;
    return call.then(
      () => void open--,
      () => void open--,
    );
  };
  void ended(server.call('GetActivityTask', { activityArn }));
  void ended(server.call('StartSyncExecution', { stateMachineArn: express, input: '{"n":0}' }));
  let reading = true;
  const reads = (async () => {
    while (reading)
      await server
        .call('GetExecutionHistory', { executionArn: loops[0]!, maxResults: 1000, reverseOrder: true })
        .catch(() => new Promise((resolve) => setTimeout(resolve, 100)));
  })();
  await until('a long history', async () => {
    const input = { executionArn: loops[0]!, maxResults: 1, reverseOrder: true };
    const { events } = await server.call<{ events: { id: number }[] }>('GetExecutionHistory', input);
    return events[0]!.id > 3_000;
  });

  expect(await server.stop()).toBe(0);
  reading = false;
  await reads;
  await until('the end of every call', () => open === 0);

  await server.start();
  for (const arn of [...waiting, ...called, ...loops, ...computing])
    expect(await statusOf(arn)).toBe('RUNNING');
  const idOf = async (executionArn: string): Promise<number> => {
    const input = { executionArn, maxResults: 1, reverseOrder: true };
    const { events } = await server.call<{ events: { id: number }[] }>('GetExecutionHistory', input);
    return events[0]!.id;
  };
  const before = await idOf(loops[0]!);
  await until('the loop to go on', async () => (await idOf(loops[0]!)) > before);
  for (const executionArn of [...loops, ...computing]) await server.call('StopExecution', { executionArn });
  expect(await server.stop()).toBe(0);
});

it.each(['STANDARD', 'EXPRESS'])(
  'SIGTERM ends a process in the middle of a Map Run of %s children, which goes on',
  async (type) => {
    const ROWS = 60_000;
    const rows = Array.from({ length: ROWS }, (_, n) => `${n}\n`);
    writeFileSync(join(maps, 'rows.csv'), `row\n${rows.join('')}`);
    await server.start();
    const each = await create('each', 'STANDARD', {
      StartAt: 'Each',
      States: {
        Each: {
          Type: 'Map',
          ItemReader: {
            Resource: 'arn:aws:states:::s3:getObject',
            ReaderConfig: { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' },
            Parameters: { Bucket: 'file:', Key: 'rows.csv' },
          },
          ItemBatcher: { MaxItemsPerBatch: 20 },
          ItemProcessor: {
            ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: type },
            StartAt: 'P',
            States: { P: { Type: 'Pass', End: true } },
          },
          ResultWriter: {
            Resource: 'arn:aws:states:::s3:putObject',
            Parameters: { Bucket: 'file:results' },
            WriterConfig: { OutputType: 'JSONL', Transformation: 'COMPACT' },
          },
          End: true,
        },
      },
    });
    const [arn] = await start(each, 1);
    interface Run {
      readonly mapRunArn: string;
    }
    interface Described {
      readonly itemCounts: { readonly succeeded: number; readonly total: number };
    }
    const counts = async (): Promise<Described['itemCounts']> => {
      const { mapRuns } = await server.call<{ mapRuns: Run[] }>('ListMapRuns', { executionArn: arn! });
      if (mapRuns.length === 0) return { succeeded: 0, total: 0 };
      const { mapRunArn } = mapRuns[0]!;
      return (await server.call<Described>('DescribeMapRun', { mapRunArn })).itemCounts;
    };
    await until('children that have ended', async () => (await counts()).succeeded > 0);
    expect(await server.stop()).toBe(0);

    await server.start();
    await until('the end', async () => (await statusOf(arn!)) !== 'RUNNING');
    expect(await statusOf(arn!)).toBe('SUCCEEDED');
    expect(await counts()).toMatchObject({ succeeded: ROWS, total: ROWS });
    const [run] = readdirSync(join(maps, 'results'));
    const written = readFileSync(join(maps, 'results', run!, 'SUCCEEDED_0.jsonl'), 'utf8').split('\n');
    const items = written.flatMap((line) => (JSON.parse(line) as { Items: { row: string }[] }).Items);
    expect(items.map(({ row }) => Number(row))).toEqual(rows.map(Number));
    expect(await server.stop()).toBe(0);
  },
  180_000,
);
