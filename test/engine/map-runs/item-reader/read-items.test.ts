import { gzipSync, zstdCompressSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { beforeEach, describe, expect, it, test } from 'vitest';
import { type JsonObject, stringifyJson } from '../../../../src/base/json.ts';
import { readItems } from '../../../../src/engine/map-runs/item-reader/read-items.ts';
import type { ReadItems } from '../../../../src/interpreter/effect.ts';
import type { MapItem } from '../../../../src/interpreter/map-inputs.ts';
import { createMemoryS3, type MemoryS3 } from '../../../support/memory-s3.ts';

let s3: MemoryS3;
beforeEach(() => {
  s3 = createMemoryS3();
});

const NONE = { headerLocation: undefined, headers: undefined, delimiter: undefined };

function reader(more: Partial<ReadItems>, parameters: JsonObject = { Bucket: 'b', Key: 'k' }): ReadItems {
  return {
    action: 'getObject',
    parameters,
    inputType: undefined,
    transformation: undefined,
    manifestType: undefined,
    csv: NONE,
    itemsPointer: undefined,
    maxItems: 0,
    ...more,
  };
}

async function itemsOf(of: ReadItems, objectBytes?: number): Promise<MapItem[]> {
  const items: MapItem[] = [];
  const slice = { items: 3, bytes: 1_000, batches: 2 };
  const bounds = objectBytes === undefined ? undefined : { objectBytes, slice };
  const slices = readItems(s3, of, undefined, AbortSignal.timeout(10_000), bounds);
  for await (const slice of slices) items.push(...slice.items);
  return items;
}

async function read(of: ReadItems, maxBytes?: number): Promise<string[]> {
  return (await itemsOf(of, maxBytes)).map((item) => stringifyJson(item.value));
}

describe('files', () => {
  test.each<[string, Partial<ReadItems>, string, string[]]>([
    [
      'CSV by its first row',
      { inputType: 'CSV', csv: { ...NONE, headerLocation: 'FIRST_ROW', delimiter: 'PIPE' } },
      'a|b\n1|2',
      ['{"a":"1","b":"2"}'],
    ],
    [
      'CSV by given columns',
      { inputType: 'CSV', csv: { ...NONE, headerLocation: 'GIVEN', headers: ['x'] } },
      'a,b\n1,2',
      ['{"x":"a"}', '{"x":"1"}'],
    ],
    ['JSON', { inputType: 'JSON' }, '[1,2]', ['1', '2']],
    ['JSON by a pointer', { inputType: 'JSON', itemsPointer: '/d' }, '{"d":[3]}', ['3']],
    ['JSONL', { inputType: 'JSONL' }, '1\n2\n', ['1', '2']],
    ['no more than MaxItems', { inputType: 'JSONL', maxItems: 2 }, '1\n2\n]', ['1', '2']],
    [
      'all for a MaxItems beyond the limit',
      { inputType: 'JSONL', maxItems: 100_000_001 },
      '1\n2',
      ['1', '2'],
    ],
    ['text after a byte order mark', { inputType: 'JSON' }, '\uFEFF[1]', ['1']],
  ])('are read: %s', async (_, more, body, expected) => {
    s3.put('b', 'k', body);
    expect(await read(reader(more))).toEqual(expected);
  });

  it.each([
    ['GZIP', gzipSync],
    ['ZSTD', zstdCompressSync],
  ])('are decompressed when they are %s', async (_, compress) => {
    s3.put('b', 'k', compress('[1,2]'));
    expect(await read(reader({ inputType: 'JSON' }))).toEqual(['1', '2']);
  });

  it.each([
    ['GZIP', gzipSync],
    ['ZSTD', zstdCompressSync],
  ])('are decompressed to the end of all parts of a %s file', async (_, compress) => {
    s3.put('b', 'k', Buffer.concat([compress('[1,'), compress('2]')]));
    s3.chunkBytes = 3;
    expect(await read(reader({ inputType: 'JSON' }))).toEqual(['1', '2']);
  });

  it('say where each item comes from and, of an object, its key', async () => {
    s3.put('b', 'k', '{"one":1}');
    expect(await itemsOf(reader({ inputType: 'JSON' }))).toEqual([
      { key: 'one', value: 1, source: 'S3://b/k' },
    ]);
  });

  it('of Parquet give a row each, long integers with all digits', async () => {
    const columnData = [
      { name: 'id', data: [1n, 9_007_199_254_740_993n], type: 'INT64' as const },
      { name: 'name', data: ['a', null], type: 'STRING' as const },
      { name: 'at', data: [new Date(0), new Date(1000)], type: 'TIMESTAMP' as const },
    ];
    s3.put('b', 'k', new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: 1 })));
    const expected = [
      '{"id":1,"name":"a","at":"1970-01-01T00:00:00.000Z"}',
      '{"id":9007199254740993,"name":null,"at":"1970-01-01T00:00:01.000Z"}',
    ];
    expect(await read(reader({ inputType: 'PARQUET' }))).toEqual(expected);
    expect(await read(reader({ inputType: 'PARQUET', maxItems: 1 }))).toEqual(expected.slice(0, 1));
  });

  test.each<[string, Partial<ReadItems>, string | Uint8Array, string]>([
    ['a negative MaxItems', { inputType: 'JSON', maxItems: -1 }, '[]', 'field MaxItems must be positive'],
    ['a value that is no list', { inputType: 'JSON' }, '1', 'Attempting to map over non-iterable node.'],
    ['Parquet that is none', { inputType: 'PARQUET' }, 'PAR1', 'The Parquet file cannot be read: '],
    [
      'GZIP that is cut off',
      { inputType: 'JSON' },
      gzipSync('[1]').subarray(0, 15),
      'k cannot be decompressed: ',
    ],
    ['more bytes than are read', { inputType: 'JSON' }, `[${'1,'.repeat(600)}1]`, 'larger than'],
    [
      'more than are read after decompression',
      { inputType: 'JSON' },
      gzipSync(`[${'1,'.repeat(4500)}1]`),
      'k is larger than',
    ],
  ])('are refused for %s', async (_, more, body, message) => {
    s3.put('b', 'k', body);
    await expect(read(reader(more), 1000)).rejects.toThrow(message);
    await expect(read(reader(more), 1000)).rejects.toMatchObject({ name: 'ItemReaderFailed' });
  });

  it('that are not there are the failure of the reader', async () => {
    const failure = read(reader({ inputType: 'JSON' }));
    await expect(failure).rejects.toMatchObject({
      name: 'ItemReaderFailed',
      message: 'The specified bucket does not exist',
    });
  });
});

