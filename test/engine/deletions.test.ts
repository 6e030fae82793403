// Deletion of state machines with everything of them, also across a restart.

import { afterEach, expect, test, vi } from 'vitest';
import { stateMachineArn } from '../../src/base/arn.ts';
import { openLog } from '../../src/base/log.ts';
import { DeletedMachines } from '../../src/engine/deleted-machines.ts';
import { type DeletionParts, Deletions } from '../../src/engine/deletions.ts';
import { Bus } from '../../src/observe/bus.ts';
import { StoreUnavailable } from '../../src/store/store.ts';
import { ACCOUNT } from '../api/test-api.ts';
import { VirtualTime } from '../simulation/virtual-time.ts';
import { until } from '../support/until.ts';
import { arnOf, openVirtualEngine, sleeper, type VirtualEngine } from './virtual-engine.ts';

let v: VirtualEngine;
afterEach(() => v.dispose());

const MACHINE = stateMachineArn(ACCOUNT, 'm');
/** Waits, and would enter another state after it. */
const TWO_STATES = {
  StartAt: 'W',
  States: { W: { Type: 'Wait', Seconds: 60, Next: 'P' }, P: { Type: 'Pass', End: true } },
};

const isThere = async (): Promise<boolean> => (await v.store.catalog.get(MACHINE)) !== undefined;

/** Lets time pass until the machine has been removed. */
async function removal(): Promise<void> {
  await until('the removal of the machine', async () => {
    await v.pass(1_000);
    return !(await isThere());
  });
}

async function running(count: number, definition: object = TWO_STATES): Promise<void> {
  const machine = await v.machine('m', definition);
  const starts = Array.from({ length: count }, (_, i) => v.start(machine, `e${i}`));
  await v.pass(0);
  await Promise.all(starts);
}

// Source: AWS, API reference, DeleteStateMachine: deleted only when all its executions are completed; on the next state
// transition, its executions are terminated.
test('executions of a deleted machine go on to the end of their state, and are then aborted', async () => {
  v = await openVirtualEngine();
  await running(3);
  const ends: string[] = [];
  v.bus.on('executionEnded', ({ executionArn, status }) => ends.push(`${executionArn} ${status}`));
  await v.engine.deleteStateMachine(MACHINE);
  await v.pass(59_000);
  expect((await v.store.catalog.get(MACHINE))?.status).toBe('DELETING');
  expect(await v.status(arnOf('m', 'e0'))).toBe('RUNNING');
  await v.pass(1_500);
  expect(ends.toSorted()).toEqual([0, 1, 2].map((i) => `${arnOf('m', `e${i}`)} ABORTED`));
  await removal();
  expect(await v.status(arnOf('m', 'e0'))).toBeUndefined();
});

test('an execution in its last state ends as it would have', async () => {
  v = await openVirtualEngine();
  await running(1, sleeper(60));
  const ends: string[] = [];
  v.bus.on('executionEnded', ({ status }) => ends.push(status));
  await v.engine.deleteStateMachine(MACHINE);
  await v.pass(60_000);
  expect(ends).toEqual(['SUCCEEDED']);
  await removal();
});

test('an execution can be stopped while its machine is being deleted, which is then removed', async () => {
  v = await openVirtualEngine();
  await running(1);
  await v.engine.deleteStateMachine(MACHINE);
  const stopped = v.engine.stop(arnOf('m', 'e0'), undefined, undefined);
  await v.pass(0);
  await stopped;
  expect(await v.status(arnOf('m', 'e0'))).toBe('ABORTED');
  await removal();
});

test('the removal is told', async () => {
  v = await openVirtualEngine();
  await v.machine('m', TWO_STATES);
  const removed: string[] = [];
  v.bus.on('stateMachineRemoved', ({ stateMachineArn }) => removed.push(stateMachineArn));
  await v.engine.deleteStateMachine(MACHINE);
  await removal();
  expect(removed).toEqual([MACHINE]);
});

test('executions of other machines go on', async () => {
  v = await openVirtualEngine();
  await running(1);
  const other = v.start(await v.machine('other', TWO_STATES), 'x');
  await v.pass(0);
  await v.engine.deleteStateMachine(MACHINE);
  await removal();
  expect(await v.status(await other)).toBe('SUCCEEDED');
});

