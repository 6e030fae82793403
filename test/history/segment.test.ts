import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Payload } from '../../src/base/payload.ts';
import type { HistoryEvent } from '../../src/history/event.ts';
import { EVENT_ROWS } from '../../src/history/events.ts';
import { decodeSegment, encodeSegment } from '../../src/history/segment.ts';
import { passHistory, plain } from '../store/samples.ts';

const roundTrip = (events: readonly HistoryEvent[]) => decodeSegment(encodeSegment(events));

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
const anyEvent = fc.constantFrom(...EVENT_ROWS).chain((row) => {
  const { type } = row;
  const fields = row.fields.map(({ name, stored }) => {
    const value: fc.Arbitrary<unknown> =
      stored === 'payload'
        ? payload
        : stored === 'payloads'
          ? variables
          : fc.oneof(text, fc.nat(), fc.boolean());
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

  it.each(EVENT_ROWS)('knows $type with all its fields and with none', ({ type, fields }) => {
    const base = { type, id: 5, previous: 4, at: 1_700_000_000_000, frame: 3 };
    const all = fields.map(({ name, stored }) => {
      if (stored === 'plain') return [name, `value of ${name}`];
      const content = Payload.ofText(`{"of":"${name}"}`);
      return [name, stored === 'payload' ? content : { a: content, b: Payload.ofText('1') }];
    });
    const events = [base, { ...base, id: 6, ...Object.fromEntries(all) }] as unknown as HistoryEvent[];
    expect(plain(roundTrip(events))).toEqual(plain(events));
  });

  it('stores a payload once, whether the same object or the same text', () => {
    const big = JSON.stringify({ data: 'x'.repeat(5_000) });
    const shared = passHistory(Payload.ofText(big), 1_700_000_000_000);
    const copies = shared.map((event) =>
      'input' in event && event.input !== undefined ? { ...event, input: Payload.ofText(big) } : event,
    );
    const written = encodeSegment(shared);
    expect(written.length).toBeLessThan(big.length + 600);
    expect(encodeSegment(copies as HistoryEvent[])).toBe(written);
    const decoded = decodeSegment(written);
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

  it.each([
    ['[[],[[1,1,1,0,0,0]]]\n', 'payload 0 is missing'],
    ['[[2],[[2,1,1,0,0,0]]]\n{}x', 'its payloads have 3 characters, not 2'],
    ['[[],[[999,1,1,0,0]]]\n', 'an event has the unknown type 999'],
    ['[[],[[41,1,1,0,0,1]]]\n', 'a LambdaFunctionStarted event has fields of a newer version'],
  ])('refuses %j', (written, message) => {
    expect(() => decodeSegment(written)).toThrow(message);
  });
});
