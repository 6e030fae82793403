// The engine at work: gathers commands, decides a turn's worth of them, commits once, then releases effects and answers.
// The only place with time and concurrency. Nothing external happens before the events that say so are durable.

import { randomUUID } from 'node:crypto';
import type { Account } from '../base/arn.ts';
import { executionArn, expressExecutionArn, parseArn } from '../base/arn.ts';
import { assert } from '../base/assert.ts';
import type { Log } from '../base/log.ts';
import { Payload } from '../base/payload.ts';
import type { Limits } from '../base/quotas.ts';
import { replay } from '../interpreter/apply.ts';
import type { Command, TaskOutcome } from '../interpreter/command.ts';
import { decide, type Refusal } from '../interpreter/decide.ts';
import type { Effect, InvokeTask } from '../interpreter/effect.ts';
import type { HistoryEvent } from '../interpreter/event.ts';
import { isBusy, needsRecovery, nextWake, openEffects } from '../interpreter/outstanding.ts';
import { type ExecutionInfo, newExecutionState } from '../interpreter/state.ts';
import type { Environment } from '../interpreter/turn.ts';
import {
  DuplicateExecution,
  type ExecutionRecord,
  type ExecutionWrite,
  type ExpressStart,
  type Store,
} from '../store/store.ts';
import { Activities, MAX_POLLERS } from './activities.ts';
import { type Clock, systemClock } from './clock.ts';
import {
  type Ended,
  type Engine,
  type Observer,
  Overloaded,
  type StartRequest,
  type TokenAnswer,
  TooManyPollers,
} from './engine.ts';
import { type ExpressHost, runExpress } from './express.ts';
import { type Calls, infoOf, type Live, newLive, type Request } from './live.ts';
import { type ChildStart, MapRuns, type StartedChild } from './map-runs.ts';
import { type Compiled, Programs } from './programs.ts';
import { type Adapters, type Caller, callTask, cancelJob } from './task-calls.ts';
import { createTaskTokens, type TaskTokens } from './task-tokens.ts';

export interface RuntimeOptions {
  readonly store: Store;
  readonly account: Account;
  readonly limits: Limits;
  readonly adapters: Adapters;
  /** Key of task tokens: the same for every process on the same data. */
  readonly tokenSecret: string;
  readonly log: Log;
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly uuid?: () => string;
}

/** Transitions one execution may make in a turn before others have theirs. */
const MAX_TRANSITIONS = 2_000;
/** Executions decided and committed together at most. */
const MAX_TURN = 512;
/** Executions that may wait for a turn, and starts that may wait for their commit, before new starts are refused. */
const MAX_WAITING = 20_000;
/** An execution that sleeps at least this long leaves the memory. */
const PARK_AFTER_MS = 1_000;
/** Sleepers fetched from the store at once. */
const WAKE_PAGE = 500;
/** Pause after a commit that failed. */
const RETRY_COMMIT_MS = 500;
const RETENTION_EVERY_MS = 3_600_000;
const RETENTION_PAGE = 200;
const DAY_MS = 86_400_000;

export class Runtime implements Engine {
  readonly #store: Store;
  readonly #account: Account;
  readonly #limits: Limits;
  readonly #adapters: Adapters;
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #uuid: () => string;
  readonly #programs: Programs;
  readonly #mapRuns: MapRuns;
  readonly #activities: Activities;
  readonly #knownActivities = new Set<string>();
  readonly #tokens: TaskTokens;
  readonly #expressHost: ExpressHost;

  readonly #live = new Map<string, Live>();
  /** Loads under way, so that two askers share one fold. */
  readonly #loading = new Map<string, Promise<Live | undefined>>();
  #queue: Live[] = [];
  #turning = false;
  #armed = false;
  #expressStarts: PendingExpress[] = [];
  #expressEnds: string[] = [];
  readonly #observers = new Set<Observer>();
  readonly #waiters = new Map<string, ((ended: Ended) => void)[]>();
  #cancelWake: (() => void) | undefined;
  #wakeAt = Number.POSITIVE_INFINITY;
  #cancelRetention: (() => void) | undefined;
  #running = 0;
  #idle: (() => void)[] = [];
  #closing = false;
  #waking = false;
  /** Executions whose step ran into a bug: their timers are not fired again by this process. */
  readonly #stuck = new Set<string>();

