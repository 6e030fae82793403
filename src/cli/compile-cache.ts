// Where Node keeps compiled code between starts. What lies there is run, so the folder must be this user's alone: Node's
// own default, a folder in the common temporary folder, lets another user of the machine put code into it.

import { lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { VERSION } from '../version.ts';

/** Turns the cache on where that is safe; NODE_COMPILE_CACHE is Node's own setting and stays in force. */
export function useCompileCache(): void {
  if (process.env['NODE_COMPILE_CACHE'] !== undefined) return;
  const folder = compileCacheFolder(cacheHome());
  if (folder !== undefined) enableCompileCache(folder);
}

/**
 * @param base folder of this user's caches, if there is one
 * @returns undefined when there is no folder that only this user may write.
 */
export function compileCacheFolder(base: string | undefined): string | undefined {
  if (base === undefined) return undefined;
  const own = join(base, 'treadle');
  const all = join(own, 'compile');
  const folder = join(all, VERSION);
  try {
    // Whoever may write a folder on the way can put another in the place of ours.
    if (!isOwn(dirname(base))) return undefined;
    const isNew = mkdirSync(folder, { recursive: true, mode: 0o700 }) !== undefined;
    if (![base, own, all, folder].every(isOwn)) return undefined;
    if (isNew) forgetOthers(all);
    return folder;
  } catch {
    // No home, or one that may not be written: the start is slower, and that is all.
    return undefined;
  }
}

/** What earlier versions left: a few megabytes each. */
function forgetOthers(all: string): void {
  for (const version of readdirSync(all)) {
    if (version !== VERSION) rmSync(join(all, version), { recursive: true, force: true });
  }
}

/** Is it a folder, not a link, of this user, that nobody else may write? Windows keeps others out of a user's folders. */
function isOwn(folder: string): boolean {
  const stat = lstatSync(folder);
  if (process.getuid === undefined) return stat.isDirectory();
  return stat.isDirectory() && stat.uid === process.getuid() && (stat.mode & 0o022) === 0;
}

function cacheHome(): string | undefined {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (process.platform === 'win32') return LOCALAPPDATA;
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches');
  return XDG_CACHE_HOME || join(homedir(), '.cache');
}
