// The facts of an execution in their three forms: its record in the store, what it knows of itself, how it ended.

import type { Program } from '../asl/program.ts';
import { parseArn, splitResource } from '../base/arn.ts';
import { assert } from '../base/assert.ts';
import type { Limits } from '../base/quotas.ts';
import type { HistoryEvent } from '../history/event.ts';
import type { ExecutionInfo, ExecutionState } from '../interpreter/state.ts';
import type { ExecutionEnd, StatusChange } from '../observe/messages.ts';
import type { ExecutionRecord } from '../store/store.ts';

type NewExecution = Pick<
  ExecutionRecord,
  'key' | 'arn' | 'stateMachineArn' | 'name' | 'revision' | 'startedAt'
> &
  Partial<ExecutionRecord>;

/** The record of a Standard execution that is about to start. */
export function newRecord(facts: NewExecution): ExecutionRecord {
  return {
    status: 'RUNNING',
    stoppedAt: undefined,
    wakeAt: undefined,
    busy: true,
    sequence: 0,
    redriveCount: 0,
    redrivenAt: undefined,
    traceHeader: undefined,
    stateMachineVersionArn: undefined,
    stateMachineAliasArn: undefined,
    mapRunArn: undefined,
    mapState: undefined,
    ...facts,
  };
}

/** What an execution knows of itself. @param roleArn of its revision. */
export function infoOf(
  record: Pick<ExecutionRecord, 'arn' | 'name' | 'stateMachineArn' | 'startedAt' | 'mockCase'>,
  roleArn: string,
  program: Program,
  limits: Limits,
  kind: 'STANDARD' | 'EXPRESS' | 'SYNC',
): ExecutionInfo {
  const arn = parseArn(record.stateMachineArn);
  assert(arn, `Expected a state machine ARN, but got ${record.stateMachineArn}`);
  const longest = kind === 'STANDARD' ? limits.standardSeconds : limits.expressSeconds;
  const seconds = Math.min(program.timeoutSeconds ?? longest, longest);
  return {
    arn: record.arn,
    name: record.name,
    stateMachineArn: record.stateMachineArn,
    stateMachineName: splitResource(arn.resource).rest,
    roleArn,
    region: arn.region,
    express: kind !== 'STANDARD',
    mockCase: record.mockCase,
    showRedriveCount: kind !== 'SYNC',
    startedAt: record.startedAt,
    deadline: record.startedAt + seconds * 1000,
    ...(kind === 'STANDARD' && { latestEnd: record.startedAt + longest * 1000 }),
  };
}

/** @param record of a closed execution. @param last its last event */
export function endOf(record: ExecutionRecord, last: HistoryEvent | undefined): ExecutionEnd {
  assert(
    record.status !== 'RUNNING' && record.status !== 'PENDING_REDRIVE',
    `Expected ${record.arn} to be closed`,
  );
  return {
    executionArn: record.arn,
    status: record.status,
    startedAt: record.startedAt,
    stoppedAt: record.stoppedAt ?? record.startedAt,
    output: last?.type === 'ExecutionSucceeded' ? last.output : undefined,
    error: last !== undefined && 'error' in last ? last.error : undefined,
    cause: last !== undefined && 'cause' in last ? last.cause : undefined,
  };
}

/** @param record as committed with `state`; `RUNNING` also of one that has ended in its first commit. */
export function statusChangeOf(
  record: ExecutionRecord,
  state: ExecutionState,
  status: StatusChange['status'],
): StatusChange {
  const { arn: executionArn, stateMachineArn, stateMachineVersionArn, stateMachineAliasArn } = record;
  const { name, startedAt, stoppedAt, redriveCount, redrivenAt, mapRunArn } = record;
  const { input, output, error, cause, lastId: events } = state;
  assert(input, `Expected ${executionArn} to have an input`);
  return {
    ...{ executionArn, stateMachineArn, stateMachineVersionArn, stateMachineAliasArn, name, status },
    ...{ startedAt, input, redriveCount, redrivenAt, mapRunArn, events },
    ...(status === 'RUNNING'
      ? { stoppedAt: undefined, output: undefined, error: undefined, cause: undefined }
      : { stoppedAt, output, error, cause }),
  };
}
