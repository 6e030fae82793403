// Long definitions are checked in the pool, short ones in the loop; either says the same.

import { beforeEach, expect, test } from 'vitest';
import { DefinitionCache } from '../../../src/asl/analysis.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { Analyses } from '../../../src/engine/threads/analyses.ts';
import { inProcessPool } from '../../../src/engine/threads/in-process.ts';
import type { Job, Outcome, Pool, ResultOf } from '../../../src/engine/threads/pool.ts';
import { createTaskTokens } from '../../../src/engine/tokens.ts';

const definitions = new DefinitionCache();
let jobs: Job[];
let answer: Outcome | undefined;
let analyses: Analyses;

beforeEach(() => {
  jobs = [];
  answer = undefined;
  const workshop = {
    definitions: new DefinitionCache(),
    tokens: createTaskTokens('secret'),
    random: Math.random,
    uuid: () => 'uuid',
    elapsed: () => 0,
  };
  const inner = inProcessPool(workshop, systemClock);
  const pool: Pool = {
    async run<J extends Job>(job: J) {
      jobs.push(job);
      return (answer ?? (await inner.run(job))) as Outcome<ResultOf<J>>;
    },
    close: async () => {},
  };
  analyses = new Analyses(definitions, pool);
});

/** Passes in sequence; the last leads to `next`. */
function definition(states: number, next: string): string {
  const all: Record<string, object> = {};
  for (let i = 0; i < states; i++) all[`S${i}`] = { Type: 'Pass', Next: i + 1 < states ? `S${i + 1}` : next };
  return JSON.stringify({ StartAt: 'S0', States: { ...all, End: { Type: 'Succeed' } } });
}

test('a short definition makes no job', async () => {
  const { errors } = await analyses.of(definition(3, 'Nowhere'), 'STANDARD');
  expect(errors[0]).toMatchObject({ code: 'MISSING_TRANSITION_TARGET', location: '/States/S2/Next' });
  expect(jobs).toEqual([]);
});

test('a long definition is checked in the pool, once, with what the loop would have found', async () => {
  for (const next of ['Nowhere', 'End']) {
    const text = definition(2_000, next);
    const { diagnostics, errors } = definitions.analyze(text, 'STANDARD');
    expect(await analyses.of(text, 'STANDARD')).toEqual({ diagnostics, errors });
    await analyses.of(text, 'STANDARD');
  }
  expect(jobs.map(({ type }) => type)).toEqual(['analysis', 'analysis']);
});

test('a definition that no thread can check is an error of the caller alone', async () => {
  answer = { status: 'stopped', reason: 'memory' };
  await expect(analyses.of(definition(2_000, 'End'), 'EXPRESS')).rejects.toThrow('took too much memory');
});
