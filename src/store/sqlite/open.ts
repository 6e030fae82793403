// The embedded store: one SQLite database in a folder (or in memory), one process at a time.
// Statements are synchronous and stay on the main thread: a prepared one takes microseconds, a message to a worker more. What
// waits for the disk does not hold the event loop: a commit's sync (log-sync.ts) and writing back the log (checkpoints.ts).
// A commit costs one sync however many executions it holds; gathering them is the engine's part.

import { closeSync, copyFileSync, existsSync, fsyncSync, openSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  type Batch,
  type Catalog,
  type Executions,
  type Journal,
  type MapRuns,
  type Store,
  type StoreFault,
  StoreUnavailable,
  type Work,
} from '../store.ts';
import { type Arns, openArns } from './arns.ts';
import { copyDatabase, DATABASE_FILE } from './backup.ts';
import { openCatalog } from './catalog.ts';
import { Checkpoints, canTellLogLength } from './checkpoints.ts';
import { type ExecutionWriter, openExecutions, openExecutionWriter } from './executions.ts';
import { type JournalWriter, openJournal, openJournalWriter } from './journal.ts';
import { type FolderLock, inUse, LOCK_FILE, lockFolder, NO_LOCK } from './lock.ts';
import { LogSync } from './log-sync.ts';
import { type MapRunWriter, openMapRuns, openMapRunWriter } from './map-runs.ts';
import { APPLICATION_ID, migrate } from './migrations.ts';
import { createPrivate } from './private-file.ts';
import { makePrivateFolder } from './private-folder.ts';
import { Recent } from './recent.ts';
import { isCorruption, query, sqliteCode, type Transaction, transactions } from './statement.ts';
import { findWalDamage } from './wal.ts';
import { Watch } from './watch.ts';
import { type ExpressWriter, openExpressWriter, openWork } from './work.ts';

/** Keys taken from the durable counter at once: one fsync per so many new executions. */
const KEY_BLOCK = 1_000;
const PAGE_BYTES = 8_192;
/** The log is written back after so many pages: 16 MiB. */
const CHECKPOINT_PAGES = 2_048;
const CACHE_KIBIBYTES = 32_768;
/** Whoever asks whether the store can write has it write after so long without. */
const PROBE_AFTER_MS = 10_000;

/**
 * Opens the store, making folder (0700) and database (0600) when they are missing.
 * @throws StoreUnavailable when the folder is in use, cannot be written, may be written by others, or holds something else than a Treadle database.
 */
export function openSqliteStore(options: { readonly folder: string | ':memory:' }): SqliteStore {
  const { folder } = options;
  if (folder === ':memory:') return openDatabase(':memory:', NO_LOCK);
  let lock: FolderLock | undefined;
  try {
    makePrivateFolder(resolve(folder));
    const file = join(folder, DATABASE_FILE);
    const unlocked = existsSync(file) && !existsSync(join(folder, LOCK_FILE));
    const before = unlocked ? takeUpUnlocked(folder, file) : undefined;
    lock = lockFolder(folder);
    createPrivate(file);
    return openDatabase(file, lock, (before ?? setDamagedLogAside(file))?.message);
  } catch (error) {
    lock?.release();
    throw error instanceof StoreUnavailable ? error : unavailable(folder, error);
  }
}

/**
 * A database without a lock beside it is a restored backup, or its lock was removed while a process works on it: that one
 * keeps SQLite from opening the file for itself alone. To be asked before the lock is made: its process must not find it taken.
 * @throws FolderInUse
 */
function takeUpUnlocked(folder: string, file: string): DamagedLog | undefined {
  // Opening alone takes up the log.
  const damaged = setDamagedLogAside(file);
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    database.exec('pragma locking_mode = exclusive; begin immediate; rollback');
    return damaged;
  } catch (error) {
    if (((sqliteCode(error) ?? 0) & 0xff) !== BUSY) throw error;
    // What is being written looks like anything.
    if (damaged !== undefined) rmSync(damaged.copy);
    throw inUse(folder);
  } finally {
    database.close();
  }
}

interface DamagedLog {
  readonly message: string;
  readonly copy: string;
}

/**
 * SQLite would take up a damaged log as far as it is sound and write over the rest: it is copied before.
 * @throws when it cannot be copied.
 */
