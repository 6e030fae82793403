// The write-ahead log, looked at before SQLite takes it up. SQLite takes the frames up to the first whose checksum is wrong and
// forgets the rest without a word: right for the torn end that a power cut leaves, wrong for a log that was damaged in its
// middle, where what follows had been acknowledged.
//
//   header   magic, version, page size, checkpoint, two salts, two checksums           8 big-endian words
//   frame    page number, pages after commit (0: none), two salts, two checksums        6 big-endian words, then the page
//
// A checksum goes on from that of the frame before, so a frame can be told sound by its neighbour alone, also after damage.
// Frames with other salts are of an earlier round of the log. (https://www.sqlite.org/fileformat.html#walformat)

import { closeSync, openSync, readSync } from 'node:fs';
import { endianness } from 'node:os';

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
/** The lowest bit says that checksums are taken over big-endian words. */
const MAGIC = 0x377f0682;

export interface WalDamage {
  /** Number of the first frame that cannot be taken up, from 1; 0: the header. */
  readonly frame: number;
  /** Transactions that had been made durable and are lost with it, as far as can be told. */
  readonly transactions: number;
}

type Sum = readonly [number, number];
/** Goes on from a checksum over whole pairs of words. */
type Checksum = (from: Sum, bytes: Buffer, start: number, end: number) => Sum;

interface Frame {
  /** Last of its transaction. */
  readonly commits: boolean;
  readonly salts: string;
  /** The checksum it carries. */
  readonly stored: Sum;
  /** The checksum it should carry after a frame with `from`. Only until the next frame is read. */
  sumAfter(from: Sum): Sum;
}

/**
 * @param pageBytes of the database, for a log whose header cannot be read.
 * @returns undefined for no log, a sound one, and one whose end alone is torn: what was under way when the power failed was
 *   acknowledged to nobody.
 */
export function findWalDamage(file: string, pageBytes: number): WalDamage | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return inspect(descriptor, pageBytes);
  } finally {
    closeSync(descriptor);
  }
}

function inspect(descriptor: number, pageBytes: number): WalDamage | undefined {
  const header = Buffer.from(new ArrayBuffer(HEADER_BYTES));
  if (readSync(descriptor, header, 0, HEADER_BYTES, 0) < HEADER_BYTES) return undefined;
  const magic = header.readUInt32BE(0);
  const sum = checksum((magic & 1) === 1);
  const start = sum([0, 0], header, 0, 24);
  const isSound = (magic & ~1) >>> 0 === MAGIC && same(start, sumAt(header, 24));
  if (!isSound) return withoutHeader(frames(descriptor, pageBytes, checksum(endianness() === 'BE')));
  return behindHeader(frames(descriptor, header.readUInt32BE(8), sum), saltsAt(header, 16), start);
}

/**
 * A transaction is made durable before the next one writes its first frame. So a sound frame after the end of a transaction
 * proves that the transaction had been durable: when it cannot be taken up, it was damaged, not torn.
 */
function behindHeader(all: Iterable<Frame>, salts: string, start: Sum): WalDamage | undefined {
  let number = 0;
  let unsound: number | undefined;
  let ends = 0;
  let durable = 0;
  let before = [start];
  let afterEnd = false;
  for (const frame of all) {
    number++;
    const ours = frame.salts === salts;
    const sums = ours || unsound === undefined ? before.map((from) => frame.sumAfter(from)) : [];
    const follows = ours && sums.some((sum) => same(sum, frame.stored));
    if (!follows) unsound ??= number;
    if (unsound !== undefined) {
      if (follows && afterEnd) durable = ends;
      if (frame.commits) ends++;
    }
    afterEnd = unsound !== undefined && frame.commits;
    // A damaged page leaves the checksum that the frame carries right, a damaged checksum the one that it should carry.
    before = unsound === undefined ? [frame.stored] : [frame.stored, ...sums.slice(0, 1)];
  }
  return unsound === undefined || durable === 0 ? undefined : { frame: unsound, transactions: durable };
}

/** Without its header nothing of a log is taken up. It is written, durably, before the first frame: it cannot be torn. */
function withoutHeader(all: Iterable<Frame>): WalDamage | undefined {
  let transactions = 0;
  let before: Frame | undefined;
  let salts: string | undefined;
  for (const frame of all) {
    if (before !== undefined && salts === undefined && before.salts === frame.salts) {
      if (same(frame.sumAfter(before.stored), frame.stored)) {
        salts = frame.salts;
        if (before.commits) transactions++;
      }
    }
    if (frame.salts === salts && frame.commits) transactions++;
    before = frame;
  }
  return transactions === 0 ? undefined : { frame: 0, transactions };
}

function* frames(descriptor: number, pageBytes: number, sum: Checksum): Generator<Frame> {
  const bytes = Buffer.from(new ArrayBuffer(FRAME_HEADER_BYTES + pageBytes));
  for (let at = HEADER_BYTES; ; at += bytes.length) {
    if (readSync(descriptor, bytes, 0, bytes.length, at) < bytes.length) return;
    yield {
      commits: bytes.readUInt32BE(4) !== 0,
      salts: saltsAt(bytes, 8),
      stored: sumAt(bytes, 16),
      sumAfter: (from) => sum(sum(from, bytes, 0, 8), bytes, FRAME_HEADER_BYTES, bytes.length),
    };
  }
}

function checksum(bigEndian: boolean): Checksum {
  const isNative = bigEndian === (endianness() === 'BE');
  return ([first, second], bytes, start, end) => {
    const part = isNative
      ? bytes
      : Buffer.from(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + end)).swap32();
    const words = new Uint32Array(part.buffer, part.byteOffset + start, (end - start) / 4);
    let a = first;
    let b = second;
    for (let i = 0; i < words.length; i += 2) {
      a = (a + words[i]! + b) >>> 0;
      b = (b + words[i + 1]! + a) >>> 0;
    }
    return [a, b];
  };
}

function saltsAt(bytes: Buffer, at: number): string {
  return bytes.toString('hex', at, at + 8);
}

function sumAt(bytes: Buffer, at: number): Sum {
  return [bytes.readUInt32BE(at), bytes.readUInt32BE(at + 4)];
}

function same(one: Sum, other: Sum): boolean {
  return one[0] === other[0] && one[1] === other[1];
}
