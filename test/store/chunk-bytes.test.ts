import { expect, it } from 'vitest';
import { chunkFromBytes, chunkToBytes } from '../../src/store/chunk-bytes.ts';
import { JournalDamaged } from '../../src/store/segment-bytes.ts';

const CHUNK = { first: 3, inputs: ['"\u00e9"', '{"a":"\ud83e\udd14"}', '2'], itemCounts: [1, 2, 3] };

it('gives back what was put in', () => {
  expect(chunkFromBytes(chunkToBytes(CHUNK), 3, 1)).toEqual(CHUNK);
  const plain = { ...CHUNK, itemCounts: undefined };
  expect(chunkFromBytes(chunkToBytes(plain), 3, 1)).toEqual(plain);
});

it('reads the format as it was first written', () => {
  const first = Buffer.from('Aat+nSpbWzEsMl0sMF0KMSIi', 'base64');
  expect(first).toEqual(Buffer.from(chunkToBytes({ first: 0, inputs: ['1', '""'], itemCounts: undefined })));
});

it('refuses bytes that were changed', () => {
  for (const at of [0, 2, 9]) {
    const bytes = chunkToBytes(CHUNK);
    bytes[at]! ^= 1;
    expect(() => chunkFromBytes(bytes, 3, 1)).toThrow(JournalDamaged);
  }
});
