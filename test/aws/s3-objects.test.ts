// The port to S3 against moto: what is written is what is read, byte by byte, and what fails says why.

import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Aws, createAws } from '../../src/aws/aws.ts';
import { createS3, NO_S3, type S3 } from '../../src/aws/s3-objects.ts';
import { MOTO_MISSING, type Moto, startMoto } from '../integrations/services/moto.ts';
import { openTestServer } from '../support/server.ts';

const signal = AbortSignal.timeout(60_000);

test('an engine without S3 says so', async () => {
  await expect(NO_S3.getObject({}, 1, signal)).rejects.toThrow('This engine has no connection to S3.');
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
    s3 = createS3(aws);
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

  const text = async (Key: string): Promise<string> =>
    new TextDecoder().decode(await s3.getObject({ Bucket: 'objects', Key }, 1_000, signal));

  test('an object is written and read as it is', async () => {
    await s3.putObject({ Bucket: 'objects', Key: 'a/ä b.jsonl' }, '"ä"\n[1]', signal);
    expect(await text('a/ä b.jsonl')).toBe('"ä"\n[1]');
  });

  test('bytes that are no text are read as they are', async () => {
    const payload = gzipSync('[1,2,3]');
    const input = { Bucket: 'objects', Key: 'a.gz' };
    await aws.call({ service: 's3', action: 'putObject', input, payload, signal });
    expect(Buffer.from(await s3.getObject(input, 1_000, signal))).toEqual(payload);
  });

  test('a listing comes in pages', async () => {
    for (const n of [0, 1, 2])
      await s3.putObject({ Bucket: 'objects', Key: `list/${n}` }, 'x'.repeat(n), signal);
    const parameters = { Bucket: 'objects', Prefix: 'list/', MaxKeys: 2 };
    const first = await s3.listObjectsV2(parameters, signal);
    expect(first.objects).toEqual([
      expect.objectContaining({ key: 'list/0', size: 0, storageClass: 'STANDARD' }),
      expect.objectContaining({ key: 'list/1', size: 1, etag: expect.stringMatching(/^"[0-9a-f]{32}"$/) }),
    ]);
    expect(Math.abs(first.objects[0]!.lastModifiedMs - Date.now())).toBeLessThan(60_000);
    const second = await s3.listObjectsV2({ ...parameters, ContinuationToken: first.next! }, signal);
    expect(second).toMatchObject({ objects: [{ key: 'list/2' }], next: undefined });
  });

  test.each<[string, () => Promise<unknown>, RegExp]>([
    [
      'a key that is not there',
      () => text('none'),
      /^The specified key does not exist. \(Service: S3, Status Code: 404, Request ID: [^)]+\)$/,
    ],
    [
      'a bucket that is not there',
      () => s3.putObject({ Bucket: 'none', Key: 'k' }, '', signal),
      /^The specified bucket does not exist \(Service: S3, Status Code: 404, /,
    ],
    [
      'an object that is too large',
      () => s3.getObject({ Bucket: 'objects', Key: 'a.gz' }, 5, signal),
      /^The object is larger than the 5 bytes that are read.$/,
    ],
    [
      'parameters that are none of S3',
      () => s3.getObject({ Bucket: 'objects', Prefix: 'p' }, 5, signal),
      /^getObject: The field "Prefix" is not supported by Step Functions, The field "Key" is required/,
    ],
  ])('%s is a failure that says so', async (_, act, message) => {
    const error = (await act().catch((thrown: unknown) => thrown)) as Error;
    expect(error).toMatchObject({ name: 'S3Failure', message: expect.stringMatching(message) });
  });

  test('a server reads a Map from its endpoint of S3 and writes there', async () => {
    await s3.putObject({ Bucket: 'objects', Key: 'in.csv' }, 'id,name\n1,"a, b"\n', signal);
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
