// What comes of a Map Run's children: the result of the state, or the files that a ResultWriter puts into S3.
// Source: AWS, "ResultWriter (Map)".

import { type S3, S3Failure } from '../../aws/s3-objects.ts';
import { splitLast } from '../../base/arn.ts';
import { isoTime } from '../../base/iso-time.ts';
import { getMember, isJsonArray, type Json, type JsonObject, stringifyJson } from '../../base/json.ts';
import { type Payload, utf8Length } from '../../base/payload.ts';
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
  readonly ended: ExecutionEnd;
}

type Transformation = MapResults['transformation'];

/** The array that a state without a destination results in. @param children all have ended. */
export function stateResult(children: readonly Child[], transformation: Transformation): Json[] {
  return collect(children, transformation);
}

/**
 * Writes manifest and results under `<Prefix>/<id of the Map Run>/`, as often as it is called the same.
 * @returns the result of the state.
 * @throws S3Failure
 */
export async function writeResults(
  s3: S3,
  { transformation, destination }: MapResults & { destination: object },
  mapRunArn: string,
  children: readonly Child[],
  signal: AbortSignal,
): Promise<JsonObject> {
  const { parameters, outputType } = destination;
  const { Prefix, ...target } = parameters;
  const bucket = getMember(parameters, 'Bucket');
  if (typeof bucket !== 'string') throw new S3Failure('Expected the ResultWriter to name a Bucket.');
  const folder = folderOf(Prefix, mapRunArn);
  const put = async (name: string, body: string): Promise<{ Key: string; Size: number }> => {
    const key = `${folder}/${name}`;
    await s3.putObject({ ...target, Key: key }, body, signal);
    return { Key: key, Size: utf8Length(body) };
  };
  const files: Record<'FAILED' | 'PENDING' | 'SUCCEEDED', Json[]> = {
    FAILED: [],
    PENDING: [],
    SUCCEEDED: [],
  };
  for (const kind of ['FAILED', 'PENDING', 'SUCCEEDED'] as const) {
    const records = collect(
      children.filter((child) => kindOf(child) === kind),
      transformation,
    );
    if (records.length === 0) continue;
    const name = `${kind}_0.${outputType === 'JSONL' ? 'jsonl' : 'json'}`;
    const body = outputType === 'JSONL' ? records.map(stringifyJson).join('\n') : stringifyJson(records);
    files[kind].push(await put(name, body));
  }
  const manifest = { DestinationBucket: bucket, MapRunArn: mapRunArn, ResultFiles: files };
  const { Key } = await put('manifest.json', stringifyJson(manifest));
  return { MapRunArn: mapRunArn, ResultWriterDetails: { Bucket: bucket, Key } };
}

function folderOf(prefix: Json | undefined, mapRunArn: string): string {
  const [, id] = splitLast(mapRunArn);
  const above = typeof prefix === 'string' ? prefix.replace(/\/+$/, '') : '';
  return above === '' ? id : `${above}/${id}`;
}

function kindOf({ run }: Child): 'FAILED' | 'PENDING' | 'SUCCEEDED' {
  if (run === undefined) return 'PENDING';
  return run.ended.status === 'SUCCEEDED' ? 'SUCCEEDED' : 'FAILED';
}

/** Only what succeeded is transformed: other children are listed by their records. */
function collect(children: readonly Child[], transformation: Transformation): Json[] {
  const results: Json[] = [];
  for (const child of children) {
    const { run } = child;
    if (transformation === 'NONE' || run?.ended.status !== 'SUCCEEDED') {
      results.push(recordOf(child));
      continue;
    }
    const output = run.ended.output?.value ?? null;
    // Not spread into push: an output may have more elements than a call takes arguments.
    if (transformation === 'FLATTEN' && isJsonArray(output)) for (const one of output) results.push(one);
    else results.push(output);
  }
  return results;
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
    ...(succeeded && { Output: ended.output?.text ?? 'null', OutputDetails: { Included: true } }),
    RedriveCount: 0,
    RedriveStatus: succeeded ? 'NOT_REDRIVABLE' : 'REDRIVABLE_BY_MAP_RUN',
    ...(succeeded && { RedriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven' }),
    StartDate: isoTime(ended.startedAt),
    StateMachineArn: run.stateMachineArn,
    Status: ended.status,
    StopDate: isoTime(ended.stoppedAt),
  };
}
