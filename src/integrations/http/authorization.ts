// A connection turned into what is added to a request: its values read, its authorization made. OAuth tokens are kept in
// memory until they end, and one request for a token serves all tasks that wait for it.

import { isJsonObject, type Json, parseJson, toNumber } from '../../base/json.ts';
import type { Connection, OAuth, SecretValue, Values } from '../../config/connections.ts';
import { Refused } from '../../net/addresses.ts';
import type { GuardedHttp } from '../../net/guarded-http.ts';
import { Unreachable } from '../../net/http-client.ts';
import { encodePairs, type Pair, withQuery } from './encoding.ts';
import { isHeaderValue } from './parameters.ts';
import { type Secrets, SecretUnavailable } from './secrets.ts';

/** A connection that cannot be used now; `error` is the name that Retry and Catch match. */
export class ConnectionFailed extends Error {
  override readonly name = 'ConnectionFailed';
  readonly error: string;
  constructor(kind: 'InvalidConnectionState' | 'AccessDenied' | 'InternalError', message: string) {
    super(message);
    this.error = `Events.ConnectionResource.${kind}`;
  }
}

/** What a connection adds to a request. */
export interface Additions {
  readonly headers: readonly Pair[];
  readonly query: readonly Pair[];
  readonly body: readonly Pair[];
  /** The OAuth token among the headers. */
  readonly token: string | undefined;
}

export interface Authorizer {
  /**
   * @param refused a token that the API did not take: it is not used again.
   * @throws ConnectionFailed
   */
  additions(name: string, connection: Connection, refused?: string): Promise<Additions>;
}

export interface AuthorizerOptions {
  readonly secrets: Secrets;
  readonly http: GuardedHttp;
  readonly now?: () => number;
}

interface Token {
  readonly text: string;
  readonly type: string;
  readonly until: number;
}

const TOKEN_TIMEOUT_MS = 20_000;
const MAX_TOKEN_BYTES = 65_536;
/** A token is renewed this long before it ends; one that names no end is kept until it is refused. */
const RENEW_MS = 30_000;

