// Deletion of state machines: marked first, then its executions are stopped, then everything of it is removed. A deletion that
// the process did not live to finish, or that was under way when the engine closed, goes on at the next start.

import type { Log } from '../base/log.ts';
import type { Bus } from '../observe/bus.ts';
import type { Store } from '../store/store.ts';
import type { Inbox } from './inbox.ts';
import type { Starts } from './starts.ts';

/** Executions stopped at once. */
const PAGE = 500;

export interface DeletionParts {
  readonly store: Store;
  readonly inbox: Inbox;
  readonly starts: Pick<Starts, 'settled'>;
  readonly bus: Bus;
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
    const finished = this.#finish(stateMachineArn).finally(() => this.#running.delete(finished));
    this.#running.add(finished);
  }

  async #finish(stateMachineArn: string): Promise<void> {
    const { store, inbox, starts, bus, log } = this.#parts;
    try {
      // A start that was let in before the machine was marked would outlive it.
      await Promise.race([starts.settled(stateMachineArn), this.#closed.promise]);
      const query = { stateMachineArn, status: 'RUNNING', after: undefined, limit: PAGE } as const;
      for (;;) {
        if (this.#isClosed) return;
        const running = await store.executions.list(query);
        if (running.length === 0) break;
        const stop = { type: 'StopExecution', error: undefined, cause: undefined } as const;
        const stopped = Promise.all(running.map(({ arn }) => inbox.ask(arn, stop)));
        await Promise.race([stopped, this.#closed.promise]);
      }
      if (this.#isClosed) return;
      await store.catalog.remove(stateMachineArn);
      bus.publish('stateMachineRemoved', { stateMachineArn });
    } catch (error) {
      log.error(
        { err: error, stateMachine: stateMachineArn },
        'A state machine could not be removed; the next start tries again',
      );
    }
  }
}
