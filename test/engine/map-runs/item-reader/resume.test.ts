// Reading goes on behind any item: exactly the rest is given, of the same object.

import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { beforeEach, describe, expect, it, test } from 'vitest';
import { formatOf, objectItems } from '../../../../src/engine/map-runs/item-reader/object-items.ts';
import type { ObjectPosition, ReadPosition } from '../../../../src/engine/map-runs/item-reader/position.ts';
import { readItems } from '../../../../src/engine/map-runs/item-reader/read-items.ts';
import type { ReadItems } from '../../../../src/interpreter/effect.ts';
import type { MapItem } from '../../../../src/interpreter/map-inputs.ts';
import { createMemoryS3, type MemoryS3 } from '../../../support/memory-s3.ts';

let s3: MemoryS3;
beforeEach(() => {
  s3 = createMemoryS3();
});

const signal = AbortSignal.timeout(60_000);
const NONE = { headerLocation: undefined, headers: undefined, delimiter: undefined };
const FIRST_ROW = { ...NONE, headerLocation: 'FIRST_ROW' };

function reader(more: Partial<ReadItems>): ReadItems {
  return {
    action: 'getObject',
    parameters: { Bucket: 'b', Key: 'k' },
    inputType: undefined,
    transformation: undefined,
    manifestType: undefined,
    csv: NONE,
    itemsPointer: undefined,
    maxItems: 0,
    ...more,
  };
}

/** As the store keeps it. */
const kept = <T>(position: T): T =>
  position === undefined ? position : (JSON.parse(JSON.stringify(position)) as T);

const CSV = 'id,name\n1,ä\n"2\n","b ""c"""\r\n3,€\n\n4,\n5,e\n6,f\n';
const LINES = '{"n":1}\n\n"ä\\n"\r\n[2]\n  3 \n{"n":"€"}\n5';
const ARRAY = '[1,"ä",{"a":[2]},[3,"]"],4,"€",5]';

const ROWS = {
  columnData: [
    { name: 'id', data: Array.from({ length: 30 }, (_, n) => n), type: 'INT32' as const },
    { name: 'name', data: Array.from({ length: 30 }, (_, n) => `n${n}`), type: 'STRING' as const },
  ],
  rowGroupSize: 8,
};

const FILES: readonly (readonly [string, Partial<ReadItems>, string | Uint8Array])[] = [
  ['CSV', { inputType: 'CSV', csv: FIRST_ROW }, CSV],
  [
    'CSV of given columns',
    { inputType: 'CSV', csv: { ...NONE, headerLocation: 'GIVEN', headers: ['a'] } },
    CSV,
  ],
  ['CSV with a mark of the byte order', { inputType: 'CSV', csv: FIRST_ROW }, `\uFEFF${CSV}`],
  ['CSV of carriage returns', { inputType: 'CSV', csv: FIRST_ROW }, 'a,b\r1,2\r3,4\r5,6\r'],
  ['CSV in GZIP', { inputType: 'CSV', csv: FIRST_ROW }, gzipSync(CSV)],
  ['JSONL', { inputType: 'JSONL' }, LINES],
  ['JSONL in GZIP', { inputType: 'JSONL' }, gzipSync(LINES)],
  ['JSON', { inputType: 'JSON' }, ARRAY],
  ['members of a JSON object', { inputType: 'JSON' }, '{"a":1,"2":2,"ä":{"b":3},"c":4}'],
  ['Parquet', { inputType: 'PARQUET' }, new Uint8Array(parquetWriteBuffer(ROWS))],
];

interface Step {
  readonly items: readonly MapItem[];
  /** undefined: at the end of the object. */
  readonly after: ObjectPosition | undefined;
}

/** Every item by itself, with the position behind it. */
async function steps(of: Partial<ReadItems>, from?: ObjectPosition): Promise<Step[]> {
  const found: Step[] = [];
  const reading = { s3, signal, maxBytes: 1_000_000 };
  const batches = objectItems(reading, { Bucket: 'b', Key: 'k' }, formatOf(reader(of)), from);
  for await (const { items, positionAfter } of batches) {
    for (const [n, item] of items.entries()) found.push({ items: [item], after: kept(positionAfter(n + 1)) });
  }
  return found;
}

describe('an object', () => {
  test.each(FILES)(
    'is read on behind every item, whatever the chunks: %s',
    async (_, of, body) => {
      s3.put('b', 'k', body);
      const whole = (await steps(of)).flatMap(({ items }) => items);
      expect(whole.length).toBeGreaterThan(2);
      for (const chunkBytes of [1, 2, 3, 7, 16, 1_000]) {
        s3.chunkBytes = chunkBytes;
        const all = await steps(of);
        expect(all.flatMap(({ items }) => items)).toEqual(whole);
        expect(all.map(({ after }) => after === undefined)).toEqual(
          all.map((_step, n) => n === all.length - 1),
        );
        for (const [n, { after }] of all.entries()) {
          if (after === undefined) break;
          s3.chunkBytes = 5;
          const rest = await steps(of, after);
          expect(
            rest.flatMap(({ items }) => items),
            `behind item ${n}`,
          ).toEqual(whole.slice(n + 1));
          // And behind every item of the rest.
          for (const [m, step] of rest.entries()) {
            if (step.after === undefined) break;
            const last = await steps(of, step.after);
            expect(last.length).toBe(whole.length - n - 1 - m - 1);
            if (m > 2) break;
          }
        }
      }
    },
    60_000,
  );

  it('that is not compressed is not read again from its beginning', async () => {
    s3.put('b', 'k', Array.from({ length: 1_000 }, (_, n) => `${n},x\n`).join(''));
    s3.chunkBytes = 100;
    const of = { inputType: 'CSV', csv: FIRST_ROW };
    const all = await steps(of);
    s3.starts.length = 0;
    await steps(of, all[900]!.after);
    expect(s3.starts).toHaveLength(1);
    expect(s3.starts[0]).toBeGreaterThan(5_000);
  });

  test.each(FILES)('that has changed is refused: %s', async (_, of, body) => {
    s3.put('b', 'k', body);
    const { after } = (await steps(of))[0]!;
    s3.put('b', 'k', Buffer.concat([Buffer.from(body), Buffer.from('\n')]));
    await expect(steps(of, after)).rejects.toMatchObject({
      name: 'ItemReaderFailed',
      message: expect.stringMatching(/^k has changed since some of its items were read: .* another one\.$/),
    });
    s3.delete('b', 'k');
    await expect(steps(of, after)).rejects.toThrow('it is gone');
  });
});

