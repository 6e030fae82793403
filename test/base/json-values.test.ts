// What code that handles payloads relies on, beyond the forms of numbers (json.test.ts).

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isJsonArray,
  isJsonNumber,
  isJsonObject,
  isRawNumber,
  jsonEquals,
  jsonType,
  parseJson,
  stringifyJson,
  toNumber,
} from '../../src/base/json.ts';
import { withMember } from '../../src/base/json-object.ts';
import { Payload, utf8Length } from '../../src/base/payload.ts';

describe('equality', () => {
  it.each([
    ['{"a":1}', '{"a":2}', false],
    ['{"a":1,"b":2}', '{"a":1}', false],
    ['{"a":1}', '{"a":1,"b":2}', false],
    ['[1,2]', '[1,3]', false],
    ['[1,2]', '[1]', false],
    ['[1]', '[1,2]', false],
    ['[]', '{}', false],
    ['{}', '[]', false],
    ['{"a":[{"b":1.0}]}', '{"a":[{"b":1}]}', true],
    ['1', '"1"', false],
    ['1.0', '"1.0"', false],
    ['"1.0"', '1.0', false],
    ['1.0', '1.0', true],
    ['1.0', '2.0', false],
    ['1e999', '1e999', true],
    ['{"toString":1}', '{"valueOf":1}', false],
    ['null', 'null', true],
    ['true', 'false', false],
  ])('%s and %s: %s', (a, b, same) => {
    expect(jsonEquals(parseJson(a), parseJson(b))).toBe(same);
  });

  it('holds for a document read twice, and not when one string in it differs', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(jsonEquals(parseJson(text), parseJson(text))).toBe(true);
        expect(jsonEquals(parseJson(`[${text},"a"]`), parseJson(`[${text},"b"]`))).toBe(false);
      }),
    );
  });
});

describe('kinds of values', () => {
  it.each([
    ['null', 'null'],
    ['true', 'boolean'],
    ['1', 'number'],
    ['1.0', 'number'],
    ['"1"', 'string'],
    ['[]', 'array'],
    ['{}', 'object'],
  ])('%s is of type %s', (text, type) => {
    const value = parseJson(text);
    expect(jsonType(value)).toBe(type);
    expect(isJsonNumber(value)).toBe(type === 'number');
    expect(isJsonArray(value)).toBe(type === 'array');
    expect(isJsonObject(value)).toBe(type === 'object');
    expect(isRawNumber(value)).toBe(text === '1.0');
    expect(toNumber(value)).toBe(type === 'number' ? 1 : undefined);
  });
});

describe('a member named __proto__', () => {
  it('can be changed and removed like any other', () => {
    const object = withMember(withMember({}, '__proto__', 1), 'usual', 1);
    const all = Object.getOwnPropertyDescriptors(object) as Record<string, PropertyDescriptor>;
    expect(Object.getOwnPropertyDescriptor(object, '__proto__')).toEqual(all['usual']);
  });
});

describe('a payload', () => {
  it('counts bytes as UTF-8 at every border of its lengths', () => {
    const borders = [0, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff];
    for (const point of borders) {
      const text = `a${String.fromCodePoint(point)}b`;
      expect([point, utf8Length(text)]).toEqual([point, Buffer.byteLength(text)]);
    }
    for (const text of [
      '\ud800\udc00',
      '\udbff\udfff',
      '\udc00',
      '\udfff',
      '\ud800',
      '\ud800\ud800',
      '\udbff\ue000',
    ])
      expect([text, utf8Length(text)]).toEqual([text, Buffer.byteLength(text)]);
    const unit = fc.oneof(fc.constantFrom(0x41, 0xe9, 0xd800, 0xdbff, 0xdc00, 0xdfff), fc.nat(0xffff));
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 8 }), (units) => {
        const text = String.fromCharCode(...units);
        expect(utf8Length(text)).toBe(Buffer.byteLength(text));
      }),
    );
  });

  it('is exceeded at one byte more than allowed, whatever its characters', () => {
    for (const value of ['aaaa', 'éé', '€', '😀', 'a€']) {
      const payload = Payload.ofValue(value);
      const size = Buffer.byteLength(stringifyJson(value));
      expect(payload.bytes).toBe(size);
      expect([payload.exceeds(size - 1), payload.exceeds(size)]).toEqual([true, false]);
    }
  });

  it('takes text and value together as they are given', () => {
    const value = { a: 1 };
    const payload = Payload.ofBoth('{ "a": 1 }', value);
    expect([payload.text, payload.value, payload.bytes]).toEqual(['{ "a": 1 }', value, 10]);
    expect(payload.value).toBe(value);
  });
});
