// Deletion of state machines with everything of them, also across a restart.

import { afterEach, expect, test, vi } from 'vitest';
import { stateMachineArn } from '../../src/base/arn.ts';
import { openLog } from '../../src/base/log.ts';
import { type DeletionParts, Deletions } from '../../src/engine/deletions.ts';
import { Bus } from '../../src/observe/bus.ts';
import { ACCOUNT } from '../api/test-api.ts';
import { until } from '../support/until.ts';
import { arnOf, openVirtualEngine, sleeper, type VirtualEngine } from './virtual-engine.ts';

let v: VirtualEngine;
afterEach(() => v.dispose());

/** Lets everything happen until the machine has been removed. */
async function removal(): Promise<void> {
  await until('the removal of the machine', async () => {
    await v.pass(0);
    return (await v.store.catalog.get(MACHINE)) === undefined;
  });
}

const MACHINE = stateMachineArn(ACCOUNT, 'm');

async function running(count: number): Promise<void> {
  const machine = await v.machine('m', sleeper(600));
  const starts = Array.from({ length: count }, (_, i) => v.start(machine, `e${i}`));
  await v.pass(0);
  await Promise.all(starts);
}

test('a deleted machine is marked at once, its executions are stopped, and then everything of it is removed', async () => {
  v = await openVirtualEngine();
  await running(3);
  const heard: string[] = [];
  v.bus.on('executionEnded', ({ executionArn, status }) => heard.push(`${executionArn} ${status}`));
  v.bus.on('stateMachineRemoved', ({ stateMachineArn }) => heard.push(stateMachineArn));
  await v.engine.deleteStateMachine(MACHINE);
  expect((await v.store.catalog.get(MACHINE))?.status).toBe('DELETING');
  await removal();
  const ends = [0, 1, 2].map((i) => `${arnOf('m', `e${i}`)} ABORTED`);
  expect(heard.slice(0, 3).toSorted()).toEqual(ends);
  await v.pass(0);
  expect(heard.slice(3)).toEqual([MACHINE]);
});

test('more executions than are stopped at once are all stopped', async () => {
  v = await openVirtualEngine();
  await running(1_001);
  let aborted = 0;
  v.bus.on('executionEnded', ({ status }) => void (status === 'ABORTED' && aborted++));
  await v.engine.deleteStateMachine(MACHINE);
  await removal();
  expect(aborted).toBe(1_001);
});

test('executions of other machines go on', async () => {
  v = await openVirtualEngine();
  await running(1);
  const other = v.start(await v.machine('other', sleeper(600)), 'x');
  await v.pass(0);
  await v.engine.deleteStateMachine(MACHINE);
  await removal();
  expect(await v.status(await other)).toBe('RUNNING');
});

test('a start that was let in before the deletion does not outlive the machine', async () => {
  v = await openVirtualEngine();
  const machine = await v.machine('m', sleeper(600));
  const start = v.start(machine, 'late');
  await v.engine.deleteStateMachine(MACHINE);
  await removal();
  expect(await start).toBe(arnOf('m', 'late'));
  await v.pass(0);
  expect(await v.status(arnOf('m', 'late'))).toBeUndefined();
});

test('a deletion that the process did not live to finish goes on at the next start', async () => {
  v = await openVirtualEngine();
  await running(2);
  await v.store.catalog.setDeleting(MACHINE);
  await v.restart();
  await removal();
  expect(await v.status(arnOf('m', 'e0'))).toBeUndefined();
});

test('a machine whose executions cannot be read is left for the next start, and the log says so', async () => {
  v = await openVirtualEngine();
  await running(1);
  v.onRead = () => {
    throw new Error('the disk is away');
  };
  await v.engine.deleteStateMachine(MACHINE);
  await v.pass(0);
  expect((await v.store.catalog.get(MACHINE))?.status).toBe('DELETING');
  expect(v.log).toMatchObject([{ stateMachine: MACHINE, err: { message: 'the disk is away' } }]);
});

const log = openLog('silent');

/** Deletions over a store that answers as the test says. */
function openDeletions(parts: { list: () => Promise<unknown[]>; ask?: () => Promise<never> }) {
  const remove = vi.fn(async () => {});
  const store = {
    catalog: { setDeleting: async () => {}, remove },
    executions: { list: parts.list },
  } as unknown as DeletionParts['store'];
  const inbox = { ask: parts.ask } as unknown as DeletionParts['inbox'];
  const deletions = new Deletions({
    store,
    inbox,
    starts: { settled: async () => {} },
    bus: new Bus(log),
    log,
  });
  return { deletions, remove };
}

test('a deletion under way ends before the engine is closed, and leaves the rest to the next start', async () => {
  const listed = Promise.withResolvers<unknown[]>();
  const { deletions, remove } = openDeletions({ list: () => listed.promise });
  await deletions.begin('arn');
  await new Promise(setImmediate);
  let isClosed = false;
  const closed = deletions.close().then(() => {
    isClosed = true;
  });
  await new Promise(setImmediate);
  expect(isClosed).toBe(false);
  listed.resolve([]);
  await closed;
  expect(remove).not.toHaveBeenCalled();
});

test('closing does not wait for executions that can no longer be stopped', async () => {
  const { deletions, remove } = openDeletions({
    list: async () => [{ arn: 'execution' }],
    ask: () => new Promise(() => {}),
  });
  await deletions.begin('arn');
  await new Promise(setImmediate);
  await deletions.close();
  expect(remove).not.toHaveBeenCalled();
});

test('otherwise the machine is removed when none of its executions runs', async () => {
  const pages = [[{ arn: 'execution' }], []];
  const { deletions, remove } = openDeletions({
    list: async () => pages.shift()!,
    ask: async () => undefined as never,
  });
  await deletions.begin('arn');
  await vi.waitFor(() => expect(remove).toHaveBeenCalledWith('arn'));
  await deletions.close();
});
