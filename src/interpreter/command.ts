// Commands: what one execution is asked to do. `decide` turns a command into events and effects, or refuses it.

import type { Payload } from '../base/payload.ts';

export type Command =
  /** Enter the first state. The execution's facts (name, ARN, role …) are in `ExecutionInfo`. */
  | {
      readonly type: 'StartExecution';
      readonly input: Payload;
      /** Version or alias the execution was started through. */
      readonly via?: { readonly stateMachineAliasArn?: string; readonly stateMachineVersionArn?: string };
    }
  /** The call of the task scheduled by event `scheduled` has ended, in whatever way. */
  | {
      readonly type: 'CompleteTask';
      readonly scheduled: number;
      readonly outcome: TaskOutcome;
      /** Who reports it: a worker with the task's token, else the call itself. */
      readonly by?: 'token';
    }
  /** `.sync` and `.waitForTaskToken`: the service has taken the request. */
  | { readonly type: 'SubmitTask'; readonly scheduled: number; readonly output: Payload }
  /** A worker has taken an activity task. */
  | { readonly type: 'StartActivity'; readonly scheduled: number; readonly workerName: string | undefined }
  | { readonly type: 'Heartbeat'; readonly scheduled: number }
  /** Fire every timer that is due by `until`, in the order of their times. */
  | {
      readonly type: 'FireTimers';
      /** Epoch milliseconds: what is due later stays. Not after `env.now`. */
      readonly until: number;
    }
  /** Go on after a decision that ended for its bound on transitions. */
  | { readonly type: 'Continue' }
  | { readonly type: 'StopExecution'; readonly error: string | undefined; readonly cause: string | undefined }
  /** Go on where a closed execution failed or was stopped. */
  | {
      readonly type: 'RedriveExecution';
      readonly clientToken?: string;
      /** Child of a Map Run: how often that was redriven. */
      readonly mapRunRedrive?: number;
    }
  /** End as FAILED, whatever is under way. Evaluates nothing. */
  | { readonly type: 'FailExecution'; readonly error: string; readonly cause: string }
  /** Distributed Map: the Map Run of `frame` has ended. */
  | {
      readonly type: 'CompleteMapRun';
      readonly frame: number;
      readonly mapRunArn: string;
      readonly outcome: MapRunEnding;
    }
  /** A Parallel or inline Map on its own (`Alone`): what its branches or iterations would have come to. */
  | { readonly type: 'CompleteChildren'; readonly frame: number; readonly outcome: TaskOutcome };

/** `too-large`: the children succeeded, but their results together are over the payload quota. */
export type MapRunEnding = TaskOutcome | { readonly status: 'too-large' };

export type TaskOutcome =
  | { readonly status: 'succeeded'; readonly output: Payload }
  | { readonly status: 'failed'; readonly error: string | undefined; readonly cause: string | undefined };
