// Doing a call again that failed for a while: pauses that grow, each by chance shorter, so that callers do not come back at
// the same moment. Source: AWS, "Exponential backoff and jitter" (full jitter).

import type { Clock } from '../base/clock.ts';

export interface RetryParts {
  readonly clock: Pick<Clock, 'after'>;
  /** From 0 to 1. */
  readonly random: () => number;
}

const FIRST_MS = 200;
const MOST_MS = 20_000;
/** Calls in all: about 13 seconds, at most 25. */
export const ATTEMPTS = 8;

/** @param failures so far, at least 1. */
export function retryDelay(failures: number, random: () => number): number {
  return Math.round(random() * Math.min(MOST_MS, FIRST_MS * 2 ** (failures - 1)));
}

/** @throws the signal's reason, at once when it fires. */
export function pause(delayMs: number, clock: Pick<Clock, 'after'>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    const giveUp = (): void => {
      cancel();
      reject(signal.reason as Error);
    };
    const cancel = clock.after(delayMs, () => {
      signal.removeEventListener('abort', giveUp);
      resolve();
    });
    signal.addEventListener('abort', giveUp, { once: true });
  });
}

export class TimedOut extends Error {
  override readonly name = 'TimedOut';
  constructor(timeoutMs: number) {
    super(`Unable to execute HTTP request: no answer within ${timeoutMs / 1000} seconds`);
  }
}
