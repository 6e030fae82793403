import { expect, test } from 'vitest';
import { newTimers, popTimer, pushTimer } from '../../src/interpreter/timers.ts';
import { createRandom } from '../simulation/random.ts';

function inOrder(times: readonly number[]): number[] {
  const heap = newTimers();
  for (const [frame, at] of times.entries()) pushTimer(heap, { at, frame });
  const popped: number[] = [];
  for (let timer = popTimer(heap); timer !== undefined; timer = popTimer(heap)) popped.push(timer.at);
  return popped;
}

test('timers come out by time, whatever the order they came in', () => {
  const { next: random } = createRandom(7);
  for (let length = 0; length < 40; length++) {
    const times = Array.from({ length }, () => Math.floor(random() * 20));
    expect(inOrder(times)).toEqual([...times].sort((a, b) => a - b));
  }
});

test('every timer keeps its frame', () => {
  const heap = newTimers();
  for (const [frame, at] of [30, 10, 20].entries()) pushTimer(heap, { at, frame });
  expect([popTimer(heap), popTimer(heap), popTimer(heap), popTimer(heap)]).toEqual([
    { at: 10, frame: 1 },
    { at: 20, frame: 2 },
    { at: 30, frame: 0 },
    undefined,
  ]);
});

test('the earliest timer is the first entry, also between pushing and taking', () => {
  const { next: random } = createRandom(11);
  const heap = newTimers();
  const model: number[] = [];
  for (let i = 0; i < 500; i++) {
    if (random() < 0.6) {
      const at = Math.floor(random() * 100);
      pushTimer(heap, { at, frame: i });
      model.push(at);
    } else {
      model.sort((a, b) => a - b);
      expect(popTimer(heap)?.at).toBe(model.shift());
    }
    expect(heap).toHaveLength(model.length);
    expect(heap[0]?.at).toBe(model.length === 0 ? undefined : Math.min(...model));
  }
});
