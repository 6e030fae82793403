// One open Map Run in memory, and what each thing that happens to it changes. Nothing here waits or looks at anything else.
// Children are started in the order of their numbers, so those that have ended follow from those that have not: a run of a
// hundred million items needs no more memory than the children that run now.

import type {
  EndCounts,
  MapRunCounts,
  MapRunEnd,
  MapRunRecord,
  MapRunSettings,
  RedriveCounts,
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
  /** Children that did not succeed before the Map Run was redriven, and wait for their turn to run again. */
  readonly redrives: RedriveQueue;
  /** Items of those that run, by number. */
  readonly running: Map<number, number>;
  readonly executions: Counts;
  readonly items: Counts;
  /** Among those that did not succeed. */
  readonly notRedrivable: Writable<RedriveCounts>;
}

/** Numbers ascending, each with its status and items: two numbers for a child, as there may be millions. */
interface RedriveQueue {
  readonly children: number[];
  readonly facts: number[];
  /** Index of the first. */
  head: number;
  /** Of those that are left. */
  readonly executions: Counts;
  readonly items: Counts;
}

type Writable<T> = { -readonly [Member in keyof T]: T[Member] };
type Counts = Writable<EndCounts>;

const COUNT_OF = {
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  TIMED_OUT: 'timedOut',
  ABORTED: 'aborted',
} as const;

const STATUSES = ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'] as const;

const none = (): Counts => ({ succeeded: 0, failed: 0, timedOut: 0, aborted: 0 });

export function newRunState(record: MapRunRecord): RunState {
  return {
    record,
    next: 0,
    again: [],
    redrives: { children: [], facts: [], head: 0, executions: none(), items: none() },
    running: new Map(),
    executions: none(),
    items: none(),
    notRedrivable: { executions: 0, items: 0 },
  };
}

/** The child to be started next. @returns undefined when there is none now. */
export function nextChild(run: RunState): number | undefined {
  if (run.running.size >= concurrency(run.record.settings)) return undefined;
  const { again, redrives, next, record } = run;
  const [missing, redriven] = [again[0], redrives.children[redrives.head]];
  if (missing !== undefined) return redriven === undefined ? missing : Math.min(missing, redriven);
  return redriven ?? (next < record.reading.children ? next : undefined);
}

/** Whether the child ran before its Map Run was redriven. @param child what `nextChild` gave. */
export function isRedrive({ redrives }: RunState, child: number): boolean {
  return redrives.children[redrives.head] === child;
}

function concurrency({ maxConcurrency }: MapRunSettings): number {
  return Math.min(maxConcurrency || MOST_CHILDREN, MOST_CHILDREN);
}

/** @param child what `nextChild` gave. */
export function childStarted(run: RunState, child: number, items: number): void {
  if (run.again[0] === child) run.again.shift();
  else if (isRedrive(run, child)) takeRedrive(run.redrives);
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

/**
 * A child that ended before the Map Run was redriven, in the order of their numbers; not one that succeeded.
 * @param redrivable whether it runs again
 */
export function unsuccessfulFound(
  run: RunState,
  child: number,
  items: number,
  status: EndStatus,
  redrivable: boolean,
): void {
  if (!redrivable) {
    run.notRedrivable.executions++;
    run.notRedrivable.items += items;
    return childFound(run, child, items, status);
  }
  for (let missing = run.next; missing < child; missing++) run.again.push(missing);
  run.next = child + 1;
  run.redrives.children.push(child);
  run.redrives.facts.push(items * STATUSES.length + STATUSES.indexOf(status));
  count(run.redrives, status, items);
}

function takeRedrive(queue: RedriveQueue): void {
  const facts = queue.facts[queue.head++]!;
  const status = COUNT_OF[STATUSES[facts % STATUSES.length]!];
  queue.executions[status]--;
  queue.items[status] -= Math.floor(facts / STATUSES.length);
}

function count(
  { executions, items: allItems }: Pick<RunState, 'executions' | 'items'>,
  status: EndStatus,
  items: number,
): void {
  executions[COUNT_OF[status]]++;
  allItems[COUNT_OF[status]] += items;
}

/** How the children ended that have ended; those that wait to be redriven are not among them. */
export function countsOf({ executions, items, notRedrivable }: RunState): MapRunCounts {
  return {
    executions: { ...executions },
    items: { ...items },
    ...(notRedrivable.executions > 0 && { notRedrivable: { ...notRedrivable } }),
  };
}

/** When the run is closed: children that were not redriven any more are as they were before. */
export function finalCounts(run: RunState): MapRunCounts {
  const { executions, items } = run.redrives;
  const counts = countsOf(run);
  return { ...counts, executions: sum(counts.executions, executions), items: sum(counts.items, items) };
}

function sum(one: EndCounts, other: EndCounts): EndCounts {
  return {
    succeeded: one.succeeded + other.succeeded,
    failed: one.failed + other.failed,
    timedOut: one.timedOut + other.timedOut,
    aborted: one.aborted + other.aborted,
  };
}

/** Children, and their items, that wait to be redriven. */
export function pendingRedrive({ redrives: { executions, items } }: RunState): RedriveCounts {
  const all = ({ failed, timedOut, aborted }: EndCounts): number => failed + timedOut + aborted;
  return { executions: all(executions), items: all(items) };
}

/** Every item has become a child, and every child has ended. */
export function isDone({ record: { reading }, next, again, redrives, running }: RunState): boolean {
  const waiting = again.length > 0 || redrives.head < redrives.children.length || running.size > 0;
  return reading.complete && next >= reading.children && !waiting;
}

/**
 * Source: AWS, "Setting failure thresholds for Distributed Map states": either bound, when given; both are 0 when neither is.
 * A percentage is of all items: it means nothing before they have been read.
 */
export function exceedsTolerance({ record: { settings, reading }, items }: RunState): boolean {
  const failed = items.failed + items.timedOut + items.aborted;
  return isOverTolerance(settings, failed, reading.complete ? reading.items : undefined);
}

/** @param total undefined: not known yet. */
export function isOverTolerance(
  { toleratedFailureCount: most, toleratedFailurePercentage: percentage }: Tolerance,
  failed: number,
  total: number | undefined,
): boolean {
  if (most === undefined && percentage === undefined) return failed > 0;
  if (most !== undefined && failed > most) return true;
  return percentage !== undefined && total !== undefined && (failed * 100) / total > percentage;
}

type Tolerance = Pick<MapRunSettings, 'toleratedFailureCount' | 'toleratedFailurePercentage'>;

/** How a Map Run ends that is over it. */
export const OVER_TOLERANCE = {
  error: 'States.ExceedToleratedFailureThreshold',
  cause: 'The specified tolerated failure threshold was exceeded',
} as const;
