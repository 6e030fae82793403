// The bytes of an object as the readers of its items take them: decompressed, bounded, in small pieces between which others
// have their turn.

import { setImmediate } from 'node:timers/promises';
import {
  type ObjectPart,
  type ObjectVersion,
  type OpenObject,
  type S3,
  S3Failure,
} from '../../../aws/s3-objects.ts';
import { getMember, type JsonObject } from '../../../base/json.ts';
import { compressionOf, decompress } from './decompress.ts';
import { ItemReaderFailed } from './failure.ts';

export interface ReadingFrom {
  readonly s3: S3;
  readonly signal: AbortSignal;
  /** Bytes of one object that are read, also after decompression. */
  readonly maxBytes: number;
}

export interface ObjectBytes {
  readonly version: ObjectVersion;
  /** A byte of the pieces is not the same byte of the object. */
  readonly compressed: boolean;
  readonly pieces: AsyncIterable<Uint8Array>;
}

/** Bytes that a parser gets at once: some milliseconds of work when every other byte is an item. */
const PIECE_BYTES = 16 * 1024;

/** @param start a byte of an object that is known not to be compressed. @throws ItemReaderFailed */
export async function openBytes(
  { s3, signal, maxBytes }: ReadingFrom,
  parameters: JsonObject,
  start: number,
  same: ObjectVersion | undefined,
): Promise<ObjectBytes> {
  const part = { start, ...(same && { same }) };
  const { version, size, chunks } = await openPart(s3, parameters, part, signal);
  const name = nameOf(parameters);
  const tooLarge = (): ItemReaderFailed =>
    new ItemReaderFailed(`${name} is larger than the ${maxBytes} bytes that are read.`);
  const { first, all } = await peek(chunks);
  if (size > maxBytes && size !== Infinity) {
    await all.return(undefined);
    throw tooLarge();
  }
  const compression = start > 0 ? undefined : compressionOf(first);
  const plain = compression === undefined ? all : decompress(all, compression, name);
  return {
    version,
    compressed: compression !== undefined,
    pieces: inPieces(plain, maxBytes - start, tooLarge),
  };
}

/** @throws ItemReaderFailed when the object is not the same any more. */
export async function openPart(
  s3: S3,
  parameters: JsonObject,
  part: ObjectPart,
  signal: AbortSignal,
): Promise<OpenObject> {
  try {
    return await s3.openObject(parameters, part, signal);
  } catch (error) {
    if (part.same === undefined || !(error instanceof S3Failure) || error.kind === undefined) throw error;
    throw new ItemReaderFailed(
      `${nameOf(parameters)} has changed since some of its items were read: expected the object with the ETag ${part.same.etag}, but ${error.kind === 'absent' ? 'it is gone' : 'there is another one'}.`,
    );
  }
}

function nameOf(parameters: JsonObject): string {
  return String(getMember(parameters, 'Key') ?? '');
}

/** Enough of the beginning to know a compression by. */
async function peek(
  chunks: AsyncIterable<Uint8Array>,
): Promise<{ first: Uint8Array; all: AsyncGenerator<Uint8Array> }> {
  const iterator = chunks[Symbol.asyncIterator]();
  const seen: Uint8Array[] = [];
  let bytes = 0;
  while (bytes < 4) {
    const { done, value } = await iterator.next();
    if (done === true) break;
    seen.push(value);
    bytes += value.length;
  }
  const all = async function* (): AsyncGenerator<Uint8Array> {
    try {
      yield* seen;
      for (;;) {
        const { done, value } = await iterator.next();
        if (done === true) return;
        yield value;
      }
    } finally {
      await iterator.return?.();
    }
  };
  const started = all();
  return { first: seen.length === 1 ? seen[0]! : Buffer.concat(seen), all: started };
}

async function* inPieces(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
  tooLarge: () => Error,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw tooLarge();
    for (let at = 0; at < chunk.length; at += PIECE_BYTES) {
      yield chunk.subarray(at, at + PIECE_BYTES);
      await setImmediate();
    }
  }
}

/** The whole, of which no more than `maxBytes` are expected. */
export async function collectBytes(chunks: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const kept: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    kept.push(chunk);
    bytes += chunk.length;
    if (bytes > maxBytes)
      throw new ItemReaderFailed(`Expected at most ${maxBytes} bytes, but there are more.`);
  }
  return kept.length === 1 ? kept[0]! : Buffer.concat(kept);
}
