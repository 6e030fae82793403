// Who wants to hear of executions: observers of every event, and callers that wait for one execution's end.

import type { HistoryEvent } from '../interpreter/event.ts';
import type { Ended, Observer } from './engine.ts';

export class Listeners {
  readonly #observers = new Set<Observer>();
  readonly #waiters = new Map<string, ((ended: Ended) => void)[]>();

  observe(observer: Observer): () => void {
    this.#observers.add(observer);
    return () => this.#observers.delete(observer);
  }

  happened(arn: string, events: readonly HistoryEvent[]): void {
    if (events.length === 0) return;
    for (const observer of this.#observers) observer(arn, events);
  }

  /** Resolves when `ended` is told of the execution. */
  end(arn: string): Promise<Ended> {
    return new Promise((resolve) => {
      const waiters = this.#waiters.get(arn);
      if (waiters === undefined) this.#waiters.set(arn, [resolve]);
      else waiters.push(resolve);
    });
  }

  awaits(arn: string): boolean {
    return this.#waiters.has(arn);
  }

  ended(ended: Ended): void {
    const waiters = this.#waiters.get(ended.executionArn);
    if (waiters === undefined) return;
    this.#waiters.delete(ended.executionArn);
    for (const waiter of waiters) waiter(ended);
  }
}