function setDamagedLogAside(file: string): DamagedLog | undefined {
  const log = `${file}-wal`;
  const damage = findWalDamage(log, PAGE_BYTES);
  if (damage === undefined) return undefined;
  const copy = `${log}.damaged-${new Date().toISOString().replaceAll(/[-:]/g, '').slice(0, 15)}`;
  copyFileSync(log, copy);
  const descriptor = openSync(copy, 'r+');
  fsyncSync(descriptor);
  closeSync(descriptor);
  const where = damage.frame === 0 ? 'its header' : `frame ${damage.frame}`;
  const message = `Expected the write-ahead log ${log} to be whole, but ${where} is damaged: at least ${damage.transactions} transactions from there on, which may have been acknowledged, are lost. The log is kept as ${copy}. Restore the last backup, or go on without them, and look at the disk`;
  return { message, copy };
}

function openDatabase(file: string, lock: FolderLock, damage?: string): SqliteStore {
  const database = new DatabaseSync(file, { timeout: 5_000 });
  try {
    expectOurs(database);
    configure(database);
    migrate(database);
    makeCompactable(database);
    return new SqliteStore(database, lock, damage);
  } catch (error) {
    database.close();
    throw error;
  }
}

function expectOurs(database: DatabaseSync): void {
  const tables = database.prepare('select count(*) as n from sqlite_schema').get()!['n'];
  const id = database.prepare('pragma application_id').get()!['application_id'];
  if (tables !== 0 && id !== APPLICATION_ID) {
    throw new Error('it is a SQLite database of another program: move it away, or choose another folder');
  }
}

function configure(database: DatabaseSync): void {
  database.exec(`
    pragma page_size = ${PAGE_BYTES};
    pragma auto_vacuum = incremental;
    pragma journal_mode = wal;
    pragma synchronous = full;
    pragma wal_autocheckpoint = ${CHECKPOINT_PAGES};
    pragma journal_size_limit = ${CHECKPOINT_PAGES * PAGE_BYTES * 2};
    pragma cache_size = -${CACHE_KIBIBYTES};
    pragma temp_store = memory;
    pragma foreign_keys = off;
  `);
}

/** A larger database that cannot give space back would keep its users waiting while it is written anew. */
const REWRITTEN_BYTES = 1024 * 1024 * 1024;
const INCREMENTAL = 2;

/** Databases of before this could be are written anew, once. */
function makeCompactable(database: DatabaseSync): void {
  const value = (name: string): number => Number(database.prepare(`pragma ${name}`).get()?.[name]);
  if (value('auto_vacuum') === INCREMENTAL) return;
  if (value('page_count') * value('page_size') > REWRITTEN_BYTES) return;
  database.exec('pragma auto_vacuum = incremental; vacuum');
}

const BUSY = 5;

function unavailable(folder: string, cause: unknown): StoreUnavailable {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (cause instanceof Error && ['FolderInUse', 'OpenToOthers'].includes(cause.name))
    return new StoreUnavailable(reason, { cause });
  const file = join(folder, DATABASE_FILE);
  if (isCorruption(cause)) {
    return new StoreUnavailable(
      `Expected a Treadle database at ${file}, but the file is damaged or something else (${reason}): restore a backup, or choose another folder`,
      { cause },
    );
  }
  if (code === 'EEXIST' || code === 'ENOTDIR') {
    return new StoreUnavailable(`Expected ${folder} to be a folder, but it or a part of its path is a file`, {
      cause,
    });
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new StoreUnavailable(`Expected to read and write the data folder ${folder}, but ${reason}`, {
      cause,
    });
  }
  return new StoreUnavailable(`Expected to open the database in ${folder}, but ${reason}`, { cause });
}

/** @returns the path of the write-ahead log; undefined without one, as in memory. */
function logOf(database: DatabaseSync): string | undefined {
  const [mode] = query<[string]>(database, 'pragma journal_mode').get()!;
  const file = database.location();
  if (mode !== 'wal' || file === null) return undefined;
  // From here on what is written is synced by `LogSync`.
  database.exec('pragma synchronous = normal');
  return `${file}-wal`;
}

function checkpointsOf(database: DatabaseSync): Checkpoints | undefined {
  const file = database.location();
  return file === null || !canTellLogLength(database)
    ? undefined
    : new Checkpoints(database, CHECKPOINT_PAGES);
}

