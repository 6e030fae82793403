// One HTTP request whose connection is guarded: the address is looked up once, checked, and the checked one is connected
// to, so that no second answer of the name server can lead elsewhere. No redirects, no retries, no proxy, TLS verified.

import { type LookupAddress, type LookupOptions, lookup as systemLookup } from 'node:dns';
import { STATUS_CODES } from 'node:http';
import { isIP, type LookupFunction } from 'node:net';
import type { Agent, buildConnector } from 'undici';
import { type Guard, Refused } from './addresses.ts';
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

export interface GuardedHttpOptions {
  readonly guard: Guard;
  /** Certificates of authorities to trust instead of Node's; PEM. */
  readonly ca?: string;
  /** Default: the system's name service. */
  readonly lookup?: LookupAll;
}

/** All addresses of a name. */
export type LookupAll = (
  host: string,
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

const CONNECTIONS = 256;
const CONNECT_TIMEOUT_MS = 10_000;
/** What is read of an unwanted body so that its connection can be used again. */
const DISCARD_BYTES = 65_536;
const DISCARD_MS = 5_000;

export function createGuardedHttp(options: GuardedHttpOptions): GuardedHttp {
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

function guardedConnector(
  build: typeof buildConnector,
  { guard, ca, lookup = lookupAll }: GuardedHttpOptions,
): buildConnector.connector {
  const connector = (encrypted: boolean): buildConnector.connector =>
    build({
      timeout: CONNECT_TIMEOUT_MS,
      rejectUnauthorized: true,
      lookup: guardedLookup(guard, encrypted, lookup),
      ...(ca === undefined ? {} : { ca }),
    });
  const plain = connector(false);
  const secure = connector(true);
  return (target, done) => {
    const encrypted = target.protocol === 'https:';
    const host = target.hostname.replace(/^\[|\]$/g, '');
    // An address is connected to without a look-up.
    const refused = isIP(host) === 0 ? undefined : guard.refusal(host, host, encrypted);
    if (refused !== undefined) done(refused, null);
    else (encrypted ? secure : plain)(target, done);
  };
}

/** Answers with those addresses that may be connected to; fails when there is none. */
function guardedLookup(guard: Guard, encrypted: boolean, lookup: LookupAll): LookupFunction {
  return (host: string, options: LookupOptions, done) => {
    lookup(host, (error, addresses) => {
      if (error !== null) return done(error, []);
      const refusals = addresses.map(({ address }) => guard.refusal(host, address, encrypted));
      const allowed = addresses.filter(
        ({ family }, i) =>
          refusals[i] === undefined && (!isVersion(options.family) || options.family === family),
      );
      const [first] = allowed;
      const refused = refusals.find((refusal) => refusal !== undefined);
      if (first === undefined) return done(refused ?? unknownName(host), []);
      if (options.all === true) done(null, allowed);
      else done(null, first.address, first.family);
    });
  };
}

function isVersion(family: LookupOptions['family']): family is 4 | 6 {
  return family === 4 || family === 6;
}

function unknownName(host: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${host}: Name or service not known`), { code: 'ENOTFOUND' });
}

const lookupAll: LookupAll = (host, done) => {
  systemLookup(host, { all: true }, (error, addresses) => done(error, addresses ?? []));
};

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
