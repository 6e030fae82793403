// Redrives in the engine: what is checked, what is durable when, and what becomes of an execution that was closed.
// Source of the rules: AWS, API reference, RedriveExecution, and "Restarting state machine executions with redrive".

import { afterEach, expect, test } from 'vitest';
import { stateMachineArn } from '../../src/base/arn.ts';
import { AWS_LIMITS } from '../../src/base/quotas.ts';
import { NotRedrivable, type RedriveRequest } from '../../src/engine/engine.ts';
import type { Integration, TaskOutcome } from '../../src/integrations/integration.ts';
import { StoreUnavailable } from '../../src/store/store.ts';
import { ACCOUNT } from '../api/test-api.ts';
import { until } from '../support/until.ts';
import { arnOf, openVirtualEngine, outcomeOf, sleeper, TASK, type VirtualEngine } from './virtual-engine.ts';

let v: VirtualEngine;
afterEach(() => v.dispose());

const ARN = arnOf('m', 'e');
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** What the task answers, in order; at last it succeeds. */
let replies: TaskOutcome[] = [];
let calls = 0;
const BROKEN: TaskOutcome = { status: 'failed', error: 'Broken', cause: undefined };
const integration: Integration = {
  start: async () => {
    calls++;
    return replies.shift() ?? { status: 'completed', outputText: '"done"' };
  },
  poll: async () => ({ status: 'running' }),
  cancel: async () => {},
};

/** An execution of TASK that has failed. */
async function failedTask(times = 1): Promise<void> {
  calls = 0;
  replies = new Array(times).fill(BROKEN);
  v = await openVirtualEngine({ integrations: { find: () => integration } });
  await started(TASK);
  expect(await v.status(ARN)).toBe('FAILED');
}

async function started(definition: object): Promise<void> {
  const machine = await v.machine('m', definition);
  const start = v.start(machine, 'e');
  await v.pass(0);
  await start;
  await v.pass(100);
}

/** The answer to a redrive; an error as its text. */
async function redrive(request: Partial<RedriveRequest> = {}): Promise<number | string | undefined> {
  const asked = v.engine.redrive({ executionArn: ARN, ...request });
  const outcome = outcomeOf(asked);
  await v.pass(0);
  while (outcome.now === 'open') await v.pass(1_000);
  return asked.catch((error: unknown) => {
    if (error instanceof NotRedrivable) return error.message;
    throw error;
  });
}

const record = async () => (await v.store.executions.get(ARN))!;

test('a redriven execution goes on, and its record says so', async () => {
  await failedTask();
  const before = await record();
  await v.pass(5_000);
  const now = v.time.now();
  expect(await redrive()).toBe(now);
  await v.pass(100);
  const after = await record();
  expect(after).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1, redrivenAt: now, key: before.key });
  expect(after.stoppedAt).toBeGreaterThanOrEqual(now);
  expect(calls).toBe(2);
});

test('while it runs again it is like any other that runs', async () => {
  v = await openVirtualEngine();
  await started(sleeper(3_600));
  await stopped();
  await redrive();
  expect(await record()).toMatchObject({ status: 'RUNNING', stoppedAt: undefined, redriveCount: 1 });
  const machine = stateMachineArn(ACCOUNT, 'm');
  expect(await v.store.executions.countRunning(machine)).toBe(1);
  const page = { stateMachineArn: machine, after: undefined, limit: 9 };
  expect(await v.store.executions.list({ ...page, status: 'RUNNING' })).toHaveLength(1);
  expect(await v.store.executions.list({ ...page, status: 'ABORTED' })).toHaveLength(0);
  // Nothing that closes long ago is removed while it runs.
  const closedBefore = v.time.now() + DAY;
  expect(await v.store.executions.removeClosed({ closedBefore, limit: 9 })).toBe(0);
  await v.pass(3_600_000);
  expect(await record()).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 });
});

async function stopped(): Promise<void> {
  const stopping = v.engine.stop(ARN, undefined, undefined);
  await v.pass(10);
  await stopping;
}

test('it is answered when it is durable, and whoever waits for its end is told', async () => {
  await failedTask();
  let keep = (): void => {};
  v.onCommit = () =>
    new Promise((resolve) => {
      keep = resolve;
    });
  const asked = v.engine.redrive({ executionArn: ARN });
  const outcome = outcomeOf(asked);
  await v.pass(1_000);
  expect([outcome.now, calls]).toEqual(['open', 1]);
  v.onCommit = undefined;
  keep();
  await v.pass(0);
  await asked;
  const ended = v.engine.waitForEnd(ARN);
  await v.pass(100);
  expect((await ended)?.status).toBe('SUCCEEDED');
});

test('a process that dies after a redrive was acknowledged leaves it to the next', async () => {
  await failedTask();
  await redrive();
  await v.restart();
  await v.pass(1_000);
  expect(await record()).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 });
});

test('a store that refuses a redrive once is asked again', async () => {
  await failedTask();
  let refusals = 1;
  v.onCommit = () => {
    if (refusals-- > 0) throw new StoreUnavailable('disk full');
  };
  const now = v.time.now();
  expect(await redrive()).toBe(now + 500);
  await v.pass(100);
  expect(await record()).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 });
});

test('a store that refuses every redrive is what the caller hears of', async () => {
  await failedTask();
  v.onCommit = () => {
    throw new StoreUnavailable('disk full');
  };
  await expect(redrive()).rejects.toThrow('Expected the store to keep the redrive');
  v.onCommit = undefined;
  expect(await record()).toMatchObject({ status: 'FAILED', redriveCount: 0 });
  expect(typeof (await redrive())).toBe('number');
});

