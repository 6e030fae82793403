// What can be seen of a state while it runs: the value after each stage of its data flow. Plain data, for whoever shows it:
// TestState, a debugger, the console.

import type { Payload } from '../base/payload.ts';

/** The value after one stage. */
export interface StageValue {
  readonly stage: Stage;
  readonly value: Payload;
}

/**
 * What a state's data goes through: fields of the state, by their names; `Result`, what its work gave; and when an error is
 * handled `Retry` and `Catch`, whose value is a `HandledError`. A Map also gives its numbers, as numbers.
 */
export type Stage =
  | 'InputPath'
  | 'Parameters'
  | 'Arguments'
  | 'ItemsPath'
  | 'Items'
  /** The items that an ItemReader finds behind its pointer. */
  | 'ItemsPointer'
  /** The inputs of the iterations, in slices. */
  | 'ItemSelector'
  /** The batches, in slices. */
  | 'ItemBatcher'
  | 'MaxConcurrency'
  | 'ToleratedFailureCount'
  | 'ToleratedFailurePercentage'
  | 'Result'
  | 'ResultSelector'
  | 'ResultPath'
  | 'OutputPath'
  | 'Output'
  | 'Assign'
  | 'Retry'
  | 'Catch';

/** An error at the first entry of Retry or Catch that names it. */
export interface HandledError {
  /** Of the entry, from 0. */
  readonly index: number;
  /** Retry: how long until the next attempt; absent: the entry has no attempts left. */
  readonly delaySeconds?: number;
  readonly error?: string;
  readonly cause?: string;
}
