// What a stack has for Treadle: its state machines with their definitions, the functions whose code lies beside the template, and
// activities. Everything else of it is left alone.

import { existsSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { DefinitionFileError, type DefinitionFormat, readDefinitionFile } from '../config/definition-file.ts';
import { placeOf } from './document.ts';
import type { Evaluator } from './evaluate.ts';
import { type Place, TemplateProblem } from './problem.ts';
import { substitute } from './substitute.ts';
import { isMembers, type Members, type Resource, shown, type Template } from './template.ts';

export interface StackMachine {
  /** Logical id. */
  readonly id: string;
  readonly name: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly roleArn: string | undefined;
  /** With its placeholders replaced. */
  readonly definition: { readonly text: string; readonly format: DefinitionFormat; readonly path: string };
  /** As the API takes it. */
  readonly loggingConfiguration: unknown;
  readonly tracingConfiguration: unknown;
  readonly place: Place;
}

export interface StackFunction {
  readonly id: string;
  readonly name: string;
  /** Absolute folder of the code, and the handler in it. */
  readonly folder: string;
  readonly handler: string;
  readonly runtime: 'nodejs' | 'python' | 'provided';
  readonly env: Readonly<Record<string, string>>;
  readonly timeout: number | undefined;
  readonly memory: number | undefined;
}

/** A template that was read, where the code of its functions lies, and how its values are found. */
export interface Stack {
  readonly template: Template;
  readonly evaluator: Evaluator;
  /** Folder of functions that name no other; default: the template's. */
  readonly codeFolder: string;
}

const MACHINES = ['AWS::Serverless::StateMachine', 'AWS::StepFunctions::StateMachine'];
const FUNCTIONS = ['AWS::Serverless::Function', 'AWS::Lambda::Function'];
const ACTIVITY = 'AWS::StepFunctions::Activity';

function ofTypes({ template, evaluator }: Stack, types: readonly string[]): Resource[] {
  return [...template.resources.values()].filter(
    (resource) => types.includes(resource.type) && evaluator.exists(resource),
  );
}

/** Logical ids. @throws TemplateProblem */
export function machineIds(stack: Stack): string[] {
  return ofTypes(stack, MACHINES).map(({ id }) => id);
}

/** Names. @throws TemplateProblem */
export function activityNames(stack: Stack): string[] {
  return ofTypes(stack, [ACTIVITY]).map((resource) => stack.evaluator.nameOf(resource));
}

/** @throws TemplateProblem when the template has no such machine, or its definition cannot be found */
export function machineOf(stack: Stack, id: string): StackMachine {
  const { template, evaluator } = stack;
  const resource = template.resources.get(id);
  if (resource === undefined || !MACHINES.includes(resource.type)) {
    const there = machineIds(stack).join(', ') || 'none';
    throw new TemplateProblem(
      resource?.place ?? { file: template.file, line: 1, column: 1 },
      `expected a state machine ${id}; the template has ${there}`,
    );
  }
  const { properties, place } = resource;
  const text = (name: string) => evaluator.text(properties[name], place, name);
  const type = (text('Type') ?? text('StateMachineType') ?? 'STANDARD').toUpperCase();
  if (type !== 'STANDARD' && type !== 'EXPRESS')
    throw new TemplateProblem(place, `expected the type of ${id} to be STANDARD or EXPRESS, but got ${type}`);
  const written = definitionOf(stack, resource);
  const substitutions = evaluator.evaluate(properties['DefinitionSubstitutions'] ?? {}, place);
  const role = text('Role') ?? text('RoleArn');
  return {
    id,
    name: evaluator.nameOf(resource),
    type,
    roleArn: role?.startsWith('arn:') === true ? role : undefined,
    definition: { ...written, text: substitute(written.text, written.format, substitutions as Members) },
    loggingConfiguration: uncapitalised(
      evaluator.evaluate(properties['Logging'] ?? properties['LoggingConfiguration'], place),
    ),
    tracingConfiguration: uncapitalised(
      evaluator.evaluate(properties['Tracing'] ?? properties['TracingConfiguration'], place),
    ),
    place,
  };
}

function definitionOf(
  stack: Stack,
  { id, properties, place, metadata }: Resource,
): StackMachine['definition'] {
  const { template, evaluator } = stack;
  const inline = properties['Definition'];
  if (inline !== undefined) {
    const value = evaluator.evaluate(inline, place);
    return { text: JSON.stringify(value, null, 2), format: 'json', path: template.file };
  }
  const string = evaluator.text(properties['DefinitionString'], place, 'DefinitionString');
  if (string !== undefined) return { text: string, format: formatOf(string), path: template.file };
  const location = properties['DefinitionUri'] ?? properties['DefinitionS3Location'];
  // CDK keeps the file of the S3 object beside the template.
  const asset = metadata['aws:asset:path'];
  const uri = typeof asset === 'string' ? asset : evaluator.evaluate(location, place);
  if (typeof uri !== 'string' || uri.startsWith('s3:')) {
    throw new TemplateProblem(
      placeOf(location, place),
      `expected the definition of ${id} in this template or in a file, but got ${shown(uri)}`,
    );
  }
  const path = resolve(dirname(template.file), uri);
  try {
    const { text, format } = readDefinitionFile(path);
    return { text, format, path };
  } catch (error) {
    if (error instanceof DefinitionFileError)
      throw new TemplateProblem(placeOf(location, place), `the definition of ${id}: ${error.message}`);
    throw error;
  }
}

/** DefinitionString is JSON, or YAML in SAM. */
function formatOf(text: string): DefinitionFormat {
  return text.trimStart().startsWith('{') ? 'json' : 'yaml';
}

/** CloudFormation capitalises the members that the API does not. */
function uncapitalised(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(uncapitalised);
  if (!isMembers(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      `${name.slice(0, 1).toLowerCase()}${name.slice(1)}`,
      uncapitalised(member),
    ]),
  );
}

