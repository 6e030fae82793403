// The configuration: treadle.yaml, the environment and the command line, over the defaults. What is wrong stops the start
// with every problem at once; nothing is guessed, nothing is ignored.

import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Account } from './base/arn.ts';
import type { Limits } from './base/quotas.ts';
import {
  checkEnvironment,
  endpointOf,
  localOverride,
  override,
  sharedDefault,
} from './config/environment.ts';
import { type Found, inner, originIn, readConfigFile } from './config/file.ts';
import { environmentName, isLoopback, KEYS, type Key, type Listen, listenText } from './config/keys.ts';
import { ConfigError, type Origin, type Problem } from './config/problem.ts';
import { shownPath } from './config/shown-path.ts';
import { readStateMachines, type StateMachineSource } from './config/state-machines.ts';
import { checkLocalFunction, type LocalFunction } from './functions/functions.ts';
import { checkDistinct } from './functions/resources.ts';
import { type Connection, checkConnection, maskedConnection } from './integrations/http/connections.ts';
import type { HttpSettings } from './integrations/http/http-task.ts';
import { readMocks } from './mocks/open.ts';
import { ADDRESS_KINDS, isPolicyEntry } from './net/addresses.ts';

/** All that Treadle can be told. Paths are absolute. Also an `Account`: partition, region and account. */
export interface Config extends Account {
  /** The file it was read from; undefined when there is none. */
  readonly file: string | undefined;
  /** Folder that relative paths start from: the file's, or the working folder. */
  readonly folder: string;
  readonly listen: Listen;
  /** A folder, or `:memory:`. */
  readonly data: string;
  readonly functions: Readonly<Record<string, LocalFunction>>;
  /** Service (`lambda`, `sqs`, `dynamodb`) → base URL. */
  readonly endpoints: Readonly<Record<string, string>>;
  /** Name → what stands for an EventBridge connection; values may be secret. */
  readonly connections: Readonly<Record<string, Connection>>;
  readonly http: HttpSettings;
  readonly stateMachines: readonly StateMachineSource[];
  /** Mock file, as Step Functions Local has it; its content has been checked. */
  readonly mocks: string | undefined;
  /** Factor for the time that Wait states and retries wait: greater than 0, at most 1. */
  readonly waitTimeScale: number;
  /** `retentionDays` is the key `retention`. */
  readonly limits: Limits;
  readonly logs: { readonly level: string };
  /** What the user should know, though the start goes on. */
  readonly warnings: readonly string[];
  /** Every key with its origin, for `treadle config`. */
  readonly settings: readonly Setting[];
}

export interface Setting {
  readonly key: string;
  readonly value: unknown;
  readonly fallback: unknown;
  readonly origin: Origin;
}

export interface ConfigSource {
  /** Path of the file, which must exist; undefined: none. */
  readonly file?: string | undefined;
  /** Where relative paths start when there is no file. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** From the command line: key name → value; they win over the environment, which wins over the file. */
  readonly options?: Readonly<Record<string, string | undefined>>;
}

export const CONFIG_FILES = ['treadle.yaml', 'treadle.yml'];

/** Variables of Step Functions Local that mean an endpoint. */
const LOCAL_ENDPOINTS: Readonly<Record<string, string>> = {
  LAMBDA_ENDPOINT: 'lambda',
  BATCH_ENDPOINT: 'batch',
  DYNAMODB_ENDPOINT: 'dynamodb',
  ECS_ENDPOINT: 'ecs',
  GLUE_ENDPOINT: 'glue',
  SAGE_MAKER_ENDPOINT: 'sagemaker',
  SNS_ENDPOINT: 'sns',
  SQS_ENDPOINT: 'sqs',
  STEP_FUNCTIONS_ENDPOINT: 'states',
};

