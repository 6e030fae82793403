import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { apiError } from '../../src/api/wire/errors.ts';
import { openLog } from '../../src/base/log.ts';
import { AWS_LIMITS } from '../../src/base/quotas.ts';
import {
  type ApiServer,
  type ApiServerOptions,
  createApiServer,
  requestBytes,
} from '../../src/http/listener.ts';
import { StoreUnavailable } from '../../src/store/store.ts';

const open: ApiServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close(0)));
});

async function listen(options: Partial<ApiServerOptions> = {}): Promise<{ port: number; server: ApiServer }> {
  const server = createApiServer({
    handle: async (operation, input) => ({ operation, input }),
    health: () => ({ status: 'ok', version: '1.2.3' }),
    log: openLog('silent'),
    ...options,
  });
  open.push(server);
  await new Promise<void>((resolve) => server.server.listen(0, '127.0.0.1', resolve));
  return { port: (server.server.address() as AddressInfo).port, server };
}

interface Request {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly agent?: http.Agent;
}

interface Response {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
  readonly json: unknown;
}

function send(port: number, request: Request = {}): Promise<Response> {
  const { method = 'POST', path = '/', headers = {}, body = '{}', agent } = request;
  const own = { 'x-amz-target': 'AWSStepFunctions.Echo', 'content-type': 'application/x-amz-json-1.0' };
  return new Promise((resolve, reject) => {
    const call = http.request(
      { port, host: '127.0.0.1', method, path, headers: { ...own, ...headers }, ...(agent && { agent }) },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          const json = text === '' ? undefined : JSON.parse(text);
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json });
        });
      },
    );
    call.on('error', reject);
    call.end(method === 'GET' ? undefined : body);
  });
}

function untilClosed(socket: net.Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(text));
  });
}

test('hands operation and input on and answers as AWS does', async () => {
  const { port } = await listen();
  const { status, headers, json } = await send(port, { body: '{"a":"ü"}' });
  expect(status).toBe(200);
  expect(json).toEqual({ operation: 'Echo', input: { a: 'ü' } });
  expect(headers['content-type']).toBe('application/x-amz-json-1.0');
  expect(headers['x-amzn-requestid']).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
});

test.each([
  ['sync-states.us-east-1.amazonaws.com'],
  ['sync-localhost:4566'],
  ['states.eu-west-1.amazonaws.com'],
])('does not care for the Host %s', async (host) => {
  const { port } = await listen();
  expect((await send(port, { headers: { host } })).status).toBe(200);
});

test('answers errors with type, message and further members', async () => {
  const { port } = await listen({
    handle: async () => {
      throw apiError('StateMachineDoesNotExist', 'arn:x');
    },
  });
  const { status, json } = await send(port);
  expect(status).toBe(400);
  expect(json).toEqual({
    __type: 'StateMachineDoesNotExist',
    message: "State Machine Does Not Exist: 'arn:x'",
  });
});

test('hides a bug behind InternalFailure and names the request', async () => {
  const { port } = await listen({
    handle: async () => {
      throw new Error('secret');
    },
  });
  const { status, headers, text } = await send(port);
  expect(status).toBe(500);
  expect(text).toContain('InternalFailure');
  expect(text).toContain(headers['x-amzn-requestid']);
  expect(text).not.toContain('secret');
});

test('says what is wrong with the store, so that SDKs try again', async () => {
  const { port } = await listen({
    handle: async () => {
      throw new StoreUnavailable('database or disk is full');
    },
  });
  const { status, json } = await send(port);
  expect(status).toBe(503);
  expect(json).toEqual({ __type: 'ServiceUnavailable', message: 'database or disk is full' });
});

test.each<[string, Request, string]>([
  ['a body that is not JSON', { body: '{"a":' }, 'Unexpected end-of-input within/between Object entries'],
  ['a body that is no object', { body: '[1]' }, 'Expected the request body to be a JSON object'],
  ['a body that is null', { body: 'null' }, 'Expected the request body to be a JSON object'],
  ['a body that is not UTF-8', { body: Buffer.from([0x7b, 0xff, 0x7d]) }, 'to be UTF-8'],
  ['a foreign content type', { headers: { 'content-type': 'text/plain' } }, "but got 'text/plain'"],
])('answers SerializationException to %s', async (_name, request, message) => {
  const { port } = await listen();
  const { status, json } = await send(port, request);
  expect(status).toBe(400);
  expect(json).toEqual({ __type: 'SerializationException', message: expect.stringContaining(message) });
});

test.each<[string, Record<string, string>]>([
  ['of another service', { 'x-amz-target': 'DynamoDB_20120810.ListTables' }],
  ['that is empty', { 'x-amz-target': '' }],
])('answers UnknownOperationException to a target %s', async (_name, headers) => {
  const { port } = await listen();
  const { status, json } = await send(port, { headers });
  expect(status).toBe(400);
  expect(json).toMatchObject({ __type: 'UnknownOperationException' });
});

