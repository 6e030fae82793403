// Everything an ItemReader names, fetched from S3. Objects are read whole, and all of a Map Run's together have a bound:
// its items are in memory while it starts children. Source: AWS, "ItemReader (Map)".

import { setImmediate } from 'node:timers/promises';
import { type ListedObject, type S3, S3Failure } from '../../../aws/s3-objects.ts';
import { getMember, type JsonObject } from '../../../base/json.ts';
import type { MapItem } from '../../../interpreter/distributed-map.ts';
import type { ReadItems } from '../../../interpreter/effect.ts';
import { csvItems, DELIMITERS } from './csv.ts';
import { decompressed } from './decompress.ts';
import { ItemReaderFailed } from './failure.ts';
import { type JsonItem, jsonItems, jsonLines } from './json-items.ts';
import { type ObjectName, readAthenaManifest, readInventory } from './manifest.ts';
import { parquetItems } from './parquet.ts';
import type { ReadPosition } from './position.ts';

/** Items of a Map Run; a larger MaxItems means as much. */
const MAX_ITEMS = 100_000_000;
/** Bytes of all objects that one Map Run reads, after decompression. AWS reads 10 GB of each. */
export const READ_BYTES = 256 * 1024 * 1024;
/** Items after which other executions go on. */
const SLICE = 1_000;

/** Items, and where reading goes on behind them. */
export interface ItemSlice {
  readonly items: readonly MapItem[];
  /** Bytes, at least about, that the items were read from: for bounds on what is held in memory. */
  readonly bytes: number;
  readonly position: ReadPosition;
}

/**
 * The items in slices, in their order, the same ones every time.
 * @param from the position of the last slice that counts; undefined: from the beginning.
 * @throws ItemReaderFailed, also when what was read in part has changed since.
 */
export async function* readItems(
  s3: S3,
  reader: ReadItems,
  from: ReadPosition | undefined,
  signal: AbortSignal,
  maxBytes = READ_BYTES,
): AsyncGenerator<ItemSlice> {
  if (reader.maxItems < 0) throw new ItemReaderFailed('field MaxItems must be positive');
  const most = Math.min(reader.maxItems || MAX_ITEMS, MAX_ITEMS);
  const reading = { s3, reader, signal, left: maxBytes };
  let count = 0;
  let items: MapItem[] = [];
  let left = maxBytes;
  const slice = (): ItemSlice => {
    const made = { items, bytes: left - reading.left, position: { items: count } };
    items = [];
    left = reading.left;
    return made;
  };
  try {
    for await (const item of itemsOf(reading)) {
      if (count >= most) break;
      if (++count <= (from?.items ?? 0)) continue;
      items.push(item);
      if (count >= most) break;
      if (items.length < SLICE) continue;
      yield slice();
      await setImmediate();
    }
  } catch (error) {
    if (error instanceof S3Failure) throw new ItemReaderFailed(error.message);
    throw error;
  }
  if (items.length > 0) yield slice();
}

interface Reading {
  readonly s3: S3;
  readonly reader: ReadItems;
  readonly signal: AbortSignal;
  /** Bytes that may still be read. */
  left: number;
}

/** How one file is to be read. */
interface Format {
  readonly type: string | undefined;
  /** CSV: names of the columns; undefined: the first row has them. */
  readonly columns: readonly string[] | undefined;
}

