// One simulated installation: a store that outlives its processes, processes that die and come back, clients that do not
// give up, and a book of everything that was acknowledged.

import { pino } from 'pino';
import { type Account, executionArn, stateMachineArn } from '../../src/base/arn.ts';
import { Payload } from '../../src/base/payload.ts';
import { AWS_LIMITS } from '../../src/base/quotas.ts';
import { createEngine, type RunningEngine } from '../../src/engine/create.ts';
import { Overloaded } from '../../src/engine/engine.ts';
import { Bus } from '../../src/observe/bus.ts';
import type { ExecutionEnd } from '../../src/observe/messages.ts';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';
import {
  type Batch,
  DuplicateExecution,
  type Revision,
  type StateMachine,
  type Store,
} from '../../src/store/store.ts';
import { BUG_IN_LOG } from './bug-in-log.ts';
import { Delays } from './delays.ts';
import { type FaultPlan, faultyStore } from './faulty-store.ts';
import { Outside } from './outside.ts';
import { poolOf, SECRET } from './pool.ts';
import type { Random } from './random.ts';
import { type Outages, Redrives } from './redrives.ts';
import { Shadows } from './shadow.ts';
import { settle, VirtualTime } from './virtual-time.ts';
import { type Answer, Workers } from './workers.ts';
import type { Workflow } from './workflows.ts';

export const ACCOUNT: Account = { partition: 'aws', region: 'us-east-1', account: '123456789012' };
export const START = Date.UTC(2026, 0, 2, 3, 4, 5);
const ROLE = 'arn:aws:iam::123456789012:role/simulated';

export interface WorldOptions {
  readonly random: Random;
  readonly faults: FaultPlan;
  /** False: everything due at one moment happens in the order it was asked for, and a dead process is back at once. */
  readonly shuffled: boolean;
  /** In some worlds decisions are made beside the loop. */
  readonly beside?: boolean;
  /** Told every record the processes log; complaints are made of bugs in any case. */
  readonly onLog?: (line: string) => void;
  /** Which tasks fail as they would not undisturbed. */
  readonly outages?: Outages;
}

interface Process {
  readonly engine: RunningEngine;
  readonly owner: object;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly died: Promise<'lost'>;
  readonly die: () => void;
  dead: boolean;
  /** Takes requests. */
  up: boolean;
}

