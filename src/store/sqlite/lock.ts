// One process per data folder. The lock is an open exclusive transaction on a small database of its own: the kernel drops
// it when the process ends, however it ends, so there is never a stale lock to remove. The process id beside it is for people.

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createPrivate } from './private-file.ts';
import { sqliteCode } from './statement.ts';

const BUSY = 5;

/** Somebody else holds the folder. */
export class FolderInUse extends Error {
  override readonly name = 'FolderInUse';
}

/** @returns the function that gives the folder back. @throws FolderInUse at once when another process has it. */
export function lockFolder(folder: string): () => void {
  const file = join(folder, 'lock');
  const pidFile = join(folder, 'lock.pid');
  createPrivate(file);
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    database.exec('begin exclusive');
  } catch (error) {
    database.close();
    if (((sqliteCode(error) ?? 0) & 0xff) !== BUSY) throw error;
    throw new FolderInUse(
      `Expected the data folder ${folder} to be free, but ${holder(pidFile)} uses it: stop it, or choose another folder`,
    );
  }
  writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o600 });
  return () => {
    rmSync(pidFile, { force: true });
    database.close();
  };
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
