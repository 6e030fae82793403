// After processes that ended without a word: what was busy is taken up with care, and what ended two of them is set aside.

import { pino } from 'pino';
import { afterEach, expect, test } from 'vitest';
import { forgetSetAside, UncleanEnds } from '../../src/engine/unclean-ends.ts';
import { openVirtualEngine, outcomeOf, TASK, type VirtualEngine } from './virtual-engine.ts';

const log = pino({ level: 'silent' });

function notes() {
  const kept = new Map<string, string>();
  return {
    note: async (name: string) => kept.get(name),
    setNote: async (name: string, text: string) => void kept.set(name, text),
  };
}

async function begun(work: ReturnType<typeof notes>): Promise<UncleanEnds> {
  const ends = new UncleanEnds(work, log, 2);
  await ends.begin();
  return ends;
}

test('an end that was noted leaves no suspicion', async () => {
  const work = notes();
  await (await begun(work)).end();
  expect((await begun(work)).isUnclean).toBe(false);
});

test('one unclean end is nothing unusual, the second in a row is suspicious', async () => {
  const work = notes();
  expect((await begun(work)).isUnclean).toBe(false);
  const second = await begun(work);
  expect([second.isUnclean, second.isSuspicious]).toEqual([true, false]);
  expect((await begun(work)).isSuspicious).toBe(true);
});

test('a process that has run for a while ends the row', async () => {
  const work = notes();
  await begun(work);
  await begun(work);
  await (await begun(work)).settle();
  expect((await begun(work)).isSuspicious).toBe(false);
});

test('an execution is set aside when two processes ended while it was taken up, until it is forgotten', async () => {
  const work = notes();
  await (await begun(work)).takeUp('a');
  const second = await begun(work);
  expect(second.isSetAside('a')).toBe(false);
  await second.takeUp('a');
  const third = await begun(work);
  expect(third.isSetAside('a')).toBe(true);
  await third.end();
  expect((await begun(work)).isSetAside('a')).toBe(true);
  await forgetSetAside(work, 'a');
  expect((await begun(work)).isSetAside('a')).toBe(false);
});

test('an execution during which one process ended is not set aside for another one', async () => {
  const work = notes();
  await (await begun(work)).takeUp('a');
  await (await begun(work)).takeUp('b');
  expect((await begun(work)).isSetAside('a')).toBe(false);
});

let v: VirtualEngine;
afterEach(() => v?.dispose());

test('after an unclean end, the first decision of what was there is made in the pool, the next in the loop', async () => {
  v = await openVirtualEngine({
    integrations: { find: () => ({ start: () => new Promise<never>(() => {}) }) },
  });
  const machine = await v.machine('m', TASK);
  const start = outcomeOf(v.start(machine, 'a'));
  await v.pass(10);
  const arn = start.now as string;
  await v.restart();
  await v.pass(10);
  expect(await v.status(arn)).toBe('RUNNING');
  expect(v.log.filter(({ execution }) => execution === arn)).toEqual([]);
  const stopped = outcomeOf(v.engine.stop(arn, undefined, undefined));
  await v.pass(10);
  expect(stopped.now).toBeGreaterThan(0);
});

test('a request that comes while work is taken up finds its execution taken up, once', async () => {
  let calls = 0;
  v = await openVirtualEngine({
    integrations: {
      find: () => ({
        start: () => {
          calls++;
          return new Promise<never>(() => {});
        },
      }),
    },
  });
  const machine = await v.machine('m', TASK);
  const start = outcomeOf(v.start(machine, 'a'));
  await v.pass(10);
  expect(calls).toBe(1);
  await v.restart();
  await v.pass(10);
  expect(calls).toBe(2);
  expect(await v.status(start.now as string)).toBe('RUNNING');
});
