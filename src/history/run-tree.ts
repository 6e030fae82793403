// The tree of what an execution did, as data: states in sequence, below them the branches of a Parallel and the iterations
// of a Map. tree.ts builds it from events.

import type { EventType, StateType } from './event.ts';

/** What the fold reads of an event; a `HistoryEvent` is one as it is; an event of the API must be made one. */
export interface TreeEvent {
  /** `Unknown`: of a newer API, or of another endpoint. */
  readonly type: EventType | 'Unknown';
  /** 0 for the engine's notes. */
  readonly id: number;
  readonly previous: number;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Thread of control; absent in events of the API. */
  readonly frame?: number;
  readonly name?: string;
  readonly state?: string;
  readonly index?: number;
  readonly length?: number;
  readonly input?: Text;
  readonly output?: Text;
  readonly parameters?: Text;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
  readonly resource?: string;
  readonly resourceType?: string;
  readonly mapRunArn?: string;
  readonly redriveCount?: number;
  readonly until?: number;
}

/** JSON text, perhaps made on demand. */
export interface Text {
  readonly text: string;
}

export type Status = 'running' | 'succeeded' | 'caught' | 'failed' | 'aborted';

export interface Failure {
  readonly error: string | undefined;
  readonly cause: string | undefined;
  readonly at: number;
}

/** One state, from Entered to Exited. */
export interface Visit {
  readonly name: string;
  readonly type: StateType;
  readonly sequence: Sequence;
  readonly enteredAt: number;
  readonly input: Text | undefined;
  exitedAt: number | undefined;
  output: Text | undefined;
  status: Status;
  /** Failed attempts that were retried, with the time of the next attempt once it began. */
  readonly retried: (Failure & { nextAt: number | undefined })[];
  /** The failure that was not retried (yet). */
  failure: Failure | undefined;
  /** When the next attempt or the end of a Wait is due. */
  until: number | undefined;
  /** What a Task calls: `lambda charge`, `sqs sendMessage`. */
  target: string | undefined;
  /** `submitted`: waits for a job or a task token. */
  phase: 'scheduled' | 'started' | 'submitted' | undefined;
  children: Sequence[];
  /** Items of a Map. */
  items: number | undefined;
  mapRunArn: string | undefined;
}

/** States one after another: the execution itself, a branch, an iteration. */
export interface Sequence {
  readonly parent: Visit | undefined;
  /** Of an iteration. */
  readonly index: number | undefined;
  readonly visits: Visit[];
  frame: number | undefined;
  status: Status;
}

export interface RunTree {
  readonly root: Sequence;
  /** Public events so far. */
  events: number;
  startedAt: number | undefined;
  stoppedAt: number | undefined;
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED' | 'TIMED_OUT';
  input: Text | undefined;
  output: Text | undefined;
  failure: Failure | undefined;
  redrives: number;
  /** Event id → where it happened. */
  readonly places: Map<number, Place>;
  /** The last ExecutionRedriven, and the open states that have not been taken up since. */
  redriven: number;
  waiting: Visit[];
  readonly failures: Map<number, Failure>;
}

export interface Place {
  readonly sequence: Sequence;
  readonly visit: Visit | undefined;
  /** ParallelStateStarted: what is entered next opens a branch. */
  readonly opens?: boolean;
}

/** What an event changed, for those who print one line per change. */
export interface Change {
  readonly kind: 'entered' | 'failed' | 'retrying' | 'exited' | 'opened';
  readonly visit: Visit;
}

export function newTree(): RunTree {
  return {
    root: newSequence(undefined, undefined),
    events: 0,
    startedAt: undefined,
    stoppedAt: undefined,
    status: 'RUNNING',
    input: undefined,
    output: undefined,
    failure: undefined,
    redrives: 0,
    places: new Map(),
    redriven: 0,
    waiting: [],
    failures: new Map(),
  };
}

export function newSequence(parent: Visit | undefined, index: number | undefined): Sequence {
  return { parent, index, visits: [], frame: undefined, status: 'running' };
}
