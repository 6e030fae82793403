// Manifests: files that name the files with the items. Source: AWS, "Inventory manifest" (S3) and Athena's UNLOAD.

import {
  getMember,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  parseJson,
} from '../../../base/json.ts';
import { jacksonMessage } from '../../../text/jackson.ts';
import { CsvParser } from './csv-records.ts';
import { ItemReaderFailed } from './failure.ts';

export interface ObjectName {
  readonly bucket: string;
  readonly key: string;
}

export interface Inventory {
  readonly files: readonly ObjectName[];
  /** Names of the columns, which the files do not have. */
  readonly columns: readonly string[];
}

/** @param bucket of the manifest: the files are there unless it names another. @throws ItemReaderFailed */
export function readInventory(text: string, bucket: string): Inventory {
  const manifest = objectOf(text);
  const format = getMember(manifest, 'fileFormat');
  if (format !== 'CSV') {
    throw new ItemReaderFailed(
      `Expected an S3 inventory in the format CSV, but fileFormat is ${JSON.stringify(format)}.`,
    );
  }
  const schema = getMember(manifest, 'fileSchema');
  const files = getMember(manifest, 'files');
  if (typeof schema !== 'string' || !isJsonArray(files)) {
    throw new ItemReaderFailed('Expected an S3 inventory manifest with fileSchema and files.');
  }
  const destination = getMember(manifest, 'destinationBucket');
  const from = typeof destination === 'string' ? destination.replace(/^arn:[^:]*:s3:::/, '') : bucket;
  return {
    columns: schema.split(',').map((name) => name.trim()),
    files: files.map((file) => ({ bucket: from, key: keyOf(file) })),
  };
}

/** The objects that an Athena manifest lists, one `s3://bucket/key` a line. @throws ItemReaderFailed */
export function readAthenaManifest(text: string): ObjectName[] {
  const files: ObjectName[] = [];
  const parser = new CsvParser(',');
  for (const [uri = ''] of [...parser.push(text), ...parser.end()]) {
    const match = /^s3:\/\/([^/]+)\/(.+)$/i.exec(uri.trim());
    if (match === null) {
      throw new ItemReaderFailed(
        `Expected an Athena manifest of s3:// URIs, but found '${uri.slice(0, 200)}'.`,
      );
    }
    files.push({ bucket: match[1]!, key: match[2]! });
  }
  return files;
}

function objectOf(text: string): JsonObject {
  let value: Json;
  try {
    value = parseJson(text);
  } catch {
    throw new ItemReaderFailed(`The manifest is not valid JSON: ${jacksonMessage(text)}`);
  }
  if (!isJsonObject(value)) throw new ItemReaderFailed('Expected the manifest to be a JSON object.');
  return value;
}

function keyOf(file: Json): string {
  const key = isJsonObject(file) ? getMember(file, 'key') : undefined;
  if (typeof key === 'string') return key;
  throw new ItemReaderFailed('Expected every file of the S3 inventory manifest to have a key.');
}
