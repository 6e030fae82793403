// One bus of what happened: the engine publishes, whoever wants to know subscribes. Listeners are called at once, on the path
// that all executions share: they take what they need and return.

import type { Log } from '../base/log.ts';
import type { MessageKind, Messages } from './messages.ts';

export type Listener<Kind extends MessageKind> = (message: Messages[Kind]) => void;

export class Bus {
  readonly #log: Log;
  readonly #listeners: { readonly [Kind in MessageKind]: Set<Listener<Kind>> } = {
    events: new Set(),
    executionStarted: new Set(),
    executionEnded: new Set(),
    statusChanged: new Set(),
    mapRunChanged: new Set(),
    stateMachineRemoved: new Set(),
  };

  constructor(log: Log) {
    this.#log = log;
  }

  /** @returns the function that ends the subscription. */
  on<Kind extends MessageKind>(kind: Kind, listener: Listener<Kind>): () => void {
    const listeners: Set<Listener<Kind>> = this.#listeners[kind];
    // A function of its own, so that the same listener can subscribe twice.
    const own: Listener<Kind> = (message) => listener(message);
    listeners.add(own);
    return () => void listeners.delete(own);
  }

  /** Whether anybody listens: if not, the message need not be made. */
  hears(kind: MessageKind): boolean {
    return this.#listeners[kind].size > 0;
  }

  /** A listener that throws keeps neither the others nor the engine from going on. */
  publish<Kind extends MessageKind>(kind: Kind, message: Messages[Kind]): void {
    const listeners: Set<Listener<Kind>> = this.#listeners[kind];
    for (const listener of listeners) {
      try {
        listener(message);
      } catch (error) {
        this.#log.error({ err: error, kind }, 'A listener of the engine failed');
      }
    }
  }
}