test('a start that was let in before the deletion does not outlive the machine', async () => {
  v = await openVirtualEngine();
  const machine = await v.machine('m', TWO_STATES);
  const start = v.start(machine, 'late');
  await v.engine.deleteStateMachine(MACHINE);
  await removal();
  expect(await start).toBe(arnOf('m', 'late'));
  expect(await v.status(arnOf('m', 'late'))).toBeUndefined();
});

test('a deletion that the process did not live to finish goes on at the next start', async () => {
  v = await openVirtualEngine();
  await running(2);
  await v.store.catalog.setDeleting(MACHINE);
  await v.restart();
  await v.pass(61_000);
  await removal();
  expect(await v.status(arnOf('m', 'e0'))).toBeUndefined();
});

const log = openLog('silent');

/** Deletions over a store that answers as the test says. */
function openDeletions(countRunning: () => Promise<number>) {
  let isRemoved = false;
  const remove = vi.fn(async () => {
    isRemoved = true;
  });
  const store = {
    catalog: { setDeleting: async () => {}, remove, get: async () => (isRemoved ? undefined : {}) },
    executions: { countRunning },
  } as unknown as DeletionParts['store'];
  const time = new VirtualTime(0, undefined);
  const deletions = new Deletions({
    store,
    deleted: new DeletedMachines(),
    starts: { settled: async () => {} },
    bus: new Bus(log),
    clock: time.clockOf({}),
    log,
  });
  return { deletions, remove, time };
}

test('a deletion under way ends before the engine is closed, and leaves the rest to the next start', async () => {
  const counted = Promise.withResolvers<number>();
  const { deletions, remove } = openDeletions(() => counted.promise);
  await deletions.begin('arn');
  await new Promise(setImmediate);
  let isClosed = false;
  const closed = deletions.close().then(() => {
    isClosed = true;
  });
  await new Promise(setImmediate);
  expect(isClosed).toBe(false);
  counted.resolve(0);
  await closed;
  expect(remove).not.toHaveBeenCalled();
});

test('closing does not wait for executions that still run', async () => {
  const { deletions, remove } = openDeletions(async () => 1);
  await deletions.begin('arn');
  await new Promise(setImmediate);
  await deletions.close();
  expect(remove).not.toHaveBeenCalled();
});

test('otherwise the machine is removed when none of its executions runs', async () => {
  const counts = [1, 1, 0];
  const { deletions, remove, time } = openDeletions(async () => counts.shift() ?? 0);
  await deletions.begin('arn');
  await new Promise(setImmediate);
  expect(remove).not.toHaveBeenCalled();
  await time.step();
  await time.step();
  expect(remove).toHaveBeenCalledWith('arn');
  await deletions.close();
});

test('a store that fails leaves the machine for the next start, and the log says so', async () => {
  const lines: string[] = [];
  const { deletions, remove } = openDeletions(async () => {
    throw new Error('the disk is away');
  });
  const error = vi.spyOn(log, 'error').mockImplementation((_fields: unknown, text?: string) => {
    lines.push(text ?? '');
  });
  await deletions.begin('arn');
  await new Promise(setImmediate);
  await deletions.close();
  error.mockRestore();
  expect(remove).not.toHaveBeenCalled();
  expect(lines).toEqual(['A state machine could not be removed; the next start tries again']);
});

test('a child of a Map Run is of the machine of its parent', () => {
  const deleted = new DeletedMachines();
  deleted.add(MACHINE);
  expect(deleted.owns(arnOf('m', 'e'))).toBe(true);
  expect(deleted.owns(arnOf('m/Label', 'e'))).toBe(true);
  expect(deleted.owns(arnOf('mm', 'e'))).toBe(false);
  deleted.remove(MACHINE);
  expect(deleted.owns(arnOf('m', 'e'))).toBe(false);
});

test('a disk that is full for a while only delays the removal', async () => {
  let full = true;
  const { deletions, remove, time } = openDeletions(async () => {
    if (full) throw new StoreUnavailable('disk full');
    return 0;
  });
  await deletions.begin('arn');
  await new Promise(setImmediate);
  await time.step();
  expect(remove).not.toHaveBeenCalled();
  full = false;
  await time.step();
  expect(remove).toHaveBeenCalledWith('arn');
  await deletions.close();
});
