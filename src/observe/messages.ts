// What the engine says has happened: one type per kind of message. Logs, metrics, traces, status events, audit and live views
// are built from these alone.

import type { Payload } from '../base/payload.ts';
import type { HistoryEvent } from '../history/event.ts';
import type { ExecutionStatus } from '../store/store.ts';

/** How an execution ended. Times in epoch milliseconds. */
export interface ExecutionEnd {
  readonly executionArn: string;
  readonly status: Exclude<ExecutionStatus, 'RUNNING' | 'PENDING_REDRIVE'>;
  readonly startedAt: number;
  readonly stoppedAt: number;
  readonly output: Payload | undefined;
  readonly error: string | undefined;
  readonly cause: string | undefined;
}

export interface ExecutionStart {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
}

/** Kind of message → what it says. */
export interface Messages {
  /** New entries of one execution's journal, notes included. Standard: they are durable. Express: as they happen. */
  readonly events: { readonly executionArn: string; readonly events: readonly HistoryEvent[] };
  /** Standard: the start is durable. Express: it runs now; after a crash it may run, and be told of, again. */
  readonly executionStarted: ExecutionStart;
  readonly executionEnded: ExecutionEnd;
  /** The machine and everything of it has been removed. */
  readonly stateMachineRemoved: { readonly stateMachineArn: string };
}

export type MessageKind = keyof Messages;
