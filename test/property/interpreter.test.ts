// What holds for every execution of every well-formed definition, whatever its tasks do. The same programs every time;
// PROPERTY_SEED and PROPERTY_RUNS try others, and more.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileDefinition } from '../../src/asl/compile.ts';
import { validateDefinition } from '../../src/asl/validate.ts';
import type { HistoryEvent } from '../../src/history/event.ts';
import { type Driven, drive } from '../support/drive.ts';
import { type RandomRun, randomRun } from './programs.ts';

const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 400);
const seed = Number(process.env['PROPERTY_SEED'] ?? 1);
const TERMINAL = /^Execution(Succeeded|Failed|Aborted|TimedOut)$/;

function run({ definition, script }: RandomRun, more: object = {}): Driven {
  return drive(definition, { ...script, ...more });
}

function shown(events: readonly HistoryEvent[]): HistoryEvent[] {
  return events.filter((event) => event.id > 0);
}

/** A run's events as text, payloads by their text. */
function text(driven: Driven): string {
  return JSON.stringify(driven.events, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && 'text' in value && 'bytes' in value ? value.text : value,
  );
}

describe('every random workflow', () => {
  it('is accepted by the validator', () => {
    fc.assert(
      fc.property(randomRun, ({ definition }) => {
        const { diagnostics } = validateDefinition(JSON.stringify(definition), { type: 'STANDARD' });
        expect(diagnostics.filter(({ severity }) => severity === 'ERROR')).toEqual([]);
      }),
      { seed, numRuns: RUNS },
    );
  });

  it('ends in exactly one terminal event, its last, with ids from 1 without a gap', () => {
    const ended = new Set<string>();
    fc.assert(
      fc.property(randomRun, (random) => {
        const driven = run(random);
        const events = shown(driven.events);
        expect(events.filter(({ type }) => TERMINAL.test(type))).toHaveLength(1);
        expect(events.at(-1)!.type).toMatch(TERMINAL);
        expect(events.map(({ id }) => id)).toEqual(events.map((_event, i) => i + 1));
        ended.add(driven.status);
      }),
      { seed, numRuns: RUNS },
    );
    // The generator is worth its name only while it reaches every end.
    expect([...ended].sort()).toEqual(['ABORTED', 'FAILED', 'SUCCEEDED', 'TIMED_OUT']);
  });

  it('lets every event follow an earlier one, and leaves no state that it has not entered', () => {
    fc.assert(
      fc.property(randomRun, (random) => {
        const open = new Map<string, number>();
        for (const event of shown(run(random).events)) {
          expect(event.previous).toBeLessThan(event.id);
          expect(event.previous).toBeGreaterThanOrEqual(0);
          if (/StateEntered$/.test(event.type) && 'name' in event) {
            open.set(event.name, (open.get(event.name) ?? 0) + 1);
          }
          if (/StateExited$/.test(event.type) && 'name' in event) {
            open.set(event.name, (open.get(event.name) ?? 0) - 1);
            expect(open.get(event.name)).toBeGreaterThanOrEqual(0);
          }
        }
      }),
      { seed, numRuns: RUNS },
    );
  });

  it('is in the same state after every decision as after a replay of its events', () => {
    fc.assert(
      fc.property(randomRun, (random) => {
        expect(() => run(random, { replayEveryDecision: true })).not.toThrow();
      }),
      { seed, numRuns: RUNS / 2 },
    );
  });

  it('decides the same when it is asked again', () => {
    fc.assert(
      fc.property(randomRun, (random) => {
        expect(text(run(random))).toBe(text(run(random)));
      }),
      { seed, numRuns: RUNS / 2 },
    );
  });

  it('has the same history when a turn may make only one transition', () => {
    fc.assert(
      fc.property(randomRun, (random) => {
        const whole = run(random);
        const cut = run(random, { maxTransitions: 1 });
        expect([cut.status, cut.error, cut.output]).toEqual([whole.status, whole.error, whole.output]);
      }),
      { seed, numRuns: RUNS / 2 },
    );
  });

  it('compiles to the same program from its text and from that text laid out anew', () => {
    fc.assert(
      fc.property(randomRun, ({ definition, script }) => {
        const program = compileDefinition(JSON.stringify(definition, null, 3));
        expect(text(drive(definition, { ...script, program }))).toBe(text(drive(definition, script)));
      }),
      { seed, numRuns: RUNS / 4 },
    );
  });
});
