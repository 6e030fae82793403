// What others do to a neighbour: one caller's calls (start a Standard execution of one Pass, describe it, run a synchronous
// Express one) while the server is idle, and beside each kind of load.
// node bench/neighbours.bench.ts [--items 100000] [--mb 256] [--seconds 10] [--only 'Express loops'] [--node=--cpu-prof]
// `--mb 2048` is the large file. The calls are made and timed in a thread of their own, so that they do not wait for the load's client.

import { once } from 'node:events';
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { type Client, createClient } from './lib/client.ts';
import type { Holds } from './lib/holds.ts';
import { machine, quantile, table } from './lib/machine.ts';
import { type ServerUnderTest, startUnderTest } from './lib/server.ts';
import { createMachine, loop, payload, sequence, start, succeeded, unique } from './lib/workloads.ts';

const { values } = parseArgs({
  args: isMainThread ? process.argv.slice(2) : [],
  options: {
    items: { type: 'string', default: '100000' },
    mb: { type: 'string', default: '256' },
    seconds: { type: 'string', default: '10' },
    only: { type: 'string', default: '' },
    node: { type: 'string', default: '' },
  },
});

const HOLDS = 'holds.json';
/** Between one call of the neighbour and the next. */
const PAUSE_MS = 5;

interface Neighbour {
  readonly url: string;
  readonly standard: string;
  readonly express: string;
}

interface Load {
  readonly name: string;
  /** Sets up what the load needs. @returns what runs it, until `over` says so or it ends by itself, with a remark. */
  prepare(client: Client, root: string): Promise<(over: () => boolean) => Promise<string>>;
  /** It ends by itself: the neighbour is measured until then. */
  readonly ends: boolean;
}

const seconds = async (over: () => boolean): Promise<string> => {
  while (!over()) await new Promise((resolve) => setTimeout(resolve, 20));
  return '';
};

/** A loop that counts for ever, as `loop` does. */
const endless = loop(Number.MAX_SAFE_INTEGER);

function distributed(executionType: string, reader: object, batcher: object = {}): object {
  return {
    StartAt: 'Each',
    States: {
      Each: {
        Type: 'Map',
        ItemReader: reader,
        ...batcher,
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: executionType },
          StartAt: 'P',
          States: { P: { Type: 'Pass', End: true } },
        },
        ResultWriter: {
          Resource: 'arn:aws:states:::s3:putObject',
          Parameters: { Bucket: 'file:out', Prefix: 'results' },
        },
        End: true,
      },
    },
  };
}

function reader(InputType: string, Key: string): object {
  const header = InputType === 'CSV' ? { CSVHeaderLocation: 'FIRST_ROW' } : {};
  return {
    Resource: 'arn:aws:states:::s3:getObject',
    ReaderConfig: { InputType, ...header },
    Parameters: { Bucket: 'file:in', Key },
  };
}

/** Runs the machine once. @returns children a second until the last has ended, and with the results written. */
async function mapRun(client: Client, arn: string): Promise<string> {
  const before = performance.now();
  const executionArn = await start(client, arn, '{}');
  let childrenMs = 0;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    const { mapRuns } = await client.call<{ mapRuns: { mapRunArn: string }[] }>('ListMapRuns', {
      executionArn,
    });
    if (mapRuns[0] === undefined) continue;
    const { status, executionCounts, itemCounts } = await client.call<{
      status: string;
      executionCounts: { total: number; succeeded: number };
      itemCounts: { total: number };
    }>('DescribeMapRun', { mapRunArn: mapRuns[0].mapRunArn });
    const { total, succeeded: done } = executionCounts;
    const elapsed = performance.now() - before;
    const complete = total > 0 && done === total;
    if (!complete) childrenMs = 0;
    else if (childrenMs === 0) childrenMs = elapsed;
    if (status === 'RUNNING') continue;
    if (status !== 'SUCCEEDED') throw new Error(`The Map Run ended ${status}`);
    const rate = (ms: number): string => ((total * 1000) / ms).toFixed(0);
    return `${total} children of ${itemCounts.total} items, ${rate(childrenMs)} /s, with results ${rate(elapsed)} /s`;
  }
}

function childrenOf(executionType: string): Load {
  return {
    name: `${values.items} ${executionType === 'EXPRESS' ? 'Express' : 'Standard'} children`,
    ends: true,
    async prepare(client, root) {
      const lines = Array.from({ length: Number(values.items) }, (_, i) =>
        JSON.stringify({ i, text: 'item' }),
      );
      writeFileSync(join(root, 'in/items.jsonl'), lines.join('\n'));
      const arn = await createMachine(client, distributed(executionType, reader('JSONL', 'items.jsonl')));
      return () => mapRun(client, arn);
    },
  };
}

function loopsOf(count: number): Load {
  return {
    name: `${count} endless Express loop${count === 1 ? '' : 's'}`,
    ends: false,
    async prepare(client) {
      const arn = await createMachine(client, endless, 'EXPRESS');
      for (let i = 0; i < count; i++) await start(client, arn, '{}');
      return seconds;
    },
  };
}

