// Express executions run in memory from start to end: the same decisions as Standard ones, with no journal.

import type { Program } from '../asl/program.ts';
import { assert } from '../base/assert.ts';
import { afterRounds, type Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { MeterExhausted } from '../base/meter.ts';
import type { Payload } from '../base/payload.ts';
import type { Limits } from '../base/quotas.ts';
import type { Command } from '../interpreter/command.ts';
import { decide, type Verdict } from '../interpreter/decide.ts';
import type { Effect } from '../interpreter/effect.ts';
import { heldBytes } from '../interpreter/held.ts';
import { nextWake } from '../interpreter/outstanding.ts';
import { type ExecutionInfo, type ExecutionState, newExecutionState } from '../interpreter/state.ts';
import type { Bus } from '../observe/bus.ts';
import type { ExecutionEnd } from '../observe/messages.ts';
import type { ExpressStart } from '../store/store.ts';
import type { Arrivals } from './arrivals.ts';
import type { Environments } from './environments.ts';
import { infoOf } from './execution.ts';
import type { Memory } from './memory.ts';
import type { MockedTasks } from './mocked-tasks.ts';
import type { Compiled } from './programs.ts';
import { abortCalls, type Calls } from './resident.ts';
import type { TaskOwner, Tasks } from './tasks.ts';
import type { LongDecisions } from './threads/long-decisions.ts';
import { Retained } from './threads/retained.ts';

export interface ExpressParts {
  readonly tasks: Tasks;
  readonly environments: Environments;
  readonly longDecisions: LongDecisions;
  readonly memory: Memory;
  readonly mocked: MockedTasks;
  readonly limits: Limits;
  readonly arrivals: Arrivals;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
}

/** The facts of an Express execution; `SYNC` is one whose caller waits for its end. */
export type ExpressFacts = Pick<
  ExpressStart,
  'arn' | 'stateMachineArn' | 'name' | 'startedAt' | 'mockCase'
> & {
  readonly kind: 'EXPRESS' | 'SYNC';
  /** It was under way when a process before ended, and may be the reason. */
  readonly again?: true;
  /** Of a child: how often its Map Run was redriven before. */
  readonly redrive?: number;
};

/** Executions that go on share so long. */
const SHARE_MS = 5;
/** Rounds of the event loop between two shares: a call is read in one, committed in the next, answered in a later one. */
const ROUNDS = 4;

export class ExpressExecutions {
  readonly #parts: ExpressParts;
  readonly #running = new Set<ExpressExecution>();
  /** Those whose last decision was cut short. */
  readonly #cutShort: ExpressExecution[] = [];
  #goingOn = false;
  #whenIdle: (() => void)[] = [];

  constructor(parts: ExpressParts) {
    this.#parts = parts;
  }

  /** Those that run now. */
  get running(): number {
    return this.#running.size;
  }

  /** @returns how the execution ended. Rejects only for a bug of Treadle's, which is logged. */
  async run(facts: ExpressFacts, { program, revision }: Compiled, input: Payload): Promise<ExecutionEnd> {
    const { limits, mocked, bus } = this.#parts;
    const { arn: executionArn, stateMachineArn, startedAt } = facts;
    const { redrive } = facts;
    const made = infoOf(facts, revision.roleArn, program, limits, facts.kind);
    const info = redrive === undefined ? made : { ...made, redrive };
    mocked.begin(info);
    const goOn = (): void => this.#goOn(execution);
    const isSuspect = facts.again === true;
    const execution = new ExpressExecution(this.#parts, info, { program, revision }, isSuspect, goOn);
    this.#running.add(execution);
    try {
      if (bus.hears('executionStarted'))
        bus.publish('executionStarted', { executionArn, stateMachineArn, startedAt });
      const end = await execution.run(input);
      if (bus.hears('executionEnded')) bus.publish('executionEnded', end);
      return end;
    } finally {
      mocked.end(info.arn);
      this.#running.delete(execution);
      if (this.#running.size === 0) for (const idle of this.#whenIdle.splice(0)) idle();
    }
  }

  /** Waits until none runs, at most `deadlineMs`. What runs then is left: its promise stays open, its start record stays. */
  async close(deadlineMs: number): Promise<void> {
    await this.#settled(deadlineMs);
    for (const execution of this.#running) execution.abandon();
  }

  async #settled(deadlineMs: number): Promise<void> {
    if (this.#running.size === 0) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#parts.clock.after(deadlineMs, resolve);
      this.#whenIdle.push(() => {
        cancel();
        resolve();
      });
    });
  }

  /** In turn, with input and output between: however many loop for ever, callers and signals are heard. */
  #goOn(execution: ExpressExecution): void {
    this.#cutShort.push(execution);
    if (this.#goingOn) return;
    this.#goingOn = true;
    void this.#shareOut();
  }

  async #shareOut(): Promise<void> {
    while (this.#cutShort.length > 0) {
      await afterRounds(this.#parts.clock, ROUNDS);
      this.#share();
    }
    this.#goingOn = false;
  }

  #share(): void {
    const { clock } = this.#parts;
    const begun = clock.now();
    // Those that are cut short again have had their turn.
    for (let left = this.#cutShort.length; left > 0; left--) {
      this.#cutShort.shift()!.tell({ type: 'Continue' });
      if (clock.now() - begun >= SHARE_MS) break;
    }
  }
}

