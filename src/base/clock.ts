// Time as the engine sees it: the real one, or a simulated one in tests.

export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls `act` once after `delayMs`. @returns the function that cancels it. */
  after(delayMs: number, act: () => void): () => void;
  /** Calls `act` after the input and output that is ready now has been taken in. */
  soon(act: () => void): void;
}

/** Lets input and output happen, in so many rounds of the event loop. */
export async function afterRounds(clock: Pick<Clock, 'soon'>, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) await new Promise<void>((resolve) => clock.soon(resolve));
}

/** Longest delay a timer of Node's takes. */
const MAX_DELAY_MS = 2_147_483_647;

/**
 * A time that never goes back: the wall clock's, except that a wall clock set back does not delay what waits. One set forward,
 * or a machine that slept, is followed at once.
 * @param wall epoch milliseconds, may jump. @param elapsed milliseconds since any moment, never goes back
 */
export function steadyTime(wall: () => number, elapsed: () => number): () => number {
  let offset = Number.NEGATIVE_INFINITY;
  return () => {
    const passed = elapsed();
    offset = Math.max(offset, wall() - passed);
    return Math.floor(offset + passed);
  };
}

export const systemClock: Clock = {
  now: steadyTime(Date.now, () => performance.now()),
  after(delayMs, act) {
    const timer = setTimeout(act, Math.min(Math.max(delayMs, 0), MAX_DELAY_MS));
    return () => clearTimeout(timer);
  },
  soon: (act) => {
    setImmediate(act);
  },
};
