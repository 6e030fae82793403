// A compiled definition: what the interpreter runs. Targets are resolved, defaults filled, expressions compiled.
// This is the only file of `asl/` that the interpreter reads. The durable form of a program is its definition text;
// compiling is deterministic, so any process gets the same program from the same text (ADR 0005).

import type { Json } from '../base/json.ts';
import type { Path } from '../query/json-path/path.ts';
import type { Expression } from '../query/jsonata/expression.ts';
import type { Evaluate } from '../query/scope.ts';

export type QueryLanguage = 'JSONPath' | 'JSONata';

export interface Program {
  /** Language of the machine; a state may have its own. */
  readonly language: QueryLanguage;
  readonly timeoutSeconds: number | undefined;
  readonly root: Workflow;
  /** Every state of every sub-workflow by its name, which is unique in the machine. */
  readonly states: ReadonlyMap<string, State>;
  /** State name → sorted names of the variables it reads; states that read none are left out. */
  readonly variableReferences: ReadonlyMap<string, readonly string[]>;
}

/** The top level, a Parallel's branch, or a Map's item processor. */
export interface Workflow {
  readonly startAt: string;
}

/** The Maps and Parallels around a state, the nearest first. */
export function ownersOf({ states }: Program, stateName: string): (ParallelState | MapState)[] {
  const owners: (ParallelState | MapState)[] = [];
  for (let at = states.get(stateName); at !== undefined; at = owners.at(-1)) {
    const { workflow } = at;
    const owner = [...states.values()].find((state) => workflowsOf(state).includes(workflow));
    if (owner?.type !== 'Map' && owner?.type !== 'Parallel') break;
    owners.push(owner);
  }
  return owners;
}

function workflowsOf(state: State): readonly Workflow[] {
  if (state.type === 'Map') return [state.processor];
  return state.type === 'Parallel' ? state.branches : [];
}

export type State =
  | PassState
  | TaskState
  | ChoiceState
  | WaitState
  | SucceedState
  | FailState
  | ParallelState
  | MapState;

/**
 * A field whose value is fixed in the definition or found at run time.
 * - `literal`: checked by the validator.
 * - `path`: a `…Path` field of JSONPath; the interpreter reads it, checks the type and words the error.
 * - `jsonata`: a `{% … %}` string; the same.
 * - `evaluate`: anything else (templates, intrinsic calls, arrays with expressions inside).
 */
export type Field<T extends Json> =
  | { readonly from: 'literal'; readonly value: T }
  | { readonly from: 'path'; readonly field: string; readonly path: Path }
  | { readonly from: 'jsonata'; readonly field: string; readonly expression: Expression }
  | { readonly from: 'evaluate'; readonly field: string; readonly evaluate: Evaluate };

/** Where a result goes in the raw input: `replace` for `$`, `discard` for null, else a writer. */
export type ResultPath =
  | 'replace'
  | 'discard'
  | {
      /** @throws StateError States.ReferencePathConflict. Does not change `input`. */
      readonly write: (input: Json, result: Json) => Json;
    };

interface Common {
  readonly name: string;
  readonly language: QueryLanguage;
  /** Sub-workflow the state belongs to. */
  readonly workflow: Workflow;
  /** Absent: the state ends its sub-workflow. Choice, Succeed and Fail have none. */
  readonly next: string | undefined;
  /** JSONPath; absent means `$`. `null` is compiled to `empty`. */
  readonly inputPath: PathOrEmpty | undefined;
  readonly outputPath: PathOrEmpty | undefined;
  /** Object of variable values, both languages. */
  readonly assign: Evaluate | undefined;
  /** JSONata. */
  readonly output: Evaluate | undefined;
}

/** InputPath and OutputPath: `null` in the definition gives `{}`. */
export type PathOrEmpty = Path | 'empty';

interface Working extends Common {
  /** JSONPath Parameters (not of Map) or JSONata Arguments. */
  readonly parameters: Evaluate | undefined;
  readonly resultSelector: Evaluate | undefined;
  readonly resultPath: ResultPath;
}

interface Guarded extends Working {
  readonly retry: readonly Retrier[];
  readonly catch: readonly Catcher[];
}

export interface PassState extends Working {
  readonly type: 'Pass';
  /** Literal; not a template. */
  readonly result: Json | undefined;
}

export interface TaskState extends Guarded {
  readonly type: 'Task';
  readonly resource: TaskResource;
  readonly timeoutSeconds: Field<number> | undefined;
  readonly heartbeatSeconds: Field<number> | undefined;
  /** Role ARN to assume. */
  readonly credentials: Evaluate | undefined;
}

export type Pattern = 'request-response' | 'sync' | 'sync:2' | 'waitForTaskToken';