class ExpressExecution implements TaskOwner {
  readonly info: ExecutionInfo;
  readonly calls: Calls = new Map();
  readonly #parts: ExpressParts;
  readonly #program: Program;
  readonly #revision: number;
  readonly #isSuspect: boolean;
  readonly #retained: Retained;
  #state: ExecutionState;
  /** Commands that wait for a decision that is made outside the loop; undefined: none is. */
  #waiting: Command[] | undefined;
  readonly #end = Promise.withResolvers<ExecutionEnd>();
  readonly #goOn: () => void;
  #abandoned = false;
  /** Bytes of it that are counted as held. */
  #held = 0;
  #cancelTimer: (() => void) | undefined;
  #wakeAt: number | undefined;

  /** @param isSuspect its first decision is not made in the loop. @param goOn has `Continue` told later. */
  constructor(
    parts: ExpressParts,
    info: ExecutionInfo,
    { program, revision }: Compiled,
    isSuspect: boolean,
    goOn: () => void,
  ) {
    this.#parts = parts;
    this.#isSuspect = isSuspect;
    this.#goOn = goOn;
    this.info = info;
    this.#program = program;
    this.#revision = revision.id;
    this.#state = newExecutionState(info);
    this.#retained = new Retained(program, info);
  }

  run(input: Payload): Promise<ExecutionEnd> {
    this.tell({ type: 'StartExecution', input });
    return this.#end.promise;
  }

  /** It does nothing more. */
  abandon(): void {
    this.#abandoned = true;
    this.#finish();
  }

  /** Decides at once: no commit stands between a command and its effects. */
  tell(command: Command): void {
    if (this.#abandoned || this.#state.status !== 'RUNNING') return;
    if (this.#waiting !== undefined) return void this.#waiting.push(command);
    const { environments, longDecisions } = this.#parts;
    const isFirst = this.#state.sequence === 0;
    if (longDecisions.wants(this.#program) || (this.#isSuspect && isFirst))
      return void this.#decideOutside(command);
    let verdict: Verdict;
    try {
      verdict = decide(this.#program, this.#state, command, environments.inLoop(this.info.arn));
    } catch (error) {
      if (!(error instanceof MeterExhausted)) return this.#stop(error);
      longDecisions.giveUp(this.#program);
      this.#state = this.#retained.restore();
      return void this.#decideOutside(command);
    }
    this.#act(verdict);
  }

  async #decideOutside(command: Command): Promise<void> {
    const { environments, longDecisions } = this.#parts;
    const waiting: Command[] = [];
    this.#waiting = waiting;
    try {
      const env = environments.of(this.info.arn);
      const verdicts = await longDecisions.decide(this.#program, this.#state, [command], env);
      this.#waiting = undefined;
      if (!this.#abandoned) for (const verdict of verdicts) this.#act(verdict);
    } catch (bug) {
      return this.#stop(bug);
    }
    for (const next of waiting) this.tell(next);
  }

  #stop(bug: unknown): void {
    this.#finish();
    this.#parts.log.error(
      { err: bug, execution: this.info.arn },
      'A bug of Treadle stopped an Express execution',
    );
    this.#end.reject(bug);
  }

  /** @param verdict folded into the state. */
  #act({ events, effects, more }: Verdict): void {
    const { bus } = this.#parts;
    // Most end with their first decision: nothing is kept for them, or counted.
    if (this.#state.status === 'RUNNING') {
      this.#retained.add(events, this.#state);
      this.#weigh(heldBytes(this.#state) + this.#retained.bytes);
    }
    if (events.length > 0 && bus.hears('events')) {
      const [executionArn, revision] = [this.info.arn, this.#revision];
      bus.publish('events', { executionArn, revision, redriveCount: 0, events });
    }
    for (const effect of effects) this.#release(effect);
    const end = this.#endOfRun();
    if (end !== undefined) {
      this.#finish();
      this.#end.resolve(end);
      return;
    }
    if (more) this.#goOn();
    this.#setTimer();
  }

  #release(effect: Effect): void {
    if (effect.type === 'InvokeTask') return this.#parts.tasks.invoke(effect, this);
    assert(effect.type === 'CancelTask', `Expected no ${effect.type} in an Express execution`);
    this.#parts.tasks.cancel(effect, this);
  }

  #setTimer(): void {
    const { clock } = this.#parts;
    const next = nextWake(this.#state);
    if (next === this.#wakeAt || next === undefined) return;
    this.#cancelTimer?.();
    this.#wakeAt = next;
    this.#cancelTimer = clock.after(next - clock.now(), () => void this.#fireTimers(next));
  }

  /** Results that lie in sockets count first, as for Standard executions. */
  async #fireTimers(due: number): Promise<void> {
    const { arrivals, clock } = this.#parts;
    await arrivals.readFirst(due);
    // Something else is waited for by now, or nothing.
    if (this.#wakeAt !== due) return;
    this.#wakeAt = undefined;
    this.tell({ type: 'FireTimers', until: clock.now() });
  }

  #endOfRun(): ExecutionEnd | undefined {
    const { status, stoppedAt, output, error, cause } = this.#state;
    if (status === 'RUNNING') return undefined;
    return {
      executionArn: this.info.arn,
      status,
      startedAt: this.info.startedAt,
      stoppedAt: stoppedAt ?? this.#parts.clock.now(),
      output,
      error,
      cause,
    };
  }

  #weigh(bytes: number): void {
    if (bytes === this.#held) return;
    this.#parts.memory.change(bytes - this.#held);
    this.#held = bytes;
  }

  #finish(): void {
    this.#weigh(0);
    this.#wakeAt = undefined;
    this.#cancelTimer?.();
    abortCalls(this.calls);
  }
}
