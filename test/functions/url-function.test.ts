import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MAX_QUEUED } from '../../src/functions/pool.ts';
import { errorOf, type Functions, openFunctions, resultOf } from '../integrations/support.ts';

interface Seen {
  readonly method: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

const seen: Seen[] = [];
let server: Server;
let functions: Functions;
let running = 0;
let most = 0;

const ROUTES: Record<string, (response: ServerResponse, body: string) => void> = {
  '/echo': (response, body) => response.end(body),
  '/slow': (response) => setTimeout(() => response.end('1'), 400),
  '/count': (response) => setTimeout(() => response.end('1'), 10),
  '/header': (response) => {
    response.setHeader('X-Amz-Function-Error', 'Unhandled');
    response.end('{"errorType":"Own","errorMessage":"x"}');
  },
  '/status': (response) => response.writeHead(500).end('{"errorType":"Own","errorMessage":"y"}'),
  '/html': (response) => response.writeHead(502).end('<h1>Bad gateway</h1>'),
  '/redirect': (response) => response.writeHead(302, { location: '/echo' }).end('elsewhere'),
  '/big': (response) => response.end('x'.repeat(7_000_000)),
  '/broken': (response) => response.destroy(),
};

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    running++;
    most = Math.max(most, running);
    response.on('close', () => running--);
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      seen.push({ method: request.method!, headers: request.headers, body });
      ROUTES[request.url!]!(response, body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  functions = openFunctions(
    {},
    {
      ...Object.fromEntries(Object.keys(ROUTES).map((path) => [path.slice(1), { url: base + path }])),
      slow: { url: `${base}/slow`, timeout: 0.1 },
      count: { url: `${base}/count`, concurrency: 2 },
      refused: { url: 'http://127.0.0.1:1/' },
      metadata: { url: 'https://169.254.169.254/latest/api/token' },
      nohost: { url: 'http://no-such-host.invalid/' },
    },
  );
});
afterAll(async () => {
  await functions.close();
  server.closeAllConnections();
  server.close();
});

test('is posted the payload as JSON and answers with its body', async () => {
  expect(resultOf(await functions.call('echo', { a: 'ü' }))).toEqual({ a: 'ü' });
  const { method, headers, body } = seen.at(-1)!;
  expect({ method, body, type: headers['content-type'] }).toEqual({
    method: 'POST',
    body: '{"a":"ü"}',
    type: 'application/json',
  });
  expect(headers['lambda-runtime-aws-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  expect(headers['lambda-runtime-invoked-function-arn']).toBe(
    'arn:aws:lambda:eu-central-1:123456789012:function:echo',
  );
});

test.each<[string, string, string]>([
  ['header', 'Own', '{"errorType":"Own","errorMessage":"x"}'],
  ['status', 'Own', '{"errorType":"Own","errorMessage":"y"}'],
  ['html', 'Lambda.Unknown', expect.stringContaining('Returned payload: <h1>Bad gateway</h1>')],
  ['redirect', 'Lambda.Unknown', expect.stringContaining('Returned payload: elsewhere')],
  [
    'refused',
    'Lambda.SdkClientException',
    'Unable to execute HTTP request: Connect to 127.0.0.1:1 failed: Connection refused',
  ],
  [
    'nohost',
    'Lambda.SdkClientException',
    expect.stringMatching(/^Unable to execute HTTP request: no-such-host\.invalid: /),
  ],
  ['broken', 'Lambda.SdkClientException', expect.stringMatching(/^Unable to execute HTTP request: /)],
])('fails with an error: %s', async (name, error, cause) => {
  expect(await functions.call(name, {})).toEqual({ status: 'failed', error, cause });
});

test('is bounded in time and size as a process is', async () => {
  const slow = errorOf(await functions.call('slow', {}));
  expect(slow.error).toBe('Sandbox.Timedout');
  expect(slow.cause['errorMessage']).toMatch(/Task timed out after 0.10 seconds$/);
  expect(errorOf(await functions.call('big', {})).error).toBe('Function.ResponseSizeTooLarge');
});

test('is called at most `concurrency` times at once', async () => {
  most = 0;
  await Promise.all(Array.from({ length: 10 }, () => functions.call('count', {})));
  expect(most).toBe(2);
});

test('may be given up', async () => {
  const outcome = await functions.call('slow', {}, AbortSignal.timeout(10));
  expect(outcome).toMatchObject({ status: 'failed', error: 'Lambda.ClientExecutionTimeoutException' });
});

test('calls over what waits are refused as calls over the concurrency are on AWS', async () => {
  const controller = new AbortController();
  const held = Promise.withResolvers<void>();
  const holding = createServer(() => held.resolve());
  await new Promise<void>((resolve) => holding.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(holding.address() as AddressInfo).port}/`;
  const one = openFunctions({}, { f: { url, concurrency: 1 } });
  const calls = Array.from({ length: MAX_QUEUED + 1 }, () => one.call('f', 0, controller.signal));
  await held.promise;
  expect(await one.call('f', 0)).toMatchObject({
    status: 'failed',
    error: 'Lambda.TooManyRequestsException',
    cause: expect.stringContaining('Rate Exceeded.'),
  });
  controller.abort();
  const ends = await Promise.all(calls);
  expect(new Set(ends.map((end) => end.status === 'failed' && end.error))).toEqual(
    new Set(['Lambda.ClientExecutionTimeoutException']),
  );
  await one.close();
  holding.closeAllConnections();
  holding.close();
});

test('a URL at an address that is refused is not connected to', async () => {
  expect(await functions.call('metadata', {})).toMatchObject({
    error: 'Lambda.SdkClientException',
    cause: expect.stringContaining('a metadata address, are refused unless http.allow') as string,
  });
});
