// Attacks a server of its own and says how its neighbour fares: npm run attack [-- --only 'sorts' --seconds 8]
// Each attack has a fresh server. docs/internals/bounds.md lists the figures.

import { once } from 'node:events';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { createClient } from '../bench/lib/client.ts';
import { machine, quantile, table } from '../bench/lib/machine.ts';
import { type ServerUnderTest, startUnderTest } from '../bench/lib/server.ts';
import { createMachine, sequence } from '../bench/lib/workloads.ts';
import { ATTACKS, type Attack } from './attack/attacks.ts';
import type { Neighbour } from './attack/neighbour.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    seconds: { type: 'string', default: '8' },
    node: { type: 'string', default: '' },
  },
});

/** Callers of one attack at most: what they send waits in the server. */
const CONNECTIONS = 64;

async function measure(attack: Attack): Promise<(string | number)[]> {
  const node = `${values.node} ${attack.heapMb === undefined ? '' : `--max-old-space-size=${attack.heapMb}`}`;
  const server = await startUnderTest('treadle', { NODE_OPTIONS: node.trim() });
  try {
    return await beside(attack, server);
  } finally {
    await server.stop();
  }
}

async function beside(attack: Attack, server: ServerUnderTest): Promise<(string | number)[]> {
  const client = createClient(server.url, CONNECTIONS);
  const data: Neighbour = {
    url: server.url,
    standard: await createMachine(client, sequence(1)),
    express: await createMachine(client, sequence(3), 'EXPRESS'),
  };
  const idle = server.residentMiB();
  const run = await attack.prepare(client);
  const worker = new Worker(new URL('./attack/neighbour.ts', import.meta.url), { workerData: data });
  const answered = once(worker, 'message') as Promise<[{ taken: number[]; failed: number }]>;
  await once(worker, 'online');
  let most = idle;
  const watch = setInterval(() => {
    most = Math.max(most, server.residentMiB() || 0);
  }, 50);
  const seconds = Number(values.seconds);
  const begun = performance.now();
  const remark = await Promise.race([
    run(() => performance.now() - begun >= seconds * 1_000),
    // The server may be dead, or keep the attacker waiting.
    new Promise<string>((resolve) =>
      setTimeout(() => resolve('the attacker got no answer'), 2_000 * seconds),
    ),
  ]).catch((error: Error) => error.message);
  worker.postMessage('stop');
  const [{ taken, failed }] = await answered;
  clearInterval(watch);
  await worker.terminate();
  client.close();
  const lives = server.residentMiB() > 0;
  return [
    attack.name,
    taken.length,
    ...[quantile(taken, 0.5), quantile(taken, 0.99), Math.max(...taken)].map((ms) => ms.toFixed(1)),
    failed,
    `${(most - idle).toFixed(0)}`,
    `${lives ? '' : 'THE SERVER ENDED; '}${remark}`,
  ];
}

console.log(`${machine()}; load average ${loadavg()[0]!.toFixed(1)}\n`);
const rows: (string | number)[][] = [];
for (const attack of ATTACKS.filter(({ name }) => name.includes(values.only))) {
  const row = await measure(attack).catch((error: Error) => [
    attack.name,
    '',
    '',
    '',
    '',
    '',
    '',
    error.message,
  ]);
  console.error(row.join(' | '));
  rows.push(row);
}
table(
  ['attack', 'calls of the neighbour', 'p50 ms', 'p99 ms', 'longest ms', 'failed', 'MiB above idle', ''],
  rows,
);
process.exit();
