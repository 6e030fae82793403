import { describe, expect, it } from 'vitest';
import { givenItems } from '../../../../src/engine/map-runs/item-reader/given-items.ts';
import type { ReadItems } from '../../../../src/interpreter/effect.ts';

const READER: ReadItems = {
  action: 'getObject',
  parameters: { Bucket: 'b', Key: 'k' },
  inputType: 'JSON',
  transformation: undefined,
  manifestType: undefined,
  csv: { headerLocation: undefined, headers: undefined, delimiter: undefined },
  itemsPointer: undefined,
  maxItems: 0,
};

function given(data: string, more: Partial<ReadItems> = {}) {
  return givenItems({ ...READER, ...more }, data, AbortSignal.timeout(5_000));
}

describe('the text of an object', () => {
  it('is read as its format says, behind the pointer, as far as MaxItems goes', async () => {
    const source = 'S3://b/k';
    expect(await given('[1, 2]')).toEqual([
      { value: 1, source },
      { value: 2, source },
    ]);
    expect(await given('{"a":[1,2,3]}', { itemsPointer: '/a', maxItems: 1 })).toEqual([{ value: 1, source }]);
    expect(await given('{"a":1}\n{"a":2}\n', { inputType: 'JSONL' })).toHaveLength(2);
    const csv = { ...READER.csv, headerLocation: 'GIVEN', headers: ['x', 'y'] };
    expect(await given('1,2\n', { inputType: 'CSV', csv })).toEqual([{ value: { x: '1', y: '2' }, source }]);
  });

  it('may be empty, larger than a slice, or broken', async () => {
    expect(await given('[]')).toEqual([]);
    expect(await given(JSON.stringify(Array.from({ length: 12_000 }, (_, i) => i)))).toHaveLength(12_000);
    await expect(given('[1')).rejects.toThrow(/JSON|end/i);
  });
});

describe('items of many objects', () => {
  it('are given as an array', async () => {
    const listing = { action: 'listObjectsV2', inputType: undefined } as const;
    expect(await given('[{"Key":"a"}]', listing)).toMatchObject([{ value: { Key: 'a' } }]);
    expect(await given('[1]', { inputType: 'CSV', manifestType: 'ATHENA_DATA' })).toMatchObject([
      { value: 1 },
    ]);
    for (const wrong of ['{}', '['])
      await expect(given(wrong, listing)).rejects.toThrow(
        'Expected the items that are read as a JSON array.',
      );
  });
});
