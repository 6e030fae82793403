// What is told of one child of a Map Run: its output, or a record of its execution. Source: AWS, "ResultWriter (Map)".

import { isoTime } from '../../base/iso-time.ts';
import type { Json, JsonObject } from '../../base/json.ts';
import type { Payload } from '../../base/payload.ts';
import type { MapResults } from '../../interpreter/effect.ts';
import type { ExecutionEnd } from '../../observe/messages.ts';

export interface Child {
  readonly name: string;
  readonly input: Payload;
  /** undefined: it was never started. */
  readonly run: ChildRun | undefined;
}

export interface ChildRun {
  readonly arn: string;
  readonly stateMachineArn: string;
  readonly redriveCount: number;
  readonly ended: ExecutionEnd;
}

/** The file that a child is told of in. */
export type ResultKind = 'SUCCEEDED' | 'FAILED' | 'PENDING';

export interface ResultRecord {
  readonly kind: ResultKind;
  readonly value: Json;
}

export type Transformation = MapResults['transformation'];

/** Only what succeeded is transformed: other children are told of by their records. FLATTEN is left to whoever lists them. */
export function resultRecord(child: Child, transformation: Transformation): ResultRecord {
  const { run } = child;
  if (run === undefined) return { kind: 'PENDING', value: recordOf(child) };
  if (run.ended.status !== 'SUCCEEDED') return { kind: 'FAILED', value: recordOf(child) };
  const value = transformation === 'NONE' ? recordOf(child) : (run.ended.output?.value ?? null);
  return { kind: 'SUCCEEDED', value };
}

/** A child execution with its facts, members in alphabetical order as in AWS's files. */
function recordOf({ name, input, run }: Child): JsonObject {
  const given = { Input: input.text, InputDetails: { Included: true }, Name: name };
  if (run === undefined) return { ...given, Status: 'PENDING' };
  const { ended } = run;
  const succeeded = ended.status === 'SUCCEEDED';
  return {
    ...(ended.cause === undefined ? {} : { Cause: ended.cause }),
    ...(ended.error === undefined ? {} : { Error: ended.error }),
    ExecutionArn: run.arn,
    ...given,
    ...(succeeded && { Output: ended.output?.text ?? 'null' }),
    OutputDetails: { Included: true },
    RedriveCount: run.redriveCount,
    RedriveStatus: succeeded ? 'NOT_REDRIVABLE' : 'REDRIVABLE_BY_MAP_RUN',
    ...(succeeded && { RedriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven' }),
    StartDate: isoTime(ended.startedAt),
    StateMachineArn: run.stateMachineArn,
    Status: ended.status,
    StopDate: isoTime(ended.stoppedAt),
  };
}
