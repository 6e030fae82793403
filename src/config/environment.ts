// The environment's part of the configuration: one variable for every key.

import { nearest } from '../base/nearest.ts';
import { COLLECTIONS, type Found } from './file.ts';
import { environmentName, KEYS } from './keys.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** TREADLE_… names with another meaning: the file itself. */
const RESERVED = new Set(['TREADLE_CONFIG', 'TREADLE_DEBUG']);

/** A key's value from the command line, which wins, or from the environment. Empty variables count as absent. */
export function override(
  name: string,
  options: Environment | undefined,
  env: Environment,
): Found | undefined {
  const option = options?.[name];
  if (option !== undefined) {
    return {
      value: option,
      origin: {
        from: 'option',
        name: `--${name.replace('logs.level', 'log-level').replace('mocks', 'mock')}`,
      },
    };
  }
  const variable = environmentName(name);
  const value = env[variable];
  if (value === undefined || value === '') return undefined;
  return { value, origin: { from: 'environment', name: variable } };
}

/** Variables of Step Functions Local → key. */
const LOCAL_VARIABLES: Readonly<Record<string, string>> = {
  mocks: 'SFN_MOCK_CONFIG',
  waitTimeScale: 'WAIT_TIME_SCALE',
};

/** Variables of Step Functions Local that every AWS tool reads too: what is said to Treadle alone comes before them. */
const SHARED_VARIABLES: Readonly<Record<string, string>> = {
  account: 'AWS_ACCOUNT_ID',
  region: 'AWS_DEFAULT_REGION',
};

/** A key's value from a variable of Step Functions Local that wins over the file. */
export function localOverride(name: string, env: Environment): Found | undefined {
  return fromVariable(LOCAL_VARIABLES[name], env);
}

/** A key's value from a variable that counts when nothing else is said. */
export function sharedDefault(name: string, env: Environment): Found | undefined {
  return fromVariable(SHARED_VARIABLES[name], env);
}

function fromVariable(variable: string | undefined, env: Environment): Found | undefined {
  const value = variable === undefined ? undefined : env[variable];
  if (variable === undefined || value === undefined || value === '') return undefined;
  return { value, origin: { from: 'environment', name: variable } };
}

/** A mistyped variable only warns: Kubernetes and others put TREADLE_… variables of their own into the environment. */
export function checkEnvironment(env: Environment, warnings: string[]): void {
  const known = new Set(
    [...Object.values(KEYS).map(({ name }) => name), ...COLLECTIONS].map(environmentName),
  );
  for (const name of Object.keys(env)) {
    if (!name.startsWith('TREADLE_') || known.has(name) || RESERVED.has(name)) continue;
    if (endpointOf(name) !== undefined) continue;
    const meant = nearest(name, known);
    if (meant !== undefined) warnings.push(`${name} is not a known variable; did you mean ${meant}?`);
  }
}

/** `TREADLE_ENDPOINTS_EVENT_BRIDGE` → `event-bridge`. */
export function endpointOf(variable: string): string | undefined {
  const match = /^TREADLE_ENDPOINTS_([A-Z0-9_]+)$/.exec(variable);
  return match?.[1]?.toLowerCase().replaceAll('_', '-');
}
