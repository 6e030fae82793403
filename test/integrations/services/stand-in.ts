// A loopback server that answers as a test says: for services that moto lacks. What it answers is written from AWS's API
// references; what it was asked can be read back.

import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  /** `StartJobRun` by its target, else `POST /path?query`. */
  readonly what: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Answer = {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object | string | Uint8Array;
};

export interface StandIn {
  readonly url: string;
  readonly asked: Asked[];
  /** What is answered to `what`, one after the other, the last for good. */
  answer(what: string, ...answers: Answer[]): void;
  close(): Promise<void>;
}

export async function openStandIn(): Promise<StandIn> {
  const answers = new Map<string, Answer[]>();
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const target = request.headers['x-amz-target'];
      const what =
        typeof target === 'string'
          ? target.split('.').at(-1)!
          : `${request.method} ${decodeURIComponent(request.url!)}`;
      asked.push({ what, headers: request.headers, body: Buffer.concat(chunks).toString() });
      const left: Answer[] = answers.get(what) ?? [
        { status: 501, body: { __type: 'Unexpected', message: what } },
      ];
      const { status = 200, headers = {}, body = '' } = left.length > 1 ? left.shift()! : left[0]!;
      const text = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
      response.writeHead(status, {
        'Content-Type': 'application/json',
        'x-amzn-RequestId': 'id-1',
        ...headers,
      });
      response.end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    answer: (what, ...list) => answers.set(what, list),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
