// Sockets and timers after a stall, and answers that come after a deadline: simulated time, the real engine.

import { describe, expect, it } from 'vitest';
import { Arrivals } from '../../src/engine/arrivals.ts';
import { NO_FAULT } from '../simulation/faulty-store.ts';
import { createRandom } from '../simulation/random.ts';
import { settle, VirtualTime } from '../simulation/virtual-time.ts';
import { World } from '../simulation/world.ts';

const FUNCTION = 'arn:aws:lambda:us-east-1:123456789012:function:simulated';
const CALLBACK = 'arn:aws:states:::sqs:sendMessage.waitForTaskToken';

function machine(task: object): string {
  return JSON.stringify({ StartAt: 'T', States: { T: { Type: 'Task', End: true, ...task } } });
}

/** A world in which nothing fails; `shuffled`: what is due together happens in any order. */
async function worldWith(definition: string, executions: number, seed: number): Promise<World> {
  const world = new World({
    random: createRandom(seed),
    faults: { onWrite: () => NO_FAULT, onRead: () => undefined },
    shuffled: true,
  });
  await world.create({ name: 'm', type: 'STANDARD', definition, random: false, timed: false });
  world.boot();
  for (let i = 0; i < executions; i++) world.at(0, () => void world.start('m', `run-${i}`, '{"attempt":0}'));
  return world;
}

/** Statuses of all executions, with how many have each. */
function statuses(world: World): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { record } of world.shadows.byArn.values())
    counts[record.status] = (counts[record.status] ?? 0) + 1;
  return counts;
}

describe('after a stall', () => {
  it('a result that lay in a socket counts before the timer of its task', async () => {
    const definition = machine({
      Resource: FUNCTION,
      Parameters: { mode: 'good', ms: 1_500, times: 1, attempt: 0 },
      TimeoutSeconds: 5,
    });
    const world = await worldWith(definition, 50, 1);
    world.at(500, () => world.stall(8_000));
    await world.run(60_000);
    expect(world.complaints).toEqual([]);
    expect(statuses(world)).toEqual({ SUCCEEDED: 50 });
    await world.close();
  });

  it('a worker that renews in time has not missed a heartbeat', async () => {
    const definition = machine({
      Resource: CALLBACK,
      Parameters: { mode: 'steady', ms: 60_000, times: 1, attempt: 0, 'token.$': '$$.Task.Token' },
      HeartbeatSeconds: 10,
    });
    const world = await worldWith(definition, 20, 2);
    world.at(12_000, () => world.stall(15_000));
    await world.run(200_000);
    expect(world.complaints).toEqual([]);
    expect(statuses(world)).toEqual({ SUCCEEDED: 20 });
    await world.close();
  });

  it('what comes only after the deadline finds the task timed out', async () => {
    const definition = machine({
      Resource: CALLBACK,
      Parameters: { mode: 'good', ms: 20_000, times: 1, attempt: 0, 'token.$': '$$.Task.Token' },
      TimeoutSeconds: 5,
    });
    const world = await worldWith(definition, 20, 3);
    world.at(1_000, () => world.stall(8_000));
    await world.run(60_000);
    expect(world.complaints).toEqual([]);
    expect(statuses(world)).toEqual({ FAILED: 20 });
    await world.close();
  });
});

describe('while the server is down', () => {
  it('a deadline passes, and answers after it are refused whoever comes first', async () => {
    const definition = machine({
      Resource: CALLBACK,
      Parameters: { mode: 'good', ms: 61_000, times: 1, attempt: 0, 'token.$': '$$.Task.Token' },
      TimeoutSeconds: 30,
    });
    const world = await worldWith(definition, 600, 4);
    world.at(2_000, () => world.crash(60_000));
    await world.run(200_000);
    expect(world.complaints).toEqual([]);
    expect(statuses(world)).toEqual({ FAILED: 600 });
    await world.close();
  });

  it('nobody can renew: heartbeat intervals begin anew when it starts', async () => {
    const definition = machine({
      Resource: CALLBACK,
      Parameters: { mode: 'steady', ms: 60_000, times: 1, attempt: 0, 'token.$': '$$.Task.Token' },
      HeartbeatSeconds: 10,
    });
    const world = await worldWith(definition, 20, 5);
    world.at(12_000, () => world.crash(15_000));
    await world.run(200_000);
    expect(world.complaints).toEqual([]);
    expect(statuses(world)).toEqual({ SUCCEEDED: 20 });
    await world.close();
  });

  it('and after it, a worker that does not renew is given up', async () => {
    const definition = machine({
      Resource: CALLBACK,
      Parameters: { mode: 'silent', ms: 0, times: 1, attempt: 0, 'token.$': '$$.Task.Token' },
      HeartbeatSeconds: 10,
    });
    const world = await worldWith(definition, 5, 6);
    world.at(12_000, () => world.crash(15_000));
    await world.run(60_000);
    expect(world.complaints).toEqual([]);
    expect(statuses(world)).toEqual({ FAILED: 5 });
    await world.close();
  });
});

describe('the time of arrival', () => {
  it('is now, but before timers that are due and have not fired', async () => {
    const time = new VirtualTime(1_000, undefined);
    const arrivals = new Arrivals(time.clockOf({}));
    expect(arrivals.arrive()).toBe(1_000);
    arrivals.expectTimers(1_500);
    time.elapsed = 400;
    expect(arrivals.arrive()).toBe(1_400);
    time.elapsed = 9_000;
    expect(arrivals.arrive()).toBe(1_499);
    arrivals.expectTimers(Number.POSITIVE_INFINITY);
    expect(arrivals.arrive()).toBe(10_000);
  });

  it('is taken until rounds of the loop bring nothing more, when the process stood still', async () => {
    const time = new VirtualTime(0, undefined);
    const arrivals = new Arrivals(time.clockOf({}));
    time.elapsed = 8_000;
    let read = false;
    void arrivals.readFirst(5_000).then(() => {
      read = true;
    });
    for (let round = 0; round < 20; round++) {
      arrivals.arrive();
      await time.step();
    }
    expect(read).toBe(false);
    for (let round = 0; round < 8; round++) await time.step();
    await settle();
    expect(read).toBe(true);
    expect(arrivals.listeningSince).toBe(8_000);
  });

  it('does not wait for more than what is there, when timers are only a little late', async () => {
    const time = new VirtualTime(0, undefined);
    const arrivals = new Arrivals(time.clockOf({}));
    let read = false;
    void arrivals.readFirst(0).then(() => {
      read = true;
    });
    for (let round = 0; round < 3; round++) {
      arrivals.arrive();
      await time.step();
    }
    await settle();
    expect(read).toBe(true);
    expect(arrivals.listeningSince).toBe(0);
  });
});
