import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { type ByteRanges, parquetItems } from '../../../../src/engine/map-runs/item-reader/parquet.ts';
import { collectItems } from './pieces.ts';

const ROWS = 40_000;
const GROUP = 10_000;

/** Four row groups of more than a span each. */
const FILE = parquetWriteBuffer({
  columnData: [
    { name: 'id', data: Array.from({ length: ROWS }, (_, n) => n), type: 'INT32' },
    { name: 'text', data: Array.from({ length: ROWS }, (_, n) => `${n} ${'x'.repeat(150)}`), type: 'STRING' },
  ],
  rowGroupSize: GROUP,
});

/** @param fetched is told the first byte and the byte behind the last of each range. */
function rangesOf(
  file: ArrayBuffer,
  fetched: (start: number, end: number) => void = () => undefined,
): ByteRanges {
  return {
    byteLength: file.byteLength,
    async slice(start, end = file.byteLength) {
      fetched(start, end);
      return file.slice(start, end);
    },
  };
}

const ids = async (ranges: ByteRanges, at?: number): Promise<unknown[]> => {
  const from = at === undefined ? undefined : { at, records: at };
  return (await collectItems(parquetItems(ranges, from))).map(({ value }) => (value as { id: number }).id);
};

describe('rows', () => {
  it('are all there, in batches that are small', async () => {
    const sizes: number[] = [];
    const places: number[] = [];
    for await (const { items, bytes, checkpoint } of parquetItems(rangesOf(FILE), undefined)) {
      sizes.push(items.length);
      places.push(checkpoint!.at);
      expect(bytes).toBeLessThanOrEqual(256 * 1024);
    }
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1_000);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(ROWS);
    expect(places.at(-1)).toBe(ROWS);
  });

  it('are read on from any row, without the row groups before it', async () => {
    let least = Infinity;
    const all = await ids(rangesOf(FILE));
    for (const at of [1, 999, GROUP - 1, GROUP, 2 * GROUP + 4_321, ROWS - 1, ROWS]) {
      least = Infinity;
      const ranges = rangesOf(FILE, (start, end) => {
        // What ends with the file is its footer.
        if (end < FILE.byteLength) least = Math.min(least, start);
      });
      expect(await ids(ranges, at)).toEqual(all.slice(at));
      if (at > 2 * GROUP) expect(least).toBeGreaterThan(FILE.byteLength / 3);
    }
  });

  it('are fetched once, though they are decoded in spans', async () => {
    let bytes = 0;
    await ids(
      rangesOf(FILE, (start, end) => {
        bytes += end - start;
      }),
    );
    // The footer's part of the file is fetched besides.
    expect(bytes).toBeLessThan(FILE.byteLength + 512 * 1024 + 8 + 1);
  });
});

describe('a file', () => {
  it('that is too short is refused', async () => {
    await expect(ids(rangesOf(new ArrayBuffer(11)))).rejects.toThrow('it is too short');
  });

  it('with a footer of more than 5 MB is refused before that is fetched', async () => {
    const file = new ArrayBuffer(100);
    new DataView(file).setUint32(92, 5 * 1024 * 1024 + 1, true);
    const fetched: number[] = [];
    await expect(ids(rangesOf(file, (start) => fetched.push(start)))).rejects.toThrow(
      'The footer of the Parquet file is larger than 5242880 bytes.',
    );
    expect(fetched).toEqual([92]);
  });

  it('that cannot be fetched fails with what its source says', async () => {
    const ranges = { byteLength: 100, slice: () => Promise.reject(new Error('gone')) };
    await expect(ids(ranges)).rejects.toThrow('gone');
  });
});
