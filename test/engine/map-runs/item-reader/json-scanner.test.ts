import { describe, expect, it, test } from 'vitest';
import { JsonScanner } from '../../../../src/engine/map-runs/item-reader/json-scanner.ts';

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

function scan(pieces: readonly Uint8Array[], pointer?: string): string[] {
  const scanner = new JsonScanner(pointer);
  const found: string[] = [];
  for (const piece of pieces) {
    for (const { key, value } of scanner.push(piece)) {
      found.push(key === undefined ? text(value) : `${text(key)}: ${text(value)}`);
    }
  }
  scanner.end();
  return found;
}

const bytes = (of: string): Uint8Array => new TextEncoder().encode(of);

describe('items', () => {
  test.each<[string, string, string | undefined, string[]]>([
    [
      'an array',
      ' [ 1 , "a]" ,[[2],{"b":"}"}]\n,{} ,null ] ',
      undefined,
      ['1', '"a]"', '[[2],{"b":"}"}]', '{}', 'null'],
    ],
    ['an object', '{"a":1,"b\\"":{"c":[]},"ä":"€"}', undefined, ['"a": 1', '"b\\"": {"c":[]}', '"ä": "€"']],
    ['a pointer', '{"x":[1,{"y":"]"}],"a/b":{"~":[7,8]},"z":[9]}', '/a~1b/~0', ['7', '8']],
    ['a pointer to an object in an array', '[[],{"a":{}},[5],{"k":1}]', '/3', ['"k": 1']],
    ['a mark of the byte order', '\uFEFF[1,2]', undefined, ['1', '2']],
    ['escapes', '["\\\\","\\"]",  "\\u0041"]', undefined, ['"\\\\"', '"\\"]"', '"\\u0041"']],
  ])('of %s are the same wherever the bytes are split', (_, whole, pointer, expected) => {
    const all = bytes(whole);
    expect(scan([all], pointer)).toEqual(expected);
    for (let at = 0; at <= all.length; at++) {
      expect(scan([all.subarray(0, at), all.subarray(at)], pointer), `split at ${at}`).toEqual(expected);
    }
    expect(
      scan(
        Array.from(all, (byte) => Uint8Array.of(byte)),
        pointer,
      ),
    ).toEqual(expected);
  });

  it('behind what the pointer leads to are not waited for', () => {
    const scanner = new JsonScanner('/a');
    scanner.push(bytes('{"a":[1]'));
    expect(scanner.finished).toBe(true);
    expect(scanner.push(bytes(', no JSON'))).toEqual([]);
    expect(() => scanner.end()).not.toThrow();
  });

  it('that the pointer leads to must start within 16 MB', () => {
    const scanner = new JsonScanner('/b');
    scanner.push(bytes('{"a":"'));
    const mega = new Uint8Array(1024 * 1024).fill(0x78);
    for (let n = 0; n < 17; n++) scanner.push(mega);
    expect(() => scanner.push(bytes('","b":[1]}'))).toThrow('within the first 16777216 bytes');
  });
});

describe('a text', () => {
  test.each<[string, string]>([
    ['', 'Unexpected end-of-input at byte 0.'],
    ['[1', 'Unexpected end-of-input at byte 2.'],
    ['[1,]', 'Expected a value at byte 3.'],
    ['[,1]', 'Expected a value at byte 1.'],
    ['[1 2]', 'Expected ", or ]" at byte 3.'],
    ['[1}', 'Expected ", or ]" at byte 2.'],
    ['{"a" 1}', 'Expected ":" at byte 5.'],
    ['{a:1}', 'Expected a name in quotes at byte 1.'],
    ['{"a":1,}', 'Expected a name in quotes at byte 7.'],
    ['[1] [2]', 'Unexpected text after the end at byte 4.'],
    ['\u00ef[1]', 'Unrecognized token'],
  ])('%j is no JSON', (whole, message) => {
    const all = bytes(whole);
    expect(() => scan([all])).toThrow(message);
    expect(() => scan(Array.from(all, (byte) => Uint8Array.of(byte)))).toThrow(message);
  });
});
