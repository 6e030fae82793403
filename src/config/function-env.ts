// The variables of functions whose values stand elsewhere: in Treadle's environment, or in a file. Settings keep where they
// are, which may be shown; the values go to the functions alone.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { reason } from './definition-file.ts';
import type { EnvValue, FunctionSettings, LocalFunction } from './functions.ts';
import type { Path } from './problem.ts';
import type { Complaint } from './shape.ts';

const MAX_FILE_BYTES = 65_536;

export interface EnvSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where relative paths start. */
  readonly folder: string;
  refuse(at: Path, complaint: Complaint): void;
}

/** The same functions with the values of their variables; what cannot be read is refused. */
export function withEnvironments(
  functions: Readonly<Record<string, FunctionSettings>>,
  sources: EnvSources,
): Readonly<Record<string, LocalFunction>> {
  const result: Record<string, LocalFunction> = Object.create(null);
  for (const [name, { env, ...settings }] of Object.entries(functions)) {
    const values = Object.entries(env ?? {}).map(([variable, value]) => [
      variable,
      readValue(value, ['functions', name, 'env', variable], sources),
    ]);
    result[name] = env === undefined ? settings : { ...settings, env: Object.fromEntries(values) };
  }
  return result;
}

function readValue(value: EnvValue, at: Path, { env, folder, refuse }: EnvSources): string {
  if (typeof value === 'string') return value;
  if ('env' in value) {
    const found = env[value.env];
    if (found !== undefined) return found;
    refuse([...at, 'env'], { value: value.env, expected: 'a variable that is set' });
    return '';
  }
  const path = resolve(folder, value.file);
  try {
    const text = readFileSync(path, 'utf8');
    if (text.length <= MAX_FILE_BYTES) return text.replace(/\r?\n$/, '');
    refuse([...at, 'file'], { value: value.file, expected: `a file of at most ${MAX_FILE_BYTES} bytes` });
  } catch (error) {
    refuse([...at, 'file'], {
      value: value.file,
      expected: `a file that can be read, but ${path} ${reason(error)}`,
    });
  }
  return '';
}
