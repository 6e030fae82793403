// Delivery of small things to somewhere slow: they are gathered in batches, by lane; a lane sends one batch at a time and keeps
// its order. What cannot be delivered now is tried again with growing pauses. Whoever adds something never waits: what does not
// fit into the bound of memory is dropped, the oldest first, and counted.

import { pause, retryDelay } from '../aws/retry.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';

/** What became of a batch. */
export type Sent =
  | { readonly outcome: 'sent' }
  /** It may go another time. */
  | { readonly outcome: 'again'; readonly reason: string }
  /** `count` of its items (default: all) will never be taken. */
  | { readonly outcome: 'refused'; readonly reason: string; readonly count?: number };

export interface BatchesOptions<Item> {
  /** Of what, for the log: `execution logs`. */
  readonly name: string;
  readonly mostItems: number;
  readonly mostBytes: number;
  /** How long a batch that is not full waits for more. */
  readonly lingerMs: number;
  /** Sends a batch; a bug of its own may throw, the outside is an answer. */
  send(lane: string, items: readonly Item[], signal: AbortSignal): Promise<Sent>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  /** Bytes that may wait, of all lanes together. */
  readonly queueBytes?: number;
}

interface Entry<Item> {
  readonly item: Item;
  readonly bytes: number;
}

interface Lane<Item> {
  readonly name: string;
  waiting: Entry<Item>[];
  bytes: number;
  /** A batch is on its way, or waits for its turn to be sent. */
  busy: boolean;
  cancelLinger: (() => void) | undefined;
}

const QUEUE_BYTES = 64 * 1024 * 1024;
/** Dropping makes room for more than the next item: finding the fullest lane takes time. */
const ROOM = 1 / 16;
/** Batches on their way at once, of all lanes. */
const MOST_SENDING = 16;
/** Drops and failures are logged at most so often. */
const SAY_EVERY_MS = 60_000;

const FULL = 'more waits than fits into the bound of memory';
const STOP = 'Treadle stops';

export class Batches<Item> {
  readonly #options: BatchesOptions<Item>;
  readonly #lanes = new Map<string, Lane<Item>>();
  /** Ends pauses: the last attempts are to be made. */
  readonly #hurry = new AbortController();
  /** Ends those attempts. */
  readonly #end = new AbortController();
  readonly #queueBytes: number;
  /** Of everything that waits or is on its way. */
  #bytes = 0;
  #sending = 0;
  /** Lanes with a batch to send that wait for one of the others. */
  #inLine: Lane<Item>[] = [];
  #dropped = 0;
  #droppedSaid = 0;
  /** While drops are not to be logged again. */
  #cancelSilence: (() => void) | undefined;
  #whenEmpty: (() => void) | undefined;

  constructor(options: BatchesOptions<Item>) {
    this.#options = options;
    this.#queueBytes = options.queueBytes ?? QUEUE_BYTES;
  }

  /** Items that were dropped or refused so far. */
  get dropped(): number {
    return this.#dropped;
  }

