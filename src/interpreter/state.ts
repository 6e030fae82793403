// The state of one execution, folded from its events: what is open, what it waits for, what it knows.
// Only `apply` changes it. It lives in memory while something moves and is folded again from the journal when needed.

import type { Json } from '../base/json.ts';
import type { Payload } from '../base/payload.ts';
import type { StateType } from '../history/event.ts';
import type { TaskOutcome } from './command.ts';
import { newTimers, type Timers } from './timers.ts';

/** What does not change while an execution runs; from its record and its program. */
export interface ExecutionInfo {
  readonly arn: string;
  readonly name: string;
  readonly stateMachineArn: string;
  readonly stateMachineName: string;
  readonly roleArn: string;
  readonly region: string;
  readonly express: boolean;
  /** Test case of the mock file, whose answers its tasks get instead of being called. */
  readonly mockCase?: string | undefined;
  /** False: synchronous Express, whose context object has no RedriveCount. */
  readonly showRedriveCount: boolean;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** Epoch milliseconds at which the execution times out. */
  readonly deadline: number;
}

export type Status = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

export interface ExecutionState {
  readonly info: ExecutionInfo;
  status: Status;
  input: Payload | undefined;
  /** Journal entries folded so far, notes included. */
  sequence: number;
  /** Id of the last history event. */
  lastId: number;
  /** Threads of control by number; 0 is the main flow. */
  readonly frames: Map<number, Frame>;
  nextFrame: number;
  /** Open tasks by the id of their …Scheduled event. */
  readonly tasks: Map<number, Frame>;
  /** How often each Task state was scheduled, by name. */
  readonly invocations: Map<string, number>;
  /** Open tasks whose call is under way: what a restarted process must call again. */
  calls: number;
  /** Activity tasks that no worker has taken yet. */
  queued: number;
  /** Frames that could move at once. */
  readonly ready: Set<Frame>;
  readonly timers: Timers;
  redriveCount: number;
  stoppedAt: number | undefined;
  output: Payload | undefined;
  error: string | undefined;
  cause: string | undefined;
}

/** One thread of control: the main flow, a Parallel branch, or an inline Map iteration. */
export interface Frame {
  readonly id: number;
  readonly parent: Frame | undefined;
  /** Branch or iteration number within the parent's open state. */
  readonly index: number;
  /** Event that the next event of this thread follows. */
  cursor: number;
  /** Variables assigned in this scope. */
  readonly variables: Map<string, Payload>;
  /** State to enter next; `name` undefined is the sub-workflow's StartAt. */
  next: { readonly name: string | undefined; readonly input: Payload } | undefined;
  open: OpenState | undefined;
}

export interface OpenState {
  readonly name: string;
  readonly type: StateType;
  readonly enteredId: number;
  readonly enteredAt: number;
  /** Event before the …StateEntered event. */
  readonly before: number;
  readonly input: Payload;
  /** Retries over all retriers. */
  retryCount: number;
  /** Retries by retrier. */
  readonly attempts: number[];
  task: OpenTask | undefined;
  /** Epoch milliseconds. */
  waitUntil: number | undefined;
  retryAt: number | undefined;
  children: Children | undefined;
  mapRunArn: string | undefined;
}

export interface OpenTask {
  readonly kind: 'Task' | 'LambdaFunction' | 'Activity';
  /** Id of the …Scheduled event. */
  readonly scheduled: number;
  /** How often the state was scheduled before. */
  readonly invocation: number;
  readonly input: Payload;
  readonly token: string | undefined;
  readonly credentials: string | undefined;
  readonly timeoutSeconds: number | undefined;
  readonly heartbeatSeconds: number | undefined;
  started: boolean;
  /** What the service answered to the request; the result comes later. */
  submitted: Payload | undefined;
  /** What a worker answered by token before that. */
  early: TaskOutcome | undefined;
  /** True while a call is counted in `ExecutionState.calls`. */
  calling: boolean;
  timeoutAt: number | undefined;
  heartbeatAt: number | undefined;
}

/** Branches or iterations of an open Parallel or inline Map. */
export interface Children {
  readonly total: number;
  readonly running: Set<Frame>;
  /** Outputs by index. */
  readonly results: (Payload | undefined)[];
  finished: number;
  /** Iterations started so far. */
  started: number;
  /** Last event of the branch that finished last, or the last MapIterationSucceeded; at first the …StateStarted. */
  last: number;
  readonly maxConcurrency: number;
  /** Map: the items, once known in this process. */
  items: readonly Json[] | undefined;
}

export function newExecutionState(info: ExecutionInfo): ExecutionState {
  return {
    info,
    status: 'RUNNING',
    input: undefined,
    sequence: 0,
    lastId: 0,
    frames: new Map(),
    nextFrame: 1,
    tasks: new Map(),
    invocations: new Map(),
    calls: 0,
    queued: 0,
    ready: new Set(),
    timers: newTimers(),
    redriveCount: 0,
    stoppedAt: undefined,
    output: undefined,
    error: undefined,
    cause: undefined,
  };
}
