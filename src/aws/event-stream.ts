// Reads `application/vnd.amazon.eventstream`, the framing in which AWS sends a stream of events: length, headers,
// payload and checksums of one message after the other. The stream is read whole, bounds are the caller's.

import { crc32 } from 'node:zlib';

export interface StreamMessage {
  /** String headers: `:message-type`, `:event-type`, `:exception-type`. Others are left out. */
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: Uint8Array;
}

const PRELUDE = 12;
const CHECKSUM = 4;
/** Bytes of a header's value by its type; undefined: two bytes of length go before. */
const VALUE_BYTES: readonly (number | undefined)[] = [0, 0, 1, 2, 4, 8, undefined, undefined, 8, 16];
const STRING = 7;

/** @throws RangeError when the bytes are no event stream. */
export function readEventStream(bytes: Uint8Array): StreamMessage[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const messages: StreamMessage[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (bytes.length - at < PRELUDE + CHECKSUM)
      throw new RangeError('The event stream ends within a message');
    const length = view.getUint32(at);
    const headersLength = view.getUint32(at + 4);
    const end = at + length;
    if (length < PRELUDE + CHECKSUM + headersLength || end > bytes.length) {
      throw new RangeError(`A message of the event stream has an impossible length: ${length}`);
    }
    if (crc32(bytes.subarray(at, end - CHECKSUM)) !== view.getUint32(end - CHECKSUM)) {
      throw new RangeError('A message of the event stream has a wrong checksum');
    }
    const payload = at + PRELUDE + headersLength;
    messages.push({
      headers: readHeaders(bytes.subarray(at + PRELUDE, payload)),
      payload: bytes.subarray(payload, end - CHECKSUM),
    });
    at = end;
  }
  return messages;
}

function readHeaders(bytes: Uint8Array): Record<string, string> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = new TextDecoder();
  const headers: Record<string, string> = Object.create(null);
  for (let at = 0; at < bytes.length; ) {
    const nameEnd = at + 1 + bytes[at]!;
    const type = bytes[nameEnd] ?? -1;
    const fixed = VALUE_BYTES[type];
    if (fixed === undefined && type !== 6 && type !== STRING) {
      throw new RangeError(`A header of the event stream has an unknown type: ${type}`);
    }
    const from = nameEnd + 1 + (fixed === undefined ? 2 : 0);
    const to = from + (fixed ?? view.getUint16(nameEnd + 1));
    if (to > bytes.length) throw new RangeError('A header of the event stream is longer than its message');
    if (type === STRING)
      headers[text.decode(bytes.subarray(at + 1, nameEnd))] = text.decode(bytes.subarray(from, to));
    at = to;
  }
  return headers;
}
