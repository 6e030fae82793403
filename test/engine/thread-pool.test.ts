// Threads do jobs, and one that takes too much ends without harm to others. Threads are real here.

import { pino } from 'pino';
import { afterEach, expect, test } from 'vitest';
import { Payload } from '../../src/base/payload.ts';
import { AWS_LIMITS } from '../../src/base/quotas.ts';
import { pack, unpack } from '../../src/base/transfer.ts';
import type { ThreadData } from '../../src/engine/thread.ts';
import { ThreadPool } from '../../src/engine/thread-pool.ts';
import type { DecisionJob } from '../../src/engine/threads/pool.ts';
import type { Verdict } from '../../src/interpreter/decide.ts';
import { type ExecutionInfo, newExecutionState } from '../../src/interpreter/state.ts';

let pool: ThreadPool;
afterEach(() => pool.close());

const data: ThreadData = { tokenSecret: 'secret', functions: {} };
const log = pino({ level: 'silent' });

function job(output: string, sparing = false): DecisionJob {
  const info = { arn: 'a', express: true, startedAt: 0, deadline: 1e15 } as ExecutionInfo;
  return {
    type: 'decision',
    definition: JSON.stringify({
      QueryLanguage: 'JSONata',
      StartAt: 'A',
      States: { A: { Type: 'Pass', Output: `{% ${output} %}`, End: true } },
    }),
    state: pack(newExecutionState(info)),
    commands: pack([{ type: 'StartExecution', input: Payload.ofText('{}') }]),
    facts: {
      now: 1,
      limits: AWS_LIMITS,
      activities: [],
      checked: [],
      added: {},
      mocked: [],
      isBeingDeleted: false,
    },
    sparing,
  };
}

async function lastEvent(output: string, sparing = false): Promise<unknown> {
  const outcome = await pool.run(job(output, sparing));
  if (outcome.status !== 'done') return outcome;
  return (unpack(outcome.result.verdicts) as readonly Verdict[]).at(-1)!.events.at(-1);
}

test('a job is done in a thread, and its result is data', async () => {
  pool = new ThreadPool({ data, log, threads: 1 });
  expect(await lastEvent('$sum([1..10])')).toMatchObject({ type: 'ExecutionSucceeded' });
});

test('jobs wait for a thread and are done in order', async () => {
  pool = new ThreadPool({ data, log, threads: 1 });
  const done: number[] = [];
  await Promise.all([1, 2, 3, 4].map((n) => lastEvent(`${n}`).then(() => done.push(n))));
  expect(done).toEqual([1, 2, 3, 4]);
});

test('a job beyond the limit of time ends its thread', async () => {
  pool = new ThreadPool({ data, log, threads: 1, limitMs: 1 });
  const long = pool.run(job('$count([1..300000].($ * $))'));
  expect(await long).toEqual({ status: 'stopped', reason: 'time' });
});

test('a job beyond the limit of memory ends its thread, and others are done by the next', async () => {
  pool = new ThreadPool({ data, log, threads: 1, memoryMb: 40 });
  const [bomb, other] = [
    pool.run(job('$count($map([1..4000], function($i) { {"a": [1..3000]} }))')),
    lastEvent('1'),
  ];
  expect(await bomb).toEqual({ status: 'stopped', reason: 'memory' });
  expect(await other).toMatchObject({ type: 'ExecutionSucceeded' });
});

test('with little allowed, a state that would take long fails', async () => {
  pool = new ThreadPool({ data, log, threads: 1 });
  expect(await lastEvent('$count([1..300000].($ * $))', true)).toMatchObject({
    type: 'ExecutionFailed',
    error: 'States.Runtime',
  });
});
