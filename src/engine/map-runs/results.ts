// What comes of a Map Run's children: the result of the state, or the files that a ResultWriter puts into S3.
// Source: AWS, "ResultWriter (Map)".

import { type S3, S3Failure } from '../../aws/s3-objects.ts';
import { splitLast } from '../../base/arn.ts';
import { getMember, isJsonArray, type Json, type JsonObject, stringifyJson } from '../../base/json.ts';
import type { MapResults } from '../../interpreter/effect.ts';
import { FORMATS, type NamedWriter, ResultFiles } from './result-files.ts';
import type { ResultKind, ResultRecord, Transformation } from './result-records.ts';

/** Source: AWS, "ResultWriter (Map)": a file has at most 5 GB. */
const FILE_BYTES = 5 * 1000 ** 3;

/** The array that a state without a destination results in. @param records in the order of the items. */
export function stateResult(records: Iterable<ResultRecord>, transformation: Transformation): Json[] {
  const results: Json[] = [];
  for (const record of records) for (const value of valuesOf(record, transformation)) results.push(value);
  return results;
}

/**
 * Writes results and then their manifest under `<Prefix>/<id of the Map Run>/`, as the records come; the same files again
 * for the same records.
 * @param records in the order of the items.
 * @param fileBytes of a file, after which the next one begins.
 * @returns the result of the state.
 * @throws S3Failure, and what the records throw
 */
export async function writeResults(
  s3: S3,
  { transformation, destination }: MapResults & { destination: object },
  mapRunArn: string,
  records: AsyncIterable<ResultRecord>,
  signal: AbortSignal,
  fileBytes = FILE_BYTES,
): Promise<JsonObject> {
  const { parameters, outputType } = destination;
  const { Prefix, ...target } = parameters;
  const bucket = getMember(parameters, 'Bucket');
  if (typeof bucket !== 'string') throw new S3Failure('Expected the ResultWriter to name a Bucket.');
  const folder = folderOf(Prefix, mapRunArn);
  const create = (name: string): NamedWriter => {
    const Key = `${folder}/${name}`;
    return { Key, writer: s3.createObject({ ...target, Key }, signal) };
  };
  const format = FORMATS[outputType];
  const open = (kind: ResultKind): ResultFiles =>
    new ResultFiles((n) => create(`${kind}_${n}.${format.ending}`), format, fileBytes);
  const files = { FAILED: open('FAILED'), PENDING: open('PENDING'), SUCCEEDED: open('SUCCEEDED') };
  try {
    for await (const record of records) {
      for (const value of valuesOf(record, transformation)) {
        await files[record.kind].add(stringifyJson(value));
      }
    }
    for (const of of Object.values(files)) await of.close();
  } catch (error) {
    await Promise.allSettled(Object.values(files).map((of) => of.abort()));
    throw error;
  }
  const manifest = {
    DestinationBucket: bucket,
    MapRunArn: mapRunArn,
    ResultFiles: {
      FAILED: files.FAILED.written,
      PENDING: files.PENDING.written,
      SUCCEEDED: files.SUCCEEDED.written,
    },
  };
  const { Key, writer } = create('manifest.json');
  await writer.write(Buffer.from(JSON.stringify(manifest)));
  await writer.close();
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
