import net, { type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { openLog } from '../../src/base/log.ts';
import { UnfinishedBodies } from '../../src/http/body.ts';
import { type ApiServer, createApiServer } from '../../src/http/listener.ts';
import { until } from '../support/until.ts';

describe('unfinished bodies', () => {
  test('hold no more than their bound: the oldest give way', () => {
    const bodies = new UnfinishedBodies(100);
    const gone: string[] = [];
    const hold = (name: string, key: object, bytes: number) => bodies.hold(key, bytes, () => gone.push(name));
    const [a, b, c] = [{}, {}, {}];
    hold('a', a, 40);
    hold('b', b, 40);
    hold('a', a, 60);
    expect([bodies.bytes, gone]).toEqual([100, []]);
    hold('c', c, 10);
    expect([bodies.bytes, gone]).toEqual([50, ['a']]);
    bodies.release(b);
    bodies.release(b);
    expect(bodies.bytes).toBe(10);
    hold('c', c, 101);
    expect([bodies.bytes, gone]).toEqual([0, ['a', 'c']]);
  });
});

describe('a server', () => {
  let server: ApiServer;
  const sockets: Socket[] = [];
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await server.close(0);
  });

  async function listen(maxUnfinishedBytes: number): Promise<() => { socket: Socket; text: () => string }> {
    server = createApiServer({
      handle: async (_, input) => ({ length: JSON.stringify(input).length }),
      health: () => ({ status: 'ok', version: '1' }),
      log: openLog('silent'),
      maxUnfinishedBytes,
    });
    await new Promise<void>((resolve) => server.server.listen(0, '127.0.0.1', resolve));
    const { port } = server.server.address() as AddressInfo;
    return () => {
      const socket = net.connect(port, '127.0.0.1');
      let text = '';
      socket.on('error', () => {});
      socket.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      sockets.push(socket);
      return { socket, text: () => text };
    };
  }

  const head = (length: number): string =>
    `POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: AWSStepFunctions.Echo\r\nContent-Length: ${length}\r\n\r\n`;

  test('answers those that came in time and gives up the slow ones that hold too much', async () => {
    const connect = await listen(256 * 1024);
    const slow = Array.from({ length: 8 }, connect);
    for (const { socket } of slow) socket.write(`${head(200_000)}{"a":"${'x'.repeat(60_000)}`);
    await until('slow requests to be given up', () => slow.some(({ text }) => text().includes(' 503 ')));
    const quick = connect();
    const body = JSON.stringify({ a: 'y'.repeat(50_000) });
    quick.socket.write(head(body.length) + body);
    await until('the quick one', () => quick.text().includes('"length"'));
    expect(quick.text()).toMatch(/^HTTP\/1\.1 200 /);
    expect(slow[0]!.text()).toMatch(/Too many requests are under way, and this one arrived too slowly/);
    expect(slow.at(-1)!.text()).toBe('');
  });

  test('puts a body together that comes byte by byte', async () => {
    const connect = await listen(1_000_000);
    const { socket, text } = connect();
    const body = JSON.stringify({ a: 'z'.repeat(400) });
    socket.setNoDelay(true);
    socket.write(head(body.length));
    for (const byte of body) {
      socket.write(byte);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await until('the answer', () => text().includes('"length"'));
    expect(text()).toContain(`{"length":${body.length}}`);
  });
});
