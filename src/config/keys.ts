// The keys that hold one value: name, default, meaning, and how a value is read. `config.ts` walks this table for the
// file, the environment and the command line alike; docs/reference/configuration.md has a line for each (a test looks).

import { AWS_LIMITS, type Limits } from '../base/quotas.ts';

/** `host` is a name or an address, without the brackets of IPv6. */
export interface Listen {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
}

export interface Key<T = unknown> {
  /** Dotted: `limits.payloadBytes`. */
  readonly name: string;
  readonly fallback: T;
  /** Completes "expected …". */
  readonly expected: string;
  /** @returns undefined when the value is not acceptable. Environment values arrive as text. */
  readonly read: (value: unknown) => T | undefined;
}

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];
const YEARS_100 = 3_153_600_000;
const ADDRESSES = 'a list of hosts, addresses, CIDR blocks or kinds';

export const KEYS = {
  region: key('region', 'us-east-1', 'an AWS region such as eu-central-1', (value) =>
    matching(value, /^[a-z]{2}(-[a-z]+)+-\d{1,2}$/),
  ),
  account: key('account', '123456789012', 'an AWS account number of 12 digits', (value) =>
    matching(value, /^\d{12}$/),
  ),
  listen: key<Listen>(
    'listen',
    { host: '127.0.0.1', port: 8083 },
    'host:port such as 127.0.0.1:8083',
    readListen,
  ),
  data: key('data', '.treadle', 'a folder, or :memory: (PostgreSQL is not there yet)', (value) =>
    typeof value === 'string' && value !== '' && !/^\w+:\/\//.test(value) ? value : undefined,
  ),
  mocks: key('mocks', 'none', 'the path of a mock file, such as MockConfigFile.json, or none', (value) =>
    typeof value === 'string' && value !== '' ? value : undefined,
  ),
  waitTimeScale: key('waitTimeScale', 1, 'a number greater than 0 and at most 1', readScale),
  retention: key('retention', AWS_LIMITS.retentionDays, 'a number of days from 1 to 36500', (value) =>
    integer(value, 1, 36_500),
  ),
  logLevel: key('logs.level', 'info', `one of ${LEVELS.join(', ')}`, (value) =>
    typeof value === 'string' && LEVELS.includes(value) ? value : undefined,
  ),
  payloadBytes: limit('payloadBytes', 1_024, 256 * 1_048_576),
  historyEvents: limit('historyEvents', 10, 100_000_000),
  standardSeconds: limit('standardSeconds', 1, YEARS_100),
  expressSeconds: limit('expressSeconds', 1, YEARS_100),
  inlineMapConcurrency: limit('inlineMapConcurrency', 1, 100_000),
  definitionCharacters: limit('definitionCharacters', 1_024, 256 * 1_048_576),
  httpAllow: key<readonly string[]>('http.allow', [], ADDRESSES, readAddresses),
  httpDeny: key<readonly string[]>('http.deny', [], ADDRESSES, readAddresses),
  httpTimeout: key('http.timeout', 60, 'a number of seconds from 1 to 3600', (value) =>
    integer(value, 1, 3_600),
  ),
} as const;

function key<T>(name: string, fallback: T, expected: string, read: Key<T>['read']): Key<T> {
  return { name, fallback, expected, read };
}

function limit(name: Exclude<keyof Limits, 'retentionDays'>, least: number, most: number): Key<number> {
  return key(`limits.${name}`, AWS_LIMITS[name], `a whole number from ${least} to ${most}`, (value) =>
    integer(value, least, most),
  );
}

/** A list, or a text of entries parted by commas; what an entry may be is checked where addresses are known. */
function readAddresses(value: unknown): readonly string[] | undefined {
  const list: unknown = typeof value === 'string' ? value.split(',').map((entry) => entry.trim()) : value;
  return Array.isArray(list) && list.every((entry) => typeof entry === 'string') ? list : undefined;
}

function readScale(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d*\.?\d+$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && number > 0 && number <= 1 ? number : undefined;
}

function matching(value: unknown, pattern: RegExp): string | undefined {
  return typeof value === 'string' && pattern.test(value) ? value : undefined;
}

function integer(value: unknown, least: number, most: number): number | undefined {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return Number.isInteger(number) && (number as number) >= least && (number as number) <= most
    ? (number as number)
    : undefined;
}

/** `127.0.0.1:8083`, `[::1]:8083`, `localhost:0`, `:8083` (every address), `8083` (loopback). */
function readListen(value: unknown): Listen | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const text = String(value);
  const match = /^(?:(\[[0-9a-fA-F:.%]+\]|[A-Za-z0-9.-]*):)?(\d{1,5})$/.exec(text);
  if (match === null || Number(match[2]) > 65_535) return undefined;
  const host = match[1] === undefined ? '127.0.0.1' : match[1].replace(/^\[|\]$/g, '');
  return { host: host === '' ? '0.0.0.0' : host, port: Number(match[2]) };
}

/** `host:port` as it is written in a URL. */
export function listenText(listen: Listen): string {
  return `${listen.host.includes(':') ? `[${listen.host}]` : listen.host}:${listen.port}`;
}

/** Is the address reachable from this machine only? */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** `limits.payloadBytes` → `TREADLE_LIMITS_PAYLOAD_BYTES`. */
export function environmentName(keyName: string): string {
  return `TREADLE_${keyName
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[.-]/g, '_')
    .toUpperCase()}`;
}
