// Executions through the API beside the ceiling, in turn, in one run: W1 (five Pass states, 64 clients, each waits for the
// end before it starts the next), W1b (a burst of starts), W5 (Express synchronous, three states), one client alone.
// node bench/api.bench.ts [--n 6000] [--runs 3]

import { parseArgs } from 'node:util';
import { type Client, createClient } from './lib/client.ts';
import { machine, median, quantile, spread, table } from './lib/machine.ts';
import { type Kind, type ServerUnderTest, startUnderTest } from './lib/server.ts';
import { createMachine, drive, type Load, payload, sequence, start, succeeded } from './lib/workloads.ts';

const { values } = parseArgs({
  options: { n: { type: 'string', default: '6000' }, runs: { type: 'string', default: '3' } },
});
const N = Number(values.n);
const CLIENTS = 64;
const input = payload();

interface Workload {
  readonly name: string;
  readonly express: boolean;
  readonly times: number;
  run(client: Client, machineArn: string, times: number): Promise<Load>;
}

const WORKLOADS: readonly Workload[] = [
  {
    name: 'W1: five Pass states, 64 clients, closed loop',
    express: false,
    times: N,
    run: (client, arn, times) =>
      drive(times, CLIENTS, async () => succeeded(client, await start(client, arn, input))),
  },
  {
    name: 'W1b: the same, burst of starts',
    express: false,
    times: N,
    run: (client, arn, times) => drive(times, CLIENTS, () => start(client, arn, input)),
  },
  {
    name: 'W1 with one client',
    express: false,
    times: Math.ceil(N / 10),
    run: (client, arn, times) =>
      drive(times, 1, async () => succeeded(client, await start(client, arn, input))),
  },
  {
    name: 'W5: Express synchronous, three states, 64 clients',
    express: true,
    times: N * 2,
    run: (client, arn, times) =>
      drive(times, CLIENTS, () => client.call('StartSyncExecution', { stateMachineArn: arn, input })),
  },
];

interface Figures {
  readonly perSecond: number[];
  readonly p99: number[];
  readonly cpuMicros: number[];
}

const KINDS: readonly Kind[] = ['ceiling', 'treadle'];
const figures = new Map<string, Figures>();

async function measure(server: ServerUnderTest, client: Client, workload: Workload): Promise<void> {
  const arn = await createMachine(
    client,
    sequence(workload.express ? 3 : 5),
    workload.express ? 'EXPRESS' : 'STANDARD',
  );
  await workload.run(client, arn, Math.ceil(workload.times / 5));
  const key = `${server.name} ${workload.name}`;
  const kept = figures.get(key) ?? { perSecond: [], p99: [], cpuMicros: [] };
  figures.set(key, kept);
  const cpu = server.cpuMs();
  const load = await workload.run(client, arn, workload.times);
  kept.cpuMicros.push(((server.cpuMs() - cpu) * 1000) / workload.times);
  kept.perSecond.push(load.perSecond);
  kept.p99.push(quantile(load.latencies, 0.99));
}

console.log(`${machine()}; ${N} executions a run, ${values.runs} runs, payload 1 KiB, fsync on\n`);
const servers: ServerUnderTest[] = [];
for (const kind of KINDS) servers.push(await startUnderTest(kind));
const clients = servers.map((server) => createClient(server.url, CLIENTS));
for (let run = 0; run < Number(values.runs); run++) {
  for (const workload of WORKLOADS) {
    // In turn, so that both see the same moods of the machine.
    for (const [i, server] of servers.entries()) await measure(server, clients[i]!, workload);
  }
}
table(
  [
    'workload',
    'ceiling /s',
    'Treadle /s',
    'of the ceiling',
    'p99 ms ceiling',
    'p99 ms Treadle',
    'CPU µs ceiling',
    'CPU µs Treadle',
  ],
  WORKLOADS.map((workload) => {
    const [ceiling, treadle] = KINDS.map((kind) => figures.get(`${kind} ${workload.name}`)!) as [
      Figures,
      Figures,
    ];
    const share = treadle.perSecond.map((value, i) => (100 * value) / ceiling.perSecond[i]!);
    return [
      workload.name,
      spread(ceiling.perSecond),
      spread(treadle.perSecond),
      `${spread(share)} %`,
      median(ceiling.p99).toFixed(1),
      median(treadle.p99).toFixed(1),
      median(ceiling.cpuMicros).toFixed(0),
      median(treadle.cpuMicros).toFixed(0),
    ];
  }),
);
console.log(
  `\nStart to first answered request: ${servers[1]!.startMs.toFixed(0)} ms; resident after the load: ${servers[1]!.residentMiB().toFixed(0)} MiB`,
);
for (const client of clients) client.close();
for (const server of servers) await server.stop();
