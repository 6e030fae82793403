// The `stateMachines` key: definition files to deploy at the start. Either a list of files and patterns, which take their
// names from the files, or a mapping from name to file or to { definition, type, role }.

import { globSync, statSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { Account } from '../base/arn.ts';
import { stateMachineName } from './definition-file.ts';
import type { Origin, Path } from './problem.ts';
import type { NamedMachine, StateMachines } from './schema.ts';
import type { Complaint } from './shape.ts';

export interface StateMachineSource {
  readonly name: string;
  /** Absolute path of the definition file. */
  readonly file: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly roleArn: string;
  readonly origin: Origin;
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
): readonly StateMachineSource[] {
  const role = defaultRole(account);
  return isList(machines) ? distinct(machines.flatMap(found)) : Object.entries(machines).flatMap(named);

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
    if (typeof entry === 'string') {
      return fileAt(entry, at).map((file) => ({ name, file, type: 'STANDARD', roleArn: role, origin }));
    }
    const { definition, type, role: roleArn = role } = entry;
    return fileAt(definition, [...at, 'definition']).map((file) => ({ name, file, type, roleArn, origin }));
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

function isList(machines: StateMachines): machines is Extract<StateMachines, readonly string[]> {
  return Array.isArray(machines);
}
