// The children of a Map Run, as ListExecutions and DescribeExecution show them. Standard ones have execution records; Express ones
// are known by the run they belong to.

import {
  childName,
  childNamePrefix,
  expressChildArn,
  parseExpressChild,
} from '../engine/map-runs/child-names.ts';
import type { MapRunEnd, MapRunRecord } from '../store/map-runs.ts';
import type { ChildPage, ExecutionStatus } from '../store/store.ts';
import type { ApiContext } from './context.ts';
import { toListItem } from './list-item.ts';
import type { DescribeExecutionOutput, ExecutionListItem } from './model.ts';
import { isRedriven, shownEndStatus, shownStatus } from './pending-redrive.ts';

export interface ChildrenPage {
  readonly executions: readonly ExecutionListItem[];
  /** Number of the child that the next page begins with; undefined: there is none. */
  readonly next: number | undefined;
}

interface Wanted {
  readonly status: ExecutionStatus | undefined;
  /** Greatest number of a child that may be given. */
  readonly from: number;
  readonly limit: number;
}

/** Pages of the store that are read at most for one of the answer; the rest is behind the token. */
const FILTER_READS = 10;

/** Most recent start first. */
export async function listChildren(
  api: ApiContext,
  run: MapRunRecord,
  wanted: Wanted,
): Promise<ChildrenPage> {
  const { status } = wanted;
  if (status === undefined || !isRedriven(run)) return readChildren(api, run, wanted);
  // While the run is redriven, a child may be shown with another status than is kept.
  const executions: ExecutionListItem[] = [];
  let next: number | undefined = wanted.from;
  for (
    let reads = 0;
    next !== undefined && executions.length < wanted.limit && reads < FILTER_READS;
    reads++
  ) {
    const limit: number = wanted.limit - executions.length;
    const page = await readChildren(api, run, { status: undefined, from: next, limit });
    executions.push(...page.executions.filter((item) => item.status === status));
    next = page.next;
  }
  return { executions, next };
}

async function readChildren(
  api: ApiContext,
  run: MapRunRecord,
  { status, from, limit }: Wanted,
): Promise<ChildrenPage> {
  const page = { status, from, limit: limit + 1, reverse: true };
  if (run.childType === 'EXPRESS') {
    const found = await expressChildren(api, run, page);
    return { executions: found.slice(0, limit).map((of) => toItem(run, of)), next: found[limit]?.child };
  }
  const records = await api.store.mapRuns.children(run.key, page);
  const shown = records.slice(0, limit).map(async (record) => ({
    ...toListItem(record),
    status: await shownStatus(api, run, record),
    itemCount: record.mapItems ?? 1,
  }));
  return { executions: await Promise.all(shown), next: records[limit]?.mapIndex };
}

/** An Express child, in flight or ended. */
type ExpressChild = Pick<MapRunEnd, 'child' | 'items' | 'startedAt'> & Partial<MapRunEnd>;

/** Greatest number first. */
async function expressChildren(
  { store, engine }: ApiContext,
  run: MapRunRecord,
  page: ChildPage,
): Promise<ExpressChild[]> {
  const { status, from, limit } = page;
  // Asked for before the store: what ends in between is there twice, and not left out.
  const running =
    status === undefined || status === 'RUNNING'
      ? engine.runningChildren(run.arn).filter(({ child }) => child <= from)
      : [];
  const ended = await store.mapRuns.ends(run.key, page);
  // One that runs again has its earlier end until it has another.
  const known = new Set(ended.filter((end) => !isOver(run, end)).map(({ child }) => child));
  const again = new Set(running.map(({ child }) => child));
  return [
    ...ended.filter((end) => !(isOver(run, end) && again.has(end.child))),
    ...running.filter(({ child }) => !known.has(child)),
  ]
    .sort((one, other) => other.child - one.child)
    .slice(0, limit);
}

/** Whether a child ended before its Map Run was redriven, and is to run again. */
function isOver(run: MapRunRecord, end: MapRunEnd): boolean {
  return shownEndStatus(run, end) === 'PENDING_REDRIVE';
}

function toItem(run: MapRunRecord, of: ExpressChild): ExecutionListItem {
  const name = childName(childNamePrefix(run.arn), of.child);
  return {
    executionArn: expressChildArn(run.arn, name),
    stateMachineArn: run.stateMachineArn,
    name,
    status: of.status === undefined ? 'RUNNING' : shownEndStatus(run, { ...of, status: of.status }),
    startDate: of.startedAt / 1000,
    stopDate: of.stoppedAt === undefined ? undefined : of.stoppedAt / 1000,
    mapRunArn: run.arn,
    itemCount: of.items,
    redriveCount: 0,
  };
}

/** An Express child, in flight or ended. @returns undefined when there is none with that ARN. */
export async function describeExpressChild(
  { store, engine }: ApiContext,
  executionArn: string,
  all: boolean,
): Promise<DescribeExecutionOutput | undefined> {
  const known = parseExpressChild(executionArn);
  const run = known && (await store.mapRuns.get(known.mapRunArn));
  if (known === undefined || run?.childType !== 'EXPRESS') return undefined;
  const running = engine.runningChildren(run.arn).find(({ child }) => child === known.child);
  const page = { status: undefined, from: known.child, limit: 1, reverse: false } as const;
  const [[end], chunk] = await Promise.all([
    store.mapRuns.ends(run.key, page),
    store.mapRuns.chunk(run.key, known.child),
  ]);
  const before = end?.child === known.child ? end : undefined;
  const found: ExpressChild | undefined =
    before !== undefined && running !== undefined && isOver(run, before) ? running : (before ?? running);
  if (found === undefined || chunk === undefined) return undefined;
  const { itemCount: _, ...facts } = toItem(run, found);
  const details = { included: all };
  const redrivable =
    found.status !== undefined && found.status === facts.status && found.status !== 'SUCCEEDED';
  return {
    ...facts,
    input: all ? chunk.inputs[known.child - chunk.first] : undefined,
    inputDetails: details,
    ...(facts.status === 'SUCCEEDED' && { output: all ? found.output : undefined, outputDetails: details }),
    ...(all && failureOf(found)),
    redriveStatus: redrivable ? 'REDRIVABLE_BY_MAP_RUN' : 'NOT_REDRIVABLE',
    ...(!redrivable && { redriveStatusReason: `Execution is ${facts.status} and cannot be redriven` }),
  };
}

/** As of Standard executions: one that timed out shows neither error nor cause. */
function failureOf({ status, error, cause }: ExpressChild): Pick<MapRunEnd, 'error' | 'cause'> | undefined {
  return status === 'FAILED' || status === 'ABORTED' ? { error, cause } : undefined;
}
