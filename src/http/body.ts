// Reading the bodies of requests, within two bounds: of each, and of all that are not complete yet. Whoever opens thousands of
// connections and sends slowly would otherwise have a gigabyte held for as long as a request may take to arrive.

import type http from 'node:http';

/** So much of a body that is too large is read and dropped, so that its sender gets to read the answer. */
const DROPPED_BYTES = 16 * 1024 * 1024;
const FIRST_CAPACITY = 16 * 1024;
const EMPTY = Buffer.alloc(0);

/** Bytes that bodies may hold before they are complete. */
export const UNFINISHED_BYTES = 64 * 1024 * 1024;

/**
 * Why there is no body. `too large`: all of it was read and dropped. `endless`: so large that reading on is pointless.
 * `crowded out`: it was the longest under way when all of them held too much.
 */
export type NoBody = 'too large' | 'endless' | 'crowded out';

/** The bodies that are not complete, of one server. */
export class UnfinishedBodies {
  readonly #most: number;
  /** In the order in which they began. */
  readonly #held = new Map<object, { bytes: number; readonly giveUp: () => void }>();
  #total = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** What they hold now, for tests and metrics. */
  get bytes(): number {
    return this.#total;
  }

  /** @param body stands for it. @param giveUp is called when it is crowded out, after which it holds nothing */
  hold(body: object, bytes: number, giveUp: () => void): void {
    const known = this.#held.get(body);
    this.#total += bytes - (known?.bytes ?? 0);
    if (known === undefined) this.#held.set(body, { bytes, giveUp });
    else known.bytes = bytes;
    // One that is sent at once is complete long before it is the oldest.
    while (this.#total > this.#most) {
      const [oldest, { giveUp: dismiss }] = this.#held.entries().next().value!;
      this.release(oldest);
      dismiss();
    }
  }

  release(body: object): void {
    this.#total -= this.#held.get(body)?.bytes ?? 0;
    this.#held.delete(body);
  }
}

/**
 * Calls `done` once. A request that breaks off calls nothing: its connection is closed.
 * @param maxBytes of this one
 */
export function readBody(
  request: http.IncomingMessage,
  maxBytes: number,
  unfinished: UnfinishedBodies,
  done: (body: Buffer | NoBody) => void,
): void {
  /** Grows by doubling: a list of what came would cost more than its bytes when they come one by one. */
  let held: Buffer = EMPTY;
  let size = 0;
  let gaveUp = false;
  const drop = (): void => {
    held = EMPTY;
    unfinished.release(request);
  };
  const giveUp = (why: NoBody): void => {
    gaveUp = true;
    request.pause();
    drop();
    done(why);
  };
  request.on('data', (chunk: Buffer) => {
    if (gaveUp) return;
    const before = size;
    size += chunk.length;
    if (size > maxBytes) {
      if (before <= maxBytes) drop();
      if (size > maxBytes + DROPPED_BYTES) giveUp('endless');
      return;
    }
    if (before === 0) held = chunk;
    else {
      if (size > held.length) {
        const larger = Buffer.allocUnsafe(Math.min(maxBytes, Math.max(FIRST_CAPACITY, 2 * size)));
        held.copy(larger, 0, 0, before);
        held = larger;
      }
      chunk.copy(held, before);
    }
    unfinished.hold(request, held.length, () => giveUp('crowded out'));
  });
  request.on('end', () => {
    if (gaveUp) return;
    unfinished.release(request);
    done(size > maxBytes ? 'too large' : held.subarray(0, size));
  });
  request.on('close', () => unfinished.release(request));
}
