// How a function's process is set apart from Treadle's, as `isolation` of the configuration says: another user, Node's own
// permissions, or a command that makes a sandbox. SECURITY.md says what each does not keep apart.

import { spawnSync } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import type { Isolation } from '../config/functions.ts';
import type { Owner } from './socket-folder.ts';

/** A command line, before and after it is set apart. */
export interface CommandLine {
  readonly command: string;
  readonly args: readonly string[];
}

/** What the parts of a sandbox's command may name: `{code}`, `{root}`, `{runtime}`, `{node}`, `{socket}`. */
export interface Places {
  /** Folder of the handler. */
  readonly code: string;
  /** Folder of treadle.yaml. */
  readonly root: string;
  /** Folder of Treadle's bootstraps. */
  readonly runtime: string;
  /** Of the process's Runtime API; undefined when that is a port. */
  readonly socket: string | undefined;
}

/**
 * The user to start the process as; undefined: Treadle's own.
 * @param at the key, for messages: `functions.pay.isolation.user`
 * @throws Error when there is no such user, or Treadle may not become another.
 */
export function userOf({ user, group }: Isolation, at: string): Owner | undefined {
  if (user === undefined) return undefined;
  if (process.getuid === undefined) {
    throw new Error(
      `${at} is ${JSON.stringify(user)}, but processes of another user are for Linux and macOS only`,
    );
  }
  if (process.getuid() !== 0) {
    throw new Error(
      `${at} is ${JSON.stringify(user)}, expected Treadle to run as root, for only root starts processes of another user; it runs as user ${process.getuid()}`,
    );
  }
  const uid = typeof user === 'number' ? user : idOf('-u', user, at);
  const gid =
    typeof group === 'number' ? group : group === undefined ? groupOf(user, at) : groupId(group, at);
  return { uid, gid };
}

function groupOf(user: string | number, at: string): number {
  return typeof user === 'number' ? user : idOf('-g', user, at);
}

/** The system's own command knows every source of users, also a directory on the network. */
function idOf(what: '-u' | '-g', name: string, at: string): number {
  const { status, stdout } = spawnSync('id', [what, '--', name], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${at} is ${JSON.stringify(name)}, expected a user of this machine`);
  return Number(stdout);
}

function groupId(name: string, at: string): number {
  const { status, stdout } = spawnSync('getent', ['group', name], { encoding: 'utf8' });
  const id = status === 0 ? stdout.split(':')[2] : undefined;
  if (id === undefined) {
    throw new Error(
      `${at.replace(/user$/, 'group')} is ${JSON.stringify(name)}, expected a group of this machine`,
    );
  }
  return Number(id);
}

/** @param platform of Node's permissions: none but Node's own processes have them. */
export function setApart(
  line: CommandLine,
  { permissions, command }: Isolation,
  places: Places,
): CommandLine {
  const permitted =
    permissions === undefined
      ? line
      : { command: line.command, args: [...permissionFlags(permissions, places), ...line.args] };
  if (command === undefined) return permitted;
  const [first = '', ...rest] = command.map((part) => placed(part, places));
  return { command: first, args: [...rest, permitted.command, ...permitted.args] };
}

/**
 * Nothing of the file system but the code, the packages beside treadle.yaml and what is listed; no processes, no native
 * code. The network stays open: the Runtime API is reached by it.
 */
function permissionFlags(permissions: NonNullable<Isolation['permissions']>, places: Places): string[] {
  const { code, root, runtime } = places;
  const { read = [], write = [] } = permissions;
  const known = process.allowedNodeEnvironmentFlags;
  const readable = [code, runtime, join(root, 'node_modules'), ...manifests(code, root)];
  return [
    '--permission',
    ...[...readable, ...read].map((path) => `--allow-fs-read=${resolve(root, path)}`),
    ...write.map((path) => `--allow-fs-write=${resolve(root, path)}`),
    // Since Node.js 25 the network is closed as well, and opening it prints a warning.
    ...(known.has('--allow-net') ? ['--allow-net', '--disable-warning=ExperimentalWarning'] : []),
  ];
}

/** What Node reads to find out what a module is: package.json of the folders up to treadle.yaml's. */
function manifests(code: string, root: string): string[] {
  const found: string[] = [];
  for (let at = code; at.startsWith(root); at = dirname(at)) {
    found.push(join(at, 'package.json'));
    if (at === root) break;
  }
  return found;
}

function placed(part: string, { code, root, runtime, socket = '' }: Places): string {
  const values: Readonly<Record<string, string>> = { code, root, runtime, socket, node: process.execPath };
  return part.replace(/\{(code|root|runtime|node|socket)\}/g, (_, name: string) => values[name]!);
}
