// What a bad day looks like on the wire: how an answer goes wrong, and what each way may make of the attempt.

import type { ServerResponse } from 'node:http';

export const FAULTS = [
  'good',
  'delayed',
  'late',
  'hang',
  'twice',
  'not-json',
  'wrong-type',
  'half',
  'half-chunked',
  'drop-before',
  'drop-after',
  'reset',
  'error',
  'throttle',
  'proxy-error',
  'huge',
  'enormous',
] as const;
export type Fault = (typeof FAULTS)[number];

export interface Good {
  /** JSON text of the right answer. */
  readonly body: string;
  readonly contentType: string;
  /** What the service says when it is throttled or ill. */
  readonly refusal: { readonly code: string; readonly status: number };
}

/** Over the quota for payloads (256 KiB). */
const HUGE_BYTES = 300 * 1024;
/** Over what is taken from a service at all. */
const ENORMOUS_BYTES = 20 * 1024 * 1024;

/** Answers as the fault says. Times have been waited for before. */
export function answer(response: ServerResponse, fault: Fault, good: Good): void {
  const { socket } = response;
  if (socket === null || socket.destroyed) return;
  const head = (length: number): string =>
    `HTTP/1.1 200 OK\r\ncontent-type: ${good.contentType}\r\ncontent-length: ${length}\r\n\r\n`;
  const whole = `${head(Buffer.byteLength(good.body))}${good.body}`;
  const send = (status: number, body: string, headers: Record<string, string> = {}): void => {
    response.writeHead(status, { 'content-type': good.contentType, ...headers });
    response.end(body);
  };
  switch (fault) {
    case 'good':
    case 'delayed':
    case 'late':
      return send(200, good.body);
    case 'hang':
      return;
    case 'twice':
      // The second one belongs to no request: whoever reads it must not take it for the answer to the next.
      return void socket.end(`${whole}${head(23)}{"who":"run-0~Stray~99"}`);
    case 'not-json':
      return send(200, '<html>Welcome</html>');
    case 'wrong-type':
      return send(200, good.body, { 'content-type': 'text/html' });
    case 'half':
      socket.write(`${head(Buffer.byteLength(good.body))}${good.body.slice(0, good.body.length / 2)}`);
      return void socket.end();
    case 'half-chunked':
      response.writeHead(200, { 'content-type': good.contentType });
      response.write(good.body.slice(0, good.body.length / 2));
      return void setTimeout(() => socket.destroy(), 5);
    case 'drop-before':
      return void socket.destroy();
    case 'drop-after':
      socket.write(head(100));
      return void setTimeout(() => socket.destroy(), 5);
    case 'reset':
      return void socket.resetAndDestroy();
    case 'error':
    case 'throttle': {
      const status = fault === 'error' ? good.refusal.status : 429;
      const code = fault === 'error' ? good.refusal.code : 'ThrottlingException';
      return send(status, JSON.stringify({ __type: code, message: 'not now' }), {
        'x-amzn-errortype': code,
      });
    }
    case 'proxy-error':
      return send(503, '<html>Service Unavailable</html>', { 'content-type': 'text/html' });
    case 'huge':
    case 'enormous': {
      const bytes = fault === 'huge' ? HUGE_BYTES : ENORMOUS_BYTES;
      return send(200, `${good.body.slice(0, -1)},"filling":"${'x'.repeat(bytes)}"}`);
    }
  }
}
