import { createServer as createSocketServer } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import type { Json } from '../../../src/base/json.ts';
import type { Connection } from '../../../src/config/connections.ts';
import { resultOf } from '../support.ts';
import { type Answer, json, type LoopbackServer, listening, openTask, serve } from './support.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

function keep<T extends { close(): Promise<void> }>(one: T): T {
  opened.push(one);
  return one;
}

async function start(answer?: Answer): Promise<LoopbackServer> {
  return keep(await serve(answer));
}

function task(...parameters: Parameters<typeof openTask>): ReturnType<typeof openTask> {
  return keep(openTask(...parameters));
}

describe('a request', () => {
  test.each(['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD'])('is made by %s', async (Method) => {
    const server = await start();
    const outcome = await task().call({ ApiEndpoint: `${server.url}/a/b`, Method });
    expect(resultOf(outcome)).toMatchObject({
      StatusCode: 200,
      StatusText: 'OK',
      ResponseBody: Method === 'HEAD' ? '' : {},
    });
    expect(server.received).toMatchObject([{ method: Method, path: '/a/b', body: '' }]);
  });

  test('carries the headers of the service and those of the task', async () => {
    const server = await start();
    await task().call({
      ApiEndpoint: server.url,
      Method: 'POST',
      Headers: { 'X-One': 'a', 'X-Many': ['b', 'c'], 'X-Number': 5 },
      RequestBody: { a: 1 },
    });
    const { headers, rawHeaders } = server.received[0]!;
    expect(headers).toMatchObject({
      'user-agent': 'Amazon|StepFunctions|HttpInvoke|eu-central-1',
      range: 'bytes=0-262144',
      host: `127.0.0.1:${server.port}`,
      'content-type': 'application/json; charset=UTF-8',
      'x-one': 'a',
      'x-many': 'b, c',
      'x-number': '5',
    });
    expect(rawHeaders.filter((name) => name === 'X-Many')).toHaveLength(2);
  });

  test('may have its own User-Agent and Content-Type', async () => {
    const server = await start();
    await task().call({
      ApiEndpoint: server.url,
      Method: 'PUT',
      Headers: { 'user-agent': 'mine', 'content-type': 'text/plain' },
      RequestBody: 'plain "text"',
    });
    expect(server.received[0]).toMatchObject({
      headers: { 'user-agent': 'mine', 'content-type': 'text/plain' },
      body: 'plain "text"',
    });
  });

  test.each<[string, Json, string]>([
    ['/p', { a: 'x y', b: ['1', 2], c: true }, '/p?a=x%20y&b=1&b=2&c=true'],
    ['/p?z=%7e+1', { a: '&=' }, '/p?z=%7e+1&a=%26%3D'],
    ['/p?a=1', { a: '2' }, '/p?a=1&a=2'],
    ['/p', {}, '/p'],
  ])('to %s with the query %j goes to %3$s', async (path, QueryParameters, expected) => {
    const server = await start();
    await task().call({ ApiEndpoint: server.url + path, QueryParameters });
    expect(server.received[0]!.path).toBe(expected);
  });

  test.each<[Json, string]>([
    [{ a: [1, null], ü: 'é' }, '{"a":[1,null],"ü":"é"}'],
    [[1, 2], '[1,2]'],
    [7, '7'],
    [null, 'null'],
    ['text', 'text'],
  ])('sends the body %j as %s', async (RequestBody, expected) => {
    const server = await start();
    await task().call({ ApiEndpoint: server.url, Method: 'POST', RequestBody });
    expect(server.received[0]!.body).toBe(expected);
  });

  test.each<[string | undefined, string]>([
    [undefined, 'l[0]=a&l[1]=b&m[n]=c d'],
    ['INDICES', 'l[0]=a&l[1]=b&m[n]=c d'],
    ['REPEAT', 'l=a&l=b&m[n]=c d'],
    ['COMMAS', 'l=a,b&m[n]=c d'],
    ['BRACKETS', 'l[]=a&l[]=b&m[n]=c d'],
  ])('is a form with lists as %s', async (format, expected) => {
    const server = await start();
    await task().call({
      ApiEndpoint: server.url,
      Method: 'POST',
      RequestBody: { l: ['a', 'b'], m: { n: 'c d' } },
      Transform: {
        RequestBodyEncoding: 'URL_ENCODED',
        ...(format === undefined ? {} : { RequestEncodingOptions: { ArrayFormat: format } }),
      },
    });
    const { headers, body } = server.received[0]!;
    expect(decodeURIComponent(body.replaceAll('+', ' '))).toBe(expected);
    expect(headers['content-type']).toBe('application/x-www-form-urlencoded');
  });
});

