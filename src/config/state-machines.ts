// The `stateMachines` key: definition files to deploy at the start. Either a list of files and patterns, which take their
// names from the files, or a mapping from name to file or to { definition, type, role }.

import { existsSync, globSync, statSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { Account } from '../base/arn.ts';
import { nearest } from '../base/nearest.ts';
import { stateMachineName } from './definition-file.ts';
import type { Origin, Problem } from './problem.ts';

export interface StateMachineSource {
  readonly name: string;
  /** Absolute path of the definition file. */
  readonly file: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly roleArn: string;
  readonly origin: Origin;
}

interface Report {
  problem(problem: Problem): void;
  warn(message: string): void;
}

const KEY = 'stateMachines';
const NAME = /^[A-Za-z0-9_-]{1,80}$/;
const ROLE = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/;
const FIELDS = ['definition', 'type', 'role'];
const SHAPE = 'a list of files and patterns, or a mapping from name to file';

/** Role of machines that name none; Treadle never assumes it. */
export function defaultRole(account: Account): string {
  return `arn:${account.partition}:iam::${account.account}:role/treadle`;
}

/**
 * @param value a list, a mapping, or (from the environment) a text of files and patterns parted by commas
 * @param originOf where a member was written
 */
export function readStateMachines(
  value: unknown,
  folder: string,
  account: Account,
  origin: Origin,
  originOf: (member: string) => Origin,
  report: Report,
): StateMachineSource[] {
  const role = defaultRole(account);
  if (value === null || value === undefined) return [];
  const list = typeof value === 'string' ? value.split(',').map((part) => part.trim()) : value;
  if (Array.isArray(list)) {
    return distinct(
      list.flatMap((pattern) =>
        found(pattern).map((file) => ({
          name: stateMachineName(file),
          file,
          type: 'STANDARD' as const,
          roleArn: role,
          origin,
        })),
      ),
    );
  }
  if (typeof list !== 'object') {
    report.problem({ origin, key: KEY, value, expected: SHAPE });
    return [];
  }
  return Object.entries(list).flatMap(([name, entry]) => named(name, entry) ?? []);

  function found(pattern: unknown): string[] {
    if (typeof pattern !== 'string' || pattern === '') {
      report.problem({
        origin,
        key: KEY,
        value: pattern,
        expected: 'a file or a pattern such as flows/*.asl.json',
      });
      return [];
    }
    if (!/[*?{[]/.test(pattern)) return file(pattern, KEY, origin) ?? [];
    const files = globSync(pattern, { cwd: folder, exclude: ['**/node_modules/**'] })
      .map((path) => resolve(folder, path))
      .filter((path) => /\.(json|ya?ml)$/i.test(path))
      .sort();
    if (files.length === 0) report.warn(`${KEY}: no file matches ${pattern} in ${folder}`);
    return files;
  }

  function file(path: unknown, key: string, at: Origin): string[] | undefined {
    if (typeof path !== 'string' || path === '') {
      report.problem({
        origin: at,
        key,
        value: path,
        expected: 'the path of a definition file (.asl.json or .asl.yaml)',
      });
      return undefined;
    }
    const absolute = resolve(folder, path);
    if (existsSync(absolute) && statSync(absolute).isFile()) return [absolute];
    report.problem({ origin: at, key, value: path, expected: `a file, but there is none at ${absolute}` });
    return undefined;
  }

  function named(name: string, entry: unknown): StateMachineSource | undefined {
    const at = originOf(name);
    const key = `${KEY}.${name}`;
    if (!NAME.test(name)) {
      report.problem({ origin: at, key, expected: 'a name has 1 to 80 letters, digits, - and _' });
      return undefined;
    }
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
      const path = file(entry, key, at)?.[0];
      return path === undefined
        ? undefined
        : { name, file: path, type: 'STANDARD', roleArn: role, origin: at };
    }
    const fields = entry as Record<string, unknown>;
    for (const field of Object.keys(fields).filter((field) => !FIELDS.includes(field))) {
      const meant = nearest(field, FIELDS);
      const hint = meant === undefined ? `it may have ${FIELDS.join(', ')}` : `did you mean ${meant}?`;
      report.problem({ origin: at, key: `${key}.${field}`, expected: `is not a known key; ${hint}` });
    }
    const type = String(fields['type'] ?? 'STANDARD').toUpperCase();
    if (type !== 'STANDARD' && type !== 'EXPRESS') {
      report.problem({
        origin: at,
        key: `${key}.type`,
        value: fields['type'],
        expected: 'STANDARD or EXPRESS',
      });
    }
    const roleArn = fields['role'] ?? role;
    if (typeof roleArn !== 'string' || !ROLE.test(roleArn)) {
      const expected = `the ARN of a role such as ${role}`;
      report.problem({ origin: at, key: `${key}.role`, value: roleArn, expected });
    }
    const path = file(fields['definition'], `${key}.definition`, at)?.[0];
    if (path === undefined) return undefined;
    return {
      name,
      file: path,
      type: type === 'EXPRESS' ? type : 'STANDARD',
      roleArn: String(roleArn),
      origin: at,
    };
  }

  /** A file that two patterns match counts once; two files with one name are a mistake. */
  function distinct(sources: StateMachineSource[]): StateMachineSource[] {
    const byName = new Map<string, StateMachineSource>();
    for (const source of sources) {
      const other = byName.get(source.name);
      if (other === undefined) byName.set(source.name, source);
      else if (other.file !== source.file) {
        const files = [other, source].map(({ file }) => relative(folder, file)).join(' and ');
        const expected = `${files} are both named ${source.name}; give them names: "stateMachines: { name: file }"`;
        report.problem({ origin, key: KEY, expected });
      }
    }
    return [...byName.values()];
  }
}
