// The data folder belongs to one user. Whoever else may write it could put another database, or a link, in the place of ours.

import { chmodSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DATABASE_FILE } from './backup.ts';

/**
 * Makes the folder, and those above it, of mode 0700; one that is there and ours is made private.
 * @throws Error when it is a file, or another user may write it.
 */
export function makePrivateFolder(folder: string): void {
  if (!existsSync(folder)) makeFolders(folder);
  else if (!statSync(folder).isDirectory()) {
    throw Object.assign(new Error(`${folder} is a file`), { code: 'ENOTDIR' });
  } else keepOthersOut(folder);
}

/** Folder by folder: Node's recursive `mkdirSync` never returns where the system answers ENOENT, as below /proc. */
function makeFolders(folder: string): void {
  if (existsSync(folder)) {
    if (!statSync(folder).isDirectory())
      throw Object.assign(new Error(`${folder} is a file`), { code: 'ENOTDIR' });
    return;
  }
  makeFolders(dirname(folder));
  mkdirSync(folder, { mode: 0o700 });
}

/** Windows keeps others out of what its users make, by other means than modes. */
function keepOthersOut(folder: string): void {
  const own = process.getuid?.();
  if (own === undefined) return;
  const { uid, mode } = statSync(folder);
  const isOpen = (mode & 0o022) !== 0;
  const isAnothers = uid !== own && uid !== 0;
  if (!isOpen && !isAnothers) return;
  if (uid === own && isOurs(folder)) {
    chmodSync(folder, 0o700);
    return;
  }
  const why = isAnothers
    ? `it belongs to user ${uid}`
    : `its mode is ${(mode & 0o7777).toString(8).padStart(4, '0')}`;
  throw new OpenToOthers(
    `Expected the data folder ${folder} to be writable by user ${own} alone, but ${why}: name a folder in it, which Treadle makes private, or take the others' right to write`,
  );
}

/** Holds a database of Treadle's, or nothing: there is nobody to disturb. */
function isOurs(folder: string): boolean {
  return existsSync(join(folder, DATABASE_FILE)) || readdirSync(folder).length === 0;
}

/** A folder that others may write. */
export class OpenToOthers extends Error {
  override readonly name = 'OpenToOthers';
}
