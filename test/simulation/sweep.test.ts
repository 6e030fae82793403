import { beforeAll, describe, expect, it } from 'vitest';
import type { HistoryEvent } from '../../src/history/event.ts';
import { checkJournal, checkShown, shownOf } from './checks.ts';
import { type Case, CORPUS } from './corpus.ts';
import { type Fault, type FaultPlan, NO_FAULT } from './faulty-store.ts';
import { createRandom } from './random.ts';
import { World } from './world.ts';

interface Ran {
  /** By execution: its status and its events without times; children of a distributed Map by their input. */
  readonly histories: Readonly<Record<string, readonly string[]>>;
  readonly writes: number;
  readonly complaints: readonly string[];
}

const HOURS = 3_600_000;

/** Runs the cases side by side with one fault at one write. */
async function run(cases: readonly Case[], at: number, kind: Fault['kind']): Promise<Ran> {
  const fault: Fault =
    kind === 'slow' ? { kind, ms: 700, keptFirst: true } : kind === 'error' ? { kind, ms: 100 } : { kind };
  const faults: FaultPlan = {
    onWrite: (write) => (write === at ? fault : NO_FAULT),
    onRead: () => undefined,
  };
  const world = new World({ random: createRandom(1), faults, shuffled: false });
  try {
    for (const { name, definition } of cases) {
      const text = JSON.stringify(definition);
      await world.create({
        name: nameOf(name),
        type: 'STANDARD',
        definition: text,
        random: false,
        timed: false,
      });
    }
    world.boot();
    for (const { name, input } of cases) void world.start(nameOf(name), `run-${nameOf(name)}`, input);
    await world.run(24 * HOURS);
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
      histories[`${record.stateMachineArn}${child}`] = [record.status, ...timeless(journal)];
    }
    return { histories, writes: world.writes, complaints: world.complaints };
  } finally {
    await world.close();
  }
}

function nameOf(title: string): string {
  return title.replaceAll(' ', '-');
}

/** What a crash may change is left out: times, the number of a Map Run, and what only says that somebody was early. */
function timeless(journal: readonly HistoryEvent[]): string[] {
  return journal
    .filter(({ type }) => type !== 'HeartbeatReceived' && type !== 'CallbackReceived')
    .map(textOf);
}

function textOf(event: HistoryEvent): string {
  const { at: _, ...rest } = event;
  return JSON.stringify({ ...rest, until: undefined, mapRunArn: undefined }, (key, value) =>
    key === 'input' || key === 'output' || key === 'parameters' || key === 'items' ? value.text : value,
  );
}

describe.each(CORPUS)('crashed at every write, $name', (example) => {
  let calm: Ran;
  beforeAll(async () => {
    calm = await run([example], -1, 'none');
  });

  it('ends as it should when nothing happens', () => {
    expect(calm.complaints).toEqual([]);
    expect(Object.values(calm.histories).map(([status]) => status)).toContain(example.status);
  });

  it.each(['crash-before', 'crash-after', 'error', 'slow'] as const)(
    'leaves the same history after %s',
    async (kind) => {
      for (let at = 0; at < calm.writes; at++) {
        const { histories, complaints } = await run([example], at, kind);
        expect(complaints, `write ${at}`).toEqual([]);
        expect(histories, `write ${at}`).toEqual(calm.histories);
      }
    },
  );
});

describe('crashed at every write, all of them side by side', () => {
  it.each(['crash-before', 'crash-after'] as const)('leave the same histories after %s', async (kind) => {
    const calm = await run(CORPUS, -1, 'none');
    expect(calm.writes).toBeGreaterThan(50);
    for (let at = 0; at < calm.writes; at++) {
      const { histories, complaints } = await run(CORPUS, at, kind);
      expect(complaints, `write ${at}`).toEqual([]);
      expect(histories, `write ${at}`).toEqual(calm.histories);
    }
  });
});