export function createAuthorizer({
  secrets,
  http,
  now = () => performance.now(),
}: AuthorizerOptions): Authorizer {
  const tokens = new Map<string, Token>();
  const pending = new Map<string, Promise<Token>>();

  async function read(value: SecretValue, at: string): Promise<string> {
    try {
      return await secrets.read(value, at);
    } catch (error) {
      if (!(error instanceof SecretUnavailable)) throw error;
      const kinds = {
        missing: 'InvalidConnectionState',
        denied: 'AccessDenied',
        unreachable: 'InternalError',
      } as const;
      throw new ConnectionFailed(kinds[error.reason], error.message);
    }
  }

  async function readHeader(value: SecretValue, at: string): Promise<string> {
    const text = await read(value, at);
    if (isHeaderValue(text)) return text;
    throw new ConnectionFailed('InvalidConnectionState', `${at}: has characters that a header cannot carry`);
  }

  async function readAll(values: Values | undefined, at: string, header: boolean): Promise<Pair[]> {
    const one = header ? readHeader : read;
    return Promise.all(
      Object.entries(values ?? {}).map(
        async ([name, value]): Promise<Pair> => [name, await one(value, `${at}.${name}`)],
      ),
    );
  }

  async function tokenOf(name: string, oauth: OAuth, refused: string | undefined): Promise<Token> {
    const known = tokens.get(name);
    if (known !== undefined && known.text !== refused && now() < known.until) return known;
    const waiting = pending.get(name) ?? fetchToken(oauth, `connections.${name}.oauth`);
    pending.set(name, waiting);
    try {
      const token = await waiting;
      tokens.set(name, token);
      return token;
    } finally {
      if (pending.get(name) === waiting) pending.delete(name);
    }
  }

  async function fetchToken(oauth: OAuth, at: string): Promise<Token> {
    const [id, secret, ownHeaders, ownQuery, ownBody] = await Promise.all([
      read(oauth.clientId, `${at}.clientId`),
      read(oauth.clientSecret, `${at}.clientSecret`),
      readAll(oauth.headers, `${at}.headers`, true),
      readAll(oauth.query, `${at}.query`, false),
      readAll(oauth.body, `${at}.body`, false),
    ]);
    const method = oauth.method ?? 'POST';
    const inHeader = oauth.clientAuthentication === 'header';
    const own = new Set([...ownBody, ...ownQuery].map(([name]) => name));
    const standard: Pair[] = [
      ['grant_type', 'client_credentials'],
      ...(inHeader
        ? []
        : ([
            ['client_id', id],
            ['client_secret', secret],
          ] satisfies Pair[])),
    ];
    const parameters = [...standard.filter(([name]) => !own.has(name)), ...ownBody];
    const query = method === 'GET' ? [...parameters, ...ownQuery] : ownQuery;
    // RFC 6749, section 2.3.1: both halves are form-encoded first.
    const basic = [id, secret].map((text) => encodePairs([['', text]]).slice(1)).join(':');
    const headers: Pair[] = [
      ['accept', 'application/json'],
      ...(method === 'GET' ? [] : ([['content-type', 'application/x-www-form-urlencoded']] satisfies Pair[])),
      ...(inHeader ? ([['authorization', `Basic ${base64(basic)}`]] satisfies Pair[]) : []),
    ];
    const asked = now();
    const answer = await ask(
      {
        url: withQuery(new URL(oauth.endpoint), query, []),
        method,
        headers: mergeHeaders(headers, ownHeaders),
        body: method === 'GET' ? undefined : encodePairs(parameters),
        // Not a task's signal: others may wait for the same token.
        signal: AbortSignal.timeout(TOKEN_TIMEOUT_MS),
      },
      at,
    );
    const text = memberText(answer, 'access_token');
    if (text === undefined || !isHeaderValue(text)) {
      throw new ConnectionFailed('InvalidConnectionState', `${at}.endpoint: the answer has no access_token`);
    }
    const type = memberText(answer, 'token_type');
    const seconds = isJsonObject(answer)
      ? Number(toNumber(answer['expires_in']) ?? answer['expires_in'])
      : Number.NaN;
    const until =
      seconds > 0 ? asked + Math.max(seconds * 1000 - RENEW_MS, seconds * 500) : Number.POSITIVE_INFINITY;
    const scheme =
      type === undefined || /^bearer$/i.test(type) || !/^[A-Za-z0-9_-]+$/.test(type) ? 'Bearer' : type;
    return { text, type: scheme, until };
  }

  async function ask(request: Parameters<GuardedHttp['send']>[0], at: string): Promise<Json> {
    let status: number;
    let body: Uint8Array | 'too large';
    try {
      const response = await http.send(request);
      status = response.status;
      body = await response.read(MAX_TOKEN_BYTES);
    } catch (error) {
      if (error instanceof Refused)
        throw new ConnectionFailed('InvalidConnectionState', `${at}.endpoint: ${error.message}`);
      if (error instanceof Unreachable)
        throw new ConnectionFailed('InternalError', `${at}.endpoint: ${error.message}`);
      if (request.signal.aborted)
        throw new ConnectionFailed('InternalError', `${at}.endpoint: no answer in time`);
      throw error;
    }
    const answer = body === 'too large' ? null : jsonOf(body);
    if (status >= 200 && status < 300) return answer;
    const code = memberText(answer, 'error');
    const why = code !== undefined && /^[a-z_]{1,64}$/.test(code) ? ` (${code})` : '';
    throw new ConnectionFailed(
      status >= 500 || status === 429 ? 'InternalError' : 'InvalidConnectionState',
      `${at}.endpoint: answered with status ${status}${why}`,
    );
  }

  return {
    async additions(name, connection, refused) {
      const at = `connections.${name}`;
      const [headers, query, body] = await Promise.all([
        readAll(connection.headers, `${at}.headers`, true),
        readAll(connection.query, `${at}.query`, false),
        readAll(connection.body, `${at}.body`, false),
      ]);
      const { basic, apiKey, oauth } = connection;
      let own: Pair[] = [];
      let token: string | undefined;
      if (basic !== undefined) {
        const user = await read(basic.username, `${at}.basic.username`);
        const password = await read(basic.password, `${at}.basic.password`);
        own = [['authorization', `Basic ${base64(`${user}:${password}`)}`]];
      } else if (apiKey !== undefined) {
        own = [[apiKey.name, await readHeader(apiKey.value, `${at}.apiKey.value`)]];
      } else if (oauth !== undefined) {
        const found = await tokenOf(name, oauth, refused);
        token = found.text;
        own = [['authorization', `${found.type} ${found.text}`]];
      }
      return { headers: mergeHeaders(headers, own), query, body, token };
    },
  };
}

/** All headers of both, but of a name that both have only the winner's. */
export function mergeHeaders(headers: readonly Pair[], winning: readonly Pair[]): Pair[] {
  const replaced = new Set(winning.map(([name]) => name.toLowerCase()));
  return [...headers.filter(([name]) => !replaced.has(name.toLowerCase())), ...winning];
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}

function jsonOf(body: Uint8Array): Json {
  try {
    return parseJson(new TextDecoder().decode(body));
  } catch {
    // The text may hold a token, so nobody gets to see it.
    return null;
  }
}

function memberText(value: Json, name: string): string | undefined {
  const member = isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return typeof member === 'string' && member !== '' ? member : undefined;
}
