// Three Lambda tasks in sequence, durable, from a burst of starts to the last end: against a stub of the Lambda Invoke API in
// this process and against a local Node.js function, beside three Pass states in the same run. What a task costs is the
// difference, divided by three. node bench/tasks.bench.ts [--n 3000] [--runs 3]

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { MAX_QUEUED } from '../src/functions/pool.ts';
import { type Client, createClient } from './lib/client.ts';
import { machine, median, quantile, spread, table } from './lib/machine.ts';
import { startUnderTest } from './lib/server.ts';
import { createMachine, drive, payload, sequence, start } from './lib/workloads.ts';

const { values } = parseArgs({
  options: { n: { type: 'string', default: '3000' }, runs: { type: 'string', default: '3' } },
});
const N = Number(values.n);
const CLIENTS = 64;
const PROCESSES = 8;
const input = payload();

/** Answers every invocation with what it was given, as Lambda does. */
function openStub(): Promise<{ readonly server: Server; readonly url: string }> {
  let requests = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': body.length,
        'x-amzn-requestid': `00000000-0000-4000-8000-${String(requests++).padStart(12, '0')}`,
        'x-amz-executed-version': '$LATEST',
      });
      response.end(body);
    });
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error('Expected a port');
      resolve({ server, url: `http://127.0.0.1:${address.port}` });
    });
  });
}

/** Three calls of one function, by its ARN or through lambda:invoke. */
function tasks(name: string, byInvoke: boolean): object {
  const resource = `arn:aws:lambda:us-east-1:123456789012:function:${name}`;
  const task = byInvoke
    ? {
        Resource: 'arn:aws:states:::lambda:invoke',
        Parameters: { FunctionName: name, 'Payload.$': '$' },
        OutputPath: '$.Payload',
      }
    : { Resource: resource };
  return {
    StartAt: 'A',
    States: {
      A: { Type: 'Task', ...task, Next: 'B' },
      B: { Type: 'Task', ...task, Next: 'C' },
      C: { Type: 'Task', ...task, End: true },
    },
  };
}

/** A burst of starts until the last has ended. @returns executions per second. */
async function burst(client: Client, stateMachineArn: string, times: number): Promise<number> {
  const before = performance.now();
  await drive(times, CLIENTS, () => start(client, stateMachineArn, input));
  const running = { stateMachineArn, statusFilter: 'RUNNING', maxResults: 1 };
  for (;;) {
    const { executions } = await client.call<{ executions: object[] }>('ListExecutions', running);
    if (executions.length === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const perSecond = (times * 1000) / (performance.now() - before);
  const failed = { stateMachineArn, statusFilter: 'FAILED', maxResults: 1 };
  const { executions } = await client.call<{ executions: object[] }>('ListExecutions', failed);
  if (executions.length > 0) throw new Error(`Expected no failure, but got ${JSON.stringify(executions)}`);
  return perSecond;
}

interface Workload {
  readonly name: string;
  readonly definition: object;
  readonly times: number;
}

interface Figures {
  readonly perSecond: number[];
  readonly cpuMicros: number[];
}

const PASSES = 'three Pass states';
const WORKLOADS: readonly Workload[] = [
  { name: PASSES, definition: sequence(3), times: N },
  { name: 'Invoke API, by ARN', definition: tasks('stubbed', false), times: N },
  { name: 'Invoke API, lambda:invoke', definition: tasks('stubbed', true), times: N },
  // More invocations than this waiting for a process are refused.
  {
    name: `local Node.js function, ${PROCESSES} processes`,
    definition: tasks('echo', false),
    times: Math.min(N, MAX_QUEUED),
  },
];

console.log(
  `${machine()}; ${N} executions a run, ${values.runs} runs, three tasks each, payload 1 KiB, fsync on\n`,
);
const folder = mkdtempSync(join(tmpdir(), 'treadle-bench-'));
writeFileSync(join(folder, 'echo.mjs'), 'export const handler = async (event) => event;\n');
const stub = await openStub();
const server = await startUnderTest('treadle', {
  TREADLE_ENDPOINTS: JSON.stringify({ lambda: stub.url }),
  TREADLE_FUNCTIONS: JSON.stringify({
    echo: { handler: join(folder, 'echo.handler'), concurrency: PROCESSES, timeout: 60 },
  }),
});
const client = createClient(server.url, CLIENTS);
const figures = new Map<string, Figures>();
const latencies: number[] = [];
for (let run = 0; run < Number(values.runs); run++) {
  for (const { name, definition, times } of WORKLOADS) {
    const kept = figures.get(name) ?? { perSecond: [], cpuMicros: [] };
    figures.set(name, kept);
    await burst(client, await createMachine(client, definition), Math.ceil(times / 5));
    const stateMachineArn = await createMachine(client, definition);
    const cpu = server.cpuMs();
    kept.perSecond.push(await burst(client, stateMachineArn, times));
    kept.cpuMicros.push(((server.cpuMs() - cpu) * 1000) / times);
  }
  const express = await createMachine(client, tasks('stubbed', false), 'EXPRESS');
  const alone = await drive(200, 1, () =>
    client.call('StartSyncExecution', { stateMachineArn: express, input }),
  );
  latencies.push(...alone.latencies);
}
const bare = median(figures.get(PASSES)!.cpuMicros);
table(
  ['three in sequence, burst of starts', 'executions/s', 'CPU µs of the server for one', 'for one task'],
  [...figures].map(([name, { perSecond, cpuMicros }]) => [
    name,
    spread(perSecond),
    spread(cpuMicros),
    name === PASSES ? '' : ((median(cpuMicros) - bare) / 3).toFixed(0),
  ]),
);
console.log(
  `\nExpress, synchronous, three calls of the Invoke API, one client: median ${quantile(latencies, 0.5).toFixed(2)} ms, ` +
    `p99 ${quantile(latencies, 0.99).toFixed(2)} ms`,
);
client.close();
await server.stop();
stub.server.close();
stub.server.closeAllConnections();
rmSync(folder, { recursive: true, force: true });
