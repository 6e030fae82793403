// Decisions that take more than the loop allows are made in the pool and come to what they would have come to.

import { expect, test } from 'vitest';
import { DefinitionCache } from '../../../src/asl/analysis.ts';
import { Payload } from '../../../src/base/payload.ts';
import { AWS_LIMITS } from '../../../src/base/quotas.ts';
import { inProcessPool } from '../../../src/engine/threads/in-process.ts';
import type {
  DecisionJob,
  Job,
  Outcome,
  Pool,
  ResultOf,
  Workshop,
} from '../../../src/engine/threads/pool.ts';
import { createTaskTokens } from '../../../src/engine/tokens.ts';
import type { StateMachine } from '../../../src/store/store.ts';
import { openVirtualEngine, outcomeOf, START, type VirtualEngine } from '../virtual-engine.ts';

const workshop: Workshop = {
  definitions: new DefinitionCache(),
  tokens: createTaskTokens('secret'),
  random: () => 0.5,
  uuid: () => 'uuid',
  elapsed: () => 0,
};

interface Watched extends Pool {
  readonly jobs: DecisionJob[];
  /** In place of the work. */
  answer: ((job: DecisionJob) => Outcome | undefined) | undefined;
}

/** The pool in the process, with a look at what it does. @param hold how many milliseconds each job takes */
async function engineWithPool(hold = 0): Promise<{ v: VirtualEngine; pool: Watched }> {
  let inner: Pool | undefined;
  const pool: Watched = {
    jobs: [],
    answer: undefined,
    async run<J extends Job>(job: J) {
      const decision = job as unknown as DecisionJob;
      pool.jobs.push(decision);
      return (pool.answer?.(decision) ?? (await inner!.run(job))) as Outcome<ResultOf<J>>;
    },
    close: async () => {},
  };
  const v = await openVirtualEngine({
    pool,
    loopUnits: 1_000,
    limits: { ...AWS_LIMITS, payloadBytes: 1_000_000 },
    integrations: {
      find: () => ({
        start: async (task) => ({ status: 'completed', outputText: JSON.stringify(task.input) }),
      }),
    },
  });
  inner = inProcessPool(workshop, v.time.clockOf({}), () => hold);
  return { v, pool };
}

/** Starts an execution, and lets some time pass until that is durable. */
async function started(v: VirtualEngine, machine: StateMachine, name: string, input = '{}'): Promise<string> {
  const start = v.start(machine, name, input);
  await v.pass(100);
  return start;
}

const LONG = '{% $sum([1..2000]) %}';
const after = (name: string, state: object): object => ({ ...state, Next: name });
const definition = {
  QueryLanguage: 'JSONata',
  StartAt: 'First',
  States: {
    First: { Type: 'Pass', Assign: { first: '{% $states.input.x %}' }, Next: 'Call' },
    Call: after('Long', {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Arguments: { FunctionName: 'f', Payload: '{% $states.input %}' },
    }),
    Long: { Type: 'Pass', Output: { sum: LONG, first: '{% $first %}', b: 1 }, Next: 'Each' },
    Each: {
      Type: 'Map',
      Items: '{% [1, 2, 3] %}',
      ItemProcessor: {
        StartAt: 'One',
        States: { One: { Type: 'Pass', Output: `{% $sum([1..1000]) + $states.input %}`, End: true } },
      },
      End: true,
    },
  },
};

test('a Standard execution goes on in the pool with what it had', async () => {
  const { v, pool } = await engineWithPool();
  const machine = await v.machine('m', definition);
  const arn = await started(v, machine, 'a', '{"x":1.0}');
  await v.pass(1_000);
  const end = await v.engine.waitForEnd(arn);
  expect(end).toMatchObject({ status: 'SUCCEEDED' });
  expect(end!.output!.text).toBe('[500501,500502,500503]');
  expect(pool.jobs.length).toBeGreaterThan(0);
  // What the journal has is what one without a pool would have written.
  const events = v.commits.flatMap(({ executions }) => executions.flatMap((write) => write.events));
  expect(events.map(({ type }) => type).filter((type) => type.startsWith('Pass'))).toHaveLength(10);
  expect(
    events.filter(({ type }) => type === 'LambdaFunctionScheduled' || type === 'TaskScheduled'),
  ).toHaveLength(1);
  await v.dispose();
});

test('an Express execution goes on in the pool with what it had', async () => {
  const { v, pool } = await engineWithPool();
  const machine = await v.machine('m', definition, 'EXPRESS');
  const request = { machine, name: 'a', input: Payload.ofText('{"x":1.0}'), traceHeader: undefined };
  const end = outcomeOf(v.engine.startSync(request));
  await v.pass(1_000);
  expect(end.now).toMatchObject({ status: 'SUCCEEDED' });
  expect(pool.jobs.length).toBeGreaterThan(0);
  await v.dispose();
});

