// Events of one execution in one commit <-> one segment of bytes. A segment keeps each distinct payload once and events
// refer to it by number: most events repeat the input or output of their neighbour.
//
//   byte 0     format version
//   bytes 1–4  CRC-32 of the rest, little-endian
//   the rest   UTF-8: one line of JSON `[lengths of the payloads, events]`, a newline, then the payloads end to end
//
// An event is `[code, id step, previous step, time step, frame, …fields]` with absent fields as null and the absent ones at
// the end left out, so an optional field added to the end of a layout needs no new version. Lengths are UTF-16 units.

import { crc32 } from 'node:zlib';
import { assert } from '../base/assert.ts';
import { Payload } from '../base/payload.ts';
import type { HistoryEvent } from './event.ts';
import { type EventLayout, layoutByCode, layoutOf } from './event-layout.ts';

const VERSION = 1;
const HEADER_BYTES = 5;
/** Payloads compared by identity one after the other before a table is asked. */
const RECENT = 4;

/** A segment is not what was written. Nothing of the history is guessed: the execution cannot be read. */
export class JournalDamaged extends Error {
  override readonly name = 'JournalDamaged';
}

/** Where a segment lies, for messages. */
export interface SegmentPlace {
  /** Execution key. */
  readonly key: number;
  /** Row number of the segment. */
  readonly segment: number;
}

/** @param events not empty; public ids rise. @returns bytes that nobody else holds. */
export function encodeSegment(events: readonly HistoryEvent[]): Uint8Array {
  const payloads = new PayloadTable();
  let rows = '';
  let lastId = 0;
  let lastAt = 0;
  for (const event of events) {
    const { id, at } = event;
    assert(id === 0 || id > lastId, `Expected event ids to rise, but ${id} follows ${lastId}`);
    const layout = layoutOf(event.type);
    rows += `${rows === '' ? '[' : ',['}${layout.code},${id === 0 ? 0 : id - lastId},${lastId - event.previous},${at - lastAt},${event.frame}`;
    rows += `${fieldsText(event as unknown as Record<string, unknown>, layout, payloads)}]`;
    if (id !== 0) lastId = id;
    lastAt = at;
  }
  const text = `[[${payloads.lengths.join()}],[${rows}]]\n${payloads.text}`;
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + Buffer.byteLength(text));
  bytes[0] = VERSION;
  bytes.write(text, HEADER_BYTES, 'utf8');
  bytes.writeUInt32LE(crc32(bytes.subarray(HEADER_BYTES)), 1);
  return bytes;
}

/** JSON of the fields, each after a comma. Written by hand: twice as fast as `JSON.stringify` of nested arrays. */
function fieldsText(event: Record<string, unknown>, layout: EventLayout, payloads: PayloadTable): string {
  const { names, kinds } = layout;
  let text = '';
  let absent = '';
  for (let f = 0; f < names.length; f++) {
    const value = event[names[f]!];
    if (value === undefined) {
      absent += ',null';
      continue;
    }
    const kind = kinds[f];
    const field =
      kind === 'payload'
        ? payloads.add(value as Payload)
        : kind === 'payloads'
          ? assignedText(value as Readonly<Record<string, Payload>>, payloads)
          : typeof value === 'string'
            ? quoted(value)
            : JSON.stringify(value);
    text += `${absent},${field}`;
    absent = '';
  }
  return text;
}

