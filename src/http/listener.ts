// The listener: sockets, limits, the guard against foreign web pages, closing. What is served is in routes.ts.

import { randomUUID } from 'node:crypto';
import http from 'node:http';
import type { Api } from '../api/api.ts';
import { apiError } from '../api/wire/errors.ts';
import { CONTENT_TYPE, errorAnswer } from '../api/wire/protocol.ts';
import type { Log } from '../base/log.ts';
import { AWS_LIMITS, type Limits } from '../base/quotas.ts';
import { UNFINISHED_BYTES, UnfinishedBodies } from './body.ts';
import { type BrowserRules, browserRefusal } from './browser-guard.ts';
import { type FailingCheck, type Health, healthRoute } from './health.ts';
import { apiRoute, type Route, type Send } from './routes.ts';

/** AWS takes requests of 1 MB. */
const MAX_BODY_BYTES = 1024 * 1024;
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 60_000;
/** Longer than the idle time of the SDKs' connection pools, so that they, not we, close first. */
const KEEP_ALIVE_MS = 75_000;
const MAX_CONNECTIONS = 16_384;

export interface ApiServerOptions {
  readonly handle: Api['handle'];
  /** Asked at every request: while it is not `ok`, the API answers ServiceUnavailable. */
  readonly health: () => Health;
  /** What keeps the server from taking durable work, for `/readyz`; default: nothing. */
  readonly faults?: () => Promise<readonly FailingCheck[]>;
  readonly log: Log;
  /** Asked in order; browser rules have been applied. */
  readonly routes?: readonly Route[];
  readonly browser?: Partial<BrowserRules>;
  /** Default 1 MiB, as on AWS. */
  readonly maxBodyBytes?: number;
  /** Bytes that bodies under way may hold together; default 64 MiB, and at least 16 of the largest. */
  readonly maxUnfinishedBytes?: number;
  /** For the whole request to arrive; default one minute. */
  readonly requestTimeoutMs?: number;
}

export interface ApiServer {
  /** Not listening yet. */
  readonly server: http.Server;
  /**
   * Stops taking connections, lets requests under way finish, and cuts what is left after `deadlineMs`.
   * Resolves when the last connection is closed; may be called again.
   */
  close(deadlineMs: number): Promise<void>;
}

/** Bytes that a request body may have so that lifted limits can be used; AWS's 1 MiB with AWS's limits. */
export function requestBytes(limits: Limits): number {
  const lifted = (['payloadBytes', 'definitionCharacters'] as const).filter(
    (name) => limits[name] > AWS_LIMITS[name],
  );
  // A payload is a string inside JSON: escaping doubles most of the worst cases.
  return Math.max(MAX_BODY_BYTES, ...lifted.map((name) => 2 * limits[name]));
}

export function createApiServer(options: ApiServerOptions): ApiServer {
  const { handle, log, maxBodyBytes = MAX_BODY_BYTES } = options;
  const rules: BrowserRules = {
    allowedHosts: options.browser?.allowedHosts ?? [],
    trustedOrigins: options.browser?.trustedOrigins ?? [],
  };
  const requestTimeout = options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS;
  const unfinished = new UnfinishedBodies(
    options.maxUnfinishedBytes ?? Math.max(UNFINISHED_BYTES, 16 * maxBodyBytes),
  );
  let closing = false;
  const health = (): Health => (closing ? { ...options.health(), status: 'stopping' } : options.health());
  const routes = [
    apiRoute({ handle, health, log, maxBodyBytes, unfinished }),
    healthRoute(health, options.faults ?? (async () => [])),
    ...(options.routes ?? []),
  ];

  const send: Send = (response, type, { status, body }, id) => {
    if (closing) response.shouldKeepAlive = false;
    const headers = ['content-type', type, 'content-length', `${Buffer.byteLength(body)}`];
    if (id !== undefined) headers.push('x-amzn-RequestId', id);
    response.writeHead(status, headers);
    response.end(body);
  };

  const serve = (request: http.IncomingMessage, response: http.ServerResponse) => {
    const refusal = browserRefusal(request.headers, rules, request.method);
    if (refusal !== undefined) {
      request.resume();
      return send(response, CONTENT_TYPE, errorAnswer(apiError('AccessDeniedException', refusal)));
    }
    for (const route of routes) if (route(request, response, send)) return;
    const { method, url = '/' } = request;
    const message = `Expected POST / (the AWS API) or GET /health, /livez or /readyz, but got ${method} ${url.slice(0, 200)}`;
    request.resume();
    send(response, 'application/json', { status: 404, body: JSON.stringify({ message }) });
  };

  const listener = (request: http.IncomingMessage, response: http.ServerResponse) => {
    try {
      serve(request, response);
    } catch (error) {
      log.error({ err: error, method: request.method }, 'HTTP request failed on a bug');
      if (response.headersSent) response.destroy();
      else send(response, CONTENT_TYPE, errorAnswer(apiError('InternalFailure', randomUUID())));
    }
  };

  const server = http.createServer(
    {
      noDelay: true,
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: Math.min(HEADERS_TIMEOUT_MS, requestTimeout),
      requestTimeout,
      connectionsCheckingInterval: Math.min(5_000, requestTimeout),
    },
    listener,
  );
  server.maxConnections = MAX_CONNECTIONS;
  // A client that sends `Expect: 100-continue` learns before it sends the body that the body is too large.
  server.on('checkContinue', (request, response) => {
    if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) {
      response.shouldKeepAlive = false;
      const tooLarge = errorAnswer(apiError('RequestEntityTooLarge', maxBodyBytes));
      return send(response, CONTENT_TYPE, tooLarge, randomUUID());
    }
    response.writeContinue();
    listener(request, response);
  });

  return {
    server,
    close(deadlineMs) {
      closing = true;
      return new Promise((resolve) => {
        const cut = setTimeout(() => server.closeAllConnections(), deadlineMs);
        // Its error says that the server was not listening: nothing is left to close then.
        server.close(() => {
          clearTimeout(cut);
          resolve();
        });
        server.closeIdleConnections();
      });
    },
  };
}
