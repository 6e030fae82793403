// A UUID (version 4 in its form) that follows from a text: for idempotency tokens, about whose length and letters services
// are strict, and for names that must be the same when a call is made again.

import { createHash } from 'node:crypto';

export function uuidOf(text: string): string {
  const hash = createHash('sha256').update(text).digest();
  hash[6] = (hash[6]! & 0x0f) | 0x40;
  hash[8] = (hash[8]! & 0x3f) | 0x80;
  const hex = hash.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}
