// One signature for every task that reaches the outside. The patterns (request-response, .sync, .waitForTaskToken),
// timeouts, retries and histories are the runtime's; an adapter makes one call and says how it ended.

import type { TaskResource } from '../asl/program.ts';
import type { Json } from '../base/json.ts';

export interface TaskRequest {
  readonly resource: TaskResource;
  /** Effective Parameters/Arguments; for a Lambda ARN the payload. */
  readonly input: Json;
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly stateName: string;
  readonly region: string;
  readonly account: string;
  /** The same for every delivery of one attempt, also after a crash: for services that take an idempotency token. */
  readonly idempotencyToken: string;
  /** Role to assume (Credentials.RoleArn). */
  readonly credentials: string | undefined;
}

export type TaskOutcome =
  /** `outputText` is JSON text; over the payload quota the runtime makes States.DataLimitExceeded of it. */
  | { readonly status: 'completed'; readonly outputText: string }
  | { readonly status: 'failed'; readonly error: string; readonly cause: string | undefined }
  /** A job was started (.sync): `poll` tells when it has ended. */
  | { readonly status: 'running'; readonly jobId: string; readonly outputText: string };

export interface Integration {
  /** Must not throw for anything the outside does: that is an outcome. A throw is a bug and is logged as one. */
  start(task: TaskRequest, signal: AbortSignal): Promise<TaskOutcome>;
  poll?(jobId: string, task: TaskRequest, signal: AbortSignal): Promise<TaskOutcome>;
  /** Best effort when a state that waits for the job is left. */
  cancel?(jobId: string, task: TaskRequest, signal: AbortSignal): Promise<void>;
}
