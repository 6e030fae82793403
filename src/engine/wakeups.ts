// Executions that wait for a moment: the store knows when each is due, one timer waits for the earliest. A million of them
// cost disk, not memory.

import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Store } from '../store/store.ts';
import type { Arrivals } from './arrivals.ts';
import type { Inbox } from './inbox.ts';
import type { Residents } from './residents.ts';

/** Executions fetched from the store, folded and fired at once: some 100 µs each. */
const PAGE = 100;
/** Before the store is asked again after it failed, or while an execution that was set aside stays due. */
const PAUSE_MS = 500;
/** Delays do not notice that the wall clock was set forward, or that the machine slept: it is looked at this often. */
const MAX_NAP_MS = 10_000;

export interface WakeupParts {
  readonly store: Store;
  readonly residents: Residents;
  readonly inbox: Inbox;
  readonly arrivals: Arrivals;
  readonly clock: Clock;
  readonly log: Log;
}

const DAMAGE: ReadonlySet<string> = new Set(['JournalDamaged', 'StoreDamaged', 'Bug']);

/** Damage stays; anything else that keeps an execution from being read may pass. */
export function isDamage(error: unknown): boolean {
  return error instanceof Error && DAMAGE.has(error.name);
}

export class Wakeups {
  readonly #parts: WakeupParts;
  readonly #setAside = new Set<string>();
  #cancel: (() => void) | undefined;
  /** When the timer is to go off, epoch milliseconds. */
  #at = Number.POSITIVE_INFINITY;
  #waking = false;
  #closed = false;
  #held = false;

  constructor(parts: WakeupParts) {
    this.#parts = parts;
  }

  /** The execution is damaged, or deciding for it met a bug: this process does not fire its timers any more. */
  setAside(arn: string): void {
    this.#setAside.add(arn);
  }

  /** No timer is fired until the next `wake`: work of an earlier process must be taken up before any of it goes on. */
  hold(): void {
    this.#held = true;
  }

  close(): void {
    this.#closed = true;
    this.#cancel?.();
  }

  /** Makes sure that the timers due at epoch milliseconds `at` are fired then. */
  wakeBy(at: number): void {
    if (at >= this.#at || this.#closed || this.#held) return;
    this.#at = at;
    this.#arm();
  }

  #arm(): void {
    const { arrivals, clock } = this.#parts;
    this.#cancel?.();
    arrivals.expectTimers(this.#at);
    this.#cancel = clock.after(Math.min(this.#at - clock.now(), MAX_NAP_MS), () => {
      if (this.#at === Number.POSITIVE_INFINITY) return;
      if (clock.now() < this.#at) return this.#arm();
      void this.#wakeAfterReading();
    });
  }

  async #wakeAfterReading(): Promise<void> {
    const { arrivals } = this.#parts;
    await arrivals.readFirst(this.#at);
    this.#at = Number.POSITIVE_INFINITY;
    arrivals.expectTimers(this.#at);
    await this.wake();
  }

  /** Fires the timers of everything that is due, in memory or not. */
  async wake(): Promise<void> {
    const { arrivals, clock, log, store } = this.#parts;
    if (this.#held) arrivals.listen();
    this.#held = false;
    if (this.#waking) return this.wakeBy(clock.now() + 1);
    this.#waking = true;
    try {
      while (!this.#closed && (await this.#wakePage()));
      const next = await store.work.nextWake();
      if (next !== undefined)
        this.wakeBy(Math.max(next, clock.now() + (this.#setAside.size > 0 ? PAUSE_MS : 1)));
    } catch (error) {
      log.error({ err: error }, 'Executions that are due could not be read; they are tried again');
      this.wakeBy(clock.now() + PAUSE_MS);
    } finally {
      this.#waking = false;
    }
  }

  /** @returns whether more may be due at once. @throws what the store says when it cannot be read. */
  async #wakePage(): Promise<boolean> {
    const { store, residents, inbox, clock, log } = this.#parts;
    // Those that were set aside stay due: without room for others beside them they would fill every page.
    const aside = this.#setAside.size;
    const limit = PAGE + aside;
    const due = await store.work.due(clock.now(), limit);
    const fired: Promise<void>[] = [];
    for (const record of due) {
      if (this.#setAside.has(record.arn)) continue;
      try {
        const resident = await residents.load(record);
        if (resident !== undefined) fired.push(inbox.fireTimers(resident));
      } catch (error) {
        if (!isDamage(error)) throw error;
        log.error(
          { err: error, execution: record.arn },
          'An execution that is due is damaged; its timers rest until a restart',
        );
        this.#setAside.add(record.arn);
      }
    }
    await Promise.all(fired);
    // Without one that was fired or set aside it would be the same page again.
    return due.length === limit && (fired.length > 0 || this.#setAside.size > aside);
  }
}
