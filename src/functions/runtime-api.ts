// The AWS Lambda Runtime API (2018-06-01) for one function process: it asks for the next invocation and posts how it
// ended. Each process has a listener of its own, which nobody but that process can use (ADR 0022).

import { randomBytes, timingSafeEqual } from 'node:crypto';
import { chmodSync, chownSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { MAX_RESPONSE_BYTES } from './invocation.ts';
import { peerUser } from './peer.ts';
import { type Owner, socketIn } from './socket-folder.ts';

/** What the process says. `body` is absent when it was larger than Lambda allows. */
export interface RuntimeListener {
  /** It asks for an invocation and has none. */
  ready(): void;
  responded(body: Buffer | undefined): void;
  failed(body: Buffer | undefined): void;
  initFailed(body: Buffer | undefined): void;
  /** Somebody tried what the process itself has no reason to do. */
  refused(what: string): void;
}

/** How the process reaches its API, and nobody else. */
export type Door =
  /** A Unix socket in a folder that only the process's user may enter. @param owner when that is not Treadle's user */
  | { readonly kind: 'socket'; readonly folder: string; readonly owner?: Owner | undefined }
  /**
   * A port of the loopback address, for clients that know nothing else: what is asked begins with a secret that stands in
   * the address, and comes from the process's user. @param user undefined: that one is not known
   */
  | { readonly kind: 'port'; readonly user: number | undefined };

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
const HOST = '127.0.0.1';
const SECRET_BYTES = 24;

export class RuntimeApi {
  readonly #server: Server;
  readonly #listener: RuntimeListener;
  readonly #door: Door;
  /** What every path begins with: nothing, or a slash and the secret. */
  readonly #secret: string;
  /** The held GET …/next. */
  #next: ServerResponse | undefined;
  #requestId: string | undefined;
  /** A client may send its next GET before the body of its answer has been read here. */
  #receiving = false;

  private constructor(server: Server, listener: RuntimeListener, door: Door) {
    this.#server = server;
    this.#listener = listener;
    this.#door = door;
    this.#secret = door.kind === 'socket' ? '' : `/${randomBytes(SECRET_BYTES).toString('hex')}`;
  }

  static async open(listener: RuntimeListener, door: Door): Promise<RuntimeApi> {
    const server = createServer({ requestTimeout: 0, keepAliveTimeout: 0, noDelay: true });
    const api = new RuntimeApi(server, listener, door);
    server.on('connection', (socket) => api.#admit(socket));
    server.on('request', (request, response) => api.#handle(request, response));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      if (door.kind === 'socket') server.listen(socketIn(door.folder), resolve);
      else server.listen(0, HOST, resolve);
    });
    if (door.kind === 'socket') {
      chmodSync(socketIn(door.folder), 0o600);
      if (door.owner !== undefined) chownSync(socketIn(door.folder), door.owner.uid, door.owner.gid);
    }
    return api;
  }

  /** The value of AWS_LAMBDA_RUNTIME_API: `unix:` and a path, or `host:port/secret`, after which clients append their path. */
  get address(): string {
    if (this.#door.kind === 'socket') return `unix:${socketIn(this.#door.folder)}`;
    return `${HOST}:${(this.#server.address() as AddressInfo).port}${this.#secret}`;
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

  /** Ends a connection of another user's process. */
  #admit(socket: Socket): void {
    if (this.#door.kind === 'socket' || this.#door.user === undefined) return;
    const { remoteAddress, remotePort, localPort } = socket;
    const found =
      remoteAddress === undefined || remotePort === undefined || localPort === undefined
        ? 'nobody'
        : peerUser({ address: remoteAddress, port: remotePort }, { address: HOST, port: localPort });
    if (found === undefined || found === this.#door.user) return;
    this.#listener.refused(`a connection of ${found === 'nobody' ? 'nobody' : `user ${found}`}`);
    socket.destroy();
  }

  #isAsked(url: string): boolean {
    const given = Buffer.from(url.slice(0, this.#secret.length));
    const secret = Buffer.from(this.#secret);
    return given.length === secret.length && timingSafeEqual(given, secret);
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    const url = request.url ?? '';
    if (!this.#isAsked(url)) {
      this.#listener.refused('a request without the secret of the address');
      refuse(response, 403, 'Forbidden', 'Expected the path to begin as AWS_LAMBDA_RUNTIME_API says');
      return;
    }
    const path = url.slice(this.#secret.length);
    const route = path.startsWith(PREFIX) ? path.slice(PREFIX.length) : '';
    // A web page in a browser on this machine must not take an invocation away.
    if (request.headers.origin !== undefined || request.headers['sec-fetch-site'] !== undefined) {
      this.#listener.refused('a request of a web page');
      refuse(response, 403, 'InvalidOrigin', 'The Runtime API is not for browsers');
    } else if (request.method === 'GET' && route === 'invocation/next') this.#hold(response);
    else if (request.method !== 'POST')
      refuse(response, 404, 'InvalidRoute', `There is no ${request.method} ${path}`);
    else if (route === 'init/error') {
      this.#receive(request, response, (body) => this.#listener.initFailed(body));
    } else {
      const [, id, verb] = /^invocation\/([^/]+)\/(response|error)$/.exec(route) ?? [];
      if (id === undefined) refuse(response, 404, 'InvalidRoute', `There is no POST ${path}`);
      else if (id !== this.#requestId) {
        this.#listener.refused('an answer to an invocation that the process does not have');
        refuse(response, 400, 'InvalidRequestID', 'Invalid request ID');
      } else {
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
      this.#listener.refused('a second request for an invocation');
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
