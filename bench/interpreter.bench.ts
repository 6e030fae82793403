// The interpreter alone, in memory, beside what a user would pick for it from npm: aws-local-stepfunctions.
// Treadle writes the whole history of the execution meanwhile; the other keeps none.
// node bench/interpreter.bench.ts [--n 20000]

import { parseArgs } from 'node:util';
import { StateMachine } from 'aws-local-stepfunctions';
import { compileDefinition } from '../src/asl/compile.ts';
import { Payload } from '../src/base/payload.ts';
import { AWS_LIMITS } from '../src/base/quotas.ts';
import { decide } from '../src/interpreter/decide.ts';
import { newExecutionState } from '../src/interpreter/state.ts';
import { machine, spread, table } from './lib/machine.ts';
import { payload, sequence } from './lib/workloads.ts';

const { values } = parseArgs({ options: { n: { type: 'string', default: '20000' } } });
const N = Number(values.n);
const RUNS = 5;
const definition = sequence(5);
const input = payload();
const parsed = JSON.parse(input) as { readonly id: number };
const program = compileDefinition(JSON.stringify(definition));
const startedAt = Date.now();
const info = {
  arn: 'arn:aws:states:us-east-1:123456789012:execution:m:e',
  name: 'e',
  stateMachineArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:m',
  stateMachineName: 'm',
  roleArn: 'arn:aws:iam::123456789012:role/r',
  region: 'us-east-1',
  express: false,
  showRedriveCount: true,
  startedAt,
  deadline: startedAt + 1e9,
};
const env = {
  now: startedAt,
  random: Math.random,
  uuid: () => crypto.randomUUID(),
  taskToken: () => 'token',
  knowsActivity: () => false,
  checkParameters: () => [],
  limits: AWS_LIMITS,
  maxTransitions: 1_000,
};

function treadle(): void {
  const state = newExecutionState(info);
  decide(program, state, { type: 'StartExecution', input: Payload.ofText(input) }, env);
  if (state.output?.text !== input) throw new Error('Expected the input as output');
}

const other = new StateMachine(definition as ConstructorParameters<typeof StateMachine>[0]);
async function peer(): Promise<void> {
  const result = (await other.run(parsed).result) as { id: number };
  if (result.id !== 12_345) throw new Error('Expected the input as output');
}

async function perSecond(work: () => void | Promise<void>): Promise<number> {
  const before = performance.now();
  for (let i = 0; i < N; i++) await work();
  return (N * 1000) / (performance.now() - before);
}

console.log(`${machine()}; five Pass states, 1 KiB, ${N} executions a run, ${RUNS} runs in turn\n`);
const ours: number[] = [];
const theirs: number[] = [];
await perSecond(treadle);
await perSecond(peer);
for (let i = 0; i < RUNS; i++) {
  ours.push(await perSecond(treadle));
  theirs.push(await perSecond(peer));
}
const ratios = ours.map((value, i) => value / theirs[i]!);
table(
  ['Treadle /s', 'aws-local-stepfunctions /s', 'ratio'],
  [[spread(ours), spread(theirs), spread(ratios, 1)]],
);
