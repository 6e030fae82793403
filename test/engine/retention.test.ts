// Closed executions whose retention is over are removed at the start and once an hour, all of them.

import { pino } from 'pino';
import { beforeEach, expect, test } from 'vitest';
import { keepRetention } from '../../src/engine/retention.ts';
import { settle, VirtualTime } from '../simulation/virtual-time.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = 1_000 * DAY;

let time: VirtualTime;
let logged: string[];
/** What each call was asked, and how many executions are left to remove. */
let asked: { readonly closedBefore: number; readonly limit: number }[];
let left: number;
let runsLeft: number;
let failure: Error | undefined;
/** Steps in which space can be given back. */
let spare: number;
let end: () => void;

beforeEach(() => {
  time = new VirtualTime(START, undefined);
  logged = [];
  asked = [];
  left = 0;
  runsLeft = 0;
  failure = undefined;
  spare = 0;
  const executions = {
    async removeClosed(page: { readonly closedBefore: number; readonly limit: number }): Promise<number> {
      asked.push(page);
      if (failure !== undefined) throw failure;
      const removed = Math.min(left, page.limit);
      left -= removed;
      return removed;
    },
  };
  const log = pino({ level: 'error' }, { write: (line) => void logged.push(line) });
  const mapRuns = { removeSome: async () => runsLeft-- > 0 };
  const work = { compact: async () => --spare >= 0 };
  end = keepRetention({ executions, mapRuns, work }, time.clockOf({}), 90, log);
});

async function pass(ms: number): Promise<void> {
  const until = time.elapsed + ms;
  await settle();
  for (let next = time.next(); next !== undefined && next <= until; next = time.next()) await time.step();
  time.elapsed = until;
}

test('everything that is over is removed in one go, however many pages it is', async () => {
  left = 1_050;
  await pass(0);
  expect(left).toBe(0);
  const limit = asked[0]!.limit;
  expect(asked).toHaveLength(Math.floor(1_050 / limit) + 1);
});

test('what is left of their Map Runs goes too, piece by piece', async () => {
  runsLeft = 3;
  await pass(HOUR);
  expect(runsLeft).toBeLessThan(0);
});

test('what closed before the retention is asked for at once, then once an hour', async () => {
  await pass(3 * HOUR);
  expect(asked.map(({ closedBefore }) => closedBefore)).toEqual(
    [0, 1, 2, 3].map((hours) => START + hours * HOUR - 90 * DAY),
  );
});

test('others come in between two pages', async () => {
  left = 1_050;
  const order: number[] = [];
  time.after({}, 0, () => order.push(left));
  await pass(0);
  expect(order[0]).toBeGreaterThan(0);
});

test('a store that fails is asked again an hour later', async () => {
  left = 10;
  failure = new Error('disk full');
  await pass(0);
  expect([left, logged.length]).toEqual([10, 1]);
  failure = undefined;
  await pass(HOUR);
  expect(left).toBe(0);
});

test('nothing is removed once it has been ended, also between two pages', async () => {
  left = 1_050;
  time.after({}, 0, () => end());
  await pass(3 * HOUR);
  expect(asked).toHaveLength(1);
  expect(left).toBeGreaterThan(0);
});

test('the space of what was removed is given back, until there is none left', async () => {
  spare = 7;
  await pass(0);
  expect(spare).toBe(-1);
});
