// The environment's part of the configuration: one variable for every key.

import { COLLECTIONS, type Found } from './file.ts';
import { environmentName, KEYS } from './keys.ts';
import { nearest } from './nearest.ts';

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
      origin: { from: 'option', name: `--${name.replace('logs.level', 'log-level')}` },
    };
  }
  const variable = environmentName(name);
  const value = env[variable];
  if (value === undefined || value === '') return undefined;
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