  constructor(options: RuntimeOptions) {
    this.#store = options.store;
    this.#account = options.account;
    this.#limits = options.limits;
    this.#adapters = options.adapters;
    this.#log = options.log;
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
    this.#uuid = options.uuid ?? randomUUID;
    this.#programs = new Programs(options.store);
    this.#tokens = createTaskTokens(options.tokenSecret);
    this.#activities = new Activities({
      started: (task, workerName) =>
        this.#ask(task.executionArn, { type: 'StartActivity', scheduled: task.scheduled, workerName }),
      after: (delayMs, act) => this.#clock.after(delayMs, act),
    });
    this.#expressHost = {
      clock: this.#clock,
      log: this.#log,
      environment: (arn) => this.#environment(arn),
      observe: (arn, events) => this.#tellObservers(arn, events),
      release: (effect, info, calls, tell) => this.#release(effect, info, calls, tell),
    };
    this.#mapRuns = new MapRuns({
      startChild: (child) => this.#startChild(child),
      complete: (arn, command) => this.#tell(arn, command),
      stop: async (arn) => {
        await this.stop(arn, undefined, undefined);
      },
      log: this.#log,
    });
  }

  /** Takes up what an earlier process left: calls under way, cut turns, Express starts, machines being deleted. */
  async recover(): Promise<{ readonly executions: number }> {
    let executions = 0;
    for (let after = 0; ; ) {
      const page = await this.#store.work.busy(after, WAKE_PAGE);
      if (page.length === 0) break;
      for (const record of page) {
        after = record.key;
        executions++;
        const live = await this.#load(record);
        if (live !== undefined) this.#resume(live);
      }
    }
    for (const start of await this.#store.work.expressStarts()) {
      executions++;
      const compiled = await this.#programs.load(start.revision);
      this.#runStarted(start, compiled, Payload.ofText(start.input));
    }
    for (const machine of await this.#store.catalog.deleting()) void this.#finishDeletion(machine.arn);
    await this.#wake();
    this.#scheduleRetention();
    return { executions };
  }

  async start(request: StartRequest): Promise<{ executionArn: string; startedAt: number }> {
    this.#admit();
    const compiled = this.#programs.of(request.machine.revision);
    return request.machine.type === 'EXPRESS'
      ? this.#startExpress(request, compiled)
      : this.#startStandard(request, compiled);
  }

  async #startStandard(
    request: StartRequest,
    compiled: Compiled,
  ): Promise<{ executionArn: string; startedAt: number }> {
    const arn = executionArn(this.#account, request.machine.name, request.name);
    const twin =
      this.#live.get(arn)?.record ?? (await this.#store.executions.get(arn)) ?? this.#live.get(arn)?.record;
    if (twin !== undefined) return this.#startedBefore(twin, request.input);
    const record: ExecutionRecord = {
      ...newRecord(
        this.#store.nextKey(),
        arn,
        request.machine.arn,
        request.name,
        compiled.revision.id,
        this.#clock.now(),
      ),
      traceHeader: request.traceHeader,
      stateMachineVersionArn: request.stateMachineVersionArn,
      stateMachineAliasArn: request.stateMachineAliasArn,
    };
    return this.#begin(record, compiled, request.input);
  }

  #begin(
    record: ExecutionRecord,
    compiled: Compiled,
    input: Payload,
  ): Promise<{ executionArn: string; startedAt: number }> {
    const info = infoOf(record, compiled.revision.roleArn, compiled.program, this.#limits, 'STANDARD');
    const live = newLive(record, compiled.program, newExecutionState(info), false);
    this.#live.set(record.arn, live);
    const via =
      record.stateMachineVersionArn === undefined && record.stateMachineAliasArn === undefined
        ? undefined
        : {
            ...(record.stateMachineAliasArn === undefined
              ? {}
              : { stateMachineAliasArn: record.stateMachineAliasArn }),
            ...(record.stateMachineVersionArn === undefined
              ? {}
              : { stateMachineVersionArn: record.stateMachineVersionArn }),
          };
    return new Promise((resolve, reject) => {
      this.#post(live, {
        command: { type: 'StartExecution', input, ...(via === undefined ? {} : { via }) },
        done: () => resolve({ executionArn: record.arn, startedAt: record.startedAt }),
        failed: reject,
      });
    });
  }

  /** AWS: the same name and input while it runs is the same start; anything else is a duplicate. */
  async #startedBefore(
    twin: ExecutionRecord,
    input: Payload,
  ): Promise<{ executionArn: string; startedAt: number }> {
    const live = this.#live.get(twin.arn);
    if (live !== undefined && !live.created) await this.#settled(live);
    const record = await this.#store.executions.get(twin.arn);
    if (record?.status !== 'RUNNING') throw new DuplicateExecution(twin.arn);
    const first = (await this.#store.journal.ends(record.key))?.first;
    if (first?.type !== 'ExecutionStarted' || first.input.text !== input.text)
      throw new DuplicateExecution(twin.arn);
    return { executionArn: record.arn, startedAt: record.startedAt };
  }

  #settled(live: Live): Promise<void> {
    return new Promise((resolve) => {
      this.#post(live, { command: { type: 'Continue' }, done: () => resolve(), failed: () => resolve() });
    });
  }

  #startExpress(
    request: StartRequest,
    compiled: Compiled,
  ): Promise<{ executionArn: string; startedAt: number }> {
    const start = this.#expressStart(request, compiled);
    return new Promise((resolve, reject) => {
      this.#expressStarts.push({
        start,
        done: () => {
          resolve({ executionArn: start.arn, startedAt: start.startedAt });
          this.#runStarted(start, compiled, request.input);
        },
        failed: reject,
      });
      this.#arm();
    });
  }

  #expressStart(request: StartRequest, compiled: Compiled): ExpressStart {
    return {
      arn: expressExecutionArn(this.#account, request.machine.name, request.name, this.#uuid()),
      stateMachineArn: request.machine.arn,
      name: request.name,
      revision: compiled.revision.id,
      input: request.input.text,
      startedAt: this.#clock.now(),
    };
  }

  /** Runs an acknowledged Express execution; its start record goes when it has ended, so that it runs at least once. */
  #runStarted(start: ExpressStart, compiled: Compiled, input: Payload): void {
    const end = (): void => {
      this.#expressEnds.push(start.arn);
      this.#arm();
    };
    this.#runExpress(start, compiled, input, 'EXPRESS').then(end, end);
  }

  async startSync(request: StartRequest): Promise<Ended> {
    this.#admit();
    const compiled = this.#programs.of(request.machine.revision);
    return this.#runExpress(this.#expressStart(request, compiled), compiled, request.input, 'SYNC');
  }

  /** Runs an Express execution in memory, to its end. */
  async #runExpress(
    start: Pick<ExpressStart, 'arn' | 'stateMachineArn' | 'name' | 'startedAt'>,
    compiled: Compiled,
    input: Payload,
    kind: 'EXPRESS' | 'SYNC',
  ): Promise<Ended> {
    const { program, revision } = compiled;
    const info = infoOf(start, revision.roleArn, program, this.#limits, kind);
    this.#running++;
    try {
      const ended = await runExpress(this.#expressHost, info, program, input);
      this.#tellWaiters(ended);
      return ended;
    } finally {
      this.#running--;
      if (this.#running === 0) for (const idle of this.#idle.splice(0)) idle();
    }
  }

  async stop(arn: string, error: string | undefined, cause: string | undefined): Promise<number | undefined> {
    const live = this.#live.get(arn) ?? (await this.#find(arn));
    if (live === undefined) return (await this.#store.executions.get(arn))?.stoppedAt;
    await new Promise<void>((resolve, reject) => {
      this.#post(live, {
        command: { type: 'StopExecution', error, cause },
        done: () => resolve(),
        failed: reject,
      });
    });
    return live.state.stoppedAt ?? (await this.#store.executions.get(arn))?.stoppedAt;
  }

  async deleteStateMachine(arn: string): Promise<void> {
    await this.#store.catalog.setDeleting(arn);
    void this.#finishDeletion(arn);
  }

  async #finishDeletion(arn: string): Promise<void> {
    try {
      for (;;) {
        const page = await this.#store.executions.list({
          stateMachineArn: arn,
          status: 'RUNNING',
          after: undefined,
          limit: WAKE_PAGE,
        });
        if (page.length === 0) break;
        await Promise.all(page.map((record) => this.stop(record.arn, undefined, undefined)));
      }
      await this.#store.catalog.remove(arn);
    } catch (error) {
      this.#log.error(
        { err: error, stateMachine: arn },
        'A state machine could not be removed; it is tried again at the next start',
      );
    }
  }

  async completeTask(token: string, outcome: TaskOutcome): Promise<TokenAnswer> {
    return this.#byToken(token, (scheduled) => ({ type: 'CompleteTask', scheduled, outcome }));
  }

  async heartbeat(token: string): Promise<TokenAnswer> {
    return this.#byToken(token, (scheduled) => ({ type: 'Heartbeat', scheduled }));
  }

  async #byToken(token: string, command: (scheduled: number) => Command): Promise<TokenAnswer> {
    const named = this.#tokens.read(token);
    if (named === undefined) return 'invalid';
    return (await this.#ask(named.executionArn, command(named.scheduled))) === undefined ? 'ok' : 'gone';
  }

  activityCreated(arn: string): void {
    this.#knownActivities.add(arn);
  }

  activityDeleted(arn: string): void {
    this.#knownActivities.delete(arn);
  }

  async takeActivityTask(
    activityArn: string,
    workerName: string | undefined,
    signal: AbortSignal,
  ): Promise<{ token: string; input: string } | undefined> {
    if (this.#activities.polling(activityArn) >= MAX_POLLERS) throw new TooManyPollers(activityArn);
    return this.#activities.take(activityArn, workerName, signal);
  }

  /** Decides a command and waits until its events are durable. @returns why it changed nothing. */
  async #ask(arn: string, command: Command): Promise<Refusal | undefined> {
    const live = await this.#find(arn);
    if (live === undefined) return 'closed';
    return new Promise((resolve, reject) => {
      this.#post(live, { command, done: resolve, failed: reject });
    });
  }

  observe(observer: Observer): () => void {
    this.#observers.add(observer);
    return () => this.#observers.delete(observer);
  }

  async ended(arn: string): Promise<Ended | undefined> {
    const wait = (): Promise<Ended> =>
      new Promise((resolve) => {
        const waiters = this.#waiters.get(arn);
        if (waiters === undefined) this.#waiters.set(arn, [resolve]);
        else waiters.push(resolve);
      });
    if (parseArn(arn)?.resource.startsWith('express:')) return wait();
    if (this.#live.get(arn)?.state.status === 'RUNNING') return wait();
    const record = await this.#store.executions.get(arn);
    if (record === undefined) return this.#live.has(arn) ? wait() : undefined;
    if (record.status === 'RUNNING') return wait();
    const last = (await this.#store.journal.ends(record.key))?.last;
    return endedOf(record, last);
  }

  /** Waits for turns and Express executions to end, at most `deadlineMs`; calls still open are cut and taken up at the next start. */
  async close(deadlineMs: number): Promise<void> {
    this.#closing = true;
    this.#activities.close();
    this.#cancelWake?.();
    this.#cancelRetention?.();
    if (this.#running > 0) {
      await new Promise<void>((resolve) => {
        const cancel = this.#clock.after(deadlineMs, resolve);
        this.#idle.push(() => {
          cancel();
          resolve();
        });
      });
    }
    for (const live of this.#live.values()) for (const call of live.calls.values()) call.controller.abort();
    while (this.#turning || this.#queue.length > 0 || this.#expressEnds.length > 0) {
      await new Promise<void>((resolve) => this.#clock.soon(resolve));
    }
  }

  /** @throws Overloaded rather than let queues grow without bound. */
  #admit(): void {
    if (this.#closing) throw new Overloaded('The server is stopping');
    if (this.#queue.length + this.#expressStarts.length + this.#running > MAX_WAITING) {
      throw new Overloaded(`More than ${MAX_WAITING} starts are waiting`);
    }
  }

  #environment(arn: string): Environment {
    return {
      now: this.#clock.now(),
      random: this.#random,
      uuid: this.#uuid,
      taskToken: (scheduled) => this.#tokens.make(arn, scheduled),
      knowsActivity: (activity) => this.#knownActivities.has(activity),
      checkParameters: (resource, input) => this.#adapters.find(resource)?.check?.(resource, input) ?? [],
      limits: this.#limits,
      maxTransitions: MAX_TRANSITIONS,
    };
  }

  // --- turns ---

  #post(live: Live, request: Request): void {
    if (live.gone) return this.#repost(live.record.arn, request);
    live.inbox.push(request);
    if (live.queued) return;
    live.queued = true;
    this.#queue.push(live);
    this.#arm();
  }

  /** The execution left the memory since the caller looked it up. */
  #repost(arn: string, request: Request): void {
    this.#find(arn).then(
      (found) => (found === undefined ? request.done?.('closed') : this.#post(found, request)),
      (error: unknown) => request.failed?.(error),
    );
  }

  #arm(): void {
    if (this.#armed || this.#turning) return;
    this.#armed = true;
    this.#clock.soon(() => {
      this.#armed = false;
      void this.#turn();
    });
  }

  /** Decides what waits, commits it at once, releases what it owes the world; until nothing waits. */
  async #turn(): Promise<void> {
    if (this.#turning) return;
    this.#turning = true;
    try {
      while (this.#queue.length > 0 || this.#expressStarts.length > 0 || this.#expressEnds.length > 0) {
        await this.#oneTurn();
      }
    } finally {
      this.#turning = false;
    }
  }

  async #oneTurn(): Promise<void> {
    const turn = this.#queue.splice(0, MAX_TURN);
    const starts = this.#expressStarts.splice(0, MAX_TURN);
    const ends = this.#expressEnds.splice(0);
    const steps: Step[] = [];
    for (const live of turn) {
      const step = this.#decide(live);
      if (step !== undefined) steps.push(step);
    }
    const writes = steps.filter((step) => step.write !== undefined);
    try {
      if (writes.length > 0 || starts.length > 0 || ends.length > 0) {
        await this.#store.commit({
          executions: writes.map((step) => step.write!),
          expressStarted: starts.map((s) => s.start),
          expressEnded: ends,
        });
      }
    } catch (error) {
      this.#expressEnds.push(...ends);
      await this.#commitFailed(error, steps, starts);
      return;
    }
    for (const start of starts) start.done();
    for (const step of steps) this.#committed(step);
  }

  #decide(live: Live): Step | undefined {
    live.queued = false;
    const requests = live.inbox;
    live.inbox = [];
    const events: HistoryEvent[] = [];
    const effects: Effect[] = [];
    const answers: { readonly request: Request; readonly refused: Refusal | undefined }[] = [];
    let more = false;
    const env = this.#environment(live.record.arn);
    try {
      for (const request of requests) {
        const decision = decide(live.program, live.state, request.command, env);
        for (const event of decision.events) events.push(event);
        for (const effect of decision.effects) effects.push(effect);
        more ||= decision.more;
        answers.push({ request, refused: decision.refused });
      }
    } catch (bug) {
      this.#stopForBug(live, requests, bug);
      return undefined;
    }
    const { state } = live;
    if (events.length === 0 && live.record.wakeAt === nextWake(state)) {
      return { live, requests, answers, effects, more, write: undefined };
    }
    const record: ExecutionRecord = {
      ...live.record,
      status: state.status,
      stoppedAt: state.stoppedAt,
      wakeAt: nextWake(state),
      busy: needsRecovery(state),
      sequence: state.sequence,
    };
    return { live, requests, answers, effects, more, write: { record, created: !live.created, events } };
  }

  /** A bug stops this step and nothing else: the journal is untouched, the execution can be looked at and stopped. */
  #stopForBug(live: Live, requests: readonly Request[], bug: unknown): void {
    this.#log.error(
      { err: bug, execution: live.record.arn },
      'A bug of Treadle stopped a step of an execution',
    );
    this.#stuck.add(live.record.arn);
    this.#forgetLive(live);
    for (const request of requests) request.failed?.(bug);
  }

  #committed(step: Step): void {
    const { live, write } = step;
    if (write !== undefined) {
      live.record = write.record;
      live.created = true;
    }
    const { info } = live.state;
    for (const effect of step.effects) {
      this.#release(effect, info, live.calls, (command) => this.#tell(info.arn, command));
    }
    for (const { request, refused } of step.answers) request.done?.(refused);
    if (write !== undefined) this.#tellObservers(info.arn, write.events);
    if (live.state.status !== 'RUNNING') {
      for (const call of live.calls.values()) call.controller.abort();
      this.#forgetLive(live);
      if (this.#waiters.has(info.arn)) this.#tellWaiters(endedOf(live.record, write?.events.at(-1)));
      return;
    }
    if (step.more) this.#post(live, { command: { type: 'Continue' }, done: undefined, failed: undefined });
    this.#park(live);
  }

  /** Nothing was kept. Starts fail to their callers; everything else is decided again from what the journal holds. */
  async #commitFailed(
    error: unknown,
    steps: readonly Step[],
    starts: readonly PendingExpress[],
  ): Promise<void> {
    const duplicate = error instanceof DuplicateExecution ? error.arn : undefined;
    if (duplicate === undefined)
      this.#log.error({ err: error }, 'The store refused a commit; nothing of it was kept');
    for (const start of starts) {
      if (duplicate === undefined) start.failed(error);
      else this.#expressStarts.push(start);
    }
    const again: { readonly arn: string; readonly requests: readonly Request[]; readonly live: Live }[] = [];
    for (const step of steps) {
      const { live } = step;
      this.#forgetLive(live);
      if (step.write?.created && (duplicate === undefined || live.record.arn === duplicate)) {
        for (const request of step.requests) request.failed?.(error);
      } else {
        again.push({ arn: live.record.arn, requests: step.requests, live });
      }
    }
    if (duplicate === undefined)
      await new Promise<void>((resolve) => void this.#clock.after(RETRY_COMMIT_MS, resolve));
    for (const { arn, requests, live } of again) {
      const fresh = live.created
        ? await this.#find(arn)
        : newLive({ ...live.record }, live.program, newExecutionState(live.state.info), false);
      if (fresh === undefined) {
        for (const request of requests) request.failed?.(error);
        continue;
      }
      if (!live.created) this.#live.set(arn, fresh);
      for (const [scheduled, call] of live.calls) fresh.calls.set(scheduled, call);
      for (const request of requests) this.#post(fresh, request);
    }
  }

  /** Takes an execution out of memory. Its calls go on; who holds on to it is sent to the store. */
  #forgetLive(live: Live): void {
    live.gone = true;
    if (this.#live.get(live.record.arn) === live) this.#live.delete(live.record.arn);
  }

  // --- memory and time ---

  /** An execution that only waits leaves the memory; the store says when it is due. */
  #park(live: Live): void {
    const wakeAt = nextWake(live.state) ?? Number.POSITIVE_INFINITY;
    if (
      !live.queued &&
      live.calls.size === 0 &&
      !isBusy(live.state) &&
      wakeAt - this.#clock.now() >= PARK_AFTER_MS
    ) {
      this.#forgetLive(live);
    }
    this.#wakeBy(wakeAt);
  }

  #wakeBy(at: number): void {
    if (at >= this.#wakeAt || this.#closing) return;
    this.#cancelWake?.();
    this.#wakeAt = at;
    this.#cancelWake = this.#clock.after(at - this.#clock.now(), () => {
      this.#wakeAt = Number.POSITIVE_INFINITY;
      this.#wake().catch((error: unknown) => {
        this.#log.error({ err: error }, 'Due executions could not be read; they are tried again');
        this.#wakeBy(this.#clock.now() + RETRY_COMMIT_MS);
      });
    });
  }

  /** Fires the timers of everything that is due, in memory or not. */
  async #wake(): Promise<void> {
    if (this.#waking) return;
    this.#waking = true;
    try {
      for (;;) {
        const now = this.#clock.now();
        const due = await this.#store.work.due(now, WAKE_PAGE);
        const fresh: Live[] = [];
        for (const record of due) {
          if (this.#stuck.has(record.arn)) continue;
          const live = this.#live.get(record.arn) ?? (await this.#load(record));
          if (live === undefined) continue;
          fresh.push(live);
        }
        await Promise.all(
          fresh.map(
            (live) =>
              new Promise<void>((resolve) => {
                this.#post(live, {
                  command: { type: 'FireTimers' },
                  done: () => resolve(),
                  failed: () => resolve(),
                });
              }),
          ),
        );
        if (due.length < WAKE_PAGE) break;
      }
      const next = await this.#store.work.nextWake();
      // A stuck execution stays due: look again now and then, not at once.
      if (next !== undefined)
        this.#wakeBy(Math.max(next, this.#clock.now() + (this.#stuck.size > 0 ? PARK_AFTER_MS : 1)));
    } finally {
      this.#waking = false;
    }
  }

  /** Brings a running execution into memory. @returns undefined when it is closed or unknown. */
  async #find(arn: string): Promise<Live | undefined> {
    const live = this.#live.get(arn);
    if (live !== undefined) return live;
    const record = await this.#store.executions.get(arn);
    return record === undefined ? undefined : this.#load(record);
  }

  #load(record: ExecutionRecord): Promise<Live | undefined> {
    const known = this.#loading.get(record.arn);
    if (known !== undefined) return known;
    const loading = this.#fold(record).finally(() => this.#loading.delete(record.arn));
    this.#loading.set(record.arn, loading);
    return loading;
  }

  async #fold(stale: ExecutionRecord): Promise<Live | undefined> {
    const record = await this.#store.executions.getByKey(stale.key);
    if (record === undefined || record.status !== 'RUNNING') return undefined;
    const live = this.#live.get(record.arn);
    if (live !== undefined) return live;
    const compiled = await this.#compiledFor(record);
    const info = infoOf(record, compiled.revision.roleArn, compiled.program, this.#limits, 'STANDARD');
    const state = replay(newExecutionState(info), await this.#store.journal.read(record.key));
    const fresh = newLive(record, compiled.program, state, true);
    this.#live.set(record.arn, fresh);
    return fresh;
  }

  async #compiledFor(record: ExecutionRecord): Promise<Compiled> {
    const compiled = await this.#programs.load(record.revision);
    return record.mapState === undefined ? compiled : this.#programs.child(compiled, record.mapState);
  }

  /** After a restart: releases the effects of calls that were under way, and goes on with a turn that was cut. */
  #resume(live: Live): void {
    const env = this.#environment(live.record.arn);
    const effects = openEffects({
      program: live.program,
      state: live.state,
      env,
      events: [],
      effects: [],
      queue: [],
      childFinished: () => assert(false, 'Expected no event while effects are found again'),
      itemsOf: () => [],
    });
    for (const effect of effects) {
      this.#release(effect, live.state.info, live.calls, (command) => this.#tell(live.record.arn, command));
    }
    this.#post(live, { command: { type: 'Continue' }, done: undefined, failed: undefined });
  }

  // --- effects ---

  #release(effect: Effect, info: ExecutionInfo, calls: Calls, tell: (command: Command) => void): void {
    switch (effect.type) {
      case 'InvokeTask':
        return this.#invoke(effect, info, calls, tell);
      case 'CancelTask': {
        const call = calls.get(effect.scheduled);
        if (call === undefined) return;
        calls.delete(effect.scheduled);
        call.controller.abort();
        return cancelJob(this.#adapters, this.#caller(info), call.effect, this.#log);
      }
      case 'StartMapRun':
        return this.#mapRuns.start(info.arn, effect);
      case 'StopMapRun':
        return this.#mapRuns.stop(effect.mapRunArn);
    }
  }

  #invoke(effect: InvokeTask, info: ExecutionInfo, calls: Calls, tell: (command: Command) => void): void {
    const { scheduled, resource } = effect;
    if (resource.kind === 'activity') {
      const token = effect.token ?? this.#tokens.make(info.arn, scheduled);
      return this.#activities.offer(resource.arn, {
        executionArn: info.arn,
        scheduled,
        token,
        input: effect.input.text,
      });
    }
    const controller = new AbortController();
    const call = { controller, effect };
    calls.set(scheduled, call);
    void callTask(this.#adapters, this.#caller(info), effect, controller.signal, this.#clock, this.#log).then(
      (command) => {
        if (calls.get(scheduled) === call) calls.delete(scheduled);
        if (command !== undefined && !controller.signal.aborted) tell(command);
      },
    );
  }

  #caller(info: ExecutionInfo): Caller {
    return {
      executionArn: info.arn,
      stateMachineArn: info.stateMachineArn,
      region: this.#account.region,
      account: this.#account.account,
    };
  }

  /** Passes on what the world said; the execution may have left the memory meanwhile. */
  #tell(arn: string, command: Command): void {
    const live = this.#live.get(arn);
    if (live !== undefined) return this.#post(live, { command, done: undefined, failed: undefined });
    this.#find(arn).then(
      (found) => found && this.#post(found, { command, done: undefined, failed: undefined }),
      (error: unknown) => {
        this.#log.error({ err: error, execution: arn }, 'An execution could not be read; it is tried again');
        this.#clock.after(RETRY_COMMIT_MS, () => this.#tell(arn, command));
      },
    );
  }

  /** Starts one child execution of a distributed Map, or finds the one an earlier process started. */
  async #startChild(child: ChildStart): Promise<StartedChild> {
    const parent = await this.#find(child.parentArn);
    assert(parent, `Expected ${child.parentArn} to run while its Map Run does`);
    const compiled = this.#programs.child(await this.#compiledFor(parent.record), child.mapState);
    // …:mapRun:<state machine>/<label>:<run>
    const label = child.mapRunArn.split(':')[6]!.split('/').at(-1)!;
    const machine = `${parent.state.info.stateMachineName}/${label}`;
    const stateMachineArn = `${parent.record.stateMachineArn}/${label}`;
    if (child.executionType === 'EXPRESS') {
      const arn = expressExecutionArn(this.#account, machine, child.name, this.#uuid());
      const start = { arn, stateMachineArn, name: child.name, startedAt: this.#clock.now() };
      return { arn, stateMachineArn, ended: this.#runExpress(start, compiled, child.input, 'EXPRESS') };
    }
    const arn = executionArn(this.#account, machine, child.name);
    if (!this.#live.has(arn) && (await this.#store.executions.get(arn)) === undefined) {
      await this.#begin(
        {
          ...newRecord(
            this.#store.nextKey(),
            arn,
            stateMachineArn,
            child.name,
            compiled.revision.id,
            this.#clock.now(),
          ),
          mapRunArn: child.mapRunArn,
          mapState: child.mapState,
        },
        compiled,
        child.input,
      );
    }
    return { arn, stateMachineArn, ended: this.#mustEnd(arn) };
  }

  async #mustEnd(arn: string): Promise<Ended> {
    const ended = await this.ended(arn);
    assert(ended, `Expected the child execution ${arn} to exist`);
    return ended;
  }

  #tellObservers(arn: string, events: readonly HistoryEvent[]): void {
    if (events.length > 0) for (const observer of this.#observers) observer(arn, events);
  }

  #tellWaiters(ended: Ended): void {
    const waiters = this.#waiters.get(ended.executionArn);
    this.#waiters.delete(ended.executionArn);
    for (const waiter of waiters ?? []) waiter(ended);
  }

  // --- retention ---

  #scheduleRetention(): void {
    this.#cancelRetention = this.#clock.after(RETENTION_EVERY_MS, () => {
      this.#forget()
        .catch((error: unknown) => this.#log.error({ err: error }, 'Old executions could not be removed'))
        .finally(() => {
          if (!this.#closing) this.#scheduleRetention();
        });
    });
  }

  /** Removes executions closed longer ago than the retention, a few at a time. */
  async #forget(): Promise<void> {
    const closedBefore = this.#clock.now() - this.#limits.retentionDays * DAY_MS;
    while (
      !this.#closing &&
      (await this.#store.executions.removeClosed({ closedBefore, limit: RETENTION_PAGE })) === RETENTION_PAGE
    ) {
      await new Promise<void>((resolve) => this.#clock.soon(resolve));
    }
  }
}