/** @throws ConfigError with every problem. */
export function loadConfig(source: ConfigSource): Config {
  const problems: Problem[] = [];
  const warnings: string[] = [];
  const settings: Setting[] = [];
  const file = source.file === undefined ? undefined : resolve(source.folder, source.file);
  const folder = file === undefined ? resolve(source.folder) : dirname(file);
  const shown = file === undefined ? '' : shownPath(file);

  const { scalars, collections } = readConfigFile(file, shown, problems);
  checkEnvironment(source.env, warnings);

  const read = <T>(key: Key<T>): T => {
    const found =
      override(key.name, source.options, source.env) ??
      localOverride(key.name, source.env) ??
      scalars.get(key.name) ??
      sharedDefault(key.name, source.env);
    if (found === undefined) return keep(key, key.fallback, { from: 'default' });
    const value = key.read(found.value);
    if (value !== undefined) return keep(key, value, found.origin);
    problems.push({
      origin: found.origin,
      key: key.name,
      value: maskUrl(found.value),
      expected: key.expected,
    });
    return key.fallback;
  };
  const keep = <T>(key: Key<T>, value: T, origin: Origin): T => {
    settings.push({ key: key.name, value, fallback: key.fallback, origin });
    return value;
  };

  const region = read(KEYS.region);
  const account: Account = { partition: partitionOf(region), region, account: read(KEYS.account) };
  const listen = read(KEYS.listen);
  const data = read(KEYS.data);
  const mocks = mockFile(read(KEYS.mocks));
  const waitTimeScale = read(KEYS.waitTimeScale);
  const retentionDays = read(KEYS.retention);
  const level = read(KEYS.logLevel);
  const limits: Limits = {
    payloadBytes: read(KEYS.payloadBytes),
    historyEvents: read(KEYS.historyEvents),
    standardSeconds: read(KEYS.standardSeconds),
    expressSeconds: read(KEYS.expressSeconds),
    inlineMapConcurrency: read(KEYS.inlineMapConcurrency),
    definitionCharacters: read(KEYS.definitionCharacters),
    retentionDays,
  };
  const http = {
    allow: addresses(KEYS.httpAllow),
    deny: addresses(KEYS.httpDeny),
    timeout: read(KEYS.httpTimeout),
  };
  if (!isLoopback(listen.host)) {
    warnings.push(
      `listening on ${listenText(listen)}: whoever reaches this address controls Treadle, for it has no authentication yet`,
    );
  }

  const functions = readFunctions(collection('functions'));
  const endpoints = readEndpoints(collection('endpoints'));
  const connections = readConnections(collection('connections'));
  const stateMachines = machines(collection('stateMachines'));
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    ...account,
    file,
    folder,
    listen,
    data: data === ':memory:' ? data : resolve(folder, data),
    functions,
    endpoints,
    connections,
    http,
    stateMachines,
    mocks,
    waitTimeScale,
    limits,
    logs: { level },
    warnings,
    settings,
  };

  function mockFile(value: string): string | undefined {
    if (value === 'none') return undefined;
    const path = resolve(folder, value);
    problems.push(...readMocks(path).problems);
    return path;
  }

  function addresses(key: Key<readonly string[]>): readonly string[] {
    const entries = read(key);
    const origin = settings.at(-1)?.origin ?? { from: 'default' as const };
    for (const value of entries.filter((entry) => !isPolicyEntry(entry))) {
      const expected = `a host, *.domain, an address, a CIDR block, or one of ${ADDRESS_KINDS.join(', ')}`;
      problems.push({ origin, key: key.name, value, expected });
    }
    return entries;
  }

  /** A collection from the environment (JSON) replaces the file's. */
  function collection(name: string): {
    value: unknown;
    origin: Origin;
    originOf: (...path: string[]) => Origin;
  } {
    const entry = collections.get(name);
    const variable = environmentName(name);
    const text = source.env[variable];
    if (text !== undefined && text !== '') {
      const origin: Origin = { from: 'environment', name: variable };
      if (name === 'stateMachines' && !/^\s*[[{]/.test(text))
        return { value: text, origin, originOf: () => origin };
      try {
        return { value: JSON.parse(text), origin, originOf: () => origin };
      } catch {
        const secret = name === 'connections';
        problems.push({ origin, key: name, value: secret ? '•••' : text, expected: 'JSON' });
        return { value: undefined, origin, originOf: () => origin };
      }
    }
    if (entry === undefined) {
      return { value: undefined, origin: { from: 'default' }, originOf: () => ({ from: 'default' }) };
    }
    return {
      value: entry.value,
      origin: originIn(shown, entry),
      originOf: (...path) => originIn(shown, inner(entry, path)),
    };
  }

  function readFunctions(from: ReturnType<typeof collection>): Record<string, LocalFunction> {
    // No prototype: names are the user's.
    const result: Record<string, LocalFunction> = Object.create(null);
    for (const [name, value] of mapping('functions', 'a mapping from name to function', from)) {
      for (const complaint of checkLocalFunction(name, value)) {
        // "functions.pay.env.KEY: expected …": the words up to the colon say where.
        const [, , ...path] = complaint.slice(0, complaint.indexOf(':')).split('.');
        problems.push({ origin: from.originOf(name, ...path), key: '', expected: complaint });
      }
      result[name] = value as LocalFunction;
      settings.push({ key: `functions.${name}`, value, fallback: undefined, origin: from.originOf(name) });
    }
    for (const complaint of problems.length === 0 ? checkDistinct(result) : []) {
      const name = complaint.split('.')[1]!;
      problems.push({ origin: from.originOf(name, 'resources'), key: '', expected: complaint });
    }
    return result;
  }

  function readConnections(from: ReturnType<typeof collection>): Record<string, Connection> {
    const result: Record<string, Connection> = Object.create(null);
    for (const [name, value] of mapping('connections', 'a mapping from name to connection', from)) {
      const complaints = checkConnection(name, value);
      for (const complaint of complaints) {
        const [, , ...path] = complaint.slice(0, complaint.indexOf(':')).split('.');
        problems.push({ origin: from.originOf(name, ...path), key: '', expected: complaint });
      }
      if (complaints.length > 0) continue;
      result[name] = value as Connection;
      settings.push({
        key: `connections.${name}`,
        value: maskedConnection(result[name]),
        fallback: undefined,
        origin: from.originOf(name),
      });
    }
    return result;
  }

  function readEndpoints(from: ReturnType<typeof collection>): Record<string, string> {
    const found = new Map<string, Found>();
    for (const [service, value] of mapping('endpoints', 'a mapping from service to URL', from)) {
      found.set(service, { value, origin: from.originOf(service) });
    }
    for (const [name, value] of Object.entries(source.env)) {
      const service = LOCAL_ENDPOINTS[name] ?? endpointOf(name);
      const beaten =
        LOCAL_ENDPOINTS[name] !== undefined && source.env[environmentName(`endpoints.${service}`)];
      if (service !== undefined && value && !beaten) {
        found.set(service, { value, origin: { from: 'environment', name } });
      }
    }
    const result: Record<string, string> = Object.create(null);
    for (const [service, { value, origin }] of found) {
      const key = `endpoints.${service}`;
      if (!/^[a-z0-9][a-z0-9-]*$/.test(service)) {
        problems.push({ origin, key, expected: 'is not the name of a service, such as lambda or sqs' });
      } else if (!isUrl(value)) {
        problems.push({
          origin,
          key,
          value: maskUrl(value),
          expected: 'a URL such as http://127.0.0.1:4566',
        });
      } else {
        result[service] = value;
        settings.push({ key, value, fallback: undefined, origin });
      }
    }
    return result;
  }

  function machines(from: ReturnType<typeof collection>): readonly StateMachineSource[] {
    const sources = readStateMachines(from.value, folder, account, from.origin, from.originOf, {
      problem: (problem) => problems.push(problem),
      warn: (message) => warnings.push(message),
    });
    for (const { name, file: path, type, origin } of sources) {
      const value = type === 'EXPRESS' ? { definition: path, type } : path;
      settings.push({ key: `stateMachines.${name}`, value, fallback: undefined, origin });
    }
    return sources;
  }

  function mapping(key: string, expected: string, from: ReturnType<typeof collection>): [string, unknown][] {
    const { value, origin } = from;
    if (value === undefined || value === null) return [];
    if (typeof value === 'object' && !Array.isArray(value)) return Object.entries(value);
    problems.push({ origin, key, value: key === 'connections' ? '•••' : value, expected });
    return [];
  }
}

/** The file beside `folder`, if there is one; `upwards` looks in the folders above too. */
export function findConfigFile(folder: string, upwards: boolean): string | undefined {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const found = CONFIG_FILES.map((name) => join(at, name)).find((path) => existsSync(path));
    if (found !== undefined || !upwards || dirname(at) === at) return found;
  }
}

function isUrl(value: unknown): value is string {
  return typeof value === 'string' && /^https?:\/\//.test(value) && URL.canParse(value);
}

/** Hides the password in a URL; anything else stays. */
export function maskUrl(value: unknown): unknown {
  return typeof value === 'string' ? value.replace(/(\w+:\/\/[^:@/\s]*:)[^@/\s]+@/g, '$1•••@') : value;
}

function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
