// Values of connections that may be secret: a literal, or where to find one. They are read when a request needs them and
// kept in memory only, for a minute when they come from Secrets Manager. No message of this file ever holds a value.

import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Aws } from '../../aws/aws.ts';
import type { AwsAnswer } from '../../aws/call.ts';
import { parseArn } from '../../base/arn.ts';
import { getMember, isJsonObject, type Json, parseJson } from '../../base/json.ts';
import type { SecretValue } from '../../config/connections.ts';

/** A value cannot be had. */
export class SecretUnavailable extends Error {
  override readonly name = 'SecretUnavailable';
  /** `missing`: the configuration must be corrected; `denied`: rights; `unreachable`: may pass. */
  readonly reason: 'missing' | 'denied' | 'unreachable';
  constructor(reason: SecretUnavailable['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}

export interface Secrets {
  /** @param at where it stands, for messages: `connections.shop.apiKey.value`. @throws SecretUnavailable */
  read(value: SecretValue, at: string): Promise<string>;
}

export interface SecretsOptions {
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly aws: Pick<Aws, 'call'>;
  /** Milliseconds of a clock that only goes forward; default: the process's. */
  readonly now?: () => number;
}

const KEEP_MS = 60_000;
const FETCH_TIMEOUT_MS = 20_000;
const MAX_FILE_BYTES = 65_536;
const MAX_KEPT = 1_000;
/** Characters of an error's code that are shown: it comes from outside. */
const MAX_CODE = 100;

export function createSecrets(options: SecretsOptions): Secrets {
  const { root, env, aws, now = () => performance.now() } = options;
  const kept = new Map<string, { readonly text: Promise<string>; readonly until: number }>();

  function secretOf(id: string, at: string): Promise<string> {
    const known = kept.get(id);
    if (known !== undefined && now() < known.until) return known.text;
    const text = fetchSecret(aws, id, at);
    if (kept.size >= MAX_KEPT) kept.clear();
    kept.set(id, { text, until: now() + KEEP_MS });
    text.catch(() => kept.delete(id));
    return text;
  }

  return {
    async read(value, at) {
      if (typeof value === 'string') return value;
      if ('env' in value) {
        const text = env[value.env];
        if (text === undefined || text === '')
          throw missingSecret(`${at}: the variable ${value.env} is not set`);
        return text;
      }
      if ('file' in value) return readSecretFile(resolve(root, value.file), at);
      const text = await secretOf(value.secretsManager, at);
      return value.key === undefined ? text : memberOf(text, value.key, value.secretsManager, at);
    },
  };
}

async function readSecretFile(path: string, at: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > MAX_FILE_BYTES)
      throw missingSecret(`${at}: ${path} is too large for a secret (${size} bytes)`);
    return (await readFile(path, 'utf8')).replace(/\r?\n$/, '');
  } catch (error) {
    if (error instanceof SecretUnavailable) throw error;
    const { code } = error as NodeJS.ErrnoException;
    const denied = code === 'EACCES' || code === 'EPERM';
    throw new SecretUnavailable(denied ? 'denied' : 'missing', `${at}: cannot read ${path} (${code})`);
  }
}

function memberOf(text: string, key: string, id: string, at: string): string {
  let secret: Json;
  try {
    secret = parseJson(text);
  } catch {
    // The parser's message would quote the secret.
    throw missingSecret(`${at}: the secret ${id} is not JSON, so it has no key ${key}`);
  }
  const value = isJsonObject(secret) ? getMember(secret, key) : undefined;
  if (typeof value !== 'string')
    throw missingSecret(`${at}: the secret ${id} has no text under the key ${key}`);
  return value;
}

async function fetchSecret(aws: Pick<Aws, 'call'>, id: string, at: string): Promise<string> {
  const arn = parseArn(id);
  const answer = await aws.call({
    service: 'secretsmanager',
    action: 'getSecretValue',
    input: { SecretId: id },
    region: arn?.service === 'secretsmanager' ? arn.region : undefined,
    // Not a task's signal: others may wait for the same secret.
    signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
  });
  if (!answer.ok) throw toSecretUnavailable(answer, id, at);
  const text = getMember(answer.output, 'SecretString') ?? getMember(answer.output, 'SecretBinary');
  if (typeof text === 'string') return text;
  throw missingSecret(`${at}: the secret ${id} has no value`);
}

function toSecretUnavailable(
  { noAnswer, error, message, httpStatus }: Extract<AwsAnswer, { ok: false }>,
  id: string,
  at: string,
): SecretUnavailable {
  switch (noAnswer) {
    case undefined:
      return secretRefused(httpStatus!, error, id, at);
    case 'malformed':
      // The message would quote the answer, and with it the secret.
      return missingSecret(`${at}: the secret ${id} has no value`);
    case 'refused':
    case 'no credentials':
    case 'role not assumed':
      return new SecretUnavailable('denied', `${at}: Secrets Manager cannot be asked: ${message}`);
    default: {
      const why = noAnswer === 'aborted' ? 'no answer in time' : message;
      return new SecretUnavailable('unreachable', `${at}: Secrets Manager cannot be asked: ${why}`);
    }
  }
}

/** @param error the code, or the status where the answer names none. */
function secretRefused(status: number, error: string, id: string, at: string): SecretUnavailable {
  const code = error === String(status) ? `status ${status}` : error.slice(0, MAX_CODE);
  const denied = status === 403 || /AccessDenied|UnrecognizedClient|InvalidClientToken|Expired/.test(code);
  const passing = status >= 500 || status === 429 || /Throttl/.test(code);
  const reason = denied ? 'denied' : passing ? 'unreachable' : 'missing';
  return new SecretUnavailable(reason, `${at}: Secrets Manager does not give the secret ${id}: ${code}`);
}

function missingSecret(message: string): SecretUnavailable {
  return new SecretUnavailable('missing', message);
}
