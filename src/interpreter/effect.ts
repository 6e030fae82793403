// What the engine is to do outside after a commit: data, never closures. Effects are released only when the events that
// they follow from are durable; after a crash `openEffects` gives those of an execution again.

import type { TaskResource } from '../asl/program.ts';
import type { JsonObject } from '../base/json.ts';
import type { Payload } from '../base/payload.ts';

export type Effect = InvokeTask | CancelTask | StartMapRun | StopMapRun;

export interface InvokeTask {
  readonly type: 'InvokeTask';
  /** Id of the …Scheduled event: names this attempt. */
  readonly scheduled: number;
  readonly stateName: string;
  /** How often the execution scheduled this state before: at an earlier visit, in another iteration, before a retry. */
  readonly invocation: number;
  readonly resource: TaskResource;
  /** Effective Parameters or Arguments (for Lambda and activity ARNs: the payload). */
  readonly input: Payload;
  readonly token: string | undefined;
  /** Role ARN of the state's Credentials. */
  readonly credentials: string | undefined;
  /** What the service answered to the request (TaskSubmitted is in the history): only the job's end is awaited. */
  readonly submitted: Payload | undefined;
}

export interface CancelTask {
  readonly type: 'CancelTask';
  readonly scheduled: number;
  /** A worker has answered in place of the job, which goes on: only waiting for it ends. */
  readonly keepJob?: true;
}

/** Run one child execution per input, and say with `CompleteMapRun` how it ended. */
export interface StartMapRun extends MadeInputs {
  readonly type: 'StartMapRun';
  readonly frame: number;
  readonly stateName: string;
  readonly mapRunArn: string;
  /** How often the Map Run was redriven with its parent. */
  readonly redriveCount: number;
  readonly executionType: 'STANDARD' | 'EXPRESS';
  /** Definition of the child executions. */
  readonly definition: string;
  /** Whether the inputs are all there are. Otherwise `readInputs` makes more, of items that are read or those of the state. */
  readonly complete: boolean;
  /** Where the items are, when they are not in the state. */
  readonly reader: ReadItems | undefined;
  /** 0 is unlimited. */
  readonly maxConcurrency: number;
  readonly toleratedFailureCount: number | undefined;
  readonly toleratedFailurePercentage: number | undefined;
  readonly results: MapResults;
}

export interface ChildInputs {
  /** Input of each child execution, in order of the items. */
  readonly inputs: readonly Payload[];
  /** Items in each child's input; all 1 without an ItemBatcher. */
  readonly itemCounts: readonly number[];
}

/** How far the making has come. */
export interface Making {
  /** Items that were taken. */
  readonly items: number;
  /** Selected items of a batch that is not full yet. */
  readonly rest: readonly Payload[];
}

export type MadeInputs = ChildInputs & Making;

/** An ItemReader with its fields evaluated. */
export interface ReadItems {
  readonly action: 'getObject' | 'listObjectsV2';
  /** Of the S3 request. */
  readonly parameters: JsonObject;
  readonly inputType: string | undefined;
  readonly transformation: string | undefined;
  readonly manifestType: string | undefined;
  readonly csv: {
    readonly headerLocation: string | undefined;
    readonly headers: readonly string[] | undefined;
    /** Name of the delimiter: `COMMA`, … */
    readonly delimiter: string | undefined;
  };
  readonly itemsPointer: string | undefined;
  /** 0: all. Negative: the reader fails. */
  readonly maxItems: number;
}

/** What becomes of the children's results. Source: AWS, "ResultWriter (Map)". */
export interface MapResults {
  /** NONE: records of the executions; COMPACT: their outputs; FLATTEN: these, with arrays joined into one. */
  readonly transformation: 'NONE' | 'COMPACT' | 'FLATTEN';
  /** Where they are written; undefined: they are the result of the state. */
  readonly destination:
    | {
        readonly parameters: JsonObject;
        readonly outputType: 'JSON' | 'JSONL';
      }
    | undefined;
}

export interface StopMapRun {
  readonly type: 'StopMapRun';
  readonly mapRunArn: string;
}
