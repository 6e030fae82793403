// Turns: the commands that came in are decided, all that was decided is committed at once, and only then are effects
// released and callers answered. One turn at a time; what comes meanwhile waits for the next.

import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { HistoryEvent } from '../history/event.ts';
import { decide, type Refusal, type Verdict } from '../interpreter/decide.ts';
import type { Environment } from '../interpreter/decision.ts';
import type { Effect } from '../interpreter/effect.ts';
import { needsRecovery, nextWake } from '../interpreter/outstanding.ts';
import { newExecutionState } from '../interpreter/state.ts';
import {
  DuplicateExecution,
  type ExecutionRecord,
  type ExecutionWrite,
  type ExpressStart,
  type Store,
} from '../store/store.ts';
import { type Live, newLive, type Request } from './execution.ts';
import type { Memory } from './residents.ts';

/** Executions decided and committed together at most. */
const MAX_TURN = 512;
/**
 * Time for deciding in one turn, and for turns without letting input and output happen between them. Expressions may take a second
 * each: without this bound a few hundred executions with such ones would keep every caller waiting for minutes.
 */
const MAX_TURN_MS = 20;
/** Rounds of the event loop between turns that took so long. */
const ROUNDS = 8;
/** Pause after a commit that failed. */
const RETRY_COMMIT_MS = 500;

/** One execution's part of a turn. */
export interface Step {
  readonly live: Live;
  readonly requests: readonly Request[];
  readonly answers: readonly { readonly request: Request; readonly refused: Refusal | undefined }[];
  readonly effects: readonly Effect[];
  /** The bound on transitions was reached. */
  readonly more: boolean;
  /** Absent: nothing changed. */
  readonly write: ExecutionWrite | undefined;
}

/** An asynchronous Express start that waits for its commit. */
export interface PendingExpress {
  readonly start: ExpressStart;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

export interface TurnsHost {
  readonly store: Store;
  readonly memory: Memory;
  readonly clock: Clock;
  readonly log: Log;
  environment(executionArn: string): Environment;
  /** The step is durable: its effects are to be released. */
  committed(step: Step): void;
  /** A bug of Treadle's stopped a step; the journal is untouched. */
  stuck(executionArn: string): void;
}

export class Turns {
  readonly #host: TurnsHost;
  #queue: Live[] = [];
  #expressStarts: PendingExpress[] = [];
  #expressEnds: string[] = [];
  #turning = false;
  #armed = false;

  constructor(host: TurnsHost) {
    this.#host = host;
  }

  get idle(): boolean {
    return (
      !this.#turning &&
      this.#queue.length === 0 &&
      this.#expressStarts.length === 0 &&
      this.#expressEnds.length === 0
    );
  }

  /** Queues a command. An execution that has left the memory meanwhile is brought back for it. */
  post(live: Live, request: Request): void {
    if (live.gone) return this.#repost(live.record.arn, request);
    live.inbox.push(request);
    if (live.queued) return;
    live.queued = true;
    this.#queue.push(live);
    this.#arm();
  }

  expressStarted(start: PendingExpress): void {
    this.#expressStarts.push(start);
    this.#arm();
  }

  expressEnded(arn: string): void {
    this.#expressEnds.push(arn);
    this.#arm();
  }

  /** Resolves when everything that waits now has had its turn. */
  async settled(): Promise<void> {
    while (!this.idle) await new Promise<void>((resolve) => this.#host.clock.soon(resolve));
  }

  #repost(arn: string, request: Request): void {
    this.#host.memory.find(arn).then(
      (found) => (found === undefined ? request.done?.('closed') : this.post(found, request)),
      (error: unknown) => request.failed?.(error),
    );
  }

