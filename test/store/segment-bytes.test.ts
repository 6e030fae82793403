import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Payload } from '../../src/base/payload.ts';
import type { HistoryEvent } from '../../src/history/event.ts';
import { JournalDamaged, segmentFromBytes, segmentToBytes } from '../../src/store/segment-bytes.ts';
import { passHistory, plain } from './samples.ts';

const PLACE = { key: 42, segment: 7 };

/** A segment as format 1 was first written: every type of event, once without fields and once with all of them. */
const FORMAT_1 = JSON.parse(readFileSync(new URL('./segment-format-1.json', import.meta.url), 'utf8')) as {
  readonly bytes: readonly string[];
  readonly events: readonly Readonly<Record<string, unknown>>[];
};
const bytesOfFormat1 = Buffer.from(FORMAT_1.bytes.join(''), 'base64');

/** Payloads are `{ payload }` and `{ payloads }` in the file. */
function readEvent(event: Readonly<Record<string, unknown>>): HistoryEvent {
  const read = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if ('payload' in value) return Payload.ofText(value.payload as string);
    const { payloads } = value as { readonly payloads: Readonly<Record<string, string>> };
    return Object.fromEntries(Object.entries(payloads).map(([name, text]) => [name, Payload.ofText(text)]));
  };
  return Object.fromEntries(
    Object.entries(event).map(([name, value]) => [name, read(value)]),
  ) as unknown as HistoryEvent;
}

test('reads what earlier versions wrote', () => {
  const expected = FORMAT_1.events.map(readEvent);
  expect(new Set(expected.map(({ type }) => type)).size).toBe(66);
  expect(plain(segmentFromBytes(bytesOfFormat1, PLACE))).toEqual(plain(expected));
});

test('writes the same bytes as earlier versions, so that they can read them', () => {
  expect(Buffer.from(segmentToBytes(FORMAT_1.events.map(readEvent)))).toEqual(bytesOfFormat1);
});

test('reports any changed byte, naming the segment', () => {
  const bytes = segmentToBytes(passHistory(Payload.ofText('{"é":1}'), 1));
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const damaged = Uint8Array.from(bytes);
      damaged[at]! ^= flip;
      expect(() => segmentFromBytes(damaged, PLACE)).toThrow(JournalDamaged);
      expect(() => segmentFromBytes(damaged, PLACE)).toThrow('journal segment 7 of execution 42');
    }),
    { seed: 20 },
  );
  for (const length of [0, 4, 5, bytes.length - 1]) {
    expect(() => segmentFromBytes(bytes.subarray(0, length), PLACE)).toThrow(JournalDamaged);
  }
});