test('takes an empty body for an empty object', async () => {
  const { port } = await listen();
  expect((await send(port, { body: '' })).json).toEqual({ operation: 'Echo', input: {} });
});

test('keeps __proto__ in a body harmless', async () => {
  const { port } = await listen({
    handle: async (_operation, input) => ({ name: (input as { name?: string }).name ?? 'none' }),
  });
  expect((await send(port, { body: '{"__proto__":{"name":"evil"}}' })).json).toEqual({ name: 'none' });
  expect(({} as { name?: string }).name).toBeUndefined();
});

test('lets the trace header win over the member', async () => {
  const { port } = await listen();
  const headers = { 'x-amzn-trace-id': 'Root=1-2-3' };
  const { json } = await send(port, { headers, body: '{"traceHeader":"other"}' });
  expect(json).toEqual({ operation: 'Echo', input: { traceHeader: 'Root=1-2-3' } });
});

test('refuses a body that is too large and keeps the connection', async () => {
  const { port } = await listen();
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  try {
    const refused = await send(port, { agent, body: `"${'x'.repeat(2 * 1024 * 1024)}"` });
    expect(refused.status).toBe(413);
    expect(refused.json).toEqual({
      __type: 'RequestEntityTooLarge',
      message: 'Expected a request body of at most 1048576 bytes',
    });
    expect((await send(port, { agent })).status).toBe(200);
    expect(Object.keys(agent.freeSockets)).toHaveLength(1);
  } finally {
    agent.destroy();
  }
});

test('gives up on a body without end', async () => {
  const { port } = await listen({ maxBodyBytes: 10 });
  const socket = net.connect(port, '127.0.0.1');
  socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999\r\n\r\n');
  socket.write(Buffer.alloc(16 * 1024 * 1024 + 11, ' '));
  const text = await untilClosed(socket);
  expect(text).toMatch(/^HTTP\/1\.1 413 /);
  expect(text).toMatch(/connection: close/i);
});

test('takes a body of just the limit', async () => {
  const { port } = await listen({ maxBodyBytes: 100 });
  const body = JSON.stringify({ a: 'x'.repeat(92) });
  expect(body).toHaveLength(100);
  expect((await send(port, { body })).status).toBe(200);
  expect((await send(port, { body: `${body} ` })).status).toBe(413);
});

test('refuses before the body when the client asks first', async () => {
  const { port } = await listen({ maxBodyBytes: 10 });
  const socket = net.connect(port, '127.0.0.1');
  socket.write('POST / HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 11\r\n\r\n');
  const text = await untilClosed(socket);
  expect(text).toMatch(/^HTTP\/1\.1 413 /);
});

