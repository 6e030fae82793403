// What the runtime owes the world after a commit: data, never closures. Effects are released only when the events that
// say so are durable; after a crash `outstanding(state)` names those of an execution again.

import type { TaskResource } from '../asl/program.ts';
import type { Payload } from '../base/payload.ts';

export type Effect = InvokeTask | CancelTask | StartMapRun | StopMapRun;

export interface InvokeTask {
  readonly type: 'InvokeTask';
  /** Id of the …Scheduled event: names this attempt. */
  readonly scheduled: number;
  readonly stateName: string;
  readonly resource: TaskResource;
  /** Effective Parameters or Arguments (for Lambda and activity ARNs: the payload). */
  readonly input: Payload;
  readonly token: string | undefined;
  /** Role ARN of the state's Credentials. */
  readonly credentials: string | undefined;
  /** True when the request was taken before a restart (TaskSubmitted is in the history): only the result is awaited. */
  readonly submitted: boolean;
}

export interface CancelTask {
  readonly type: 'CancelTask';
  readonly scheduled: number;
}

export interface StartMapRun {
  readonly type: 'StartMapRun';
  readonly frame: number;
  readonly stateName: string;
  readonly mapRunArn: string;
  /** Items after ItemsPath/Items; undefined with an ItemReader. */
  readonly items: Payload | undefined;
}

export interface StopMapRun {
  readonly type: 'StopMapRun';
  readonly mapRunArn: string;
}