  #arm(): void {
    if (this.#armed || this.#turning) return;
    this.#armed = true;
    this.#host.clock.soon(() => {
      this.#armed = false;
      void this.#run();
    });
  }

  async #run(): Promise<void> {
    if (this.#turning) return;
    this.#turning = true;
    const { clock } = this.#host;
    try {
      let since = clock.now();
      while (this.#queue.length > 0 || this.#expressStarts.length > 0 || this.#expressEnds.length > 0) {
        await this.#turn();
        if (clock.now() - since < MAX_TURN_MS) continue;
        // A connection is accepted in one round of the event loop, read in the next, answered in a later one.
        for (let round = 0; round < ROUNDS; round++) {
          await new Promise<void>((resolve) => clock.soon(resolve));
        }
        since = clock.now();
      }
    } finally {
      this.#turning = false;
    }
  }

  async #turn(): Promise<void> {
    const lives = this.#queue.splice(0, MAX_TURN);
    const starts = this.#expressStarts.splice(0, MAX_TURN);
    const ends = this.#expressEnds.splice(0);
    const steps: Step[] = [];
    const writes: ExecutionWrite[] = [];
    const begun = this.#host.clock.now();
    for (const [i, live] of lives.entries()) {
      if (i > 0 && this.#host.clock.now() - begun >= MAX_TURN_MS) {
        this.#queue.unshift(...lives.slice(i));
        break;
      }
      if (live.gone) {
        this.#forward(live);
        continue;
      }
      const step = this.#decide(live);
      if (step === undefined) continue;
      steps.push(step);
      if (step.write !== undefined) writes.push(step.write);
    }
    try {
      if (writes.length > 0 || starts.length > 0 || ends.length > 0) {
        await this.#host.store.commit({
          executions: writes,
          expressStarted: starts.map((pending) => pending.start),
          expressEnded: ends,
        });
      }
    } catch (error) {
      this.#expressEnds.push(...ends);
      return this.#failed(error, steps, starts);
    }
    for (const start of starts) start.done();
    for (const step of steps) {
      const { live, write } = step;
      if (write !== undefined) {
        live.record = write.record;
        live.created = true;
      }
      this.#host.committed(step);
    }
  }

  /** What came while the commit of this execution's last step failed: its state holds what was not kept. */
  #forward(live: Live): void {
    live.queued = false;
    for (const request of live.inbox.splice(0)) this.#repost(live.record.arn, request);
  }

  #decide(live: Live): Step | undefined {
    live.queued = false;
    const requests = live.inbox;
    live.inbox = [];
    const { state } = live;
    const env = this.#host.environment(live.record.arn);
    const verdicts: Verdict[] = [];
    try {
      for (const request of requests) {
        if (verdicts.length > 0 && env.overtime?.() === true) break;
        verdicts.push(decide(live.program, state, request.command, env));
      }
    } catch (bug) {
      this.#host.log.error(
        { err: bug, execution: live.record.arn },
        'A bug of Treadle stopped a step of an execution',
      );
      this.#host.memory.remove(live);
      this.#host.stuck(live.record.arn);
      for (const request of requests) request.failed?.(bug);
      return undefined;
    }
    const taken = requests.slice(0, verdicts.length);
    if (taken.length < requests.length) this.#postpone(live, requests.slice(taken.length));
    const events = joined<HistoryEvent>(verdicts, (verdict) => verdict.events);
    const wakeAt = nextWake(state);
    return {
      live,
      requests: taken,
      answers: taken.map((request, i) => ({ request, refused: verdicts[i]!.refused })),
      effects: joined<Effect>(verdicts, (verdict) => verdict.effects),
      more: verdicts.some((verdict) => verdict.more),
      write:
        events.length === 0 && live.record.wakeAt === wakeAt
          ? undefined
          : { record: recordAfter(live, wakeAt), created: !live.created, events },
    };
  }

  /** Leaves to a later turn what this one has no time for. */
  #postpone(live: Live, requests: Request[]): void {
    live.inbox = requests;
    live.queued = true;
    this.#queue.push(live);
  }

  /**
   * Nothing of the turn was kept. What was to be started fails to its caller; everything else is decided again from what
   * the journal holds. A duplicate name concerns its start only.
   */
  async #failed(error: unknown, steps: readonly Step[], starts: readonly PendingExpress[]): Promise<void> {
    const { memory, clock, log } = this.#host;
    const duplicate = error instanceof DuplicateExecution ? error.arn : undefined;
    for (const { live } of steps) memory.remove(live);
    if (duplicate === undefined) {
      log.error({ err: error }, 'The store refused a commit; nothing of it was kept');
      for (const start of starts) start.failed(error);
    } else {
      this.#expressStarts.unshift(...starts);
    }
    const again = steps.filter(({ live, requests }) => {
      const refused = !live.created && (duplicate === undefined || live.record.arn === duplicate);
      if (refused) for (const request of requests) request.failed?.(error);
      return !refused;
    });
    if (duplicate === undefined)
      await new Promise<void>((resolve) => void clock.after(RETRY_COMMIT_MS, resolve));
    for (const step of again) await this.#again(step, error);
  }

  async #again({ live, requests }: Pick<Step, 'live' | 'requests'>, error: unknown): Promise<void> {
    const { memory, clock, log } = this.#host;
    let fresh: Live | undefined;
    try {
      if (live.created) {
        fresh = await memory.find(live.record.arn);
      } else {
        fresh = newLive(live.record, live.program, newExecutionState(live.state.info), false);
        memory.add(fresh);
      }
    } catch (unreadable) {
      log.error(
        { err: unreadable, execution: live.record.arn },
        'An execution cannot be read; it is tried again',
      );
      // Callers are told; what tasks said has nobody else to keep it.
      for (const request of requests) request.failed?.(error);
      const kept = requests.filter((request) => request.failed === undefined);
      if (kept.length > 0)
        clock.after(RETRY_COMMIT_MS, () => void this.#again({ live, requests: kept }, error));
      return;
    }
    if (fresh === undefined) {
      for (const request of requests) request.done?.('closed');
      return;
    }
    for (const [scheduled, call] of live.calls) fresh.calls.set(scheduled, call);
    for (const request of requests) this.post(fresh, request);
  }
}

/** The index entry that goes with the state. */
function recordAfter({ record, state }: Live, wakeAt: number | undefined): ExecutionRecord {
  return {
    ...record,
    status: state.status,
    stoppedAt: state.stoppedAt,
    wakeAt,
    busy: needsRecovery(state),
    sequence: state.sequence,
  };
}

function joined<T>(verdicts: readonly Verdict[], part: (verdict: Verdict) => readonly T[]): readonly T[] {
  return verdicts.length === 1 ? part(verdicts[0]!) : verdicts.flatMap(part);
}
