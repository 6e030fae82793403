// Loopback servers and an HTTP task over them.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { TaskResource } from '../../../src/asl/program.ts';
import { createAws } from '../../../src/aws/aws.ts';
import type { Json } from '../../../src/base/json.ts';
import type { Connection } from '../../../src/config/connections.ts';
import {
  createHttpTask,
  HTTP_DEFAULTS,
  type HttpSettings,
  type HttpTaskOptions,
} from '../../../src/integrations/http/http-task.ts';
import type { HttpTrace, TaskOutcome } from '../../../src/integrations/integration.ts';
import { NEVER, REGION, taskOf } from '../support.ts';

export const HTTP_INVOKE: TaskResource = {
  kind: 'service',
  arn: 'arn:aws:states:::http:invoke',
  service: 'http',
  action: 'invoke',
  pattern: 'request-response',
  resource: 'invoke',
};

/** What a server was sent. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

export type Answer = (request: Received, response: ServerResponse) => void;

export interface LoopbackServer {
  readonly url: string;
  readonly port: number;
  readonly received: Received[];
  close(): Promise<void>;
}

/** @param answer default: 200 with `{}`. */
export function serve(answer: Answer = (_request, response) => json(response, {})): Promise<LoopbackServer> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const seen: Received = {
        method: request.method!,
        path: request.url!,
        headers: request.headers,
        rawHeaders: request.rawHeaders,
        body: Buffer.concat(chunks).toString(),
      };
      received.push(seen);
      answer(seen, response);
    });
  });
  return listening(server, received);
}

export async function listening(
  server: Server | import('node:https').Server | import('node:net').Server,
  received: Received[] = [],
  scheme = 'http',
): Promise<LoopbackServer> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${scheme}://127.0.0.1:${port}`,
    port,
    received,
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      return closed;
    },
  };
}

export function json(response: ServerResponse, value: Json, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}

export function connectionArn(name: string): string {
  return `arn:aws:events:${REGION}:123456789012:connection/${name}/81210c42-8af1-456b-9c4a-6ff02fc664ac`;
}

export interface OpenTask {
  /** Parameters besides the connection's, which is `test`. */
  call(parameters: Record<string, Json>, signal?: AbortSignal, trace?: HttpTrace): Promise<TaskOutcome>;
  close(): Promise<void>;
}

export function openTask(
  connection: Connection = {},
  options: Omit<Partial<HttpTaskOptions>, 'settings'> & {
    readonly settings?: Partial<HttpSettings>;
    readonly endpoints?: Record<string, string>;
  } = {},
): OpenTask {
  const aws = createAws({
    region: REGION,
    endpoints: options.endpoints ?? {},
    credentials: async () => ({ accessKeyId: 'test', secretAccessKey: 'test' }),
  });
  const task = createHttpTask({
    connections: { test: connection },
    root: '/nowhere',
    env: {},
    aws,
    ...options,
    settings: { ...HTTP_DEFAULTS, ...options.settings },
  });
  return {
    call(parameters, signal = NEVER, trace) {
      const all = { Method: 'GET', Authentication: { ConnectionArn: connectionArn('test') }, ...parameters };
      return task.invoke.start({ ...taskOf(HTTP_INVOKE, all), trace }, signal);
    },
    async close() {
      await task.close();
      await aws.close();
    },
  };
}
