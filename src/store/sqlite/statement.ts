// Thin hands on node:sqlite: prepared statements whose rows are arrays (30 % faster to read than objects), and transactions.

import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { StoreDamaged, StoreUnavailable } from '../store.ts';

export interface Query<Row> {
  get(...parameters: SQLInputValue[]): Row | undefined;
  all(...parameters: SQLInputValue[]): Row[];
  /** Rows one by one; leaving the loop early ends the statement. Not to be nested with itself. */
  iterate(...parameters: SQLInputValue[]): IterableIterator<Row>;
}

/** A statement that gives rows; `Row` is the tuple of its columns. */
export function query<Row extends readonly unknown[]>(database: DatabaseSync, sql: string): Query<Row> {
  const statement = database.prepare(sql);
  statement.setReturnArrays(true);
  return {
    get: (...parameters) => statement.get(...parameters) as unknown as Row | undefined,
    all: (...parameters) => statement.all(...parameters) as unknown as Row[],
    iterate: (...parameters) => statement.iterate(...parameters) as unknown as IterableIterator<Row>,
  };
}

/**
 * Runs `body` in one durable transaction; whatever it throws rolls everything back and is thrown on.
 * @throws StoreUnavailable with SQLite's error as cause (full disk, I/O error, locked by another program), StoreDamaged.
 */
export type Transaction = <T>(body: () => T) => T;

/** @param onRollback forget what was learned inside the transaction. */
export function transactions(database: DatabaseSync, onRollback: () => void): Transaction {
  const begin = database.prepare('begin immediate');
  const commit = database.prepare('commit');
  return (body) => {
    try {
      begin.run();
      const result = body();
      commit.run();
      return result;
    } catch (error) {
      onRollback();
      // SQLite has rolled back by itself after some errors (full disk, I/O).
      if (database.isTransaction) database.exec('rollback');
      if (sqliteCode(error) === undefined) throw error;
      if (isCorruption(error)) throw storeError(error, database);
      throw new StoreUnavailable(
        `Expected the database to keep a transaction, but it refused: ${(error as Error).message}`,
        { cause: error },
      );
    }
  };
}

/** Primary result codes: the low byte. */
const CORRUPT = 11;
const NOT_A_DATABASE = 26;
/** What the disk, the system or another program did to a read: busy, locked, read-only, I/O, full, cannot open, protocol. */
const OUTSIDE = new Set([5, 6, 8, 10, 13, 14, 15]);

/** @returns whether the error says that the file is not what SQLite wrote. */
export function isCorruption(error: unknown): boolean {
  const code = (sqliteCode(error) ?? 0) & 0xff;
  return code === CORRUPT || code === NOT_A_DATABASE;
}

/** @returns what an error of SQLite's means to whoever uses the store; every other error, mistakes of ours among them, as it is. */
export function storeError(error: unknown, database: DatabaseSync): unknown {
  const code = sqliteCode(error);
  if (code === undefined) return error;
  const reason = (error as Error).message;
  if (isCorruption(error)) {
    const file = database.location() ?? 'in memory';
    return new StoreDamaged(
      `Expected the database ${file} to be whole, but a part of it is damaged (${reason}): stop Treadle, keep a copy of the folder, and restore the last backup`,
      { cause: error },
    );
  }
  if (!OUTSIDE.has(code & 0xff)) return error;
  return new StoreUnavailable(`Expected the database to give what was asked, but it refused: ${reason}`, {
    cause: error,
  });
}

const CONSTRAINT_UNIQUE = 2067;
const CONSTRAINT_PRIMARY_KEY = 1555;
const CONSTRAINT_ROWID = 2579;

/** True when a row with that unique value exists already. */
export function isDuplicate(error: unknown): boolean {
  const code = sqliteCode(error);
  return code === CONSTRAINT_UNIQUE || code === CONSTRAINT_PRIMARY_KEY || code === CONSTRAINT_ROWID;
}

/** SQLite's extended result code; undefined when the error is not SQLite's. */
export function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode : undefined;
}
