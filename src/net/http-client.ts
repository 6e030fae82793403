// One HTTP request to the outside, with bounds: no retries, no redirects, time by the caller's signal, size by `maxBytes`,
// addresses by the guard. undici is loaded with the first request, because most starts of Treadle never make one.

import type { Agent, Dispatcher } from 'undici';
import { Refused } from './addresses.ts';
import { BodyStream, type ByteStream } from './body-stream.ts';
import { type ConnectorOptions, guardedConnector } from './guarded-connector.ts';

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

/** An answer whose body is still to come; breaking off is an Unreachable of the body. */
export interface HttpStream extends Omit<HttpResponse, 'body'> {
  readonly body: ByteStream;
}

export interface Http {
  /** @throws Refused, Unreachable when no complete answer came, ResponseTooLarge; the signal's reason when it fired. */
  send(request: HttpRequest): Promise<HttpResponse>;
  /** As `send`, once the head of the answer is there; the signal counts until the body has ended. */
  open(request: Omit<HttpRequest, 'maxBytes'>): Promise<HttpStream>;
  close(): Promise<void>;
}

/** The other side could not be reached or broke off; the message is worded as AWS users know it. */
export class Unreachable extends Error {
  override readonly name: string = 'Unreachable';
}

/** An answer came and was longer than the caller takes. */
export class ResponseTooLarge extends Unreachable {
  override readonly name = 'ResponseTooLarge';
  constructor(maxBytes: number) {
    super(`Unable to execute HTTP request: the answer has more than ${maxBytes} bytes`);
  }
}

export interface HttpOptions extends ConnectorOptions {
  /** Open at once for each host. */
  readonly connections: number;
}

export function createHttp({ connections, ...connector }: HttpOptions): Http {
  // One for all requests: `import` of a module that is loaded still takes microseconds.
  let agent: Promise<Agent> | undefined;
  const load = async (): Promise<Agent> => {
    const undici = await import('undici');
    // Time is the signal's business alone.
    return new undici.Agent({
      connections,
      pipelining: 1,
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: 10_000,
      connect: guardedConnector(undici.buildConnector, connector),
    });
  };
  /** What kept it from being loaded, such as a want of descriptors, may have passed when it is wanted again. */
  const loaded = (): Promise<Agent> => {
    agent ??= load().catch((error: unknown) => {
      agent = undefined;
      throw error;
    });
    return agent;
  };
  return {
    async send(request) {
      const dispatcher = await loaded();
      try {
        return await exchange(dispatcher, request);
      } catch (error) {
        throw reasonOf(error, request);
      }
    },
    async open(request) {
      const dispatcher = await loaded();
      try {
        return await openExchange(dispatcher, request);
      } catch (error) {
        throw reasonOf(error, request);
      }
    },
    async close() {
      await (await agent)?.destroy();
    },
  };
}

function reasonOf(error: unknown, { signal, url }: Pick<HttpRequest, 'signal' | 'url'>): Error {
  if (signal.aborted) return signal.reason as Error;
  if (error instanceof ResponseTooLarge || error instanceof Refused) return error;
  return unreachable(error as NodeJS.ErrnoException, url);
}

function dispatchOptions({
  url,
  path,
  method,
  headers,
  body,
}: Omit<HttpRequest, 'maxBytes' | 'signal'>): Dispatcher.DispatchOptions {
  return {
    origin: url.origin,
    path: path ?? `${url.pathname}${url.search}`,
    method: method as 'POST',
    headers: headers as Record<string, string>,
    body: method === 'GET' || method === 'HEAD' ? null : body,
  };
}

function openExchange(agent: Agent, request: Omit<HttpRequest, 'maxBytes'>): Promise<HttpStream> {
  const { signal } = request;
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    let body: BodyStream | undefined;
    let status = 0;
    const end = (): void => signal.removeEventListener('abort', giveUp);
    const fail = (error: Error): void => {
      end();
      reject(error);
      body?.fail(reasonOf(error, request));
    };
    const giveUp = (): void => {
      fail(signal.reason as Error);
      controller?.abort(signal.reason as Error);
    };
    if (signal.aborted) return giveUp();
    signal.addEventListener('abort', giveUp);
    agent.dispatch(dispatchOptions(request), {
      onRequestStart(started) {
        controller = started;
        if (signal.aborted) started.abort(signal.reason as Error);
      },
      onResponseStart(started, statusCode) {
        if (statusCode < 200) return;
        status = statusCode;
        body = new BodyStream(started);
        resolve({ status, ...headersOf(started.rawHeaders as readonly Buffer[]), body });
      },
      onResponseData(_, chunk) {
        body?.push(chunk);
      },
      onResponseEnd() {
        end();
        if (body === undefined) reject(new Error('The answer has no head'));
        else body.end();
      },
      onResponseError(_, error) {
        fail(error);
      },
    });
  });
}

/** undici's own `request` makes a stream of every body; here it is collected as it comes, at half the cost. */
function exchange(agent: Agent, request: HttpRequest): Promise<HttpResponse> {
  const { maxBytes, signal } = request;
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    let status = 0;
    let raw: readonly Buffer[] = [];
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    const end = (): void => signal.removeEventListener('abort', giveUp);
    const giveUp = (): void => {
      end();
      // Refused here as well: a request that waits for a connection has no controller yet.
      reject(signal.reason);
      controller?.abort(signal.reason as Error);
    };
    if (signal.aborted) return giveUp();
    signal.addEventListener('abort', giveUp);
    agent.dispatch(dispatchOptions(request), {
      onRequestStart(started) {
        controller = started;
        if (signal.aborted) started.abort(signal.reason as Error);
      },
      onResponseStart(started, statusCode) {
        // The last one counts: statuses from 100 to 199 come before the answer's.
        status = statusCode;
        raw = started.rawHeaders as readonly Buffer[];
      },
      onResponseData(started, chunk) {
        bytes += chunk.length;
        if (bytes <= maxBytes) return void chunks.push(chunk);
        end();
        const tooLarge = new ResponseTooLarge(maxBytes);
        reject(tooLarge);
        started.abort(tooLarge);
      },
      onResponseEnd() {
        end();
        const whole = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
        resolve({ status, ...headersOf(raw), body: whole });
      },
      onResponseError(_, error) {
        end();
        reject(error);
      },
    });
  });
}

/** @param raw names and values in turn; what is repeated is joined. */
function headersOf(raw: readonly Buffer[]): Pick<HttpResponse, 'headers' | 'spelled'> {
  const headers: Record<string, string> = Object.create(null);
  const spelled: Record<string, string> = Object.create(null);
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const [name, value] = [String(raw[i]), String(raw[i + 1])];
    add(spelled, name, value);
    add(headers, name.toLowerCase(), value);
  }
  return { headers, spelled };
}

function add(headers: Record<string, string>, name: string, value: string): void {
  headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
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
