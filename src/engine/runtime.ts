// The engine at work. Commands become decisions in turns (turns.ts), decisions become effects (effects.ts), executions that
// only wait leave the memory (memory.ts, sleepers.ts); here is what the API asks, and how the parts hang together.

import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { NO_S3, type S3 } from '../aws/s3-objects.ts';
import { type Account, executionArn, expressExecutionArn, parseArn } from '../base/arn.ts';
import { assert } from '../base/assert.ts';
import { type Clock, systemClock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { Payload } from '../base/payload.ts';
import type { Limits } from '../base/quotas.ts';
import type { HistoryEvent } from '../history/event.ts';
import type { Command, TaskOutcome } from '../interpreter/command.ts';
import { newDecision, type Refusal } from '../interpreter/decide.ts';
import type { Environment } from '../interpreter/decision.ts';
import { type MapItem, readInputs } from '../interpreter/distributed-map.ts';
import type { StartMapRun } from '../interpreter/effect.ts';
import { isBusy, nextWake } from '../interpreter/outstanding.ts';
import { newExecutionState } from '../interpreter/state.ts';
import {
  DuplicateExecution,
  type ExecutionRecord,
  type ExpressStart,
  StaleWrite,
  type Store,
  StoreUnavailable,
} from '../store/store.ts';
import { Activities, MAX_POLLERS } from './activities.ts';
import { type Step, Turns } from './committer.ts';
import { Effects } from './effects.ts';
import {
  type Ended,
  type Engine,
  type Observer,
  Overloaded,
  type StartRequest,
  type TokenAnswer,
  TooManyPollers,
} from './engine.ts';
import { infoOf, type Live, newLive } from './execution.ts';
import { type ExpressHost, runExpress } from './express.ts';
import { Listeners } from './listeners.ts';
import { type ChildStart, type MapRunHost, MapRuns, type StartedChild } from './map-runs/map-runs.ts';
import { MockedTasks, type Mocks } from './mocked-tasks.ts';
import { type Compiled, Programs } from './programs.ts';
import { Memory } from './residents.ts';
import { keepRetention } from './retention.ts';
import type { Adapters } from './task-calls.ts';
import { createTaskTokens, type TaskTokens } from './tokens.ts';
import { isDamage, Sleepers } from './wakeups.ts';

export interface RuntimeOptions {
  readonly store: Store;
  readonly account: Account;
  readonly limits: Limits;
  readonly adapters: Adapters;
  /** Where Map Runs read items and write results; without it they cannot. */
  readonly s3?: S3 | undefined;
  /** Answers for executions that run a test case. */
  readonly mocks?: Mocks | undefined;
  /** Factor for the time that Wait states and retries wait; default 1. */
  readonly waitScale?: number | undefined;
  /** Key of task tokens: the same for every process on the same data. */
  readonly tokenSecret: string;
  readonly log: Log;
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly uuid?: () => string;
}

/** Transitions one execution may make in a turn before others have theirs. */
const MAX_TRANSITIONS = 2_000;
/** Time for the transitions of one execution in one turn; a single expression may take longer. */
const MAX_DECISION_MS = 20;
/** Starts that may wait for their answer, with Express executions that run, before new ones are refused. */
const MAX_WAITING = 20_000;
/** Their inputs together: what waits is held in memory several times over. */
const MAX_WAITING_CHARACTERS = 64 * 1024 * 1024;
/** An execution that sleeps at least this long leaves the memory. */
const PARK_AFTER_MS = 1_000;
/** Pause before an execution that could not be read is read again. */
const RETRY_MS = 500;
/** Records read at once. */
const PAGE = 500;

interface Started {
  readonly executionArn: string;
  readonly startedAt: number;
}

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
  readonly #memory: Memory;
  readonly #turns: Turns;
  readonly #sleepers: Sleepers;
  readonly #effects: Effects;
  readonly #mapRuns: MapRuns;
  readonly #mocked: MockedTasks;
  readonly #waitScale: number | undefined;
  readonly #activities: Activities;
  readonly #knownActivities = new Set<string>();
  readonly #tokens: TaskTokens;
  readonly #listeners = new Listeners();
  readonly #expressHost: ExpressHost;
  /** Starts that are not answered yet, and the length of their inputs. */
  #starting = 0;
  #startingCharacters = 0;
  /** Express executions that run now. */
  #running = 0;
  #allEnded: (() => void)[] = [];
  #endRetention: (() => void) | undefined;
  #closing = false;

  constructor(options: RuntimeOptions) {
    const { store, account, limits, adapters, log } = options;
    const clock = options.clock ?? systemClock;
    this.#store = store;
    this.#account = account;
    this.#limits = limits;
    this.#adapters = adapters;
    this.#log = log;
    this.#clock = clock;
    this.#random = options.random ?? Math.random;
    this.#uuid = options.uuid ?? randomUUID;
    this.#programs = new Programs(store);
    this.#mocked = new MockedTasks(options.mocks);
    this.#waitScale = options.waitScale === 1 ? undefined : options.waitScale;
    this.#tokens = createTaskTokens(options.tokenSecret);
    const memory = new Memory(store, this.#programs, limits);
    this.#memory = memory;
    this.#turns = new Turns({
      store,
      memory,
      clock,
      log,
      environment: (arn) => this.#environment(arn),
      committed: (step) => this.#committed(step),
      stuck: (arn) => this.#sleepers.stuck(arn),
    });
    this.#sleepers = new Sleepers({
      store,
      memory,
      clock,
      log,
      post: (live, request) => this.#turns.post(live, request),
    });
    this.#activities = new Activities({
      started: (task, workerName) =>
        this.#ask(task.executionArn, { type: 'StartActivity', scheduled: task.scheduled, workerName }),
      after: (delayMs, act) => clock.after(delayMs, act),
    });
    this.#mapRuns = new MapRuns({
      s3: options.s3 ?? NO_S3,
      payloadBytes: limits.payloadBytes,
      readInputs: (arn, effect, items) =>
        this.#whenStored(async () =>
          readInputsOf(await this.#memory.find(arn), effect, items, this.#environment(arn)),
        ),
      startChild: (child) => this.#whenStored(() => this.#startChild(child)),
      complete: (arn, command) => this.#tell(arn, command),
      stop: async (arn) => void (await this.stop(arn, undefined, undefined)),
      log,
    });
    this.#effects = new Effects({
      account,
      adapters,
      activities: this.#activities,
      mapRuns: this.#mapRuns,
      mocked: this.#mocked,
      tokens: this.#tokens,
      clock,
      log,
    });
    this.#expressHost = {
      clock,
      log,
      environment: (arn) => this.#environment(arn),
      observe: (arn, events) => this.#listeners.happened(arn, events),
      release: (effect, info, calls, tell) => this.#effects.release(effect, info, calls, tell),
    };
  }

  /**
   * Takes up what an earlier process left: calls under way, cut turns, Express starts, machines being deleted. To be called
   * once, before any other request: it could not tell calls of this process from those of the earlier one.
   */
  async recover(): Promise<{ readonly executions: number }> {
    this.#sleepers.hold();
    await this.#loadActivities();
    let executions = 0;
    let allRead = true;
    // Map Runs that are taken up start children at once: those are this process's own.
    const ours = this.#store.nextKey();
    let page = await this.#store.work.busy(0, PAGE);
    while (page.length > 0) {
      for (const record of page) {
        if (record.key >= ours) continue;
        executions++;
        allRead = (await this.#takeUp(record)) && allRead;
      }
      page = await this.#store.work.busy(page.at(-1)!.key, PAGE);
    }
    // Whose parent could not be read may still be wanted.
    if (allRead) await this.#stopOrphans(ours);
    for (const start of await this.#store.work.expressStarts()) {
      executions++;
      this.#runStarted(start, await this.#programs.load(start.revision), Payload.ofText(start.input));
    }
    for (const machine of await this.#store.catalog.deleting()) void this.#finishDeletion(machine.arn);
    // Not awaited: a store that refuses to write must not keep the server from answering.
    void this.#sleepers.wake();
    this.#endRetention = keepRetention(this.#store, this.#clock, this.#limits.retentionDays, this.#log);
    return { executions };
  }

  async #loadActivities(): Promise<void> {
    const { activities } = this.#store.catalog;
    let page = await activities.list({ after: undefined, limit: PAGE });
    while (page.length > 0) {
      for (const { arn } of page) this.#knownActivities.add(arn);
      page = await activities.list({ after: page.at(-1)!.name, limit: PAGE });
    }
  }

  /** One execution that cannot be read does not keep the others from going on. @returns whether it could be read. */
  async #takeUp(record: ExecutionRecord): Promise<boolean> {
    try {
      const live = await this.#memory.load(record);
      if (live === undefined) return true;
      this.#effects.releaseOpen(live, this.#environment(record.arn), (command) =>
        this.#tell(record.arn, command),
      );
      this.#send(live, { type: 'Continue' });
      return true;
    } catch (error) {
      this.#log.error({ err: error, execution: record.arn }, 'An execution cannot be taken up again');
      if (isDamage(error)) this.#sleepers.stuck(record.arn);
      else this.#clock.after(RETRY_MS, () => void (this.#closing || this.#takeUp(record)));
      return false;
    }
  }

  /** The parent's Map Run ended, but the process that was to stop its children did not live to. @param before key */
  async #stopOrphans(before: number): Promise<void> {
    let page = await this.#store.work.children(0, PAGE);
    while (page.length > 0) {
      for (const { arn, key, mapRunArn } of page) {
        if (key >= before || mapRunArn === undefined || this.#mapRuns.has(mapRunArn)) continue;
        this.stop(arn, undefined, undefined).catch((error: unknown) => {
          this.#log.error({ err: error, execution: arn }, 'A child of an ended Map Run could not be stopped');
        });
      }
      page = await this.#store.work.children(page.at(-1)!.key, PAGE);
    }
  }

  async start(request: StartRequest): Promise<Started> {
    return this.#admitted(request, (compiled) =>
      request.machine.type === 'EXPRESS'
        ? this.#startExpress(request, compiled)
        : this.#startStandard(request, compiled),
    );
  }

  async #startStandard(request: StartRequest, compiled: Compiled): Promise<Started> {
    const { machine, name, input } = request;
    const arn = executionArn(this.#account, machine.name, name);
    const before = this.#memory.has(arn) || (await this.#store.executions.get(arn)) !== undefined;
    // Another start of the same name may have come in while the store was asked.
    if (before || this.#memory.has(arn)) return this.#startedBefore(arn, request, compiled);
    const record: ExecutionRecord = {
      ...newRecord(this.#store.nextKey(), arn, machine.arn, name, compiled.revision.id, this.#clock.now()),
      traceHeader: request.traceHeader,
      stateMachineVersionArn: request.stateMachineVersionArn,
      stateMachineAliasArn: request.stateMachineAliasArn,
      mockCase: request.mockCase,
    };
    return this.#begin(record, compiled, input);
  }

  #begin(record: ExecutionRecord, { program, revision }: Compiled, input: Payload): Promise<Started> {
    const { arn, startedAt, stateMachineAliasArn, stateMachineVersionArn } = record;
    const info = infoOf(record, revision.roleArn, program, this.#limits, 'STANDARD');
    const live = newLive(record, program, newExecutionState(info), false);
    this.#mocked.begin(info);
    this.#memory.add(live);
    const via = {
      ...(stateMachineAliasArn === undefined ? {} : { stateMachineAliasArn }),
      ...(stateMachineVersionArn === undefined ? {} : { stateMachineVersionArn }),
    };
    return new Promise((resolve, reject) => {
      this.#turns.post(live, {
        command: { type: 'StartExecution', input, via },
        done: () => resolve({ executionArn: arn, startedAt }),
        failed: (error) => {
          this.#mocked.end(arn);
          reject(error);
        },
      });
    });
  }

  /** AWS: the same name and input while it runs is the same start; anything else is a duplicate. */
  async #startedBefore(arn: string, request: StartRequest, compiled: Compiled): Promise<Started> {
    const live = this.#memory.get(arn);
    if (live !== undefined && !live.created) await this.#ask(arn, { type: 'Continue' });
    const record = await this.#store.executions.get(arn);
    // The other start could not be kept.
    if (record === undefined) return this.#startStandard(request, compiled);
    if (record.status !== 'RUNNING' || record.mockCase !== request.mockCase)
      throw new DuplicateExecution(arn);
    const first = (await this.#store.journal.ends(record.key))?.first;
    if (first?.type !== 'ExecutionStarted' || first.input.text !== request.input.text)
      throw new DuplicateExecution(arn);
    return { executionArn: arn, startedAt: record.startedAt };
  }

  #startExpress(request: StartRequest, compiled: Compiled): Promise<Started> {
    const start = this.#expressStart(request, compiled);
    return new Promise((resolve, reject) => {
      this.#turns.expressStarted({
        start,
        done: () => {
          resolve({ executionArn: start.arn, startedAt: start.startedAt });
          this.#runStarted(start, compiled, request.input);
        },
        failed: reject,
      });
    });
  }

  #expressStart({ machine, name, input, mockCase }: StartRequest, compiled: Compiled): ExpressStart {
    return {
      arn: expressExecutionArn(this.#account, machine.name, name, this.#uuid()),
      stateMachineArn: machine.arn,
      name,
      revision: compiled.revision.id,
      input: input.text,
      startedAt: this.#clock.now(),
      mockCase,
    };
  }

  /** Runs an acknowledged Express execution; its start record goes when it has ended, so that it runs at least once. */
  #runStarted(start: ExpressStart, compiled: Compiled, input: Payload): void {
    const end = (): void => this.#turns.expressEnded(start.arn);
    this.#runExpress(start, compiled, input, 'EXPRESS').then(end, end);
  }

  async startSync(request: StartRequest): Promise<Ended> {
    return this.#admitted(request, (compiled) =>
      this.#runExpress(this.#expressStart(request, compiled), compiled, request.input, 'SYNC'),
    );
  }

  async #runExpress(
    start: Pick<ExpressStart, 'arn' | 'stateMachineArn' | 'name' | 'startedAt' | 'mockCase'>,
    { program, revision }: Compiled,
    input: Payload,
    kind: 'EXPRESS' | 'SYNC',
  ): Promise<Ended> {
    const info = infoOf(start, revision.roleArn, program, this.#limits, kind);
    this.#mocked.begin(info);
    this.#running++;
    try {
      const ended = await runExpress(this.#expressHost, info, program, input);
      this.#listeners.ended(ended);
      return ended;
    } finally {
      this.#mocked.end(info.arn);
      this.#running--;
      if (this.#running === 0) for (const allEnded of this.#allEnded.splice(0)) allEnded();
    }
  }

  async stop(arn: string, error: string | undefined, cause: string | undefined): Promise<number | undefined> {
    await this.#ask(arn, { type: 'StopExecution', error, cause });
    return (await this.#store.executions.get(arn))?.stoppedAt;
  }

  async deleteStateMachine(arn: string): Promise<void> {
    await this.#store.catalog.setDeleting(arn);
    void this.#finishDeletion(arn);
  }

  async #finishDeletion(arn: string): Promise<void> {
    try {
      // Starts that were let in before the machine was marked become durable first.
      await this.#turns.settled();
      for (;;) {
        const query = { stateMachineArn: arn, status: 'RUNNING', after: undefined, limit: PAGE } as const;
        const page = await this.#store.executions.list(query);
        if (page.length === 0) break;
        await Promise.all(page.map((record) => this.stop(record.arn, undefined, undefined)));
      }
      await this.#store.catalog.remove(arn);
    } catch (error) {
      this.#log.error(
        { err: error, stateMachine: arn },
        'A state machine could not be removed; the next start tries again',
      );
    }
  }

  async completeTask(token: string, outcome: TaskOutcome): Promise<TokenAnswer> {
    return this.#byToken(token, (scheduled) => ({ type: 'CompleteTask', scheduled, outcome, by: 'token' }));
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
    this.#activities.forget(arn);
  }

  async takeActivityTask(
    activityArn: string,
    workerName: string | undefined,
    signal: AbortSignal,
  ): Promise<{ token: string; input: string } | undefined> {
    if (this.#activities.polling(activityArn) >= MAX_POLLERS) throw new TooManyPollers(activityArn);
    return this.#activities.take(activityArn, workerName, signal);
  }

  /** Answers every worker that waits for an activity's task with nothing: the server is about to stop. */
  endPolls(): void {
    this.#activities.close();
  }

  observe(observer: Observer): () => void {
    return this.#listeners.observe(observer);
  }

  async ended(arn: string): Promise<Ended | undefined> {
    // Listening begins before the store is asked: the end may come while it answers.
    const { told, forget } = this.#listeners.end(arn);
    if (parseArn(arn)?.resource.startsWith('express:')) return told;
    if (this.#memory.get(arn)?.state.status === 'RUNNING') return told;
    try {
      const record = await this.#store.executions.get(arn);
      if (record === undefined ? this.#memory.has(arn) : record.status === 'RUNNING') return told;
      forget();
      return record && endedOf(record, (await this.#store.journal.ends(record.key))?.last);
    } catch (error) {
      forget();
      throw error;
    }
  }

  /** Waits for turns and Express executions to end, at most `deadlineMs`; calls still open are taken up at the next start. */
  async close(deadlineMs: number): Promise<void> {
    this.#closing = true;
    this.#sleepers.close();
    this.#mapRuns.close();
    this.#endRetention?.();
    this.#activities.close();
    if (this.#running > 0) {
      await new Promise<void>((resolve) => {
        const cancel = this.#clock.after(deadlineMs, resolve);
        this.#allEnded.push(() => {
          cancel();
          resolve();
        });
      });
    }
    for (const live of this.#memory.all()) for (const call of live.calls.values()) call.controller.abort();
    await this.#turns.settled();
  }

  /** Lets a start in while it lasts. @throws Overloaded rather than let queues grow without bound. */
  async #admitted<T>(
    { machine, input }: StartRequest,
    start: (compiled: Compiled) => Promise<T>,
  ): Promise<T> {
    const characters = input.text.length;
    if (this.#closing) throw new Overloaded('The server is stopping');
    if (this.#starting + this.#running >= MAX_WAITING) {
      throw new Overloaded(`More than ${MAX_WAITING} starts are waiting`);
    }
    if (this.#startingCharacters + characters > MAX_WAITING_CHARACTERS) {
      throw new Overloaded(`More than ${MAX_WAITING_CHARACTERS} characters of input are waiting`);
    }
    this.#starting++;
    this.#startingCharacters += characters;
    try {
      return await start(this.#programs.of(machine.revision));
    } finally {
      this.#starting--;
      this.#startingCharacters -= characters;
    }
  }

  #environment(arn: string): Environment {
    const now = this.#clock.now();
    return {
      now,
      random: this.#random,
      uuid: this.#uuid,
      taskToken: (scheduled) => this.#tokens.make(arn, scheduled),
      knowsActivity: (activity) => this.#knownActivities.has(activity),
      checkParameters: (resource, input) => this.#adapters.find(resource)?.check?.(resource, input) ?? [],
      addedParameters: (resource) => this.#adapters.find(resource)?.added?.(resource),
      isMocked: (info, stateName) => this.#mocked.isMocked(info, stateName),
      ...(this.#waitScale === undefined ? {} : { waitScale: this.#waitScale }),
      limits: this.#limits,
      maxTransitions: MAX_TRANSITIONS,
      overtime: () => this.#clock.now() - now >= MAX_DECISION_MS,
    };
  }

  /** What follows a commit: effects, answers, and the next thing the execution needs. */
  #committed(step: Step): void {
    const { live, write } = step;
    const { state } = live;
    const { arn } = state.info;
    const tell = (command: Command): void => this.#tell(arn, command);
    for (const effect of step.effects) this.#effects.release(effect, state.info, live.calls, tell);
    for (const { request, refused } of step.answers) request.done?.(refused);
    if (write !== undefined) this.#listeners.happened(arn, write.events);
    if (state.status !== 'RUNNING') {
      for (const call of live.calls.values()) call.controller.abort();
      this.#memory.remove(live);
      this.#mocked.end(arn);
      if (this.#listeners.awaits(arn)) this.#listeners.ended(endedOf(live.record, write?.events.at(-1)));
      return;
    }
    if (step.more) this.#send(live, { type: 'Continue' });
    this.#park(live);
  }

  /** An execution that only waits leaves the memory; the store says when it is due. */
  #park(live: Live): void {
    const wakeAt = nextWake(live.state);
    assert(wakeAt !== undefined, `Expected ${live.record.arn} to have a deadline`);
    const sleeps = wakeAt - this.#clock.now() >= PARK_AFTER_MS;
    if (sleeps && !live.queued && live.calls.size === 0 && !isBusy(live.state)) this.#memory.remove(live);
    this.#sleepers.wakeBy(wakeAt);
  }

  #send(live: Live, command: Command): void {
    this.#turns.post(live, { command, done: undefined, failed: undefined });
  }

  /** Decides a command and waits until its events are durable. @returns why it changed nothing. */
  async #ask(arn: string, command: Command): Promise<Refusal | undefined> {
    const live = this.#memory.get(arn) ?? (await this.#memory.find(arn));
    if (live === undefined) return 'closed';
    return new Promise((resolve, reject) => {
      this.#turns.post(live, { command, done: resolve, failed: reject });
    });
  }

  /** Passes on what the world said; the execution may have left the memory meanwhile. */
  #tell(arn: string, command: Command): void {
    const live = this.#memory.get(arn);
    if (live !== undefined) return this.#send(live, command);
    this.#memory.find(arn).then(
      (found) => found && this.#send(found, command),
      (error: unknown) => {
        this.#log.error(
          { err: error, execution: arn },
          'An execution cannot be read; what its task said is told again',
        );
        if (!this.#closing) this.#clock.after(RETRY_MS, () => this.#tell(arn, command));
      },
    );
  }

  /** Does it again until the store takes it: a disk that is full for a while is no failure of a Map. */
  async #whenStored<T>(act: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await act();
      } catch (error) {
        if (!(error instanceof StoreUnavailable || error instanceof StaleWrite)) throw error;
        await new Promise<void>((resolve) => void this.#clock.after(RETRY_MS, resolve));
      }
    }
  }

  /** Starts one child execution of a distributed Map, or finds the one an earlier process started. */
  async #startChild(child: ChildStart): Promise<StartedChild> {
    const parent = await this.#memory.find(child.parentArn);
    assert(parent, `Expected ${child.parentArn} to run while its Map Run does`);
    const compiled = this.#programs.child(await this.#memory.compiled(parent.record), child.mapState);
    // …:mapRun:<state machine>/<label>:<run>
    const label = child.mapRunArn.split(':')[6]!.split('/').at(-1)!;
    const machine = `${parent.state.info.stateMachineName}/${label}`;
    const stateMachineArn = `${parent.record.stateMachineArn}/${label}`;
    const now = this.#clock.now();
    const { mockCase } = parent.record;
    if (child.executionType === 'EXPRESS') {
      const arn = expressExecutionArn(this.#account, machine, child.name, this.#uuid());
      const start = { arn, stateMachineArn, name: child.name, startedAt: now, mockCase };
      return { arn, stateMachineArn, ended: this.#runExpress(start, compiled, child.input, 'EXPRESS') };
    }
    const arn = executionArn(this.#account, machine, child.name);
    if (!this.#memory.has(arn) && (await this.#store.executions.get(arn)) === undefined) {
      const record = newRecord(
        this.#store.nextKey(),
        arn,
        stateMachineArn,
        child.name,
        compiled.revision.id,
        now,
      );
      await this.#begin(
        { ...record, mapRunArn: child.mapRunArn, mapState: child.mapState, mockCase },
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
}

/** The inputs of the children of an execution's Map Run, by its own state; others have their turn in between. */
async function readInputsOf(
  parent: Live | undefined,
  { frame, mapRunArn }: StartMapRun,
  items: readonly MapItem[],
  env: Environment,
): ReturnType<MapRunHost['readInputs']> {
  if (parent === undefined) return undefined;
  const steps = readInputs(newDecision(parent.program, parent.state, env), frame, mapRunArn, items);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    await setImmediate();
  }
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
