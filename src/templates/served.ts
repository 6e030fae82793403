// What the templates of a configuration add to it: machines to deploy, functions to run, activities.

import type { Account } from '../base/arn.ts';
import type { LocalFunction } from '../config/functions.ts';
import type { Config } from '../config/load.ts';
import { ConfigError, type Origin } from '../config/problem.ts';
import { shownPath } from '../config/shown-path.ts';
import {
  defaultRole,
  namesIn,
  type StateMachineSource,
  type TemplateReference,
} from '../config/state-machines.ts';
import { filesOf, type OpenOptions, openStacks } from './open.ts';
import {
  activityNames,
  functionsOf,
  handlerFrom,
  machineIds,
  machineOf,
  type Stack,
  type StackFunction,
  type StackMachine,
} from './stack.ts';

export interface Served {
  /** Those of the configuration, and those of its templates that it does not name itself. */
  readonly stateMachines: readonly StateMachineSource[];
  /** A function of the configuration answers for the one of its name in a template. */
  readonly functions: Readonly<Record<string, LocalFunction>>;
  readonly activities: readonly string[];
  readonly warnings: readonly string[];
}

type Environment = OpenOptions['env'];

/** @throws TemplateProblem, ConfigError for a name that two machines have */
export function readTemplates(config: Config, env: Environment): Served {
  const warnings: string[] = [];
  const functions: Record<string, LocalFunction> = {};
  const activities: string[] = [];
  const machines: StateMachineSource[] = [];
  const named = config.stateMachines.map((source) => ({ ...source, ...typeOf(source) }));

  /** A template that only a machine's reference names serves the functions of that machine too. */
  const referenced = named
    .filter(
      ({ file, template }) => template !== undefined && config.templates.every(({ path }) => path !== file),
    )
    .map(({ file, template, origin }) => ({
      path: file,
      settings: template!.settings,
      origin,
      whole: false,
    }));
  const whole = config.templates.map((template) => ({ ...template, whole: true }));
  for (const { path, settings, origin, whole: all } of [...whole, ...distinct(referenced)]) {
    const names = namesIn(config.stateMachines, path);
    for (const stack of openStacks(path, settings, { account: config, env, names })) {
      activities.push(...activityNames(stack));
      for (const found of functionsOf(stack, (message) => warnings.push(message))) {
        if (functions[found.name] === undefined)
          functions[found.name] = toLocalFunction(found, config.folder);
      }
      if (all) machines.push(...sourcesOf(stack, { settings, names }, origin));
    }
  }

  function typeOf(source: StateMachineSource): Partial<StateMachineSource> {
    if (source.template === undefined) return {};
    const { type, roleArn } = readMachine(source, config, env);
    return { type, ...(roleArn !== undefined && { roleArn }) };
  }

  function sourcesOf(
    stack: Stack,
    reference: Omit<TemplateReference, 'id'>,
    origin: Origin,
  ): StateMachineSource[] {
    const { file } = stack.template;
    const own = new Set(named.filter((source) => source.file === file).map(({ template }) => template?.id));
    return machineIds(stack)
      .filter((id) => !own.has(id))
      .map((id) => {
        const { name, type, roleArn = defaultRole(config) } = machineOf(stack, id);
        return { name, file, type, roleArn, origin, template: { id, ...reference } };
      });
  }

  return {
    stateMachines: checkDistinct([...named, ...machines]),
    functions: { ...functions, ...config.functions },
    activities: [...new Set(activities)],
    warnings,
  };
}

/** The machine that a source names, as its template has it now. @throws TemplateProblem */
export function readMachine(
  { name, file, template }: StateMachineSource,
  account: Account,
  env: Environment,
): StackMachine {
  if (template === undefined) throw new Error(`Expected a machine of a template, but ${name} is a file`);
  const { id, settings, names } = template;
  const stacks = openStacks(file, settings, { account, env, names });
  const owner = stacks.find((stack) => stack.template.resources.has(id)) ?? stacks[0]!;
  return machineOf(owner, id);
}

/** Files whose change asks for the machine to be deployed again. */
export function watchedFiles(source: StateMachineSource, machine: StackMachine): string[] {
  return [...new Set([source.file, ...filesOf(source.file), machine.definition.path])];
}

function toLocalFunction(found: StackFunction, folder: string): LocalFunction {
  const { runtime, env, timeout, memory } = found;
  return {
    handler: handlerFrom(folder, found),
    runtime,
    env,
    ...(timeout !== undefined && { timeout }),
    ...(memory !== undefined && { memory }),
  };
}

function distinct<T extends { readonly path: string }>(templates: readonly T[]): T[] {
  return [...new Map(templates.map((template) => [template.path, template])).values()];
}

/** @throws ConfigError */
function checkDistinct(sources: readonly StateMachineSource[]): readonly StateMachineSource[] {
  const byName = new Map<string, StateMachineSource>();
  for (const source of sources) {
    const other = byName.get(source.name);
    if (other !== undefined) {
      const expected = `gives two state machines the name ${source.name}: ${shownPath(other.file)} and ${shownPath(source.file)}; name one in stateMachines`;
      throw new ConfigError([{ origin: source.origin, path: ['templates'], expected }]);
    }
    byName.set(source.name, source);
  }
  return sources;
}
