// A clock that goes as fast as this process gets its work done: it advances by a fixed step after a number of turns of the
// event loop, and never by what the wall clock says. On a busy machine a request over the loopback takes longer, and so
// does a second of this clock: time-outs strike the same requests.

import type { Clock } from '../../src/base/clock.ts';

/** Clock milliseconds per step. */
const STEP_MS = 100;
/** Least real milliseconds per step. */
const PAUSE_MS = 5;
/** Least turns of the event loop per step: enough for a request and its answer. */
const TURNS = 20;

export interface PacedClock extends Clock {
  /** Milliseconds since it was made. */
  elapsed(): number;
  /** Lets the process end: nothing that was asked for happens any more. */
  stop(): void;
}

export function pacedClock(start = Date.now()): PacedClock {
  let elapsed = 0;
  let stopped = false;
  let waiting: { readonly at: number; readonly act: () => void }[] = [];

  async function run(): Promise<void> {
    while (!stopped) {
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      for (let i = 0; i < TURNS; i++) await new Promise((resolve) => setImmediate(resolve));
      elapsed += STEP_MS;
      const due = waiting.filter(({ at }) => at <= elapsed).sort((a, b) => a.at - b.at);
      waiting = waiting.filter(({ at }) => at > elapsed);
      for (const { act } of due) act();
    }
  }
  void run();

  return {
    now: () => start + elapsed,
    elapsed: () => elapsed,
    after(delayMs, act) {
      const entry = { at: elapsed + Math.max(0, delayMs), act: () => (cancelled ? undefined : act()) };
      let cancelled = false;
      waiting.push(entry);
      return () => {
        cancelled = true;
        waiting = waiting.filter((other) => other !== entry);
      };
    },
    soon: (act) => void setImmediate(act),
    stop() {
      stopped = true;
      waiting = [];
    },
  };
}
