// A journal event as GetExecutionHistory shows it: private fields and notes are left out, payloads become text.

import { Bug, unreachable } from '../../base/assert.ts';
import type { Payload } from '../../base/payload.ts';
import type { HistoryEvent } from '../../history/event.ts';
import type { HistoryEventType, HistoryEvent as WireEvent } from '../model.ts';

const NOT_TRUNCATED = { truncated: false } as const;

type Details = Partial<Omit<WireEvent, 'timestamp' | 'type' | 'id' | 'previousEventId'>>;

/** @param includeData false leaves out inputs and outputs, as `includeExecutionData` asks. */
export function wireEvent(event: HistoryEvent, includeData: boolean): WireEvent {
  return {
    timestamp: event.at / 1000,
    type: event.type as HistoryEventType,
    id: event.id,
    previousEventId: event.previous,
    ...details(event, includeData),
  };
}

/** Characters of the payloads of an event: what makes a page of history large. */
export function payloadCharacters(event: HistoryEvent): number {
  if ('output' in event) return event.output?.text.length ?? 0;
  if (event.type === 'TaskScheduled') return event.parameters.text.length;
  return 'input' in event ? event.input.text.length : 0;
}

function input(payload: Payload, includeData: boolean) {
  return includeData ? { input: payload.text, inputDetails: NOT_TRUNCATED } : undefined;
}

function output(payload: Payload, includeData: boolean) {
  return includeData ? { output: payload.text, outputDetails: NOT_TRUNCATED } : undefined;
}

function failure(event: { readonly error?: string; readonly cause?: string }) {
  return { error: event.error, cause: event.cause };
}

function task(event: { readonly resourceType: string; readonly resource: string }) {
  return { resourceType: event.resourceType, resource: event.resource };
}

function credentials(roleArn: string | undefined) {
  return roleArn === undefined ? undefined : { taskCredentials: { roleArn } };
}

function assigned(variables: Readonly<Record<string, Payload>> | undefined, includeData: boolean) {
  if (variables === undefined || !includeData) return undefined;
  const texts = Object.entries(variables).map(([name, value]) => [name, value.text]);
  return {
    assignedVariables: Object.fromEntries(texts) as Readonly<Record<string, string>>,
    assignedVariablesDetails: NOT_TRUNCATED,
  };
}

