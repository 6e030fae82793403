// The items of one object, and the position in it behind each of them.

import type { ObjectVersion } from '../../../aws/s3-objects.ts';
import { getMember, type JsonObject } from '../../../base/json.ts';
import type { ReadItems } from '../../../interpreter/effect.ts';
import type { MapItem } from '../../../interpreter/map-inputs.ts';
import type { Batch } from './batch.ts';
import { csvItems, DELIMITERS } from './csv.ts';
import { ItemReaderFailed } from './failure.ts';
import { jsonItems } from './json-items.ts';
import { jsonLines } from './json-lines.ts';
import { collectBytes, openBytes, openPart, type ReadingFrom } from './object-bytes.ts';
import { type ByteRanges, parquetItems } from './parquet.ts';
import type { Checkpoint, ObjectPosition } from './position.ts';

/** How one file is to be read. */
export interface Format {
  readonly type: string | undefined;
  /** CSV: names of the columns; undefined: the first row has them. */
  readonly columns: readonly string[] | undefined;
  readonly delimiter: string | undefined;
  readonly itemsPointer: string | undefined;
}

export interface ItemBatch<Position> {
  readonly items: readonly MapItem[];
  readonly bytes: number;
  /** Behind the first `count` of the items, at least one. */
  positionAfter(count: number): Position;
}

export function formatOf({ inputType, csv, itemsPointer }: ReadItems): Format {
  const columns = csv.headerLocation === 'GIVEN' ? (csv.headers ?? []) : undefined;
  return { type: inputType, columns, delimiter: csv.delimiter, itemsPointer };
}

/** Of an object that Parquet is read from, the bytes that one request brings. */
const FIRST_BYTES = 512 * 1024;

/**
 * The last position is undefined: nothing is left in the object, which need not be there any more.
 * @param parameters of the request for the object. @throws ItemReaderFailed, S3Failure
 */
export async function* objectItems(
  from: ReadingFrom,
  parameters: JsonObject,
  format: Format,
  position: ObjectPosition | undefined,
): AsyncGenerator<ItemBatch<ObjectPosition | undefined>> {
  let held: ItemBatch<ObjectPosition> | undefined;
  try {
    for await (const batch of positioned(from, parameters, format, position)) {
      if (held !== undefined) yield held;
      held = batch;
    }
  } catch (error) {
    if (held !== undefined) yield held;
    throw error;
  }
  if (held === undefined) return;
  const { items, bytes, positionAfter } = held;
  yield {
    items,
    bytes,
    positionAfter: (count) => (count === items.length ? undefined : positionAfter(count)),
  };
}

async function* positioned(
  from: ReadingFrom,
  parameters: JsonObject,
  format: Format,
  position: ObjectPosition | undefined,
): AsyncGenerator<ItemBatch<ObjectPosition>> {
  const key = memberOf(parameters, 'Key');
  const source = sourceOf(memberOf(parameters, 'Bucket'), key);
  const { version, checkpoints, batches } = await open(from, parameters, format, position);
  let checkpoint = position?.checkpoint;
  /** Items behind the checkpoint. */
  let given = 0;
  /** Of these, what an earlier reader has given. */
  let skip = position?.given ?? 0;
  for await (const batch of batches) {
    const skipped = Math.min(skip, batch.items.length);
    skip -= skipped;
    const items = (skipped === 0 ? batch.items : batch.items.slice(skipped)).map(
      ({ key: name, value }): MapItem =>
        name === undefined ? { value, source } : { key: name, value, source },
    );
    const before = { checkpoint, given: given + skipped };
    const next = checkpoints ? batch.checkpoint : undefined;
    if (items.length > 0) {
      yield {
        items,
        bytes: batch.bytes,
        positionAfter(count) {
          if (count === items.length && next !== undefined) return at(version, key, next, 0);
          return at(version, key, before.checkpoint, before.given + count);
        },
      };
    }
    given += batch.items.length;
    if (next === undefined) continue;
    checkpoint = next;
    given = 0;
  }
}

function at(
  version: ObjectVersion,
  key: string,
  checkpoint: Checkpoint | undefined,
  given: number,
): ObjectPosition {
  return { ...version, key, ...(checkpoint && { checkpoint }), given };
}

interface Opened {
  readonly version: ObjectVersion;
  /** Whether reading can begin at the checkpoints of the batches. */
  readonly checkpoints: boolean;
  readonly batches: AsyncIterable<Batch>;
}

async function open(
  from: ReadingFrom,
  parameters: JsonObject,
  { type, columns, delimiter, itemsPointer }: Format,
  position: ObjectPosition | undefined,
): Promise<Opened> {
  const checkpoint = position?.checkpoint;
  if (type === 'PARQUET') {
    const { version, ranges } = await openRanges(from, parameters, position);
    return { version, checkpoints: true, batches: parquetItems(ranges, checkpoint) };
  }
  const parse = (pieces: AsyncIterable<Uint8Array>): AsyncIterable<Batch> => {
    switch (type) {
      case 'CSV':
        return csvItems(pieces, DELIMITERS[delimiter ?? 'COMMA'] ?? ',', columns, checkpoint);
      case 'JSON':
        return jsonItems(pieces, itemsPointer);
      case 'JSONL':
        return jsonLines(pieces, checkpoint);
      default:
        throw new ItemReaderFailed(`Treadle does not read items of the InputType ${type}.`);
    }
  };
  const { version, compressed, pieces } = await openBytes(
    from,
    parameters,
    checkpoint?.at ?? 0,
    position && versionOf(position),
  );
  return { version, checkpoints: !compressed, batches: parse(pieces) };
}

async function openRanges(
  { s3, signal, maxBytes }: ReadingFrom,
  parameters: JsonObject,
  position: ObjectPosition | undefined,
): Promise<{ version: ObjectVersion; ranges: ByteRanges }> {
  const part = { end: FIRST_BYTES, ...(position && { same: versionOf(position) }) };
  const { version, size, chunks } = await openPart(s3, parameters, part, signal);
  const first = await collectBytes(chunks, FIRST_BYTES);
  if (size > maxBytes) {
    const name = memberOf(parameters, 'Key');
    throw new ItemReaderFailed(`${name} is larger than the ${maxBytes} bytes that are read.`);
  }
  const slice = async (start: number, end = size): Promise<ArrayBuffer> => {
    if (end <= first.length) return bufferOf(first.subarray(start, end));
    const opened = await openPart(s3, parameters, { start, end, same: version }, signal);
    return bufferOf(await collectBytes(opened.chunks, end - start));
  };
  return { version, ranges: { byteLength: size, slice } };
}

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): ArrayBuffer {
  return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
}

function versionOf({ etag, versionId }: ObjectVersion): ObjectVersion {
  return versionId === undefined ? { etag } : { etag, versionId };
}

/** As `$$.Map.Item.Source` has it. */
export function sourceOf(bucket: string, key?: string): string {
  const root = bucket.startsWith('file:') ? bucket : `S3://${bucket}`;
  return key === undefined ? root : `${root}/${key}`;
}

export function memberOf(parameters: JsonObject, name: string): string {
  return String(getMember(parameters, name) ?? '');
}
