// Time as the engine sees it: the real one, or a simulated one in tests.

export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls `act` once after `delayMs`. @returns the function that cancels it. */
  after(delayMs: number, act: () => void): () => void;
  /** Calls `act` after the input and output that is ready now has been taken in. */
  soon(act: () => void): void;
}

/** Longest delay a timer of Node's takes. */
const MAX_DELAY_MS = 2_147_483_647;

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, act) {
    const timer = setTimeout(act, Math.min(Math.max(delayMs, 0), MAX_DELAY_MS));
    return () => clearTimeout(timer);
  },
  soon: (act) => {
    setImmediate(act);
  },
};
