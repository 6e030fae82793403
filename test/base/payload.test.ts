import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/base/json.ts';
import { Payload, utf8Length } from '../../src/base/payload.ts';

describe('a payload', () => {
  it('keeps the text it was given', () => {
    expect(Payload.ofText('[ 1,  2 ]').text).toBe('[ 1,  2 ]');
    expect(Payload.ofText('[ 1,  2 ]').value).toEqual([1, 2]);
    expect(Payload.ofText('null').value).toBeNull();
  });

  it.each(['', 'abc', 'é', '€', '😀', '\ud800', 'a😀\udc00b'])('counts the bytes of %j as UTF-8', (text) => {
    expect(utf8Length(text)).toBe(Buffer.byteLength(text));
  });

  it('says of a value that no text could hold that it exceeds', () => {
    let value: Json = 'x';
    for (let i = 0; i < 60; i++) value = i % 2 === 0 ? [value, value] : { a: value, b: value };
    expect(Payload.ofValue(value).exceeds(262_144)).toBe(true);
  });

  it('says whether it exceeds a number of bytes', () => {
    expect(Payload.ofValue('€€').exceeds(7)).toBe(true);
    expect(Payload.ofValue('€€').exceeds(8)).toBe(false);
    expect(Payload.ofValue('abc').exceeds(4)).toBe(true);
    expect(Payload.ofValue({ abc: [1, true, null] }).exceeds(20)).toBe(true);
    expect(Payload.ofValue({ abc: [1, true, null] }).exceeds(21)).toBe(false);
  });
});
