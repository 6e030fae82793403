// Makes transactions durable without holding the event loop. SQLite only writes them into its write-ahead log
// (`synchronous = normal`); the log is synced by one of libuv's threads while the loop goes on, and what a transaction came to is
// told after that. Two rules keep what `synchronous = full` gave:
//
// - Nothing is written behind what is not durable yet: a frame behind the end of a transaction proves that this one had been
//   durable (wal.ts tells a damaged log from a torn one by it). Who writes meanwhile syncs first, and holds the loop for it.
// - A log that could not be synced may have lost what it had: nothing more is written or told.

import { closeSync, fdatasync, fdatasyncSync, openSync } from 'node:fs';
import { StoreUnavailable } from '../store.ts';
import type { Transaction } from './statement.ts';

/** How the disk is told to keep a file. */
export interface Disk {
  sync(descriptor: number, done: (error: Error | null) => void): void;
  syncNow(descriptor: number): void;
}

const DISK: Disk = { sync: fdatasync, syncNow: fdatasyncSync };

export class LogSync {
  readonly #log: string | undefined;
  readonly #disk: Disk;
  #descriptor: number | undefined;
  /** Transactions in the log, and how many of them are durable. */
  #written = 0;
  #durable = 0;
  #syncing: Promise<void> | undefined;
  #failure: StoreUnavailable | undefined;

  /** @param log its path; undefined: the database is in memory, and there is nothing to sync. */
  constructor(log: string | undefined, disk = DISK) {
    this.#log = log;
    this.#disk = disk;
  }

  /** Whether there are transactions in the log that are not durable. */
  get pending(): boolean {
    return this.#durable < this.#written;
  }

  /** The same, but behind durable transactions alone. @throws StoreUnavailable */
  transaction(run: Transaction): Transaction {
    return (body) => {
      this.#syncNow();
      const result = run(body);
      if (this.#log !== undefined) this.#written++;
      return result;
    };
  }

  /** Resolves when all transactions until now are durable, in the order of the calls. @throws StoreUnavailable */
  async durable(): Promise<void> {
    const wanted = this.#written;
    while (this.#durable < wanted) {
      if (this.#failure !== undefined) throw this.#failure;
      this.#syncing ??= this.#sync();
      await this.#syncing;
    }
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  async #sync(): Promise<void> {
    const upTo = this.#written;
    try {
      const descriptor = this.#open();
      await new Promise<void>((resolve, reject) => {
        this.#disk.sync(descriptor, (error) => (error === null ? resolve() : reject(error)));
      });
      this.#durable = Math.max(this.#durable, upTo);
    } catch (error) {
      throw this.#fail(error);
    } finally {
      this.#syncing = undefined;
    }
  }

  #syncNow(): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (!this.pending) return;
    try {
      this.#disk.syncNow(this.#open());
      this.#durable = this.#written;
    } catch (error) {
      throw this.#fail(error);
    }
  }

  #open(): number {
    this.#descriptor ??= openSync(this.#log!, 'r+');
    return this.#descriptor;
  }

  #fail(error: unknown): StoreUnavailable {
    const reason = error instanceof Error ? error.message : String(error);
    this.#failure ??= new StoreUnavailable(
      `Expected the disk to keep the write-ahead log ${this.#log}, but it did not (${reason}): nothing new is kept; look at the disk, and start Treadle again`,
      { cause: error },
    );
    return this.#failure;
  }
}
