// Waiting for the end of one execution.

import { resourceTypeOf } from '../base/arn.ts';
import type { Bus } from '../observe/bus.ts';
import type { ExecutionEnd } from '../observe/messages.ts';
import type { Store } from '../store/store.ts';
import { endOf } from './execution.ts';
import type { Residents } from './residents.ts';

type Waiter = (end: ExecutionEnd) => void;

export class Ends {
  readonly #store: Store;
  readonly #residents: Residents;
  readonly #bus: Bus;
  readonly #waiters = new Map<string, Set<Waiter>>();
  /** While anybody waits. */
  #unsubscribe: (() => void) | undefined;

  constructor(store: Store, residents: Residents, bus: Bus) {
    this.#store = store;
    this.#residents = residents;
    this.#bus = bus;
  }

  /** Resolves when the execution has ended; undefined when there is none. An Express one must be running. */
  async of(arn: string): Promise<ExecutionEnd | undefined> {
    // Waiting begins before the store is asked: the end may come while it answers.
    const { promise, resolve } = Promise.withResolvers<ExecutionEnd>();
    this.#wait(arn, resolve);
    if (resourceTypeOf(arn) === 'express') return promise;
    if (this.#residents.get(arn)?.state.status === 'RUNNING') return promise;
    try {
      const record = await this.#store.executions.get(arn);
      if (record === undefined ? this.#residents.has(arn) : record.status === 'RUNNING') return promise;
      this.#forget(arn, resolve);
      return record && endOf(record, (await this.#store.journal.ends(record.key))?.last);
    } catch (error) {
      this.#forget(arn, resolve);
      throw error;
    }
  }

  #wait(arn: string, waiter: Waiter): void {
    const waiters = this.#waiters.get(arn);
    if (waiters === undefined) this.#waiters.set(arn, new Set([waiter]));
    else waiters.add(waiter);
    this.#unsubscribe ??= this.#bus.on('executionEnded', (end) => this.#tell(end));
  }

  #tell(end: ExecutionEnd): void {
    const waiters = this.#waiters.get(end.executionArn);
    if (waiters === undefined) return;
    for (const waiter of [...waiters]) {
      this.#forget(end.executionArn, waiter);
      waiter(end);
    }
  }

  #forget(arn: string, waiter: Waiter): void {
    const waiters = this.#waiters.get(arn);
    waiters?.delete(waiter);
    if (waiters?.size === 0) this.#waiters.delete(arn);
    if (this.#waiters.size > 0) return;
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
  }
}
