// The state of one execution, folded from its events: what is open, what it waits for, what it knows. It lives in memory
// while something moves and is folded again from the journal when needed. Everything here is readonly but two things that
// never come from the journal, the heap of timers and the memo `Children.items`; only the fold (writable.ts) casts that away.

import { Bug } from '../base/assert.ts';
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
  /** Express child of a Map Run: how often that was redriven before. */
  readonly redrive?: number;
  /** Test case of the mock file, whose answers its tasks get instead of being called. */
  readonly mockCase?: string | undefined;
  /** False: synchronous Express, whose context object has no RedriveCount. */
  readonly showRedriveCount: boolean;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** Epoch milliseconds at which the execution times out, unless it is redriven. */
  readonly deadline: number;
  /** Epoch milliseconds at which it ends, however often it was redriven. Undefined: it cannot be redriven (Express). */
  readonly latestEnd?: number;
}

export type Status = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

export interface ExecutionState {
  readonly info: ExecutionInfo;
  readonly status: Status;
  readonly input: Payload | undefined;
  /** Journal entries folded so far, notes included. */
  readonly sequence: number;
  /** Id and time of the last history event. */
  readonly lastId: number;
  readonly lastAt: number;
  /** Epoch milliseconds at which the execution times out. */
  readonly deadline: number;
  /** Frames by number; 0 is the main flow. Of an execution that failed those that were open. */
  readonly frames: ReadonlyMap<number, Frame>;
  readonly nextFrame: number;
  /** Open tasks by the id of their …Scheduled event. */
  readonly tasks: ReadonlyMap<number, Frame>;
  /** How often each Task state was scheduled, by name. */
  readonly invocations: ReadonlyMap<string, number>;
  /** Open tasks whose call is under way: what a restarted process must call again. */
  readonly calls: number;
  /** Activity tasks that no worker has taken yet. */
  readonly queued: number;
  /** Frames that could move at once. */
  readonly ready: ReadonlySet<Frame>;
  /** Index of what frames wait for. Entries out of date may stay in it, and `popTimer` takes them out at any time. */
  readonly timers: Timers;
  readonly redriveCount: number;
  /** Time of the last redrive, epoch milliseconds. */
  readonly redrivenAt: number | undefined;
  /** The latest redrives that were asked for with a client token. */
  readonly redriveTokens: readonly RedriveToken[];
  /** Child of a Map Run: redrives of that before this execution ran last. */
  readonly mapRunRedrive: number | undefined;
  readonly stoppedAt: number | undefined;
  readonly output: Payload | undefined;
  readonly error: string | undefined;
  readonly cause: string | undefined;
}