describe('the connection', () => {
  const connection: Connection = {
    headers: { 'X-One': 'connection', 'X-Two': 'connection' },
    query: { a: 'connection', b: 'connection' },
    body: { a: 'connection', b: 'connection' },
  };

  test('adds its headers, query and body, and wins over the task', async () => {
    const server = await start();
    await task(connection).call({
      ApiEndpoint: `${server.url}/?a=url&u=url`,
      Method: 'POST',
      Headers: { 'x-one': 'task', 'X-Three': 'task' },
      QueryParameters: { b: 'task', c: 'task' },
      RequestBody: { b: 'task', c: 'task' },
    });
    const { path, headers, body } = server.received[0]!;
    expect(path).toBe('/?u=url&c=task&a=connection&b=connection');
    expect(headers).toMatchObject({ 'x-one': 'connection', 'x-two': 'connection', 'x-three': 'task' });
    expect(JSON.parse(body)).toEqual({ a: 'connection', b: 'connection', c: 'task' });
  });

  test('makes the body when the task has none, but none for a GET', async () => {
    const server = await start();
    const { call } = task({ body: { a: 'b' } });
    await call({ ApiEndpoint: server.url, Method: 'POST' });
    await call({ ApiEndpoint: server.url, Method: 'GET' });
    expect(server.received.map(({ body }) => body)).toEqual(['{"a":"b"}', '']);
  });

  test.each<[Json]>([['text'], [[1]]])('cannot add body parameters to %j', async (RequestBody) => {
    const server = await start();
    const outcome = await task(connection).call({ ApiEndpoint: server.url, Method: 'POST', RequestBody });
    expect(outcome).toMatchObject({ status: 'failed', error: 'States.Runtime' });
    expect(server.received).toEqual([]);
  });

  test('must be among those of the configuration', async () => {
    const server = await start();
    const outcome = await task().call({
      ApiEndpoint: server.url,
      Authentication: { ConnectionArn: 'arn:aws:events:eu-central-1:123456789012:connection/constructor' },
    });
    expect(outcome).toEqual({
      status: 'failed',
      error: 'Events.ConnectionResource.ResourceNotFound',
      cause:
        "Connection constructor does not exist: it is not among the connections of Treadle's configuration",
    });
    expect(server.received).toEqual([]);
  });

  test('may be named by InvocationConfig', async () => {
    const server = await start();
    const outcome = await task().call({
      ApiEndpoint: server.url,
      InvocationConfig: { ConnectionArn: 'arn:aws:events:eu-central-1:123456789012:connection/test' },
    });
    expect(outcome.status).toBe('completed');
  });
});

