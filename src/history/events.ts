// Every type of event in one table: its code in the journal, the member of the API that carries its details, and its fields
// in stored order, each with how it is stored and shown. Codes and order are the file format: append types and optional
// fields, never change or reuse one. A field of an event that is missing here does not compile.

import type { Payload } from '../base/payload.ts';
import type { EventType, HistoryEvent } from './event.ts';

/**
 * How a field is shown, and thereby how it is stored:
 *
 * | kind | stored as | in the API |
 * |---|---|---|
 * | `plain` | JSON | the same |
 * | `role` | JSON | `{ roleArn }` |
 * | `data` | payload | its text, with a `…Details` member, left out when the caller wants no data |
 * | `parameters` | payload | its text, always |
 * | `variables` | payloads by name | `assignedVariables`, as `data` |
 * | `private`, `privateData` | JSON, payload | not shown |
 */
export type FieldKind = 'plain' | 'role' | 'data' | 'parameters' | 'variables' | 'private' | 'privateData';

export interface EventField {
  readonly name: string;
  readonly kind: FieldKind;
  /** What the codec of segments needs to know. */
  readonly stored: 'plain' | 'payload' | 'payloads';
}

export interface EventRow {
  readonly type: EventType;
  readonly code: number;
  /** Member of the API's event; undefined: AWS shows the event without details, or it is a note. */
  readonly details: string | undefined;
  /** A note has no event in the API. */
  readonly note: boolean;
  /** In stored order. */
  readonly fields: readonly EventField[];
}

type Shape<T extends EventType> = HistoryEvent extends infer E
  ? E extends { readonly type: infer U }
    ? T extends U
      ? Omit<E, 'type' | 'id' | 'previous' | 'at' | 'frame'>
      : never
    : never
  : never;

type KindOf<V> = V extends Payload
  ? 'data' | 'parameters' | 'privateData'
  : V extends string | number | boolean
    ? 'plain' | 'role' | 'private'
    : V extends Readonly<Record<string, Payload>>
      ? 'variables'
      : never;

type FieldsOf<T extends EventType> = { readonly [K in keyof Shape<T>]-?: KindOf<NonNullable<Shape<T>[K]>> };

/** The member of the details; `bare`: an event without details; `note`: no event of the API. */
type Shown = `${string}EventDetails` | 'bare' | 'note';

const failure = { error: 'plain', cause: 'plain' } as const;
const task = { resourceType: 'plain', resource: 'plain' } as const;
const entered = { name: 'plain', input: 'data' } as const;
const exited = { name: 'plain', output: 'data', next: 'private', assigned: 'variables' } as const;
const iteration = { name: 'plain', index: 'plain' } as const;

