// Deletion of state machines. A machine is marked first: it takes no more starts, and its executions end before they enter
// another state, as on AWS. When the last one has ended, everything of the machine is removed. A deletion that the process did
// not live to finish, or that was under way when the engine closed, goes on at the next start.

import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Bus } from '../observe/bus.ts';
import { type Store, StoreUnavailable } from '../store/store.ts';
import type { DeletedMachines } from './deleted-machines.ts';
import type { Starts } from './starts.ts';

/** Between two looks at whether executions still run. */
const LOOK_MS = 1_000;

export interface DeletionParts {
  readonly store: Store;
  readonly deleted: DeletedMachines;
  readonly starts: Pick<Starts, 'settled'>;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
}

export class Deletions {
  readonly #parts: DeletionParts;
  readonly #running = new Set<Promise<void>>();
  readonly #closed = Promise.withResolvers<void>();
  #isClosed = false;

  constructor(parts: DeletionParts) {
    this.#parts = parts;
  }

  /** Resolves when the machine is marked. */
  async begin(stateMachineArn: string): Promise<void> {
    await this.#parts.store.catalog.setDeleting(stateMachineArn);
    this.#start(stateMachineArn);
  }

  /** Goes on with what an earlier process left. */
  async resume(): Promise<void> {
    for (const { arn } of await this.#parts.store.catalog.deleting()) this.#start(arn);
  }

  /** Resolves when no deletion uses the store any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#closed.resolve();
    await Promise.all(this.#running);
  }

  #start(stateMachineArn: string): void {
    this.#parts.deleted.add(stateMachineArn);
    const finished = this.#finish(stateMachineArn).finally(() => this.#running.delete(finished));
    this.#running.add(finished);
  }

  async #finish(stateMachineArn: string): Promise<void> {
    const { store, deleted, starts, bus, log } = this.#parts;
    try {
      // A start that was let in before the machine was marked would outlive it.
      await Promise.race([starts.settled(stateMachineArn), this.#closed.promise]);
      while (!this.#isClosed && !(await this.#remove(stateMachineArn))) await this.#pause();
      if ((await store.catalog.get(stateMachineArn)) !== undefined) return;
      deleted.remove(stateMachineArn);
      bus.publish('stateMachineRemoved', { stateMachineArn });
    } catch (error) {
      log.error(
        { err: error, stateMachine: stateMachineArn },
        'A state machine could not be removed; the next start tries again',
      );
    }
  }

  /** @returns false while executions run, or the disk is full: it may be done later */
  async #remove(stateMachineArn: string): Promise<boolean> {
    const { store, log } = this.#parts;
    try {
      if ((await store.executions.countRunning(stateMachineArn)) > 0) return false;
      if (!this.#isClosed) await store.catalog.remove(stateMachineArn);
      return true;
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      log.warn(
        { err: error, stateMachine: stateMachineArn },
        'A state machine cannot be removed yet; it is tried again',
      );
      return false;
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#parts.clock.after(LOOK_MS, resolve);
      void this.#closed.promise.then(() => {
        cancel();
        resolve();
      });
    });
  }
}
