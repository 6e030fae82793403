// Writes the log back into the database, in a thread with a connection of its own: 16 MiB take a hundred milliseconds and more,
// most of it waiting for the disk. Commits go on meanwhile; only for the last frames, a few milliseconds, they wait (off the
// event loop), because SQLite begins the log anew only when all of it has been written back.

import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import type { CheckpointAnswer, CheckpointRequest } from './checkpoint-thread.ts';
import { query } from './statement.ts';

/** Frames that are written back in less time than a commit should wait. */
const FEW_FRAMES = 64;
/** Times that the thread writes back while commits go on, before they wait for it. */
const MOST_PASSES = 4;
/** A log that has grown to so many times its size, on a disk that does not keep up, is written back before more is added. */
const MOST_GROWTH = 8;

/** Before 3.51 SQLite cannot tell how long its log is. */
export function canTellLogLength(database: DatabaseSync): boolean {
  const [major = 0, minor = 0] = query<[string]>(database, 'select sqlite_version()')
    .get()![0]
    .split('.')
    .map(Number);
  return major > 3 || (major === 3 && minor >= 51);
}

/** Where the thread's file is: beside the sources, and beside the bundle. */
const THREAD = import.meta.filename.endsWith('.ts')
  ? new URL('./checkpoint-thread.ts', import.meta.url)
  : new URL('../store/checkpoint-thread.js', import.meta.url);

export class Checkpoints {
  readonly #database: DatabaseSync;
  readonly #pages: number;
  readonly #frames: () => number;
  #thread: Worker | undefined;
  #writingBack: Promise<void> | undefined;
  /** While commits are to wait. */
  #room: PromiseWithResolvers<void> | undefined;
  #asking: PromiseWithResolvers<number> | undefined;
  #closed = false;

  /**
   * @param database in a file; what it writes back by itself is left to the thread.
   * @param pages of the log that are too few to be written back.
   */
  constructor(database: DatabaseSync, pages: number) {
    this.#database = database;
    this.#pages = pages;
    database.exec('pragma wal_autocheckpoint = 0');
    const look = query<[busy: number, log: number, checkpointed: number]>(
      database,
      'pragma wal_checkpoint(noop)',
    );
    this.#frames = () => {
      const [, log, checkpointed] = look.get()!;
      return log - checkpointed;
    };
  }

  /** Resolves when a commit may be written. */
  async room(): Promise<void> {
    while (this.#room !== undefined) await this.#room.promise;
  }

  /** To be called after a commit: looks at the log, some 6 µs. */
  look(): void {
    if (this.#closed) return;
    const frames = this.#frames();
    if (frames >= this.#pages * MOST_GROWTH) this.#hold();
    if (frames >= this.#pages) this.#writingBack ??= this.#writeBack();
  }

  /** Waits for what the thread does, and ends it. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#writingBack;
    const thread = this.#thread;
    if (thread === undefined) return;
    this.#thread = undefined;
    const exit = once(thread, 'exit');
    thread.ref();
    thread.postMessage('close' satisfies CheckpointRequest);
    await exit;
  }

  #hold(): void {
    this.#room ??= Promise.withResolvers<void>();
  }

  async #writeBack(): Promise<void> {
    try {
      for (let pass = 1; pass < MOST_PASSES; pass++) {
        if ((await this.#ask()) <= FEW_FRAMES) break;
      }
      this.#hold();
      await this.#ask();
    } catch {
      // Without the thread SQLite writes back in the event loop, as it does by itself.
      this.#thread = undefined;
      this.#closed = true;
      this.#database.exec(`pragma wal_autocheckpoint = ${this.#pages}`);
    } finally {
      this.#room?.resolve();
      this.#room = undefined;
      this.#writingBack = undefined;
    }
  }

  /** Has the thread write back. @returns frames that are left. */
  async #ask(): Promise<number> {
    this.#thread ??= this.#start();
    this.#asking = Promise.withResolvers<number>();
    // What is awaited keeps the process alive.
    this.#thread.ref();
    this.#thread.postMessage('write-back' satisfies CheckpointRequest);
    try {
      return await this.#asking.promise;
    } finally {
      this.#thread.unref();
    }
  }

  #start(): Worker {
    const file = this.#database.location();
    if (file === null || !existsSync(file)) throw new Error(`Expected the database ${file} to be there`);
    const thread = new Worker(THREAD, {
      workerData: file,
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 },
    });
    thread.on('message', ({ left }: CheckpointAnswer) => this.#asking?.resolve(left));
    thread.on('error', (error) => this.#asking?.reject(error));
    thread.on('exit', (code) => this.#asking?.reject(new Error(`The thread ended with ${code}`)));
    return thread;
  }
}
