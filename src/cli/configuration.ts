// Which configuration a command works with: the file it was told, the one it finds, the environment, its own options.

import { dirname, resolve } from 'node:path';
import { type Config, findConfigFile, loadConfig } from '../config/load.ts';
import { type AnswererOf, createAnswererOf } from '../functions/resources.ts';
import type { Output } from './output.ts';

interface Where {
  /** `--config`. */
  readonly config?: string | undefined;
  /** Look for treadle.yaml beside this file and in the folders above; without it: in the working folder only. */
  readonly beside?: string | undefined;
  /** Key name → value from the command line. */
  readonly options?: Readonly<Record<string, string | undefined>>;
}

/** @throws ConfigError */
export function configuration(where: Where): Config {
  const folder = where.beside === undefined ? process.cwd() : dirname(resolve(where.beside));
  const named = where.config ?? process.env['TREADLE_CONFIG'];
  const file = named ? resolve(named) : findConfigFile(folder, where.beside !== undefined);
  const options = { ...where.options };
  // What is typed counts from where it is typed, unlike the same key in a configuration file elsewhere.
  if (options['data'] && options['data'] !== ':memory:') options['data'] = resolve(options['data']);
  return loadConfig({ file, folder, env: process.env, options });
}

/**
 * Tells whether the configuration that goes with a definition file answers for a resource that AWS does not know. It is
 * read when that is first asked. @throws ConfigError then
 */
export function answersBeside(path: string, config: string | undefined): (arn: string) => boolean {
  let answererOf: AnswererOf | undefined;
  return (arn) => {
    answererOf ??= createAnswererOf(configuration({ config, beside: path }).functions);
    return answererOf(arn) !== undefined;
  };
}

export function printWarnings(warnings: readonly string[], err: Output): void {
  for (const warning of warnings) err.line(`${err.paint('yellow', 'warning:')} ${warning}`);
}
