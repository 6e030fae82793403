// What an earlier process left is taken up: calls under way, batches cut short, children of ended Map Runs, Express
// executions, deletions.

import { assert } from '../base/assert.ts';
import { afterRounds, type Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { ExecutionRecord, Store } from '../store/store.ts';
import type { Activities } from './activities.ts';
import type { Deletions } from './deletions.ts';
import type { Effects } from './effects.ts';
import type { Environments } from './environments.ts';
import type { Inbox } from './inbox.ts';
import type { MapRuns } from './map-runs/map-runs.ts';
import type { Resident } from './resident.ts';
import type { Residents } from './residents.ts';
import type { Starts } from './starts.ts';
import type { LongSteps } from './threads/long-steps.ts';
import type { UncleanEnds } from './unclean-ends.ts';
import { isDamage, type Wakeups } from './wakeups.ts';

/** Records read at once. */
const PAGE = 100;
/** Pause before an execution that could not be read is read again. */
const RETRY_MS = 500;
/** A process that has lived so long is not ended by what it took up. */
const SETTLED_MS = 60_000;

export interface RecoveryParts {
  readonly store: Store;
  readonly residents: Residents;
  readonly inbox: Inbox;
  readonly longSteps: LongSteps;
  readonly ends: UncleanEnds;
  readonly environments: Environments;
  readonly effects: Effects;
  readonly mapRuns: MapRuns;
  readonly activities: Activities;
  readonly starts: Starts;
  readonly deletions: Deletions;
  readonly wakeups: Wakeups;
  readonly clock: Clock;
  readonly log: Log;
}

export class Recovery {
  readonly #parts: RecoveryParts;
  /** Keys of those that go on, while not all do. */
  readonly #takenUp = new Set<number>();
  /** Of the execution that was taken up last. */
  #lastStep: Promise<unknown> = Promise.resolve();
  #closed = false;
  #cancelSettling: () => void = () => {};

  constructor(parts: RecoveryParts) {
    this.#parts = parts;
  }

  /**
   * To be called once.
   * @param onReady is called when requests may come: an execution that one of them needs is taken up when it is read.
   * @returns how many executions were taken up.
   */
  async run(onReady: () => void): Promise<number> {
    const { store, residents, longSteps, mapRuns, activities, starts, deletions, wakeups, clock } =
      this.#parts;
    const { ends } = this.#parts;
    wakeups.hold();
    await ends.begin();
    residents.setAside((arn) => ends.isSetAside(arn));
    await activities.load(store.catalog.activities);
    // Map Runs that are taken up start children at once: those are this process's own.
    const ours = store.nextKey();
    if (ends.isUnclean) longSteps.suspect(ours);
    residents.onLoad((resident) => {
      const { key, busy } = resident.record;
      if (busy && key < ours && !this.#takenUp.has(key)) this.#goOn(resident);
    });
    onReady();
    const { executions, allRead } = await this.#takeUpBusy(ours);
    residents.onLoad(() => {});
    this.#takenUp.clear();
    // The parent of a child may be one that could not be read, and still want it.
    if (allRead) {
      await mapRuns.abandonOrphans();
      await this.#stopOrphans(ours);
    }
    const expressStarts = await store.work.expressStarts();
    for (const start of expressStarts) await starts.runAgain(start);
    await deletions.resume();
    this.#cancelSettling = clock.after(SETTLED_MS, () => void ends.settle());
    // Not awaited: a store that refuses to write must not keep the server from answering.
    void wakeups.wake();
    return executions + expressStarts.length;
  }

  /** Executions that could not be read are not tried again. */
  close(): void {
    this.#closed = true;
    this.#cancelSettling();
  }

  /** @param before key */
  async #takeUpBusy(before: number): Promise<{ readonly executions: number; readonly allRead: boolean }> {
    const { store, ends } = this.#parts;
    const { work } = store;
    let executions = 0;
    let allRead = true;
    let page = await work.busy(0, PAGE);
    while (page.length > 0) {
      for (const record of page) {
        if (this.#closed) return { executions, allRead: false };
        if (record.key >= before) continue;
        if (ends.isSetAside(record.arn)) {
          allRead = false;
          continue;
        }
        executions++;
        if (ends.isSuspicious) await ends.takeUp(record.arn);
        allRead = (await this.#takeUp(record)) && allRead;
        if (ends.isSuspicious) await this.#lastStep;
      }
      // Input and output go on meanwhile, if only to say that the server is starting.
      await afterRounds(this.#parts.clock, 1);
      page = await work.busy(lastKey(page), PAGE);
    }
    await ends.takenUp();
    return { executions, allRead };
  }

  /** One execution that cannot be read does not keep the others from going on. @returns whether it could be read. */
  async #takeUp(record: ExecutionRecord): Promise<boolean> {
    const { residents, wakeups, clock, log } = this.#parts;
    const { arn, key } = record;
    try {
      const resident = await residents.load(record);
      // What a request has needed was taken up for it.
      if (resident !== undefined && !this.#takenUp.has(key)) this.#goOn(resident);
      return true;
    } catch (error) {
      log.error({ err: error, execution: arn }, 'An execution cannot be taken up again');
      if (isDamage(error)) wakeups.setAside(arn);
      else clock.after(RETRY_MS, () => void (this.#closed || this.#takeUp(record)));
      return false;
    }
  }

  /** Lets an execution go on: its open calls are made again, what was cut short is decided. */
  #goOn(resident: Resident): void {
    const { environments, effects, inbox } = this.#parts;
    this.#takenUp.add(resident.record.key);
    effects.releaseOpen(resident, environments.of(resident.record.arn));
    this.#lastStep = inbox.askOf(resident, { type: 'Continue' }).catch(() => undefined);
  }

  /** Stops children whose Map Run ended while their process died before it could stop them. @param before key */
  async #stopOrphans(before: number): Promise<void> {
    const { store, mapRuns, inbox, log } = this.#parts;
    let page = await store.work.children(0, PAGE);
    while (page.length > 0) {
      for (const { arn, key, mapRunArn } of page) {
        if (key >= before || mapRunArn === undefined || mapRuns.has(mapRunArn)) continue;
        inbox
          .ask(arn, { type: 'StopExecution', error: undefined, cause: undefined })
          .catch((error: unknown) => {
            log.error({ err: error, execution: arn }, 'A child of an ended Map Run could not be stopped');
          });
      }
      page = await store.work.children(lastKey(page), PAGE);
    }
  }
}

function lastKey(page: readonly ExecutionRecord[]): number {
  const last = page.at(-1);
  assert(last, 'Expected a page with a record');
  return last.key;
}
