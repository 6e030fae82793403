// Whether a closed execution could be redriven, and AWS's sentence why not.

import type { Limits } from '../base/quotas.ts';
import type { ExecutionRecord, StateMachine } from '../store/store.ts';
import type { ExecutionRedriveStatus } from './model.ts';

const REDRIVABLE_MS = 14 * 24 * 60 * 60 * 1000;

export interface RedriveStatus {
  readonly redriveStatus: ExecutionRedriveStatus;
  /** Only with NOT_REDRIVABLE. */
  readonly redriveStatusReason?: string;
}

/**
 * @param events number of events in the history.
 * @param machine of the execution; undefined when it was deleted.
 * @param now epoch milliseconds.
 */
export function redriveStatus(
  record: ExecutionRecord,
  events: number,
  machine: StateMachine | undefined,
  limits: Limits,
  now: number,
): RedriveStatus {
  const reason = obstacle(record, events, machine, limits, now);
  if (reason !== undefined) return { redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason: reason };
  return { redriveStatus: record.mapRunArn === undefined ? 'REDRIVABLE' : 'REDRIVABLE_BY_MAP_RUN' };
}

function obstacle(
  record: ExecutionRecord,
  events: number,
  machine: StateMachine | undefined,
  limits: Limits,
  now: number,
): string | undefined {
  const { status } = record;
  if (status === 'RUNNING' || status === 'SUCCEEDED' || status === 'PENDING_REDRIVE') {
    return `Execution is ${status} and cannot be redriven`;
  }
  if (machine?.status !== 'ACTIVE') return 'State machine is in DELETING status';
  if (events >= limits.historyEvents - 1) return 'Execution history event limit exceeded';
  if (now - record.startedAt > limits.standardSeconds * 1000) {
    return 'Execution has exceeded the max execution time';
  }
  if (now - (record.stoppedAt ?? now) > REDRIVABLE_MS) return 'Execution redrivable period exceeded';
  return undefined;
}
