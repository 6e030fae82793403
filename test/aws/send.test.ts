import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Aws, createAws } from '../../src/aws/aws.ts';
import type { AwsCredentials } from '../../src/aws/credentials.ts';
import { Refused } from '../../src/net/addresses.ts';
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
  chosenBy: 'configuration' as const,
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

test('a presigned URL for a host that is not AWS’s is signed with credentials that are worth nothing', async () => {
  const request = { service: 'sts', region: REGION, method: 'GET', path: '/', signal: NEVER };
  const url = await aws.presign({ ...request, bearer: 'foreign', roleArn: 'arn:aws:iam::1:role/r' }, 60);
  expect(url).toMatch(/^https:\/\/sts\..*Credential=test%2F/);
  expect(url).not.toContain('AKIDEXAMPLE');
  expect(url).not.toContain('Security-Token');
});

test('a presigned URL needs credentials', async () => {
  const nothing = (): Promise<AwsCredentials> => Promise.reject(new Error('none'));
  const request = {
    service: 'sts',
    bearer: 'aws' as const,
    region: REGION,
    method: 'GET',
    path: '/',
    signal: NEVER,
  };
  const none = createAws({ region: REGION, endpoints: {}, credentials: nothing });
  await expect(none.presign(request, 60)).rejects.toThrow('Unable to load AWS credentials');
});

describe('a host that a task chose', () => {
  test('is asked without credentials of anybody', async () => {
    await aws.send({ ...REQUEST, chosenBy: 'task', endpoint: base, roleArn: 'arn:aws:iam::1:role/r' });
    expect(seen[0]!.headers.authorization).toContain('Credential=test/');
    expect(seen[0]!.headers).not.toHaveProperty('x-amz-security-token');
  });

  test('is no public address unless the configuration asks for AWS or lists it', async () => {
    const send = (of: Aws) =>
      of.send({
        ...REQUEST,
        chosenBy: 'task',
        endpoint: 'https://192.0.2.1',
        signal: AbortSignal.timeout(50),
      });
    await expect(send(aws)).rejects.toThrow(Refused);
    for (const more of [{ access: true }, { policy: { allow: ['192.0.2.1'], deny: [] } }]) {
      const open = createAws({
        region: REGION,
        endpoints: {},
        credentials: async () => CREDENTIALS,
        ...more,
      });
      await expect(send(open)).rejects.not.toThrow(Refused);
      await open.close();
    }
  });
});

test('a call to AWS whose host has become another is not sent', async () => {
  const away = { ...REQUEST, chosenBy: 'aws' as const, endpoint: `${base}/` };
  await expect(aws.send(away)).rejects.toThrow('Expected the call to go to a host of AWS, but');
  expect(seen).toEqual([]);
});

test.each(['169.254.169.254', '[fd00:ec2::254]', '0.0.0.0', '[::ffff:169.254.169.254]'])(
  'an endpoint at %s is refused, whoever named it',
  async (host) => {
    for (const chosenBy of ['configuration', 'task'] as const) {
      const sent = aws.send({ ...REQUEST, chosenBy, endpoint: `https://${host}` });
      await expect(sent).rejects.toThrow(Refused);
    }
  },
);

test('a presigned URL is AWS’s own, carries its signature, and leaves the signed headers to the caller', async () => {
  const text = await aws.presign(
    {
      service: 'sts',
      bearer: 'aws',
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
