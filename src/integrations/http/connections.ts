// A connection of the configuration's `connections`, which stands for an EventBridge connection: what may be written there,
// the check that words the mistakes, and the form in which `treadle config` may show it.

import type { SecretValue } from './secrets.ts';

export interface Connection {
  readonly basic?: { readonly username: SecretValue; readonly password: SecretValue };
  /** A header. */
  readonly apiKey?: { readonly name: string; readonly value: SecretValue };
  readonly oauth?: OAuth;
  /** Added to every request; they win over the task's. */
  readonly headers?: Values;
  readonly query?: Values;
  readonly body?: Values;
}

export type Values = Readonly<Record<string, SecretValue>>;

/** Client credentials (RFC 6749, section 4.4). */
export interface OAuth {
  readonly endpoint: string;
  /** Default: POST. GET sends everything in the query. */
  readonly method?: 'POST' | 'PUT' | 'GET';
  readonly clientId: SecretValue;
  readonly clientSecret: SecretValue;
  /** Where the client's id and secret go: default `parameters` (the body, or GET's query), else Basic in the header. */
  readonly clientAuthentication?: 'parameters' | 'header';
  readonly headers?: Values;
  readonly query?: Values;
  readonly body?: Values;
}

const KEYS = ['basic', 'apiKey', 'oauth', 'headers', 'query', 'body'];
const KINDS = ['basic', 'apiKey', 'oauth'];
const OAUTH_KEYS = [
  'endpoint',
  'method',
  'clientId',
  'clientSecret',
  'clientAuthentication',
  'headers',
  'query',
  'body',
];
const MAPS = ['headers', 'query', 'body'];
const MASK = '•••';
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** What the connection itself is made of. */
const FRAMING = /^(host|connection|content-length|transfer-encoding|upgrade|te|trailer|expect)$/i;
const SECRET_FORM =
  'a text (in quotes), { env: NAME }, { file: path } or { secretsManager: name, key: member }';

/**
 * Checks one entry of `connections`. No message shows a value that could be secret.
 * @returns messages naming key and what was expected; none when `value` is a Connection.
 */
export function checkConnection(name: string, value: unknown): string[] {
  const at = `connections.${name}`;
  const messages: string[] = [];
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(name)) {
    messages.push(`${at}: expected a name of 1 to 64 letters, digits, '.', '-' or '_'`);
  }
  if (!isRecord(value)) return [...messages, `${at}: expected an object with ${KINDS.join(', ')} or headers`];
  unknownKeys(at, value, KEYS, messages);
  const kinds = KINDS.filter((kind) => value[kind] !== undefined);
  if (kinds.length > 1)
    messages.push(`${at}: expected one of ${KINDS.join(', ')}, but got ${kinds.join(' and ')}`);
  const { basic, apiKey, oauth } = value;
  if (basic !== undefined) checkMembers(`${at}.basic`, basic, ['username', 'password'], messages);
  if (apiKey !== undefined) {
    checkMembers(`${at}.apiKey`, apiKey, ['name', 'value'], messages);
    if (isRecord(apiKey)) checkHeaderName(`${at}.apiKey.name`, apiKey['name'], messages);
  }
  if (oauth !== undefined) checkOAuth(`${at}.oauth`, oauth, messages);
  checkMaps(at, value, messages);
  return messages;
}

function checkOAuth(at: string, oauth: unknown, messages: string[]): void {
  if (!isRecord(oauth)) {
    messages.push(`${at}: expected an object with endpoint, clientId and clientSecret`);
    return;
  }
  unknownKeys(at, oauth, OAUTH_KEYS, messages);
  const { endpoint, method, clientAuthentication } = oauth;
  const url = typeof endpoint === 'string' ? URL.parse(endpoint) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    messages.push(`${at}.endpoint: expected an https:// URL without user name and password`);
  }
  if (method !== undefined && method !== 'POST' && method !== 'PUT' && method !== 'GET') {
    messages.push(`${at}.method: expected POST, PUT or GET`);
  }
  if (
    clientAuthentication !== undefined &&
    !['parameters', 'header'].includes(String(clientAuthentication))
  ) {
    messages.push(`${at}.clientAuthentication: expected parameters or header`);
  }
  for (const key of ['clientId', 'clientSecret']) checkSecret(`${at}.${key}`, oauth[key], messages);
  checkMaps(at, oauth, messages);
}

function checkMembers(at: string, value: unknown, keys: readonly string[], messages: string[]): void {
  if (!isRecord(value)) {
    messages.push(`${at}: expected an object with ${keys.join(' and ')}`);
    return;
  }
  unknownKeys(at, value, keys, messages);
  for (const key of keys) if (key !== 'name') checkSecret(`${at}.${key}`, value[key], messages);
}

function checkMaps(at: string, value: Record<string, unknown>, messages: string[]): void {
  for (const map of MAPS) {
    const values = value[map];
    if (values === undefined) continue;
    if (!isRecord(values)) {
      messages.push(`${at}.${map}: expected an object from name to value`);
      continue;
    }
    for (const [name, member] of Object.entries(values)) {
      checkSecret(`${at}.${map}.${name}`, member, messages);
      if (map === 'headers') checkHeaderName(`${at}.${map}.${name}`, name, messages);
    }
  }
}

function checkHeaderName(at: string, name: unknown, messages: string[]): void {
  if (typeof name !== 'string' || !HEADER_NAME.test(name))
    messages.push(`${at}: expected the name of a header`);
  else if (FRAMING.test(name)) messages.push(`${at}: this header is set by Treadle itself`);
}

function checkSecret(at: string, value: unknown, messages: string[]): void {
  if (typeof value === 'string' && value !== '') return;
  if (isRecord(value)) {
    const keys = Object.keys(value).sort().join();
    const known = ['env', 'file', 'secretsManager', 'key,secretsManager'].includes(keys);
    if (known && Object.values(value).every((text) => typeof text === 'string' && text !== '')) return;
  }
  messages.push(`${at}: expected ${SECRET_FORM}`);
}

function unknownKeys(
  at: string,
  value: Record<string, unknown>,
  keys: readonly string[],
  messages: string[],
): void {
  for (const key of Object.keys(value)) {
    if (!keys.includes(key)) messages.push(`${at}.${key}: unknown key; expected one of ${keys.join(', ')}`);
  }
}

/** A copy without literal values; where they are looked for may be seen. */
export function maskedConnection({ basic, apiKey, oauth, ...maps }: Connection): Connection {
  return {
    ...(basic && { basic: { username: masked(basic.username), password: masked(basic.password) } }),
    ...(apiKey && { apiKey: { name: apiKey.name, value: masked(apiKey.value) } }),
    ...(oauth && {
      oauth: {
        ...oauth,
        clientId: masked(oauth.clientId),
        clientSecret: masked(oauth.clientSecret),
        ...maskedMaps(oauth),
      },
    }),
    ...maskedMaps(maps),
  };
}

function masked(value: SecretValue): SecretValue {
  return typeof value === 'string' ? MASK : value;
}

function maskedMaps(maps: Pick<Connection, 'headers' | 'query' | 'body'>): typeof maps {
  const entries = (['headers', 'query', 'body'] as const).flatMap((name) => {
    const map = maps[name];
    if (map === undefined) return [];
    return [[name, Object.fromEntries(Object.entries(map).map(([key, value]) => [key, masked(value)]))]];
  });
  return Object.fromEntries(entries);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
