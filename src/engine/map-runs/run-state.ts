// One open Map Run in memory, and what each thing that happens to it changes. Nothing here waits or looks at anything else.
// Children are started in the order of their numbers, so those that have ended follow from those that have not: a run of a
// hundred million items needs no more memory than the children that run now.

import type {
  EndCounts,
  MapRunCounts,
  MapRunEnd,
  MapRunRecord,
  MapRunSettings,
} from '../../store/map-runs.ts';

/** Children of one Map Run that run at once, when MaxConcurrency sets no lower bound. Source: AWS, "Map state processing modes". */
export const MOST_CHILDREN = 10_000;

export type EndStatus = MapRunEnd['status'];

export interface RunState {
  /** As it is after all writes that were begun. */
  record: MapRunRecord;
  /** No child with this number or a greater one has been started. */
  next: number;
  /** Children with lesser numbers that must be started again, ascending. */
  again: number[];
  /** Items of those that run, by number. */
  readonly running: Map<number, number>;
  readonly executions: Counts;
  readonly items: Counts;
}

type Counts = { -readonly [Status in keyof EndCounts]: number };

const COUNT_OF = {
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  TIMED_OUT: 'timedOut',
  ABORTED: 'aborted',
} as const;

export function newRunState(record: MapRunRecord): RunState {
  const none = (): Counts => ({ succeeded: 0, failed: 0, timedOut: 0, aborted: 0 });
  return { record, next: 0, again: [], running: new Map(), executions: none(), items: none() };
}

/** The child to be started next. @returns undefined when there is none now. */
export function nextChild(run: RunState): number | undefined {
  if (run.running.size >= concurrency(run.record.settings)) return undefined;
  return run.again[0] ?? (run.next < run.record.reading.children ? run.next : undefined);
}

function concurrency({ maxConcurrency }: MapRunSettings): number {
  return Math.min(maxConcurrency || MOST_CHILDREN, MOST_CHILDREN);
}

/** @param child what `nextChild` gave. */
export function childStarted(run: RunState, child: number, items: number): void {
  if (run.again[0] === child) run.again.shift();
  else run.next = child + 1;
  run.running.set(child, items);
}

/** @returns false when it does not run: it was counted before, or is none of this run's business any more. */
export function childEnded(run: RunState, child: number, status: EndStatus): boolean {
  const items = run.running.get(child);
  if (items === undefined) return false;
  run.running.delete(child);
  count(run, status, items);
  return true;
}

/** A child that the store knows, in the order of their numbers. @param status undefined: it runs. */
export function childFound(run: RunState, child: number, items: number, status: EndStatus | undefined): void {
  for (let missing = run.next; missing < child; missing++) run.again.push(missing);
  run.next = child + 1;
  if (status === undefined) run.running.set(child, items);
  else count(run, status, items);
}

function count({ executions, items: allItems }: RunState, status: EndStatus, items: number): void {
  executions[COUNT_OF[status]]++;
  allItems[COUNT_OF[status]] += items;
}

export function countsOf({ executions, items }: RunState): MapRunCounts {
  return { executions: { ...executions }, items: { ...items } };
}

/** Every item has become a child, and every child has ended. */
export function isDone({ record: { reading }, next, again, running }: RunState): boolean {
  return reading.complete && next >= reading.children && again.length === 0 && running.size === 0;
}

/**
 * Source: AWS, "Setting failure thresholds for Distributed Map states": either bound, when given; both are 0 when neither is.
 * A percentage is of all items: it means nothing before they have been read.
 */
export function exceedsTolerance({ record: { settings, reading }, items }: RunState): boolean {
  const { toleratedFailureCount: most, toleratedFailurePercentage: percentage } = settings;
  const failed = items.failed + items.timedOut + items.aborted;
  if (most === undefined && percentage === undefined) return failed > 0;
  if (most !== undefined && failed > most) return true;
  return percentage !== undefined && reading.complete && (failed * 100) / reading.items > percentage;
}
