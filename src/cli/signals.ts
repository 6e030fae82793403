// What ends a command from outside. SIGINT (Ctrl-C), SIGTERM, SIGHUP: the first stops in order, the next ends the process at once.
// And npm, whose shell takes a signal for itself and leaves its child behind.

import { constants } from 'node:os';

/** A terminal signals the whole group and npm passes the same signal on: two so close are one. */
const SAME_WITHIN_MS = 400;

const LOOK_FOR_PARENT_MS = 500;

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

/**
 * `npm start`, `npx` and scripts of a package.json run a command through `sh`. A signal to npm ends that shell alone, and the
 * command would go on with nobody to stop it. Calls `stop` when whoever started this process has ended. `treadle start &` in a script
 * is left alone: its shell is gone before the server answers. So is every process outside npm, which may outlive its parent.
 * @param parent process.ppid when the first request could be answered
 */
export function onEndOfNpm(stop: () => void, parent: number): void {
  if ((process.env['npm_command'] ?? '') === '') return;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    stop();
  }, LOOK_FOR_PARENT_MS).unref();
}
