// Reads the configuration: treadle.yaml, the environment and the command line, over the defaults. Problems are collected
// and thrown together, so that all of them can be fixed at once.

import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Account } from '../base/arn.ts';
import type { Limits } from '../base/quotas.ts';
import { type Connection, maskedConnection } from './connections.ts';
import { withEnvironments } from './function-env.ts';
import type { LocalFunction } from './functions.ts';
import { isLoopback, type Listen, listenText } from './listen.ts';
import { ConfigError, describePath, type Origin, type Path, type Problem } from './problem.ts';
import { SCHEMA, type Settings } from './schema.ts';
import type { Complaint } from './shape.ts';
import { shownPath } from './shown-path.ts';
import { gather, inTree, KEYS, mistypedVariables, type Sources, variableName } from './sources.ts';
import { findStateMachines, type StateMachineSource } from './state-machines.ts';
import { findTemplates, type TemplateSource } from './templates.ts';

/** The configuration in effect. Paths are absolute. Also an `Account`: partition, region and account. */
export interface Config extends Account {
  /** The file it was read from; undefined when there is none. */
  readonly file: string | undefined;
  /** Folder that relative paths start from: the file's, or the working folder. */
  readonly folder: string;
  readonly listen: Listen;
  /** Under which browsers may ask the server, besides names that no foreign page can have. */
  readonly hosts: readonly string[];
  /** A folder, or `:memory:`. */
  readonly data: string;
  readonly functions: Readonly<Record<string, LocalFunction>>;
  /** Service (`lambda`, `sqs`, `dynamodb`) → base URL. */
  readonly endpoints: Readonly<Record<string, string>>;
  /** Name → what stands for an EventBridge connection; values may be secret. */
  readonly connections: Readonly<Record<string, Connection>>;
  readonly http: Settings['http'];
  /** Whether calls that no function and no endpoint serves go to AWS. */
  readonly aws: Settings['aws'];
  readonly stateMachines: readonly StateMachineSource[];
  /** Projects whose machines and functions are served too. */
  readonly templates: readonly TemplateSource[];
  /** Mock file, as Step Functions Local has it. Its content is checked when it is opened. */
  readonly mocks: string | undefined;
  /** Folder of the local files of distributed Maps. */
  readonly mapsRoot: string | undefined;
  /** Factor for the time that Wait states and retries wait: greater than 0, at most 1. */
  readonly waitTimeScale: number;
  /** `retentionDays` is the key `retention`. */
  readonly limits: Limits;
  readonly logs: Settings['logs'];
  readonly executionLogs: ExecutionLogSettings;
  readonly statusEvents: StatusEventSettings;
  /** What the user should know, though the start goes on. */
  readonly warnings: readonly string[];
  /** Every key with its origin, for `treadle config`. */
  readonly settings: readonly Setting[];
}

/** `folder` is absolute. */
export interface ExecutionLogSettings extends Omit<Settings['executionLogs'], 'to'> {
  readonly to: Exclude<Settings['executionLogs']['to'], 'auto'>;
}

export interface StatusEventSettings extends Omit<Settings['statusEvents'], 'to'> {
  readonly to: Exclude<Settings['statusEvents']['to'], 'auto'>;
}

