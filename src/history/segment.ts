// Events of one execution in one commit <-> one segment of text. A segment keeps each distinct payload once and events
// refer to it by number: most events repeat the input or output of their neighbour. Pure, also for browsers; what a store
// keeps of it are bytes with a checksum (store/segment-bytes.ts).
//
// One line of JSON `[lengths of the payloads, events]`, a newline, then the payloads end to end. An event is
// `[code, id step, previous step, time step, frame, …fields]` with absent fields as null and the absent ones at the end
// left out, so an optional field added to the end of a row of events.ts needs no new version. Lengths are UTF-16 units.

import { assert } from '../base/assert.ts';
import { Payload } from '../base/payload.ts';
import type { HistoryEvent } from './event.ts';
import { type EventRow, eventRow, eventRowByCode } from './events.ts';

/** Payloads compared by identity one after the other before a table is asked. */
const RECENT = 4;

/** @param events not empty; public ids rise. @returns well-formed text: UTF-8 can carry it. */
export function encodeSegment(events: readonly HistoryEvent[]): string {
  const payloads = new PayloadTable();
  let rows = '';
  let lastId = 0;
  let lastAt = 0;
  for (const event of events) {
    const { id, at } = event;
    assert(id === 0 || id > lastId, `Expected event ids to rise, but ${id} follows ${lastId}`);
    const row = eventRow(event.type);
    rows += `${rows === '' ? '[' : ',['}${row.code},${id === 0 ? 0 : id - lastId},${lastId - event.previous},${at - lastAt},${event.frame}`;
    rows += `${fieldsText(event as unknown as Record<string, unknown>, row, payloads)}]`;
    if (id !== 0) lastId = id;
    lastAt = at;
  }
  return `[[${payloads.lengths.join()}],[${rows}]]\n${payloads.text}`;
}

/** JSON of the fields, each after a comma. Written by hand: twice as fast as `JSON.stringify` of nested arrays. */
function fieldsText(event: Record<string, unknown>, row: EventRow, payloads: PayloadTable): string {
  const { fields } = row;
  let text = '';
  let absent = '';
  for (let f = 0; f < fields.length; f++) {
    const { name, stored } = fields[f]!;
    const value = event[name];
    if (value === undefined) {
      absent += ',null';
      continue;
    }
    const field =
      stored === 'payload'
        ? payloads.add(value as Payload)
        : stored === 'payloads'
          ? assignedText(value as Readonly<Record<string, Payload>>, payloads)
          : typeof value === 'string'
            ? quote(value)
            : JSON.stringify(value);
    text += `${absent},${field}`;
    absent = '';
  }
  return text;
}

const NEEDS_ESCAPE = /["\\\u0000-\u001f\ud800-\udfff]/;

function quote(text: string): string {
  return NEEDS_ESCAPE.test(text) ? JSON.stringify(text) : `"${text}"`;
}

function assignedText(assigned: Readonly<Record<string, Payload>>, payloads: PayloadTable): string {
  const members = Object.entries(assigned).map(([name, value]) => `${quote(name)},${payloads.add(value)}`);
  return `[${members.join()}]`;
}

type Plain = string | number | boolean;
type EncodedEvent = [number, number, number, number, number, ...(Plain | null | (string | number)[])[]];

/**
 * @returns the events in order, payloads as `Payload.ofText` (equal payloads of one segment are one object).
 * @throws Error for text that no segment has.
 */
export function decodeSegment(text: string): HistoryEvent[] {
  const lineEnd = text.indexOf('\n');
  const [lengths, encoded] = JSON.parse(text.slice(0, lineEnd)) as [number[], EncodedEvent[]];
  const payloads = decodePayloads(text, lineEnd + 1, lengths);
  const payloadAt = (index: unknown): Payload => {
    const payload = payloads[index as number];
    if (payload === undefined) throw new Error(`payload ${index} is missing`);
    return payload;
  };
  const events: HistoryEvent[] = new Array(encoded.length);
  let lastId = 0;
  let at = 0;
  for (let i = 0; i < encoded.length; i++) {
    const values = encoded[i]!;
    const { type, fields } = eventRowByCode(values[0]);
    const step = values[1];
    const previous = lastId - values[2];
    if (step !== 0) lastId += step;
    at += values[3];
    const event: Record<string, unknown> = {
      type,
      id: step === 0 ? 0 : lastId,
      previous,
      at,
      frame: values[4],
    };
    if (values.length - 5 > fields.length) throw new Error(`a ${type} event has fields of a newer version`);
    for (let f = 5; f < values.length; f++) {
      const value = values[f];
      if (value === null) continue;
      const { name, stored } = fields[f - 5]!;
      event[name] =
        stored === 'plain'
          ? value
          : stored === 'payload'
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
    const text = toWellFormed(payload.text);
    const index = this.lengths.push(text.length) - 1;
    this.text += text;
    this.#byText.set(payload.text, index);
    return index;
  }
}

const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** UTF-8 cannot carry half a surrogate pair; inside a JSON string its escape says the same. */
function toWellFormed(json: string): string {
  if (json.isWellFormed()) return json;
  return json.replace(LONE_SURROGATE, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`);
}
