// Facts of an execution: the Step Functions history events, with AWS's type names and ids, plus a few private notes
// (id 0) for facts that AWS keeps to itself. One list of them is the journal: the only durable truth of an execution.
// Fields marked `private` and the notes are what folding needs besides; the API never shows them.
// An event once written folds for ever: add optional fields, never change the meaning of one.

import type { Payload } from '../base/payload.ts';

interface Base {
  /** 1-based and dense; 0 for a note. */
  readonly id: number;
  /** previousEventId; 0 is "none". */
  readonly previous: number;
  /** Epoch milliseconds. */
  readonly at: number;
  /** private: thread of control; 0 is the main flow, others are Parallel branches and Map iterations. */
  readonly frame: number;
}

export type StateType = 'Pass' | 'Task' | 'Choice' | 'Wait' | 'Succeed' | 'Fail' | 'Parallel' | 'Map';

interface Failure {
  readonly error?: string;
  readonly cause?: string;
}

/** What a task event says of its integration: `lambda` and `invoke.waitForTaskToken`. */
interface Integration {
  readonly resourceType: string;
  readonly resource: string;
}

interface ScheduledPrivate {
  /** private: task token, when the state's pattern has one. */
  readonly token?: string;
}

export type HistoryEvent =
  | (Base & {
      readonly type: 'ExecutionStarted';
      readonly input: Payload;
      readonly roleArn: string;
      readonly stateMachineAliasArn?: string;
      readonly stateMachineVersionArn?: string;
    })
  | (Base & { readonly type: 'ExecutionSucceeded'; readonly output: Payload })
  | (Base & Failure & { readonly type: 'ExecutionFailed' | 'ExecutionAborted' | 'ExecutionTimedOut' })
  | (Base & {
      readonly type: 'ExecutionRedriven';
      readonly redriveCount: number;
      /** private: what the client would send again. */
      readonly clientToken?: string;
      /** private: child of a Map Run: how often that was redriven. */
      readonly mapRunRedrive?: number;
    })
  | (Base & { readonly type: `${StateType}StateEntered`; readonly name: string; readonly input: Payload })
  | (Base & {
      readonly type: `${Exclude<StateType, 'Fail'>}StateExited`;
      readonly name: string;
      readonly output: Payload;
      /** Variables this state assigned. */
      readonly assigned?: Readonly<Record<string, Payload>>;
      /** private: next state of the same sub-workflow; absent when the sub-workflow ends here. */
      readonly next?: string;
    })
  | (Base &
      Integration &
      ScheduledPrivate & {
        readonly type: 'TaskScheduled';
        readonly region: string;
        readonly parameters: Payload;
        readonly timeoutInSeconds?: number;
        readonly heartbeatInSeconds?: number;
        readonly taskCredentials?: string;
      })
  | (Base & Integration & { readonly type: 'TaskStarted' })
  | (Base & Integration & { readonly type: 'TaskSubmitted' | 'TaskSucceeded'; readonly output: Payload })
  | (Base &
      Integration &
      Failure & { readonly type: 'TaskFailed' | 'TaskTimedOut' | 'TaskStartFailed' | 'TaskSubmitFailed' })
  | (Base & {
      readonly type: 'LambdaFunctionScheduled';
      readonly resource: string;
      readonly input: Payload;
      readonly timeoutInSeconds?: number;
      readonly taskCredentials?: string;
    })
  | (Base &
      ScheduledPrivate & {
        readonly type: 'ActivityScheduled';
        readonly resource: string;
        readonly input: Payload;
        readonly timeoutInSeconds?: number;
        readonly heartbeatInSeconds?: number;
      })
  | (Base & { readonly type: 'LambdaFunctionStarted' })
  | (Base & { readonly type: 'ActivityStarted'; readonly workerName?: string })
  | (Base & { readonly type: 'LambdaFunctionSucceeded' | 'ActivitySucceeded'; readonly output: Payload })
  | (Base &
      Failure & {
        readonly type:
          | `${'LambdaFunction' | 'Activity'}${'Failed' | 'TimedOut' | 'ScheduleFailed'}`
          | 'LambdaFunctionStartFailed';
      })
  | (Base & {
      readonly type: 'MapStateStarted';
      readonly length: number;
      /** private: the items, when they are not simply a path into the input. */
      readonly items?: Payload;
      /** private: iterations that may run at once; 0 is unlimited. */
      readonly maxConcurrency?: number;
    })
  | (Base & {
      readonly type: 'MapIterationStarted';
      readonly name: string;
      readonly index: number;
      /** private: frame of the iteration (`frame` is the Map's) and its input. */
      readonly child: number;
      readonly input: Payload;
    })
  | (Base & {
      readonly type: 'MapIterationSucceeded' | 'MapIterationFailed' | 'MapIterationAborted';
      readonly name: string;
      readonly index: number;
    })
  | (Base & {
      readonly type: 'ParallelStateStarted';
      /** private: input of every branch, and the frame of the first; the others follow it by number. */
      readonly input: Payload;
      readonly children: number;
      readonly branches: number;
    })
  | (Base & {
      readonly type:
        | 'MapStateSucceeded'
        | 'MapStateFailed'
        | 'MapStateAborted'
        | 'ParallelStateSucceeded'
        | 'ParallelStateFailed'
        | 'ParallelStateAborted'
        | 'TaskStateAborted'
        | 'WaitStateAborted';
    })
  | (Base & {
      readonly type: 'MapRunStarted';
      readonly mapRunArn: string;
      /** private: the items, when not all inputs could be made at once and no path leads to them. */
      readonly items?: Payload;
    })
  | (Base & { readonly type: 'MapRunSucceeded' | 'MapRunAborted' })
  | (Base & Failure & { readonly type: 'MapRunFailed' })
  | (Base & { readonly type: 'MapRunRedriven'; readonly mapRunArn: string; readonly redriveCount: number })
  | (Base & {
      readonly type: 'EvaluationFailed';
      readonly state: string;
      readonly location?: string;
      readonly error: string;
      readonly cause: string;
    })
  | Note;