async function* itemsOf(reading: Reading): AsyncGenerator<MapItem> {
  const { parameters, action, transformation } = reading.reader;
  if (action === 'listObjectsV2') {
    const bucket = memberOf(parameters, 'Bucket');
    if (transformation !== 'LOAD_AND_FLATTEN') {
      const source = `S3://${bucket}`;
      for await (const object of listObjects(reading)) yield { value: metadataOf(object), source };
      return;
    }
    for await (const object of listObjects(reading)) {
      // What consoles make for a folder.
      if (object.size === 0 && object.key.endsWith('/')) continue;
      yield* fileItems(reading, { Bucket: bucket, Key: object.key }, formatOf(reading.reader));
    }
    return;
  }
  const { inputType, manifestType } = reading.reader;
  if (manifestType === 'ATHENA_DATA') {
    // UNLOAD writes no header.
    if (inputType === 'CSV' && reading.reader.csv.headerLocation === undefined) {
      throw new ItemReaderFailed('Expected CSVHeaderLocation and CSVHeaders for the CSV files of Athena.');
    }
    const files = readAthenaManifest(await textOf(reading, parameters));
    yield* filesItems(reading, files, formatOf(reading.reader));
  } else if (manifestType === 'S3_INVENTORY' || inputType === 'MANIFEST') {
    const text = await textOf(reading, parameters);
    const { files, columns } = readInventory(text, memberOf(parameters, 'Bucket'));
    const given = reading.reader.csv.headers;
    yield* filesItems(reading, files, { type: 'CSV', columns: given ?? columns });
  } else {
    yield* fileItems(reading, parameters, formatOf(reading.reader));
  }
}

function formatOf({ inputType, csv }: ReadItems): Format {
  return { type: inputType, columns: csv.headerLocation === 'GIVEN' ? (csv.headers ?? []) : undefined };
}

async function* filesItems(
  reading: Reading,
  files: readonly ObjectName[],
  format: Format,
): AsyncGenerator<MapItem> {
  for (const { bucket, key } of files) yield* fileItems(reading, { Bucket: bucket, Key: key }, format);
}

/** @param parameters of the request for the file. */
async function* fileItems(
  reading: Reading,
  parameters: JsonObject,
  { type, columns }: Format,
): AsyncGenerator<MapItem> {
  const source = `S3://${memberOf(parameters, 'Bucket')}/${memberOf(parameters, 'Key')}`;
  const { csv, itemsPointer } = reading.reader;
  switch (type) {
    case 'CSV': {
      const delimiter = DELIMITERS[csv.delimiter ?? 'COMMA'] ?? ',';
      const text = await textOf(reading, parameters);
      for (const value of csvItems(text, delimiter, columns)) yield { value, source };
      return;
    }
    case 'JSON':
      return yield* located(jsonItems(await textOf(reading, parameters), itemsPointer), source);
    case 'JSONL':
      return yield* located(jsonLines(await textOf(reading, parameters)), source);
    case 'PARQUET': {
      const bytes = await bytesOf(reading, parameters);
      for await (const value of parquetItems(bytes)) yield { value, source };
      return;
    }
    default:
      throw new ItemReaderFailed(`Treadle does not read items of the InputType ${type}.`);
  }
}

function* located(items: Iterable<JsonItem>, source: string): Generator<MapItem> {
  for (const item of items) yield { ...item, source };
}

async function textOf(reading: Reading, parameters: JsonObject): Promise<string> {
  const bytes = await bytesOf(reading, parameters);
  const name = memberOf(parameters, 'Key');
  const plain = await decompressed(bytes, reading.left + bytes.length, name);
  reading.left -= plain.length - bytes.length;
  return new TextDecoder().decode(plain);
}

async function bytesOf(reading: Reading, parameters: JsonObject): Promise<Uint8Array> {
  const bytes = await reading.s3.getObject(parameters, reading.left, reading.signal);
  reading.left -= bytes.length;
  return bytes;
}

async function* listObjects({ s3, reader, signal }: Reading): AsyncGenerator<ListedObject> {
  let { parameters } = reader;
  for (;;) {
    const { objects, next } = await s3.listObjectsV2(parameters, signal);
    yield* objects;
    if (next === undefined) return;
    parameters = { ...parameters, ContinuationToken: next };
  }
}

/** Members, their order and the spelling `Etag`: recorded. */
function metadataOf({ etag, key, lastModifiedMs, size, storageClass }: ListedObject): JsonObject {
  return {
    Etag: etag,
    LastModified: Math.floor(lastModifiedMs / 1000),
    Key: key,
    Size: size,
    StorageClass: storageClass,
  };
}

function memberOf(parameters: JsonObject, name: string): string {
  return String(getMember(parameters, name) ?? '');
}
