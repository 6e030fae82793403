// When a command counts as having arrived. What a client, a worker or a function has sent lies in a socket until the event loop
// reads it; a timer fires as soon as the loop comes by. After a stall (a stopped process, a laptop's sleep, a long batch) both
// are late, and nobody can say any more which was first. So the sockets are read before timers fire, and what is read before a
// timer that is due counts as having come before it.

import type { Clock } from '../base/clock.ts';

/** A timer that fires so much late says that the process stood still. */
const STALL_MS = 1_000;
/** Rounds of the event loop in which a connection is accepted, read and its request handed on. */
const ROUNDS = 3;
/** After a stall the loop is given rounds until so many in a row bring no command, but not for ever. */
const QUIET_ROUNDS = 8;
const MAX_CATCH_UP_MS = 2_000;

export class Arrivals {
  readonly #clock: Clock;
  /** When the timers that are waited for are due; until they have fired. */
  #due = Number.POSITIVE_INFINITY;
  #arrived = 0;
  #listeningSince = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Since when workers can reach this process without a break, epoch milliseconds: heartbeats could not be sent before.
   */
  get listeningSince(): number {
    return this.#listeningSince;
  }

  /** Requests are taken in from now on. */
  listen(): void {
    this.#listeningSince = this.#clock.now();
  }

  /** A command comes from outside. @returns the time at which it arrived, epoch milliseconds */
  arrive(): number {
    this.#arrived++;
    return this.now();
  }

  /** The time at which what is handed in now arrived, epoch milliseconds. */
  now(): number {
    return Math.min(this.#clock.now(), this.#due - 1);
  }

  /** @param due epoch milliseconds at which timers are to fire next; infinite: they have been fired. */
  expectTimers(due: number): void {
    this.#due = due;
  }

  /**
   * Lets the loop read what lies in the sockets, before timers fire that were due at epoch milliseconds `due`.
   * @returns when that is done.
   */
  async readFirst(due: number): Promise<void> {
    const clock = this.#clock;
    const stalled = clock.now() - due >= STALL_MS;
    const until = clock.now() + MAX_CATCH_UP_MS;
    let quiet = 0;
    while (quiet < (stalled ? QUIET_ROUNDS : ROUNDS)) {
      const before = this.#arrived;
      await new Promise<void>((resolve) => clock.soon(resolve));
      const goOn = stalled && this.#arrived > before && clock.now() < until;
      quiet = goOn ? 0 : quiet + 1;
    }
    if (stalled) this.listen();
  }
}