/** Facts without an event in AWS's history; `id` is 0. */
export type Note =
  /** The open state of `frame` failed and will run again at `until`; `previous` is the event it will follow. */
  | (Base & { readonly type: 'RetryScheduled'; readonly retrier: number; readonly until: number })
  /** A Wait state waits until epoch milliseconds `until`. */
  | (Base & { readonly type: 'WaitScheduled'; readonly until: number })
  /** SendTaskHeartbeat. */
  | (Base & { readonly type: 'HeartbeatReceived' })
  /**
   * The task was answered by its token before the service had taken the request: it counts once TaskSubmitted is written.
   * Without `output` it is a failure.
   */
  | (Base & Failure & { readonly type: 'CallbackReceived'; readonly output?: Payload });

export type EventType = HistoryEvent['type'];
/** The event shapes that may carry type `T`. */
export type EventOf<T extends EventType> = Carrier<HistoryEvent, T>;
type Carrier<E extends HistoryEvent, T> = E extends HistoryEvent
  ? [Extract<E['type'], T>] extends [never]
    ? never
    : E
  : never;

/** Event types by state type: written out once, so that a type is compared by identity and never put together. */
export const ENTERED = {
  Pass: 'PassStateEntered',
  Task: 'TaskStateEntered',
  Choice: 'ChoiceStateEntered',
  Wait: 'WaitStateEntered',
  Succeed: 'SucceedStateEntered',
  Fail: 'FailStateEntered',
  Parallel: 'ParallelStateEntered',
  Map: 'MapStateEntered',
} as const satisfies Readonly<Record<StateType, EventType>>;

export const EXITED = {
  Pass: 'PassStateExited',
  Task: 'TaskStateExited',
  Choice: 'ChoiceStateExited',
  Wait: 'WaitStateExited',
  Succeed: 'SucceedStateExited',
  Parallel: 'ParallelStateExited',
  Map: 'MapStateExited',
} as const satisfies Readonly<Record<Exclude<StateType, 'Fail'>, EventType>>;

/** State type of a …StateEntered event. */
export const ENTERED_STATE = Object.fromEntries(
  Object.entries(ENTERED).map(([state, event]) => [event, state]),
) as Readonly<Record<`${StateType}StateEntered`, StateType>>;
