// Delivery in batches on a virtual clock: what is sent when, what is tried again, what is dropped.

import { pino } from 'pino';
import { beforeEach, expect, test } from 'vitest';
import { Batches, type BatchesOptions, type Sent } from '../../src/observe/batches.ts';
import { settle, VirtualTime } from '../simulation/virtual-time.ts';

const SENT: Sent = { outcome: 'sent' };
const AGAIN: Sent = { outcome: 'again', reason: 'it rains' };
const OWNER = {};

let time: VirtualTime;
let sent: string[];
let logged: { msg: string; dropped?: number; reason?: string }[];
/** What the next batches come to; `undefined` at the end: they are taken. */
let outcomes: (Sent | Promise<Sent>)[];

beforeEach(() => {
  time = new VirtualTime(0, undefined);
  sent = [];
  logged = [];
  outcomes = [];
});

function open(options: Partial<BatchesOptions<string>> = {}): Batches<string> {
  return new Batches<string>({
    name: 'letters',
    mostItems: 3,
    mostBytes: 100,
    lingerMs: 1_000,
    async send(lane, items) {
      const outcome = (await outcomes.shift()) ?? SENT;
      if (outcome.outcome === 'sent') sent.push(`${time.elapsed} ${lane}: ${items.join('')}`);
      return outcome;
    },
    clock: time.clockOf(OWNER),
    random: () => 1,
    log: pino({ level: 'info' }, { write: (line) => void logged.push(JSON.parse(line)) }),
    ...options,
  });
}

async function pass(ms: number): Promise<void> {
  await settle();
  const end = time.elapsed + ms;
  while ((time.next() ?? Number.POSITIVE_INFINITY) <= end) await time.step();
  time.elapsed = end;
  await settle();
}

test('a batch waits a while for more', async () => {
  const batches = open();
  batches.add('a', 'x', 1);
  await pass(500);
  batches.add('a', 'y', 1);
  await pass(499);
  expect(sent).toEqual([]);
  await pass(1);
  expect(sent).toEqual(['1000 a: xy']);
  batches.add('a', 'z', 1);
  await pass(1_000);
  expect(sent).toEqual(['1000 a: xy', '2000 a: z']);
});

test('a batch that is full does not wait, by items or by bytes', async () => {
  const batches = open();
  for (const item of 'stuvwx') batches.add('items', item, 1);
  batches.add('bytes', 'L', 60);
  batches.add('bytes', 'M', 60);
  await pass(0);
  expect(sent).toEqual(['0 items: stu', '0 bytes: L', '0 items: vwx']);
  await pass(1_000);
  expect(sent.at(-1)).toBe('1000 bytes: M');
});

test('an item larger than a batch goes alone', async () => {
  const batches = open();
  for (const item of 'xy') batches.add('a', item, 500);
  await pass(0);
  expect(sent).toEqual(['0 a: x', '0 a: y']);
});

test('a lane sends one batch at a time, and lanes do not wait for each other', async () => {
  const held = Promise.withResolvers<Sent>();
  outcomes = [held.promise];
  const batches = open();
  for (const item of '123456') batches.add('slow', item, 1);
  await pass(10);
  for (const item of 'abc') batches.add('fast', item, 1);
  await pass(10);
  expect(sent).toEqual(['10 fast: abc']);
  held.resolve(SENT);
  await pass(0);
  expect(sent).toEqual(['10 fast: abc', '20 slow: 123', '20 slow: 456']);
});

test('at most sixteen batches are on their way; the others follow', async () => {
  const held = Promise.withResolvers<Sent>();
  outcomes = Array.from({ length: 16 }, () => held.promise);
  const batches = open();
  for (let i = 0; i < 20; i++) for (const item of 'abc') batches.add(`lane ${i}`, item, 1);
  await pass(5);
  expect(outcomes).toHaveLength(0);
  expect(sent).toEqual([]);
  held.resolve(SENT);
  await pass(0);
  expect(sent).toHaveLength(20);
});

