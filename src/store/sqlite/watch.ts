// Whether the open database can still be relied on. SQLite writes on into files that were removed or moved from under it,
// and answers as if nothing had happened: so the names are looked at after every transaction, before it counts as kept (2 to 9 µs a name).

import { type Stats, type StatsFs, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { StoreDamaged, type StoreFault, StoreUnavailable } from '../store.ts';
import type { FolderLock } from './lock.ts';
import type { LogSync } from './log-sync.ts';
import { storeError, type Transaction } from './statement.ts';

/** Free space below which nothing is promised any more, unless a twentieth of the disk is less. */
const LEAST_FREE_BYTES = 256 * 1024 * 1024;
const LEAST_FREE_PART = 0.05;
/** Without its lock the folder is still refused to others while the database is open, so this is not as urgent. */
const LOCK_EVERY_MS = 100;

type Identity = Pick<Stats, 'dev' | 'ino'>;
type Method = (...parameters: unknown[]) => Promise<unknown>;

export class Watch {
  readonly #database: DatabaseSync;
  readonly #lock: FolderLock;
  readonly #log: LogSync;
  readonly #file: string | null;
  /** By path; the log of a database just opened comes with its first use. */
  readonly #opened = new Map<string, Identity | undefined>();
  /** Not taken back: what was acknowledged since may be in files that nobody will read. */
  #lost: StoreFault | undefined;
  #damage: StoreFault | undefined;
  #refusal: StoreFault | undefined;
  #writtenAt = performance.now();
  #lockSeenAt = Number.NEGATIVE_INFINITY;

  /** @param database open. @param damage that was found before. */
  constructor(database: DatabaseSync, lock: FolderLock, log: LogSync, damage?: string) {
    this.#database = database;
    this.#lock = lock;
    this.#log = log;
    if (damage !== undefined) this.#damage = { check: 'damage', message: damage };
    this.#file = database.location();
    if (this.#file === null) return;
    for (const path of [this.#file, `${this.#file}-wal`]) this.#opened.set(path, identityOf(path));
  }

  /** The same, but nothing is written, or said to be written, into files that could be lost. */
  transaction(run: Transaction): Transaction {
    return (body) => {
      this.#expectOurs();
      try {
        const result = run(body);
        this.#lost ??= this.#look();
        this.#expectOurs();
        this.#refusal = undefined;
        this.#writtenAt = performance.now();
        return result;
      } catch (error) {
        this.#note(error);
        // One of the store's other words, such as a duplicate, is no refusal.
        if (error instanceof StoreUnavailable && this.#lost === undefined)
          this.#refusal = { check: 'commit', message: error.message };
        throw error;
      }
    };
  }

  /** Resolves when all that was written is durable, in files that are not lost. @throws StoreUnavailable */
  async durable(): Promise<void> {
    if (!this.#log.pending) return;
    try {
      await this.#log.durable();
      this.#lost ??= this.#look();
      this.#expectOurs();
    } catch (error) {
      if (error instanceof StoreUnavailable && this.#lost === undefined)
        this.#refusal = { check: 'commit', message: error.message };
      throw error;
    }
  }

  /** The same methods, but SQLite's errors come in the store's words, and what is told is durable. */
  over<Group extends object>(group: Group): Group {
    const members = Object.entries(group).map(([name, member]) => [
      name,
      typeof member === 'function' ? this.#told(member as Method) : this.over(member as object),
    ]);
    return Object.fromEntries(members) as Group;
  }

  #told(method: Method): Method {
    return async (...parameters) => {
      try {
        const result = await method(...parameters);
        if (this.#log.pending) await this.durable();
        return result;
      } catch (error) {
        const meant = storeError(error, this.#database);
        this.#note(meant);
        throw meant;
      }
    };
  }

  #note(error: unknown): void {
    if (error instanceof StoreDamaged) this.#damage ??= { check: 'damage', message: error.message };
  }

  /** @throws StoreUnavailable */
  #expectOurs(): void {
    if (this.#lost !== undefined) throw new StoreUnavailable(this.#lost.message);
  }

  /** Whether a write should be tried to know more: the last one was refused, or is `idleMs` ago. */
  wantsProbe(idleMs: number): boolean {
    if (this.#lost !== undefined) return false;
    return this.#refusal !== undefined || performance.now() - this.#writtenAt >= idleMs;
  }

  faults(): StoreFault[] {
    this.#lost ??= this.#look();
    const space = this.#lost === undefined ? this.#space() : undefined;
    return [this.#lost, this.#damage, space, this.#refusal].filter((fault) => fault !== undefined);
  }

  #look(): StoreFault | undefined {
    for (const [path, opened] of this.#opened) {
      const found = identityOf(path);
      if (opened === undefined) this.#opened.set(path, found);
      else if (found === undefined || found.ino !== opened.ino || found.dev !== opened.dev)
        return { check: 'files', message: notThere(path, found !== undefined) };
    }
    if (this.#file === null) return undefined;
    const now = performance.now();
    if (now - this.#lockSeenAt < LOCK_EVERY_MS) return undefined;
    this.#lockSeenAt = now;
    if (this.#lock.held()) return undefined;
    return {
      check: 'lock',
      message: `Expected the data folder ${dirname(this.#file)} to be this process's alone, but its lock was removed and another process took it: stop one of the two, then start this one again`,
    };
  }

  #space(): StoreFault | undefined {
    if (this.#file === null) return undefined;
    const folder = dirname(this.#file);
    return spaceFault(folder, statfsSync(folder));
  }
}

/** @param disk as `statfs` tells of it: blocks free for everybody, blocks in all, bytes of one. */
export function spaceFault(
  folder: string,
  { bavail, blocks, bsize }: Pick<StatsFs, 'bavail' | 'blocks' | 'bsize'>,
): StoreFault | undefined {
  const free = bavail * bsize;
  const least = Math.min(LEAST_FREE_BYTES, LEAST_FREE_PART * blocks * bsize);
  if (free >= least) return undefined;
  return {
    check: 'space',
    message: `Expected ${megabytes(least)} free on the disk of ${folder}, but it has ${megabytes(free)}: make room`,
  };
}

function notThere(path: string, replaced: boolean): string {
  const but = replaced ? 'another file is there now' : 'it was moved or removed';
  return `Expected ${path} to be the file that was opened, but ${but}: nothing new is kept; put the data folder back and start Treadle again`;
}

function identityOf(path: string): Identity | undefined {
  return statSync(path, { throwIfNoEntry: false });
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}