test('an execution of a program that was long goes to the pool without an attempt, until it is short again', async () => {
  const { v, pool } = await engineWithPool();
  const machine = await v.machine('m', {
    QueryLanguage: 'JSONata',
    StartAt: 'A',
    States: {
      A: { Type: 'Pass', Output: `{% $states.input.n > 0 ? ${LONG.slice(2, -2)} : 0 %}`, End: true },
    },
  });
  await started(v, machine, 'long', '{"n":1}');
  expect(pool.jobs).toHaveLength(1);
  for (let i = 0; i < 60; i++) {
    await started(v, machine, `short-${i}`, '{"n":0}');
  }
  expect(pool.jobs).toHaveLength(1 + 50);
  await v.dispose();
});

test('commands that come during a long decision are decided after it, in the order in which they came', async () => {
  const { v, pool } = await engineWithPool(5_000);
  const machine = await v.machine('m', {
    QueryLanguage: 'JSONata',
    StartAt: 'A',
    States: {
      A: { Type: 'Pass', Output: LONG, Next: 'W' },
      W: { Type: 'Wait', Seconds: 100, End: true },
    },
  });
  const start = outcomeOf(v.start(machine, 'a'));
  await v.pass(1_000);
  expect(start.now).toBe('open');
  expect(pool.jobs).toHaveLength(1);
  await v.pass(5_000);
  const arn = start.now as string;
  expect(await v.status(arn)).toBe('RUNNING');
  const stopped = outcomeOf(v.engine.stop(arn, undefined, undefined));
  await v.pass(6_000);
  expect(stopped.now).toBeGreaterThan(START);
  expect(await v.status(arn)).toBe('ABORTED');
  await v.dispose();
});

test('a decision that no thread survives fails its state, at the second attempt with little allowed', async () => {
  const { v, pool } = await engineWithPool();
  pool.answer = (job) => (job.sparing ? undefined : { status: 'stopped', reason: 'memory' });
  const machine = await v.machine('m', {
    QueryLanguage: 'JSONata',
    StartAt: 'A',
    States: { A: { Type: 'Pass', Output: '{% $count([1..300000].($ * $)) %}', End: true } },
  });
  const arn = await started(v, machine, 'a');
  expect(await v.engine.waitForEnd(arn)).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  expect(pool.jobs.map(({ sparing }) => sparing)).toEqual([false, true]);
  await v.dispose();
});

test('an execution whose decision no thread survives at all fails as a whole', async () => {
  const { v, pool } = await engineWithPool();
  pool.answer = () => ({ status: 'stopped', reason: 'exit' });
  for (const type of ['STANDARD', 'EXPRESS'] as const) {
    const machine = await v.machine(
      `m-${type}`,
      { QueryLanguage: 'JSONata', StartAt: 'A', States: { A: { Type: 'Pass', Output: LONG, End: true } } },
      type,
    );
    const request = { machine, name: 'a', input: Payload.ofText('{}'), traceHeader: undefined };
    const end = outcomeOf(
      type === 'EXPRESS'
        ? v.engine.startSync(request)
        : v.engine.start(request).then(({ executionArn }) => v.engine.waitForEnd(executionArn)),
    );
    await v.pass(100);
    expect(end.now).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  }
  expect(v.log.map(({ msg }) => msg).join()).not.toContain('A bug of Treadle');
  await v.dispose();
});

test('a bug in the pool stops the step and is logged with its execution', async () => {
  const { v, pool } = await engineWithPool();
  pool.answer = () => ({ status: 'bug', error: new Error('broken') });
  const machine = await v.machine('m', {
    QueryLanguage: 'JSONata',
    StartAt: 'A',
    States: { A: { Type: 'Pass', Output: LONG, End: true } },
  });
  const start = outcomeOf(v.start(machine, 'a'));
  await v.pass(100);
  expect(start.now).toBe('Error');
  expect(v.log).toContainEqual(
    expect.objectContaining({ msg: 'A bug of Treadle stopped a step of an execution' }),
  );
  await v.dispose();
});

test('a job that was answered before it was submitted goes on in the pool when what follows takes long', async () => {
  const jobs: Job[] = [];
  let inner: Pool | undefined;
  const pool: Pool = {
    run(job) {
      jobs.push(job);
      return inner!.run(job);
    },
    close: async () => {},
  };
  const v = await openVirtualEngine({
    pool,
    loopUnits: 1_000,
    integrations: {
      find: () => ({
        async start({ input }) {
          const { MessageBody: token } = input as { MessageBody: string };
          await v.engine.completeTask(token, { status: 'succeeded', output: Payload.ofText('1') });
          return { status: 'completed', outputText: '{}' };
        },
      }),
    },
  });
  inner = inProcessPool(workshop, v.time.clockOf({}), () => 0);
  const machine = await v.machine('m', {
    QueryLanguage: 'JSONata',
    StartAt: 'Ask',
    States: {
      Ask: {
        Type: 'Task',
        Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
        Arguments: { QueueUrl: 'q', MessageBody: '{% $states.context.Task.Token %}' },
        Output: { sum: LONG },
        End: true,
      },
    },
  });
  const arn = await started(v, machine, 'a');
  for (let n = 0; n < 200 && (await v.status(arn)) === 'RUNNING'; n++) await v.time.step();
  expect(await v.status(arn)).toBe('SUCCEEDED');
  expect(jobs.length).toBeGreaterThan(0);
  await v.dispose();
});