const EVENTS: { readonly [T in EventType]: readonly [code: number, shown: Shown, fields: FieldsOf<T>] } = {
  ExecutionStarted: [
    1,
    'executionStartedEventDetails',
    { input: 'data', roleArn: 'plain', stateMachineAliasArn: 'plain', stateMachineVersionArn: 'plain' },
  ],
  ExecutionSucceeded: [2, 'executionSucceededEventDetails', { output: 'data' }],
  ExecutionFailed: [3, 'executionFailedEventDetails', failure],
  ExecutionAborted: [4, 'executionAbortedEventDetails', failure],
  ExecutionTimedOut: [5, 'executionTimedOutEventDetails', failure],
  ExecutionRedriven: [
    6,
    'executionRedrivenEventDetails',
    { redriveCount: 'plain', clientToken: 'private', mapRunRedrive: 'private' },
  ],

  PassStateEntered: [10, 'stateEnteredEventDetails', entered],
  TaskStateEntered: [11, 'stateEnteredEventDetails', entered],
  ChoiceStateEntered: [12, 'stateEnteredEventDetails', entered],
  WaitStateEntered: [13, 'stateEnteredEventDetails', entered],
  SucceedStateEntered: [14, 'stateEnteredEventDetails', entered],
  FailStateEntered: [15, 'stateEnteredEventDetails', entered],
  ParallelStateEntered: [16, 'stateEnteredEventDetails', entered],
  MapStateEntered: [17, 'stateEnteredEventDetails', entered],
  PassStateExited: [20, 'stateExitedEventDetails', exited],
  TaskStateExited: [21, 'stateExitedEventDetails', exited],
  ChoiceStateExited: [22, 'stateExitedEventDetails', exited],
  WaitStateExited: [23, 'stateExitedEventDetails', exited],
  SucceedStateExited: [24, 'stateExitedEventDetails', exited],
  ParallelStateExited: [25, 'stateExitedEventDetails', exited],
  MapStateExited: [26, 'stateExitedEventDetails', exited],

  TaskScheduled: [
    30,
    'taskScheduledEventDetails',
    {
      ...task,
      region: 'plain',
      parameters: 'parameters',
      timeoutInSeconds: 'plain',
      heartbeatInSeconds: 'plain',
      taskCredentials: 'role',
      token: 'private',
    },
  ],
  TaskStarted: [31, 'taskStartedEventDetails', task],
  TaskSubmitted: [32, 'taskSubmittedEventDetails', { ...task, output: 'data' }],
  TaskSucceeded: [33, 'taskSucceededEventDetails', { ...task, output: 'data' }],
  TaskFailed: [34, 'taskFailedEventDetails', { ...task, ...failure }],
  TaskTimedOut: [35, 'taskTimedOutEventDetails', { ...task, ...failure }],
  TaskStartFailed: [36, 'taskStartFailedEventDetails', { ...task, ...failure }],
  TaskSubmitFailed: [37, 'taskSubmitFailedEventDetails', { ...task, ...failure }],

  LambdaFunctionScheduled: [
    40,
    'lambdaFunctionScheduledEventDetails',
    { resource: 'plain', input: 'data', timeoutInSeconds: 'plain', taskCredentials: 'role' },
  ],
  LambdaFunctionStarted: [41, 'bare', {}],
  LambdaFunctionSucceeded: [42, 'lambdaFunctionSucceededEventDetails', { output: 'data' }],
  LambdaFunctionFailed: [43, 'lambdaFunctionFailedEventDetails', failure],
  LambdaFunctionTimedOut: [44, 'lambdaFunctionTimedOutEventDetails', failure],
  LambdaFunctionScheduleFailed: [45, 'lambdaFunctionScheduleFailedEventDetails', failure],
  LambdaFunctionStartFailed: [46, 'lambdaFunctionStartFailedEventDetails', failure],

  ActivityScheduled: [
    50,
    'activityScheduledEventDetails',
    {
      resource: 'plain',
      input: 'data',
      timeoutInSeconds: 'plain',
      heartbeatInSeconds: 'plain',
      token: 'private',
    },
  ],
  ActivityStarted: [51, 'activityStartedEventDetails', { workerName: 'plain' }],
  ActivitySucceeded: [52, 'activitySucceededEventDetails', { output: 'data' }],
  ActivityFailed: [53, 'activityFailedEventDetails', failure],
  ActivityTimedOut: [54, 'activityTimedOutEventDetails', failure],
  ActivityScheduleFailed: [55, 'activityScheduleFailedEventDetails', failure],

  MapStateStarted: [
    60,
    'mapStateStartedEventDetails',
    { length: 'plain', maxConcurrency: 'private', items: 'privateData' },
  ],
  MapIterationStarted: [
    61,
    'mapIterationStartedEventDetails',
    { ...iteration, child: 'private', input: 'privateData' },
  ],
  MapIterationSucceeded: [62, 'mapIterationSucceededEventDetails', iteration],
  MapIterationFailed: [63, 'mapIterationFailedEventDetails', iteration],
  MapIterationAborted: [64, 'mapIterationAbortedEventDetails', iteration],
  MapStateSucceeded: [65, 'bare', {}],
  MapStateFailed: [66, 'bare', {}],
  MapStateAborted: [67, 'bare', {}],

  ParallelStateStarted: [70, 'bare', { input: 'privateData', children: 'private', branches: 'private' }],
  ParallelStateSucceeded: [71, 'bare', {}],
  ParallelStateFailed: [72, 'bare', {}],
  ParallelStateAborted: [73, 'bare', {}],
  TaskStateAborted: [74, 'bare', {}],
  WaitStateAborted: [75, 'bare', {}],

  MapRunStarted: [80, 'mapRunStartedEventDetails', { mapRunArn: 'plain', items: 'privateData' }],
  MapRunSucceeded: [81, 'bare', {}],
  MapRunAborted: [82, 'bare', {}],
  MapRunFailed: [83, 'mapRunFailedEventDetails', failure],
  MapRunRedriven: [84, 'mapRunRedrivenEventDetails', { mapRunArn: 'plain', redriveCount: 'plain' }],

  EvaluationFailed: [
    90,
    'evaluationFailedEventDetails',
    { state: 'plain', error: 'plain', cause: 'plain', location: 'plain' },
  ],

  RetryScheduled: [100, 'note', { retrier: 'private', until: 'private' }],
  WaitScheduled: [101, 'note', { until: 'private' }],
  HeartbeatReceived: [102, 'note', {}],
  CallbackReceived: [103, 'note', { error: 'private', cause: 'private', output: 'privateData' }],
};

const STORED = {
  plain: 'plain',
  role: 'plain',
  private: 'plain',
  data: 'payload',
  parameters: 'payload',
  privateData: 'payload',
  variables: 'payloads',
} as const satisfies Readonly<Record<FieldKind, EventField['stored']>>;

const rows = Object.entries(EVENTS).map(([type, [code, shown, fields]]): EventRow => {
  return {
    type: type as EventType,
    code,
    details: shown === 'bare' || shown === 'note' ? undefined : shown,
    note: shown === 'note',
    fields: Object.entries<FieldKind>(fields).map(([name, kind]) => ({ name, kind, stored: STORED[kind] })),
  };
});

const byType = new Map<string, EventRow>(rows.map((row) => [row.type, row]));
const byCode: (EventRow | undefined)[] = [];
for (const row of rows) byCode[row.code] = row;

export const EVENT_ROWS: readonly EventRow[] = rows;

export function isEventType(type: string): type is EventType {
  return byType.has(type);
}

export function eventRow(type: EventType): EventRow {
  const row = byType.get(type);
  if (row === undefined) throw new Error(`Expected an event type of the journal, but got ${type}`);
  return row;
}

/** @throws Error for a code of a newer version. */
export function eventRowByCode(code: number): EventRow {
  const row = byCode[code];
  if (row === undefined) throw new Error(`an event has the unknown type ${code}`);
  return row;
}
