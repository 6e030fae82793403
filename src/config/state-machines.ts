// The `stateMachines` key: definition files to deploy at the start. Either a list of files and patterns, which take their
// names from the files, or a mapping from name to file or to { definition, type, role }.

import { globSync, statSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { Account } from '../base/arn.ts';
import { stateMachineName } from './definition-file.ts';
import type { Origin, Path } from './problem.ts';
import type { NamedMachine, StateMachines } from './schema.ts';
import type { Complaint } from './shape.ts';
import type { TemplateSettings, TemplateSource } from './templates.ts';

export interface StateMachineSource {
  readonly name: string;
  /** Absolute path of the definition file, or of the template that has the machine. */
  readonly file: string;
  /** Logical id of the machine in the template. */
  readonly template?: TemplateReference | undefined;
  /** Values of placeholders in the definition. */
  readonly substitutions?: Readonly<Record<string, string>> | undefined;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly roleArn: string;
  readonly origin: Origin;
}

export interface TemplateReference {
  readonly id: string;
  readonly settings: TemplateSettings;
  /** Names that the configuration gives to machines of the template, by logical id. */
  readonly names: Readonly<Record<string, string>>;
}

interface Report {
  refuse(at: Path, complaint: Complaint): void;
  warn(message: string): void;
  originOf(at: Path): Origin;
}

const KEY = 'stateMachines';

/** Role of machines that name none; Treadle never assumes it. */
export function defaultRole(account: Account): string {
  return `arn:${account.partition}:iam::${account.account}:role/treadle`;
}

/** Finds the files. @param folder where relative paths start */
export function findStateMachines(
  machines: StateMachines,
  folder: string,
  account: Account,
  report: Report,
  templates: readonly TemplateSource[] = [],
): readonly StateMachineSource[] {
  const role = defaultRole(account);
  return isList(machines)
    ? distinct(machines.flatMap(found))
    : withNames(Object.entries(machines).flatMap(named));

  function found(pattern: string, i: number): StateMachineSource[] {
    const at = [KEY, i];
    const origin = report.originOf(at);
    return filesOf(pattern, at).map((file) => {
      return { name: stateMachineName(file), file, type: 'STANDARD', roleArn: role, origin };
    });
  }

  function filesOf(pattern: string, at: Path): readonly string[] {
    if (!/[*?{[]/.test(pattern)) return fileAt(pattern, at);
    const files = globSync(pattern, { cwd: folder, exclude: ['**/node_modules/**'] })
      .map((path) => resolve(folder, path))
      .filter((path) => /\.(json|ya?ml)$/i.test(path))
      .sort();
    if (files.length === 0) report.warn(`${KEY}: no file matches ${pattern} in ${folder}`);
    return files;
  }

  /** None, when there is no such file. */
  function fileAt(path: string, at: Path): readonly string[] {
    const file = resolve(folder, path);
    if (statSync(file, { throwIfNoEntry: false })?.isFile() === true) return [file];
    report.refuse(at, { value: path, expected: `a file, but there is none at ${file}` });
    return [];
  }

  function named([name, entry]: [string, NamedMachine]): StateMachineSource[] {
    const at = [KEY, name];
    const origin = report.originOf(at);
    const written = typeof entry === 'string' ? { definition: entry } : entry;
    const {
      definition,
      substitutions,
      type = 'STANDARD',
      role: roleArn = role,
    }: Partial<Entry> & Pick<Entry, 'definition'> = written;
    const place = typeof entry === 'string' ? at : [...at, 'definition'];
    const [path, id] = splitReference(definition);
    return fileAt(path, place).map((file) => ({
      name,
      file,
      type,
      roleArn,
      origin,
      substitutions,
      ...(id !== undefined && { template: { id, settings: settingsOf(file), names: {} } }),
    }));
  }

  /** What `templates` says of the same file. */
  function settingsOf(file: string): TemplateSettings {
    return templates.find(({ path }) => path === file)?.settings ?? {};
  }

  /** A file that two patterns match counts once; two files with one name are a mistake. */
  function distinct(sources: readonly StateMachineSource[]): readonly StateMachineSource[] {
    const byName = new Map<string, StateMachineSource>();
    for (const source of sources) {
      const other = byName.get(source.name);
      if (other === undefined) byName.set(source.name, source);
      else if (other.file !== source.file) {
        const files = [other, source].map(({ file }) => relative(folder, file)).join(' and ');
        const remedy = `give them names: "stateMachines: { name: file }"`;
        const expected = `has two files for the name ${source.name}, ${files}; ${remedy}`;
        report.refuse([KEY], { expected, of: 'key' });
      }
    }
    return [...byName.values()];
  }
}

type Entry = Exclude<NamedMachine, string>;

function isList(machines: StateMachines): machines is Extract<StateMachines, readonly string[]> {
  return Array.isArray(machines);
}

/** `template.yaml#Machine` is a machine of a template. */
function splitReference(definition: string): [path: string, id: string | undefined] {
  const hash = definition.lastIndexOf('#');
  return hash < 0 ? [definition, undefined] : [definition.slice(0, hash), definition.slice(hash + 1)];
}

/** Machines of one template know each other by the names that they are given here. */
function withNames(sources: readonly StateMachineSource[]): readonly StateMachineSource[] {
  return sources.map((source) => {
    const { file, template } = source;
    return template === undefined
      ? source
      : { ...source, template: { ...template, names: namesIn(sources, file) } };
  });
}

/** By logical id, those of a template's machines that have a name of their own. */
export function namesIn(sources: readonly StateMachineSource[], file: string): Record<string, string> {
  return Object.fromEntries(
    sources.flatMap((source) =>
      source.file === file && source.template !== undefined ? [[source.template.id, source.name]] : [],
    ),
  );
}
