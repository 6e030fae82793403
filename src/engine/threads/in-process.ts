// The pool without threads: for engines inside tests, the simulator and other programs. Jobs are done in the loop, one after
// the other, each after a delay; nothing stops one that takes too long.

import type { Clock } from '../../base/clock.ts';
import { type Job, type Outcome, outcomeOf, type Pool, type ResultOf, type Workshop } from './pool.ts';

/** @param delayMs drawn for every job: how long a thread would seem to take. */
export function inProcessPool(workshop: Workshop, clock: Clock, delayMs: () => number = () => 0): Pool {
  let closed = false;
  let last: Promise<unknown> = Promise.resolve();
  const wait = (ms: number): Promise<void> =>
    new Promise((resolve) => (ms > 0 ? void clock.after(ms, resolve) : clock.soon(resolve)));
  return {
    run<J extends Job>(job: J): Promise<Outcome<ResultOf<J>>> {
      const outcome = last.then(async () => {
        await wait(delayMs());
        // What crosses to a thread is copied.
        return closed
          ? new Promise<never>(() => {})
          : structuredClone(outcomeOf(structuredClone(job), workshop));
      });
      last = outcome;
      return outcome as Promise<Outcome<ResultOf<J>>>;
    },
    async close() {
      closed = true;
    },
  };
}
