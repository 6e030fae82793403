// An execution as lists show it.

import type { ExecutionRecord } from '../store/store.ts';
import type { ExecutionListItem } from './model.ts';

/** What DescribeExecution and ListExecutions both show. */
export function toListItem(record: ExecutionRecord): ExecutionListItem {
  return {
    executionArn: record.arn,
    stateMachineArn: record.stateMachineArn,
    name: record.name,
    status: record.status,
    startDate: record.startedAt / 1000,
    stopDate: record.stoppedAt === undefined ? undefined : record.stoppedAt / 1000,
    mapRunArn: record.mapRunArn,
    stateMachineVersionArn: record.stateMachineVersionArn,
    stateMachineAliasArn: record.stateMachineAliasArn,
    redriveCount: record.redriveCount,
    redriveDate: record.redrivenAt === undefined ? undefined : record.redrivenAt / 1000,
  };
}
