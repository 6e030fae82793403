// Work that may be long, in slices of a few milliseconds: one after the other in a round, and between two rounds everybody else.

import type { Clock } from '../../base/clock.ts';

/** Time that the slices of one round take together, about. */
export const SLICE_MS = 5;
/** Steps of one round, also when the clock stands still. */
const MOST_STEPS = 500;

/** Rounds of the event loop after one that took its time: a call is accepted in one, read in the next, answered in a later one. */
const PAUSE_ROUNDS = 4;

export class Slices {
  readonly #clock: Clock;
  #queue: (() => boolean)[] = [];
  #armed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Has `step` called in slices until it gives false: there is nothing more to do. */
  add(step: () => boolean): void {
    this.#queue.push(step);
    this.#arm();
  }

  #arm(): void {
    if (this.#armed) return;
    this.#armed = true;
    this.#afterRounds(1);
  }

  #afterRounds(rounds: number): void {
    this.#clock.soon(() => {
      if (rounds > 1) return this.#afterRounds(rounds - 1);
      this.#armed = false;
      this.#round();
    });
  }

  #round(): void {
    const begun = this.#clock.now();
    const queue = this.#queue;
    for (let steps = 0; queue.length > 0; steps++) {
      if (steps === MOST_STEPS || this.#clock.now() - begun >= SLICE_MS) break;
      const step = queue.shift()!;
      if (step()) queue.push(step);
    }
    if (queue.length === 0) return;
    this.#armed = true;
    this.#afterRounds(PAUSE_ROUNDS);
  }
}
