// The AWS Lambda Runtime API (2018-06-01) for one function process: it asks for the next invocation and posts how it
// ended. Each process has a listener of its own, so a port identifies a process (ADR 0008).

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MAX_RESPONSE_BYTES } from './invocation.ts';

/** What the process says. `body` is absent when it was larger than Lambda allows. */
export interface RuntimeListener {
  /** It asks for an invocation and has none. */
  ready(): void;
  responded(body: Buffer | undefined): void;
  failed(body: Buffer | undefined): void;
  initFailed(body: Buffer | undefined): void;
}

export interface Delivery {
  readonly requestId: string;
  readonly deadlineMs: number;
  readonly arn: string;
  readonly traceId: string;
  /** JSON text. */
  readonly clientContext: string | undefined;
  readonly payload: string;
}

const PREFIX = '/2018-06-01/runtime/';

export class RuntimeApi {
  readonly #server: Server;
  readonly #listener: RuntimeListener;
  /** The held GET …/next. */
  #next: ServerResponse | undefined;
  #requestId: string | undefined;
  /** A client may send its next GET before the body of its answer has been read here. */
  #receiving = false;

  private constructor(server: Server, listener: RuntimeListener) {
    this.#server = server;
    this.#listener = listener;
  }

  static async open(listener: RuntimeListener): Promise<RuntimeApi> {
    const server = createServer({ requestTimeout: 0, keepAliveTimeout: 0, noDelay: true });
    const api = new RuntimeApi(server, listener);
    server.on('request', (request, response) => api.#handle(request, response));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return api;
  }

  /** `host:port`, the value of AWS_LAMBDA_RUNTIME_API. */
  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Answers the held request for an invocation; only after `ready`. */
  deliver(delivery: Delivery): void {
    const response = this.#next!;
    this.#next = undefined;
    this.#requestId = delivery.requestId;
    const headers: Record<string, string | number> = {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(delivery.payload),
      'Lambda-Runtime-Aws-Request-Id': delivery.requestId,
      'Lambda-Runtime-Deadline-Ms': delivery.deadlineMs,
      'Lambda-Runtime-Invoked-Function-Arn': delivery.arn,
      'Lambda-Runtime-Trace-Id': delivery.traceId,
    };
    if (delivery.clientContext !== undefined)
      headers['Lambda-Runtime-Client-Context'] = delivery.clientContext;
    response.writeHead(200, headers).end(delivery.payload);
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? '';
    const route = path.startsWith(PREFIX) ? path.slice(PREFIX.length) : '';
    // A web page in a browser on this machine must not take an invocation away.
    if (request.headers.origin !== undefined || request.headers['sec-fetch-site'] !== undefined) {
      refuse(response, 403, 'InvalidOrigin', 'The Runtime API is not for browsers');
    } else if (request.method === 'GET' && route === 'invocation/next') this.#hold(response);
    else if (request.method !== 'POST')
      refuse(response, 404, 'InvalidRoute', `There is no ${request.method} ${path}`);
    else if (route === 'init/error') {
      this.#receive(request, response, (body) => this.#listener.initFailed(body));
    } else {
      const [, id, verb] = /^invocation\/([^/]+)\/(response|error)$/.exec(route) ?? [];
      if (id === undefined) refuse(response, 404, 'InvalidRoute', `There is no POST ${path}`);
      else if (id !== this.#requestId) refuse(response, 400, 'InvalidRequestID', 'Invalid request ID');
      else {
        this.#requestId = undefined;
        this.#receive(request, response, (body) => {
          if (verb === 'response') this.#listener.responded(body);
          else this.#listener.failed(body);
        });
      }
    }
  }

  #hold(response: ServerResponse): void {
    if (this.#requestId !== undefined || this.#next !== undefined) {
      refuse(response, 403, 'InvalidStateTransition', 'The invocation before this one has not been answered');
      return;
    }
    this.#next = response;
    response.on('close', () => {
      if (this.#next === response) this.#next = undefined;
    });
    if (!this.#receiving) this.#listener.ready();
  }

  #receive(
    request: IncomingMessage,
    response: ServerResponse,
    done: (body: Buffer | undefined) => void,
  ): void {
    this.#receiving = true;
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= MAX_RESPONSE_BYTES) chunks.push(chunk);
    });
    request.on('end', () => {
      this.#receiving = false;
      const fits = bytes <= MAX_RESPONSE_BYTES;
      if (fits) reply(response, 202, '{"status":"OK"}\n');
      else
        refuse(
          response,
          413,
          'RequestEntityTooLarge',
          `Exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`,
        );
      done(!fits ? undefined : chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
      if (this.#next !== undefined) this.#listener.ready();
    });
  }
}

function reply(response: ServerResponse, status: number, body: string): void {
  response
    .writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) })
    .end(body);
}

function refuse(response: ServerResponse, status: number, errorType: string, errorMessage: string): void {
  reply(response, status, JSON.stringify({ errorMessage, errorType }));
}
