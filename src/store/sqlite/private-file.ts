// Database files belong to their owner alone. SQLite would make them 0644; it gives the -wal and -shm files the mode of
// the database, so making an empty database file first is enough (and a umask would change the whole process).

import { closeSync, openSync } from 'node:fs';

/** Makes an empty file of mode 0600 unless there is one. @returns whether it was made. */
export function createPrivate(file: string): boolean {
  try {
    closeSync(openSync(file, 'wx', 0o600));
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}
