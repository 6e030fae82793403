// Everything an ItemReader names, as a stream of slices in bounded memory. Source: AWS, "ItemReader (Map)".

import { type ListedObject, type ObjectVersion, type S3, S3Failure } from '../../../aws/s3-objects.ts';
import { type JsonObject, parseJson } from '../../../base/json.ts';
import type { ReadItems } from '../../../interpreter/effect.ts';
import type { MapItem } from '../../../interpreter/map-inputs.ts';
import { ItemReaderFailed } from './failure.ts';
import { type ObjectName, readAthenaManifest, readInventory } from './manifest.ts';
import { collectBytes, openBytes, type ReadingFrom } from './object-bytes.ts';
import { type Format, formatOf, type ItemBatch, memberOf, objectItems, sourceOf } from './object-items.ts';
import type { ManifestPosition, ObjectPosition, ReadPosition } from './position.ts';

/** Items of a Map Run; a larger MaxItems means as much. */
const MAX_ITEMS = 100_000_000;
/** Of one object, also after decompression. Source: AWS, "Input data source (Map)", quotas. */
const OBJECT_BYTES = 10 * 1024 ** 3;
/** A manifest is in memory while its files are read: about 300,000 of them. */
const MANIFEST_BYTES = 32 * 1024 * 1024;
/** A slice ends at the first of these: each becomes one commit, so small pieces and small objects are put together. */
const SLICE = { items: 5_000, bytes: 256 * 1024, batches: 32 };

export interface ReadBounds {
  readonly objectBytes: number;
  readonly slice: { readonly items: number; readonly bytes: number; readonly batches: number };
}

const BOUNDS: ReadBounds = { objectBytes: OBJECT_BYTES, slice: SLICE };

/** Items, and where reading goes on behind them. */
export interface ItemSlice {
  readonly items: readonly MapItem[];
  /** Bytes, about, that the items were read from: for bounds on what is held in memory. */
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
  { objectBytes: maxBytes, slice: bounds } = BOUNDS,
): AsyncGenerator<ItemSlice> {
  if (reader.maxItems < 0) throw new ItemReaderFailed('field MaxItems must be positive');
  const most = Math.min(reader.maxItems || MAX_ITEMS, MAX_ITEMS);
  let count = from?.items ?? 0;
  if (count >= most || from?.ended === true) return;
  let open = emptySlice();
  try {
    for await (const batch of batchesOf({ s3, signal, maxBytes }, reader, from)) {
      const wanted = Math.min(batch.items.length, most - count);
      for (let at = 0; at < wanted; ) {
        const end = Math.min(at + bounds.items - open.items.length, wanted);
        for (let n = at; n < end; n++) open.items.push(batch.items[n]!);
        count += end - at;
        open.bytes += Math.ceil((batch.bytes * (end - at)) / batch.items.length);
        open.position = { items: count, ...batch.positionAfter(end) };
        at = end;
        if (open.items.length < bounds.items && at < wanted) continue;
        if (at === wanted) open.batches++;
        const full =
          open.items.length >= bounds.items || open.bytes >= bounds.bytes || open.batches >= bounds.batches;
        if (!full) continue;
        const slice = open;
        open = emptySlice();
        yield slice;
      }
      if (count >= most) break;
    }
  } catch (error) {
    // What was read before counts.
    if (open.items.length > 0) yield open;
    if (error instanceof S3Failure) throw new ItemReaderFailed(error.message);
    throw error;
  }
  if (open.items.length > 0) yield open;
}

interface OpenSlice extends ItemSlice {
  readonly items: MapItem[];
  bytes: number;
  position: ReadPosition;
  batches: number;
}

function emptySlice(): OpenSlice {
  return { items: [], bytes: 0, position: { items: 0 }, batches: 0 };
}

type Place = Omit<ReadPosition, 'items'>;

function batchesOf(
  from: ReadingFrom,
  reader: ReadItems,
  position: ReadPosition | undefined,
): AsyncIterable<ItemBatch<Place>> {
  const { action, inputType, manifestType, transformation } = reader;
  if (action === 'listObjectsV2') {
    return transformation === 'LOAD_AND_FLATTEN'
      ? flattened(from, reader, position)
      : listed(from, reader, position);
  }
  const isInventory = manifestType === 'S3_INVENTORY' || inputType === 'MANIFEST';
  if (isInventory || manifestType === 'ATHENA_DATA') return ofManifest(from, reader, position);
  return inObject(from, reader.parameters, formatOf(reader), position?.object, {}, { ended: true });
}

