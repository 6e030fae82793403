// The neighbour of an attack: starts and describes a Standard execution of one Pass state and runs a synchronous Express one, one
// call after the other, and says how long each took. In a thread of its own, so that it does not wait for the attack's client.

import { parentPort, workerData } from 'node:worker_threads';
import { createClient } from '../../bench/lib/client.ts';
import { start, unique } from '../../bench/lib/workloads.ts';

export interface Neighbour {
  readonly url: string;
  readonly standard: string;
  readonly express: string;
}

const PAUSE_MS = 5;

const { url, standard, express } = workerData as Neighbour;
const client = createClient(url, 1);
const taken: number[] = [];
let failed = 0;
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
    try {
      await call();
    } catch {
      failed++;
    }
    taken.push(performance.now() - before);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
client.close();
parentPort!.postMessage({ taken, failed });
