// Data between threads: what is unpacked is what was packed.

import { expect, test } from 'vitest';
import { parseJson, stringifyJson } from '../../src/base/json.ts';
import { Payload } from '../../src/base/payload.ts';
import { pack, unpack } from '../../src/base/transfer.ts';

/** Through the text that crosses. */
const carried = (value: unknown): unknown => unpack(structuredClone(pack(value)));

test('plain values, Maps and Sets arrive as they were', () => {
  const value = {
    none: undefined,
    all: [1, -2.5, 'x', true, null, undefined, Number.POSITIVE_INFINITY],
    map: new Map<unknown, unknown>([
      [0, { a: new Set([1, 2]) }],
      ['k', []],
    ]),
  };
  expect(carried(value)).toEqual(value);
});

test('holes of a list arrive as undefined, in their places', () => {
  const list = new Array<string | undefined>(3);
  list[2] = 'x';
  expect(carried(list)).toEqual([undefined, undefined, 'x']);
});

test('payloads arrive with their text, and one that is met twice is one', () => {
  const payload = Payload.ofValue({ a: [1] });
  const [first, second] = carried([payload, payload]) as [Payload, Payload];
  expect(first.text).toBe('{"a":[1]}');
  expect(second).toBe(first);
});

test('circles are closed again', () => {
  interface Frame {
    parent: Frame | undefined;
    children: Set<Frame>;
  }
  const parent: Frame = { parent: undefined, children: new Set() };
  parent.children.add({ parent, children: new Set() });
  const arrived = carried(parent) as Frame;
  expect([...arrived.children][0]!.parent).toBe(arrived);
});

test('JSON keeps the order of its members and the digits of its numbers', () => {
  const text = '{"b":1,"10":2.0,"2":12345678901234567890,"__proto__":{"x":1.0E-5}}';
  const json = parseJson(text);
  const arrived = carried([json, json]) as (typeof json)[];
  expect(stringifyJson(arrived[0]!)).toBe(text);
  expect(arrived[1]).toBe(arrived[0]);
});