interface Part {
  readonly values: readonly unknown[];
  readonly position: ReadPosition;
}

async function parts(of: ReadItems, from?: ReadPosition, batches = 1): Promise<Part[]> {
  const found: Part[] = [];
  const bounds = { objectBytes: 1_000_000, slice: { items: 3, bytes: 1_000, batches } };
  for await (const { items, position } of readItems(s3, of, from, signal, bounds)) {
    found.push({ values: items.map(({ value }) => value), position: kept(position) });
  }
  return found;
}

async function expectTheRest(of: ReadItems): Promise<void> {
  for (const batches of [1, 2, 100]) await expectTheRestOf(of, batches);
}

async function expectTheRestOf(of: ReadItems, batches: number): Promise<void> {
  const all = await parts(of, undefined, batches);
  const values = all.flatMap((part) => part.values);
  let given = 0;
  for (const part of all) {
    given += part.values.length;
    expect(part.position.items).toBe(given);
    const rest = await parts(of, part.position);
    expect(rest.flatMap((next) => next.values)).toEqual(values.slice(given));
    expect(part.values.length).toBeLessThanOrEqual(3);
  }
  expect(all.length).toBeGreaterThan(2);
}

describe('a reader', () => {
  beforeEach(() => {
    s3.chunkBytes = 5;
    s3.pageSize = 2;
  });

  it('goes on in a listing', async () => {
    for (const n of [0, 1, 2, 3, 4, 5, 6]) s3.put('b', `in/${n}`, 'x');
    const of = reader({ action: 'listObjectsV2', parameters: { Bucket: 'b', Prefix: 'in/' } });
    await expectTheRest(of);
  });

  it('misses nothing of a listing whose objects are deleted as they are processed', async () => {
    for (const n of [0, 1, 2, 3, 4, 5, 6]) s3.put('b', `in/${n}`, 'x');
    const of = reader({ action: 'listObjectsV2', parameters: { Bucket: 'b', Prefix: 'in/' } });
    const [first] = await parts(of);
    for (const n of [0, 1]) s3.delete('b', `in/${n}`);
    const rest = (await parts(of, first!.position)).flatMap(({ values }) => values) as { Key: string }[];
    expect(rest.map(({ Key }) => Key)).toEqual(['in/2', 'in/3', 'in/4', 'in/5', 'in/6']);
  });

  it('goes on in the objects of a listing', async () => {
    s3.put('b', 'in/', '');
    s3.put('b', 'in/1', '[1,2,3,"four"]');
    s3.put('b', 'in/2', '[]');
    s3.put('b', 'in/3', '["five",6,7]');
    const parameters = { Bucket: 'b', Prefix: 'in/' };
    const of = reader({
      action: 'listObjectsV2',
      parameters,
      transformation: 'LOAD_AND_FLATTEN',
      inputType: 'JSON',
    });
    await expectTheRest(of);
  });

  it('goes on in the files of a manifest', async () => {
    s3.put('b', 'k', 's3://out/1\ns3://out/2\ns3://out/3\n');
    s3.put('out', '1', '1\n2\n3\n');
    s3.put('out', '2', gzipSync('4\n5\n6'));
    s3.put('out', '3', '7\n8');
    const of = reader({ manifestType: 'ATHENA_DATA', inputType: 'JSONL' });
    await expectTheRest(of);
    const [first] = await parts(of);
    s3.put('b', 'k', 's3://out/3\n');
    await expect(parts(of, first!.position)).rejects.toThrow('k has changed since');
  });

  it('needs no object again whose items have all been given', async () => {
    for (const n of [1, 2, 3]) s3.put('b', `in/${n}`, `[${n},${n}]`);
    const of = reader({
      action: 'listObjectsV2',
      parameters: { Bucket: 'b', Prefix: 'in/' },
      transformation: 'LOAD_AND_FLATTEN',
      inputType: 'JSON',
    });
    const all = await parts(of);
    const first = all.findLast(({ values }) => values.includes(1))!;
    s3.delete('b', 'in/1');
    const rest = await parts(of, first.position);
    expect(rest.flatMap(({ values }) => values)).toEqual([2, 2, 3, 3]);
    s3.put('b', 'k', '[1,2]');
    const [last] = await parts(reader({ inputType: 'JSON' })).then((found) => found.slice(-1));
    expect(last!.position).toEqual({ items: 2, ended: true });
    s3.delete('b', 'k');
    expect(await parts(reader({ inputType: 'JSON' }), last!.position)).toEqual([]);
  });

  it('counts to MaxItems over all attempts', async () => {
    s3.put('b', 'k', '1\n2\n3\n4\n5\n');
    const of = reader({ inputType: 'JSONL', maxItems: 4 });
    for (const { position } of await parts(of)) {
      const rest = (await parts(of, position)).flatMap(({ values }) => values);
      expect(position.items + rest.length).toBe(4);
    }
  });
});
