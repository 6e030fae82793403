// Closed executions are removed when their retention is over, and their space is given back, a little at a time so that nobody
// waits for it.

import { afterRounds, type Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Executions, MapRuns, Work } from '../store/store.ts';

const EVERY_MS = 3_600_000;
/** Executions removed at once: some milliseconds. */
const PAGE = 100;
/** Ends of children removed at once. */
const MAP_RUN_PAGE = 1_000;
/** Rounds of the event loop between two steps: a call is read in one, committed in the next, answered in a later one. */
const ROUNDS = 4;
const DAY_MS = 86_400_000;

/** Removes at once, and then every hour, what closed more than `days` days ago. @returns the function that ends it. */
export function keepRetention(
  store: {
    readonly executions: Pick<Executions, 'removeClosed'>;
    readonly mapRuns: Pick<MapRuns, 'removeSome'>;
    readonly work: Pick<Work, 'compact'>;
  },
  clock: Clock,
  days: number,
  log: Log,
): () => void {
  let ended = false;
  let cancel: (() => void) | undefined;
  const forget = async (): Promise<void> => {
    const closedBefore = clock.now() - days * DAY_MS;
    while (!ended && (await store.executions.removeClosed({ closedBefore, limit: PAGE })) === PAGE) {
      await afterRounds(clock, ROUNDS);
    }
    while (!ended && (await store.mapRuns.removeSome(MAP_RUN_PAGE))) {
      await afterRounds(clock, ROUNDS);
    }
    // Also what deleted machines and Map Runs have left.
    while (!ended && (await store.work.compact())) await afterRounds(clock, ROUNDS);
  };
  const schedule = (delayMs: number): void => {
    cancel = clock.after(delayMs, () => {
      forget()
        .catch((error: unknown) =>
          log.error({ err: error }, 'Old executions could not be removed; it is tried again in an hour'),
        )
        .finally(() => {
          if (!ended) schedule(EVERY_MS);
        });
    });
  };
  schedule(0);
  return () => {
    ended = true;
    cancel?.();
  };
}
