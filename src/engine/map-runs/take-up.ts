// What the store knows of a Map Run's children, page by page: which have ended, which run, which were never started.

import type { Store } from '../../store/store.ts';
import { childFound, type EndStatus, newRunState, type RunState } from './run-state.ts';

const PAGE = 1_000;

interface FoundChild {
  readonly child: number;
  readonly items: number;
  /** Undefined: it runs. */
  readonly status: EndStatus | undefined;
}

/** @param ended Standard children that have ended since: what is read may be older. */
export async function takeUpChildren(
  { mapRuns }: Store,
  run: RunState,
  ended: ReadonlyMap<number, EndStatus>,
): Promise<void> {
  const { key, childType } = run.record;
  const standard = async (from: number): Promise<FoundChild[]> => {
    const page = { status: undefined, from, limit: PAGE, reverse: false } as const;
    const records = await mapRuns.children(key, page);
    return records.map(({ mapIndex: child = 0, mapItems: items = 1, status }) => {
      const runs = status === 'RUNNING' || status === 'PENDING_REDRIVE';
      return { child, items, status: runs ? ended.get(child) : status };
    });
  };
  // A store that failed half-way is asked from the beginning.
  Object.assign(run, newRunState(run.record));
  for (;;) {
    const page = { status: undefined, from: run.next, limit: PAGE, reverse: false } as const;
    const found = childType === 'EXPRESS' ? await mapRuns.ends(key, page) : await standard(run.next);
    for (const { child, items, status } of found) childFound(run, child, items, status);
    if (found.length < PAGE) return;
  }
}
