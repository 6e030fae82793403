// Commands on their way to executions. Whoever wants something of an execution (a caller of the API, a task that ended, a timer
// that is due, a Map Run) puts a command in here, and the committer takes it out. It is the one way back from effects to
// decisions: everything else in this folder is called downwards.

import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Command } from '../interpreter/command.ts';
import type { Refusal, Verdict } from '../interpreter/decide.ts';
import type { MapRunWrite } from '../store/map-runs.ts';
import type { ExpressStart } from '../store/store.ts';
import type { Arrivals } from './arrivals.ts';
import type { Request, Resident } from './resident.ts';
import { ResidentQueue } from './resident-queue.ts';
import type { Residents } from './residents.ts';

/** Pause before an execution that could not be read is read again. */
const RETRY_MS = 500;

/** The start record of an asynchronous Express execution that waits for its commit. */
export interface PendingStart {
  readonly start: ExpressStart;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/** A Map Run's part of a commit, and who waits for it. */
export interface PendingMapRunWrite {
  readonly write: MapRunWrite;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/** A decision that was made outside the loop, or the bug that stopped it. */
export interface MadeDecision {
  readonly resident: Resident;
  readonly request: Request;
  /** Of the timers that were due before the request, if any were, and of the request; folded into the resident's state. */
  readonly verdicts?: readonly Verdict[];
  readonly bug?: unknown;
}

export class Inbox {
  readonly #residents: Residents;
  readonly #arrivals: Arrivals;
  readonly #clock: Clock;
  readonly #log: Log;
  /** Commands whose execution is being read, by its ARN: when they arrived. */
  readonly #onTheirWay = new Map<string, number[]>();
  readonly #queue = new ResidentQueue();
  #expressStarts: PendingStart[] = [];
  #expressEnds: string[] = [];
  #mapRunWrites: PendingMapRunWrite[] = [];
  #made: MadeDecision[] = [];
  #onWork: () => void = () => {};
  #closed = false;

  constructor(residents: Residents, arrivals: Arrivals, clock: Clock, log: Log) {
    this.#residents = residents;
    this.#arrivals = arrivals;
    this.#clock = clock;
    this.#log = log;
  }

  /** @param act is called whenever something has been put in. */
  onWork(act: () => void): void {
    this.#onWork = act;
  }

  get empty(): boolean {
    return (
      this.#queue.length === 0 &&
      this.#expressStarts.length === 0 &&
      this.#expressEnds.length === 0 &&
      this.#mapRunWrites.length === 0 &&
      this.#made.length === 0
    );
  }

  // --- putting in ---

  /** Has a command decided, and waits until its events are durable. @returns why it changed nothing. */
  async ask(arn: string, command: Command): Promise<Refusal | undefined> {
    const arrivedAt = this.#arrivals.arrive();
    const resident = this.#residents.get(arn) ?? (await this.#find(arn, arrivedAt));
    return resident === undefined ? 'closed' : this.askOf(resident, command, arrivedAt);
  }

  askOf(
    resident: Resident,
    command: Command,
    arrivedAt = this.#arrivals.now(),
  ): Promise<Refusal | undefined> {
    return new Promise((resolve, reject) => {
      this.post(resident, { command, arrivedAt, done: resolve, failed: reject });
    });
  }

  /**
   * Has a command decided that nobody waits for, such as the result of a task. Nobody else would keep it: an execution that
   * cannot be read is read again until it can.
   */
  tell(arn: string, command: Command, arrivedAt = this.#arrivals.arrive()): void {
    const resident = this.#residents.get(arn);
    if (resident !== undefined) return this.send(resident, command, arrivedAt);
    this.#find(arn, arrivedAt).then(
      (found) => found && this.send(found, command, arrivedAt),
      (error: unknown) => {
        this.#log.error(
          { err: error, execution: arn },
          'An execution cannot be read; the result of its task is kept and given to it later',
        );
        if (!this.#closed) this.#clock.after(RETRY_MS, () => this.tell(arn, command, arrivedAt));
      },
    );
  }

  send(resident: Resident, command: Command, arrivedAt = this.#arrivals.now()): void {
    this.post(resident, { command, arrivedAt, done: undefined, failed: undefined });
  }

