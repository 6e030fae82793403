import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readEventStream } from '../../src/aws/event-stream.ts';
import { eventMessage } from './event-message.ts';

const MESSAGE = eventMessage({ ':event-type': 'x' }, { a: 1 });

/** A message whose headers are these bytes, with sums that fit. */
function withHeaders(...headers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(12 + headers.length + 4);
  bytes.writeUInt32BE(bytes.length, 0);
  bytes.writeUInt32BE(headers.length, 4);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, 8)), 8);
  bytes.set(headers, 12);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, -4)), bytes.length - 4);
  return bytes;
}

const A = [1, 'a'.charCodeAt(0)];
const B = [1, 'b'.charCodeAt(0), 7, 0, 1, '!'.charCodeAt(0)];

describe('an event stream', () => {
  test('is messages one after the other, each with headers and a payload', () => {
    const second = eventMessage({ ':event-type': 'y', more: 'ü' }, {});
    const messages = readEventStream(Buffer.concat([MESSAGE, second]));
    expect(messages.map(({ headers }) => ({ ...headers }))).toEqual([
      { ':event-type': 'x' },
      { ':event-type': 'y', more: 'ü' },
    ]);
    expect(messages.map(({ payload }) => new TextDecoder().decode(payload))).toEqual(['{"a":1}', '{}']);
  });

  test('may be empty, and lie within a larger buffer', () => {
    expect(readEventStream(new Uint8Array())).toEqual([]);
    const whole = Buffer.concat([Buffer.from('before'), MESSAGE, Buffer.from('after')]);
    expect(readEventStream(whole.subarray(6, 6 + MESSAGE.length))).toHaveLength(1);
  });

  // Types 0 to 9 by the specification: true, false, byte, short, integer, long, bytes, string, timestamp, UUID.
  test.each([
    ['true', 0, []],
    ['false', 1, []],
    ['a byte', 2, [9]],
    ['a short', 3, [9, 9]],
    ['an integer', 4, [9, 9, 9, 9]],
    ['a long', 5, [9, 9, 9, 9, 9, 9, 9, 9]],
    ['bytes', 6, [0, 2, 9, 9]],
    ['a timestamp', 8, [9, 9, 9, 9, 9, 9, 9, 9]],
    ['a UUID', 9, [9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9]],
  ])('has a header that is %s, which is passed over', (_, type, value) => {
    const [message] = readEventStream(withHeaders(...A, type, ...value, ...B));
    expect({ ...message!.headers }).toEqual({ b: '!' });
  });

  test.each<[string, Uint8Array]>([
    ['ends within a message', MESSAGE.subarray(0, 20)],
    ['ends within a prelude', MESSAGE.subarray(0, 8)],
    ['ends within a second prelude', Buffer.concat([MESSAGE, MESSAGE.subarray(0, 8)])],
    ['has a wrong checksum', Buffer.concat([MESSAGE.subarray(0, -4), Buffer.alloc(4)])],
    ['has a header that is longer than its message', withHeaders(...A, 7, 3, 231, 0)],
    ['has a header of an unknown type', withHeaders(...A, 10)],
    ['has headers that are longer than its message', withLength(4, 999)],
    ['has a message that is shorter than its frame', withLength(0, 15)],
  ])('that %s is refused', (_, bytes) => {
    expect(() => readEventStream(bytes)).toThrow(RangeError);
  });
});

function withLength(at: number, length: number): Buffer {
  const bytes = Buffer.from(MESSAGE);
  bytes.writeUInt32BE(length, at);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, -4)), bytes.length - 4);
  return bytes;
}