const NEEDS_ESCAPE = /["\\\u0000-\u001f\ud800-\udfff]/;

function quoted(text: string): string {
  return NEEDS_ESCAPE.test(text) ? JSON.stringify(text) : `"${text}"`;
}

function assignedText(assigned: Readonly<Record<string, Payload>>, payloads: PayloadTable): string {
  const members = Object.entries(assigned).map(([name, value]) => `${quoted(name)},${payloads.add(value)}`);
  return `[${members.join()}]`;
}

/**
 * @returns the events in order, payloads as `Payload.ofText` (equal payloads of one segment are one object).
 * @throws JournalDamaged for another format version, a wrong checksum, or content that does not add up.
 */
export function decodeSegment(segment: Uint8Array, place: SegmentPlace): HistoryEvent[] {
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
    return decodeContent(content.toString('utf8'));
  } catch (cause) {
    throw damaged(place, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function damaged(place: SegmentPlace, but: string, cause?: unknown): JournalDamaged {
  return new JournalDamaged(
    `Expected journal segment ${place.segment} of execution ${place.key} in format ${VERSION}, but ${but}`,
    { cause },
  );
}

type Plain = string | number | boolean;
type EventRow = [number, number, number, number, number, ...(Plain | null | (string | number)[])[]];

function decodeContent(text: string): HistoryEvent[] {
  const lineEnd = text.indexOf('\n');
  const [lengths, rows] = JSON.parse(text.slice(0, lineEnd)) as [number[], EventRow[]];
  const payloads = decodePayloads(text, lineEnd + 1, lengths);
  const payloadAt = (index: unknown): Payload => {
    const payload = payloads[index as number];
    if (payload === undefined) throw new Error(`payload ${index} is missing`);
    return payload;
  };
  const events: HistoryEvent[] = new Array(rows.length);
  let lastId = 0;
  let at = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    const layout = layoutByCode(row[0]);
    const step = row[1];
    const previous = lastId - row[2];
    if (step !== 0) lastId += step;
    at += row[3];
    const event: Record<string, unknown> = {
      type: layout.type,
      id: step === 0 ? 0 : lastId,
      previous,
      at,
      frame: row[4],
    };
    const { names, kinds } = layout;
    if (row.length - 5 > names.length)
      throw new Error(`a ${layout.type} event has fields of a newer version`);
    for (let f = 5; f < row.length; f++) {
      const value = row[f];
      if (value === null) continue;
      const kind = kinds[f - 5];
      event[names[f - 5]!] =
        kind === 'plain'
          ? value
          : kind === 'payload'
            ? payloadAt(value)
            : decodeAssigned(value as (string | number)[], payloadAt);
    }
    events[i] = event as unknown as HistoryEvent;
  }
  return events;
}

function decodePayloads(text: string, from: number, lengths: readonly number[]): Payload[] {
  let end = from;
  const payloads = lengths.map((length) => {
    const start = end;
    end += length;
    return Payload.ofText(text.slice(start, end));
  });
  if (end !== text.length)
    throw new Error(`its payloads have ${text.length - from} characters, not ${end - from}`);
  return payloads;
}

/** `fromEntries` makes own members, also of a variable named `__proto__`. */
function decodeAssigned(row: readonly (string | number)[], payloadAt: (index: unknown) => Payload) {
  const entries: [string, Payload][] = [];
  for (let i = 0; i < row.length; i += 2) entries.push([row[i] as string, payloadAt(row[i + 1])]);
  return Object.fromEntries(entries);
}

/** The distinct payloads of one segment, in order of first use. */
class PayloadTable {
  readonly lengths: number[] = [];
  text = '';
  readonly #recent: Payload[] = [];
  readonly #byText = new Map<string, number>();

  /** @returns number of the payload. */
  add(payload: Payload): number {
    const recent = this.#recent;
    for (let i = 0; i < recent.length; i++) {
      if (recent[i] === payload) return this.#byText.get(payload.text)!;
    }
    recent[this.lengths.length % RECENT] = payload;
    const known = this.#byText.get(payload.text);
    if (known !== undefined) return known;
    const text = wellFormed(payload.text);
    const index = this.lengths.push(text.length) - 1;
    this.text += text;
    this.#byText.set(payload.text, index);
    return index;
  }
}

const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** UTF-8 cannot carry half a surrogate pair; inside a JSON string its escape says the same. */
function wellFormed(json: string): string {
  if (json.isWellFormed()) return json;
  return json.replace(LONE_SURROGATE, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`);
}
