// One large CSV file end to end: rows are read, put into batches, and each batch is an Express child of one Pass, whose results go
// to a file. Rate, memory, and the calls of a neighbour meanwhile.
// node bench/map-run-file.bench.ts [--mb 5120] [--row-bytes 205 | 2] [--batch 1000] [--minutes 10]

import { once } from 'node:events';
import { createWriteStream, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Client, createClient } from './lib/client.ts';
import { machine, quantile, table } from './lib/machine.ts';
import { startUnderTest } from './lib/server.ts';
import { createMachine, sequence, start } from './lib/workloads.ts';

const { values } = parseArgs({
  options: {
    mb: { type: 'string', default: '512' },
    'row-bytes': { type: 'string', default: '205' },
    batch: { type: 'string', default: '1000' },
    minutes: { type: 'string', default: '10' },
  },
});
const ROW_BYTES = Number(values['row-bytes']);
const ROWS = Math.floor((Number(values.mb) * 2 ** 20) / ROW_BYTES);
const root = mkdtempSync(join(process.env['TREADLE_BENCH_FOLDER'] ?? tmpdir(), 'treadle-file-'));

const MACHINE = {
  StartAt: 'Each',
  States: {
    Each: {
      Type: 'Map',
      ItemReader: {
        Resource: 'arn:aws:states:::s3:getObject',
        ReaderConfig: { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' },
        Parameters: { Bucket: 'file:in', Key: 'rows.csv' },
      },
      ItemBatcher: { MaxItemsPerBatch: Number(values.batch) },
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
        StartAt: 'P',
        States: { P: { Type: 'Pass', Parameters: { 'rows.$': 'States.ArrayLength($.Items)' }, End: true } },
      },
      ResultWriter: {
        Resource: 'arn:aws:states:::s3:putObject',
        Parameters: { Bucket: 'file:out' },
        WriterConfig: { OutputType: 'JSONL', Transformation: 'COMPACT' },
      },
      End: true,
    },
  },
};

async function writeRows(path: string): Promise<void> {
  const file = createWriteStream(path);
  const wide = ROW_BYTES > 20;
  file.write(wide ? 'id,name,at,amount,note\n' : 'n\n');
  const filler = 'x'.repeat(Math.max(0, ROW_BYTES - 55));
  const rowOf = (n: number): string =>
    wide ? `${String(n).padStart(10, '0')},customer ${n % 10},2026-01-01T00:00:00Z,12.50,${filler}\n` : '1\n';
  const SLICE = wide ? 5_000 : 500_000;
  for (let n = 0; n < ROWS; n += SLICE) {
    const rows = Array.from({ length: Math.min(SLICE, ROWS - n) }, (_, i) => rowOf(n + i));
    if (!file.write(rows.join(''))) await once(file, 'drain');
  }
  file.end();
  await once(file, 'finish');
}

/** Starts an execution of one Pass, and lists machines, one after the other. @returns milliseconds of each call. */
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
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return taken;
}

interface Described {
  readonly status: string;
  readonly itemCounts: { readonly total: number; readonly succeeded: number };
  readonly executionCounts: { readonly succeeded: number };
}

mkdirSync(join(root, 'in'));
console.log(`${machine()}; fsync on; load ${loadavg()[0]!.toFixed(1)}\n`);
await writeRows(join(root, 'in/rows.csv'));
const server = await startUnderTest('treadle', { TREADLE_MAPS_ROOT: root });
const client = createClient(server.url, 2);
const other = createClient(server.url, 1);
const arn = await createMachine(client, MACHINE);
const lone = await createMachine(client, sequence(1));
await new Promise((resolve) => setTimeout(resolve, 1_000));
const idle = server.residentMiB();
let most = idle;
let over = false;
const calls = neighbour(other, lone, () => over);
const begun = performance.now();
const executionArn = await start(client, arn, '{}');
let last: Described | undefined;
while (performance.now() - begun < Number(values.minutes) * 60_000) {
  await new Promise((resolve) => setTimeout(resolve, 100));
  most = Math.max(most, server.residentMiB());
  const { mapRuns } = await client.call<{ mapRuns: { mapRunArn: string }[] }>('ListMapRuns', {
    executionArn,
  });
  if (mapRuns[0] === undefined) continue;
  last = await client.call<Described>('DescribeMapRun', { mapRunArn: mapRuns[0].mapRunArn });
  if (last.status !== 'RUNNING') break;
}
const seconds = (performance.now() - begun) / 1_000;
const cpu = server.cpuMs() / 1_000;
over = true;
const taken = await calls;
client.close();
other.close();
await server.stop();
rmSync(root, { recursive: true, force: true });
const { succeeded = 0, total = 0 } = last?.itemCounts ?? {};
table(
  [
    'what',
    'status',
    'rows done',
    'children',
    'seconds (CPU)',
    'rows/s',
    'above idle',
    'neighbour: p50, p99, longest',
  ],
  [
    [
      `${values.mb} MiB, rows of ${ROW_BYTES} bytes, batches of ${values.batch}`,
      last?.status ?? '-',
      `${succeeded} of ${total}`,
      last?.executionCounts.succeeded ?? 0,
      `${seconds.toFixed(0)} (${cpu.toFixed(0)})`,
      (succeeded / seconds).toFixed(0),
      `${(most - idle).toFixed(0)} MiB`,
      `${quantile(taken, 0.5).toFixed(1)}, ${quantile(taken, 0.99).toFixed(1)}, ${Math.max(...taken).toFixed(1)} ms`,
    ],
  ],
);
console.log(`\nload ${loadavg()[0]!.toFixed(1)}`);