export class World {
  readonly time: VirtualTime;
  readonly store: Store = openSqliteStore({ folder: ':memory:' });
  readonly complaints: string[] = [];
  readonly shadows: Shadows;
  writes = 0;
  crashes = 0;
  stalls = 0;
  /** The clock of a process was behind that of the one before: deadlines of earlier tasks came late. */
  setBack = false;
  /** Asynchronous Express executions acknowledged, and those that were seen to end. */
  readonly expressStarted = new Set<string>();
  readonly expressEnded = new Set<string>();
  /** By execution name: started, and what a start was acknowledged with. */
  readonly started = new Map<
    string,
    { readonly arn: string; readonly startedAt: number; readonly input: string }
  >();
  readonly stopped = new Set<string>();
  readonly #redrives: Redrives;
  /** Names of workflows whose machine was deleted. */
  readonly deleted = new Set<string>();
  /** Names with a start whose answer was lost. */
  readonly #unsure = new Set<string>();
  readonly #expressOpen = new Set<string>();
  readonly #workers: Workers;
  readonly #waiting = new Set<{ readonly arn: string; readonly process: Process }>();
  readonly #options: WorldOptions;
  readonly outside: Outside;
  readonly #machines = new Map<string, StateMachine>();
  readonly #revisions = new Map<number, Revision>();
  readonly #delays = new Delays((complaint) => this.complain(complaint));
  #process: Process | undefined;
  /** When the process before died, by its own clock. */
  #latest = 0;
  #clients = 0;
  #planned = 0;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.time = new VirtualTime(START, options.shuffled ? options.random.fork('order') : undefined);
    this.shadows = new Shadows(
      (id) => this.#revisions.get(id)!,
      (complaint) => this.complain(complaint),
    );
    this.#workers = new Workers({
      time: this.time,
      shadows: this.shadows,
      troubles: () => this.stalls + this.crashes,
      standsStill: () => this.#process !== undefined && this.time.isStalled(this.#process.owner),
      ask: (work) => this.#ask(work),
      pause: (ms) => this.pause(ms),
      complain: (complaint) => this.complain(complaint),
    });
    this.#redrives = new Redrives({
      outages: options.outages,
      random: options.random,
      shadows: this.shadows,
      stopped: this.stopped,
      deleted: this.deleted,
      pause: (ms) => this.pause(ms),
      ask: (request) => this.#ask((engine) => engine.redrive(request)),
      expectEnd: (arn) => this.expectEnd(arn),
      complain: (complaint) => this.complain(complaint),
    });
    this.outside = new Outside({
      time: this.time,
      random: options.random.fork('outside'),
      faults: options.shuffled,
      called: (task, process) => this.shadows.called(task, process),
      complain: (complaint) => this.complain(complaint),
      outage: (task) => this.#redrives.outage(task),
      answer: (token, outcome) => void this.#client(() => this.#workers.answer(token, outcome)),
      beat: (token) => this.#client(() => this.#workers.beat(token)),
    });
  }

  complain(complaint: string): void {
    if (this.complaints.length < 20) this.complaints.push(complaint);
  }

  async create(workflow: Workflow): Promise<void> {
    const { machine } = await this.store.catalog.create({
      arn: stateMachineArn(ACCOUNT, workflow.name),
      name: workflow.name,
      type: workflow.type,
      createdAt: START,
      settings: {},
      revision: { revisionId: undefined, definition: workflow.definition, roleArn: ROLE },
    });
    this.#machines.set(workflow.name, machine);
    if (workflow.weak !== undefined) this.#redrives.weak.set(workflow.name, workflow.weak);
    this.#revisions.set(machine.revision.id, machine.revision);
  }

  // --- processes ---

  boot(): void {
    const owner = {};
    let die = (): void => {};
    const died = new Promise<'lost'>((resolve) => {
      die = () => resolve('lost');
    });
    const store = faultyStore(this.store, owner, this.time, this.#options.faults, {
      count: () => this.writes++,
      kept: (batch) => this.#kept(batch),
      crash: () => this.#crash(process, owner),
    });
    const random = this.#options.random.fork(`process ${this.crashes}`);
    const log = pino(
      { level: 'debug', base: undefined, timestamp: false },
      { write: (line) => this.#logged(line) },
    );
    const bus = new Bus(log);
    const clock = this.time.clockOf(owner);
    if (clock.now() < this.#latest) this.setBack = true;
    const engine = createEngine({
      store,
      account: ACCOUNT,
      limits: AWS_LIMITS,
      integrations: this.outside.integrationsOf(owner),
      s3: this.outside.bucket.s3Of(owner, random.fork('s3')),
      tokenSecret: SECRET,
      bus,
      log,
      clock,
      random: () => random.next(),
      uuid: () => random.uuid(),
      ...poolOf(this.#options, this.crashes, clock),
    });
    const process: Process = { engine, owner, now: clock.now, died, die, dead: false, up: false };
    this.#process = process;
    bus.on('events', ({ executionArn: arn, events }) => {
      if (process.dead) return;
      const shadow = this.shadows.byArn.get(arn);
      const last = events.at(-1);
      if (arn.includes(':express:')) {
        if (last?.type.startsWith('Execution') && last.type !== 'ExecutionStarted')
          this.expressEnded.add(arn);
      } else if (last !== undefined && last.id > (shadow?.state.lastId ?? 0)) {
        this.complain(`${arn}: observers were told event ${last.id} before it was durable`);
      }
    });
    engine.recover().then(
      () => {
        process.up = true;
      },
      (error: unknown) => {
        if (!process.dead) this.complain(`a process could not take up its work: ${String(error)}`);
      },
    );
  }

  /** The process that runs stands still. What is sent to it meanwhile lies in the kernel. */
  stall(ms: number): void {
    if (this.#process === undefined) return;
    this.stalls++;
    this.time.stall(this.#process.owner, ms);
  }

  /** The process dies now, and is down for so long. */
  crash(downMs: number): void {
    if (this.#process !== undefined) this.#crash(this.#process, this.#process.owner, downMs);
  }

  #crash(process: Process, owner: object, downMs?: number): void {
    this.crashes++;
    this.#latest = process.now();
    process.dead = true;
    this.time.kill(owner);
    if (this.#process === process) this.#process = undefined;
    process.die();
    const random = this.#options.random;
    const soon = this.#options.shuffled && random.chance(0.7) ? random.int(0, 10_000) : 0;
    this.time.after(this, downMs ?? soon, () => this.boot());
  }

  #logged(line: string): void {
    this.#options.onLog?.(line);
    if (BUG_IN_LOG.test(line)) this.complain(`the log says: ${line.trim().slice(0, 1_500)}`);
  }

  #kept(batch: Batch): void {
    this.#delays.kept(batch, this.time.elapsed, this.crashes + this.stalls);
    this.shadows.kept(batch);
    this.outside.book.kept(batch);
    for (const { arn } of batch.expressStarted) this.#expressOpen.add(arn);
    for (const arn of batch.expressEnded) {
      this.#expressOpen.delete(arn);
      if (!this.expressEnded.has(arn)) this.complain(`${arn} was let go before it had ended`);
    }
  }

  // --- clients ---

  /** Runs a client's work; the simulation goes on until it is done. */
  #client(work: () => Promise<void>): Promise<void> {
    this.#clients++;
    return work().then(
      () => void this.#clients--,
      (error: unknown) => {
        this.#clients--;
        this.complain(`a client ran into ${error instanceof Error ? error.stack : String(error)}`);
      },
    );
  }

  /** Has `act` done at a time; the simulation does not end before. */
  at(ms: number, act: () => void): void {
    this.#planned++;
    this.time.after(this, ms, () => {
      this.#planned--;
      act();
    });
  }

  pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.time.after(this, ms, resolve));
  }

  /** Asks the process that runs, or the next one when none does. @param work is done when the request reaches it */
  async #ask<T>(work: (engine: RunningEngine, process: Process) => Promise<T>): Promise<Answer<T>> {
    while (this.#process?.up !== true) await this.pause(50);
    const process = this.#process;
    const { engine, died, owner } = process;
    if (this.time.isStalled(owner))
      await Promise.race([died, new Promise<void>((resolve) => void this.time.after(owner, 0, resolve))]);
    if (process.dead) return 'lost';
    return Promise.race([
      died,
      work(engine, process).then(
        (value) => ({ value }),
        (error: unknown) => ({ error }),
      ),
    ]);
  }

  /** Deletes a machine and goes on trying until that is acknowledged; starts that come later are refused, as by the API. */
  delete(workflow: string): Promise<void> {
    return this.#client(async () => {
      this.deleted.add(workflow);
      const arn = stateMachineArn(ACCOUNT, workflow);
      for (;;) {
        const answer = await this.#ask((engine) => engine.deleteStateMachine(arn));
        if (answer !== 'lost' && 'value' in answer) return;
        await this.pause(300);
      }
    });
  }

  /** Starts an execution and goes on trying until it is acknowledged or known to exist. */
  start(workflow: string, name: string, input: string, againAfterMs = 300): Promise<void> {
    return this.#client(async () => {
      for (;;) {
        const machine = this.#machines.get(workflow)!;
        const request = { machine, name, input: Payload.ofText(input), traceHeader: undefined };
        const answer = await this.#ask(async (engine) =>
          this.deleted.has(workflow) ? undefined : engine.start(request),
        );
        if (answer === 'lost') this.#unsure.add(name);
        else if ('value' in answer)
          return answer.value && this.#acknowledged(machine, name, input, answer.value);
        else if (answer.error instanceof DuplicateExecution) {
          if (!this.shadows.byArn.has(answer.error.arn))
            this.complain(`${name} was refused as a duplicate, but there is no such execution`);
          return;
        } else this.#startRefused(workflow, name, answer.error);
        await this.pause(againAfterMs);
      }
    });
  }

  #acknowledged(
    machine: StateMachine,
    name: string,
    input: string,
    { executionArn: arn, startedAt }: { executionArn: string; startedAt: number },
  ): void {
    if (machine.type === 'EXPRESS') {
      if (!this.#expressOpen.has(arn) && !this.expressEnded.has(arn))
        this.complain(`${arn} was acknowledged, but its start is not durable`);
      this.expressStarted.add(arn);
      return;
    }
    const record = this.shadows.byArn.get(arn)?.record;
    if (record === undefined) return this.complain(`${name} was acknowledged, but its start is not durable`);
    if (record.startedAt !== startedAt)
      this.complain(
        `${name} was acknowledged as started at ${startedAt}, but started at ${record.startedAt}`,
      );
    const before = this.started.get(name);
    if (before !== undefined && before.input !== input)
      this.complain(`${name} was acknowledged with two inputs`);
    this.started.set(name, { arn, startedAt, input });
    this.expectEnd(arn);
  }

  #startRefused(workflow: string, name: string, error: unknown): void {
    const arn = executionArn(ACCOUNT, workflow, name);
    if (error instanceof Overloaded) return;
    if (!this.#unsure.has(name) && !this.started.has(name) && this.shadows.byArn.has(arn))
      this.complain(`the start of ${name} was refused (${String(error)}), but it was kept`);
  }

  /** Somebody waits for the end; a process that lives until then must tell. */
  expectEnd(arn: string): void {
    const process = this.#process;
    if (process === undefined) return;
    const waiting = { arn, process };
    const redrives = this.shadows.byArn.get(arn)?.record.redriveCount;
    this.#waiting.add(waiting);
    const told = (ended: ExecutionEnd | undefined): void => {
      this.#waiting.delete(waiting);
      const record = this.shadows.byArn.get(arn)?.record;
      if (ended?.status !== record?.status && record?.redriveCount === redrives)
        this.complain(`${arn} was told to have ended ${ended?.status}, but is ${record?.status}`);
    };
    process.engine.waitForEnd(arn).then(told, (error: unknown) => {
      if (!process.dead) this.complain(`waiting for ${arn} failed: ${String(error)}`);
    });
  }

  /** StartSyncExecution: asked once. */
  startSync(
    workflow: string,
    name: string,
    input: string,
    heard: (ended: ExecutionEnd) => void,
  ): Promise<void> {
    return this.#client(async () => {
      const machine = this.#machines.get(workflow)!;
      const answer = await this.#ask((engine) =>
        engine.startSync({ machine, name, input: Payload.ofText(input), traceHeader: undefined }),
      );
      if (answer !== 'lost' && 'value' in answer) heard(answer.value);
    });
  }

  stop(arn: string): Promise<void> {
    this.stopped.add(arn);
    return this.#client(() => this.#stop(arn));
  }

  async #stop(arn: string): Promise<void> {
    for (;;) {
      const before = this.shadows.byArn.get(arn)?.record.redriveCount;
      const answer = await this.#ask((engine) => engine.stop(arn, 'Simulated.Stop', 'enough'));
      if (answer !== 'lost' && 'value' in answer) {
        const record = this.shadows.byArn.get(arn)?.record;
        // With its machine the execution may be gone when its stop time is asked for.
        const removed = answer.value === undefined && this.deleted.size > 0;
        if (record?.stoppedAt !== answer.value && record?.redriveCount === before && !removed)
          this.complain(
            `${arn} was acknowledged as stopped at ${answer.value}, but says ${record?.stoppedAt}`,
          );
        return;
      }
      await this.pause(300);
    }
  }

  /** Stops an execution that is to go on: whoever keeps it going redrives it. */
  interrupt(arn: string): Promise<void> {
    this.#redrives.interrupted.add(arn);
    return this.#client(() => this.#stop(arn));
  }

  /** Redrives the execution whenever it was interrupted or had an outage, until it ends as it would have. */
  keepGoing(arn: string): Promise<void> {
    return this.#client(() => this.#redrives.keepGoing(arn));
  }

  // --- the run ---

  /** True when nothing is planned, no client waits and nothing runs. */
  get quiet(): boolean {
    if (this.#planned > 0 || this.#clients > 0 || this.#expressOpen.size > 0) return false;
    for (const { state } of this.shadows.byArn.values()) if (state.status === 'RUNNING') return false;
    return true;
  }

  /** Lets time pass until all is quiet, or until `untilMs` since the beginning. */
  async run(untilMs: number, untilQuiet = true): Promise<void> {
    await settle();
    for (let steps = 0; this.complaints.length === 0; steps++) {
      const next = await this.#next();
      if (next === undefined || next > untilMs || (untilQuiet && this.quiet)) return;
      if (steps > MOST_STEPS)
        return this.complain(`${MOST_STEPS} steps were not enough: something goes in circles`);
      await this.time.step();
    }
  }

  /** Bodies of objects are parsed in rounds of the real event loop: before that is done nothing else happens. */
  async #next(): Promise<number | undefined> {
    const owner = this.#process?.owner;
    const isRead = (): boolean => owner !== undefined && this.outside.bucket.isReadBy(owner);
    for (let rounds = 0; rounds < READ_ROUNDS && isRead(); rounds++) await settle();
    for (let rounds = 0; rounds < READ_ROUNDS && this.time.next() === undefined; rounds++) await settle();
    return this.time.next();
  }

  /** After the run: answers under way arrive, and whoever was not told then will never be. */
  async checkWaiters(): Promise<void> {
    const until = this.time.elapsed + ANSWERS_MS;
    for (let next = this.time.next(); next !== undefined && next <= until; next = this.time.next())
      await this.time.step();
    for (const { arn, process } of this.#waiting) {
      const record = this.shadows.byArn.get(arn)?.record;
      if (!process.dead && record?.status !== 'RUNNING')
        this.complain(`${arn} has ended, but who waited for it was not told`);
    }
  }

  async close(): Promise<void> {
    await settle();
    await this.store.close();
  }
}
/** Longer than the slowest write and the longest stall take. */
const ANSWERS_MS = 80_000;
const MOST_STEPS = 400_000;
/** More than a chunk of a body has pieces. */
const READ_ROUNDS = 8;
