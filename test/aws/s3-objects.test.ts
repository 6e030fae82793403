// The port to S3 against moto: what is written is what is read, byte by byte, and what fails says why.

import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Aws, createAws } from '../../src/aws/aws.ts';
import { createS3 } from '../../src/aws/s3.ts';
import { NO_S3, type ObjectPart, type S3 } from '../../src/aws/s3-objects.ts';
import { systemClock } from '../../src/base/clock.ts';
import { collectBytes } from '../../src/net/body-stream.ts';
import { MOTO_MISSING, type Moto, startMoto } from '../integrations/services/moto.ts';
import { openTestServer } from '../support/server.ts';

const signal = AbortSignal.timeout(60_000);

test('an engine without S3 says so', async () => {
  await expect(NO_S3.openObject({}, {}, signal)).rejects.toThrow('This engine has no connection to S3.');
});

test.runIf(MOTO_MISSING)('needs moto_server, which is not installed', () => {
  expect(process.env['CI'], 'CI must install moto_server').toBeUndefined();
});

describe.skipIf(MOTO_MISSING)('against moto', () => {
  let moto: Moto;
  let aws: Aws;
  let s3: S3;

  beforeAll(async () => {
    moto = await startMoto();
    aws = createAws({ region: 'us-east-1', endpoints: { s3: moto.url } });
    s3 = createS3({ aws, clock: systemClock, random: Math.random });
    const made = await aws.call({
      service: 's3',
      action: 'createBucket',
      input: { Bucket: 'objects' },
      signal,
    });
    expect(made).toMatchObject({ ok: true });
  }, 60_000);
  afterAll(async () => {
    await aws?.close();
    await moto?.stop();
  });

  async function get(Key: string, part: ObjectPart = {}): Promise<Uint8Array> {
    const { chunks } = await s3.openObject({ Bucket: 'objects', Key }, part, signal);
    return collectBytes(chunks, 100_000_000);
  }
  const text = async (Key: string): Promise<string> => new TextDecoder().decode(await get(Key));
  async function put(Key: string, body: string, Bucket = 'objects'): Promise<void> {
    const writer = s3.createObject({ Bucket, Key }, signal);
    await writer.write(new TextEncoder().encode(body));
    await writer.close();
  }

  test('an object is written and read as it is', async () => {
    await put('a/ä b.jsonl', '"ä"\n[1]');
    expect(await text('a/ä b.jsonl')).toBe('"ä"\n[1]');
  });

  test('bytes that are no text are read as they are', async () => {
    const payload = gzipSync('[1,2,3]');
    const input = { Bucket: 'objects', Key: 'a.gz' };
    await aws.call({ service: 's3', action: 'putObject', input, payload, signal });
    expect(Buffer.from(await get('a.gz'))).toEqual(payload);
  });

  test('a listing comes in pages', async () => {
    for (const n of [0, 1, 2]) await put(`list/${n}`, 'x'.repeat(n));
    const parameters = { Bucket: 'objects', Prefix: 'list/', MaxKeys: 2 };
    const pages = await Array.fromAsync(s3.listObjects(parameters, undefined, signal));
    expect(pages).toEqual([
      [
        expect.objectContaining({ key: 'list/0', size: 0, storageClass: 'STANDARD' }),
        expect.objectContaining({ key: 'list/1', size: 1, etag: expect.stringMatching(/^"[0-9a-f]{32}"$/) }),
      ],
      [expect.objectContaining({ key: 'list/2' })],
    ]);
    expect(Math.abs(pages[0]![0]!.lastModifiedMs - Date.now())).toBeLessThan(60_000);
    const rest = await Array.fromAsync(s3.listObjects(parameters, 'list/0', signal));
    expect(rest.flat().map(({ key }) => key)).toEqual(['list/1', 'list/2']);
  });

  test('a part is read, of the version that is asked for', async () => {
    await put('part', '0123456789');
    expect(Buffer.from(await get('part', { start: 3, end: 6 })).toString()).toBe('345');
    const { version, size, chunks } = await s3.openObject(
      { Bucket: 'objects', Key: 'part' },
      { start: 8 },
      signal,
    );
    expect(size).toBe(10);
    expect(Buffer.from(await collectBytes(chunks, 10)).toString()).toBe('89');
    expect(await get('part', { start: 10, same: version })).toHaveLength(0);
    await put('part', 'another');
    await expect(get('part', { start: 3, same: version })).rejects.toMatchObject({ kind: 'changed' });
  });

  test('a large object is written in parts, and leaves nothing when it is aborted', async () => {
    const chunk = new Uint8Array(1_000_000).fill(120);
    const writer = s3.createObject({ Bucket: 'objects', Key: 'large' }, signal);
    for (let n = 0; n < 20; n++) await writer.write(chunk);
    await writer.close();
    expect(await get('large')).toHaveLength(20_000_000);
    const aborted = s3.createObject({ Bucket: 'objects', Key: 'aborted' }, signal);
    for (let n = 0; n < 10; n++) await aborted.write(chunk);
    await aborted.abort();
    await expect(get('aborted')).rejects.toMatchObject({ kind: 'absent' });
    const uploads = await aws.call({
      service: 's3',
      action: 'listMultipartUploads',
      input: { Bucket: 'objects' },
      signal,
    });
    expect(uploads).toMatchObject({ ok: true });
    expect(uploads).not.toHaveProperty('output.Uploads');
  });

  test.each<[string, () => Promise<unknown>, RegExp]>([
    [
      'a key that is not there',
      () => text('none'),
      /^The specified key does not exist. \(Service: S3, Status Code: 404, Request ID: [^)]+\)$/,
    ],
    [
      'a bucket that is not there',
      () => put('k', '', 'none'),
      /^The specified bucket does not exist \(Service: S3, Status Code: 404, /,
    ],
    [
      'parameters that are none of S3',
      () => s3.openObject({ Bucket: 'objects', Prefix: 'p' }, {}, signal),
      /^getObject: The field "Prefix" is not supported by Step Functions, The field "Key" is required/,
    ],
  ])('%s is a failure that says so', async (_, act, message) => {
    const error = (await act().catch((thrown: unknown) => thrown)) as Error;
    expect(error).toMatchObject({ name: 'S3Failure', message: expect.stringMatching(message) });
  });

  test('a server reads a Map from its endpoint of S3 and writes there', async () => {
    await put('in.csv', 'id,name\n1,"a, b"\n');
    const server = await openTestServer({}, { TREADLE_ENDPOINTS_S3: moto.url });
    try {
      const stateMachineArn = await server.machine('m', {
        M: {
          Type: 'Map',
          ItemReader: {
            Resource: 'arn:aws:states:::s3:getObject',
            ReaderConfig: { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' },
            Parameters: { Bucket: 'objects', Key: 'in.csv' },
          },
          ItemProcessor: {
            ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
            StartAt: 'P',
            States: { P: { Type: 'Pass', End: true } },
          },
          ResultWriter: {
            Resource: 'arn:aws:states:::s3:putObject',
            Parameters: { Bucket: 'objects', Prefix: 'out' },
            WriterConfig: { OutputType: 'JSONL', Transformation: 'COMPACT' },
          },
          End: true,
        },
      });
      const { executionArn } = await server.call('StartExecution', { stateMachineArn });
      const { status, output } = await server.ended(executionArn);
      expect(status).toBe('SUCCEEDED');
      const { Key } = (JSON.parse(output!) as { ResultWriterDetails: { Key: string } }).ResultWriterDetails;
      const manifest = JSON.parse(await text(Key)) as { ResultFiles: { SUCCEEDED: { Key: string }[] } };
      expect(await text(manifest.ResultFiles.SUCCEEDED[0]!.Key)).toBe('{"id":"1","name":"a, b"}');
    } finally {
      await server.dispose();
    }
  });
});
