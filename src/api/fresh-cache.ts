// What starts ask of the catalog, by ARN, so that StartExecution does not read it each time: state machines, versions, aliases.
// Every change made in this process calls `invalidate`; a change made by another node is seen after MAX_AGE_MS, as AWS's own
// reads are eventually consistent.

import { BoundedCache, type CacheBounds } from '../base/bounded-cache.ts';

const MAX_AGE_MS = 1_000;

interface Entry<T> {
  readonly value: T;
  readonly readAt: number;
}

export interface FreshCacheOptions<T> {
  /** Reads the catalog. */
  readonly read: (arn: string) => Promise<T | undefined>;
  /** Whether the value can be used again; others are read each time. */
  readonly keeps: (value: T) => boolean;
  readonly bounds: CacheBounds;
  readonly weigh: (value: T) => number;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export class FreshCache<T> {
  readonly #options: FreshCacheOptions<T>;
  readonly #entries: BoundedCache<string, Entry<T>>;
  /** Counts invalidations: a read that began before one must not be kept after it. */
  #generation = 0;

  constructor(options: FreshCacheOptions<T>) {
    this.#options = options;
    this.#entries = new BoundedCache(options.bounds, ({ value }) => options.weigh(value));
  }

  /** The value when it is known and fresh, without waiting. */
  peek(arn: string): T | undefined {
    const entry = this.#entries.get(arn);
    if (entry === undefined) return undefined;
    const age = this.#options.now() - entry.readAt;
    return age >= 0 && age <= MAX_AGE_MS ? entry.value : undefined;
  }

  /** Reads the catalog when the value is not known. */
  async get(arn: string): Promise<T | undefined> {
    const known = this.peek(arn);
    if (known !== undefined) return known;
    const { read, keeps, now } = this.#options;
    const generation = this.#generation;
    const readAt = now();
    const value = await read(arn);
    if (generation === this.#generation) {
      if (value !== undefined && keeps(value)) this.#entries.set(arn, { value, readAt });
      else this.#entries.delete(arn);
    }
    return value;
  }

  invalidate(arn: string): void {
    this.#generation++;
    this.#entries.delete(arn);
  }
}