export interface Setting {
  /** `limits.payloadBytes`, `functions.pay` */
  readonly key: string;
  readonly value: unknown;
  readonly fallback: unknown;
  readonly origin: Origin;
  /** That sets it; undefined for a member of a collection whose variable holds all of them. */
  readonly variable: string | undefined;
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

/** @throws ConfigError with every problem. */
export function loadConfig({ file: named, folder: here, env, options = {} }: ConfigSource): Config {
  const file = named === undefined ? undefined : resolve(here, named);
  const folder = file === undefined ? resolve(here) : dirname(file);
  const problems: Problem[] = [];
  const warnings = mistypedVariables(env);

  const sources = gather(file, file === undefined ? '' : shownPath(file), env, options, problems);
  const refuse = (path: Path, { of, value, expected }: Complaint) =>
    problems.push({ origin: sources.originOf(path, of ?? 'value'), path, value, expected });
  const settings = SCHEMA.read(sources.value, [], { refuse, written: sources.written });
  if (settings === undefined) throw new ConfigError(inOrder(problems));

  const { region, account, aws, listen, hosts, data, mocks, waitTimeScale, retention, logs, limits, http } =
    settings;
  const { functions = {}, endpoints = {}, connections = {}, maps, executionLogs, statusEvents } = settings;
  const localFunctions = withEnvironments(functions, { env, folder, refuse });
  const owner: Account = { partition: partitionOf(region), region, account };
  const originOf = (path: Path) => sources.originOf(path, 'key');
  const templates = findTemplates(settings.templates, folder, { refuse, originOf });
  const report = { refuse, warn: (message: string) => warnings.push(message), originOf };
  const stateMachines = findStateMachines(settings.stateMachines ?? {}, folder, owner, report, templates);
  if (problems.length > 0) throw new ConfigError(inOrder(problems));
  if (!isLoopback(listen.host)) {
    warnings.push(
      `listening on ${listenText(listen)}: whoever reaches this address controls Treadle, for it has no authentication yet`,
    );
  }
  return {
    ...owner,
    file,
    folder,
    listen,
    hosts: [...hosts, listen.host],
    data: data === ':memory:' ? data : resolve(folder, data),
    functions: localFunctions,
    endpoints,
    connections,
    http,
    aws,
    stateMachines,
    templates,
    mocks: mocks === 'none' ? undefined : resolve(folder, mocks),
    mapsRoot: maps.root === 'none' ? undefined : resolve(folder, maps.root),
    waitTimeScale,
    limits: { ...limits, retentionDays: retention },
    logs,
    executionLogs: {
      ...executionLogs,
      to: whereNamed(executionLogs.to, 'cloudwatch', endpoints, ['logs', 'cloudwatchlogs']),
      folder: resolve(folder, executionLogs.folder),
    },
    statusEvents: {
      ...statusEvents,
      to: whereNamed(statusEvents.to, 'events', endpoints, ['events', 'eventbridge']),
    },
    warnings,
    settings: [...listKeys(settings, sources), ...listMachines(stateMachines)],
  };
}

/** `auto` goes to a service only where the configuration names it: nothing leaves the machine unasked. */
function whereNamed<To extends string>(
  to: To | 'auto',
  service: To,
  endpoints: Readonly<Record<string, string>>,
  names: readonly string[],
): To | 'none' {
  if (to !== 'auto') return to;
  return names.some((name) => Object.hasOwn(endpoints, name)) ? service : 'none';
}

/** The file beside `folder`, if there is one; `upwards` looks in the folders above too. */
export function findConfigFile(folder: string, upwards: boolean): string | undefined {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const found = CONFIG_FILES.map((name) => join(at, name)).find((path) => existsSync(path));
    if (found !== undefined || !upwards || dirname(at) === at) return found;
  }
}

/** Those of the file as one reads it, then the others. */
function inOrder(problems: readonly Problem[]): readonly Problem[] {
  const place = ({ origin }: Problem) =>
    origin.from === 'file' ? [origin.line, origin.column] : [Infinity, 0];
  return problems.toSorted((a, b) => {
    const [[lineA = 0, columnA = 0], [lineB = 0, columnB = 0]] = [place(a), place(b)];
    return lineA === lineB ? columnA - columnB : lineA - lineB;
  });
}

/** Single values; of collections every member. */
function listKeys(settings: Settings, { value: given, originOf }: Sources): Setting[] {
  return KEYS.flatMap(({ path, field }): Setting[] => {
    const value = path.reduce<unknown>(
      (at, name) => (at as Record<string, unknown> | undefined)?.[name],
      settings,
    );
    if (!field.shape.named) {
      const [key, variable] = [describePath(path), variableName(path)];
      const isDefault = inTree(given, path) === undefined;
      const origin: Origin = isDefault ? { from: 'default' } : originOf(path, 'value');
      return [{ key, value, fallback: field.fallback, origin, variable }];
    }
    if (path[0] === 'stateMachines') return [];
    return Object.entries(value ?? {}).map(([name, member]) => {
      const whole = [...path, name];
      return {
        key: describePath(whole),
        value: path[0] === 'connections' ? maskedConnection(member as Connection) : member,
        fallback: undefined,
        origin: originOf(whole, 'key'),
        variable: path[0] === 'endpoints' ? variableName(whole) : undefined,
      };
    });
  });
}

function listMachines(machines: readonly StateMachineSource[]): Setting[] {
  return machines.map(({ name, file, type, origin }) => ({
    key: describePath(['stateMachines', name]),
    value: type === 'EXPRESS' ? { definition: file, type } : file,
    fallback: undefined,
    origin,
    variable: undefined,
  }));
}

function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
