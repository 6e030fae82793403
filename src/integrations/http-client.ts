// One HTTP request to the outside, with bounds: no retries, no redirects, time by the caller's signal, size by `maxBytes`.
// undici is loaded with the first request, because most starts of Treadle never make one.

import type { Agent } from 'undici';

export interface HttpRequest {
  readonly url: URL;
  /** Path and query, sent as they are; default: the URL's. */
  readonly path?: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case; repeated headers joined by ", ". */
  readonly headers: Readonly<Record<string, string>>;
  /** The same with the names as the other side spells them. */
  readonly spelled: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface Http {
  /** @throws Unreachable when no complete answer came; the signal's reason when it fired. */
  send(request: HttpRequest): Promise<HttpResponse | 'too large'>;
  close(): Promise<void>;
}

/** The other side could not be reached or broke off; the message is worded as AWS users know it. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

/**
 * @param connections open at once for each host.
 * @param certificateAuthority PEM: the one authority whose certificates count; default: those that Node.js trusts.
 */
export function createHttp(connections: number, certificateAuthority?: string): Http {
  let agent: Agent | undefined;
  return {
    async send(request) {
      const undici = await import('undici');
      // Time is the signal's business alone.
      agent ??= new undici.Agent({
        connections,
        pipelining: 1,
        headersTimeout: 0,
        bodyTimeout: 0,
        keepAliveTimeout: 10_000,
        ...(certificateAuthority === undefined ? {} : { connect: { ca: certificateAuthority } }),
      });
      const { url, method, headers, body, signal } = request;
      try {
        const response = await agent.request({
          origin: url.origin,
          path: request.path ?? `${url.pathname}${url.search}`,
          method: method as 'POST',
          headers,
          body: method === 'GET' || method === 'HEAD' ? null : body,
          signal,
          responseHeaders: 'raw',
        });
        const bytes = await readBounded(response.body, request.maxBytes);
        if (bytes === undefined) return 'too large';
        const spelled = joined(response.headers as unknown as readonly string[]);
        return { status: response.statusCode, headers: lowerCase(spelled), spelled, body: bytes };
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        throw unreachable(error as NodeJS.ErrnoException, url);
      }
    },
    async close() {
      await agent?.destroy();
    },
  };
}

async function readBounded(
  body: AsyncIterable<Uint8Array> & { destroy(): void },
  maxBytes: number,
): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

/** @param raw names and values in turn; what is repeated is joined. */
function joined(raw: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = Object.create(null);
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const [name, value] = [String(raw[i]), String(raw[i + 1])];
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
  return headers;
}

function lowerCase(spelled: Readonly<Record<string, string>>): Record<string, string> {
  const headers: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(spelled)) headers[name.toLowerCase()] = value;
  return headers;
}

/** The texts of the Java SDK behind Step Functions. */
export function unreachable(error: NodeJS.ErrnoException, url: URL): Unreachable {
  const first = error instanceof AggregateError ? (error.errors[0] as NodeJS.ErrnoException) : error;
  const host = url.hostname;
  const at = `Connect to ${host}:${url.port || (url.protocol === 'https:' ? 443 : 80)} failed`;
  const texts: Record<string, string> = {
    ENOTFOUND: `${host}: Name or service not known`,
    EAI_AGAIN: `${host}: Temporary failure in name resolution`,
    ECONNREFUSED: `${at}: Connection refused`,
    EHOSTUNREACH: `${at}: No route to host`,
    ENETUNREACH: `${at}: Network is unreachable`,
    UND_ERR_CONNECT_TIMEOUT: `${at}: connect timed out`,
    ETIMEDOUT: `${at}: connect timed out`,
    ECONNRESET: 'Connection reset',
    UND_ERR_SOCKET: 'The target server failed to respond',
  };
  const reason = texts[first.code ?? ''] ?? first.message;
  return new Unreachable(`Unable to execute HTTP request: ${reason}`, { cause: error });
}
