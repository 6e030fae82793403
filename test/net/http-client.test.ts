import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createGuard } from '../../src/net/addresses.ts';
import { createHttp, type Http, type HttpResponse, ResponseTooLarge } from '../../src/net/http-client.ts';
import { NEVER } from '../integrations/support.ts';

let server: Server;
let http: Http;
const sockets = new Set<Socket>();
afterEach(async () => {
  await http.close();
  for (const socket of sockets) socket.destroy();
  server.close();
});

/** A server that says these bytes to the n-th request; `undefined`: nothing. @returns a call of it. */
async function open(
  connections: number,
  answer: (n: number) => string | undefined,
): Promise<(signal?: AbortSignal, maxBytes?: number) => Promise<HttpResponse>> {
  let n = 0;
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      for (const _ of chunk.toString().matchAll(/POST /g)) {
        const text = answer(n++);
        if (text !== undefined) socket.write(text);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  http = createHttp({ connections, guard: createGuard({ allow: [], deny: [] }) });
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  return (signal = NEVER, maxBytes = 1_000) =>
    http.send({ url, method: 'POST', headers: {}, body: 'x', maxBytes, signal });
}

const ok = (body: string): string => `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
const textOf = (answer: HttpResponse): string => new TextDecoder().decode(answer.body);

test('collects status, headers in both spellings and the body, and keeps repeated headers', async () => {
  const call = await open(
    1,
    () => 'HTTP/1.1 418 T\r\nX-One: a\r\nx-one: b\r\nX-Two: c\r\nX-Two: d\r\ncontent-length: 2\r\n\r\nhi',
  );
  const answer = await call();
  expect(answer).toMatchObject({
    status: 418,
    headers: { 'x-one': 'a, b', 'x-two': 'c, d', 'content-length': '2' },
    spelled: { 'X-One': 'a', 'x-one': 'b', 'X-Two': 'c, d' },
  });
  expect(textOf(answer)).toBe('hi');
});

test('announcements before the answer are not the answer', async () => {
  const early = 'HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n';
  const call = await open(1, () => early + ok('real'));
  const answer = await call();
  expect(textOf(answer)).toBe('real');
  expect(answer.status).toBe(200);
  expect(answer.headers).toEqual({ 'content-length': '4' });
});

test('an announcement alone is no answer', async () => {
  const call = await open(1, () => {
    setTimeout(() => {
      for (const socket of sockets) socket.end();
    }, 20);
    return 'HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n';
  });
  await expect(call()).rejects.toThrow('Unable to execute HTTP request');
});

test('more bytes than wanted break the connection off, and the next call has a new one', async () => {
  const call = await open(1, (n) => ok(n === 0 ? 'x'.repeat(2_000) : 'small'));
  await expect(call()).rejects.toThrow(ResponseTooLarge);
  expect(textOf(await call())).toBe('small');
});

test('a call that waits for a connection is given up at once', async () => {
  const call = await open(1, () => undefined);
  const first = new AbortController();
  const hanging = call(first.signal);
  const second = new AbortController();
  const waiting = call(second.signal);
  second.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
  first.abort(new Error('enough too'));
  await expect(hanging).rejects.toThrow('enough too');
});

test('a second answer to one request is nobody’s', async () => {
  const call = await open(1, (n) => (n === 0 ? ok('first') + ok('stray') : ok(`own ${n}`)));
  const answers = await Promise.allSettled([call(), call(), call()]);
  const texts = answers.map((answer) => (answer.status === 'fulfilled' ? textOf(answer.value) : 'failed'));
  expect(texts[0]).toBe('first');
  expect(texts).not.toContain('stray');
});

test.each([
  ['nothing', ''],
  ['half a head', 'HTTP/1.1 200 OK\r\ncontent-le'],
  ['no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n'],
  ['half a body', ok('whole').slice(0, -2)],
  ['half a chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab'],
])('%s before the connection ends is no answer', async (_name, text) => {
  const call = await open(1, () => {
    setTimeout(() => {
      for (const socket of sockets) socket.end();
    }, 20);
    return text;
  });
  await expect(call()).rejects.toThrow('Unable to execute HTTP request');
});
