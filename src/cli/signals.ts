// SIGINT (Ctrl-C), SIGTERM, SIGHUP: the first stops in order, the next ends the process at once.

import { constants } from 'node:os';

/** A terminal signals the whole group and npm passes the same signal on: two so close are one. */
const SAME_WITHIN_MS = 400;

/** @returns the function that ends it. */
export function onFirstSignal(
  signals: readonly NodeJS.Signals[],
  stop: (signal: NodeJS.Signals) => void,
): () => void {
  let first: number | undefined;
  const take = (signal: NodeJS.Signals) => {
    const now = performance.now();
    if (first === undefined) {
      first = now;
      stop(signal);
    } else if (now - first > SAME_WITHIN_MS) {
      process.exit(128 + constants.signals[signal]);
    }
  };
  for (const signal of signals) process.on(signal, take);
  return () => {
    for (const signal of signals) process.off(signal, take);
  };
}