describe('a response', () => {
  test('gives every header once with all its values, and the body as JSON', async () => {
    const server = await start((_request, response) => {
      response.setHeader('X-Many', ['a', 'b']);
      response.setHeader('__proto__', 'harmless');
      json(response, { n: 1, __proto__: null });
    });
    const result = resultOf(await task().call({ ApiEndpoint: server.url })) as { Headers: object };
    expect(result).toMatchObject({ ResponseBody: { n: 1 }, StatusCode: 200, StatusText: 'OK' });
    expect(Object.entries(result.Headers)).toEqual(
      expect.arrayContaining([
        ['X-Many', ['a', 'b']],
        ['__proto__', ['harmless']],
        ['content-type', ['application/json']],
      ]),
    );
  });

  test.each<[string, string, unknown]>([
    ['application/json', '"text"', 'text'],
    ['application/problem+json; charset=utf-8', '[1]', [1]],
    ['application/json', 'broken {', 'broken {'],
    ['text/plain', '{"a":1}', { a: 1 }],
    ['text/plain', '123', '123'],
    ['text/html', '<p>', '<p>'],
    ['application/json', '', ''],
  ])('of type %s with the body %s is %j', async (type, body, expected) => {
    const server = await start((_request, response) => {
      response.writeHead(200, { 'content-type': type });
      response.end(body);
    });
    expect(resultOf(await task().call({ ApiEndpoint: server.url }))).toMatchObject({
      ResponseBody: expected,
    });
  });

  test.each<[string, (bytes: Buffer) => Buffer]>([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['GZIP', gzipSync],
  ])('that was compressed as %s, though nobody asked for it, is decompressed', async (encoding, compress) => {
    const server = await start((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': encoding });
      response.end(compress(Buffer.from('{"n":1}')));
    });
    const result = resultOf(await task().call({ ApiEndpoint: server.url })) as { Headers: object };
    expect(result).toMatchObject({ ResponseBody: { n: 1 } });
    expect(Object.keys(result.Headers)).not.toContain('content-encoding');
  });

  test('that is not what its Content-Encoding says fails', async () => {
    const server = await start((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      response.end('plain');
    });
    expect(await task().call({ ApiEndpoint: server.url })).toMatchObject({
      error: 'States.Runtime',
      cause: "The body of the response is not what its Content-Encoding 'gzip' says",
    });
  });

  test('is held to the limit when it is decompressed', async () => {
    const server = await start((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      response.end(gzipSync(Buffer.alloc(50_000_000)));
    });
    expect(await task().call({ ApiEndpoint: server.url })).toMatchObject({
      error: 'States.DataLimitExceeded',
    });
  });

  test('keeps numbers that a double cannot hold', async () => {
    const server = await start((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{"n":12345678901234567890}');
    });
    expect(await task().call({ ApiEndpoint: server.url })).toMatchObject({
      outputText: expect.stringContaining('"ResponseBody":{"n":12345678901234567890}'),
    });
  });

  test('in another character set is read as that', async () => {
    const server = await start((_request, response) => {
      response.writeHead(201, 'Made', { 'content-type': 'text/plain; charset="iso-8859-1"' });
      response.end(Buffer.from([0xe9]));
    });
    expect(resultOf(await task().call({ ApiEndpoint: server.url }))).toMatchObject({
      ResponseBody: 'é',
      StatusCode: 201,
      StatusText: 'Made',
    });
  });

  test.each<[string, Buffer]>([
    ['application/octet-stream', Buffer.from('a')],
    ['image/png', Buffer.from('a')],
    ['video/mp4', Buffer.from('a')],
    ['audio/mpeg', Buffer.from('a')],
    ['text/plain', Buffer.from([0xff, 0xfe, 0x00])],
    ['text/plain; charset=klingon', Buffer.from('a')],
  ])('of type %s that is no text is States.Runtime', async (type, body) => {
    const server = await start((_request, response) => {
      response.writeHead(200, { 'content-type': type });
      response.end(body);
    });
    expect(await task().call({ ApiEndpoint: server.url })).toMatchObject({
      status: 'failed',
      error: 'States.Runtime',
    });
  });

  test.each([
    [301, 'Moved Permanently'],
    [304, 'Not Modified'],
    [400, 'Bad Request'],
    [404, 'Not Found'],
    [429, 'Too Many Requests'],
    [503, 'Service Unavailable'],
  ])('with status %i is an error whose cause is the status text', async (status, text) => {
    const server = await start((_request, response) => json(response, { secret: 1 }, status));
    expect(await task().call({ ApiEndpoint: server.url })).toEqual({
      status: 'failed',
      error: `States.Http.StatusCode.${status}`,
      cause: text,
    });
  });

  test('that redirects is not followed', async () => {
    const target = await start();
    const server = await start((_request, response) => {
      response.writeHead(302, { location: target.url });
      response.end();
    });
    expect(await task().call({ ApiEndpoint: server.url })).toMatchObject({
      error: 'States.Http.StatusCode.302',
    });
    expect(target.received).toEqual([]);
  });

  test('may have as many bytes as the limit, not one more', async () => {
    const { call } = task({}, { maxBytes: 1_000 });
    const server = await start((request, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' });
      response.end('x'.repeat(Number(request.path.slice(1))));
    });
    expect(await call({ ApiEndpoint: `${server.url}/1000` })).toMatchObject({ status: 'completed' });
    expect(await call({ ApiEndpoint: `${server.url}/1001` })).toEqual({
      status: 'failed',
      error: 'States.DataLimitExceeded',
      cause:
        "The state/task 'http' returned a result with a size exceeding the maximum number of bytes service limit.",
    });
  });

  test('that never ends is cut off, and the connection closed', async () => {
    let closed: () => void;
    const gone = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const server = await start((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' });
      const more = setInterval(() => response.write('x'.repeat(10_000)), 1);
      response.on('close', () => {
        clearInterval(more);
        closed();
      });
    });
    expect(await task({}, { maxBytes: 100_000 }).call({ ApiEndpoint: server.url })).toMatchObject({
      error: 'States.DataLimitExceeded',
    });
    await gone;
  });
});

