// Which configuration a command works with: the file it was told, the one it finds, the environment, its own options.

import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { type Config, findConfigFile, loadConfig } from '../config/load.ts';
import { shownPath } from '../config/shown-path.ts';
import { type AnswererOf, createAnswererOf } from '../functions/resources.ts';
import type { Output } from './output.ts';

interface Where {
  /** `--config`. */
  readonly config?: string | undefined;
  /** Look for treadle.yaml beside this file, in the folders above, and then in the working folder; without it: there only. */
  readonly beside?: string | undefined;
  /** Key name → value from the command line. */
  readonly options?: Readonly<Record<string, string | undefined>>;
}

/** @throws ConfigError */
export function configuration(where: Where): Config {
  const folder = where.beside === undefined ? process.cwd() : dirname(resolve(where.beside));
  const named = where.config ?? process.env['TREADLE_CONFIG'];
  const here = findConfigFile(process.cwd(), false);
  const beside = where.beside === undefined ? undefined : findConfigFile(folder, true);
  const file = named ? resolve(named) : (beside ?? here);
  const options = { ...where.options };
  // What is typed counts from where it is typed, unlike the same key in a configuration file elsewhere.
  if (options['data'] && options['data'] !== ':memory:') options['data'] = resolve(options['data']);
  if (options['templates']) options['templates'] = resolve(options['templates']);
  const config = loadConfig({ file, folder, env: process.env, options });
  if (named || here === undefined || beside === undefined || isBelow(folder, process.cwd())) return config;
  // Whoever works in a folder with a configuration expects it to count.
  const unread = `${shownPath(here)} was not read: ${shownPath(beside)} goes with the definition`;
  return { ...config, warnings: [...config.warnings, unread] };
}

function isBelow(folder: string, above: string): boolean {
  const path = relative(above, folder);
  return path === '' || (!path.startsWith('..') && !isAbsolute(path));
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
