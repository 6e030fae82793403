// Resources that an ARN of a request must name, with AWS's error when it does not.

import type { MapRunRecord } from '../store/map-runs.ts';
import type { Activity, ExecutionRecord } from '../store/store.ts';
import type { ApiContext } from './context.ts';
import { checkArn } from './names.ts';
import { apiError, resourceNotFound } from './wire/errors.ts';

/** Standard executions only: Express executions have no record. @throws InvalidArn, ExecutionDoesNotExist */
export async function requireExecution(api: ApiContext, arn: string): Promise<ExecutionRecord> {
  checkArn(arn, 'execution');
  const record = await api.store.executions.get(arn);
  if (record === undefined) throw apiError('ExecutionDoesNotExist', arn);
  return record;
}

/** @throws InvalidArn, ActivityDoesNotExist */
export async function requireActivity(api: ApiContext, arn: string): Promise<Activity> {
  checkArn(arn, 'activity');
  const activity = await api.store.catalog.activities.get(arn);
  if (activity === undefined) throw apiError('ActivityDoesNotExist', arn);
  return activity;
}

/** @throws InvalidArn, ResourceNotFound */
export async function requireMapRun(api: ApiContext, arn: string): Promise<MapRunRecord> {
  checkArn(arn, 'mapRun');
  const run = await api.store.mapRuns.get(arn);
  if (run === undefined) throw resourceNotFound(arn);
  return run;
}
