// A consistent copy of a data folder's database while a server works on it: a reading connection of its own sees one moment,
// and writers go on meanwhile. The copy is checked before it counts as made.

import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { StoreUnavailable } from '../store.ts';
import { APPLICATION_ID } from './migrations.ts';
import { createPrivate } from './private-file.ts';

export const DATABASE_FILE = 'treadle.db';
/** Pages copied between two looks at the progress: 32 MiB. */
const STEP_PAGES = 4_096;

export interface BackupProgress {
  readonly totalPages: number;
  readonly remainingPages: number;
}

/**
 * Copies the database of a data folder to a new file (0600).
 * @throws StoreUnavailable when the folder holds no Treadle database; Error when the file exists, cannot be written, or the
 *   copy is damaged. A partial copy is removed.
 */
export async function backupFolder(
  folder: string,
  file: string,
  progress: (progress: BackupProgress) => void = () => {},
): Promise<void> {
  const source = join(folder, DATABASE_FILE);
  if (!existsSync(source))
    throw new StoreUnavailable(`Expected a Treadle database at ${source}, but there is none`);
  const reader = new DatabaseSync(source, { readOnly: true, timeout: 5_000 });
  try {
    const id = reader.prepare('pragma application_id').get()?.['application_id'];
    if (id !== APPLICATION_ID)
      throw new StoreUnavailable(`Expected a Treadle database at ${source}, but it is another program's`);
    await copyDatabase(reader, file, progress);
  } finally {
    reader.close();
  }
}

/** @param reader sees one moment of the database. @throws Error as `backupFolder`. */
export async function copyDatabase(
  reader: DatabaseSync,
  file: string,
  progress: (progress: BackupProgress) => void = () => {},
): Promise<void> {
  if (!createPrivate(file)) throw new Error(`Expected ${file} to be a new file, but it exists`);
  try {
    await backup(reader, file, { rate: STEP_PAGES, progress });
    compact(file);
    check(file);
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  }
}

/** Free pages of the database are not worth keeping twice. */
function compact(file: string): void {
  const copy = new DatabaseSync(file);
  try {
    if (copy.prepare('pragma freelist_count').get()?.['freelist_count'] !== 0) {
      // Without a log of its own, so that the copy stays one file.
      copy.exec('pragma journal_mode = delete; vacuum');
    }
  } finally {
    copy.close();
  }
}

function check(file: string): void {
  const copy = new DatabaseSync(file, { readOnly: true });
  try {
    const found = copy.prepare('pragma quick_check(1)').get()?.['quick_check'];
    if (found !== 'ok')
      throw new Error(
        `Expected the copy to be whole, but ${String(found)}: the database itself may be damaged`,
      );
  } finally {
    copy.close();
  }
}
