// Timers of executions that are not in memory.

import { afterEach, expect, test } from 'vitest';
import { StoreUnavailable } from '../../src/store/store.ts';
import { arnOf, openVirtualEngine, sleeper, type VirtualEngine } from './virtual-engine.ts';

let v: VirtualEngine;
afterEach(() => v.dispose());

async function sleepers(count: number, seconds: number, prefix = 's'): Promise<string[]> {
  const machine = await v.machine(`${prefix}-machine`, sleeper(seconds));
  const starts = Array.from({ length: count }, (_, i) => v.start(machine, `${prefix}${i}`));
  await v.pass(0);
  return Promise.all(starts);
}

async function countOf(arns: readonly string[], status: string): Promise<number> {
  const found = await Promise.all(arns.map((arn) => v.status(arn)));
  return found.filter((one) => one === status).length;
}

class JournalDamaged extends Error {
  override readonly name = 'JournalDamaged';
}

test('executions that sleep are woken when their time has come, and not before', async () => {
  v = await openVirtualEngine();
  const arns = await sleepers(3, 60);
  await v.pass(59_999);
  expect(await countOf(arns, 'RUNNING')).toBe(3);
  await v.pass(1);
  expect(await countOf(arns, 'SUCCEEDED')).toBe(3);
});

test('more executions than are read at once are all woken at their time', async () => {
  v = await openVirtualEngine();
  const arns = await sleepers(1_100, 60);
  await v.pass(60_000);
  expect(await countOf(arns, 'SUCCEEDED')).toBe(1_100);
});

test('timers that came due while no process ran are fired at the next start', async () => {
  v = await openVirtualEngine();
  const [arn] = await sleepers(1, 60);
  v.time.jump(3_600_000);
  await v.restart();
  await v.pass(0);
  expect(await v.status(arn!)).toBe('SUCCEEDED');
});

test('a wall clock that is set forward is noticed within ten seconds', async () => {
  v = await openVirtualEngine();
  const [arn] = await sleepers(1, 3_600);
  v.time.jump(3_600_000);
  await v.pass(10_000);
  expect(await v.status(arn!)).toBe('SUCCEEDED');
});

test('a damaged execution rests, and the others are woken', async () => {
  v = await openVirtualEngine();
  const [damaged, well] = (await sleepers(2, 60)) as [string, string];
  await failReadsOf([damaged], () => new JournalDamaged('a bit flipped'));
  await v.pass(60_000);
  expect([await v.status(damaged), await v.status(well)]).toEqual(['RUNNING', 'SUCCEEDED']);
  await v.pass(60_000);
  expect(v.log).toMatchObject([{ execution: damaged, err: { message: 'a bit flipped' } }]);
});

test('however many damaged executions are due, they do not keep those that are due later from being woken', async () => {
  v = await openVirtualEngine();
  const damaged = await sleepers(1_001, 60, 'damaged');
  const well = await sleepers(1, 61, 'well');
  await failReadsOf(damaged, () => new JournalDamaged('a bit flipped'));
  await v.pass(63_000);
  expect(await countOf(well, 'SUCCEEDED')).toBe(1);
});

test('an execution that cannot be read for a while is woken when it can', async () => {
  v = await openVirtualEngine();
  const [arn] = (await sleepers(1, 60)) as [string];
  await failReadsOf([arn], () => new StoreUnavailable('the disk is away'));
  await v.pass(60_000);
  expect(await v.status(arn)).toBe('RUNNING');
  v.onRead = undefined;
  await v.pass(500);
  expect(await v.status(arn)).toBe('SUCCEEDED');
});

test('an execution whose timers could not be committed is woken again', async () => {
  v = await openVirtualEngine();
  const [arn] = (await sleepers(1, 60)) as [string];
  v.onCommit = () => {
    v.onCommit = undefined;
    throw new StoreUnavailable('disk full');
  };
  await v.pass(61_000);
  expect(await v.status(arn)).toBe('SUCCEEDED');
});

test('after the engine has been closed no timer is fired', async () => {
  v = await openVirtualEngine();
  const [arn] = (await sleepers(1, 60)) as [string];
  await v.engine.close(0);
  await v.pass(120_000);
  expect(await v.status(arn)).toBe('RUNNING');
});

async function failReadsOf(arns: readonly string[], error: () => Error): Promise<void> {
  const keys = new Set<number>();
  for (const arn of arns) keys.add((await v.store.executions.get(arn))!.key);
  v.onRead = (key) => {
    if (keys.has(key)) throw error();
  };
}

test('an execution that sleeps is not kept in memory, and is read again when something is asked of it', async () => {
  v = await openVirtualEngine();
  const [arn] = (await sleepers(1, 60)) as [string];
  let reads = 0;
  v.onRead = () => void reads++;
  const stop = v.engine.stop(arn, undefined, undefined);
  await v.pass(0);
  await stop;
  expect(reads).toBe(1);
  expect(arn).toBe(arnOf('s-machine', 's0'));
});
