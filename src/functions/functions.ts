// A function of the configuration's `functions`: what may be written there, and the check that words the mistakes.
// It is either a process (`handler`) that Treadle runs under the Lambda Runtime API, or a `url` that Treadle posts to.

import { checkResources } from './resources.ts';

export type FunctionRuntime = 'nodejs' | 'python' | 'provided';

export interface LocalFunction {
  /**
   * `path/file.export` as on AWS, relative to the folder of treadle.yaml, without the file's extension.
   * Runtime `provided`: path of the executable, or of a folder that holds one named `bootstrap`.
   */
  readonly handler?: string;
  /** Default: `python` when the handler's file is a `.py`, `provided` when it is an executable, else `nodejs`. */
  readonly runtime?: FunctionRuntime;
  readonly env?: Readonly<Record<string, string>>;
  /** Seconds one invocation may take; default 3, as on AWS. */
  readonly timeout?: number;
  /** MB; default 128. Limits the heap of Node; for other runtimes it is only what the function is told. */
  readonly memory?: number;
  /** Invocations that run at once, each in a process of its own; default 10. */
  readonly concurrency?: number;
  readonly url?: string;
  /** Resources of tasks that the function answers for: an ARN, or one with `*` for any characters. */
  readonly resources?: string | readonly string[];
}

export const DEFAULT_TIMEOUT_SECONDS = 3;
export const DEFAULT_MEMORY_MB = 128;
export const DEFAULT_CONCURRENCY = 10;
/** AWS's bounds. */
const MAX_TIMEOUT_SECONDS = 900;
const MAX_MEMORY_MB = 10_240;
const MAX_CONCURRENCY = 1_000;

const KEYS = ['handler', 'runtime', 'env', 'timeout', 'memory', 'concurrency', 'url', 'resources'];
const PROCESS_KEYS = ['runtime', 'env', 'memory'];
const RUNTIMES: readonly unknown[] = ['nodejs', 'python', 'provided'] satisfies FunctionRuntime[];
/** Variables by which the runtime finds its server and its handler. */
const RESERVED = /^(AWS_LAMBDA_.*|_HANDLER|LAMBDA_TASK_ROOT|LAMBDA_RUNTIME_DIR|_X_AMZN_TRACE_ID)$/;

/**
 * Checks one entry of `functions`.
 * @returns messages naming key, value and what was expected; none when `value` is a LocalFunction.
 */
export function checkLocalFunction(name: string, value: unknown): string[] {
  const at = `functions.${name}`;
  const messages: string[] = [];
  if (!/^[a-zA-Z0-9-_]{1,64}$/.test(name)) {
    messages.push(`${at}: expected a name of 1 to 64 letters, digits, '-' or '_', but got ${show(name)}`);
  }
  if (!isRecord(value)) {
    return [...messages, `${at}: expected an object with handler or url, but got ${show(value)}`];
  }
  for (const key of Object.keys(value)) {
    if (!KEYS.includes(key)) messages.push(`${at}.${key}: unknown key; expected one of ${KEYS.join(', ')}`);
  }
  checkTarget(at, value, messages);
  if (value['runtime'] !== undefined && !RUNTIMES.includes(value['runtime'])) {
    messages.push(`${at}.runtime: expected nodejs, python or provided, but got ${show(value['runtime'])}`);
  }
  checkNumber(at, value, 'timeout', 'seconds', 0.001, MAX_TIMEOUT_SECONDS, false, messages);
  checkNumber(at, value, 'memory', 'MB', DEFAULT_MEMORY_MB, MAX_MEMORY_MB, true, messages);
  checkNumber(at, value, 'concurrency', 'invocations at once', 1, MAX_CONCURRENCY, true, messages);
  if (value['env'] !== undefined) checkEnv(`${at}.env`, value['env'], messages);
  if (value['resources'] !== undefined) messages.push(...checkResources(at, value['resources']));
  return messages;
}

function checkTarget(at: string, value: Record<string, unknown>, messages: string[]): void {
  const { handler, url } = value;
  if ((handler === undefined) === (url === undefined)) {
    messages.push(
      `${at}: expected either handler or url, but got ${handler === undefined ? 'neither' : 'both'}`,
    );
  }
  if (handler !== undefined) {
    const named = typeof handler === 'string' && handler !== '' && !handler.includes('\0');
    const needsExport = value['runtime'] === 'nodejs' || value['runtime'] === 'python';
    if (!named || (needsExport && !/^(.*\/)?[^./][^./]*\.[^/]+$/.test(handler))) {
      messages.push(
        `${at}.handler: expected "path/file.export" (as "src/app.handler"), but got ${show(handler)}`,
      );
    }
  }
  if (url !== undefined) {
    if (typeof url !== 'string' || !/^https?:$/.test(URL.parse(url)?.protocol ?? '')) {
      messages.push(`${at}.url: expected an http:// or https:// URL, but got ${show(url)}`);
    }
    for (const key of PROCESS_KEYS) {
      if (value[key] !== undefined)
        messages.push(`${at}.${key}: does not go with url; remove one of the two`);
    }
  }
}

function checkNumber(
  at: string,
  value: Record<string, unknown>,
  key: string,
  unit: string,
  min: number,
  max: number,
  whole: boolean,
  messages: string[],
): void {
  const number = value[key];
  if (number === undefined) return;
  if (
    typeof number !== 'number' ||
    !(number >= min && number <= max) ||
    (whole && !Number.isInteger(number))
  ) {
    const kind = whole ? 'a whole number' : 'a number';
    messages.push(`${at}.${key}: expected ${kind} of ${unit} from ${min} to ${max}, but got ${show(number)}`);
  }
}

function checkEnv(at: string, env: unknown, messages: string[]): void {
  if (!isRecord(env)) {
    messages.push(`${at}: expected an object of strings, but got ${show(env)}`);
    return;
  }
  for (const [name, value] of Object.entries(env)) {
    if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)) {
      messages.push(
        `${at}.${name}: expected a variable name of letters, digits and '_', but got ${show(name)}`,
      );
    } else if (RESERVED.test(name)) {
      messages.push(`${at}.${name}: is set by the runtime itself; choose another name`);
    }
    if (typeof value !== 'string' || value.includes('\0')) {
      messages.push(`${at}.${name}: expected a string (put it in quotes), but got ${show(value)}`);
    }
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
