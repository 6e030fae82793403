import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Aws, createAws } from '../../src/aws/aws.ts';
import type { AwsCredentials } from '../../src/aws/credentials.ts';
import { NEVER, REGION } from '../integrations/support.ts';
import { signatureOf } from './signature.ts';

interface Seen {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly signed: boolean;
}

const CREDENTIALS: AwsCredentials = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI',
  sessionToken: 'st',
};
let base: string;
let seen: Seen[];
let aws: Aws;
let close: () => Promise<void>;

beforeEach(async () => {
  seen = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const given = /Signature=([0-9a-f]+)/.exec(request.headers.authorization ?? '')?.[1];
      const signed = given === signatureOf(request, Buffer.concat(chunks).toString());
      seen.push({ url: request.url!, headers: request.headers, signed });
      response.writeHead(418).end('{"ok":1}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  aws = createAws({ region: REGION, endpoints: {}, credentials: async () => CREDENTIALS });
  close = async () => {
    await aws.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
});
afterEach(() => close());

const REQUEST = {
  signingName: 'sqs',
  region: REGION,
  method: 'GET',
  path: '/a%20b',
  body: '',
  signal: NEVER,
};

describe('a request', () => {
  test('is signed with the credentials it is given, keeps the endpoint’s path, and sends query and method', async () => {
    const { status } = await aws.send({
      ...REQUEST,
      endpoint: `${base}/stage/`,
      query: { z: 'x y', a: '1' },
      headers: { 'X-Own': 'h' },
    });
    const [{ url, headers, signed }] = seen as [Seen];
    expect({ status, signed, url: url.split('?')[0] }).toEqual({
      status: 418,
      signed: true,
      url: '/stage/a%20b',
    });
    expect(headers).toMatchObject({ 'x-own': 'h', 'x-amz-security-token': 'st' });
  });

  test('of S3 is signed with its path as it is sent', async () => {
    await aws.send({ ...REQUEST, signingName: 's3', endpoint: base });
    expect(seen[0]).toMatchObject({ url: '/a%20b', signed: true });
  });

  test('names another host when its headers do', async () => {
    await aws.send({ ...REQUEST, endpoint: base, headers: { host: 'api.example.com' } });
    expect(seen[0]).toMatchObject({ headers: { host: 'api.example.com' }, signed: true });
  });

  test('of an operation that takes no signature has none', async () => {
    await aws.send({ ...REQUEST, endpoint: base, unsigned: true });
    expect(seen[0]!.headers).not.toHaveProperty('authorization');
  });

  test('is signed anew when the credentials have changed', async () => {
    let current: AwsCredentials = CREDENTIALS;
    const changing = createAws({ region: REGION, endpoints: {}, credentials: async () => current });
    await changing.send({ ...REQUEST, endpoint: base });
    current = { ...CREDENTIALS, sessionToken: 'next' };
    await changing.send({ ...REQUEST, endpoint: base });
    await changing.close();
    expect(seen.map(({ headers }) => headers['x-amz-security-token'])).toEqual(['st', 'next']);
  });

  test('is not sent when its signal has fired', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(aws.send({ ...REQUEST, endpoint: base, signal })).rejects.toThrow('enough');
    expect(seen).toEqual([]);
  });

  test('whose answer is longer than wanted fails', async () => {
    await expect(aws.send({ ...REQUEST, endpoint: base, maxResponseBytes: 3 })).rejects.toThrow(
      'Unable to execute HTTP request: the answer has more than 3 bytes',
    );
  });
});

test('a presigned URL needs no credentials where a stand-in for the service is configured', async () => {
  const nothing = (): Promise<AwsCredentials> => Promise.reject(new Error('none'));
  const request = { service: 'sts', region: REGION, method: 'GET', path: '/', signal: NEVER };
  const standIn = createAws({ region: REGION, endpoints: { sts: base }, credentials: nothing });
  expect(await standIn.presign(request, 60)).toMatch(/^https:\/\/sts\..*Credential=test%2F/);
  const none = createAws({ region: REGION, endpoints: {}, credentials: nothing });
  await expect(none.presign(request, 60)).rejects.toThrow('Unable to load AWS credentials');
});

test('a presigned URL is AWS’s own, carries its signature, and leaves the signed headers to the caller', async () => {
  const text = await aws.presign(
    {
      service: 'sts',
      region: 'cn-north-1',
      method: 'GET',
      path: '/',
      query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
      headers: { 'x-k8s-aws-id': 'cluster' },
      signal: NEVER,
    },
    60,
  );
  const { origin, searchParams } = new URL(text);
  expect(origin).toBe('https://sts.cn-north-1.amazonaws.com.cn');
  expect(Object.fromEntries(searchParams)).toMatchObject({
    Action: 'GetCallerIdentity',
    'X-Amz-Expires': '60',
    'X-Amz-SignedHeaders': 'host;x-k8s-aws-id',
    'X-Amz-Security-Token': 'st',
    'X-Amz-Signature': expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect(searchParams.has('x-k8s-aws-id')).toBe(false);
});
