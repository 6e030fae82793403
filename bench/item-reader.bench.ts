// The items of a distributed Map read over HTTP from an S3 that makes its objects as they are read, in a process of its own:
// rate, memory above idle, longest hold of the event loop. The rows are counted and dropped.
// node bench/item-reader.bench.ts [--mb 2048] [--only 'CSV, rows of 205']

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { createAws } from '../src/aws/aws.ts';
import { createS3 } from '../src/aws/s3.ts';
import { systemClock } from '../src/base/clock.ts';
import { readItems } from '../src/engine/map-runs/item-reader/read-items.ts';
import { machine, table } from './lib/machine.ts';

const { values } = parseArgs({
  options: {
    mb: { type: 'string', default: '2048' },
    only: { type: 'string', default: '' },
    serve: { type: 'boolean', default: false },
  },
});

interface Kind {
  readonly name: string;
  readonly inputType: string;
  /** Rows that are given over and over again. */
  readonly rows: string;
  readonly before: string;
  readonly after: string;
}

const FILLER = 'x'.repeat(150);
const repeat = (rows: number, row: (n: number) => string): string =>
  Array.from({ length: rows }, (_, n) => row(n)).join('');

const KINDS: readonly Kind[] = [
  {
    name: 'CSV, rows of 205 bytes',
    inputType: 'CSV',
    rows: repeat(
      300,
      (n) => `${String(n).padStart(8, '0')},customer ${n % 10},2026-01-01T00:00:00Z,12.50,${FILLER}\n`,
    ),
    before: 'id,name,at,amount,note\n',
    after: '',
  },
  {
    name: 'CSV, every cell in quotes',
    inputType: 'CSV',
    rows: repeat(
      300,
      (n) => `"${String(n).padStart(8, '0')}","customer ""${n % 10}""","2026-01-01","${FILLER}"\n`,
    ),
    before: 'id,name,at,note\n',
    after: '',
  },
  { name: 'CSV, rows of 2 bytes', inputType: 'CSV', rows: '1\n'.repeat(30_000), before: 'n\n', after: '' },
  {
    name: 'JSONL, lines of 205 bytes',
    inputType: 'JSONL',
    rows: repeat(300, (n) => `{"id":${10_000_000 + n},"name":"customer","amount":12,"note":"${FILLER}"}\n`),
    before: '',
    after: '',
  },
  {
    name: 'JSON, elements of 205 bytes',
    inputType: 'JSON',
    rows: repeat(300, (n) => `{"id":${10_000_000 + n},"name":"customer","amount":12,"note":"${FILLER}"},\n`),
    before: '[',
    after: 'null]',
  },
];

if (values.serve) {
  const bytes = Number(values.mb) * 1024 * 1024;
  const server = createServer(async (request, response) => {
    const kind = KINDS[Number(new URL(request.url!, 'http://s3').pathname.split('/').at(-1))]!;
    const block = Buffer.from(kind.rows);
    response.writeHead(200, { etag: '"one"' });
    response.write(kind.before);
    for (let sent = 0; sent < bytes; sent += block.length) {
      if (!response.write(block)) await once(response, 'drain');
    }
    response.end(kind.after);
  });
  server.listen(0, '127.0.0.1', () => process.send!((server.address() as AddressInfo).port));
} else {
  await measure();
}

async function measure(): Promise<void> {
  const child = spawn(process.execPath, [import.meta.filename, '--serve', '--mb', values.mb], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  try {
    const [port] = (await once(child, 'message')) as [number];
    const aws = createAws({
      region: 'us-east-1',
      endpoints: { s3: `http://127.0.0.1:${port}` },
      credentials: async () => ({ accessKeyId: 'AKID', secretAccessKey: 'secret' }),
    });
    const rows: (readonly (string | number)[])[] = [];
    for (const [index, kind] of KINDS.entries()) {
      if (kind.name.startsWith(values.only)) rows.push(await read(aws, index, kind));
    }
    await aws.close();
    console.log(`${machine()}; ${values.mb} MiB each\n`);
    table(
      [
        'object',
        'items',
        'items/s',
        'MiB/s',
        'CPU µs an item',
        'MiB above idle',
        'longest hold ms',
        'most CPU ms of a slice',
      ],
      rows,
    );
  } finally {
    child.kill();
  }
}

/** Processor time of this thread: what else the machine does is not in it. */
function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

async function read(
  aws: ReturnType<typeof createAws>,
  index: number,
  kind: Kind,
): Promise<(string | number)[]> {
  const s3 = createS3({ aws, clock: systemClock, random: Math.random });
  const idle = process.memoryUsage.rss();
  let most = idle;
  let items = 0;
  const holds = monitorEventLoopDelay({ resolution: 1 });
  const sample = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 50);
  holds.enable();
  const start = performance.now();
  const cpu = process.cpuUsage();
  const slices = readItems(
    s3,
    {
      action: 'getObject',
      parameters: { Bucket: 'bench', Key: String(index) },
      inputType: kind.inputType,
      transformation: undefined,
      manifestType: undefined,
      csv: { headerLocation: 'FIRST_ROW', headers: undefined, delimiter: undefined },
      itemsPointer: undefined,
      maxItems: 0,
    },
    undefined,
    AbortSignal.timeout(3_600_000),
  );
  let heaviest = 0;
  let before = threadMs();
  for await (const slice of slices) {
    items += slice.items.length;
    const now = threadMs();
    heaviest = Math.max(heaviest, now - before);
    before = now;
  }
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  clearInterval(sample);
  holds.disable();
  const mib = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);
  const whole = (number: number): string => Math.round(number).toLocaleString('en');
  return [
    kind.name,
    whole(items),
    whole(items / seconds),
    (Number(values.mb) / seconds).toFixed(0),
    ((user + system) / items).toFixed(2),
    mib(most - idle),
    (holds.max / 1e6).toFixed(1),
    heaviest.toFixed(1),
  ];
}