/** Members that are undefined vanish when the answer is printed. */
function details(event: HistoryEvent, includeData: boolean): Details {
  switch (event.type) {
    case 'ExecutionStarted':
      return {
        executionStartedEventDetails: {
          ...input(event.input, includeData),
          roleArn: event.roleArn,
          stateMachineAliasArn: event.stateMachineAliasArn,
          stateMachineVersionArn: event.stateMachineVersionArn,
        },
      };
    case 'ExecutionSucceeded':
      return { executionSucceededEventDetails: { ...output(event.output, includeData) } };
    case 'ExecutionFailed':
      return { executionFailedEventDetails: failure(event) };
    case 'ExecutionAborted':
      return { executionAbortedEventDetails: failure(event) };
    case 'ExecutionTimedOut':
      return { executionTimedOutEventDetails: failure(event) };
    case 'ExecutionRedriven':
      return { executionRedrivenEventDetails: { redriveCount: event.redriveCount } };
    case 'PassStateEntered':
    case 'TaskStateEntered':
    case 'ChoiceStateEntered':
    case 'WaitStateEntered':
    case 'SucceedStateEntered':
    case 'FailStateEntered':
    case 'ParallelStateEntered':
    case 'MapStateEntered':
      return { stateEnteredEventDetails: { name: event.name, ...input(event.input, includeData) } };
    case 'PassStateExited':
    case 'TaskStateExited':
    case 'ChoiceStateExited':
    case 'WaitStateExited':
    case 'SucceedStateExited':
    case 'ParallelStateExited':
    case 'MapStateExited':
      return {
        stateExitedEventDetails: {
          name: event.name,
          ...output(event.output, includeData),
          ...assigned(event.assigned, includeData),
        },
      };
    case 'TaskScheduled':
      return {
        taskScheduledEventDetails: {
          ...task(event),
          region: event.region,
          parameters: event.parameters.text,
          timeoutInSeconds: event.timeoutInSeconds,
          heartbeatInSeconds: event.heartbeatInSeconds,
          ...credentials(event.taskCredentials),
        },
      };
    case 'TaskStarted':
      return { taskStartedEventDetails: task(event) };
    case 'TaskSubmitted':
      return { taskSubmittedEventDetails: { ...task(event), ...output(event.output, includeData) } };
    case 'TaskSucceeded':
      return { taskSucceededEventDetails: { ...task(event), ...output(event.output, includeData) } };
    case 'TaskFailed':
      return { taskFailedEventDetails: { ...task(event), ...failure(event) } };
    case 'TaskTimedOut':
      return { taskTimedOutEventDetails: { ...task(event), ...failure(event) } };
    case 'TaskStartFailed':
      return { taskStartFailedEventDetails: { ...task(event), ...failure(event) } };
    case 'TaskSubmitFailed':
      return { taskSubmitFailedEventDetails: { ...task(event), ...failure(event) } };
    case 'LambdaFunctionScheduled':
      return {
        lambdaFunctionScheduledEventDetails: {
          resource: event.resource,
          ...input(event.input, includeData),
          timeoutInSeconds: event.timeoutInSeconds,
          ...credentials(event.taskCredentials),
        },
      };
    case 'LambdaFunctionSucceeded':
      return { lambdaFunctionSucceededEventDetails: { ...output(event.output, includeData) } };
    case 'LambdaFunctionFailed':
      return { lambdaFunctionFailedEventDetails: failure(event) };
    case 'LambdaFunctionTimedOut':
      return { lambdaFunctionTimedOutEventDetails: failure(event) };
    case 'LambdaFunctionScheduleFailed':
      return { lambdaFunctionScheduleFailedEventDetails: failure(event) };
    case 'LambdaFunctionStartFailed':
      return { lambdaFunctionStartFailedEventDetails: failure(event) };
    case 'ActivityScheduled':
      return {
        activityScheduledEventDetails: {
          resource: event.resource,
          ...input(event.input, includeData),
          timeoutInSeconds: event.timeoutInSeconds,
          heartbeatInSeconds: event.heartbeatInSeconds,
        },
      };
    case 'ActivityStarted':
      return { activityStartedEventDetails: { workerName: event.workerName } };
    case 'ActivitySucceeded':
      return { activitySucceededEventDetails: { ...output(event.output, includeData) } };
    case 'ActivityFailed':
      return { activityFailedEventDetails: failure(event) };
    case 'ActivityTimedOut':
      return { activityTimedOutEventDetails: failure(event) };
    case 'ActivityScheduleFailed':
      return { activityScheduleFailedEventDetails: failure(event) };
    case 'MapStateStarted':
      return { mapStateStartedEventDetails: { length: event.length } };
    case 'MapIterationStarted':
      return { mapIterationStartedEventDetails: { name: event.name, index: event.index } };
    case 'MapIterationSucceeded':
      return { mapIterationSucceededEventDetails: { name: event.name, index: event.index } };
    case 'MapIterationFailed':
      return { mapIterationFailedEventDetails: { name: event.name, index: event.index } };
    case 'MapIterationAborted':
      return { mapIterationAbortedEventDetails: { name: event.name, index: event.index } };
    case 'MapRunStarted':
      return { mapRunStartedEventDetails: { mapRunArn: event.mapRunArn } };
    case 'MapRunFailed':
      return { mapRunFailedEventDetails: failure(event) };
    case 'MapRunRedriven':
      return {
        mapRunRedrivenEventDetails: { mapRunArn: event.mapRunArn, redriveCount: event.redriveCount },
      };
    case 'EvaluationFailed':
      return {
        evaluationFailedEventDetails: {
          state: event.state,
          location: event.location,
          error: event.error,
          cause: event.cause,
        },
      };
    case 'LambdaFunctionStarted':
    case 'MapStateSucceeded':
    case 'MapStateFailed':
    case 'MapStateAborted':
    case 'ParallelStateStarted':
    case 'ParallelStateSucceeded':
    case 'ParallelStateFailed':
    case 'ParallelStateAborted':
    case 'TaskStateAborted':
    case 'WaitStateAborted':
    case 'MapRunSucceeded':
    case 'MapRunAborted':
      return {};
    case 'RetryScheduled':
    case 'WaitScheduled':
    case 'HeartbeatReceived':
    case 'CallbackReceived':
      throw new Bug(`Expected a public event, but got the note ${event.type}`);
    default:
      return unreachable(event);
  }
}
