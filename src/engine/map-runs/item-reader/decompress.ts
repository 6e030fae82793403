// GZIP and ZSTD around a file, known by the first bytes: no text in UTF-8 begins like them. Decompressed as it comes.

import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { ItemReaderFailed } from './failure.ts';

const DECOMPRESSORS = { gzip: createGunzip, zstd: createZstdDecompress };

export type Compression = keyof typeof DECOMPRESSORS;

/** @param first bytes of the file, at least four unless it is shorter. */
export function compressionOf(first: Uint8Array): Compression | undefined {
  if (first[0] === 0x1f && first[1] === 0x8b) return 'gzip';
  const zstd = first[0] === 0x28 && first[1] === 0xb5 && first[2] === 0x2f && first[3] === 0xfd;
  return zstd ? 'zstd' : undefined;
}

/** @param name of the file, for messages. @throws ItemReaderFailed, and what the chunks throw. */
export async function* decompress(
  chunks: AsyncIterable<Uint8Array>,
  compression: Compression,
  name: string,
): AsyncGenerator<Uint8Array> {
  const stream = DECOMPRESSORS[compression]({ chunkSize: 32 * 1024 });
  let broken: unknown;
  const source = async function* (): AsyncGenerator<Uint8Array> {
    try {
      yield* chunks;
    } catch (error) {
      broken = error;
      throw error;
    }
  };
  const fed = pipeline(Readable.from(source(), { objectMode: true, highWaterMark: 1 }), stream);
  // What fails, fails the reading of the stream too.
  fed.catch(() => undefined);
  try {
    for await (const chunk of stream) yield chunk as Uint8Array;
    await fed;
  } catch (error) {
    if (broken !== undefined) throw broken;
    throw new ItemReaderFailed(`${name} cannot be decompressed: ${(error as Error).message}`);
  } finally {
    stream.destroy();
  }
}