describe('a listing', () => {
  const listing = (more: Partial<ReadItems> = {}): ReadItems =>
    reader({ action: 'listObjectsV2', ...more }, { Bucket: 'b', Prefix: 'in/' });

  beforeEach(() => {
    s3.put('b', 'in/', '');
    s3.put('b', 'in/1.json', '[1,2]');
    s3.put('b', 'in/2.json', '[3]');
    s3.put('b', 'other', '[4]');
    s3.pageSize = 1;
  });

  it('gives the facts of each object, folders too, over all pages', async () => {
    const items = await itemsOf(listing());
    expect(items.map(({ value }) => (value as { Key: string }).Key)).toEqual([
      'in/',
      'in/1.json',
      'in/2.json',
    ]);
    expect(stringifyJson(items[1]!.value)).toBe(
      '{"Etag":"\\"e\\"","Key":"in/1.json","LastModified":1.7E9,"Size":5,"StorageClass":"STANDARD"}',
    );
    expect(items[1]!.source).toBe('S3://b');
  });

  // Recorded (floci pull request 3460): the members in this order, and seconds as Java prints a double.
  it.each([
    [1_789_180_622_000, 1, 'STANDARD', '1.789180622E9'],
    [1_789_180_622_999, 0, 'GLACIER', '1.789180622E9'],
    [1_700_000_000_000, 5_368_709_120, 'STANDARD_IA', '1.7E9'],
    [999_999_000, 2, 'DEEP_ARCHIVE', '999999.0'],
    [0, 3, 'INTELLIGENT_TIERING', '0.0'],
  ])('gives the time %d and the size %d of %s', async (lastModifiedMs, size, storageClass, shown) => {
    const objects = [{ key: 'k', size, etag: '"e"', lastModifiedMs, storageClass }];
    s3.listObjects = async function* () {
      yield objects;
    };
    const items = await itemsOf(listing());
    expect(stringifyJson(items[0]!.value)).toBe(
      `{"Etag":"\\"e\\"","Key":"k","LastModified":${shown},"Size":${size},"StorageClass":"${storageClass}"}`,
    );
  });

  it('is not asked further than MaxItems', async () => {
    await read(listing({ maxItems: 2 }));
    expect(s3.requests).toHaveLength(2);
  });

  it('is loaded and flattened: the items of every object', async () => {
    const flat = listing({ transformation: 'LOAD_AND_FLATTEN', inputType: 'JSON' });
    const items = await itemsOf(flat);
    expect(items).toEqual([
      { value: 1, source: 'S3://b/in/1.json' },
      { value: 2, source: 'S3://b/in/1.json' },
      { value: 3, source: 'S3://b/in/2.json' },
    ]);
  });
});