/** An asynchronous Express start that waits for its commit. */
interface PendingExpress {
  readonly start: ExpressStart;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/** One execution's part of a turn. */
interface Step {
  readonly live: Live;
  readonly requests: readonly Request[];
  readonly answers: readonly { readonly request: Request; readonly refused: Refusal | undefined }[];
  readonly effects: readonly Effect[];
  readonly more: boolean;
  readonly write: ExecutionWrite | undefined;
}

function newRecord(
  key: number,
  arn: string,
  stateMachineArn: string,
  name: string,
  revision: number,
  startedAt: number,
): ExecutionRecord {
  return {
    key,
    arn,
    stateMachineArn,
    name,
    revision,
    status: 'RUNNING',
    startedAt,
    stoppedAt: undefined,
    wakeAt: undefined,
    busy: true,
    sequence: 0,
    redriveCount: 0,
    redrivenAt: undefined,
    traceHeader: undefined,
    stateMachineVersionArn: undefined,
    stateMachineAliasArn: undefined,
    mapRunArn: undefined,
    mapState: undefined,
  };
}

function endedOf(record: ExecutionRecord, last: HistoryEvent | undefined): Ended {
  assert(
    record.status !== 'RUNNING' && record.status !== 'PENDING_REDRIVE',
    `Expected ${record.arn} to be closed`,
  );
  return {
    executionArn: record.arn,
    status: record.status,
    startedAt: record.startedAt,
    stoppedAt: record.stoppedAt ?? record.startedAt,
    output: last?.type === 'ExecutionSucceeded' ? last.output : undefined,
    error: last !== undefined && 'error' in last ? last.error : undefined,
    cause: last !== undefined && 'cause' in last ? last.cause : undefined,
  };
}
