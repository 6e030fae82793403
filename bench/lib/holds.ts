// Loaded into a server under test (`node --import`): the longest holds of its event loop, written to the file that
// TREADLE_BENCH_HOLDS names when the process ends. Processor time is what the loop's own work took of a hold; the rest is
// waiting for the disk, or for a processor that others had.

import { writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

export interface Holds {
  /** Longest, milliseconds. */
  readonly longest: number;
  /** Most processor time in one, milliseconds. */
  readonly work: number;
  /** Holds whose processor time was over 20 ms. */
  readonly over20: number;
}

const file = process.env['TREADLE_BENCH_HOLDS'];
if (isMainThread && file !== undefined) {
  let last = performance.now();
  let used = process.threadCpuUsage();
  let longest = 0;
  let work = 0;
  let over20 = 0;
  const look = (): void => {
    const now = performance.now();
    const { user, system } = process.threadCpuUsage(used);
    const ms = (user + system) / 1_000;
    longest = Math.max(longest, now - last);
    work = Math.max(work, ms);
    if (ms > 20) over20++;
    last = now;
    used = process.threadCpuUsage();
  };
  // Not what a start takes.
  process.once('SIGUSR2', () => {
    last = performance.now();
    used = process.threadCpuUsage();
    setInterval(look, 1).unref();
    process.once('SIGUSR2', () => {
      writeFileSync(file, JSON.stringify({ longest, work, over20 } satisfies Holds));
    });
  });
}
