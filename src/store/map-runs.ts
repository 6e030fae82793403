// What a store keeps of Map Runs: a record each, the inputs of the children in chunks that are never rewritten, and how Express
// children ended. Standard children have execution records, which are their truth. No read needs more than one run, so a run
// may lie on another node than its children.

export type MapRunStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';

export interface MapRunRecord {
  /** From `Store.nextKey`. */
  readonly key: number;
  readonly arn: string;
  /** The parent. */
  readonly executionKey: number;
  readonly executionArn: string;
  readonly stateName: string;
  /** Of the children: `…:stateMachine:<name>/<label>`. */
  readonly stateMachineArn: string;
  readonly childType: 'STANDARD' | 'EXPRESS';
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly stoppedAt: number | undefined;
  readonly status: MapRunStatus;
  readonly settings: MapRunSettings;
  readonly redriveCount: number;
  readonly redrivenAt: number | undefined;
  readonly reading: MapRunReading;
  /** How the children ended: set when the run is closed; before that it follows from the children. */
  readonly counts: MapRunCounts | undefined;
  /** What becomes of the results: JSON text, known to the engine alone. The parent may be gone when they are written. */
  readonly results: string | undefined;
  /** Set when it is decided: while the run is RUNNING, its children are being stopped or its results written. */
  readonly outcome: MapRunOutcome | undefined;
  /** Writes so far: those of one run follow each other without a gap. */
  readonly sequence: number;
}

/** What UpdateMapRun changes. */
export interface MapRunSettings {
  /** 0 is unlimited. */
  readonly maxConcurrency: number;
  readonly toleratedFailureCount: number | undefined;
  readonly toleratedFailurePercentage: number | undefined;
}

/** How far the items have been made into children. */
export interface MapRunReading {
  readonly complete: boolean;
  /** Children whose inputs are in chunks. */
  readonly children: number;
  /** Items that were read, those in `rest` included. */
  readonly items: number;
  /** Where reading goes on: plain JSON, known to the reader alone; undefined: at the beginning. */
  readonly position: unknown;
  /** Selected items of a batch that is not full yet: JSON text of an array. */
  readonly rest: string | undefined;
}

/** Children and their items, by how they ended. */
export interface MapRunCounts {
  readonly executions: EndCounts;
  readonly items: EndCounts;
  /** Files in S3 tell of all of them. */
  readonly written?: true;
  /** Of those that did not succeed, how many could not be redriven (none when absent). */
  readonly notRedrivable?: RedriveCounts;
}

export interface RedriveCounts {
  readonly executions: number;
  readonly items: number;
}

export interface EndCounts {
  readonly succeeded: number;
  readonly failed: number;
  readonly timedOut: number;
  readonly aborted: number;
}

export type MapRunOutcome =
  /** The parent has left the state. */
  | { readonly status: 'aborted' }
  /** JSON text of the state's result; undefined: it is larger than a payload may be. */
  | { readonly status: 'succeeded'; readonly output: string | undefined }
  | { readonly status: 'failed'; readonly error: string | undefined; readonly cause: string | undefined };

/** Inputs of children that follow each other. */
export interface MapRunChunk {
  /** Number of its first child. */
  readonly first: number;
  /** JSON texts. */
  readonly inputs: readonly string[];
  /** Items in each input; undefined: one. */
  readonly itemCounts: readonly number[] | undefined;
}

/** How an Express child ended, the last time that it ran. */
export interface MapRunEnd {
  readonly child: number;
  readonly status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  readonly items: number;
  readonly startedAt: number;
  readonly stoppedAt: number;
  /** JSON text. */
  readonly output: string | undefined;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  /** Redrives of the Map Run before that (0 when absent). */
  readonly redrive?: number | undefined;
}

/** One Map Run's part of a commit. */
export interface MapRunWrite {
  /**
   * The record as it is after this write, its `sequence` one more than before. After creation these may change: stoppedAt,
   * status, settings, redriveCount, redrivenAt, reading, counts, outcome.
   */
  readonly record: MapRunRecord;
  readonly created: boolean;
  /** True: of the record nothing changes but `sequence`. */
  readonly endsOnly: boolean;
  readonly chunks: readonly MapRunChunk[];
  /** Of children that have none yet, or failed before a redrive and have none since. */
  readonly ends: readonly MapRunEnd[];
}