/** A Task's Resource ARN, split. */
export type TaskResource =
  | { readonly kind: 'lambda'; readonly arn: string }
  | { readonly kind: 'activity'; readonly arn: string }
  | {
      readonly kind: 'service';
      readonly arn: string;
      /** `lambda`, `sqs`, `aws-sdk:s3`, `http`: also the `resourceType` of events. */
      readonly service: string;
      /** `invoke`, without the pattern. */
      readonly action: string;
      readonly pattern: Pattern;
      /** `invoke.waitForTaskToken`: action with pattern, the `resource` of events. */
      readonly resource: string;
    };

export interface ChoiceState extends Common {
  readonly type: 'Choice';
  readonly choices: readonly ChoiceRule[];
  readonly default: string | undefined;
}

export interface ChoiceRule {
  readonly condition: Condition;
  readonly next: string;
  readonly assign: Evaluate | undefined;
  readonly output: Evaluate | undefined;
}

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }
  | {
      readonly kind: 'compare';
      readonly variable: Path;
      /** Without the suffix `Path`: `StringEquals`, `IsPresent`, … */
      readonly operator: string;
      readonly operand:
        | { readonly from: 'literal'; readonly value: Json }
        | { readonly from: 'path'; readonly path: Path };
    }
  | { readonly kind: 'jsonata'; readonly condition: Field<boolean> };

export interface WaitState extends Common {
  readonly type: 'Wait';
  readonly until:
    | { readonly kind: 'seconds'; readonly seconds: Field<number> }
    | { readonly kind: 'timestamp'; readonly timestamp: Field<string> };
}

export interface SucceedState extends Common {
  readonly type: 'Succeed';
}

export interface FailState extends Common {
  readonly type: 'Fail';
  readonly error: Field<string> | undefined;
  readonly cause: Field<string> | undefined;
}

export interface ParallelState extends Guarded {
  readonly type: 'Parallel';
  readonly branches: readonly Workflow[];
}

export interface MapState extends Guarded {
  readonly type: 'Map';
  readonly processor: Workflow;
  /** ItemsPath or Items; absent: the effective input. */
  readonly items: Field<Json> | undefined;
  /** ItemSelector (or Map's legacy Parameters); absent: the item itself. */
  readonly itemSelector: Evaluate | undefined;
  /** 0 is unlimited. */
  readonly maxConcurrency: Field<number>;
  /** Absent: an inline Map. */
  readonly distributed: DistributedMap | undefined;
  /** An inline Map with fields of a distributed one: it can be created, and fails when it is entered. */
  readonly inlineMisfit: boolean;
}

export interface DistributedMap {
  readonly executionType: 'STANDARD' | 'EXPRESS';
  /** Absent: the runtime generates one per Map Run. */
  readonly label: string | undefined;
  readonly toleratedFailureCount: Field<number> | undefined;
  readonly toleratedFailurePercentage: Field<number> | undefined;
  readonly itemReader: ItemReader | undefined;
  readonly itemBatcher: ItemBatcher | undefined;
  readonly resultWriter: ResultWriter | undefined;
  /** The item processor as a machine of its own: what the child executions run. */
  readonly definition: string;
}

export interface ItemReader {
  /** `arn:aws:states:::s3:getObject` or `…:s3:listObjectsV2`. */
  readonly resource: string;
  readonly parameters: Evaluate | undefined;
  readonly config: {
    readonly inputType: string | undefined;
    readonly transformation: string | undefined;
    readonly manifestType: string | undefined;
    readonly csvHeaderLocation: string | undefined;
    readonly csvHeaders: readonly string[] | undefined;
    readonly csvDelimiter: string | undefined;
    readonly itemsPointer: Field<string> | undefined;
    readonly maxItems: Field<number> | undefined;
  };
}

export interface ItemBatcher {
  readonly maxItemsPerBatch: Field<number> | undefined;
  readonly maxInputBytesPerBatch: Field<number> | undefined;
  readonly batchInput: Evaluate | undefined;
}

export interface ResultWriter {
  readonly resource: string | undefined;
  readonly parameters: Evaluate | undefined;
  readonly outputType: string;
  readonly transformation: string;
}

export interface Retrier {
  readonly errorEquals: readonly string[];
  readonly intervalSeconds: number;
  readonly maxAttempts: number;
  readonly backoffRate: number;
  readonly maxDelaySeconds: number | undefined;
  readonly jitter: 'NONE' | 'FULL';
}

export interface Catcher {
  readonly errorEquals: readonly string[];
  readonly next: string;
  readonly resultPath: ResultPath;
  readonly assign: Evaluate | undefined;
  readonly output: Evaluate | undefined;
}
