import { describe, expect, it } from 'vitest';
import { simulate } from './simulate.ts';

const SEEDS = 300;
const GROUP = 50;

describe('simulated installations keep their promises', () => {
  const groups = Array.from({ length: SEEDS / GROUP }, (_, i) => i * GROUP + 1);

  it.each(groups)('through crashes, failing writes and jumping clocks, seeds from %i on', async (first) => {
    let crashes = 0;
    for (let seed = first; seed < first + GROUP; seed++) {
      const report = await simulate(seed);
      crashes += report.crashes;
      expect(report.complaints, `npm run simulate -- --seed ${seed} --count 1 --verbose`).toEqual([]);
    }
    expect(crashes).toBeGreaterThan(0);
  });

  it('the same seed gives the same simulation', async () => {
    expect(await simulate(4711)).toEqual(await simulate(4711));
  });
});
