// What a process leaves is taken up by the next one.

import { afterEach, expect, test } from 'vitest';
import type { Integration, TaskOutcome } from '../../src/integrations/integration.ts';
import { StoreUnavailable } from '../../src/store/store.ts';
import { openVirtualEngine, outcomeOf, sleeper, TASK, type VirtualEngine } from './virtual-engine.ts';

let v: VirtualEngine;
afterEach(() => v.dispose());

interface Call {
  readonly token: string;
  readonly answer: (outcome: TaskOutcome) => void;
}
const DONE: TaskOutcome = { status: 'completed', outputText: '"done"' };

async function openWithCalls(): Promise<Call[]> {
  const calls: Call[] = [];
  const integration: Integration = {
    start: ({ idempotencyToken: token }) => new Promise((answer) => void calls.push({ token, answer })),
  };
  v = await openVirtualEngine({ integrations: { find: () => integration } });
  return calls;
}

async function tasks(...names: string[]): Promise<string[]> {
  const machine = await v.machine('m', TASK);
  const starts = names.map((name) => v.start(machine, name));
  await v.pass(0);
  return Promise.all(starts);
}

async function keyOf(arn: string): Promise<number> {
  return (await v.store.executions.get(arn))!.key;
}

test('calls under way are made again, with the same token, and their results count', async () => {
  const calls = await openWithCalls();
  const [arn] = await tasks('a');
  await v.restart();
  await v.pass(0);
  expect(calls).toHaveLength(2);
  expect(calls[1]!.token).toBe(calls[0]!.token);
  calls[1]!.answer(DONE);
  await v.pass(0);
  expect(await v.status(arn!)).toBe('SUCCEEDED');
});

test('executions that only sleep are not read, and no timer is fired before everything is taken up', async () => {
  const calls = await openWithCalls();
  const [busy] = await tasks('busy');
  const sleeping = v.start(await v.machine('s', sleeper(60)), 'sleeps');
  await v.pass(0);
  const sleepingKey = await keyOf(await sleeping);
  v.time.jump(3_600_000);
  const read: (number | string)[] = [];
  v.onRead = (key) => void read.push(key === sleepingKey ? 'sleeps' : key);
  await v.restart();
  await v.pass(0);
  expect(read).toEqual([await keyOf(busy!), 'sleeps']);
  expect(calls).toHaveLength(2);
  expect(await v.status(await sleeping)).toBe('SUCCEEDED');
});

test('an execution that cannot be read for a while is taken up when it can, and the others at once', async () => {
  const calls = await openWithCalls();
  const [unreadable, well] = await tasks('unreadable', 'well');
  const key = await keyOf(unreadable!);
  v.onRead = (read) => {
    if (read === key) throw new StoreUnavailable('the disk is away');
  };
  await v.restart();
  await v.pass(400);
  expect(calls.slice(2).map(({ token }) => token)).toEqual([`${well}:${calls[1]!.token.split(':').at(-1)}`]);
  v.onRead = undefined;
  await v.pass(600);
  expect(calls).toHaveLength(4);
  expect(v.log).toMatchObject([{ execution: unreadable, msg: 'An execution cannot be taken up again' }]);
});

test('a process that closes does not go on trying', async () => {
  const calls = await openWithCalls();
  await tasks('a');
  let reads = 0;
  v.onRead = () => {
    reads++;
    throw new StoreUnavailable('the disk is away');
  };
  await v.restart();
  const closed = outcomeOf(v.engine.close(0));
  await v.pass(5_000);
  expect([closed.now, reads, calls.length]).toEqual([undefined, 1, 1]);
});
