// Readers hold little, however much there is to read: counted in bytes that an endless object has given and items that have
// not come out yet.

import { expect, test } from 'vitest';
import type { S3 } from '../../../../src/aws/s3-objects.ts';
import { readItems } from '../../../../src/engine/map-runs/item-reader/read-items.ts';
import { createMemoryS3 } from '../../../support/memory-s3.ts';

const CHUNK = 64 * 1024;

/** An object of this many rows, made as it is read. @param given is told the bytes of each chunk. */
function generated(
  row: (n: number) => string,
  rows: number,
  frame: [string, string],
  given: (bytes: number) => void,
): S3 {
  return {
    ...createMemoryS3(),
    async openObject() {
      async function* chunks(): AsyncGenerator<Uint8Array> {
        let text = frame[0];
        for (let n = 0; n < rows; n++) {
          text += row(n);
          if (text.length < CHUNK && n < rows - 1) continue;
          const chunk = Buffer.from(n === rows - 1 ? text + frame[1] : text);
          text = '';
          given(chunk.length);
          yield chunk;
        }
      }
      return { version: { etag: '"e"' }, size: 0, chunks: chunks() };
    },
  };
}

const ROWS = 1_000_000;

test.each<[string, (n: number) => string, [string, string]]>([
  ['CSV', (n) => `${n},"name ""${n}"""\n`, ['id,name\n', '']],
  ['CSV', (n) => `${n % 10}\n`, ['a\n', '']],
  ['JSONL', (n) => `{"id":${n}}\n`, ['', '']],
  ['JSON', (n) => `${n === 0 ? '' : ','}{"id":${n}}`, ['[', ']']],
])(
  'a million rows of %s (%#) are never more than some chunks in memory',
  async (inputType, row, frame) => {
    let given = 0;
    let taken = 0;
    let count = 0;
    let mostAhead = 0;
    let mostItems = 0;
    const s3 = generated(row, ROWS, frame, (bytes) => {
      given += bytes;
      mostAhead = Math.max(mostAhead, given - taken);
    });
    const csv = {
      headerLocation: inputType === 'CSV' ? 'FIRST_ROW' : undefined,
      headers: undefined,
      delimiter: undefined,
    };
    const slices = readItems(
      s3,
      {
        action: 'getObject',
        parameters: { Bucket: 'b', Key: 'k' },
        inputType,
        transformation: undefined,
        manifestType: undefined,
        csv,
        itemsPointer: undefined,
        maxItems: 0,
      },
      undefined,
      AbortSignal.timeout(120_000),
    );
    for await (const { items, bytes } of slices) {
      taken += bytes;
      count += items.length;
      mostItems = Math.max(mostItems, items.length);
    }
    expect(count).toBe(ROWS);
    expect(mostItems).toBeLessThanOrEqual(5_000);
    // `bytes` is exact but for what is cut off at the ends of pieces.
    expect(mostAhead).toBeLessThan(12 * CHUNK);
  },
  120_000,
);
