// One process per data folder. The lock is an open exclusive transaction on a small database of its own: the kernel drops
// it when the process ends, however it ends, so there is never a stale lock to remove. The process id beside it is for people.

import { lstatSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createPrivate } from './private-file.ts';
import { sqliteCode } from './statement.ts';

const BUSY = 5;
export const LOCK_FILE = 'lock';

/** Somebody else holds the folder. */
export class FolderInUse extends Error {
  override readonly name = 'FolderInUse';
}

export interface FolderLock {
  /**
   * Whether the folder is still this process's. The kernel locks a file, not its name: when somebody removed that file, the one
   * of the name now is locked as well, so that others are still refused.
   */
  held(): boolean;
  release(): void;
}

/** For a database that nobody else can open. */
export const NO_LOCK: FolderLock = { held: () => true, release() {} };

/** @throws FolderInUse at once when another process has it. */
export function lockFolder(folder: string): FolderLock {
  const file = join(folder, LOCK_FILE);
  const pidFile = join(folder, 'lock.pid');
  createPrivate(file);
  const first = lockFile(file);
  if (first === undefined) throw inUse(folder);
  const held = [first];
  writePid(pidFile);
  let identity = identityOf(file);
  let lost = false;
  return {
    held() {
      if (identityOf(file) === identity) return true;
      try {
        createPrivate(file);
        const again = lockFile(file);
        lost = again === undefined;
        if (again === undefined) return false;
        held.push(again);
        identity = identityOf(file);
        writePid(pidFile);
      } catch (error) {
        // The folder is gone or cannot be written: nobody else can lock it there either, and the watch on the database tells.
        if (!(error instanceof Error && 'code' in error)) throw error;
      }
      return true;
    },
    release() {
      if (!lost) rmSync(pidFile, { force: true });
      for (const database of held) database.close();
    },
  };
}

export function inUse(folder: string): FolderInUse {
  return new FolderInUse(
    `Expected the data folder ${folder} to be free, but ${holder(join(folder, 'lock.pid'))} uses it: stop it, or choose another folder`,
  );
}

/** @returns the open lock; undefined when another process has it. */
function lockFile(file: string): DatabaseSync | undefined {
  if (!lstatSync(file).isFile())
    throw new Error(
      `Expected ${file} to be a file of Treadle's own, but it is a link or a folder: remove it`,
    );
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    database.exec('begin exclusive');
    return database;
  } catch (error) {
    database.close();
    if (((sqliteCode(error) ?? 0) & 0xff) !== BUSY) throw error;
    return undefined;
  }
}

/** Anew each time: whoever may write here could have put a link to another file in its place. */
function writePid(pidFile: string): void {
  rmSync(pidFile, { force: true });
  writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o600, flag: 'wx' });
}

function identityOf(file: string): string | undefined {
  const found = lstatSync(file, { throwIfNoEntry: false });
  return found && `${found.dev}:${found.ino}`;
}

function holder(pidFile: string): string {
  try {
    const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10);
    if (pid === process.pid) return `this process (pid ${pid})`;
    if (pid > 0) return `the process with pid ${pid}`;
  } catch {
    // The holder has not written its number yet; the message does without.
  }
  return 'another process';
}
