// The writes of one Map Run: one at a time, each with everything that has come together meanwhile, and each tried until the
// store has taken it. What is written counts only then.

import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { MapRunChunk, MapRunEnd, MapRunRecord, MapRunWrite } from '../../store/map-runs.ts';
import type { Inbox } from '../inbox.ts';

/** Pause before the store is asked again that refused. */
export const RETRY_MS = 500;
/** Ends of children in one write. */
const MOST_ENDS = 500;

export interface WriteParts {
  readonly inbox: Pick<Inbox, 'keepMapRun'>;
  readonly clock: Clock;
  readonly log: Log;
}

type Change = Partial<Omit<MapRunRecord, 'key' | 'arn' | 'sequence'>>;

export class MapRunWrites {
  readonly #parts: WriteParts;
  /** Called when a write is durable. */
  readonly #onKept: (write: MapRunWrite) => void;
  /** As written last. */
  #record: MapRunRecord;
  #change: Change | undefined;
  #chunks: MapRunChunk[] = [];
  #ends: MapRunEnd[] = [];
  #waiting: (() => void)[] = [];
  #writing = false;
  #closed = false;

  /** @param record is in the store. */
  constructor(parts: WriteParts, record: MapRunRecord, onKept: (write: MapRunWrite) => void) {
    this.#parts = parts;
    this.#record = record;
    this.#onKept = onKept;
  }

  /** Resolves when the change is durable. */
  keep(change: Change, chunks: readonly MapRunChunk[] = []): Promise<void> {
    this.#change = { ...this.#change, ...change };
    this.#chunks.push(...chunks);
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#start();
    });
  }

  keepEnd(end: MapRunEnd): void {
    this.#ends.push(end);
    this.#start();
  }

  /** A write that is refused from now on is not tried again. */
  close(): void {
    this.#closed = true;
  }

  #start(): void {
    if (!this.#writing) void this.#writeAll();
  }

  async #writeAll(): Promise<void> {
    this.#writing = true;
    while (this.#change !== undefined || this.#ends.length > 0) {
      const waiting = this.#waiting.splice(0);
      const write = this.#take();
      if (!(await this.#write(write))) return;
      this.#record = write.record;
      this.#onKept(write);
      for (const resolve of waiting) resolve();
    }
    this.#writing = false;
  }

  #take(): MapRunWrite {
    const change = this.#change;
    this.#change = undefined;
    return {
      record: { ...this.#record, ...change, sequence: this.#record.sequence + 1 },
      created: false,
      endsOnly: change === undefined,
      chunks: this.#chunks.splice(0),
      ends: this.#ends.splice(0, MOST_ENDS),
    };
  }

  /** @returns false: the process ends before the store has taken it. */
  async #write(write: MapRunWrite): Promise<boolean> {
    const { inbox, clock, log } = this.#parts;
    for (;;) {
      try {
        await inbox.keepMapRun(write);
        return true;
      } catch (error) {
        log.error({ err: error, mapRun: write.record.arn }, 'A Map Run could not be kept; it is tried again');
        if (this.#closed) return false;
        await new Promise<void>((resolve) => void clock.after(RETRY_MS, resolve));
      }
    }
  }
}
