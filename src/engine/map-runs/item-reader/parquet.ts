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

/** Bytes of a row group that are kept while its rows are decoded. A larger one is fetched again for each span of rows. */
const KEPT_BYTES = 64 * 1024 * 1024;
/** Bytes of rows that are decoded at once. */
const SPAN_BYTES = { kept: 1024 * 1024, fetched: 32 * 1024 * 1024 };
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
  for (const { group, first, end, rowBytes } of rowGroups(metadata)) {
    if (end <= (from?.at ?? 0)) continue;
    const keeps = compressedBytes(group) <= KEPT_BYTES;
    const source = keeps ? keepRanges(file) : file;
    const span = Math.max(1, Math.floor((keeps ? SPAN_BYTES.kept : SPAN_BYTES.fetched) / rowBytes));
    const most = Math.max(1, Math.min(BATCH.rows, Math.floor(BATCH.bytes / rowBytes)));
    for (let rowStart = Math.max(first, from?.at ?? 0); rowStart < end; rowStart += span) {
      const rowEnd = Math.min(rowStart + span, end);
      const options = { file: source, metadata, compressors, useOffsetIndex: !keeps, rowStart, rowEnd };
      const rows = await knownFailure(parquetReadObjects(options));
      for (let at = 0; at < rows.length; at += most) {
        const items = rows.slice(at, at + most).map((row) => ({ value: objectJson(row) }));
        const next = rowStart + at + items.length;
        yield { items, bytes: items.length * rowBytes, checkpoint: { at: next, records: next } };
        await setImmediate();
      }
    }
  }
}

interface Rows {
  readonly group: RowGroup;
  readonly first: number;
  /** The row behind the last. */
  readonly end: number;
  readonly rowBytes: number;
}

function* rowGroups(metadata: FileMetaData): Generator<Rows> {
  let first = 0;
  for (const group of metadata.row_groups) {
    const rows = Number(group.num_rows);
    const bytes = Number(group.total_byte_size);
    checkSize(bytes, ROW_GROUP_BYTES, 'A row group');
    const end = first + rows;
    yield { group, first, end, rowBytes: Math.max(1, Math.ceil(bytes / Math.max(rows, 1))) };
    first = end;
  }
}

function compressedBytes(group: RowGroup): number {
  return group.columns.reduce(
    (sum, { meta_data: data }) => sum + Number(data?.total_compressed_size ?? Infinity),
    0,
  );
}

/** Fetches what is asked for again only once. */
function keepRanges({ byteLength, slice }: ByteRanges): ByteRanges {
  const kept = new Map<string, Promise<ArrayBuffer>>();
  return {
    byteLength,
    slice(start, end = byteLength) {
      const name = `${start}-${end}`;
      const range = kept.get(name) ?? slice(start, end);
      kept.set(name, range);
      return range;
    },
  };
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
