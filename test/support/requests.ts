// What arrives at the HTTP server of this process, for tests that need a request to be there before they go on.

import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/** Node tells of each request here when its headers have been read. */
const CHANNEL = 'http.server.request.start';
/** Turns of the event loop in which the body is read and the request is handled as far as it goes without waiting. */
const TURNS = 50;

/** Call it before the request is made. Resolves when the next request has been taken in. @returns its connection. */
export function nextRequest(): Promise<Socket> {
  return new Promise((resolve) => {
    const onRequest = (message: unknown): void => {
      unsubscribe(CHANNEL, onRequest);
      const { socket } = (message as { readonly request: IncomingMessage }).request;
      void turns().then(() => resolve(socket));
    };
    subscribe(CHANNEL, onRequest);
  });
}

/** Lets everything that is ready happen. */
export async function turns(): Promise<void> {
  for (let i = 0; i < TURNS; i++) await new Promise((resolve) => setImmediate(resolve));
}
