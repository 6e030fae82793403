// Activities through the API: 1,000 tasks of 1 KiB, 50 workers that poll, answer and poll again, beside executions of one
// Pass state from the same number of clients in the same run. node bench/activities.bench.ts [--n 1000] [--workers 50] [--runs 3]

import { parseArgs } from 'node:util';
import { type Client, createClient } from './lib/client.ts';
import { machine, quantile, spread, table } from './lib/machine.ts';
import { startUnderTest } from './lib/server.ts';
import { createMachine, drive, payload, sequence, start, unique } from './lib/workloads.ts';

const { values } = parseArgs({
  options: {
    n: { type: 'string', default: '1000' },
    workers: { type: 'string', default: '50' },
    runs: { type: 'string', default: '3' },
  },
});
const N = Number(values.n);
const WORKERS = Number(values.workers);
const input = payload();

interface Task {
  readonly taskToken?: string;
  readonly input?: string;
}

/** Every worker polls and answers until `count` tasks are done. */
async function work(client: Client, activityArn: string, count: number): Promise<void> {
  let left = count;
  const worker = async (): Promise<void> => {
    // A poll that could find nothing would wait a minute: as many polls as tasks are made, no more.
    while (left-- > 0) {
      const { taskToken, input: output } = await client.call<Task>('GetActivityTask', { activityArn });
      if (taskToken === undefined) throw new Error('Expected a task within a minute');
      await client.call('SendTaskSuccess', { taskToken, output });
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, worker));
}

async function seconds(run: () => Promise<unknown>): Promise<number> {
  const before = performance.now();
  await run();
  return (performance.now() - before) / 1000;
}

const rows: Record<string, number[]> = {};
const keep = (name: string, figure: number): void => {
  rows[name] ??= [];
  rows[name].push(figure);
};

console.log(
  `${machine()}; ${N} tasks a run, ${WORKERS} workers, ${values.runs} runs, payload 1 KiB, fsync on\n`,
);
const server = await startUnderTest('treadle');
const starters = createClient(server.url, WORKERS);
const workers = createClient(server.url, WORKERS);

async function activityMachine(): Promise<{ activityArn: string; machineArn: string }> {
  const { activityArn } = await starters.call<{ activityArn: string }>('CreateActivity', { name: unique() });
  const definition = { StartAt: 'A', States: { A: { Type: 'Task', Resource: activityArn, End: true } } };
  return { activityArn, machineArn: await createMachine(starters, definition) };
}

const passArn = await createMachine(starters, sequence(1));
for (let run = 0; run < Number(values.runs); run++) {
  keep('Pass state: started, /s', (await drive(N, WORKERS, () => start(starters, passArn, input))).perSecond);

  const queued = await activityMachine();
  const filled = await drive(N, WORKERS, () => start(starters, queued.machineArn, input));
  keep('activity: scheduled with no worker there, /s', filled.perSecond);
  keep(
    'activity: taken and answered from a full queue, /s',
    N / (await seconds(() => work(workers, queued.activityArn, N))),
  );

  const waiting = await activityMachine();
  const cpu = server.cpuMs();
  const took = await seconds(async () => {
    const working = work(workers, waiting.activityArn, N);
    await drive(N, WORKERS, () => start(starters, waiting.machineArn, input));
    await working;
  });
  keep('activity: started, taken and answered at once, /s', N / took);
  keep('the same: CPU µs of the server for one', ((server.cpuMs() - cpu) * 1000) / N);

  // One at a time: from StartExecution to the waiting worker's answer.
  const single = await activityMachine();
  const delays: number[] = [];
  for (let i = 0; i < 200; i++) {
    const polled = workers.call<Task>('GetActivityTask', { activityArn: single.activityArn });
    const before = performance.now();
    const started = start(starters, single.machineArn, input);
    const { taskToken } = await polled;
    delays.push(performance.now() - before);
    await started;
    await workers.call('SendTaskSuccess', { taskToken, output: '1' });
  }
  keep('one at a time: start to worker, median ms', quantile(delays, 0.5));
  keep('one at a time: start to worker, p99 ms', quantile(delays, 0.99));
}
table(
  ['workload', 'median (lowest–highest)'],
  Object.entries(rows).map(([name, figures]) => [name, spread(figures, name.includes('ms') ? 2 : 0)]),
);
starters.close();
workers.close();
await server.stop();
