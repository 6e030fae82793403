// What the file, the environment and the command line say, put together: one tree of values, and where each comes from.
// The command line wins over the environment, the environment over the file.

import { readFileSync } from 'node:fs';
import { nearest } from '../base/nearest.ts';
import { reason } from './definition-file.ts';
import { readDocument } from './document.ts';
import { ConfigError, type Origin, type Path, type Problem } from './problem.ts';
import { SCHEMA } from './schema.ts';
import { type AnyField, isRecord } from './shape.ts';

type Strings = Readonly<Record<string, string | undefined>>;

export interface Sources {
  readonly value: unknown;
  originOf(path: Path, of: 'key' | 'value'): Origin;
  written(path: Path): string | undefined;
}

/** A key that has a variable: a single value, or a whole collection. */
export interface Key {
  readonly path: readonly string[];
  readonly field: AnyField;
}

/** In the order of the schema. */
export const KEYS: readonly Key[] = Object.entries(SCHEMA.fields ?? {}).flatMap(([name, field]) => {
  const members = field.shape.fields;
  if (members === undefined) return [{ path: [name], field }];
  return Object.entries(members).map(([member, field]) => ({ path: [name, member], field }));
});

/** TREADLE_… names with another meaning. */
const RESERVED = ['TREADLE_CONFIG', 'TREADLE_DEBUG'];

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

/** Option of the command line by key, where its name is another. */
const OPTIONS: Readonly<Record<string, string>> = { 'logs.level': '--log-level', mocks: '--mock' };

/**
 * @param file absolute; undefined: none. @param shown its name in messages
 * @param options key → value. @throws ConfigError when the file cannot be read
 */
export function gather(
  file: string | undefined,
  shown: string,
  env: Strings,
  options: Strings,
  problems: Problem[],
): Sources {
  const document = file === undefined ? undefined : readDocument(textOf(file, shown), shown, problems);
  const origins = new Map<string, Origin>();
  let value: unknown = document?.value ?? {};

  for (const { path, field } of KEYS) {
    const found = said(path, field, env, options, inTree(value, path) !== undefined);
    if (found === undefined) continue;
    const given = field.shape.named ? parsed(found, path, problems) : found.text;
    if (given === undefined) continue;
    value = withValue(value, path, given);
    origins.set(join(path), found.origin);
  }
  for (const [service, { text, origin }] of endpoints(env)) {
    const path = ['endpoints', service];
    value = withValue(value, path, text);
    origins.set(join(path), origin);
  }

  const overlay = (path: Path): Origin | undefined => {
    for (let length = path.length; length > 0; length--) {
      const origin = origins.get(join(path.slice(0, length)));
      if (origin !== undefined) return origin;
    }
    return undefined;
  };
  return {
    value,
    originOf(path, of) {
      const origin = overlay(path);
      return origin ?? document?.locate(path, of) ?? { from: 'default' };
    },
    written: (path) => (overlay(path) === undefined ? document?.written(path) : undefined),
  };
}

/** `limits.payloadBytes` → `TREADLE_LIMITS_PAYLOAD_BYTES`. */
export function variableName(path: Path): string {
  const words = path.join('_').replace(/([a-z0-9])([A-Z])/g, '$1_$2');
  return `TREADLE_${words.replaceAll('-', '_').toUpperCase()}`;
}

/** A mistyped variable only warns: Kubernetes and others put TREADLE_… variables of their own into the environment. */
export function mistypedVariables(env: Strings): string[] {
  const known = [...KEYS.map(({ path }) => variableName(path)), ...RESERVED];
  return Object.keys(env).flatMap((name) => {
    if (!name.startsWith('TREADLE_') || known.includes(name) || endpointOf(name) !== undefined) return [];
    const meant = nearest(name, known);
    return meant === undefined ? [] : [`${name} is not a known variable; did you mean ${meant}?`];
  });
}

function textOf(file: string, shown: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const expected = `the configuration file ${reason(error)}`;
    throw new ConfigError([{ origin: { from: 'option', name: shown }, path: [], expected }]);
  }
}

interface Said {
  readonly text: string;
  readonly origin: Origin;
}

/** What is said of a key outside the file. Empty variables count as absent. */
function said(
  path: readonly string[],
  { variables = {} }: AnyField,
  env: Strings,
  options: Strings,
  inFile: boolean,
): Said | undefined {
  const key = path.join('.');
  const option = options[key];
  if (option !== undefined)
    return { text: option, origin: { from: 'option', name: OPTIONS[key] ?? `--${key}` } };
  // A variable that every AWS tool reads counts only when nothing else is said.
  for (const name of [variableName(path), variables.over, inFile ? undefined : variables.under]) {
    const text = name === undefined ? undefined : env[name];
    if (name !== undefined && text) return { text, origin: { from: 'environment', name } };
  }
  return undefined;
}

/** A collection's variable holds JSON. Any other text is left to the shape: some take a list parted by commas. */
function parsed({ text, origin }: Said, path: Path, problems: Problem[]): unknown {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    // Neither the text nor the parser's message, which quotes it: it may hold secrets.
    problems.push({ origin, path, expected: 'is not JSON' });
    return undefined;
  }
}

function endpoints(env: Strings): ReadonlyMap<string, Said> {
  const found = new Map<string, Said>();
  const add = (service: string | undefined, name: string, text: string | undefined) => {
    if (service !== undefined && text) found.set(service, { text, origin: { from: 'environment', name } });
  };
  for (const [name, service] of Object.entries(LOCAL_ENDPOINTS)) add(service, name, env[name]);
  for (const [name, text] of Object.entries(env)) add(endpointOf(name), name, text);
  return found;
}

/** `TREADLE_ENDPOINTS_EVENT_BRIDGE` → `event-bridge`. */
function endpointOf(variable: string): string | undefined {
  return /^TREADLE_ENDPOINTS_([A-Z0-9_]+)$/.exec(variable)?.[1]?.toLowerCase().replaceAll('_', '-');
}

export function inTree(tree: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (at, name) => (isRecord(at) && Object.hasOwn(at, name) ? (at[name] ?? undefined) : undefined),
    tree,
  );
}

/** A copy with another value. Where the file has no mapping on the way, it stays as it is, and the schema refuses it. */
function withValue(tree: unknown, [name, ...rest]: readonly string[], value: unknown): unknown {
  if (name === undefined) return value;
  if (tree !== undefined && tree !== null && !isRecord(tree)) return tree;
  return { ...tree, [name]: withValue(inTree(tree, [name]), rest, value) };
}

function join(path: Path): string {
  return JSON.stringify(path);
}
