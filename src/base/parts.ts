// Work of many that takes long, cut into parts of a few milliseconds: one part after the other, and between two of them
// everybody else.

import { afterRounds, type Clock } from './clock.ts';

/** Rounds of the event loop between two parts: a call is read in one, committed in the next, answered in a later one. */
const ROUNDS = 4;

export class Parts {
  readonly #clock: Pick<Clock, 'soon'>;
  readonly #waiting: (() => void)[] = [];
  #goingOn = false;

  constructor(clock: Pick<Clock, 'soon'>) {
    this.#clock = clock;
  }

  /** Resolves when the caller may do its next part, first come, first served; at once when nobody does any. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (!this.#goingOn) void this.#goOn();
    });
  }

  async #goOn(): Promise<void> {
    this.#goingOn = true;
    while (this.#waiting.length > 0) {
      this.#waiting.shift()!();
      await afterRounds(this.#clock, ROUNDS);
    }
    this.#goingOn = false;
  }
}
