// Events of one execution in one commit <-> the bytes that a store keeps of them.
//
//   byte 0     format version
//   bytes 1–4  CRC-32 of the rest, little-endian
//   the rest   UTF-8: a segment as history/segment.ts writes it

import { crc32 } from 'node:zlib';
import type { HistoryEvent } from '../history/event.ts';
import { decodeSegment, encodeSegment } from '../history/segment.ts';
import { StoreDamaged } from './store.ts';

const VERSION = 1;
const HEADER_BYTES = 5;

/** A segment is not what was written. Nothing of the history is guessed: the execution cannot be read. */
export class JournalDamaged extends StoreDamaged {
  override readonly name: string = 'JournalDamaged';
}

/** Where a segment lies, for messages. */
export interface SegmentPlace {
  /** Execution key. */
  readonly key: number;
  /** Row number of the segment. */
  readonly segment: number;
}

/** @param events not empty; public ids rise. @returns bytes that nobody else holds. */
export function segmentToBytes(events: readonly HistoryEvent[]): Uint8Array {
  const text = encodeSegment(events);
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + Buffer.byteLength(text));
  bytes[0] = VERSION;
  bytes.write(text, HEADER_BYTES, 'utf8');
  bytes.writeUInt32LE(crc32(bytes.subarray(HEADER_BYTES)), 1);
  return bytes;
}

/** @throws JournalDamaged for another format version, a wrong checksum, or content that does not add up. */
export function segmentFromBytes(segment: Uint8Array, place: SegmentPlace): HistoryEvent[] {
  const bytes = Buffer.from(segment.buffer, segment.byteOffset, segment.byteLength);
  if (bytes.length < HEADER_BYTES) throw damaged(place, `it has ${bytes.length} bytes`);
  if (bytes[0] !== VERSION) {
    throw damaged(
      place,
      `its format is ${bytes[0]}; it is damaged or was written by another version of Treadle`,
    );
  }
  const content = bytes.subarray(HEADER_BYTES);
  if (crc32(content) !== bytes.readUInt32LE(1)) throw damaged(place, 'its checksum is wrong');
  try {
    return decodeSegment(content.toString('utf8'));
  } catch (cause) {
    throw damaged(place, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function damaged(place: SegmentPlace, but: string, cause?: unknown): JournalDamaged {
  return new JournalDamaged(
    `Expected journal segment ${place.segment} of execution ${place.key} in format ${VERSION}, but ${but}: the execution rests while the others go on; a backup may have it whole`,
    { cause },
  );
}