/** What a client sends again when it did not hear whether its redrive was kept. */
export interface RedriveToken {
  readonly token: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** One sequence of states: the main flow, a Parallel branch, or an inline Map iteration. */
export interface Frame {
  readonly id: number;
  readonly parent: Frame | undefined;
  /** Branch or iteration number within the parent's open state. */
  readonly index: number;
  /** Event that the next event of this frame follows. */
  readonly cursor: number;
  /** Variables assigned in this scope. */
  readonly variables: ReadonlyMap<string, Payload>;
  /** State to enter next; `name` undefined is the sub-workflow's StartAt. */
  readonly next: { readonly name: string | undefined; readonly input: Payload } | undefined;
  readonly open: OpenState | undefined;
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
  readonly retryCount: number;
  /** Retries by retrier. */
  readonly attempts: readonly number[];
  readonly task: OpenTask | undefined;
  /** Epoch milliseconds. */
  readonly waitUntil: number | undefined;
  readonly retryAt: number | undefined;
  readonly children: Children | undefined;
  /** Branches or iterations as they were when the state failed or had its result: a redrive goes on from them. */
  readonly lastChildren: Children | undefined;
  /** Distributed Map: its Map Run that is under way. */
  readonly mapRunArn: string | undefined;
  /** Items of the Map Run, when not all inputs could be made at once and no path leads to them. */
  readonly mapItems: Payload | undefined;
  /** Distributed Map: the Map Run that a redrive redrives, and how often that was done. */
  readonly lastMapRun: { readonly arn: string; readonly redrives: number } | undefined;
  /** The execution was redriven, and the state's work is to be done again. */
  readonly again: boolean;
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
  readonly started: boolean;
  /** What the service answered to the request; the result comes later. */
  readonly submitted: Payload | undefined;
  /** What a worker answered by token before that. */
  readonly early: TaskOutcome | undefined;
  /** True while a call is counted in `ExecutionState.calls`. */
  readonly calling: boolean;
  readonly timeoutAt: number | undefined;
  readonly heartbeatAt: number | undefined;
}

/** Branches or iterations of an open Parallel or inline Map. */
export interface Children {
  readonly total: number;
  readonly running: ReadonlySet<Frame>;
  /** Outputs by index. */
  readonly results: readonly (Payload | undefined)[];
  readonly finished: number;
  /** Iterations started so far. */
  readonly started: number;
  /** Last event of the branch that finished last, or the last MapIterationSucceeded; at first the …StateStarted. */
  readonly last: number;
  readonly maxConcurrency: number;
  /** Map: a memo of the items; those that a path leads to are not in the journal but found again in the input. */
  items: readonly Json[] | undefined;
}

/** A frame that is in a state. The narrower types hold until an event is emitted that leaves or ends what they name. */
export interface OpenFrame extends Frame {
  readonly open: OpenState;
}

/** A frame whose state has an attempt of a task under way. */
export interface TaskFrame extends OpenFrame {
  readonly open: OpenState & { readonly task: OpenTask };
}

/** A frame whose state has branches or iterations. */
export interface ParentFrame extends OpenFrame {
  readonly open: OpenState & { readonly children: Children };
}

/** @throws Bug unless there is a frame with that number. */
export function frameOf(state: ExecutionState, id: number): Frame {
  const frame = state.frames.get(id);
  if (frame === undefined) throw new Bug(`Expected frame ${id} to be open`);
  return frame;
}

/** @throws Bug unless there is such a frame and it is in a state. */
export function openFrame(frame: Frame | undefined): OpenFrame {
  if (isOpen(frame)) return frame;
  throw new Bug(`Expected frame ${frame?.id} to be in a state`);
}

function isOpen(frame: Frame | undefined): frame is OpenFrame {
  return frame?.open !== undefined;
}

/** @throws Bug unless the state of the frame has an open task. */
export function taskFrame(frame: Frame | undefined): TaskFrame {
  if (hasTask(frame)) return frame;
  throw new Bug(`Expected frame ${frame?.id} to have an open task`);
}

export function hasTask(frame: Frame | undefined): frame is TaskFrame {
  return frame?.open?.task !== undefined;
}

/** @throws Bug unless the state of the frame has branches or iterations. */
export function parentFrame(frame: Frame | undefined): ParentFrame {
  if (hasChildren(frame)) return frame;
  throw new Bug(`Expected frame ${frame?.id} to have branches or iterations`);
}

export function hasChildren(frame: Frame | undefined): frame is ParentFrame {
  return frame?.open?.children !== undefined;
}

export function newExecutionState(info: ExecutionInfo): ExecutionState {
  return {
    info,
    status: 'RUNNING',
    input: undefined,
    sequence: 0,
    lastId: 0,
    lastAt: 0,
    deadline: info.deadline,
    frames: new Map(),
    nextFrame: 1,
    tasks: new Map(),
    invocations: new Map(),
    calls: 0,
    queued: 0,
    ready: new Set(),
    timers: newTimers(),
    redriveCount: 0,
    redrivenAt: undefined,
    redriveTokens: [],
    mapRunRedrive: undefined,
    stoppedAt: undefined,
    output: undefined,
    error: undefined,
    cause: undefined,
  };
}
