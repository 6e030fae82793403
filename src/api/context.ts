// What every handler is given: the store, the engine, the account it answers for, and the small services of this layer.

import type { DefinitionCache } from '../asl/analysis.ts';
import type { TaskResource } from '../asl/program.ts';
import type { Account } from '../base/arn.ts';
import type { Json } from '../base/json.ts';
import type { WithLock } from '../base/key-lock.ts';
import type { Log } from '../base/log.ts';
import type { Parts } from '../base/parts.ts';
import type { Limits } from '../base/quotas.ts';
import type { Engine } from '../engine/engine.ts';
import type { Analyses } from '../engine/threads/analyses.ts';
import type { Store } from '../store/store.ts';
import type { Caches } from './caches.ts';
import type { Inputs, OperationName, Outputs } from './model.ts';
import type { ChooseRoute } from './routing.ts';
import type { PageTokens } from './wire/pagination.ts';

export interface ApiDeps {
  readonly store: Store;
  readonly engine: Engine;
  readonly account: Account;
  readonly limits: Limits;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly uuid: () => string;
  readonly log: Log;
  /** Shared with the engine, so that a definition is compiled once. */
  readonly definitions?: DefinitionCache;
  /** Checks definitions; default: in the loop, however long they are. */
  readonly analyses?: Analyses;
  /** Test cases of the mock file; undefined: there is none. */
  readonly mocks?: TestCases | undefined;
  /** Whether CloudWatch Logs has the group of this ARN; undefined when that cannot be told. Absent: nobody is asked. */
  readonly hasLogGroup?: ((arn: string) => Promise<boolean | undefined>) | undefined;
  /** Why a key of KMS could not encrypt; undefined when it can, or that cannot be told. Absent: nobody is asked. */
  readonly kmsKeyProblem?: ((keyId: string) => Promise<string | undefined>) | undefined;
  /** What is wrong with a result that is made up for a task, in AWS's words. Absent: nothing is known of results. */
  readonly mockFault?: MockFault | undefined;
  /** Whether TestState may show what connections add to the requests of HTTP Tasks. Default: no. */
  readonly revealSecrets?: boolean | undefined;
}

/** @param check STRICT: members that the service's model requires must be there. */
export type MockFault = (
  resource: TaskResource,
  result: Json,
  check: 'STRICT' | 'PRESENT',
) => string | undefined;

export interface TestCases {
  /** Why the machine cannot be started with the test case; undefined: it can. */
  complaint(stateMachineName: string, definition: string, testCase: string): string | undefined;
}

export interface ApiContext extends ApiDeps, Caches {
  readonly definitions: DefinitionCache;
  readonly analyses: Analyses;
  /** Draws the version of an alias that an execution runs. */
  readonly route: ChooseRoute;
  readonly pages: PageTokens;
  /** For answers that take long to make. */
  readonly parts: Parts;
  /** Serialises changes of one state machine. */
  readonly withLock: WithLock;
}

/** Gives the signal that is aborted when the client disconnects. Only operations that wait ask for it. */
export type ClientSignal = () => AbortSignal;

/** One operation: the input has passed the model's checks. @throws ApiError */
export type Handler<Name extends OperationName> = (
  api: ApiContext,
  input: Inputs[Name],
  signal: ClientSignal,
) => Promise<Outputs[Name]>;
