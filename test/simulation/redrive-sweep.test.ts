// Executions that fail once, or are stopped, and are redriven: with the process killed at every single write on the way, just
// before or just after it is kept, with writes that fail and writes that are slow. The histories are those of an undisturbed run.

import { beforeAll, describe, expect, it } from 'vitest';
import { executionArn } from '../../src/base/arn.ts';
import type { HistoryEvent } from '../../src/history/event.ts';
import { checkJournal, checkShown, shownOf } from './checks.ts';
import { type Fault, NO_FAULT } from './faulty-store.ts';
import { createRandom } from './random.ts';
import { ACCOUNT, World } from './world.ts';

const HOUR = 3_600_000;
const ARN = executionArn(ACCOUNT, 'machine', 'run');

const task = (mode: string, ms: number, rest: object = {}): object => ({
  Type: 'Task',
  Resource: 'arn:aws:lambda:us-east-1:123456789012:function:simulated',
  Parameters: { mode, ms, times: 1, attempt: 0, 'in.$': '$' },
  ...('Next' in rest ? rest : { ...rest, End: true }),
});
const machine = (states: Record<string, object>): object => ({
  StartAt: Object.keys(states)[0],
  States: states,
});
const map = (processor: object, rest: object = {}): object => ({
  Type: 'Map',
  ItemsPath: '$.items',
  ItemProcessor: processor,
  End: true,
  ...rest,
});
const distributed = (type: string): object =>
  map(
    {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: type },
      ...machine({
        First: task('good', 7, { Next: 'Broken', ResultPath: '$.first' }),
        Broken: task('good', 3),
      }),
    },
    { Label: 'each', MaxConcurrency: 1 },
  );

interface Case {
  readonly name: string;
  readonly definition: object;
  /** Stopped so many milliseconds after its start. */
  readonly stopAfter?: number;
}

/** Every task named Broken fails until the execution has been redriven. */
const CASES: readonly Case[] = [
  {
    name: 'a task with retries',
    definition: machine({
      Before: { Type: 'Pass', Assign: { kept: 'this' }, Next: 'Broken' },
      Broken: task('good', 20, {
        Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 2, MaxAttempts: 1 }],
        Next: 'After',
      }),
      After: { Type: 'Pass', Parameters: { 'kept.$': '$kept' }, End: true },
    }),
  },
  {
    name: 'a Parallel in a Parallel',
    definition: machine({
      Outer: {
        Type: 'Parallel',
        Branches: [
          machine({
            Inner: {
              Type: 'Parallel',
              Branches: [machine({ Done: task('good', 5) }), machine({ Broken: task('good', 40) })],
              End: true,
            },
          }),
          machine({ Waits: { Type: 'Wait', Seconds: 9, Next: 'More' }, More: task('good', 5) }),
        ],
        End: true,
      },
    }),
  },
  {
    name: 'an inline Map',
    definition: machine({
      Each: map(
        machine({ First: task('good', 11, { Next: 'Broken', ResultPath: null }), Broken: task('good', 5) }),
        {
          MaxConcurrency: 1,
        },
      ),
    }),
  },
  { name: 'a Map Run of Standard children', definition: machine({ Each: distributed('STANDARD') }) },
  { name: 'a Map Run of Express children', definition: machine({ Each: distributed('EXPRESS') }) },
  {
    name: 'a Wait that is stopped',
    definition: machine({ Waits: { Type: 'Wait', Seconds: 60, Next: 'After' }, After: task('good', 5) }),
    stopAfter: 30_000,
  },
  {
    name: 'a Map Run that is stopped',
    definition: machine({
      Each: map(
        {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          ...machine({ Waits: { Type: 'Wait', Seconds: 60, Next: 'After' }, After: task('good', 5) }),
        },
        { Label: 'each' },
      ),
    }),
    stopAfter: 30_000,
  },
];

interface Ran {
  /** By execution: its status and its events without times; children by their input. */
  readonly histories: Readonly<Record<string, readonly string[]>>;
  readonly redrives: number;
  readonly writes: number;
  readonly complaints: readonly string[];
}

async function run({ definition, stopAfter }: Case, at: number, kind: Fault['kind']): Promise<Ran> {
  const fault: Fault =
    kind === 'slow' ? { kind, ms: 700, keptFirst: true } : kind === 'error' ? { kind, ms: 100 } : { kind };
  const world = new World({
    random: createRandom(1),
    faults: { onWrite: (write) => (write === at ? fault : NO_FAULT), onRead: () => undefined },
    shuffled: false,
    outages: ({ stateName }, shadows) => {
      const redriven = (shadows.byArn.get(ARN)?.state.redriveCount ?? 0) > 0;
      return stateName === 'Broken' && !redriven ? 'Simulated.Outage' : undefined;
    },
  });
  try {
    const text = JSON.stringify(definition);
    await world.create({ name: 'machine', type: 'STANDARD', definition: text, random: false, timed: false });
    world.boot();
    void world.start('machine', 'run', '{"items":[{"n":1},{"n":2}]}').then(() => {
      if (stopAfter !== undefined) world.at(stopAfter, () => void world.interrupt(ARN));
      void world.keepGoing(ARN);
    });
    await world.run(24 * HOUR);
    await world.checkWaiters();
    if (!world.quiet) world.complain('something still runs');
    const histories: Record<string, string[]> = {};
    for (const { record } of world.shadows.byArn.values()) {
      const journal = await world.store.journal.read(record.key);
      for (const complaint of [
        ...checkJournal(journal),
        ...checkShown(journal.filter(({ id }) => id > 0).map(shownOf), record.status),
      ])
        world.complain(`${record.arn}: ${complaint}`);
      const child = record.mapRunArn === undefined ? '' : ` ${textOf(journal[0]!)}`;
      histories[`${record.stateMachineArn}${child}`] = [record.status, ...journal.map(textOf)];
    }
    const redrives = world.shadows.byArn.get(ARN)?.record.redriveCount ?? 0;
    return { histories, redrives, writes: world.writes, complaints: world.complaints };
  } finally {
    await world.close();
  }
}

/** What a crash may change is left out: times, and the number of a Map Run. */
function textOf(event: HistoryEvent): string {
  const { at: _, ...rest } = event;
  return JSON.stringify({ ...rest, until: undefined, mapRunArn: undefined }, (key, value) =>
    key === 'input' || key === 'output' || key === 'parameters' || key === 'items' ? value.text : value,
  );
}

describe.each(CASES)('$name, redriven', (example) => {
  let calm: Ran;
  beforeAll(async () => {
    calm = await run(example, -1, 'none');
  });

  it('ends as if nothing had failed', () => {
    expect(calm.complaints).toEqual([]);
    expect(calm.redrives).toBe(1);
    expect(Object.values(calm.histories).map(([status]) => status)).not.toContain('FAILED');
    expect(Object.values(calm.histories)[0]?.[0]).toBe('SUCCEEDED');
  });

  it.each(['crash-before', 'crash-after', 'error', 'slow'] as const)(
    'leaves the same histories after %s at any write',
    async (kind) => {
      expect(calm.writes).toBeGreaterThan(4);
      for (let at = 0; at < calm.writes; at++) {
        const { histories, complaints } = await run(example, at, kind);
        expect(complaints, `write ${at}`).toEqual([]);
        expect(histories, `write ${at}`).toEqual(calm.histories);
      }
    },
  );
});
