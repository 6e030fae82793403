// Small pieces of HTTP for servers that stand in for AWS.

import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type Server,
} from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly method: string;
  /** Path with query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Answer {
  readonly status: number;
  /** Names as they are spelt, values one by one. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

export interface Running {
  readonly url: string;
  close(): Promise<void>;
}

export async function serve(answer: (asked: Asked) => Promise<Answer>): Promise<Running> {
  const server: Server = createServer(async (incoming, outgoing) => {
    const { method = 'GET', url = '/', headers } = incoming;
    const found = await answer({ method, url, headers, body: await readAll(incoming) }).catch(
      (error: Error) => json(502, { message: `The stand-in failed: ${error.message}` }),
    );
    outgoing.writeHead(found.status, found.headers.flat());
    outgoing.end(method === 'HEAD' ? undefined : found.body);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** Passes the request on as it came, its Host too: that is what moto makes URLs of queues from. */
export function forward(base: string, { method, url, headers, body }: Asked): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { 'transfer-encoding': _chunked, expect: _expect, ...sent } = headers;
    const outgoing = request(
      new URL(base),
      { method, path: url, headers: { ...sent, 'content-length': body.length, connection: 'close' } },
      (incoming) => {
        readAll(incoming).then((whole) => {
          const pairs = Array.from({ length: incoming.rawHeaders.length / 2 }, (_, i) => {
            return [incoming.rawHeaders[2 * i]!, incoming.rawHeaders[2 * i + 1]!] as const;
          });
          const kept = pairs.filter(
            ([name]) => !/^(connection|transfer-encoding|content-length)$/i.test(name),
          );
          const length = method === 'HEAD' ? (incoming.headers['content-length'] ?? '0') : `${whole.length}`;
          resolve({
            status: incoming.statusCode ?? 502,
            headers: [...kept, ['Content-Length', length]],
            body: whole,
          });
        }, reject);
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

export function json(status: number, body: object, type = 'application/json'): Answer {
  return text(status, JSON.stringify(body), type);
}

export function text(status: number, body: string, type: string): Answer {
  const bytes = Buffer.from(body);
  return {
    status,
    headers: [
      ['Content-Type', type],
      ['Content-Length', `${bytes.length}`],
    ],
    body: bytes,
  };
}

/** The same answer with another body, to which a checksum would not fit any more. */
export function changed(answer: Answer, body: string): Answer {
  const bytes = Buffer.from(body);
  const kept = answer.headers.filter(([name]) => !/^(content-length|x-amz-crc32)$/i.test(name));
  return { ...answer, headers: [...kept, ['Content-Length', `${bytes.length}`]], body: bytes };
}

export function headerOf({ headers }: Answer, name: string): string | undefined {
  return headers.find(([found]) => found.toLowerCase() === name)?.[1];
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
