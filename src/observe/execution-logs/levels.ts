// Which events a log level takes. Source: AWS, "Logging using CloudWatch Logs", table of log levels; it is silent about events
// of activities, EvaluationFailed and Map Runs that go on: failures among them count as ERROR here.

import type { EventType } from '../../history/event.ts';

export const LOG_LEVELS = ['ALL', 'ERROR', 'FATAL', 'OFF'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const FATAL: ReadonlySet<EventType> = new Set<EventType>([
  'ExecutionAborted',
  'ExecutionFailed',
  'ExecutionTimedOut',
]);

const ERROR: ReadonlySet<EventType> = new Set<EventType>([
  ...FATAL,
  'FailStateEntered',
  'LambdaFunctionFailed',
  'LambdaFunctionScheduleFailed',
  'LambdaFunctionStartFailed',
  'LambdaFunctionTimedOut',
  'MapIterationAborted',
  'MapIterationFailed',
  'MapRunAborted',
  'MapRunFailed',
  'MapStateAborted',
  'MapStateFailed',
  'ParallelStateAborted',
  'ParallelStateFailed',
  'TaskFailed',
  'TaskStartFailed',
  'TaskStateAborted',
  'TaskSubmitFailed',
  'TaskTimedOut',
  'WaitStateAborted',
  'ActivityFailed',
  'ActivityScheduleFailed',
  'ActivityTimedOut',
  'EvaluationFailed',
]);

export function isLogged(type: EventType, level: LogLevel): boolean {
  switch (level) {
    case 'ALL':
      return true;
    case 'ERROR':
      return ERROR.has(type);
    case 'FATAL':
      return FATAL.has(type);
    case 'OFF':
      return false;
  }
}
