// Rows of a Parquet file as objects, some rows at a time, of which only the bytes are fetched that hold them. The library is
// loaded with the first such file.

import { setImmediate } from 'node:timers/promises';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { FileMetaData, RowGroup } from 'hyparquet';
import { S3Failure } from '../../../aws/s3-objects.ts';
import { type Json, type JsonObject, parseJson } from '../../../base/json.ts';
import { objectOf } from '../../../base/json-object.ts';
import type { Batch } from './batch.ts';
import { ItemReaderFailed } from './failure.ts';
import type { Checkpoint } from './position.ts';

/** Source: AWS, "ItemReader (Map)", quotas of Parquet files. */
const FOOTER_BYTES = 5 * 1024 * 1024;
const ROW_GROUP_BYTES = 256 * 1024 * 1024;

/** Bytes of rows that are decoded at once; without an index of pages whole columns of a row group are fetched for them. */
const SPAN_BYTES = { indexed: 4 * 1024 * 1024, plain: 32 * 1024 * 1024 };
/** Rows that are handed on at once. */
const BATCH = { rows: 1_000, bytes: 256 * 1024 };

export interface ByteRanges {
  readonly byteLength: number;
  slice(start: number, end?: number): Promise<ArrayBuffer>;
}

/** Dates as ISO 8601, bytes as Base64, long integers with all their digits. @throws ItemReaderFailed */
export async function* parquetItems(file: ByteRanges, from: Checkpoint | undefined): AsyncGenerator<Batch> {
  const { parquetMetadataAsync, parquetReadObjects } = await import('hyparquet');
  const compressors = {
    GZIP: (input: Uint8Array, size: number) => gunzipSync(input, { maxOutputLength: Math.max(size, 1) }),
    ZSTD: (input: Uint8Array, size: number) =>
      zstdDecompressSync(input, { maxOutputLength: Math.max(size, 1) }),
  };
  await checkFooter(file);
  const metadata = await knownFailure(parquetMetadataAsync(file));
  for (const [start, end, rowBytes] of spans(metadata, from?.at ?? 0)) {
    const options = { file, metadata, compressors, useOffsetIndex: true, rowStart: start, rowEnd: end };
    const rows = await knownFailure(parquetReadObjects(options));
    const most = Math.max(1, Math.min(BATCH.rows, Math.floor(BATCH.bytes / rowBytes)));
    for (let at = 0; at < rows.length; at += most) {
      const items = rows.slice(at, at + most).map((row) => ({ value: objectJson(row) }));
      const next = start + at + items.length;
      yield { items, bytes: items.length * rowBytes, checkpoint: { at: next, records: next } };
      await setImmediate();
    }
  }
}

/** First row, the row behind the last, and bytes of a row. */
function* spans(metadata: FileMetaData, from: number): Generator<readonly [number, number, number]> {
  let first = 0;
  for (const group of metadata.row_groups) {
    const rows = Number(group.num_rows);
    const bytes = Number(group.total_byte_size);
    checkSize(bytes, ROW_GROUP_BYTES, 'A row group');
    const rowBytes = Math.max(1, Math.ceil(bytes / Math.max(rows, 1)));
    const most = Math.max(
      1,
      Math.floor((isIndexed(group) ? SPAN_BYTES.indexed : SPAN_BYTES.plain) / rowBytes),
    );
    const end = first + rows;
    for (let at = Math.max(first, from); at < end; at += most) yield [at, Math.min(at + most, end), rowBytes];
    first = end;
  }
}

function isIndexed(group: RowGroup): boolean {
  return group.columns.every((column) => column.offset_index_offset !== undefined);
}

/** Before all of it is fetched. */
async function checkFooter({ byteLength, slice }: ByteRanges): Promise<void> {
  if (byteLength < 12) throw new ItemReaderFailed('The Parquet file cannot be read: it is too short.');
  const end = new DataView(await slice(byteLength - 8, byteLength));
  checkSize(end.getUint32(0, true), FOOTER_BYTES, 'The footer');
}

function checkSize(bytes: number, most: number, what: string): void {
  if (bytes > most) {
    throw new ItemReaderFailed(`${what} of the Parquet file is larger than ${most} bytes.`);
  }
}

/** What the library has against the file; what the bytes' source says stays as it is. */
async function knownFailure<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ItemReaderFailed || error instanceof S3Failure) throw error;
    throw new ItemReaderFailed(`The Parquet file cannot be read: ${(error as Error).message}`);
  }
}

function objectJson(row: Readonly<Record<string, unknown>>): JsonObject {
  return objectOf(Object.keys(row).map((name) => [name, valueJson(row[name])]));
}

function valueJson(value: unknown): Json {
  if (value === undefined || value === null) return null;
  if (typeof value === 'bigint') return parseJson(String(value));
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'boolean' || typeof value === 'string') return value;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(valueJson);
  return objectJson(value as Readonly<Record<string, unknown>>);
}
