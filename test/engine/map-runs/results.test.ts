import { describe, expect, it, test } from 'vitest';
import { type ObjectWriter, S3Failure } from '../../../src/aws/s3-objects.ts';
import type { Json } from '../../../src/base/json.ts';
import type { ResultKind, ResultRecord } from '../../../src/engine/map-runs/result-records.ts';
import { stateResult, writeResults } from '../../../src/engine/map-runs/results.ts';
import type { MapResults } from '../../../src/interpreter/effect.ts';
import { createMemoryS3, type MemoryS3 } from '../../support/memory-s3.ts';

const ARN = 'arn:aws:states:us-east-1:123456789012:mapRun:m/each:run-1';
const signal = AbortSignal.timeout(60_000);

function to(
  outputType: 'JSON' | 'JSONL',
  transformation: MapResults['transformation'] = 'COMPACT',
): MapResults & { destination: object } {
  return { transformation, destination: { parameters: { Bucket: 'out', Prefix: 'p/' }, outputType } };
}

async function* stream(...records: readonly [ResultKind, Json][]): AsyncGenerator<ResultRecord> {
  for (const [kind, value] of records) yield { kind, value };
}

function memory(): MemoryS3 {
  const s3 = createMemoryS3();
  s3.put('out', 'other', '');
  return s3;
}

const written = (s3: MemoryS3): Record<string, string> =>
  Object.fromEntries(
    s3
      .keys('out')
      .filter((key) => key !== 'other')
      .map((key) => [key.replace('p/run-1/', ''), s3.text('out', key)]),
  );

describe('results', () => {
  it('go to the file of their kind, in their order', async () => {
    const s3 = memory();
    const records = stream(['SUCCEEDED', 1], ['FAILED', { a: 1 }], ['SUCCEEDED', 'ä'], ['PENDING', null]);
    expect(await writeResults(s3, to('JSON'), ARN, records, signal)).toEqual({
      MapRunArn: ARN,
      ResultWriterDetails: { Bucket: 'out', Key: 'p/run-1/manifest.json' },
    });
    expect(written(s3)).toEqual({
      'FAILED_0.json': '[{"a":1}]',
      'PENDING_0.json': '[null]',
      'SUCCEEDED_0.json': '[1,"ä"]',
      'manifest.json': JSON.stringify({
        DestinationBucket: 'out',
        MapRunArn: ARN,
        ResultFiles: {
          FAILED: [{ Key: 'p/run-1/FAILED_0.json', Size: 9 }],
          PENDING: [{ Key: 'p/run-1/PENDING_0.json', Size: 6 }],
          SUCCEEDED: [{ Key: 'p/run-1/SUCCEEDED_0.json', Size: 8 }],
        },
      }),
    });
    expect(s3.requests.at(-1)).toBe('putObject out/p/run-1/manifest.json');
  });

  test.each<['JSON' | 'JSONL', Record<string, string>]>([
    [
      'JSON',
      { 'SUCCEEDED_0.json': '["aa","bb"]', 'SUCCEEDED_1.json': '["cc","dd"]', 'SUCCEEDED_2.json': '["e"]' },
    ],
    [
      'JSONL',
      { 'SUCCEEDED_0.jsonl': '"aa"\n"bb"', 'SUCCEEDED_1.jsonl': '"cc"\n"dd"', 'SUCCEEDED_2.jsonl': '"e"' },
    ],
  ])('are parted into files of a size, in %s', async (type, files) => {
    const s3 = memory();
    const records = stream(
      ...['aa', 'bb', 'cc', 'dd', 'e'].map((value): [ResultKind, Json] => ['SUCCEEDED', value]),
    );
    await writeResults(s3, to(type), ARN, records, signal, 11);
    const { 'manifest.json': manifest, ...rest } = written(s3);
    expect(rest).toEqual(files);
    const { SUCCEEDED } = (JSON.parse(manifest!) as { ResultFiles: { SUCCEEDED: { Size: number }[] } })
      .ResultFiles;
    expect(SUCCEEDED.map(({ Size }) => Size)).toEqual(Object.values(files).map((text) => text.length));
  });

  it('larger than a file have one of their own', async () => {
    const s3 = memory();
    const records = stream(['SUCCEEDED', 'a long one'], ['SUCCEEDED', 1]);
    await writeResults(s3, to('JSON'), ARN, records, signal, 5);
    expect(written(s3)).toMatchObject({ 'SUCCEEDED_0.json': '["a long one"]', 'SUCCEEDED_1.json': '[1]' });
  });

  it('are the same when they are written again', async () => {
    const s3 = memory();
    const records = () => stream(['SUCCEEDED', [1, 2]], ['FAILED', {}], ['SUCCEEDED', 3]);
    await writeResults(s3, to('JSONL', 'FLATTEN'), ARN, records(), signal, 3);
    const first = written(s3);
    await writeResults(s3, to('JSONL', 'FLATTEN'), ARN, records(), signal, 3);
    expect(written(s3)).toEqual(first);
    expect(Object.keys(first)).toHaveLength(4);
  });

  it('without any have a manifest alone', async () => {
    const s3 = memory();
    await writeResults(s3, to('JSON'), ARN, stream(), signal);
    expect(Object.keys(written(s3))).toEqual(['manifest.json']);
  });

  it('leave no manifest and no open file when one cannot be written', async () => {
    const s3 = memory();
    const aborted: string[] = [];
    const create = s3.createObject.bind(s3);
    s3.createObject = (parameters, by): ObjectWriter => ({
      ...create(parameters, by),
      async write() {
        throw new S3Failure('Access Denied');
      },
      async abort() {
        aborted.push(String(parameters['Key']));
      },
    });
    const records = stream(['FAILED', 1], ['SUCCEEDED', 'x'.repeat(100_000)]);
    await expect(writeResults(s3, to('JSON'), ARN, records, signal)).rejects.toThrow('Access Denied');
    expect(aborted).toEqual(['p/run-1/FAILED_0.json', 'p/run-1/SUCCEEDED_0.json']);
    expect(written(s3)).toEqual({});
  });

  it('are handed on as they come: a million are never in memory', async () => {
    const s3 = memory();
    let made = 0;
    let out = 0;
    let ahead = 0;
    s3.createObject = (): ObjectWriter => ({
      async write(bytes) {
        out += bytes.length;
      },
      close: async () => undefined,
      abort: async () => undefined,
    });
    async function* many(): AsyncGenerator<ResultRecord> {
      for (let n = 0; n < 1_000_000; n++) {
        made += 11;
        ahead = Math.max(ahead, made - out);
        yield { kind: 'SUCCEEDED', value: { n: 1_000_000 + (n % 10) } };
      }
    }
    await writeResults(s3, to('JSON'), ARN, many(), signal);
    expect(out).toBeGreaterThan(11_000_000);
    expect(ahead).toBeLessThan(100_000);
  }, 60_000);
});

describe('the result of a state', () => {
  test.each<[MapResults['transformation'], Json[]]>([
    ['COMPACT', [[1, 2], { Status: 'FAILED' }, 3]],
    ['FLATTEN', [1, 2, { Status: 'FAILED' }, 3]],
  ])('is the values of all records, %s', (transformation, expected) => {
    const records: ResultRecord[] = [
      { kind: 'SUCCEEDED', value: [1, 2] },
      { kind: 'FAILED', value: { Status: 'FAILED' } },
      { kind: 'SUCCEEDED', value: 3 },
    ];
    expect(stateResult(records, transformation)).toEqual(expected);
  });
});
