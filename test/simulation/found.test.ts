// What simulation has found, each in its smallest form.

import { describe, expect, it } from 'vitest';
import { type Case, CORPUS } from './corpus.ts';
import { type Fault, type FaultPlan, NO_FAULT } from './faulty-store.ts';
import { createRandom } from './random.ts';
import { simulate } from './simulate.ts';
import { World } from './world.ts';

const HOUR = 3_600_000;

function caseOf(name: string): Case {
  return CORPUS.find((example) => example.name === name)!;
}

async function install(
  example: Pick<Case, 'name' | 'definition'>,
  faults: Partial<FaultPlan>,
  type: 'STANDARD' | 'EXPRESS' = 'STANDARD',
): Promise<World> {
  const world = new World({
    random: createRandom(1),
    faults: { onWrite: () => NO_FAULT, onRead: () => undefined, ...faults },
    shuffled: false,
  });
  const definition = JSON.stringify(example.definition);
  await world.create({ name: 'machine', type, definition, random: false, timed: false });
  world.boot();
  return world;
}

describe('found by simulation', () => {
  it('an end that comes while the store is asked for it is told', async () => {
    let slow = false;
    const definition = { StartAt: 'Rest', States: { Rest: { Type: 'Wait', Seconds: 10, End: true } } };
    const world = await install(
      { name: 'end', definition },
      { onRead: () => (slow ? { ms: 2_000, stale: true } : undefined) },
    );
    void world.start('machine', 'run', '{}');
    world.at(9_000, () => {
      slow = true;
      world.expectEnd(world.started.get('run')!.arn);
      slow = false;
    });
    await world.run(HOUR);
    await world.checkWaiters();
    expect(world.complaints).toEqual([]);
    expect(world.quiet).toBe(true);
    await world.close();
  });

  it('a timer that was set before the clock was put forward keeps no later one waiting', async () => {
    const definition = {
      StartAt: 'Both',
      States: {
        Both: {
          Type: 'Parallel',
          Branches: [
            { StartAt: 'Rest', States: { Rest: { Type: 'Wait', Seconds: 1_000, End: true } } },
            {
              StartAt: 'Soon',
              States: {
                Soon: { Type: 'Wait', Seconds: 5, Next: 'Later' },
                Later: { Type: 'Wait', Seconds: 2_000, End: true },
              },
            },
          ],
          End: true,
        },
      },
    };
    const world = await install({ name: 'clock', definition }, {});
    void world.start('machine', 'run', '{}');
    world.at(10_000, () => world.time.jump(900_000));
    await world.run(200_000);
    const { record } = [...world.shadows.byArn.values()][0]!;
    const journal = await world.store.journal.read(record.key);
    expect(journal.filter(({ type }) => type === 'WaitStateExited')).toHaveLength(2);
    await world.close();
  });

  it.each(['crash-before', 'crash-after'] as const)(
    'what one process has called it does not call again, with slow reads and %s',
    async (kind) => {
      for (let at = 0; at < 40; at++) {
        const onWrite = (write: number): Fault => (write === at ? { kind } : NO_FAULT);
        const example = caseOf('children');
        const world = await install(example, { onWrite, onRead: () => ({ ms: 10, stale: true }) });
        for (let i = 0; i < 3; i++) void world.start('machine', `run-${i}`, example.input);
        await world.run(HOUR);
        await world.checkWaiters();
        expect(world.complaints, `write ${at}`).toEqual([]);
        expect(world.quiet, `write ${at}`).toBe(true);
        await world.close();
      }
    },
  );

  it('a child that could not be started for a full disk is started later', async () => {
    const example = caseOf('children');
    let refusals = 0;
    const onWrite = (write: number): Fault =>
      write >= 1 && refusals++ < 3 ? { kind: 'error', ms: 0 } : NO_FAULT;
    const world = await install(example, { onWrite });
    void world.start('machine', 'run', example.input);
    await world.run(HOUR);
    expect([...world.shadows.byArn.values()].map(({ record }) => record.status)).toEqual(
      Array.from({ length: 4 }, () => 'SUCCEEDED'),
    );
    await world.close();
  });

  // Needs reads that overtake one another: seeds in which it happened when timers were not held back.
  it.each([453, 559, 1412])(
    'no timer fires before the work of an earlier process has been taken up, seed %i',
    async (seed) => {
      expect((await simulate(seed)).complaints).toEqual([]);
    },
  );

  it('the end of an Express execution that could not be kept is kept later', async () => {
    const onWrite = (write: number): Fault => (write === 1 ? { kind: 'error', ms: 0 } : NO_FAULT);
    const world = await install(caseOf('passes'), { onWrite }, 'EXPRESS');
    void world.start('machine', 'run', '{}');
    await world.run(HOUR);
    expect(world.complaints).toEqual([]);
    expect(world.expressEnded.size).toBe(1);
    expect(await world.store.work.expressStarts()).toEqual([]);
    await world.close();
  });

  it('a start that waits for another of its name is no duplicate when that one could not be kept', async () => {
    const onWrite = (write: number): Fault => (write === 0 ? { kind: 'error', ms: 100 } : NO_FAULT);
    const world = await install(caseOf('passes'), { onWrite });
    // The first client comes back only after the second has been answered.
    void world.start('machine', 'run', '{}', 5_000);
    world.at(100, () => void world.start('machine', 'run', '{}'));
    await world.run(3_000);
    expect(world.complaints).toEqual([]);
    expect([...world.started.keys()]).toEqual(['run']);
    await world.close();
  });
});
