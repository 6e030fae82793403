import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { createGuard, Refused } from '../../src/net/addresses.ts';
import type { ConnectorOptions } from '../../src/net/guarded-connector.ts';
import { createGuardedHttp, type GuardedHttp, type GuardedRequest } from '../../src/net/guarded-http.ts';
import { Unreachable } from '../../src/net/http-client.ts';
import { NEVER } from '../integrations/support.ts';

let server: Server | undefined;
let http: GuardedHttp;
const sockets = new Set<Socket>();
afterEach(async () => {
  await http.close();
  for (const socket of sockets) socket.destroy();
  server?.close();
  server = undefined;
});

/** A server that answers each request with these bytes. @returns its port. */
async function answer(text: string): Promise<number> {
  const opened = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('data', () => socket.write(text));
  });
  server = opened;
  await new Promise<void>((resolve) => opened.listen(0, '127.0.0.1', resolve));
  return (opened.address() as AddressInfo).port;
}

function open(options: Partial<ConnectorOptions> = {}): GuardedHttp {
  http = createGuardedHttp({ guard: createGuard({ allow: [], deny: [] }), ...options });
  return http;
}

const to = (url: string): GuardedRequest => ({
  url: new URL(url),
  method: 'GET',
  headers: [],
  body: undefined,
  signal: NEVER,
});
const LOOPBACK: ConnectorOptions['lookup'] = (_host, done) =>
  done(null, [{ address: '127.0.0.1', family: 4 }]);

describe('an answer', () => {
  test('has its status, its words, its headers as they came, and its body', async () => {
    const port = await answer('HTTP/1.1 418 Teapot\r\nX-A: 1\r\nx-a: 2\r\ncontent-length: 2\r\n\r\nhi');
    const response = await open().send(to(`http://127.0.0.1:${port}/`));
    expect(response).toMatchObject({ status: 418, statusText: 'Teapot' });
    expect(response.headers.slice(0, 2)).toEqual([
      ['X-A', '1'],
      ['x-a', '2'],
    ]);
    expect(new TextDecoder().decode((await response.read(10)) as Uint8Array)).toBe('hi');
  });

  test('is not what announces it: 102 and 103 come before', async () => {
    const port = await answer(
      'HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nreal',
    );
    const response = await open().send(to(`http://127.0.0.1:${port}/`));
    expect(response.status).toBe(200);
    expect(response.headers).toEqual([['content-length', '4']]);
    expect(new TextDecoder().decode((await response.read(10)) as Uint8Array)).toBe('real');
  });

  test('may be longer than wanted', async () => {
    const port = await answer('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nabcde');
    const client = open();
    const url = `http://127.0.0.1:${port}/`;
    expect(await (await client.send(to(url))).read(4)).toBe('too large');
    expect(await (await client.send(to(url))).read(5)).toHaveLength(5);
  });

  test('that breaks off is none', async () => {
    const port = await answer('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nab');
    const response = await open().send(to(`http://127.0.0.1:${port}/`));
    for (const socket of sockets) socket.end();
    await expect(response.read(10)).rejects.toThrow(Unreachable);
  });
});

describe('a connection', () => {
  test('is made to what the look-up gave, for the name in the URL', async () => {
    const port = await answer('HTTP/1.1 204 No Content\r\n\r\n');
    const response = await open({ lookup: LOOPBACK }).send(to(`http://shop.test:${port}/`));
    expect(response.status).toBe(204);
  });

  test.each([
    ['an address', 'http://169.254.169.254/', LOOPBACK],
    [
      'a name of such an address',
      'http://shop.test/',
      (_host: string, done: Parameters<NonNullable<ConnectorOptions['lookup']>>[1]) =>
        done(null, [{ address: '169.254.169.254', family: 4 }]),
    ],
  ])('to %s that the guard refuses is not made', async (_, url, lookup) => {
    await expect(open({ lookup }).send(to(url))).rejects.toThrow(Refused);
  });

  test('to a name without addresses fails as an unknown name', async () => {
    const lookup: ConnectorOptions['lookup'] = (_host, done) => done(null, []);
    await expect(open({ lookup }).send(to('http://shop.test/'))).rejects.toThrow(
      'Unable to execute HTTP request: shop.test: Name or service not known',
    );
  });

  test('is given up with the signal', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(open().send({ ...to('http://127.0.0.1:1/'), signal })).rejects.toThrow('enough');
  });
});
