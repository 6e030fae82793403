// Who wants to hear of executions: observers of every event, and callers that wait for one execution's end.

import type { HistoryEvent } from '../history/event.ts';
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

  /**
   * Waits for `ended` to be told of the execution.
   * @returns the end, and the function that gives up waiting.
   */
  end(arn: string): { readonly told: Promise<Ended>; readonly forget: () => void } {
    let tell: (ended: Ended) => void = () => {};
    const told = new Promise<Ended>((resolve) => {
      tell = resolve;
    });
    const waiters = this.#waiters.get(arn);
    if (waiters === undefined) this.#waiters.set(arn, [tell]);
    else waiters.push(tell);
    const forget = (): void => {
      const others = this.#waiters.get(arn)?.filter((waiter) => waiter !== tell) ?? [];
      if (others.length === 0) this.#waiters.delete(arn);
      else this.#waiters.set(arn, others);
    };
    return { told, forget };
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
