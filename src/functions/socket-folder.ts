// Where the Runtime API of a process is reached: a Unix socket in a folder that nobody else may enter. One folder for all of
// them, below the temporary ones of this user; the reaper removes it when Treadle is killed.

import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a socket's path may have on every system, with its end. */
const MAX_PATH_BYTES = 100;
/** A temporary folder that is there, but not for us: of a container whose disk is read-only, for instance. */
const UNWRITABLE: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS']);

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

export interface SocketFolders {
  /**
   * A new folder for one process, of mode 0700.
   * @param owner when it is not Treadle's own user
   * @returns undefined where there are no Unix sockets, or no folder that is safe: a port serves then.
   */
  create(owner: Owner | undefined): string | undefined;
  remove(folder: string): void;
  close(): void;
}

/**
 * @param base where to make it; default: this user's own runtime folder, else the common temporary one.
 * @param onMade is told the folder of all once it is made.
 */
export function openSocketFolders(
  onMade: (folder: string) => void,
  base: string | undefined = baseFolder(),
): SocketFolders {
  let root: string | undefined;
  let isUsable = base !== undefined;
  let count = 0;

  function made(): string | undefined {
    if (!isUsable) return undefined;
    if (root === undefined) {
      try {
        root = mkdtempSync(join(base!, 'treadle-'));
      } catch (error) {
        if (!UNWRITABLE.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
        isUsable = false;
        return undefined;
      }
      // Others may pass to the folder that is theirs, and see no other.
      chmodSync(root, 0o711);
      onMade(root);
    }
    return root;
  }

  return {
    create(owner) {
      const parent = made();
      if (parent === undefined) return undefined;
      const folder = join(parent, String(++count));
      if (Buffer.byteLength(socketIn(folder)) > MAX_PATH_BYTES) return undefined;
      mkdirSync(folder, { mode: 0o700 });
      if (owner !== undefined) chownSync(folder, owner.uid, owner.gid);
      return folder;
    },
    remove(folder) {
      try {
        rmSync(folder, { recursive: true, force: true });
      } catch (error) {
        // Out of descriptors: it goes with the others, at the end.
        if (!(error instanceof Error && 'code' in error)) throw error;
      }
    },
    close() {
      if (root !== undefined) rmSync(root, { recursive: true, force: true });
      root = undefined;
    },
  };
}

export function socketIn(folder: string): string {
  return join(folder, 'api');
}

function baseFolder(): string | undefined {
  const own = process.getuid?.();
  if (own === undefined) return undefined;
  // The folder of the runtime is closed to other users, and root may start functions as others.
  const folders = own === 0 ? [tmpdir()] : [process.env['XDG_RUNTIME_DIR'], tmpdir()];
  return folders.find((folder) => folder !== undefined && isSafe(folder));
}

/** Can nobody else move away or replace what this user makes there? It is the user's own, or sticky as /tmp is. */
export function isSafe(folder: string): boolean {
  const stat = statSync(folder, { throwIfNoEntry: false });
  if (stat === undefined || !stat.isDirectory()) return false;
  const isOwn = stat.uid === process.getuid?.();
  if (isOwn && (stat.mode & 0o022) === 0) return true;
  return (isOwn || stat.uid === 0) && (stat.mode & 0o1000) !== 0;
}
