// One HTTP request of an HTTP task: guarded, headers as they come and go, the body read as far as it is wanted. No redirects,
// no retries, no proxy, TLS verified.

import { STATUS_CODES } from 'node:http';
import type { Agent } from 'undici';
import { Refused } from './addresses.ts';
import { type ConnectorOptions, guardedConnector } from './guarded-connector.ts';
import { unreachable } from './http-client.ts';

export type Header = readonly [name: string, value: string];

export interface GuardedRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: readonly Header[];
  readonly body: string | undefined;
  readonly signal: AbortSignal;
}

export interface GuardedResponse {
  readonly status: number;
  readonly statusText: string;
  /** As they came, repeated names included. */
  readonly headers: readonly Header[];
  /** `too large` when there are more than `maxBytes`. @throws Unreachable when it breaks off; the signal's reason. */
  read(maxBytes: number): Promise<Uint8Array | 'too large'>;
  /** For a response whose body is of no interest. */
  discard(): void;
}

export interface GuardedHttp {
  /** @throws Refused, Unreachable, or the signal's reason. */
  send(request: GuardedRequest): Promise<GuardedResponse>;
  close(): Promise<void>;
}

const CONNECTIONS = 256;
/** What is read of an unwanted body so that its connection can be used again. */
const DISCARD_BYTES = 65_536;
const DISCARD_MS = 5_000;

export function createGuardedHttp(options: ConnectorOptions): GuardedHttp {
  let agent: Agent | undefined;
  return {
    async send({ url, method, headers, body, signal }) {
      const undici = await import('undici');
      agent ??= new undici.Agent({
        connections: CONNECTIONS,
        pipelining: 1,
        headersTimeout: 0,
        bodyTimeout: 0,
        connect: guardedConnector(undici.buildConnector, options),
      });
      signal.throwIfAborted();
      try {
        const response = await undici.request(url, {
          method: method as 'POST',
          headers: headers.flat(),
          body: body ?? null,
          responseHeaders: 'raw',
          signal,
          dispatcher: agent,
        });
        const { statusCode, statusText, body: stream } = response;
        return {
          status: statusCode,
          statusText: statusText || (STATUS_CODES[statusCode] ?? ''),
          headers: pairsOf(response.headers as unknown as readonly string[]),
          async read(maxBytes) {
            try {
              return await readBounded(stream, maxBytes);
            } catch (error) {
              throw failure(error, url, signal);
            }
          },
          discard() {
            // The connection is reused if this works and closed if not; neither is an error of the request.
            stream.dump({ limit: DISCARD_BYTES, signal: AbortSignal.timeout(DISCARD_MS) }).catch(() => {});
          },
        };
      } catch (error) {
        throw failure(error, url, signal);
      }
    },
    async close() {
      await agent?.destroy();
    },
  };
}

function failure(error: unknown, url: URL, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  return error instanceof Refused ? error : unreachable(error as NodeJS.ErrnoException, url);
}

function pairsOf(raw: readonly string[]): Header[] {
  const pairs: Header[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) pairs.push([raw[i]!, raw[i + 1]!]);
  return pairs;
}

async function readBounded(
  stream: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<Uint8Array | 'too large'> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.length;
    // Leaving the loop closes the connection.
    if (bytes > maxBytes) return 'too large';
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