/**
 * Functions that can run here.
 * @param warn told of those that cannot, and of variables whose value is not known here
 */
export function functionsOf(stack: Stack, warn: (message: string) => void): StackFunction[] {
  // A function of a serverless.yml stands under its key as well.
  const seen = new Set<string>();
  return ofTypes(stack, FUNCTIONS).flatMap((resource) => {
    try {
      const name = stack.evaluator.nameOf(resource);
      if (seen.has(name)) return [];
      seen.add(name);
      return [functionOf(stack, resource, warn)];
    } catch (error) {
      if (!(error instanceof TemplateProblem)) throw error;
      warn(
        `the function ${resource.id} cannot run here; functions.${resource.id} of treadle.yaml can answer for it (${error.message})`,
      );
      return [];
    }
  });
}

function functionOf(stack: Stack, resource: Resource, warn: (message: string) => void): StackFunction {
  const { evaluator } = stack;
  const { id, properties, place } = resource;
  const text = (name: string) => evaluator.text(properties[name], place, name);
  if (text('PackageType') === 'Image') throw new TemplateProblem(place, 'it is a container image');
  const runtime = runtimeOf(text('Runtime') ?? '', place);
  const handler = text('Handler') ?? (runtime === 'provided' ? 'bootstrap' : undefined);
  if (handler === undefined) throw new TemplateProblem(place, 'it has no Handler');
  const number = (name: string): number | undefined => {
    const found = text(name);
    return found === undefined ? undefined : Number(found);
  };
  return {
    id,
    name: evaluator.nameOf(resource),
    folder: codeFolderOf(stack, resource),
    handler,
    runtime,
    env: variablesOf(stack, resource, warn),
    timeout: number('Timeout'),
    memory: number('MemorySize'),
  };
}

function runtimeOf(name: string, place: Place): StackFunction['runtime'] {
  const [family] = /^(nodejs|python|provided)/.exec(name) ?? [];
  if (family !== undefined) return family as StackFunction['runtime'];
  throw new TemplateProblem(place, name === '' ? 'it has no Runtime' : `its runtime is ${name}`);
}

function codeFolderOf({ template, evaluator, codeFolder }: Stack, resource: Resource): string {
  const { properties, metadata, place } = resource;
  const beside = dirname(template.file);
  const asset = metadata['aws:asset:path'];
  if (typeof asset === 'string') return existing(resolve(beside, asset), place);
  if (properties['InlineCode'] !== undefined)
    throw new TemplateProblem(place, 'its code is written in the template');
  const code = properties['Code'];
  if (isMembers(code) && code['ZipFile'] !== undefined)
    throw new TemplateProblem(place, 'its code is written in the template');
  const uri = evaluator.evaluate(
    properties['CodeUri'] ?? (typeof code === 'string' ? code : undefined),
    place,
  );
  if (typeof uri !== 'string') return codeFolder;
  if (uri.startsWith('s3:')) throw new TemplateProblem(place, `its code is at ${uri}`);
  return existing(resolve(beside, uri), place);
}

function existing(folder: string, place: Place): string {
  if (existsSync(folder) && statSync(folder).isDirectory()) return folder;
  throw new TemplateProblem(place, `expected the folder of its code at ${folder}, but there is none`);
}

/** What is not known here is left out: most variables name things that the code does not need in a test. */
function variablesOf(
  { evaluator }: Stack,
  { id, properties, place }: Resource,
  warn: (message: string) => void,
): Record<string, string> {
  const environment = properties['Environment'];
  const variables = isMembers(environment) ? environment['Variables'] : undefined;
  if (!isMembers(variables)) return {};
  const known: Record<string, string> = {};
  for (const [name, value] of Object.entries(variables)) {
    try {
      const text = evaluator.text(value, placeOf(variables, place), name);
      if (text !== undefined) known[name] = text;
    } catch (error) {
      if (!(error instanceof TemplateProblem)) throw error;
      warn(`the variable ${name} of the function ${id} is left out (${error.message})`);
    }
  }
  return known;
}

/** `path/file.export` from the folder of the configuration, as `functions` has it. */
export function handlerFrom(folder: string, { folder: code, handler, runtime }: StackFunction): string {
  const path = runtime === 'provided' ? join(code, 'bootstrap') : join(code, handler);
  return relative(folder, path) || '.';
}
