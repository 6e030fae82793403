// samconfig.toml beside a template: the stack's name and the values of parameters, as `sam deploy` reads them.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse, TomlError } from 'smol-toml';
import { toOverrides } from './overrides.ts';
import { TemplateProblem } from './problem.ts';
import { isMembers } from './template.ts';

export interface SamConfig {
  readonly stackName: string | undefined;
  readonly parameters: Readonly<Record<string, string>>;
}

const NOTHING: SamConfig = { stackName: undefined, parameters: {} };

/** @param template absolute path @throws TemplateProblem for a file that is not TOML */
export function readSamConfig(template: string): SamConfig {
  const file = join(dirname(template), 'samconfig.toml');
  if (!existsSync(file)) return NOTHING;
  let read: unknown;
  try {
    read = parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const { line, column, message } = error;
    throw new TemplateProblem({ file, line, column }, message.split('\n')[0]!);
  }
  const section = (command: string): unknown =>
    isMembers(read) && isMembers(read['default']) ? read['default'][command] : undefined;
  const parametersOf = (command: string): Readonly<Record<string, unknown>> => {
    const found = section(command);
    return isMembers(found) && isMembers(found['parameters']) ? found['parameters'] : {};
  };
  const { stack_name, parameter_overrides } = { ...parametersOf('global'), ...parametersOf('deploy') };
  return {
    stackName: typeof stack_name === 'string' ? stack_name : undefined,
    parameters: toOverrides(parameter_overrides),
  };
}