test('of two redrives at once, one finds it running', async () => {
  await failedTask();
  const both = Promise.all([redrive(), redrive()]);
  await v.pass(100);
  const answers = await both;
  expect(answers.filter((answer) => typeof answer === 'number')).toHaveLength(1);
  expect(answers).toContain('Execution is RUNNING and cannot be redriven');
  expect((await record()).redriveCount).toBe(1);
});

test('the same client token is the same redrive, for fifteen minutes', async () => {
  await failedTask(3);
  const first = await redrive({ clientToken: 'a' });
  await v.pass(100);
  expect(await redrive({ clientToken: 'a' })).toBe(first);
  await v.restart();
  await v.pass(14 * MINUTE);
  expect(await redrive({ clientToken: 'a' })).toBe(first);
  expect(await record()).toMatchObject({ status: 'FAILED', redriveCount: 1 });
  await v.pass(2 * MINUTE);
  expect(await redrive({ clientToken: 'a' })).toBe(v.time.now());
  await v.pass(100);
  expect((await record()).redriveCount).toBe(2);
});

test('two redrives at once with the same token are one', async () => {
  await failedTask();
  const answers = await Promise.all([redrive({ clientToken: 'a' }), redrive({ clientToken: 'a' })]);
  expect(answers[0]).toBe(answers[1]);
  await v.pass(100);
  expect((await record()).redriveCount).toBe(1);
});

test('the ten latest tokens are remembered', async () => {
  await failedTask(20);
  for (let n = 0; n < 11; n++) {
    await redrive({ clientToken: `t${n}` });
    await v.pass(100);
  }
  const second = await redrive({ clientToken: 't1' });
  expect((await record()).redriveCount).toBe(11);
  expect(second).toBeLessThan(v.time.now());
  await redrive({ clientToken: 't0' });
  expect((await record()).redriveCount).toBe(12);
});

test('what runs, or has succeeded, is not redriven', async () => {
  v = await openVirtualEngine();
  await started(sleeper(60));
  expect(await redrive()).toBe('Execution is RUNNING and cannot be redriven');
  await v.pass(60_000);
  expect(await redrive()).toBe('Execution is SUCCEEDED and cannot be redriven');
});

test('an execution that there is none of is said to be unknown', async () => {
  v = await openVirtualEngine();
  await started(sleeper(60));
  expect(await redrive({ executionArn: arnOf('m', 'other') })).toBeUndefined();
  expect(await redrive({ executionArn: arnOf('none', 'other') })).toBeUndefined();
});

test('after fourteen days it is too late', async () => {
  await failedTask();
  await v.pass(14 * DAY - MINUTE);
  v.time.jump(2 * MINUTE);
  expect(await redrive()).toBe('Execution redrivable period exceeded');
});

test('a year after its start it is too late as well', async () => {
  v = await openVirtualEngine();
  await started({ ...sleeper(99_999_999), TimeoutSeconds: 364 * 86_400 });
  await v.pass(364 * DAY + 1_000);
  expect(await record()).toMatchObject({ status: 'TIMED_OUT' });
  await v.pass(2 * DAY);
  expect(await redrive()).toBe('Execution has exceeded the max execution time');
});

test('a history that is nearly full leaves no room', async () => {
  replies = new Array(9).fill(BROKEN);
  const limits = { ...AWS_LIMITS, historyEvents: 8 };
  v = await openVirtualEngine({ limits, integrations: { find: () => integration } });
  await started(TASK);
  expect(typeof (await redrive())).toBe('number');
  await v.pass(100);
  expect(await redrive()).toBe('Execution history event limit exceeded');
});

test('with its machine on the way out it is not redriven', async () => {
  v = await openVirtualEngine();
  const machine = await v.machine('m', sleeper(60));
  for (const name of ['e', 'other']) {
    const start = v.start(machine, name);
    await v.pass(0);
    await start;
  }
  await stopped();
  await v.engine.deleteStateMachine(machine.arn);
  expect(await redrive()).toBe('State machine is in DELETING status');
});

test('a deletion that comes during a redrive lets the execution end', async () => {
  await failedTask();
  let keep = (): void => {};
  v.onCommit = () =>
    new Promise((resolve) => {
      keep = resolve;
    });
  const asked = v.engine.redrive({ executionArn: ARN });
  await v.pass(0);
  v.onCommit = undefined;
  const machine = stateMachineArn(ACCOUNT, 'm');
  const deleting = v.engine.deleteStateMachine(machine);
  await v.pass(10_000);
  await deleting;
  expect(await v.store.catalog.get(machine)).toBeDefined();
  keep();
  await v.pass(0);
  expect(typeof (await asked)).toBe('number');
  await until('the removal of the machine', async () => {
    await v.pass(1_000);
    return (await v.store.catalog.get(machine)) === undefined;
  });
});

test('one execution is redriven 200 times, through restarts', async () => {
  await failedTask(201);
  for (let n = 1; n <= 200; n++) {
    await redrive();
    if (n % 40 === 0) await v.restart();
    await v.pass(100);
    if (n % 50 === 0) expect(await record()).toMatchObject({ status: 'FAILED', redriveCount: n });
  }
  await redrive();
  await v.pass(100);
  expect(await record()).toMatchObject({ status: 'SUCCEEDED', redriveCount: 201 });
  expect(calls).toBe(202);
  const { key } = await record();
  const events = await v.store.journal.page(key, { from: 1, limit: 2_000, reverse: false });
  expect(events.map(({ id }) => id)).toEqual(events.map((_, i) => i + 1));
});
