// The queues of activities alone: minutes pass when the test says so, and a commit takes as long as the test likes.

import { beforeEach, expect, test } from 'vitest';
import { Activities, type QueuedTask } from '../../src/engine/activities.ts';
import type { Refusal } from '../../src/interpreter/decide.ts';

const ACTIVITY = 'arn:activity';
const NEVER = new AbortController().signal;

let now: number;
let timers: { at: number; act: () => void }[];
let commits: { executionArn: string; settle: (refused?: Refusal) => void; fail: (error: Error) => void }[];
let activities: Activities;

beforeEach(() => {
  now = 0;
  timers = [];
  commits = [];
  const ask = (executionArn: string) =>
    new Promise<Refusal | undefined>((resolve, reject) =>
      commits.push({ executionArn, settle: resolve, fail: reject }),
    );
  const after = (delayMs: number, act: () => void) => {
    const timer = { at: now + delayMs, act };
    timers.push(timer);
    return () => {
      timers = timers.filter((other) => other !== timer);
    };
  };
  activities = new Activities({ ask }, { after });
});

const settled = () => new Promise((resolve) => setImmediate(resolve));

async function pass(seconds: number): Promise<void> {
  now += seconds * 1000;
  for (const timer of timers.filter(({ at }) => at <= now)) timer.act();
  await settled();
}

const task = (name: string): QueuedTask => ({ executionArn: name, scheduled: 3, token: name, input: '{}' });
const offer = (...names: string[]): void => {
  for (const name of names) activities.offer(ACTIVITY, task(name));
};

/** Polls; what it was given is in `given`, `open` until then. */
function poll(signal = NEVER): { given: string | undefined } {
  const result: { given: string | undefined } = { given: 'open' };
  activities.take(ACTIVITY, 'w', signal).then(
    (found) => {
      result.given = found?.token;
    },
    (error: Error) => {
      result.given = error.message;
    },
  );
  return result;
}

test('a poll ends after a minute, and leaves no timer behind', async () => {
  const waits = poll();
  await pass(59);
  expect(waits.given).toBe('open');
  await pass(1);
  expect(waits.given).toBeUndefined();
  expect([timers, activities.polling(ACTIVITY)]).toEqual([[], 0]);
});

test('a task that is over when it is taken does not give the poll another minute', async () => {
  const waits = poll();
  await pass(50);
  offer('over');
  await settled();
  commits[0]!.settle('closed');
  await settled();
  await pass(10);
  expect(waits.given).toBeUndefined();
});

test('a task that is over is passed over for the next', async () => {
  offer('over', 'good');
  const waits = poll();
  await settled();
  commits[0]!.settle('unknown-task');
  await settled();
  commits[1]!.settle();
  await settled();
  expect(waits.given).toBe('good');
});

test('a worker that leaves in the moment it is given a task hands it to the next, before all others', async () => {
  const leaves = new AbortController();
  const gone = poll(leaves.signal);
  await settled();
  offer('first');
  leaves.abort();
  await settled();
  expect([gone.given, commits.length]).toEqual([undefined, 0]);
  offer('second');
  const next = poll();
  await settled();
  commits[0]!.settle();
  await settled();
  expect(next.given).toBe('first');
});

test('a task whose start cannot be kept stays in the queue', async () => {
  offer('kept');
  const first = poll();
  await settled();
  commits[0]!.fail(new Error('disk full'));
  await settled();
  expect(first.given).toBe('disk full');
  const second = poll();
  await settled();
  commits[1]!.settle();
  await settled();
  expect(second.given).toBe('kept');
});

test('withdrawn tasks are not handed out, however many', async () => {
  offer('first');
  for (let i = 0; i < 5_000; i++) offer(`over-${i}`);
  offer('last');
  for (let i = 0; i < 5_000; i++) activities.withdraw(`over-${i}`, 3);
  activities.withdraw('first', 4);
  poll();
  poll();
  poll();
  await settled();
  expect(commits.map((commit) => commit.executionArn)).toEqual(['first', 'last']);
  expect(activities.polling(ACTIVITY)).toBe(1);
});

test('withdrawn tasks leave the queue, however many, while others wait', async () => {
  offer('first');
  for (let i = 0; i < 50_000; i++) {
    offer(`over-${i}`);
    activities.withdraw(`over-${i}`, 3);
  }
  const { waiting, withdrawn } = activities.depth(ACTIVITY);
  expect(waiting).toBe(1);
  expect(withdrawn).toBeLessThan(2_000);
});

test('a task that is taken, or withdrawn twice, is not withdrawn from its queue', async () => {
  offer('a', 'b');
  poll();
  await settled();
  activities.withdraw('a', 3);
  activities.withdraw('nobody', 3);
  expect(activities.depth(ACTIVITY)).toEqual({ waiting: 1, withdrawn: 0 });
});

test('one more poller than AWS allows is refused', async () => {
  for (let i = 0; i < 1_000; i++) poll();
  const refused = poll();
  await settled();
  expect(refused.given).toBe(ACTIVITY);
  expect(activities.polling(ACTIVITY)).toBe(1_000);
});

test('a deleted activity answers its pollers with nothing, and is not known any more', async () => {
  activities.add(ACTIVITY);
  expect(activities.knows(ACTIVITY)).toBe(true);
  const waits = poll();
  activities.remove(ACTIVITY);
  await settled();
  expect([waits.given, activities.knows(ACTIVITY)]).toEqual([undefined, false]);
});

test('all activities of the store are known after loading, however many', async () => {
  const names = Array.from({ length: 1_201 }, (_, i) => `a${String(i).padStart(5, '0')}`);
  await activities.load({
    list: async ({ after, limit }) =>
      names
        .filter((name) => after === undefined || name > after)
        .slice(0, limit)
        .map((name) => ({ arn: `arn:${name}`, name, createdAt: 0, settings: {} })),
  });
  expect(names.filter((name) => !activities.knows(`arn:${name}`))).toEqual([]);
});

test('who has gone before polling takes nothing', async () => {
  offer('task');
  const gone = poll(AbortSignal.abort());
  await settled();
  expect([gone.given, commits.length]).toEqual([undefined, 0]);
});

test('a closed queue answers with nothing, now and from now on', async () => {
  const before = poll();
  activities.close();
  const after = poll();
  await settled();
  expect([before.given, after.given]).toEqual([undefined, undefined]);
});
