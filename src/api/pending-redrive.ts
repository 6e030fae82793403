// Children of a Map Run that is being redriven: those that did not succeed before and have not had their turn yet are shown as
// PENDING_REDRIVE. Nothing is written for that: it follows from the run and from when the child ran last.

import { redriveObstacle } from '../engine/redrive-status.ts';
import type { MapRunEnd, MapRunRecord } from '../store/map-runs.ts';
import type { ExecutionRecord, ExecutionStatus } from '../store/store.ts';
import type { ApiContext } from './context.ts';

export function isRedriven(run: MapRunRecord): boolean {
  return run.status === 'RUNNING' && run.redriveCount > 0;
}

/** The status of a Standard child as it is shown. */
export async function shownStatus(
  { store, limits, now }: ApiContext,
  run: MapRunRecord | undefined,
  record: ExecutionRecord,
): Promise<ExecutionStatus> {
  const { status, key, sequence, mapRunRedrive = 0 } = record;
  if (run === undefined || !isRedriven(run) || mapRunRedrive >= run.redriveCount) return status;
  if (status === 'RUNNING' || status === 'SUCCEEDED') return status;
  // Notes count in the sequence, events alone in the history.
  const roomy = sequence < limits.historyEvents - 1;
  const events = roomy ? sequence : ((await store.journal.ends(key))?.last.id ?? sequence);
  const obstacle = redriveObstacle(record, events, { status: 'ACTIVE' }, limits, now());
  return obstacle === undefined ? 'PENDING_REDRIVE' : status;
}

/** The status of an Express child that has ended, as it is shown. */
export function shownEndStatus(
  run: MapRunRecord,
  { status, redrive = 0 }: Pick<MapRunEnd, 'status' | 'redrive'>,
): ExecutionStatus {
  if (!isRedriven(run) || status === 'SUCCEEDED' || redrive >= run.redriveCount) return status;
  return 'PENDING_REDRIVE';
}
