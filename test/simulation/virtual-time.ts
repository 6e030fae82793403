// Time in a simulation: nothing happens by itself; `step` performs the next thing that is due. Delays run on a clock that
// only goes forward; what `now` tells may jump, as a wall clock does. What several owners (processes, clients) want done at
// the same moment is done in an order drawn by the seed. A process may stall: what it has to do then waits for the end.

import { type Clock, steadyTime } from '../../src/base/clock.ts';
import type { Random } from './random.ts';

interface Entry {
  at: number;
  /** Order among entries of the same moment. */
  readonly rank: number;
  readonly order: number;
  readonly owner: object;
  act: (() => void) | undefined;
}

export class VirtualTime {
  /** Milliseconds since the simulation began; never goes back. */
  elapsed = 0;
  readonly #start: number;
  #offset = 0;
  #jumpedAt = Number.NEGATIVE_INFINITY;
  readonly #random: Random | undefined;
  readonly #heap: Entry[] = [];
  #order = 0;
  readonly #dead = new WeakSet<object>();
  /** Until when each owner stands still. */
  readonly #stalled = new WeakMap<object, number>();

  /** @param random draws the order of things due at one moment; undefined: first come, first served. */
  constructor(start: number, random: Random | undefined) {
    this.#start = start;
    this.#random = random;
  }

  /** What a wall clock shows, epoch milliseconds. */
  now(): number {
    return this.#start + this.elapsed + this.#offset;
  }

  /** Sets the wall clock forward or back. */
  jump(ms: number): void {
    this.#offset += ms;
    this.#jumpedAt = this.elapsed;
  }

  jumpedSince(ms: number): boolean {
    return this.elapsed - this.#jumpedAt < ms;
  }

  /** The clock of one process: what it still waits for is gone once `kill` is called with the same owner. */
  clockOf(owner: object): Clock {
    return {
      now: steadyTime(
        () => this.now(),
        () => this.elapsed,
      ),
      after: (delayMs, act) => this.after(owner, delayMs, act),
      // After whatever input is there now.
      soon: (act) => void this.after(owner, 0, act, 1),
    };
  }

  /** @param later 1: behind everything that is to be done at that moment already */
  after(owner: object, delayMs: number, act: () => void, later: 0 | 1 = 0): () => void {
    if (this.#dead.has(owner)) return () => {};
    const rank = later + (this.#random?.next() ?? 0);
    const entry: Entry = {
      at: this.elapsed + Math.max(0, Math.ceil(delayMs)),
      rank,
      order: this.#order++,
      owner,
      act,
    };
    this.#push(entry);
    return () => {
      entry.act = undefined;
    };
  }

  /** The process stands still for a while, as when it is stopped or its machine sleeps. */
  stall(owner: object, ms: number): void {
    this.#stalled.set(owner, Math.max(this.#stalled.get(owner) ?? 0, this.elapsed + ms));
  }

  isStalled(owner: object): boolean {
    return (this.#stalled.get(owner) ?? 0) > this.elapsed;
  }

  kill(owner: object): void {
    this.#dead.add(owner);
  }

  isDead(owner: object): boolean {
    return this.#dead.has(owner);
  }

  /** Milliseconds since the beginning at which something is due next. */
  next(): number | undefined {
    for (let first = this.#heap[0]; first !== undefined; first = this.#heap[0]) {
      const stalledUntil = this.#stalled.get(first.owner) ?? 0;
      if (first.act !== undefined && !this.#dead.has(first.owner)) {
        if (first.at >= stalledUntil) return first.at;
        first.at = stalledUntil;
        this.#push(this.#pop()!);
      } else this.#pop();
    }
    return undefined;
  }

  /** Performs the next thing, and all that follows from it at once. @returns false when nothing is left. */
  async step(): Promise<boolean> {
    const at = this.next();
    if (at === undefined) return false;
    const entry = this.#pop()!;
    this.elapsed = at;
    entry.act!();
    await settle();
    return true;
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let i = heap.length;
    heap.push(entry);
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!before(entry, heap[parent]!)) break;
      heap[i] = heap[parent]!;
      i = parent;
    }
    heap[i] = entry;
  }

  #pop(): Entry | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
      if (!before(heap[child]!, last)) break;
      heap[i] = heap[child]!;
      i = child;
    }
    heap[i] = last;
    return first;
  }
}

function before(a: Entry, b: Entry): boolean {
  return (a.at - b.at || a.rank - b.rank || a.order - b.order) < 0;
}

/** Lets every promise that can settle do so. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