test('ends requests that arrive too slowly', async () => {
  const { port } = await listen({ requestTimeoutMs: 50 });
  const socket = net.connect(port, '127.0.0.1');
  socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\n{');
  const text = await untilClosed(socket);
  expect(text).toMatch(/^HTTP\/1\.1 408 /);
});

test('checks the host of requests that a browser may make', async () => {
  const { port } = await listen({ browser: { allowedHosts: ['treadle.example.org'] } });
  const ask = (host: string) => send(port, { method: 'GET', path: '/health', headers: { host }, body: '' });
  expect((await ask('treadle.example.org:8083')).status).toBe(200);
  expect(await ask('rebound.evil.example')).toMatchObject({
    status: 403,
    json: { __type: expect.stringContaining('AccessDeniedException') },
  });
});

test('tells its health', async () => {
  const { port } = await listen();
  const { status, json } = await send(port, { method: 'GET', path: '/health' });
  expect(status).toBe(200);
  expect(json).toEqual({ status: 'ok', version: '1.2.3' });
});

test('is not ready while it starts, and hands on what comes', async () => {
  const { port } = await listen({ health: () => ({ status: 'starting', version: '1' }) });
  for (const path of ['/health', '/readyz']) {
    const health = await send(port, { method: 'GET', path });
    expect(health.status).toBe(503);
    expect(health.json).toEqual({
      status: 'starting',
      version: '1',
      failing: [{ check: 'server', message: 'Treadle is starting' }],
    });
  }
  const alive = await send(port, { method: 'GET', path: '/livez' });
  expect([alive.status, alive.json]).toEqual([200, { status: 'alive', version: '1' }]);
  expect((await send(port)).status).toBe(200);
});

test('answers 503 while it stops', async () => {
  const { port } = await listen({ health: () => ({ status: 'stopping', version: '1' }) });
  const call = await send(port);
  expect(call.status).toBe(503);
  expect(call.json).toEqual({ __type: 'ServiceUnavailable', message: 'Treadle is stopping' });
});

test('is not ready, but alive, while something keeps it from taking durable work, and names it', async () => {
  let failing = [{ check: 'space', message: 'Expected room, but the disk is full' }];
  const { port } = await listen({ faults: async () => failing });
  for (const path of ['/readyz', '/health']) {
    const { status, json } = await send(port, { method: 'GET', path });
    expect([status, json]).toEqual([503, { status: 'failing', version: '1.2.3', failing }]);
  }
  expect((await send(port, { method: 'GET', path: '/livez' })).status).toBe(200);
  failing = [];
  const { status, json } = await send(port, { method: 'GET', path: '/readyz' });
  expect([status, json]).toEqual([200, { status: 'ok', version: '1.2.3' }]);
});

test('is not ready when it cannot find out whether it is', async () => {
  const { port } = await listen({ faults: () => Promise.reject(new Error('the disk does not answer')) });
  const { status, json } = await send(port, { method: 'GET', path: '/readyz' });
  expect(status).toBe(503);
  expect(json).toMatchObject({ failing: [{ check: 'server', message: 'the disk does not answer' }] });
});

test('answers 404 with what it expects elsewhere', async () => {
  const { port } = await listen();
  const { status, json } = await send(port, { method: 'GET', path: '/nowhere' });
  expect(status).toBe(404);
  expect(json).toEqual({
    message: 'Expected POST / (the AWS API) or GET /health, /livez or /readyz, but got GET /nowhere',
  });
});

test('asks mounted routes in order', async () => {
  const { port } = await listen({
    routes: [
      () => false,
      (request, response) => {
        if (request.url !== '/page') return false;
        response.end('"page"');
        return true;
      },
    ],
  });
  expect((await send(port, { method: 'GET', path: '/page' })).text).toBe('"page"');
  expect((await send(port, { method: 'GET', path: '/other' })).status).toBe(404);
});

test('answers 500 when a route throws', async () => {
  const { port } = await listen({
    routes: [
      () => {
        throw new Error('bug');
      },
    ],
  });
  expect((await send(port, { method: 'GET', path: '/x' })).status).toBe(500);
});

test.each<[string, Record<string, string>, number]>([
  ['a page of another site', { origin: 'https://evil.example' }, 403],
  ['a page without origin', { origin: 'null' }, 403],
  ['a page of another port', { origin: 'http://localhost:3000', host: 'localhost:8083' }, 403],
  ['a rebound host name', { origin: 'http://evil.example:8083', host: 'evil.example:8083' }, 403],
  ['an image of another site', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }, 403],
  ['its own page', { origin: 'http://localhost:8083', host: 'localhost:8083' }, 200],
  ['its own page by address', { origin: 'http://[::1]:8083', host: '[::1]:8083' }, 200],
  ['its own page in a container network', { origin: 'http://treadle:8083', host: 'treadle:8083' }, 200],
  ['an allowed host', { origin: 'https://flows.example', host: 'flows.example' }, 200],
  ['a trusted origin', { origin: 'http://localhost:5173', host: 'localhost:8083' }, 200],
  ['a program', { host: 'anything.example' }, 200],
])('treats %s as it should', async (_name, headers, status) => {
  const { port } = await listen({
    browser: { allowedHosts: ['flows.example'], trustedOrigins: ['http://localhost:5173'] },
  });
  expect((await send(port, { headers })).status).toBe(status);
});

test('lets a request under way finish when it closes, then takes no more', async () => {
  let finish = () => {};
  const started = Promise.withResolvers<void>();
  const { port, server } = await listen({
    handle: () =>
      new Promise((resolve) => {
        finish = () => resolve({ done: true });
        started.resolve();
      }),
  });
  const agent = new http.Agent({ keepAlive: true });
  const answer = send(port, { agent });
  await started.promise;
  const closed = server.close(5_000);
  finish();
  const { status, headers } = await answer;
  expect(status).toBe(200);
  expect(headers.connection).toBe('close');
  await closed;
  await expect(send(port)).rejects.toThrow('ECONNREFUSED');
});

test('cuts requests that outlive the deadline', async () => {
  const started = Promise.withResolvers<void>();
  const { port, server } = await listen({
    handle: () => {
      started.resolve();
      return new Promise(() => {});
    },
  });
  const answer = send(port).catch((error: Error) => error.message);
  await started.promise;
  await server.close(10);
  expect(await answer).toBe('socket hang up');
});

test('makes room for lifted limits only', () => {
  expect(requestBytes(AWS_LIMITS)).toBe(1024 * 1024);
  expect(requestBytes({ ...AWS_LIMITS, payloadBytes: 1_000_000 })).toBe(2_000_000);
});
