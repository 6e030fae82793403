// What comes of a Map Run's children: the result of the state, or the files that a ResultWriter puts into S3.
// Source: AWS, "ResultWriter (Map)".

import { type S3, S3Failure } from '../../aws/s3-objects.ts';
import { splitLast } from '../../base/arn.ts';
import { getMember, isJsonArray, type Json, type JsonObject, stringifyJson } from '../../base/json.ts';
import { utf8Length } from '../../base/payload.ts';
import type { MapResults } from '../../interpreter/effect.ts';
import type { ResultKind, ResultRecord, Transformation } from './result-records.ts';

/** The array that a state without a destination results in. @param records in the order of the items. */
export function stateResult(records: Iterable<ResultRecord>, transformation: Transformation): Json[] {
  const results: Json[] = [];
  for (const record of records) for (const value of valuesOf(record, transformation)) results.push(value);
  return results;
}

/**
 * Writes manifest and results under `<Prefix>/<id of the Map Run>/`, as often as it is called the same.
 * @param records in the order of the items.
 * @returns the result of the state.
 * @throws S3Failure
 */
export async function writeResults(
  s3: S3,
  { transformation, destination }: MapResults & { destination: object },
  mapRunArn: string,
  records: AsyncIterable<ResultRecord>,
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
  const values: Record<ResultKind, Json[]> = { FAILED: [], PENDING: [], SUCCEEDED: [] };
  for await (const record of records) {
    for (const value of valuesOf(record, transformation)) values[record.kind].push(value);
  }
  const files: Record<ResultKind, Json[]> = { FAILED: [], PENDING: [], SUCCEEDED: [] };
  for (const kind of ['FAILED', 'PENDING', 'SUCCEEDED'] as const) {
    if (values[kind].length === 0) continue;
    const name = `${kind}_0.${outputType === 'JSONL' ? 'jsonl' : 'json'}`;
    const body =
      outputType === 'JSONL' ? values[kind].map(stringifyJson).join('\n') : stringifyJson(values[kind]);
    files[kind].push(await put(name, body));
  }
  const manifest = { DestinationBucket: bucket, MapRunArn: mapRunArn, ResultFiles: files };
  const { Key } = await put('manifest.json', stringifyJson(manifest));
  return { MapRunArn: mapRunArn, ResultWriterDetails: { Bucket: bucket, Key } };
}

/** With FLATTEN the elements of an array that a child has put out stand in its place. */
function valuesOf({ kind, value }: ResultRecord, transformation: Transformation): readonly Json[] {
  return transformation === 'FLATTEN' && kind === 'SUCCEEDED' && isJsonArray(value) ? value : [value];
}

function folderOf(prefix: Json | undefined, mapRunArn: string): string {
  const [, id] = splitLast(mapRunArn);
  const above = typeof prefix === 'string' ? prefix.replace(/\/+$/, '') : '';
  return above === '' ? id : `${above}/${id}`;
}
