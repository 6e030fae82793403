// One signature for every task that reaches the outside. The patterns (request-response, .sync, .waitForTaskToken),
// time-outs, retries and histories are the engine's; an integration makes one call and says how it ended.

import type { TaskResource } from '../asl/program.ts';
import type { Json, JsonObject } from '../base/json.ts';

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
  /** Whoever wants to see what an HTTP Task sends and gets. */
  readonly trace?: HttpTrace | undefined;
}

export interface HttpTrace {
  /** Whether it may see what the connection adds to the request. */
  readonly revealSecrets: boolean;
  /** Told of the request, and again with its response. */
  exchange(exchange: HttpExchange): void;
}

/** One HTTP call; a body is as much of it as was read. */
export interface HttpExchange {
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers: readonly HttpHeader[];
    readonly body: string | undefined;
  };
  readonly response?: {
    readonly status: number;
    readonly statusText: string;
    readonly headers: readonly HttpHeader[];
    readonly body: string | undefined;
  };
}

export type HttpHeader = readonly [name: string, value: string];

export type TaskOutcome =
  /** `outputText` is JSON text; over the payload quota the engine makes States.DataLimitExceeded of it. */
  | { readonly status: 'completed'; readonly outputText: string }
  /** `error` is the name that Retry and Catch match, e.g. `SQS.QueueDoesNotExistException`. */
  | { readonly status: 'failed'; readonly error: string; readonly cause: string | undefined };

/** How a `.sync` job stands; `running`: look again after `afterMs` (the engine's default: one second, growing to a minute). */
export type JobOutcome = TaskOutcome | { readonly status: 'running'; readonly afterMs?: number };

/**
 * Reasons why the service would not take the parameters at all: unknown, missing or wrongly formed members. Pure.
 * @param template true: `input` is what a definition says, and null stands for what only a run knows.
 */
export type Check = (resource: TaskResource, input: Json, template?: boolean) => readonly string[];

export interface Integration {
  /** Reasons fail the state before anything is scheduled (AWS: "The Parameters '…' could not be used to start the Task"). */
  readonly check?: Check;
  /** Members that Step Functions adds to the parameters, as the history shows them (StartedBy of ECS). Pure. */
  added?(resource: TaskResource): JsonObject | undefined;
  /**
   * Makes the call. Request-response: the outcome is the task's. `.sync` and `.waitForTaskToken`: `completed` means that the
   * service has taken the request (TaskSubmitted). Must not throw for anything the outside does: that is an outcome.
   * A throw is a bug and is logged as one.
   */
  start(task: TaskRequest, signal: AbortSignal): Promise<TaskOutcome>;
  /** `.sync` only: looks at the job once. @param submitted what `start` answered, also after a restart. */
  poll?(task: TaskRequest, submitted: Json, signal: AbortSignal): Promise<JobOutcome>;
  /** `.sync` only: best effort when the state that waits for the job is left. */
  cancel?(task: TaskRequest, submitted: Json, signal: AbortSignal): Promise<void>;
}
