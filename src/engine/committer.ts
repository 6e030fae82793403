// Batches: the commands that came in are decided, everything that was decided is committed at once, and only then are effects
// released and callers answered. One batch at a time; what comes meanwhile waits for the next.

import { afterRounds, type Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { MeterExhausted } from '../base/meter.ts';
import { newExecutionState } from '../interpreter/state.ts';
import type { MapRunWrite } from '../store/map-runs.ts';
import { type Batch, DuplicateExecution, type ExecutionWrite, type Store } from '../store/store.ts';
import type { Environments } from './environments.ts';
import type { Inbox, MadeDecision, PendingMapRunWrite, PendingStart } from './inbox.ts';
import { newMapRun } from './map-runs/new-map-run.ts';
import type { Release } from './release.ts';
import { newResident, type Request, type Resident } from './resident.ts';
import type { Residents } from './residents.ts';
import { decideStep, type Step, stepOf } from './step.ts';
import type { LongSteps } from './threads/long-steps.ts';
import type { Wakeups } from './wakeups.ts';

/** Executions decided and committed together at most. One costs some 50 µs from its decision to its answer, so 6 ms in all. */
const MAX_BATCH = 128;
/** As many times more for each of these by which the last commit was late, up to four: a slow disk is to be asked less often. */
const SLOW_COMMIT_MS = 20;
const MAX_GROWTH = 4;
/** Of the writes of Map Runs in one commit; see `weightOf`. */
const MAX_MAP_RUN_WEIGHT = 1_000;
/**
 * Time for deciding in one batch, and for batches without letting input and output happen between them. Expressions may take a
 * second each: without this bound a few hundred executions with such ones would keep every caller waiting for minutes.
 */
const MAX_BATCH_MS = 8;
/** Rounds of the event loop between batches that took so long. */
const ROUNDS = 8;
/** Pause after a commit that failed. */
const RETRY_COMMIT_MS = 500;

export interface CommitterParts {
  readonly store: Store;
  readonly inbox: Inbox;
  readonly residents: Residents;
  readonly environments: Environments;
  readonly longSteps: LongSteps;
  readonly release: Release;
  readonly wakeups: Wakeups;
  readonly clock: Clock;
  readonly log: Log;
}

export class Committer {
  readonly #parts: CommitterParts;
  #most = MAX_BATCH;
  #running = false;
  #armed = false;
  #closed = false;

  constructor(parts: CommitterParts) {
    this.#parts = parts;
    parts.inbox.onWork(() => this.#arm());
  }

  /** To be called with the inbox closed. Commits what waits in it, for `deadlineMs` and the batch then under way at most. */
  async close(deadlineMs: number): Promise<void> {
    const { inbox, longSteps, clock } = this.#parts;
    const until = clock.now() + deadlineMs;
    while (this.#running || !inbox.empty || longSteps.open > 0) {
      if (clock.now() >= until) this.#closed = true;
      if (this.#closed && !this.#running) return;
      await new Promise<void>((resolve) => clock.soon(resolve));
    }
  }

  #arm(): void {
    if (this.#armed || this.#running || this.#closed) return;
    this.#armed = true;
    this.#parts.clock.soon(() => {
      this.#armed = false;
      void this.#run();
    });
  }

  async #run(): Promise<void> {
    if (this.#running || this.#closed) return;
    this.#running = true;
    const { clock, inbox } = this.#parts;
    try {
      let since = clock.now();
      while (!inbox.empty && !this.#closed) {
        await this.#batch();
        if (clock.now() - since < MAX_BATCH_MS) continue;
        // A connection is accepted in one round of the event loop, read in the next, answered in a later one.
        await afterRounds(clock, ROUNDS);
        since = clock.now();
      }
    } finally {
      this.#running = false;
    }
  }

  async #batch(): Promise<void> {
    const { inbox, residents, release } = this.#parts;
    const taken = inbox.take(this.#most);
    const starts = inbox.takeExpressStarts(this.#most);
    const ends = inbox.takeExpressEnds();
    const pending = inbox.takeMapRunWrites(MAX_MAP_RUN_WEIGHT, weightOf);
    const made = inbox.takeMade();
    const steps = [...this.#stepsOf(made), ...this.#decideAll(taken)];
    const writes: ExecutionWrite[] = [];
    for (const { resident, write } of steps) {
      residents.weigh(resident);
      if (write !== undefined) writes.push(write);
    }
    const mapRuns = [...this.#newMapRuns(steps), ...pending.map(({ write }) => write)];
    try {
      if (writes.length > 0 || starts.length > 0 || ends.length > 0 || mapRuns.length > 0) {
        await this.#commit({
          executions: writes,
          expressStarted: starts.map(({ start }) => start),
          expressEnded: ends,
          ...(mapRuns.length === 0 ? {} : { mapRuns }),
        });
      }
    } catch (error) {
      inbox.putBackExpressEnds(ends);
      return this.#failed(error, steps, starts, pending);
    }
    for (const start of starts) start.done();
    for (const write of pending) write.done();
    for (const step of steps) {
      const { resident, write } = step;
      if (write !== undefined) {
        resident.record = write.record;
        resident.created = true;
      }
      release.release(step);
    }
  }

  async #commit(batch: Batch): Promise<void> {
    const { store, clock } = this.#parts;
    const begun = clock.now();
    await store.commit(batch);
    const growth = 1 + Math.floor((clock.now() - begun) / SLOW_COMMIT_MS);
    this.#most = MAX_BATCH * Math.min(growth, MAX_GROWTH);
  }

  /** Records of the Map Runs that the steps start. */
  #newMapRuns(steps: readonly Step[]): MapRunWrite[] {
    const { store, clock } = this.#parts;
    const made: MapRunWrite[] = [];
    for (const { resident, effects } of steps) {
      for (const effect of effects) {
        if (effect.type === 'StartMapRun' && effect.redriveCount === 0)
          made.push(newMapRun(store.nextKey(), resident.record, effect, clock.now()));
      }
    }
    return made;
  }

  #decideAll(residents: readonly Resident[]): Step[] {
    const { inbox, clock } = this.#parts;
    const steps: Step[] = [];
    const begun = clock.now();
    for (const [i, resident] of residents.entries()) {
      if (i > 0 && clock.now() - begun >= MAX_BATCH_MS) {
        inbox.putBack(residents.slice(i));
        break;
      }
      const requests = inbox.open(resident);
      if (resident.evicted) {
        // Queued while the commit of its last step failed: its state holds what was not kept. The inbox finds its successor.
        for (const request of requests) inbox.post(resident, request);
        continue;
      }
      const step = this.#decide(resident, requests);
      if (step !== undefined) steps.push(step);
    }
    return steps;
  }

  /** @returns undefined when a bug stopped it; the journal is untouched. */
  #decide(resident: Resident, requests: readonly Request[]): Step | undefined {
    const { inbox, residents, environments, longSteps } = this.#parts;
    const { arn } = resident.record;
    if (longSteps.wants(resident, requests)) {
      longSteps.begin(resident, requests);
      return undefined;
    }
    try {
      const step = decideStep(resident, requests, environments.inLoop(arn));
      if (step.postponed.length > 0) inbox.postpone(resident, step.postponed);
      return step;
    } catch (bug) {
      if (bug instanceof MeterExhausted) {
        longSteps.giveUp(resident);
        residents.evict(resident);
        const long = requests.map((request) => ({ ...request, isLong: true }) as const);
        void this.#postAgain(resident, long, bug);
      } else this.#stopped(resident, requests, bug);
      return undefined;
    }
  }

  #stopped(resident: Resident, requests: readonly Request[], bug: unknown): void {
    const { residents, wakeups, log } = this.#parts;
    const { arn } = resident.record;
    log.error({ err: bug, execution: arn }, 'A bug of Treadle stopped a step of an execution');
    residents.evict(resident);
    wakeups.setAside(arn);
    for (const request of requests) request.failed?.(bug);
  }

  /** Of decisions that were made outside the loop. */
  #stepsOf(made: readonly MadeDecision[]): Step[] {
    const steps: Step[] = [];
    for (const { resident, request, verdicts, bug } of made) {
      if (verdicts === undefined) this.#stopped(resident, [request], bug);
      else steps.push(stepOf(resident, [{ request, refused: verdicts.at(-1)!.refused }], [], verdicts));
    }
    return steps;
  }

  /**
   * Nothing of the batch was kept. What was to be started fails to its caller; everything else is decided again from what
   * the journal holds. A duplicate name concerns its start only.
   */
  async #failed(
    error: unknown,
    steps: readonly Step[],
    expressStarts: readonly PendingStart[],
    mapRunWrites: readonly PendingMapRunWrite[],
  ): Promise<void> {
    const { inbox, residents, clock, log } = this.#parts;
    const duplicate = error instanceof DuplicateExecution ? error.arn : undefined;
    for (const { resident } of steps) residents.evict(resident);
    if (duplicate === undefined) {
      log.error({ err: error }, 'The store refused a commit; nothing of it was kept');
      for (const start of expressStarts) start.failed(error);
      for (const write of mapRunWrites) write.failed(error);
    } else {
      inbox.putBackExpressStarts(expressStarts);
      inbox.putBackMapRunWrites(mapRunWrites);
    }
    const again: Step[] = [];
    for (const step of steps) {
      const { resident, answers } = step;
      const refused = !resident.created && (duplicate === undefined || resident.record.arn === duplicate);
      if (refused) for (const { request } of answers) request.failed?.(error);
      else again.push(step);
    }
    if (duplicate === undefined)
      await new Promise<void>((resolve) => void clock.after(RETRY_COMMIT_MS, resolve));
    for (const { resident, answers } of again) {
      await this.#postAgain(
        resident,
        answers.map(({ request }) => request),
        error,
      );
    }
  }

  /** @param resident whose state holds what was not kept. @param error why it was not */
  async #postAgain(resident: Resident, requests: readonly Request[], error: unknown): Promise<void> {
    const { inbox, clock, log } = this.#parts;
    let fresh: Resident | undefined;
    try {
      fresh = await this.#freshOf(resident);
    } catch (unreadable) {
      log.error(
        { err: unreadable, execution: resident.record.arn },
        'An execution cannot be read; it is tried again',
      );
      // Callers are told; the results of tasks are kept, nobody else has them.
      for (const request of requests) request.failed?.(error);
      const kept = requests.filter((request) => request.failed === undefined);
      if (kept.length > 0) clock.after(RETRY_COMMIT_MS, () => void this.#postAgain(resident, kept, error));
      return;
    }
    if (fresh === undefined) {
      for (const request of requests) request.done?.('closed');
      return;
    }
    for (const [scheduled, call] of resident.calls) fresh.calls.set(scheduled, call);
    for (const request of requests) inbox.post(fresh, request);
  }

  /** The execution as the store has it; one that has not been created begins anew. */
  async #freshOf({ record, program, state, created }: Resident): Promise<Resident | undefined> {
    const { residents } = this.#parts;
    if (created) return residents.find(record.arn);
    const fresh = newResident(record, program, newExecutionState(state.info), false);
    residents.add(fresh);
    return fresh;
  }
}

/** What it costs to keep a write, by the end of one child: about 5 µs, as for a kilobyte of inputs. */
function weightOf({ ends, chunks }: MapRunWrite): number {
  const characters = chunks.reduce(
    (sum, { inputs }) => inputs.reduce((all, text) => all + text.length, sum),
    0,
  );
  return ends.length + characters / 1_024;
}
