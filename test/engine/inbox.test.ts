// Commands on their way to executions that may be out of memory, or cannot be read.

import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DefinitionCache } from '../../src/asl/analysis.ts';
import { AWS_LIMITS } from '../../src/base/quotas.ts';
import { Arrivals } from '../../src/engine/arrivals.ts';
import { Inbox } from '../../src/engine/inbox.ts';
import { Memory } from '../../src/engine/memory.ts';
import { Programs } from '../../src/engine/programs.ts';
import type { Resident } from '../../src/engine/resident.ts';
import { Residents } from '../../src/engine/residents.ts';
import type { Command } from '../../src/interpreter/command.ts';
import type { MapRunWrite } from '../../src/store/map-runs.ts';
import { arnOf, openVirtualEngine, outcomeOf, sleeper, type VirtualEngine } from './virtual-engine.ts';

const UNBOUNDED = { executionBytes: Number.POSITIVE_INFINITY, totalBytes: Number.POSITIVE_INFINITY };
const ARN = arnOf('m', 'a');
const CONTINUE: Command = { type: 'Continue' };
const FIRE: Command = { type: 'FireTimers', until: 0 };

let v: VirtualEngine;
let residents: Residents;
let inbox: Inbox;
let filled: number;

beforeEach(async () => {
  v = await openVirtualEngine();
  const start = v.start(await v.machine('m', sleeper(600)), 'a');
  await v.pass(0);
  await start;
  residents = new Residents(
    v.store,
    new Programs(v.store, new DefinitionCache()),
    AWS_LIMITS,
    new Memory(UNBOUNDED),
  );
  const clock = v.time.clockOf({});
  inbox = new Inbox(residents, new Arrivals(clock), clock, pino({ level: 'silent' }));
  filled = 0;
  inbox.onWork(() => void filled++);
});
afterEach(() => v.dispose());

/** The types of all commands that wait, by execution in the queue. */
function waiting(): string[][] {
  return inbox.take(100).map((resident) => inbox.open(resident).map(({ command }) => command.type));
}

async function resident(): Promise<Resident> {
  return (await residents.find(ARN))!;
}

test('an execution stands in the queue once, with its commands in the order in which they came', async () => {
  inbox.send(await resident(), CONTINUE);
  inbox.send(await resident(), FIRE);
  expect([filled, inbox.empty]).toEqual([1, false]);
  expect(waiting()).toEqual([['Continue', 'FireTimers']]);
  expect(inbox.empty).toBe(true);
});

test('an execution that was opened is queued again by the next command', async () => {
  inbox.send(await resident(), CONTINUE);
  waiting();
  inbox.send(await resident(), FIRE);
  expect([filled, waiting()]).toEqual([2, [['FireTimers']]]);
});

test('postponed commands go before those that came meanwhile', async () => {
  inbox.send(await resident(), CONTINUE);
  const [taken] = inbox.take(1);
  const requests = inbox.open(taken!);
  inbox.send(taken!, FIRE);
  inbox.postpone(taken!, requests);
  expect(waiting()).toEqual([['Continue', 'FireTimers']]);
});

test('executions that were put back go first', async () => {
  const first = await resident();
  inbox.send(first, CONTINUE);
  const taken = inbox.take(1);
  const second: Resident = { ...first, requests: [], queued: false };
  inbox.send(second, FIRE);
  inbox.putBack(taken);
  expect(waiting()).toEqual([['Continue'], ['FireTimers']]);
});

test('a command for an execution that has left the memory goes to the resident that stands for it now', async () => {
  const old = await resident();
  residents.evict(old);
  inbox.send(old, CONTINUE);
  await v.pass(0);
  const [taken] = inbox.take(1);
  expect(taken).toBe(residents.get(ARN));
  expect(taken).not.toBe(old);
});

test('who asks something of an execution that is closed or unknown is told so', async () => {
  expect(await inbox.ask(arnOf('m', 'nobody'), CONTINUE)).toBe('closed');
  expect(inbox.empty).toBe(true);
});

test('who asks something of an execution that cannot be read is told why', async () => {
  v.onRead = () => {
    throw new Error('the disk is away');
  };
  await expect(inbox.ask(ARN, CONTINUE)).rejects.toThrow('the disk is away');
  const old = { ...(await knownResident()), evicted: true };
  await expect(inbox.askOf(old, CONTINUE)).rejects.toThrow('the disk is away');
});

async function knownResident(): Promise<Resident> {
  const refuse = v.onRead;
  v.onRead = undefined;
  const found = await resident();
  residents.evict(found);
  v.onRead = refuse;
  return found;
}

test('the result of a task is kept until its execution can be read', async () => {
  v.onRead = () => {
    throw new Error('the disk is away');
  };
  inbox.tell(ARN, CONTINUE);
  await v.pass(1_400);
  expect(inbox.empty).toBe(true);
  v.onRead = undefined;
  await v.pass(100);
  expect(waiting()).toEqual([['Continue']]);
});

test('once closed it gives up on executions that cannot be read', async () => {
  let reads = 0;
  v.onRead = () => {
    reads++;
    throw new Error('the disk is away');
  };
  inbox.close();
  inbox.tell(ARN, CONTINUE);
  await v.pass(5_000);
  expect(reads).toBe(1);
});

test('start records of Express executions that were put back go first', async () => {
  const start = (name: string) => ({
    ...{ arn: name, stateMachineArn: 'm', name, revision: 1, input: '{}', startedAt: 0 },
  });
  const kept = outcomeOf(inbox.keepExpressStart(start('a')));
  const taken = inbox.takeExpressStarts(10);
  void inbox.keepExpressStart(start('b'));
  inbox.putBackExpressStarts(taken);
  const [first, second] = inbox.takeExpressStarts(10);
  expect([first?.start.name, second?.start.name]).toEqual(['a', 'b']);
  first?.done();
  await v.pass(0);
  expect(kept.now).toBeUndefined();
});

test('writes of Map Runs are taken by what they weigh, at least one of them', async () => {
  const weights = [700, 200, 200, 5_000, 10];
  const write = (weight: number) => ({ ends: { length: weight } }) as unknown as MapRunWrite;
  for (const weight of weights) void inbox.keepMapRun(write(weight));
  const take = () =>
    inbox.takeMapRunWrites(1_000, ({ ends }) => ends.length).map(({ write: { ends } }) => ends.length);
  expect([take(), take(), take(), take()]).toEqual([[700, 200], [200], [5_000], [10]]);
  expect(inbox.empty).toBe(true);
});