  add(name: string, item: Item, bytes: number): void {
    if (this.#bytes + bytes > this.#queueBytes && !this.#makeRoom(bytes)) return this.#drop(1, FULL);
    let lane = this.#lanes.get(name);
    if (lane === undefined) {
      lane = { name, waiting: [], bytes: 0, busy: false, cancelLinger: undefined };
      this.#lanes.set(name, lane);
    }
    lane.waiting.push({ item, bytes });
    lane.bytes += bytes;
    this.#bytes += bytes;
    this.#schedule(lane);
  }

  /** Sends what waits, within the time; the rest is dropped. */
  async close(deadlineMs: number): Promise<void> {
    const { clock } = this.#options;
    this.#hurry.abort();
    if (this.#lanes.size > 0) {
      await new Promise<void>((resolve) => {
        const cancel = clock.after(deadlineMs, resolve);
        this.#whenEmpty = () => {
          cancel();
          resolve();
        };
        for (const lane of [...this.#lanes.values()]) this.#schedule(lane);
      });
    }
    this.#end.abort(new Error('Treadle stops'));
    let left = 0;
    for (const lane of this.#lanes.values()) {
      lane.cancelLinger?.();
      left += lane.waiting.length;
    }
    this.#lanes.clear();
    this.#drop(left, STOP);
    this.#cancelSilence?.();
  }

  /** Drops the oldest of the fullest lanes. @returns whether there is room now. */
  #makeRoom(bytes: number): boolean {
    const wanted = Math.min(this.#queueBytes, bytes + this.#queueBytes * ROOM);
    for (;;) {
      let fullest: Lane<Item> | undefined;
      for (const lane of this.#lanes.values()) {
        if (lane.waiting.length > 0 && lane.bytes > (fullest?.bytes ?? 0)) fullest = lane;
      }
      if (fullest === undefined) return this.#bytes + bytes <= this.#queueBytes;
      let count = 0;
      while (count < fullest.waiting.length && this.#bytes + wanted > this.#queueBytes) {
        this.#forget(fullest, fullest.waiting[count]!.bytes);
        count++;
      }
      fullest.waiting = fullest.waiting.slice(count);
      this.#drop(count, FULL);
      if (this.#bytes + wanted <= this.#queueBytes) return true;
    }
  }

  #forget(lane: Lane<Item>, bytes: number): void {
    lane.bytes -= bytes;
    this.#bytes -= bytes;
  }

  /** Sends the lane's next batch when it is full, or when it has waited long enough. */
  #schedule(lane: Lane<Item>): void {
    const { clock, lingerMs, mostItems, mostBytes } = this.#options;
    if (lane.busy) return;
    const full = lane.waiting.length >= mostItems || lane.bytes >= mostBytes;
    if (full || this.#hurry.signal.aborted) {
      lane.cancelLinger?.();
      lane.cancelLinger = undefined;
      lane.busy = true;
      clock.soon(() => this.#start(lane));
      return;
    }
    lane.cancelLinger ??= clock.after(lingerMs, () => {
      lane.cancelLinger = undefined;
      if (lane.busy) return;
      lane.busy = true;
      this.#start(lane);
    });
  }

  #start(lane: Lane<Item>): void {
    if (this.#sending >= MOST_SENDING) return void this.#inLine.push(lane);
    this.#sending++;
    void this.#send(lane);
  }

  async #send(lane: Lane<Item>): Promise<void> {
    const batch = this.#takeBatch(lane);
    if (batch.length > 0) await this.#deliver(lane, batch);
    for (const { bytes } of batch) this.#forget(lane, bytes);
    this.#sending--;
    lane.busy = false;
    const next = this.#inLine.shift();
    if (next !== undefined) this.#start(next);
    if (lane.waiting.length > 0) return this.#schedule(lane);
    this.#lanes.delete(lane.name);
    if (this.#lanes.size === 0) this.#whenEmpty?.();
  }

  #takeBatch(lane: Lane<Item>): readonly Entry<Item>[] {
    const { mostItems, mostBytes } = this.#options;
    let bytes = 0;
    let count = 0;
    for (const entry of lane.waiting) {
      bytes += entry.bytes;
      if (count >= mostItems || (count > 0 && bytes > mostBytes)) break;
      count++;
    }
    const batch = lane.waiting.slice(0, count);
    lane.waiting = lane.waiting.slice(count);
    return batch;
  }

  /** Tries until the batch is taken or refused, or Treadle stops. */
  async #deliver(lane: Lane<Item>, batch: readonly Entry<Item>[]): Promise<void> {
    const { send, random, log, name } = this.#options;
    const items = batch.map(({ item }) => item);
    for (let failures = 0; ; ) {
      let sent: Sent;
      try {
        sent = await send(lane.name, items, this.#end.signal);
      } catch (error) {
        log.error({ err: error, lane: lane.name }, `A bug of Treadle keeps ${name} from being delivered`);
        sent = { outcome: 'refused', reason: 'a bug of Treadle' };
      }
      if (sent.outcome === 'sent') {
        if (failures > 0) log.info({ lane: lane.name }, `Delivery of ${name} goes on`);
        return;
      }
      if (sent.outcome === 'refused') return this.#drop(sent.count ?? items.length, sent.reason);
      if (this.#hurry.signal.aborted) return this.#drop(items.length, STOP);
      failures++;
      if (failures === 1) {
        log.warn(
          { lane: lane.name, reason: sent.reason },
          `Delivery of ${name} fails; it is kept in memory and tried again`,
        );
      }
      await this.#pause(retryDelay(failures, random));
    }
  }

  /** Shorter when Treadle stops: one attempt is made then. */
  #pause(delayMs: number): Promise<void> {
    const { clock } = this.#options;
    return pause(delayMs, clock, this.#hurry.signal).catch(() => undefined);
  }

  #drop(count: number, reason: string): void {
    if (count === 0) return;
    this.#dropped += count;
    if (this.#cancelSilence === undefined || this.#end.signal.aborted) this.#sayDropped(reason);
  }

  #sayDropped(reason: string): void {
    const { log, name, clock } = this.#options;
    const dropped = this.#dropped - this.#droppedSaid;
    this.#cancelSilence = undefined;
    if (dropped === 0) return;
    this.#droppedSaid = this.#dropped;
    log.warn({ dropped, droppedSinceStart: this.#dropped, reason }, `Some ${name} were dropped`);
    if (!this.#end.signal.aborted)
      this.#cancelSilence = clock.after(SAY_EVERY_MS, () => this.#sayDropped(reason));
  }
}
