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

export interface ChildrenPage {
  readonly executions: readonly ExecutionListItem[];
  /** Number of the child that the next page begins with; undefined: there is none. */
  readonly next: number | undefined;
}

/** Most recent start first. @param from greatest number of a child that may be given */
export async function listChildren(
  api: ApiContext,
  run: MapRunRecord,
  {
    status,
    from,
    limit,
  }: { readonly status: ExecutionStatus | undefined; readonly from: number; readonly limit: number },
): Promise<ChildrenPage> {
  const page = { status, from, limit: limit + 1, reverse: true };
  if (run.childType === 'EXPRESS') {
    const found = await expressChildren(api, run, page);
    return { executions: found.slice(0, limit).map((of) => toItem(run, of)), next: found[limit]?.child };
  }
  const records = await api.store.mapRuns.children(run.key, page);
  const executions = records
    .slice(0, limit)
    .map((record) => ({ ...toListItem(record), itemCount: record.mapItems ?? 1 }));
  return { executions, next: records[limit]?.mapIndex };
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
  const known = new Set(ended.map(({ child }) => child));
  return [...ended, ...running.filter(({ child }) => !known.has(child))]
    .sort((one, other) => other.child - one.child)
    .slice(0, limit);
}

function toItem(run: MapRunRecord, of: ExpressChild): ExecutionListItem {
  const name = childName(childNamePrefix(run.arn), of.child);
  return {
    executionArn: expressChildArn(run.arn, name),
    stateMachineArn: run.stateMachineArn,
    name,
    status: of.status ?? 'RUNNING',
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
  const found: ExpressChild | undefined = end?.child === known.child ? end : running;
  if (found === undefined || chunk === undefined) return undefined;
  const { itemCount: _, ...facts } = toItem(run, found);
  const details = { included: all };
  const redrivable = facts.status !== 'SUCCEEDED' && facts.status !== 'RUNNING';
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
