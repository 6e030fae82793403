// The children of a Map Run, as ListExecutions and DescribeExecution show them. Standard ones have execution records; Express ones
// are known by the run they belong to.

import {
  childName,
  childNamePrefix,
  expressChildArn,
  parseExpressChild,
} from '../engine/map-runs/child-names.ts';
import type { MapRunEnd, MapRunRecord } from '../store/map-runs.ts';
import type { ExecutionStatus } from '../store/store.ts';
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
  { store }: ApiContext,
  run: MapRunRecord,
  {
    status,
    from,
    limit,
  }: { readonly status: ExecutionStatus | undefined; readonly from: number; readonly limit: number },
): Promise<ChildrenPage> {
  const page = { status, from, limit: limit + 1, reverse: true };
  if (run.childType === 'EXPRESS') {
    const ends = await store.mapRuns.ends(run.key, page);
    return { executions: ends.slice(0, limit).map((end) => toEndedItem(run, end)), next: ends[limit]?.child };
  }
  const records = await store.mapRuns.children(run.key, page);
  const executions = records
    .slice(0, limit)
    .map((record) => ({ ...toListItem(record), itemCount: record.mapItems ?? 1 }));
  return { executions, next: records[limit]?.mapIndex };
}

function toEndedItem(run: MapRunRecord, end: MapRunEnd): ExecutionListItem {
  const name = childName(childNamePrefix(run.arn), end.child);
  return {
    executionArn: expressChildArn(run.arn, name),
    stateMachineArn: run.stateMachineArn,
    name,
    status: end.status,
    startDate: end.startedAt / 1000,
    stopDate: end.stoppedAt / 1000,
    mapRunArn: run.arn,
    itemCount: end.items,
    redriveCount: 0,
  };
}

/** An Express child that has ended. @returns undefined when there is none with that ARN. */
export async function describeExpressChild(
  { store }: ApiContext,
  executionArn: string,
  all: boolean,
): Promise<DescribeExecutionOutput | undefined> {
  const known = parseExpressChild(executionArn);
  const run = known && (await store.mapRuns.get(known.mapRunArn));
  if (known === undefined || run?.childType !== 'EXPRESS') return undefined;
  const page = { status: undefined, from: known.child, limit: 1, reverse: false } as const;
  const [[end], chunk] = await Promise.all([
    store.mapRuns.ends(run.key, page),
    store.mapRuns.chunk(run.key, known.child),
  ]);
  if (end?.child !== known.child || chunk === undefined) return undefined;
  const { itemCount: _, ...facts } = toEndedItem(run, end);
  const details = { included: all };
  const succeeded = end.status === 'SUCCEEDED';
  return {
    ...facts,
    input: all ? chunk.inputs[known.child - chunk.first] : undefined,
    inputDetails: details,
    ...(succeeded && { output: all ? end.output : undefined, outputDetails: details }),
    ...(all && { error: end.error, cause: end.cause }),
    redriveStatus: succeeded ? 'NOT_REDRIVABLE' : 'REDRIVABLE_BY_MAP_RUN',
    ...(succeeded && { redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven' }),
  };
}
