// A distributed Map of many items with one Pass each, read from a local file and written to one: children per second, memory, and
// the calls of a neighbour meanwhile.
// node bench/map-runs.bench.ts [--items 100000]

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Client, createClient } from './lib/client.ts';
import { machine, quantile, table } from './lib/machine.ts';
import { startUnderTest } from './lib/server.ts';
import { createMachine, sequence, start } from './lib/workloads.ts';

const { values } = parseArgs({ options: { items: { type: 'string', default: '100000' } } });
const ITEMS = Number(values.items);
const root = mkdtempSync(join(process.env['TREADLE_BENCH_FOLDER'] ?? tmpdir(), 'treadle-maps-'));

const eachPass = (ExecutionType: string): object => ({
  StartAt: 'Each',
  States: {
    Each: {
      Type: 'Map',
      ItemReader: {
        Resource: 'arn:aws:states:::s3:getObject',
        ReaderConfig: { InputType: 'JSONL' },
        Parameters: { Bucket: 'file:in', Key: 'items.jsonl' },
      },
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType },
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
});

/** Starts an execution of one Pass, and describes it, one after the other. @returns milliseconds of each call. */
async function neighbour(client: Client, arn: string, over: () => boolean): Promise<number[]> {
  const taken: number[] = [];
  while (!over()) {
    for (const call of [
      () => start(client, arn, '{}'),
      () => client.call('ListStateMachines', { maxResults: 1 }),
    ]) {
      const before = performance.now();
      await call();
      taken.push(performance.now() - before);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return taken;
}

async function measure(type: string): Promise<(string | number)[]> {
  const server = await startUnderTest('treadle', { TREADLE_MAPS_ROOT: root });
  const client = createClient(server.url, 4);
  const other = createClient(server.url, 1);
  const arn = await createMachine(client, eachPass(type));
  const lone = await createMachine(client, sequence(1));
  const idle = server.residentMiB();
  let over = false;
  let most = idle;
  const calls = neighbour(other, lone, () => over);
  const before = performance.now();
  const executionArn = await start(client, arn, '{}');
  let counts: { total: number; succeeded: number } | undefined;
  let childrenMs = 0;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    most = Math.max(most, server.residentMiB());
    const { mapRuns } = await client.call<{ mapRuns: { mapRunArn: string }[] }>('ListMapRuns', {
      executionArn,
    });
    if (mapRuns[0] === undefined) continue;
    const described = await client.call<{ status: string; executionCounts: typeof counts }>(
      'DescribeMapRun',
      {
        mapRunArn: mapRuns[0].mapRunArn,
      },
    );
    counts = described.executionCounts;
    if (childrenMs === 0 && counts?.succeeded === ITEMS) childrenMs = performance.now() - before;
    if (described.status !== 'RUNNING') break;
  }
  const wholeMs = performance.now() - before;
  over = true;
  const taken = await calls;
  client.close();
  other.close();
  await server.stop();
  return [
    `${ITEMS} × one Pass, ${type}`,
    `${((counts?.succeeded ?? 0) / ((childrenMs || wholeMs) / 1000)).toFixed(0)}/s`,
    `${((counts?.succeeded ?? 0) / (wholeMs / 1000)).toFixed(0)}/s`,
    `${(most - idle).toFixed(0)} MiB`,
    `${quantile(taken, 0.5).toFixed(1)}, ${quantile(taken, 0.99).toFixed(1)}, ${Math.max(...taken).toFixed(1)} ms`,
  ];
}

mkdirSync(join(root, 'in'));
writeFileSync(
  join(root, 'in/items.jsonl'),
  Array.from({ length: ITEMS }, (_, i) => JSON.stringify({ i, text: 'item' })).join('\n'),
);
console.log(`${machine()}; fsync on\n`);
const rows: (string | number)[][] = [];
for (const type of ['EXPRESS', 'STANDARD']) rows.push(await measure(type));
rmSync(root, { recursive: true, force: true });
table(['what', 'children', 'with results', 'above idle', 'neighbour’s calls: p50, p99, longest'], rows);
