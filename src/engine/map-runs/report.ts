// What is said of Map Runs while they go on: to whoever listens whenever something has been kept, and to the log once a minute.

import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Bus } from '../../observe/bus.ts';
import type { MapRunState } from '../../observe/messages.ts';
import type { RunState } from './run-state.ts';

const EVERY_MS = 60_000;

export function stateOfRun({ record, running, items }: RunState): MapRunState {
  let runningItems = 0;
  for (const each of running.values()) runningItems += each;
  return {
    mapRunArn: record.arn,
    executionArn: record.executionArn,
    status: record.status,
    total: record.reading.items,
    read: record.reading.complete,
    running: runningItems,
    succeeded: items.succeeded,
    failed: items.failed + items.timedOut + items.aborted,
  };
}

export function publishRun(bus: Bus, run: RunState): void {
  if (bus.hears('mapRunChanged')) bus.publish('mapRunChanged', stateOfRun(run));
}

/** Logs once a minute how far the runs are. @param runs those that are open @returns the function that ends it. */
export function logProgress(runs: () => Iterable<RunState>, clock: Clock, log: Log): () => void {
  let cancel: () => void;
  const schedule = (): void => {
    cancel = clock.after(EVERY_MS, () => {
      for (const run of runs()) {
        const { mapRunArn: mapRun, total, read, running, succeeded, failed } = stateOfRun(run);
        log.info({ mapRun, items: { total, read, running, succeeded, failed } }, 'A Map Run goes on');
      }
      schedule();
    });
  };
  schedule();
  return () => cancel();
}
