// What the server answers at POST /: the API. Health has routes of its own beside it (health.ts), and other parts of Treadle mount
// theirs. The wire format is api/wire/protocol.ts's.

import { randomUUID } from 'node:crypto';
import type http from 'node:http';
import type { Api } from '../api/api.ts';
import { apiError } from '../api/wire/errors.ts';
import { answer, CONTENT_TYPE, errorAnswer, type WireAnswer } from '../api/wire/protocol.ts';
import { systemClock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { Parts } from '../base/parts.ts';
import { readBody, type UnfinishedBodies } from './body.ts';

/** A request of so many bytes takes milliseconds to read and check: such ones are taken one after the other. */
const LARGE_BYTES = 64 * 1024;

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
  readonly unfinished: UnfinishedBodies;
}

/** POST /, whatever its query. */
export function apiRoute({ handle, health, log, maxBodyBytes, unfinished }: ApiRouteOptions): Route {
  const tooLarge = errorAnswer(apiError('RequestEntityTooLarge', maxBodyBytes));
  const crowdedOut = errorAnswer(
    apiError('ServiceUnavailable', 'Too many requests are under way, and this one arrived too slowly'),
  );
  const parts = new Parts(systemClock);
  return (request, response, send) => {
    const { method, url = '/' } = request;
    if (method !== 'POST' || !(url === '/' || url.startsWith('/?'))) return false;
    const id = randomUUID();
    readBody(request, maxBodyBytes, unfinished, async (body) => {
      if (typeof body === 'string') {
        if (body !== 'too large') response.shouldKeepAlive = false;
        return send(response, CONTENT_TYPE, body === 'crowded out' ? crowdedOut : tooLarge, id);
      }
      if (body.length >= LARGE_BYTES) await parts.next();
      // One that comes while the server starts waits in `handle`: that takes a moment, and a client would have to try again.
      const result =
        health().status === 'stopping'
          ? errorAnswer(apiError('ServiceUnavailable', 'Treadle is stopping'))
          : await answer(handle, request.headers, body, id, log, () => clientSignal(response));
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
