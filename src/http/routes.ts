// What the server answers at POST /: the API. Health has routes of its own beside it (health.ts), and other parts of Treadle mount
// theirs. The wire format is api/wire/protocol.ts's.

import { randomUUID } from 'node:crypto';
import type http from 'node:http';
import type { Api } from '../api/api.ts';
import { apiError } from '../api/wire/errors.ts';
import { answer, CONTENT_TYPE, errorAnswer, type WireAnswer } from '../api/wire/protocol.ts';
import type { Log } from '../base/log.ts';

/** So much of a body that is too large is read and dropped, so that its sender gets to read the answer. */
const DROPPED_BYTES = 16 * 1024 * 1024;
const EMPTY = Buffer.alloc(0);

/** Sends a whole answer. @param id the API's `x-amzn-RequestId` */
export type Send = (response: http.ServerResponse, type: string, answer: WireAnswer, id?: string) => void;

/** Takes a request. @returns false when it is not its own: the next route is asked. */
export type Route = (request: http.IncomingMessage, response: http.ServerResponse, send: Send) => boolean;

export interface ApiRouteOptions {
  readonly handle: Api['handle'];
  /** Asked at every request: while it is not `ok`, the API answers ServiceUnavailable. */
  readonly health: () => { readonly status: 'starting' | 'ok' | 'stopping' };
  readonly log: Log;
  readonly maxBodyBytes: number;
}

/** POST /, whatever its query. */
export function apiRoute({ handle, health, log, maxBodyBytes }: ApiRouteOptions): Route {
  const tooLarge = errorAnswer(apiError('RequestEntityTooLarge', maxBodyBytes));
  return (request, response, send) => {
    const { method, url = '/' } = request;
    if (method !== 'POST' || !(url === '/' || url.startsWith('/?'))) return false;
    const id = randomUUID();
    readBody(request, maxBodyBytes, async (body) => {
      if (typeof body === 'string') {
        if (body === 'endless') response.shouldKeepAlive = false;
        return send(response, CONTENT_TYPE, tooLarge, id);
      }
      const { status } = health();
      const result =
        status === 'ok'
          ? await answer(handle, request.headers, body, id, log, () => clientSignal(response))
          : errorAnswer(apiError('ServiceUnavailable', `Treadle is ${status}`));
      send(response, CONTENT_TYPE, result, id);
    });
    return true;
  };
}

/** Made only when a handler asks for it: a signal per request would cost throughput. */
function clientSignal(response: http.ServerResponse): AbortSignal {
  const controller = new AbortController();
  if (response.destroyed) controller.abort();
  else response.once('close', () => controller.abort());
  return controller.signal;
}

/**
 * Calls `done` once with the body, with `too large` when all of it was read and dropped, or with `endless` when it is so
 * large that reading on is pointless. A request that breaks off calls nothing: its connection is closed.
 */
function readBody(
  request: http.IncomingMessage,
  maxBytes: number,
  done: (body: Buffer | 'too large' | 'endless') => void,
): void {
  let chunks: Buffer[] | undefined;
  let first: Buffer = EMPTY;
  let size = 0;
  let gaveUp = false;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > maxBytes) {
      chunks = undefined;
      first = EMPTY;
      if (size > maxBytes + DROPPED_BYTES && !gaveUp) {
        gaveUp = true;
        request.pause();
        done('endless');
      }
    } else if (size === chunk.length) first = chunk;
    else {
      chunks ??= [first];
      chunks.push(chunk);
    }
  });
  request.on('end', () => {
    if (gaveUp) return;
    if (size > maxBytes) done('too large');
    else done(chunks === undefined ? first : Buffer.concat(chunks, size));
  });
}
