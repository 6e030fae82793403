// Values by key, as many as the bounds allow; the least recently used goes first.

export interface CacheBounds {
  readonly entries: number;
  /** Sum of what `weigh` says of the values. */
  readonly weight: number;
}

export class BoundedCache<K, V> {
  readonly #bounds: CacheBounds;
  readonly #weigh: (value: V, key: K) => number;
  /** In order of use, the oldest first. */
  readonly #values = new Map<K, V>();
  #weight = 0;

  constructor(bounds: CacheBounds, weigh: (value: V, key: K) => number) {
    this.#bounds = bounds;
    this.#weigh = weigh;
  }

  get(key: K): V | undefined {
    const value = this.#values.get(key);
    if (value === undefined) return undefined;
    this.#values.delete(key);
    this.#values.set(key, value);
    return value;
  }

  /** A value that is too heavy for the cache alone is not kept. */
  set(key: K, value: V): void {
    this.delete(key);
    const weight = this.#weigh(value, key);
    if (weight > this.#bounds.weight) return;
    this.#values.set(key, value);
    this.#weight += weight;
    for (const oldest of this.#values.keys()) {
      if (this.#values.size <= this.#bounds.entries && this.#weight <= this.#bounds.weight) break;
      this.delete(oldest);
    }
  }

  delete(key: K): void {
    const value = this.#values.get(key);
    if (value === undefined) return;
    this.#values.delete(key);
    this.#weight -= this.#weigh(value, key);
  }
}