test('what fails for a while is tried again in order, with growing pauses, and said once', async () => {
  outcomes = [AGAIN, AGAIN, AGAIN];
  const batches = open();
  for (const item of 'abcde') batches.add('a', item, 1);
  await pass(10_000);
  expect(sent).toEqual(['1400 a: abc', '2400 a: de']);
  expect(logged.map(({ msg }) => msg)).toEqual([
    'Delivery of letters fails; it is kept in memory and tried again',
    'Delivery of letters goes on',
  ]);
  expect(batches.dropped).toBe(0);
});

test('what is refused is dropped and counted, in whole or in part, and the rest goes on', async () => {
  outcomes = [
    { outcome: 'refused', reason: 'no such group' },
    { outcome: 'refused', reason: 'too old', count: 1 },
  ];
  const batches = open();
  for (const item of 'abcdefg') batches.add('a', item, 1);
  await pass(1_000);
  expect(sent).toEqual(['1000 a: g']);
  expect(batches.dropped).toBe(4);
});

test('drops are logged at once and then once a minute', async () => {
  outcomes = Array.from({ length: 60 }, () => ({ outcome: 'refused', reason: 'no such group' }) as const);
  const batches = open();
  for (let i = 0; i < 60; i++) {
    batches.add('a', 'x', 1);
    await pass(2_000);
  }
  expect(logged.map(({ dropped, reason }) => [dropped, reason])).toEqual([
    [1, 'no such group'],
    [29, 'no such group'],
  ]);
});

test('what does not fit is dropped, the oldest of the fullest lane first', async () => {
  const held = Promise.withResolvers<Sent>();
  outcomes = [held.promise];
  const batches = open({ queueBytes: 160, lingerMs: 10_000, mostItems: 100, mostBytes: 40 });
  for (const item of 'ABCDEFGHIJ') batches.add('full', item, 15);
  await pass(0);
  // 150 bytes: A and B are on their way.
  batches.add('other', 'x', 15);
  expect(batches.dropped).toBe(1);
  held.resolve(SENT);
  await pass(20_000);
  expect(sent.join()).toBe('0 full: AB,0 full: DE,0 full: FG,0 full: HI,10000 other: x,10000 full: J');
});

test('an item that fits nowhere is dropped itself', async () => {
  const batches = open({ queueBytes: 50 });
  batches.add('a', 'huge', 51);
  await pass(2_000);
  expect([sent, batches.dropped]).toEqual([[], 1]);
});

test('closing sends what waits at once', async () => {
  const batches = open();
  batches.add('a', 'x', 1);
  for (const item of 'abcd') batches.add('b', item, 1);
  const closed = batches.close(2_000);
  await pass(0);
  await closed;
  expect(sent.toSorted()).toEqual(['0 a: x', '0 b: abc', '0 b: d']);
  expect(time.next()).toBeUndefined();
});

test('closing does not wait for what fails: one more attempt, then it is dropped and said', async () => {
  outcomes = [AGAIN, AGAIN];
  const batches = open();
  for (const item of 'abc') batches.add('a', item, 1);
  await pass(1);
  const closed = batches.close(2_000);
  await pass(1);
  await closed;
  expect([sent, batches.dropped]).toEqual([[], 3]);
  expect(logged.at(-1)).toMatchObject({ dropped: 3, reason: 'Treadle stops' });
  expect(time.next()).toBeUndefined();
});

test('closing ends at its deadline though a call hangs', async () => {
  let aborted = false;
  const batches = open({
    send: (_lane, _items, signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          aborted = true;
          resolve(AGAIN);
        });
      }),
  });
  for (const item of 'abcd') batches.add('a', item, 1);
  await pass(1);
  const closed = batches.close(2_000);
  await pass(2_000);
  await closed;
  await settle();
  expect([aborted, batches.dropped]).toEqual([true, 4]);
});

test('a bug in sending is logged and loses its batch alone', async () => {
  let calls = 0;
  const batches = open({
    async send() {
      if (calls++ === 0) throw new TypeError('x is not a function');
      return SENT;
    },
  });
  for (const item of 'abcd') batches.add('a', item, 1);
  await pass(1_000);
  expect([calls, batches.dropped]).toEqual([2, 3]);
  expect(logged[0]?.msg).toBe('A bug of Treadle keeps letters from being delivered');
});