async function* listed(
  { s3, signal }: ReadingFrom,
  { parameters }: ReadItems,
  position: ReadPosition | undefined,
): AsyncGenerator<ItemBatch<Place>> {
  const source = sourceOf(memberOf(parameters, 'Bucket'));
  for await (const objects of s3.listObjects(parameters, position?.after, signal)) {
    if (objects.length === 0) continue;
    const items = objects.map((object) => ({ value: metadataOf(object), source }));
    yield {
      items,
      bytes: objects.length * LISTED_BYTES,
      positionAfter: (count) => ({ after: objects[count - 1]!.key }),
    };
  }
}

/** Of an object in a listing, about. */
const LISTED_BYTES = 200;

/** LOAD_AND_FLATTEN: the items of every listed object. */
async function* flattened(
  from: ReadingFrom,
  reader: ReadItems,
  position: ReadPosition | undefined,
): AsyncGenerator<ItemBatch<Place>> {
  const { s3, signal } = from;
  const { parameters } = reader;
  const bucket = memberOf(parameters, 'Bucket');
  const format = formatOf(reader);
  const rest = position?.object;
  let after = position?.after;
  if (rest !== undefined) {
    const request = objectParameters(parameters, bucket, rest.key);
    yield* inObject(from, request, format, rest, placeAfter(after), placeAfter(rest.key));
    after = rest.key;
  }
  for await (const objects of s3.listObjects(parameters, after, signal)) {
    for (const { key, size } of objects) {
      // What consoles make for a folder has no items.
      if (size > 0 || !key.endsWith('/')) {
        const request = objectParameters(parameters, bucket, key);
        yield* inObject(from, request, format, undefined, placeAfter(after), placeAfter(key));
      }
      after = key;
    }
  }
}

function placeAfter(after: string | undefined): Place {
  return after === undefined ? {} : { after };
}

/** The owner that the reader expects of the bucket is that of each object's as well. */
function objectParameters({ ExpectedBucketOwner }: JsonObject, bucket: string, key: string): JsonObject {
  const object = { Bucket: bucket, Key: key };
  return ExpectedBucketOwner === undefined ? object : { ...object, ExpectedBucketOwner };
}

/** The items of every file that the manifest names. */
async function* ofManifest(
  from: ReadingFrom,
  reader: ReadItems,
  position: ReadPosition | undefined,
): AsyncGenerator<ItemBatch<Place>> {
  const { version, files, format } = await readManifest(from, reader, position?.manifest);
  const done = position?.manifest?.files ?? 0;
  for (let index = done; index < files.length; index++) {
    const { bucket, key } = files[index]!;
    const rest = index === done ? position?.object : undefined;
    const place = (done: number): Place =>
      done === files.length ? { ended: true } : { manifest: { ...version, files: done } };
    yield* inObject(from, { Bucket: bucket, Key: key }, format, rest, place(index), place(index + 1));
  }
}

async function readManifest(
  from: ReadingFrom,
  reader: ReadItems,
  position: ManifestPosition | undefined,
): Promise<{ version: ObjectVersion; files: readonly ObjectName[]; format: Format }> {
  const { parameters } = reader;
  const isAthena = reader.manifestType === 'ATHENA_DATA';
  // UNLOAD writes no header.
  if (isAthena && reader.inputType === 'CSV' && reader.csv.headerLocation === undefined) {
    throw new ItemReaderFailed('Expected CSVHeaderLocation and CSVHeaders for the CSV files of Athena.');
  }
  const same = position && {
    etag: position.etag,
    ...(position.versionId !== undefined && { versionId: position.versionId }),
  };
  const bounded = { ...from, maxBytes: Math.min(from.maxBytes, MANIFEST_BYTES) };
  const { version, pieces } = await openBytes(bounded, parameters, 0, same);
  const text = new TextDecoder().decode(await collectBytes(pieces, MANIFEST_BYTES));
  if (isAthena) return { version, files: readAthenaManifest(text), format: formatOf(reader) };
  const { files, columns } = readInventory(text, memberOf(parameters, 'Bucket'));
  const format = { ...formatOf(reader), type: 'CSV', columns: reader.csv.headers ?? columns };
  return { version, files, format };
}

/** @param before where the reader is without the object's own position; @param behind when the object is done with. */
async function* inObject(
  from: ReadingFrom,
  parameters: JsonObject,
  format: Format,
  rest: ObjectPosition | undefined,
  before: Place,
  behind: Place,
): AsyncGenerator<ItemBatch<Place>> {
  for await (const { items, bytes, positionAfter } of objectItems(from, parameters, format, rest)) {
    yield {
      items,
      bytes,
      positionAfter(count) {
        const object = positionAfter(count);
        return object === undefined ? behind : { ...before, object };
      },
    };
  }
}

/** Members, their order, their spelling and the double: recorded. */
function metadataOf({ etag, key, lastModifiedMs, size, storageClass }: ListedObject): JsonObject {
  return {
    Etag: etag,
    Key: key,
    LastModified: parseJson(`${Math.floor(lastModifiedMs / 1000)}.0`),
    Size: size,
    StorageClass: storageClass,
  };
}