  /**
   * Has the execution's timers fired. Those due after a command arrived that is still on its way wait for it.
   * @returns when that is durable, or could not be.
   */
  async fireTimers(resident: Resident): Promise<void> {
    const coming = this.#onTheirWay.get(resident.record.arn) ?? [];
    const until = Math.min(this.#clock.now(), ...coming.map((arrivedAt) => arrivedAt - 1));
    // A commit that failed leaves the execution due: it is found again.
    await this.askOf(resident, { type: 'FireTimers', until }, until).catch(() => undefined);
  }

  /** Reads an execution for a command that has arrived. */
  async #find(arn: string, arrivedAt: number): Promise<Resident | undefined> {
    const coming = this.#onTheirWay.get(arn) ?? [];
    coming.push(arrivedAt);
    this.#onTheirWay.set(arn, coming);
    try {
      return await this.#residents.find(arn);
    } finally {
      coming.splice(coming.indexOf(arrivedAt), 1);
      if (coming.length === 0) this.#onTheirWay.delete(arn);
    }
  }

  /** Queues a request. An execution that has left the memory meanwhile is brought back for it. */
  post(resident: Resident, request: Request): void {
    if (resident.evicted) return this.#bringBack(resident.record.arn, request);
    resident.requests.push(request);
    if (!resident.queued && !resident.deciding) this.#enqueue(resident);
  }

  /** Commands of an opened execution wait until its decision is made outside. @param requests that it was opened with. */
  hold(resident: Resident, requests: readonly Request[]): void {
    resident.deciding = true;
    resident.requests.unshift(...requests);
  }

  putMade(made: MadeDecision): void {
    this.#made.push(made);
    this.#onWork();
  }

  /** Resolves when the start record of an Express execution is durable. */
  keepExpressStart(start: ExpressStart): Promise<void> {
    return new Promise((done, failed) => {
      this.#expressStarts.push({ start, done, failed });
      this.#onWork();
    });
  }

  /** The Express execution has ended: its start record is removed, sooner or later. */
  removeExpressStart(arn: string): void {
    this.#expressEnds.push(arn);
    this.#onWork();
  }

  /** Resolves when the write is durable. */
  keepMapRun(write: MapRunWrite): Promise<void> {
    return new Promise((done, failed) => {
      this.#mapRunWrites.push({ write, done, failed });
      this.#onWork();
    });
  }

  /** What is in here is still decided; what could not be, and what would go on and on, is left to the next process. */
  close(): void {
    this.#closed = true;
  }

  get closed(): boolean {
    return this.#closed;
  }

  #enqueue(resident: Resident): void {
    resident.queued = true;
    this.#queue.push(resident);
    this.#onWork();
  }

  #bringBack(arn: string, request: Request): void {
    this.#find(arn, request.arrivedAt).then(
      (found) => (found === undefined ? request.done?.('closed') : this.post(found, request)),
      (error: unknown) => request.failed?.(error),
    );
  }

  // --- taking out: for the committer ---

  /** The next executions in the queue; each is to be opened or put back. */
  take(most: number): Resident[] {
    return this.#queue.take(most);
  }

  /** Executions that were taken and have not been opened: they are first in line for the next batch. */
  putBack(residents: readonly Resident[]): void {
    this.#queue.putBack(residents);
  }

  /** The requests of an execution that was taken; it may be queued again from now on. */
  open(resident: Resident): Request[] {
    const { requests } = resident;
    resident.queued = false;
    resident.requests = [];
    return requests;
  }

  /** Decisions that were made outside. Commands that waited for them go into the next batch. */
  takeMade(): MadeDecision[] {
    const made = this.#made.splice(0);
    for (const { resident } of made) {
      resident.deciding = false;
      if (resident.requests.length > 0 && !resident.queued) this.#enqueue(resident);
    }
    return made;
  }

  /** Requests of an opened execution that its batch had no time for: before those that come now, after other executions. */
  postpone(resident: Resident, requests: readonly Request[]): void {
    resident.requests.unshift(...requests);
    if (!resident.queued) this.#enqueue(resident);
  }

  takeExpressStarts(most: number): PendingStart[] {
    return this.#expressStarts.splice(0, most);
  }

  putBackExpressStarts(starts: readonly PendingStart[]): void {
    this.#expressStarts.unshift(...starts);
  }

  /** At least one, when there are any. @param most that they may weigh together */
  takeMapRunWrites(most: number, weightOf: (write: MapRunWrite) => number): PendingMapRunWrite[] {
    let weight = 0;
    const over = this.#mapRunWrites.findIndex(({ write }, i) => {
      weight += weightOf(write);
      return i > 0 && weight > most;
    });
    return this.#mapRunWrites.splice(0, over < 0 ? this.#mapRunWrites.length : over);
  }

  putBackMapRunWrites(writes: readonly PendingMapRunWrite[]): void {
    this.#mapRunWrites.unshift(...writes);
  }

  takeExpressEnds(): string[] {
    return this.#expressEnds.splice(0);
  }

  putBackExpressEnds(arns: readonly string[]): void {
    this.#expressEnds.push(...arns);
  }
}
