import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Payload } from '../../src/base/payload.ts';
import type { HistoryEvent } from '../../src/history/event.ts';
import { EVENT_LAYOUTS } from '../../src/history/event-layout.ts';
import { decodeSegment, encodeSegment, JournalDamaged } from '../../src/history/segment.ts';
import { passHistory, plain } from '../store/samples.ts';

const PLACE = { key: 42, segment: 7 };
const roundTrip = (events: readonly HistoryEvent[]) => decodeSegment(encodeSegment(events), PLACE);

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('"\\', '\u0000\n', 'é😀', '\ud800'),
);
const payload = fc.json({ maxDepth: 2 }).map(Payload.ofText);
const variables = fc
  .array(fc.tuple(fc.oneof(text, fc.constantFrom('__proto__', 'constructor', '7')), payload), {
    maxLength: 3,
  })
  .map(Object.fromEntries);

/** An event of one type with any of its fields absent. */
const anyEvent = fc.constantFrom(...EVENT_LAYOUTS).chain(({ type, names, kinds }) => {
  const fields = names.map((name, i) => {
    const kind = kinds[i]!;
    const value: fc.Arbitrary<unknown> =
      kind === 'payload' ? payload : kind === 'payloads' ? variables : fc.oneof(text, fc.nat(), fc.boolean());
    return fc.option(
      value.map((content) => [name, content] as const),
      { nil: undefined },
    );
  });
  const base = fc.record({
    step: fc.integer({ min: 0, max: 3 }),
    previous: fc.nat(),
    at: fc.nat(2 ** 42),
    frame: fc.nat(),
  });
  return fc.tuple(base, fc.tuple(...fields)).map(([{ step, ...rest }, given]) => ({
    step,
    event: { type, ...rest, ...Object.fromEntries(given.filter((field) => field !== undefined)) },
  }));
});

/** Ids rise by the steps; a step of 0 is a note. */
const anyEvents = fc.array(anyEvent, { minLength: 1, maxLength: 12 }).map((list) => {
  let id = 0;
  return list.map(({ step, event }) => {
    id += step;
    return { ...event, id: step === 0 ? 0 : id } as unknown as HistoryEvent;
  });
});

describe('a journal segment', () => {
  it('gives back every event of every type as it was', () => {
    fc.assert(
      fc.property(anyEvents, (events) => {
        const decoded = roundTrip(events);
        expect(plain(decoded)).toEqual(plain(events));
        expect(decoded.map((event) => Object.keys(event).toSorted())).toEqual(
          events.map((event) => Object.keys(event).toSorted()),
        );
      }),
      { numRuns: 500, seed: 20 },
    );
  });

  it.each(EVENT_LAYOUTS)('knows $type with all its fields and with none', ({ type, names, kinds }) => {
    const base = { type, id: 5, previous: 4, at: 1_700_000_000_000, frame: 3 };
    const all = names.map((name, i) => {
      if (kinds[i] === 'plain') return [name, `value of ${name}`];
      const content = Payload.ofText(`{"of":"${name}"}`);
      return [name, kinds[i] === 'payload' ? content : { a: content, b: Payload.ofText('1') }];
    });
    const events = [base, { ...base, id: 6, ...Object.fromEntries(all) }] as unknown as HistoryEvent[];
    expect(plain(roundTrip(events))).toEqual(plain(events));
  });

  it('has a number of its own for each type', () => {
    expect(new Set(EVENT_LAYOUTS.map((layout) => layout.code)).size).toBe(EVENT_LAYOUTS.length);
  });

  it('stores a payload once, whether the same object or the same text', () => {
    const big = JSON.stringify({ data: 'x'.repeat(5_000) });
    const shared = passHistory(Payload.ofText(big), 1_700_000_000_000);
    const copies = shared.map((event) =>
      'input' in event && event.input !== undefined ? { ...event, input: Payload.ofText(big) } : event,
    );
    const bytes = encodeSegment(shared);
    expect(bytes.length).toBeLessThan(big.length + 600);
    expect(encodeSegment(copies as HistoryEvent[])).toEqual(bytes);
    const decoded = decodeSegment(bytes, PLACE);
    expect(decoded[1]?.type === 'PassStateEntered' && decoded[1].input).toBe(
      decoded[0]?.type === 'ExecutionStarted' && decoded[0].input,
    );
  });

  it('keeps more payloads apart than it compares one by one', () => {
    const payloads = Array.from({ length: 40 }, (_, i) => Payload.ofText(`{"item":${i}}`));
    const events = [...payloads, ...payloads.toReversed(), ...payloads].map((input, i) => ({
      type: 'PassStateEntered' as const,
      id: i + 1,
      previous: i,
      at: 1,
      frame: 0,
      name: 'P',
      input,
    }));
    expect(plain(roundTrip(events))).toEqual(plain(events));
  });

  it('keeps numbers as they were written', () => {
    const input = Payload.ofText('{"a":1.0,"b":12345678901234567890,"c":1E5}');
    const events = passHistory(input, 1);
    const first = roundTrip(events)[0]!;
    expect(first.type === 'ExecutionStarted' && first.input.text).toBe(input.text);
  });

  it('escapes half a surrogate pair, which UTF-8 cannot carry', () => {
    const [first] = roundTrip(passHistory(Payload.ofText('"a\ud800b\udc00 😀"'), 1));
    expect(first?.type === 'ExecutionStarted' && first.input.text).toBe('"a\\ud800b\\udc00 😀"');
    expect(first?.type === 'ExecutionStarted' && first.input.value).toBe('a\ud800b\udc00 😀');
  });

  it('makes a variable named __proto__ an ordinary one', () => {
    const assigned = Object.fromEntries([['__proto__', Payload.ofText('1')]]);
    const event: HistoryEvent = {
      type: 'PassStateExited',
      id: 1,
      previous: 0,
      at: 1,
      frame: 0,
      name: 'P',
      output: Payload.ofText('{}'),
      assigned,
    };
    const [decoded] = roundTrip([event]);
    expect(decoded?.type === 'PassStateExited' && Object.keys(decoded.assigned!)).toEqual(['__proto__']);
  });

  it('refuses to write ids that do not rise', () => {
    const [first, second] = passHistory(Payload.ofText('{}'), 1);
    expect(() => encodeSegment([second!, first!])).toThrow('Expected event ids to rise, but 1 follows 2');
  });

  it('reports any changed byte, naming the segment', () => {
    const bytes = encodeSegment(passHistory(Payload.ofText('{"é":1}'), 1));
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const damaged = Uint8Array.from(bytes);
        damaged[at]! ^= flip;
        expect(() => decodeSegment(damaged, PLACE)).toThrow(JournalDamaged);
        expect(() => decodeSegment(damaged, PLACE)).toThrow('journal segment 7 of execution 42');
      }),
      { seed: 20 },
    );
    for (const length of [0, 4, 5, bytes.length - 1]) {
      expect(() => decodeSegment(bytes.subarray(0, length), PLACE)).toThrow(JournalDamaged);
    }
  });
});
