// State machines by ARN, so that StartExecution does not read the catalog each time. Only machines that can start
// something are kept. Every change made in this process calls `invalidate`; a change made by another node is seen
// after MAX_AGE_MS, as AWS's own reads are eventually consistent.

import { BoundedCache } from '../base/bounded-cache.ts';
import type { StateMachine, Store } from '../store/store.ts';

const MAX_AGE_MS = 1_000;
/** Machines kept, and the length of their definitions together. */
const BOUNDS = { entries: 1_000, weight: 64 * 1024 * 1024 };

interface Entry {
  readonly machine: StateMachine;
  readonly readAt: number;
}

export class MachineCache {
  readonly #store: Store;
  readonly #now: () => number;
  readonly #entries = new BoundedCache<string, Entry>(
    BOUNDS,
    ({ machine }) => machine.revision.definition.length,
  );
  /** Counts invalidations: a read that began before one must not be kept after it. */
  #generation = 0;

  /** @param now epoch milliseconds. */
  constructor(store: Store, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  /** The machine when it is known and fresh, without waiting. */
  peek(arn: string): StateMachine | undefined {
    const entry = this.#entries.get(arn);
    if (entry === undefined) return undefined;
    const age = this.#now() - entry.readAt;
    return age >= 0 && age <= MAX_AGE_MS ? entry.machine : undefined;
  }

  /** Reads the catalog when the machine is not known. */
  async get(arn: string): Promise<StateMachine | undefined> {
    const known = this.peek(arn);
    if (known !== undefined) return known;
    const generation = this.#generation;
    const readAt = this.#now();
    const machine = await this.#store.catalog.get(arn);
    if (generation === this.#generation) {
      if (machine?.status === 'ACTIVE') this.#entries.set(arn, { machine, readAt });
      else this.#entries.delete(arn);
    }
    return machine;
  }

  invalidate(arn: string): void {
    this.#generation++;
    this.#entries.delete(arn);
  }
}
