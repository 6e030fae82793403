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

/** What a Standard execution has come to. Times in epoch milliseconds. */
export interface StatusChange {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly stateMachineVersionArn: string | undefined;
  readonly stateMachineAliasArn: string | undefined;
  readonly name: string;
  readonly status: ExecutionStatus;
  readonly startedAt: number;
  readonly stoppedAt: number | undefined;
  readonly input: Payload;
  readonly output: Payload | undefined;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  readonly redriveCount: number;
  readonly redrivenAt: number | undefined;
  /** Of a child. */
  readonly mapRunArn: string | undefined;
  /** Events in its history. */
  readonly events: number;
}

/** How far a Map Run is. */
export interface MapRunState {
  readonly mapRunArn: string;
  /** The parent. */
  readonly executionArn: string;
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';
  /** Items so far, and whether all have been read. */
  readonly total: number;
  readonly read: boolean;
  readonly running: number;
  readonly succeeded: number;
  /** Items that failed, timed out or were aborted. */
  readonly failed: number;
}

/** New entries of one execution's journal, notes included. Standard: they are durable. Express: as they happen. */
export interface ExecutionEvents {
  readonly executionArn: string;
  /** Of the definition that it runs. */
  readonly revision: number;
  readonly redriveCount: number;
  readonly events: readonly HistoryEvent[];
}

/** Kind of message → what it says. */
export interface Messages {
  readonly events: ExecutionEvents;
  /** Standard: the start is durable. Express: it runs now; after a crash it may run, and be told of, again. */
  readonly executionStarted: ExecutionStart;
  readonly executionEnded: ExecutionEnd;
  /** A Standard execution has started, goes on after a redrive, or has ended; that is durable. */
  readonly statusChanged: StatusChange;
  /** A Map Run has been taken up, has gone on, or has ended; that is durable. */
  readonly mapRunChanged: MapRunState;
  /** The machine and everything of it has been removed. */
  readonly stateMachineRemoved: { readonly stateMachineArn: string };
}

export type MessageKind = keyof Messages;
