// Cold start and invocations per second of local functions. Run: node bench/lambda.bench.ts [invocations, default 5000]
// Through the integration, as the engine calls it. `empty` handlers return their event of 1 KiB.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TaskResource } from '../src/asl/program.ts';
import { openLog } from '../src/base/log.ts';
import type { LocalFunction } from '../src/config/functions.ts';
import { createRegistry } from '../src/integrations/registry.ts';

const INVOCATIONS = Number(process.argv[2] ?? 5_000);
const COLD_STARTS = 10;
const PARALLEL = 8;
const REGION = 'us-east-1';
const ACCOUNT = '123456789012';
const INPUT = { data: 'x'.repeat(1_000) };

const root = mkdtempSync(join(tmpdir(), 'treadle-bench-'));
writeFileSync(join(root, 'app.mjs'), 'export const handler = async (event) => event;\n');
writeFileSync(join(root, 'typed.ts'), 'export const handler = async (event: unknown) => event;\n');
writeFileSync(join(root, 'app_py.py'), 'def handler(event, context):\n    return event\n');

const runtimes: Record<string, LocalFunction> = { 'Node, JavaScript': { handler: 'app.handler' } };
runtimes['Node, TypeScript'] = { handler: 'typed.handler' };
if (spawnSync('python3', ['--version']).status === 0) runtimes['Python'] = { handler: 'app_py.handler' };
else console.log('python3 is absent: no row for it');

const functions: Record<string, LocalFunction> = {};
for (const [at, local] of Object.values(runtimes).entries()) {
  functions[`one${at}`] = { ...local, concurrency: 1 };
  functions[`many${at}`] = { ...local, concurrency: PARALLEL };
  for (let i = 0; i < COLD_STARTS; i++) functions[`cold${at}-${i}`] = local;
}
const registry = createRegistry({ region: REGION, root, functions, endpoints: {}, log: openLog('warn') });
const signal = new AbortController().signal;

async function call(name: string): Promise<void> {
  const resource: TaskResource = {
    kind: 'lambda',
    arn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`,
  };
  const task = {
    resource,
    input: INPUT,
    executionArn: `arn:aws:states:${REGION}:${ACCOUNT}:execution:m:e`,
    stateMachineArn: `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:m`,
    stateName: 'S',
    region: REGION,
    account: ACCOUNT,
    idempotencyToken: '',
    credentials: undefined,
  };
  const outcome = await registry.find(resource)!.start(task, signal);
  if (outcome.status !== 'completed')
    throw new Error(`Expected a result of ${name}, but got ${JSON.stringify(outcome)}`);
}

async function milliseconds(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

async function sequential(name: string, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await call(name);
}

const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD']).toString().trim();
console.log(
  `${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}, commit ${commit}, ${INVOCATIONS} invocations\n`,
);
console.log(
  `| runtime | cold start, median ms | max | sequential/s, one process | parallel/s, ${PARALLEL} processes |`,
);
console.log('|---|---|---|---|---|');
for (const [at, name] of Object.keys(runtimes).entries()) {
  const cold: number[] = [];
  for (let i = 0; i < COLD_STARTS; i++) cold.push(await milliseconds(() => call(`cold${at}-${i}`)));
  cold.sort((a, b) => a - b);
  await sequential(`one${at}`, 500);
  const one = await milliseconds(() => sequential(`one${at}`, INVOCATIONS));
  const workers = Array.from({ length: PARALLEL });
  await Promise.all(workers.map(() => sequential(`many${at}`, 100)));
  const many = await milliseconds(async () => {
    await Promise.all(workers.map(() => sequential(`many${at}`, Math.ceil(INVOCATIONS / PARALLEL))));
  });
  const perSecond = (ms: number): string => Math.round((INVOCATIONS / ms) * 1_000).toLocaleString('en');
  const [median, max] = [cold[COLD_STARTS / 2]!, cold[COLD_STARTS - 1]!];
  console.log(
    `| ${name} | ${median.toFixed(0)} | ${max.toFixed(0)} | ${perSecond(one)} | ${perSecond(many)} |`,
  );
}
await registry.close();
rmSync(root, { recursive: true });
