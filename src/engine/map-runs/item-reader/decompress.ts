// GZIP and ZSTD around a file, known by the first bytes: no text in UTF-8 begins like them.

import { promisify } from 'node:util';
import { gunzip, zstdDecompress } from 'node:zlib';
import { ItemReaderFailed } from './failure.ts';

const inflate = { gzip: promisify(gunzip), zstd: promisify(zstdDecompress) };

/** @param maxBytes of the result. @throws ItemReaderFailed */
export async function decompressed(bytes: Uint8Array, maxBytes: number, name: string): Promise<Uint8Array> {
  const kind = kindOf(bytes);
  if (kind === undefined) return bytes;
  try {
    return await inflate[kind](bytes, { maxOutputLength: Math.max(maxBytes, 1) });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new ItemReaderFailed(
      code === 'ERR_BUFFER_TOO_LARGE'
        ? `${name} is larger than the ${maxBytes} bytes that are read.`
        : `${name} cannot be decompressed: ${message}`,
    );
  }
}

function kindOf(bytes: Uint8Array): 'gzip' | 'zstd' | undefined {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return 'gzip';
  const zstd = bytes[0] === 0x28 && bytes[1] === 0xb5 && bytes[2] === 0x2f && bytes[3] === 0xfd;
  return zstd ? 'zstd' : undefined;
}
