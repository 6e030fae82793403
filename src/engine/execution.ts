// An execution while it is in memory: its record, its folded state, its program, and the commands that wait for the next turn.

import type { Program } from '../asl/program.ts';
import { parseArn } from '../base/arn.ts';
import { assert } from '../base/assert.ts';
import type { Limits } from '../base/quotas.ts';
import type { Command } from '../interpreter/command.ts';
import type { Refusal } from '../interpreter/decide.ts';
import type { InvokeTask } from '../interpreter/effect.ts';
import type { ExecutionInfo, ExecutionState } from '../interpreter/state.ts';
import type { ExecutionRecord } from '../store/store.ts';

/** A command and who waits for its answer. */
export interface Request {
  readonly command: Command;
  /** Called once the command's events are durable, or with the reason why it changed nothing. */
  readonly done: ((refused: Refusal | undefined) => void) | undefined;
  /** Called when its events could not be made durable. */
  readonly failed: ((error: unknown) => void) | undefined;
}

export interface Call {
  readonly controller: AbortController;
  readonly effect: InvokeTask;
}
export type Calls = Map<number, Call>;

export interface Live {
  /** As committed last. */
  record: ExecutionRecord;
  readonly program: Program;
  readonly state: ExecutionState;
  inbox: Request[];
  /** True while it waits for a turn. */
  queued: boolean;
  /** False until its first commit. */
  created: boolean;
  /** Calls under way, by the id of their …Scheduled event. */
  readonly calls: Calls;
  /** Set when it has left the memory: commands must go to whoever stands in `Runtime` for its ARN now. */
  gone: boolean;
}

export function newLive(
  record: ExecutionRecord,
  program: Program,
  state: ExecutionState,
  created: boolean,
): Live {
  return { record, program, state, inbox: [], queued: false, created, calls: new Map(), gone: false };
}

/** What an execution knows of itself. @param roleArn of its revision. */
export function infoOf(
  record: Pick<ExecutionRecord, 'arn' | 'name' | 'stateMachineArn' | 'startedAt' | 'mockCase'>,
  roleArn: string,
  program: Program,
  limits: Limits,
  kind: 'STANDARD' | 'EXPRESS' | 'SYNC',
): ExecutionInfo {
  const arn = parseArn(record.stateMachineArn);
  assert(arn, `Expected a state machine ARN, but got ${record.stateMachineArn}`);
  const longest = kind === 'STANDARD' ? limits.standardSeconds : limits.expressSeconds;
  const seconds = Math.min(program.timeoutSeconds ?? longest, longest);
  return {
    arn: record.arn,
    name: record.name,
    stateMachineArn: record.stateMachineArn,
    stateMachineName: arn.resource.slice('stateMachine:'.length),
    roleArn,
    region: arn.region,
    express: kind !== 'STANDARD',
    mockCase: record.mockCase,
    showRedriveCount: kind !== 'SYNC',
    startedAt: record.startedAt,
    deadline: record.startedAt + seconds * 1000,
  };
}
