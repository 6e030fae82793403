// Sends random requests to a real server, as clients and as nobody should: none may be answered with 500, none may stop the
// server, none may be left without an answer, and its memory may not grow. Run: npm run fuzz -- [--seed N] [--inputs N]
// [--lanes N] [--only I]. Every input is made from the seed and its number, so that --only repeats one alone.

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { hashText } from '../test/simulation/random.ts';
import { freePort } from '../test/support/free-port.ts';
import { createRawClient, type Reply } from './fuzz/client.ts';
import { createDraw, drawInput, type Input, type Known } from './fuzz/inputs.ts';
import { prepare } from './fuzz/prepare.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    inputs: { type: 'string', default: '200000' },
    lanes: { type: 'string', default: '16' },
    only: { type: 'string' },
  },
});
const [seed, inputs, lanes] = [values.seed, values.inputs, values.lanes].map(numberOf) as [
  number,
  number,
  number,
];

/** Known machines and executions are deleted and stopped by what is sent: they are made anew after so many. */
const ROUND = 10_000;
const MOST_FINDINGS = 20;
const SHOW_EVERY_MS = 15_000;
/** What a server that holds nothing of its requests may differ by, once it is warm. */
const GROWTH_BYTES = 64 * 1024 * 1024;

function numberOf(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 0) {
    console.error(`Expected a whole number, but got '${text}'`);
    process.exit(2);
  }
  return number;
}

const folder = mkdtempSync(join(tmpdir(), 'treadle-fuzz-'));
const port = await freePort();
const main = join(import.meta.dirname, '../src/cli/main.ts');
const listen = `127.0.0.1:${port}`;
const server = spawn(
  process.execPath,
  [
    '--max-semi-space-size=4',
    main,
    'start',
    '--listen',
    listen,
    '--data',
    join(folder, 'data'),
    '--log-level',
    'warn',
  ],
  { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'], env: { PATH: process.env['PATH'] } },
);
const logged: string[] = [];
let ended: string | undefined;
server.stderr.on('data', (chunk: Buffer) => {
  for (const line of chunk.toString().split('\n'))
    if (/"level":[56]0/.test(line) && logged.length < 100) logged.push(line);
});
server.on('exit', (code, signal) => {
  ended = `code ${code}, signal ${signal}`;
});

const counts = new Map<string, Map<string, number>>();
const findings: string[] = [];
const memory: number[] = [];
const begun = performance.now();

function residentBytes(): number {
  if (process.platform !== 'linux' || ended !== undefined) return 0;
  return 1024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1] ?? 0);
}

function note(number: number, { kind, bytes, answered }: Input, reply: Reply): void {
  const row = counts.get(kind) ?? new Map<string, number>();
  counts.set(kind, row);
  row.set(String(reply), (row.get(String(reply)) ?? 0) + 1);
  const isFault = typeof reply === 'number' ? reply >= 500 && reply !== 501 && reply !== 505 : answered;
  if (!isFault || findings.length >= MOST_FINDINGS) return;
  findings.push(
    `input ${number} (${kind}): ${reply}\n    ${JSON.stringify(bytes.toString('latin1').slice(0, 600))}`,
  );
}

async function run(first: number, last: number, known: Known): Promise<void> {
  let next = first;
  const lane = async (): Promise<void> => {
    const client = createRawClient(port);
    for (let number = next++; number < last && ended === undefined; number = next++) {
      const input = drawInput(createDraw(hashText(`${seed}/${number}`)), known);
      note(number, input, await client.exchange(input.bytes, input.answered));
    }
    client.close();
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

function total(): number {
  return [...counts.values()].flatMap((row) => [...row.values()]).reduce((sum, count) => sum + count, 0);
}

function progress(): string {
  const seconds = Math.round((performance.now() - begun) / 1000);
  return `${seconds} s: ${total()} inputs, ${findings.length} findings, ${Math.round((memory.at(-1) ?? 0) / 2 ** 20)} MiB`;
}

const shower = setInterval(() => {
  memory.push(residentBytes());
  console.log(progress());
}, SHOW_EVERY_MS);

try {
  if (values.only === undefined) {
    for (let at = 0; at < inputs && ended === undefined; at += ROUND) {
      const known = await prepare(port, at);
      await run(at, Math.min(inputs, at + ROUND), known);
      memory.push(residentBytes());
    }
  } else {
    const only = numberOf(values.only);
    await run(only, only + 1, await prepare(port, only - (only % ROUND)));
  }
  if (ended === undefined) await prepare(port, inputs + 1);
} catch (error) {
  findings.push(`the server no longer does what it should: ${(error as Error).message}`);
} finally {
  clearInterval(shower);
}
if (ended !== undefined) findings.push(`the server ended: ${ended}`);
server.removeAllListeners('exit');
server.kill('SIGKILL');
rmSync(folder, { recursive: true, force: true, maxRetries: 5 });

for (const line of logged.slice(0, 5)) findings.push(`the log: ${line.slice(0, 1_000)}`);
const warm = memory.slice(Math.floor(memory.length / 2));
const growth = warm.length < 4 ? 0 : lowest(warm.slice(-2)) - lowest(warm.slice(0, 2));
if (growth > GROWTH_BYTES)
  findings.push(`memory grew by ${Math.round(growth / 2 ** 20)} MiB in the second half`);

for (const [kind, row] of [...counts].sort()) {
  const replies = [...row].sort().map(([reply, count]) => `${reply}: ${count}`);
  console.log(
    `${kind.padEnd(11)} ${String([...row.values()].reduce((a, b) => a + b, 0)).padStart(7)}   ${replies.join(', ')}`,
  );
}
console.log(`seed ${seed}, ${progress()}, growth in the second half ${Math.round(growth / 2 ** 20)} MiB`);
for (const finding of findings) console.log(finding);
if (findings.length > 0) {
  console.log(`repeat one: npm run fuzz -- --seed ${seed} --only NUMBER`);
  process.exitCode = 1;
}

function lowest(numbers: readonly number[]): number {
  return Math.min(...numbers);
}
