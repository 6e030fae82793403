// What the store knows of a Map Run's children, page by page: which have ended, which run, which were never started, and which
// failed before the run was redriven.

import { afterRounds, type Clock } from '../../base/clock.ts';
import type { ExecutionRecord, Store } from '../../store/store.ts';
import { childFound, type EndStatus, newRunState, type RunState, unsuccessfulFound } from './run-state.ts';

/** Children read at once: some milliseconds, and input and output between. */
const PAGE = 500;

interface FoundChild {
  readonly child: number;
  readonly items: number;
  /** Undefined: it runs. */
  readonly status: EndStatus | undefined;
  /** Redrives of the run before it ran last. */
  readonly redrive: number;
  readonly redrivable: () => Promise<boolean>;
}

const always = async (): Promise<boolean> => true;

export interface TakeUpParts {
  readonly store: Pick<Store, 'mapRuns'>;
  readonly children: {
    /** Whether a Standard child that did not succeed can go on. */
    canRedrive(record: ExecutionRecord): Promise<boolean>;
  };
  readonly clock: Pick<Clock, 'soon'>;
}

/** @param ended Standard children that have ended since: what is read may be older. */
export async function takeUpChildren(
  { store: { mapRuns }, children, clock }: TakeUpParts,
  run: RunState,
  ended: ReadonlyMap<number, EndStatus>,
): Promise<void> {
  const { key, childType, redriveCount } = run.record;
  const standard = async (from: number): Promise<FoundChild[]> => {
    const page = { status: undefined, from, limit: PAGE, reverse: false } as const;
    const records = await mapRuns.children(key, page);
    return records.map((record) => {
      const { mapIndex: child = 0, mapItems: items = 1, mapRunRedrive: redrive = 0 } = record;
      const runs = record.status === 'RUNNING' || record.status === 'PENDING_REDRIVE';
      const status = runs ? ended.get(child) : (record.status as EndStatus);
      // One that ran on until now has not ended before the redrive.
      return {
        child,
        items,
        status,
        redrive: runs ? redriveCount : redrive,
        redrivable: () => children.canRedrive(record),
      };
    });
  };
  const express = async (from: number): Promise<FoundChild[]> => {
    const page = { status: undefined, from, limit: PAGE, reverse: false } as const;
    const ends = await mapRuns.ends(key, page);
    return ends.map((end) => ({ ...end, redrive: end.redrive ?? 0, redrivable: always }));
  };
  // A store that failed half-way is asked from the beginning.
  Object.assign(run, newRunState(run.record));
  for (;;) {
    const found = childType === 'EXPRESS' ? await express(run.next) : await standard(run.next);
    for (const { child, items, status, redrive, redrivable } of found) {
      const before = status !== undefined && status !== 'SUCCEEDED' && redrive < redriveCount;
      if (before) unsuccessfulFound(run, child, items, status, await redrivable());
      else childFound(run, child, items, status);
    }
    if (found.length < PAGE) return;
    await afterRounds(clock, 1);
  }
}
