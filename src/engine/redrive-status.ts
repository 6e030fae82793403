// Whether a closed execution can be redriven, and AWS's sentence why not. Source: AWS, API reference, DescribeExecution
// (redriveStatus, redriveStatusReason) and "Redrive eligibility for unsuccessful executions".

import type { Limits } from '../base/quotas.ts';
import type { ExecutionRecord, StateMachine } from '../store/store.ts';

export const REDRIVABLE_MS = 14 * 24 * 60 * 60 * 1000;

export interface RedriveStatus {
  readonly redriveStatus: 'REDRIVABLE' | 'NOT_REDRIVABLE' | 'REDRIVABLE_BY_MAP_RUN';
  /** Only with NOT_REDRIVABLE. */
  readonly redriveStatusReason?: string;
}

/** An execution as far as its redrive depends on it. */
export type Candidate = Pick<ExecutionRecord, 'status' | 'startedAt' | 'stoppedAt' | 'mapRunArn'>;

/**
 * @param events number of events in the history.
 * @param machine of the execution; undefined when it was deleted.
 * @param now epoch milliseconds.
 */
export function redriveStatus(
  execution: Candidate,
  events: number,
  machine: Pick<StateMachine, 'status'> | undefined,
  limits: Limits,
  now: number,
): RedriveStatus {
  const reason = redriveObstacle(execution, events, machine, limits, now);
  if (reason !== undefined) return { redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason: reason };
  return { redriveStatus: execution.mapRunArn === undefined ? 'REDRIVABLE' : 'REDRIVABLE_BY_MAP_RUN' };
}

/** @returns why the execution cannot be redriven, be it by itself or with its Map Run; undefined: it can. */
export function redriveObstacle(
  { status, startedAt, stoppedAt }: Candidate,
  events: number,
  machine: Pick<StateMachine, 'status'> | undefined,
  limits: Limits,
  now: number,
): string | undefined {
  if (status === 'RUNNING' || status === 'SUCCEEDED' || status === 'PENDING_REDRIVE') {
    return `Execution is ${status} and cannot be redriven`;
  }
  if (machine?.status !== 'ACTIVE') return 'State machine is in DELETING status';
  // Room for ExecutionRedriven and one event more.
  if (events >= limits.historyEvents - 1) return 'Execution history event limit exceeded';
  if (now - startedAt > limits.standardSeconds * 1000) return 'Execution has exceeded the max execution time';
  if (now - (stoppedAt ?? now) > REDRIVABLE_MS) return 'Execution redrivable period exceeded';
  return undefined;
}
