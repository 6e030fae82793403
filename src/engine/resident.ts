// A resident: an execution while it is held in memory. Each field says who alone changes it.

import type { Program } from '../asl/program.ts';
import type { Command } from '../interpreter/command.ts';
import type { Refusal } from '../interpreter/decide.ts';
import type { InvokeTask } from '../interpreter/effect.ts';
import type { ExecutionState } from '../interpreter/state.ts';
import type { ExecutionRecord } from '../store/store.ts';

/** A command and who waits for its answer. */
export interface Request {
  readonly command: Command;
  /** Epoch milliseconds; see arrivals.ts. */
  readonly arrivedAt: number;
  /** Called once the command's events are durable, or with the reason why it changed nothing. */
  readonly done: ((refused: Refusal | undefined) => void) | undefined;
  /** Called when its events could not be made durable. */
  readonly failed: ((error: unknown) => void) | undefined;
  /** The loop gave its decision up. */
  readonly isLong?: true;
}

export interface Call {
  readonly controller: AbortController;
  readonly effect: InvokeTask;
}
/** Calls under way, by the id of their …Scheduled event. */
export type Calls = Map<number, Call>;

export interface Resident {
  readonly program: Program;
  /** Ahead of `record` while its latest events are being committed. Changed by deciding alone. */
  readonly state: ExecutionState;
  /** As committed last. Set by the committer. */
  record: ExecutionRecord;
  /** False until its first commit. Set by the committer. */
  created: boolean;
  /** Commands that wait for the next batch, and whether it stands in the queue for one. Changed by the inbox. */
  requests: Request[];
  queued: boolean;
  /** Its next decision is being made outside the loop: commands that come meanwhile wait. Changed by the inbox. */
  deciding: boolean;
  /** Changed by `Tasks`. */
  readonly calls: Calls;
  /** True when it has left the memory: commands go to whoever `Residents` has for its ARN now. Set by `Residents`. */
  evicted: boolean;
  /** True once a decision of it was made, in a process that began after an unclean end. Changed by `LongSteps`. */
  trusted: boolean;
  /** Bytes of it that are counted as held. Changed by `Residents`. */
  held: number;
}

export function newResident(
  record: ExecutionRecord,
  program: Program,
  state: ExecutionState,
  created: boolean,
): Resident {
  return {
    ...{ record, program, state, created },
    requests: [],
    queued: false,
    deciding: false,
    calls: new Map(),
    evicted: false,
    held: 0,
    trusted: false,
  };
}

/** Ends the calls under way without a word to their jobs: the execution is over, or the process is. */
export function abortCalls(calls: Calls): void {
  for (const call of calls.values()) call.controller.abort();
}
