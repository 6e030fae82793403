// Whether the server can take durable work. It looks by itself as well, so that the log says when that begins and ends.

import type { Log } from './base/log.ts';
import type { FailingCheck } from './http/health.ts';

const LOOK_EVERY_MS = 5_000;
/** An answer younger than this is given again: asking often must not cost writes. */
const FRESH_MS = 500;

export class Readiness {
  readonly #check: () => Promise<readonly FailingCheck[]>;
  readonly #log: Log;
  readonly #timer: NodeJS.Timeout;
  #asked = Number.NEGATIVE_INFINITY;
  #answer: Promise<readonly FailingCheck[]> = Promise.resolve([]);
  /** Messages of what failed when it was last looked at, by check. */
  #failing = new Map<string, string>();

  constructor(check: () => Promise<readonly FailingCheck[]>, log: Log) {
    this.#check = check;
    this.#log = log;
    this.#timer = setInterval(() => void this.faults().catch(() => []), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  /** What fails now; rejects when that cannot be found out. */
  faults(): Promise<readonly FailingCheck[]> {
    const now = performance.now();
    if (now - this.#asked >= FRESH_MS) {
      this.#asked = now;
      this.#answer = this.#look();
    }
    return this.#answer;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<readonly FailingCheck[]> {
    const faults = await this.#check().catch((error: unknown) => {
      this.#log.error({ err: error }, 'Treadle could not check whether it is ready');
      throw error;
    });
    const before = this.#failing;
    this.#failing = new Map(faults.map(({ check, message }) => [check, message]));
    for (const { check, message } of faults)
      if (!before.has(check)) this.#log.error({ check }, `Not ready: ${message}`);
    for (const check of before.keys())
      if (!this.#failing.has(check)) this.#log.warn({ check }, 'Ready again');
    return faults;
  }
}