const LOADS: readonly Load[] = [
  { name: 'idle', ends: false, prepare: async () => seconds },
  childrenOf('EXPRESS'),
  childrenOf('STANDARD'),
  loopsOf(1),
  loopsOf(10),
  loopsOf(100),
  {
    name: 'four readers of histories of 25,000 events',
    ends: false,
    async prepare(client) {
      const arn = await createMachine(client, loop(6_000));
      const executionArn = await start(client, arn, payload());
      await succeeded(client, executionArn);
      return async (over) => {
        let pages = 0;
        const read = async (): Promise<void> => {
          for (let nextToken: string | undefined; !over(); pages++) {
            const page = await client.call<{ nextToken?: string }>('GetExecutionHistory', {
              executionArn,
              maxResults: 1_000,
              ...(nextToken !== undefined && { nextToken }),
            });
            nextToken = page.nextToken;
          }
        };
        await Promise.all([read(), read(), read(), read()]);
        return `${pages} pages`;
      };
    },
  },
  {
    name: 'four callers with payloads of 256 KB',
    ends: false,
    async prepare(client) {
      const arn = await createMachine(client, sequence(5));
      const input = payload(262_000);
      return async (over) => {
        let starts = 0;
        const call = async (): Promise<void> => {
          for (; !over(); starts++) await succeeded(client, await start(client, arn, input));
        };
        await Promise.all([call(), call(), call(), call()]);
        return `${starts} executions`;
      };
    },
  },
  {
    name: `a CSV file of ${values.mb} MB, batches of 1,000`,
    ends: true,
    async prepare(client, root) {
      await writeCsv(join(root, 'in/items.csv'), Number(values.mb) * 1_000_000);
      const batcher = { ItemBatcher: { MaxItemsPerBatch: 1_000 } };
      const arn = await createMachine(client, distributed('EXPRESS', reader('CSV', 'items.csv'), batcher));
      return () => mapRun(client, arn);
    },
  },
];

async function writeCsv(file: string, bytes: number): Promise<void> {
  const stream = createWriteStream(file);
  stream.write('id,name,at,amount,note\n');
  const note = 'x'.repeat(150);
  const rows = Array.from(
    { length: 5_000 },
    (_, n) => `${String(n).padStart(8, '0')},customer ${n % 10},2026-01-01T00:00:00Z,12.50,${note}\n`,
  ).join('');
  for (let written = 0; written < bytes; written += rows.length) {
    if (!stream.write(rows)) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'close');
}

async function measure(load: Load): Promise<(string | number)[]> {
  const root = mkdtempSync(join(process.env['TREADLE_BENCH_FOLDER'] ?? tmpdir(), 'treadle-neighbours-'));
  mkdirSync(join(root, 'in'));
  const env = {
    TREADLE_MAPS_ROOT: root,
    TREADLE_BENCH_HOLDS: join(root, HOLDS),
    NODE_OPTIONS: `--import=${new URL('./lib/holds.ts', import.meta.url)} ${values.node}`,
  };
  const server = await startUnderTest('treadle', env);
  try {
    return await beside(load, server, root);
  } finally {
    await server.stop();
    rmSync(root, { recursive: true, force: true });
  }
}

async function beside(load: Load, server: ServerUnderTest, root: string): Promise<(string | number)[]> {
  const client = createClient(server.url, 4);
  const standard = await createMachine(client, sequence(1));
  const express = await createMachine(client, sequence(3), 'EXPRESS');
  const idle = server.residentMiB();
  const run = await load.prepare(client, root);
  const data: Neighbour = { url: server.url, standard, express };
  const worker = new Worker(new URL(import.meta.url), { workerData: data });
  const stopped = once(worker, 'message') as Promise<[number[]]>;
  await once(worker, 'online');
  server.signal('SIGUSR2');
  let over = false;
  let most = 0;
  const watch = setInterval(() => {
    most = Math.max(most, server.residentMiB());
  }, 50);
  const timer = load.ends ? undefined : setTimeout(() => (over = true), Number(values.seconds) * 1000);
  const remark = await run(() => over);
  clearTimeout(timer);
  const holds = await holdsOf(server, root);
  worker.postMessage('stop');
  const [taken] = await stopped;
  clearInterval(watch);
  await worker.terminate();
  client.close();
  return [
    load.name,
    taken.length,
    ...[quantile(taken, 0.5), quantile(taken, 0.99), Math.max(...taken)].map((ms) => ms.toFixed(1)),
    `${holds.work.toFixed(1)} (${holds.over20})`,
    `${(most - idle).toFixed(0)} MiB`,
    remark,
  ];
}

async function holdsOf(server: ServerUnderTest, root: string): Promise<Holds> {
  const file = join(root, HOLDS);
  server.signal('SIGUSR2');
  while (!existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 5));
  return JSON.parse(readFileSync(file, 'utf8')) as Holds;
}

/** Calls one after the other until it is told to stop. */
async function callInTurn({ url, standard, express }: Neighbour): Promise<number[]> {
  const client = createClient(url, 1);
  const taken: number[] = [];
  let stopped = false;
  parentPort!.once('message', () => {
    stopped = true;
  });
  let executionArn = '';
  const calls = [
    async () => {
      executionArn = await start(client, standard, '{}');
    },
    () => client.call('DescribeExecution', { executionArn }),
    () => client.call('StartSyncExecution', { stateMachineArn: express, name: unique(), input: '{}' }),
  ];
  while (!stopped) {
    for (const call of calls) {
      const before = performance.now();
      await call();
      taken.push(performance.now() - before);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
  client.close();
  return taken;
}

if (isMainThread) {
  console.log(`${machine()}; fsync on; load average ${loadavg()[0]!.toFixed(1)}\n`);
  const rows: (string | number)[][] = [];
  for (const load of LOADS) if (load.name.includes(values.only)) rows.push(await measure(load));
  table(
    [
      'beside',
      'calls',
      'p50 ms',
      'p99 ms',
      'longest ms',
      'work of the loop in one go, ms (over 20)',
      'above idle',
      'load',
    ],
    rows,
  );
} else {
  parentPort!.postMessage(await callInTurn(workerData as Neighbour));
}
