// What grows: history length, Map size, sleeping executions, executions in the store. Each line is measured over the API
// of a server process; ten times the work should take about ten times as long.
// node bench/scale.bench.ts [--sleepers 100000] [--stored 100000]

import { parseArgs } from 'node:util';
import { type Client, createClient } from './lib/client.ts';
import { machine, quantile, spread, table } from './lib/machine.ts';
import { startUnderTest } from './lib/server.ts';
import {
  createMachine,
  drive,
  inlineMap,
  loop,
  payload,
  sequence,
  start,
  succeeded,
  waiting,
} from './lib/workloads.ts';

const { values } = parseArgs({
  options: { sleepers: { type: 'string', default: '100000' }, stored: { type: 'string', default: '100000' } },
});
const CLIENTS = 64;
const LIFTED = { TREADLE_LIMITS_HISTORY_EVENTS: '10000000', TREADLE_LIMITS_PAYLOAD_BYTES: '100000000' };
const rows: (string | number)[][] = [];

async function repeated(times: number, work: () => Promise<number>): Promise<number[]> {
  const figures: number[] = [];
  for (let i = 0; i < times; i++) figures.push(await work());
  return figures;
}

/** Milliseconds between an execution's start and end, by the server's own clock. */
async function duration(client: Client, arn: string, input: string): Promise<number> {
  const { startDate, stopDate } = await succeeded(client, await start(client, arn, input));
  return (stopDate - startDate) * 1000;
}

async function histories(client: Client): Promise<void> {
  for (const events of [250, 2_500, 25_000]) {
    // Four events a round, and five around them.
    const arn = await createMachine(client, loop(Math.floor((events - 7) / 4)));
    const taken = await repeated(5, () => duration(client, arn, '{}'));
    const perSecond = taken.map((ms) => (events * 1000) / Math.max(ms, 1));
    rows.push([`Choice loop to ${events} events`, `${spread(taken)} ms`, `${spread(perSecond)} events/s`]);
  }
}

async function maps(client: Client): Promise<void> {
  for (const items of [100, 1_000, 10_000]) {
    const arn = await createMachine(client, inlineMap);
    const input = JSON.stringify({ items: Array.from({ length: items }, (_, i) => ({ i, text: 'item' })) });
    const taken = await repeated(5, () => duration(client, arn, input));
    rows.push([`inline Map of ${items} items × 2 states`, `${spread(taken)} ms`, '']);
  }
}

async function pages(client: Client): Promise<void> {
  const arn = await createMachine(client, loop(6_240));
  const executionArn = await start(client, arn, '{}');
  await succeeded(client, executionArn);
  const taken: number[] = [];
  let nextToken: string | undefined;
  do {
    const before = performance.now();
    const page = await client.call<{ nextToken?: string }>('GetExecutionHistory', {
      executionArn,
      maxResults: 1000,
      nextToken,
    });
    taken.push(performance.now() - before);
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  rows.push([
    `GetExecutionHistory of 25,000 events, page of 1,000`,
    `${spread(taken, 1)} ms`,
    `${taken.length} pages`,
  ]);
}

async function lists(client: Client, stored: number): Promise<void> {
  const arn = await createMachine(client, sequence(1));
  await drive(stored, CLIENTS, () => start(client, arn, '{}'));
  for (const statusFilter of [undefined, 'SUCCEEDED', 'RUNNING']) {
    const taken = await repeated(20, async () => {
      const before = performance.now();
      await client.call('ListExecutions', { stateMachineArn: arn, maxResults: 100, statusFilter });
      return performance.now() - before;
    });
    rows.push([
      `ListExecutions of 100 among ${stored}, ${statusFilter ?? 'any status'}`,
      `${spread(taken, 1)} ms`,
      '',
    ]);
  }
}

async function timers(client: Client): Promise<void> {
  const arn = await createMachine(client, waiting);
  const due = Math.ceil(Date.now() / 1000 + 5) * 1000;
  const arns: string[] = [];
  const input = JSON.stringify({ until: new Date(due).toISOString() });
  await drive(5_000, CLIENTS, async () => arns.push(await start(client, arn, input)));
  const late: number[] = [];
  await drive(arns.length, CLIENTS, async () =>
    late.push((await succeeded(client, arns.pop()!)).stopDate * 1000 - due),
  );
  rows.push([
    '5,000 timers due at one instant',
    `last ${quantile(late, 1).toFixed(0)} ms late`,
    `median ${quantile(late, 0.5).toFixed(0)} ms`,
  ]);
}

async function sleepers(count: number): Promise<void> {
  const server = await startUnderTest('treadle', {});
  const client = createClient(server.url, CLIENTS);
  const arn = await createMachine(client, waiting);
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const input = JSON.stringify({ until, data: payload(900) });
  const { perSecond } = await drive(count, CLIENTS, () => start(client, arn, input));
  const resident = server.residentMiB();
  client.close();
  const restarted = [await server.restart('SIGTERM'), await server.restart('SIGKILL')];
  rows.push([
    `${count} executions that wait an hour`,
    `${perSecond.toFixed(0)} starts/s, ${resident.toFixed(0)} MiB resident`,
    `serving again after ${restarted.map((ms) => ms.toFixed(0)).join(' and ')} ms (SIGTERM, SIGKILL)`,
  ]);
  await server.stop();
}

console.log(`${machine()}; fsync on; median (lowest–highest)\n`);
const server = await startUnderTest('treadle', LIFTED);
const client = createClient(server.url, CLIENTS);
await drive(500, CLIENTS, async () => undefined);
await histories(client);
await maps(client);
await pages(client);
await timers(client);
await lists(client, Number(values.stored));
client.close();
await server.stop();
await sleepers(Number(values.sleepers));
table(['what', 'figure', ''], rows);