export class SqliteStore implements Store {
  readonly catalog: Catalog;
  readonly executions: Executions;
  readonly journal: Journal;
  readonly work: Work;
  readonly mapRuns: MapRuns;
  /** What was lost before it was opened, for the log and whoever starts it. */
  readonly warnings: readonly string[];
  readonly #database: DatabaseSync;
  readonly #lock: FolderLock;
  readonly #watch: Watch;
  readonly #log: LogSync;
  readonly #checkpoints: Checkpoints | undefined;
  readonly #inTransaction: Transaction;
  readonly #executionWriter: ExecutionWriter;
  readonly #journalWriter: JournalWriter;
  readonly #writeExpress: ExpressWriter;
  readonly #writeMapRun: MapRunWriter;
  readonly #takeKeys: () => number;
  readonly #probe: () => void;
  readonly #recent = new Recent();
  #nextKey = 0;
  #keysLeft = 0;
  #closing: Promise<void> | undefined;

  /**
   * @param database open, configured and migrated. @param lock released when the store is closed.
   * @param damage that was found when it was opened.
   */
  constructor(database: DatabaseSync, lock: FolderLock, damage?: string) {
    const arns: Arns = openArns(database);
    this.#database = database;
    this.#lock = lock;
    const log = new LogSync(logOf(database));
    this.#log = log;
    this.#checkpoints = checkpointsOf(database);
    const watch = new Watch(database, lock, log, damage);
    this.#watch = watch;
    this.warnings = damage === undefined ? [] : [damage];
    this.#inTransaction = watch.transaction(log.transaction(transactions(database, () => arns.forget())));
    this.#executionWriter = openExecutionWriter(database, arns);
    this.#journalWriter = openJournalWriter(database);
    this.#writeExpress = openExpressWriter(database);
    this.#writeMapRun = openMapRunWriter(database, arns);
    const catalog = watch.over(openCatalog(database, arns, this.#inTransaction));
    this.catalog = {
      ...catalog,
      remove: async (arn) => {
        try {
          await catalog.remove(arn);
        } finally {
          this.#recent.clear();
        }
      },
    };
    this.executions = this.#recent.executions(
      watch.over(openExecutions(database, arns, this.#inTransaction)),
    );
    this.journal = this.#recent.journal(watch.over(openJournal(database)));
    this.work = watch.over(openWork(database, arns, this.#inTransaction));
    this.mapRuns = watch.over(openMapRuns(database, arns, this.#inTransaction));
    const take = query<[number]>(
      database,
      `update counter set value = value + ${KEY_BLOCK} where name = 'execution key' returning value - ${KEY_BLOCK}`,
    );
    this.#takeKeys = () => this.#inTransaction(() => take.get()![0]);
    // Takes a page of the log, as any commit does, and changes nothing.
    const probe = database.prepare("update counter set value = value where name = 'execution key'");
    this.#probe = () => this.#inTransaction(() => probe.run());
  }

  async commit(batch: Batch): Promise<void> {
    const { executions, expressStarted, expressEnded, mapRuns = [] } = batch;
    if (executions.length + expressStarted.length + expressEnded.length + mapRuns.length === 0) return;
    await this.#checkpoints?.room();
    this.#inTransaction(() => {
      for (const write of executions) {
        this.#executionWriter.write(write);
        this.#journalWriter.append(write);
      }
      this.#writeExpress(batch);
      for (const write of mapRuns) this.#writeMapRun(write);
    });
    await this.#watch.durable();
    this.#recent.committed(batch);
    this.#checkpoints?.look();
  }

  nextKey(): number {
    if (this.#keysLeft === 0) {
      this.#nextKey = this.#takeKeys();
      this.#keysLeft = KEY_BLOCK;
    }
    this.#keysLeft -= 1;
    return this.#nextKey++;
  }

  async check(): Promise<readonly StoreFault[]> {
    if (this.#watch.wantsProbe(PROBE_AFTER_MS)) {
      try {
        this.#probe();
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
      }
    }
    return this.#watch.faults();
  }

  /**
   * Writes a consistent copy of the database to a new file (0600) while work goes on.
   * @throws Error when the file exists or cannot be written; a partial copy is removed.
   */
  async backup(file: string): Promise<void> {
    const source = this.#database.location();
    const reader = source === null ? this.#database : new DatabaseSync(source, { readOnly: true });
    try {
      await copyDatabase(reader, file);
    } finally {
      if (reader !== this.#database) reader.close();
    }
  }

  /** Writes the log back and gives the folder free. Closing twice is harmless. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#checkpoints?.close();
    this.#database.close();
    this.#log.close();
    this.#lock.release();
  }
}
