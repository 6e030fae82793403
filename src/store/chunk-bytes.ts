// A chunk of a Map Run's inputs <-> the bytes that a store keeps of it.
//
//   byte 0     format version
//   bytes 1–4  CRC-32 of the rest, little-endian
//   the rest   UTF-8: one line of JSON `[lengths of the inputs, item counts or 0]`, a newline, then the inputs end to end.
//              Lengths are UTF-16 units.

import { crc32 } from 'node:zlib';
import type { MapRunChunk } from './map-runs.ts';
import { JournalDamaged } from './segment-bytes.ts';

const VERSION = 1;
const HEADER_BYTES = 5;

export function chunkToBytes({ inputs, itemCounts }: MapRunChunk): Uint8Array {
  // Inputs are printed by JSON.stringify, which escapes half a surrogate pair: their UTF-8 gives them back as they are.
  const lengths = inputs.map(({ length }) => length);
  const text = `${JSON.stringify([lengths, itemCounts ?? 0])}\n${inputs.join('')}`;
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + Buffer.byteLength(text));
  bytes[0] = VERSION;
  bytes.write(text, HEADER_BYTES, 'utf8');
  bytes.writeUInt32LE(crc32(bytes.subarray(HEADER_BYTES)), 1);
  return bytes;
}

/** @param run key, for messages. @throws JournalDamaged */
export function chunkFromBytes(chunk: Uint8Array, first: number, run: number): MapRunChunk {
  const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  const content = bytes.subarray(HEADER_BYTES);
  if (bytes[0] !== VERSION || crc32(content) !== bytes.readUInt32LE(1)) {
    throw new JournalDamaged(
      `Expected the inputs of Map Run ${run} from child ${first} on in format ${VERSION}, but they are damaged`,
    );
  }
  const text = content.toString('utf8');
  const lineEnd = text.indexOf('\n');
  const [lengths, counts] = JSON.parse(text.slice(0, lineEnd)) as [number[], number[] | 0];
  let end = lineEnd + 1;
  const inputs = lengths.map((length) => {
    const start = end;
    end += length;
    return text.slice(start, end);
  });
  return { first, inputs, itemCounts: counts === 0 ? undefined : counts };
}