describe('trouble on the way is States.Http.Socket:', () => {
  test('no answer in time', async () => {
    const server = await start(() => {});
    expect(await task({}, { settings: { timeout: 0.05 } }).call({ ApiEndpoint: server.url })).toEqual({
      status: 'failed',
      error: 'States.Http.Socket',
      cause: 'Request timed out after 0.05 seconds',
    });
  });

  test('a body that stops in the middle', async () => {
    const server = await start((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' });
      response.write('a');
    });
    expect(await task({}, { settings: { timeout: 0.1 } }).call({ ApiEndpoint: server.url })).toMatchObject({
      error: 'States.Http.Socket',
    });
  });

  test('a connection that is refused', async () => {
    const server = await serve();
    await server.close();
    expect(await task().call({ ApiEndpoint: server.url })).toEqual({
      status: 'failed',
      error: 'States.Http.Socket',
      cause: `Unable to execute HTTP request: Connect to 127.0.0.1:${server.port} failed: Connection refused`,
    });
  });

  test.each<[string, (socket: import('node:net').Socket) => void]>([
    ['reset', (socket) => socket.resetAndDestroy()],
    ['closed', (socket) => socket.end()],
    ['no HTTP', (socket) => socket.end('hello\r\n\r\n')],
    ['cut off', (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc')],
    ['a flood of headers', (socket) => socket.end(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(1_000_000)}\r\n\r\n`)],
  ])('a connection that is %s', async (_name, act) => {
    const server = keep(
      await listening(
        createSocketServer((socket) => {
          socket.on('error', () => {});
          socket.once('data', () => act(socket));
        }),
      ),
    );
    expect(await task().call({ ApiEndpoint: server.url })).toMatchObject({ error: 'States.Http.Socket' });
  });

  test('a name that does not exist', async () => {
    const { call } = task(
      {},
      { lookup: (_host, done) => done(Object.assign(new Error('x'), { code: 'ENOTFOUND' }), []) },
    );
    expect(await call({ ApiEndpoint: 'https://no.such.host' })).toEqual({
      status: 'failed',
      error: 'States.Http.Socket',
      cause: 'Unable to execute HTTP request: no.such.host: Name or service not known',
    });
  });
});

test('a task that is called off ends at once', async () => {
  const server = await start(() => {});
  const controller = new AbortController();
  const outcome = task().call({ ApiEndpoint: server.url }, controller.signal);
  setTimeout(() => controller.abort(), 20);
  expect((await outcome).status).toBe('failed');
});

test('bad parameters call nobody', async () => {
  const server = await start();
  const outcome = await task().call({ ApiEndpoint: server.url, Method: 'FETCH' });
  expect(outcome).toMatchObject({
    error: 'States.Runtime',
    cause: expect.stringContaining(
      "could not be used to start the Task: [The value of the field 'Method' has",
    ),
  });
  expect(server.received).toEqual([]);
});
