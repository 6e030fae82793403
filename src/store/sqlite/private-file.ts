// Database files belong to their owner alone. SQLite would make them 0644; it gives the -wal and -shm files the mode of
// the database, so making an empty database file first is enough (and a umask would change the whole process).

import { chmodSync, closeSync, lstatSync, openSync } from 'node:fs';

/** Makes an empty file of mode 0600 unless there is one, whose mode becomes that when it is ours. @returns whether it was made. */
export function createPrivate(file: string): boolean {
  try {
    closeSync(openSync(file, 'wx', 0o600));
    return true;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    const found = lstatSync(file);
    // A restored copy, for instance, has the mode that its copier's umask gave it.
    const isOurs = found.isFile() && found.uid === process.getuid?.();
    if (isOurs && (found.mode & 0o077) !== 0) chmodSync(file, 0o600);
    return false;
  }
}
