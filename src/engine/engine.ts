// What the API, the command line and tests ask of the running engine. `create.ts` puts it together.

import type { Program } from '../asl/program.ts';
import type { JsonObject } from '../base/json.ts';
import type { Payload } from '../base/payload.ts';
import type { HttpExchange } from '../integrations/integration.ts';
import type { TaskOutcome } from '../interpreter/command.ts';
import type { StateEnd } from '../interpreter/inspect.ts';
import type { StageValue } from '../interpreter/stages.ts';
import type { ExecutionEnd } from '../observe/messages.ts';
import type { MapRunCounts, MapRunRecord, MapRunSettings, RedriveCounts } from '../store/map-runs.ts';
import type { StateMachine } from '../store/store.ts';

export interface StartRequest {
  readonly machine: StateMachine;
  /** Execution name; the caller has checked it or made a UUID. */
  readonly name: string;
  /** Valid JSON within the payload quota. */
  readonly input: Payload;
  readonly traceHeader: string | undefined;
  /** Test case of the mock file that answers for its tasks. */
  readonly mockCase?: string | undefined;
  readonly stateMachineVersionArn?: string;
  readonly stateMachineAliasArn?: string;
}

export interface RedriveRequest {
  readonly executionArn: string;
  /** The same within 15 minutes is the same redrive. */
  readonly clientToken?: string | undefined;
}

/** The execution cannot be redriven; the message is AWS's reason. */
export class NotRedrivable extends Error {
  override readonly name = 'NotRedrivable';
}

/** Too much work is queued: the API answers ThrottlingException. Nothing was accepted. */
export class Overloaded extends Error {
  override readonly name = 'Overloaded';
}

/** What became of a task token that a worker sent: `closed` is a token whose task has ended or timed out. */
export type TokenAnswer = 'ok' | 'invalid' | 'closed';

/** More workers poll an activity than AWS allows. */
export class TooManyPollers extends Error {
  override readonly name = 'TooManyPollers';
}

/** How far an open Map Run is. */
export interface MapRunProgress {
  readonly record: MapRunRecord;
  readonly ended: MapRunCounts;
  readonly running: { readonly executions: number; readonly items: number };
  /** Those that wait to be redriven. */
  readonly pendingRedrive: RedriveCounts;
}

/** An Express child of a Map Run that is in flight. */
export interface RunningChild {
  readonly child: number;
  readonly items: number;
  /** Epoch milliseconds. */
  readonly startedAt: number;
}

/** One state to be run on its own. */
export interface StateTestRequest {
  readonly program: Program;
  readonly stateName: string;
  readonly input: Payload;
  readonly variables: Readonly<Record<string, Payload>>;
  readonly roleArn: string | undefined;
  /** In place of the context object that an execution would have. */
  readonly context: JsonObject | undefined;
  /** How often its error has been retried before. */
  readonly retries: number;
  /** Undefined: its task is called. Maps and Parallels, activities, jobs and callbacks need one. */
  readonly mock: StateMock | undefined;
  /** Whether an HTTP exchange is told with what its connection adds. */
  readonly revealSecrets: boolean;
}

/** What stands in for the work of a state. */
export interface StateMock {
  readonly outcome: TaskOutcome;
  /** Distributed Map: iterations that failed; a failed outcome needs none. */
  readonly failedIterations: number | undefined;
  /** Distributed Map: what its ItemReader reads, as it is at its source; undefined: its items are not looked at. */
  readonly itemReaderData: string | undefined;
}

export interface StateTestResult {
  readonly end: StateEnd;
  /** The values on the way, in order. */
  readonly seen: readonly StageValue[];
  /** The last call of an HTTP Task. */
  readonly http: HttpExchange | undefined;
}

/** What is given for the test contradicts itself. */
export class StateTestRefused extends Error {
  override readonly name = 'StateTestRefused';
}

export interface Engine {
  /**
   * Standard: resolves when the start is durable. A running execution with the same name and input is answered again.
   * Express: resolves when the start record is durable; runs in the background.
   * @throws DuplicateExecution for a name in use, Overloaded.
   */
  start(request: StartRequest): Promise<{ readonly executionArn: string; readonly startedAt: number }>;
  /** Express only: runs to the end (five minutes at most). Nothing is written. @throws Overloaded. */
  startSync(request: StartRequest): Promise<ExecutionEnd>;
  /**
   * Ends a Standard execution as ABORTED; stopping a closed one changes nothing.
   * @returns its stop time, or undefined when there is no such execution.
   */
  stop(
    executionArn: string,
    error: string | undefined,
    cause: string | undefined,
  ): Promise<number | undefined>;
  /**
   * Has a closed Standard execution go on where it failed or was stopped; resolves when that is durable.
   * @returns when it was redriven, epoch milliseconds, or undefined when there is no such execution.
   * @throws NotRedrivable, Overloaded.
   */
  redrive(request: RedriveRequest): Promise<number | undefined>;
  /**
   * Marks the machine DELETING: its executions end at their next transition, and after the last one everything of it is removed.
   * Resolves when it is marked.
   */
  deleteStateMachine(arn: string): Promise<void>;
  /** Whether the token is one that this installation gave out; its task may have ended. */
  knowsToken(token: string): boolean;
  /** SendTaskSuccess and SendTaskFailure; resolves when the outcome is durable. */
  completeTask(token: string, outcome: TaskOutcome): Promise<TokenAnswer>;
  /** SendTaskHeartbeat. */
  heartbeat(token: string): Promise<TokenAnswer>;
  /** Tells the engine of an activity that the store has taken in, or let go of. */
  activityCreated(arn: string): void;
  activityDeleted(arn: string): void;
  /**
   * GetActivityTask: waits up to a minute.
   * @param signal aborted when the worker has hung up.
   * @throws TooManyPollers
   */
  takeActivityTask(
    activityArn: string,
    workerName: string | undefined,
    signal: AbortSignal,
  ): Promise<{ readonly token: string; readonly input: string } | undefined>;
  /**
   * Runs one state on its own, five minutes at most. Nothing is written.
   * @param signal aborted: nobody waits for the end any more, and calls are called off.
   * @throws StateTestRefused, Overloaded
   */
  testState(request: StateTestRequest, signal: AbortSignal): Promise<StateTestResult>;
  /** How far an open Map Run is; undefined when it is closed, or unknown. */
  mapRunProgress(mapRunArn: string): MapRunProgress | undefined;
  /** Express children in flight, those started last first: the store knows them when they have ended. */
  runningChildren(mapRunArn: string): readonly RunningChild[];
  /** Changes an open Map Run; resolves when that is durable. @returns false when it is closed, or unknown. */
  updateMapRun(mapRunArn: string, settings: Partial<MapRunSettings>): Promise<boolean>;
  /** Resolves when the execution has ended; undefined when there is none. For `treadle run` and tests. */
  waitForEnd(executionArn: string): Promise<ExecutionEnd | undefined>;
}