describe('a manifest', () => {
  it('of an S3 inventory leads to rows with the columns of its schema', async () => {
    s3.put('inventories', 'data/1.csv.gz', gzipSync('"b","one.txt","3"\n"b","two.txt","4"\n'));
    const manifest = {
      sourceBucket: 'b',
      destinationBucket: 'arn:aws:s3:::inventories',
      fileFormat: 'CSV',
      fileSchema: 'Bucket, Key, Size',
      files: [{ key: 'data/1.csv.gz', size: 1 }],
    };
    s3.put('b', 'k', JSON.stringify(manifest));
    const expected = [
      '{"Bucket":"b","Key":"one.txt","Size":"3"}',
      '{"Bucket":"b","Key":"two.txt","Size":"4"}',
    ];
    expect(await read(reader({ manifestType: 'S3_INVENTORY' }))).toEqual(expected);
    expect(await read(reader({ inputType: 'MANIFEST' }))).toEqual(expected);
  });

  it('of Athena leads to files of the given type', async () => {
    s3.put('b', 'k', 's3://out/a\n"s3://out/b"\n');
    s3.put('out', 'a', '{"n":1}\n{"n":2}');
    s3.put('out', 'b', gzipSync('{"n":3}'));
    const of = reader({ manifestType: 'ATHENA_DATA', inputType: 'JSONL' });
    expect(await read(of)).toEqual(['{"n":1}', '{"n":2}', '{"n":3}']);
  });

  test.each<[string, Partial<ReadItems>, string, string]>([
    ['no JSON', { inputType: 'MANIFEST' }, '{', 'The manifest is not valid JSON: '],
    ['no object', { inputType: 'MANIFEST' }, '[]', 'Expected the manifest to be a JSON object.'],
    ['of another format', { inputType: 'MANIFEST' }, '{"fileFormat":"ORC"}', 'but fileFormat is "ORC".'],
    ['without files', { inputType: 'MANIFEST' }, '{"fileFormat":"CSV"}', 'with fileSchema and files'],
    ['without URIs', { inputType: 'JSONL', manifestType: 'ATHENA_DATA' }, 'a,b', "but found 'a'"],
    ['without columns', { inputType: 'CSV', manifestType: 'ATHENA_DATA' }, 's3://a/b', 'CSVHeaders'],
  ])('that is %s is refused', async (_, more, body, message) => {
    s3.put('b', 'k', body);
    await expect(read(reader(more))).rejects.toThrow(message);
  });
});
