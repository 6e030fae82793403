// How the journal spells each type of event: its number and its fields in order. The numbers and the order are the file
// format: append types and optional fields, never change or reuse one. A field of an event that is missing here does not compile.

import type { Payload } from '../base/payload.ts';
import type { EventType, HistoryEvent } from './event.ts';

export type FieldKind = 'plain' | 'payload' | 'payloads';

export interface EventLayout {
  readonly type: EventType;
  readonly code: number;
  readonly names: readonly string[];
  readonly kinds: readonly FieldKind[];
}

type Shape<T extends EventType> = HistoryEvent extends infer E
  ? E extends { readonly type: infer U }
    ? T extends U
      ? Omit<E, 'type' | 'id' | 'previous' | 'at' | 'frame'>
      : never
    : never
  : never;

type KindOf<V> = V extends Payload
  ? 'payload'
  : V extends string | number | boolean
    ? 'plain'
    : V extends Readonly<Record<string, Payload>>
      ? 'payloads'
      : never;

type FieldsOf<T extends EventType> = { readonly [K in keyof Shape<T>]-?: KindOf<NonNullable<Shape<T>[K]>> };

const failure = { error: 'plain', cause: 'plain' } as const;
const task = { resourceType: 'plain', resource: 'plain' } as const;
const entered = { name: 'plain', input: 'payload' } as const;
const exited = { name: 'plain', output: 'payload', next: 'plain', assigned: 'payloads' } as const;
const iteration = { name: 'plain', index: 'plain' } as const;

const LAYOUTS: { readonly [T in EventType]: readonly [code: number, fields: FieldsOf<T>] } = {
  ExecutionStarted: [
    1,
    { input: 'payload', roleArn: 'plain', stateMachineAliasArn: 'plain', stateMachineVersionArn: 'plain' },
  ],
  ExecutionSucceeded: [2, { output: 'payload' }],
  ExecutionFailed: [3, failure],
  ExecutionAborted: [4, failure],
  ExecutionTimedOut: [5, failure],
  ExecutionRedriven: [6, { redriveCount: 'plain' }],

  PassStateEntered: [10, entered],
  TaskStateEntered: [11, entered],
  ChoiceStateEntered: [12, entered],
  WaitStateEntered: [13, entered],
  SucceedStateEntered: [14, entered],
  FailStateEntered: [15, entered],
  ParallelStateEntered: [16, entered],
  MapStateEntered: [17, entered],
  PassStateExited: [20, exited],
  TaskStateExited: [21, exited],
  ChoiceStateExited: [22, exited],
  WaitStateExited: [23, exited],
  SucceedStateExited: [24, exited],
  ParallelStateExited: [25, exited],
  MapStateExited: [26, exited],

  TaskScheduled: [
    30,
    {
      ...task,
      region: 'plain',
      parameters: 'payload',
      timeoutInSeconds: 'plain',
      heartbeatInSeconds: 'plain',
      taskCredentials: 'plain',
      token: 'plain',
    },
  ],
  TaskStarted: [31, task],
  TaskSubmitted: [32, { ...task, output: 'payload' }],
  TaskSucceeded: [33, { ...task, output: 'payload' }],
  TaskFailed: [34, { ...task, ...failure }],
  TaskTimedOut: [35, { ...task, ...failure }],
  TaskStartFailed: [36, { ...task, ...failure }],
  TaskSubmitFailed: [37, { ...task, ...failure }],

  LambdaFunctionScheduled: [
    40,
    { resource: 'plain', input: 'payload', timeoutInSeconds: 'plain', taskCredentials: 'plain' },
  ],
  LambdaFunctionStarted: [41, {}],
  LambdaFunctionSucceeded: [42, { output: 'payload' }],
  LambdaFunctionFailed: [43, failure],
  LambdaFunctionTimedOut: [44, failure],
  LambdaFunctionScheduleFailed: [45, failure],
  LambdaFunctionStartFailed: [46, failure],

  ActivityScheduled: [
    50,
    {
      resource: 'plain',
      input: 'payload',
      timeoutInSeconds: 'plain',
      heartbeatInSeconds: 'plain',
      token: 'plain',
    },
  ],
  ActivityStarted: [51, { workerName: 'plain' }],
  ActivitySucceeded: [52, { output: 'payload' }],
  ActivityFailed: [53, failure],
  ActivityTimedOut: [54, failure],
  ActivityScheduleFailed: [55, failure],

  MapStateStarted: [60, { length: 'plain', maxConcurrency: 'plain', items: 'payload' }],
  MapIterationStarted: [61, { ...iteration, child: 'plain', input: 'payload' }],
  MapIterationSucceeded: [62, iteration],
  MapIterationFailed: [63, iteration],
  MapIterationAborted: [64, iteration],
  MapStateSucceeded: [65, {}],
  MapStateFailed: [66, {}],
  MapStateAborted: [67, {}],

  ParallelStateStarted: [70, { input: 'payload', children: 'plain', branches: 'plain' }],
  ParallelStateSucceeded: [71, {}],
  ParallelStateFailed: [72, {}],
  ParallelStateAborted: [73, {}],
  TaskStateAborted: [74, {}],
  WaitStateAborted: [75, {}],

  MapRunStarted: [80, { mapRunArn: 'plain' }],
  MapRunSucceeded: [81, {}],
  MapRunAborted: [82, {}],
  MapRunFailed: [83, failure],
  MapRunRedriven: [84, { mapRunArn: 'plain', redriveCount: 'plain' }],

  EvaluationFailed: [90, { state: 'plain', error: 'plain', cause: 'plain', location: 'plain' }],

  RetryScheduled: [100, { retrier: 'plain', until: 'plain' }],
  WaitScheduled: [101, { until: 'plain' }],
  HeartbeatReceived: [102, {}],
  CallbackReceived: [103, { ...failure, output: 'payload' }],
};

const byType = new Map<string, EventLayout>();
const byCode: (EventLayout | undefined)[] = [];
for (const [type, [code, fields]] of Object.entries(LAYOUTS) as [
  EventType,
  [number, Record<string, FieldKind>],
][]) {
  const layout: EventLayout = { type, code, names: Object.keys(fields), kinds: Object.values(fields) };
  byType.set(type, layout);
  byCode[code] = layout;
}

export const EVENT_LAYOUTS: readonly EventLayout[] = [...byType.values()];

export function layoutOf(type: EventType): EventLayout {
  const layout = byType.get(type);
  if (layout === undefined) throw new Error(`Expected an event type of the journal, but got ${type}`);
  return layout;
}

/** @throws Error for a number of a newer version. */
export function layoutByCode(code: number): EventLayout {
  const layout = byCode[code];
  if (layout === undefined) throw new Error(`an event has the unknown type ${code}`);
  return layout;
}
