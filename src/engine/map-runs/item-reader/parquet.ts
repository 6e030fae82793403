// Rows of a Parquet file as objects. The reader is loaded with the first such file.

import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { type Json, type JsonObject, parseJson } from '../../../base/json.ts';
import { objectOf } from '../../../base/json-object.ts';
import { ItemReaderFailed } from './failure.ts';

/** Source: AWS, "ItemReader (Map)", quotas of Parquet files. */
const FOOTER_BYTES = 5 * 1024 * 1024;
const ROW_GROUP_BYTES = 256 * 1024 * 1024;

/** Dates as ISO 8601, bytes as Base64, long integers with all their digits. @throws ItemReaderFailed */
export async function* parquetItems(bytes: Uint8Array): AsyncGenerator<JsonObject> {
  const { parquetMetadata, parquetReadObjects } = await import('hyparquet');
  const compressors = {
    GZIP: (input: Uint8Array, size: number) => gunzipSync(input, { maxOutputLength: Math.max(size, 1) }),
    ZSTD: (input: Uint8Array, size: number) =>
      zstdDecompressSync(input, { maxOutputLength: Math.max(size, 1) }),
  };
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  try {
    const metadata = parquetMetadata(file);
    bounded(metadata.metadata_length, FOOTER_BYTES, 'The footer');
    let rowStart = 0;
    for (const group of metadata.row_groups) {
      bounded(Number(group.total_byte_size), ROW_GROUP_BYTES, 'A row group');
      const rowEnd = rowStart + Number(group.num_rows);
      const rows = await parquetReadObjects({ file, metadata, compressors, rowStart, rowEnd });
      for (const row of rows) yield objectJson(row);
      rowStart = rowEnd;
    }
  } catch (error) {
    if (error instanceof ItemReaderFailed) throw error;
    throw new ItemReaderFailed(`The Parquet file cannot be read: ${(error as Error).message}`);
  }
}

function bounded(bytes: number, most: number, what: string): void {
  if (bytes > most) {
    throw new ItemReaderFailed(`${what} of the Parquet file is larger than ${most} bytes.`);
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
