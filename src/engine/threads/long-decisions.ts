// Decisions that take too long for the loop are made in the pool. The loop gives every decision a small allowance of work; one
// that exceeds it is given up and made here, and for a while so are all decisions of the same program, without the attempt.

import type { DefinitionCache } from '../../asl/analysis.ts';
import type { Program, TaskState } from '../../asl/program.ts';
import type { Log } from '../../base/log.ts';
import { pack, unpack } from '../../base/transfer.ts';
import { apply } from '../../interpreter/apply.ts';
import type { Command } from '../../interpreter/command.ts';
import { decide, type Verdict } from '../../interpreter/decide.ts';
import type { Environment } from '../../interpreter/decision.ts';
import { bytesOf, heldOf, keepHeld } from '../../interpreter/held.ts';
import { type ExecutionState, hasChildren } from '../../interpreter/state.ts';
import type { Integrations } from '../task-calls.ts';
import type { DecisionFacts, DecisionJob, Pool } from './pool.ts';

/** Decisions of a program that go to the pool after one of them was too long for the loop. */
const CREDIT = 50;

export interface LongDecisionParts {
  readonly pool: Pool;
  readonly definitions: DefinitionCache;
  readonly integrations: Integrations;
  /** What a decision may take in the loop. */
  readonly loopUnits: number;
  readonly log: Log;
}

export class LongDecisions {
  readonly #parts: LongDecisionParts;
  readonly #credits = new WeakMap<Program, number>();
  readonly #tasks = new WeakMap<Program, readonly TaskState[]>();
  #open = 0;

  constructor(parts: LongDecisionParts) {
    this.#parts = parts;
  }

  /** Decisions under way. */
  get open(): number {
    return this.#open;
  }

  /** Whether the next decision of the program should be made here, without an attempt in the loop. */
  wants(program: Program): boolean {
    return (this.#credits.get(program) ?? 0) > 0;
  }

  /** A decision of the program was given up by the loop. */
  giveUp(program: Program): void {
    this.#credits.set(program, CREDIT);
  }

  /**
   * Decides commands one after the other, and folds what comes of it into `state`, which nobody else may change meanwhile.
   * A decision that takes too much time or memory also here fails its state; if not even that can be found out, the execution.
   * @throws Bug; stays open when the engine is closed first.
   */
  async decide(
    program: Program,
    state: ExecutionState,
    commands: readonly Command[],
    env: Environment,
  ): Promise<readonly Verdict[]> {
    this.#open++;
    try {
      return await this.#decide(program, state, commands, env);
    } finally {
      this.#open--;
    }
  }

  async #decide(
    program: Program,
    state: ExecutionState,
    commands: readonly Command[],
    env: Environment,
  ): Promise<readonly Verdict[]> {
    const { pool, log } = this.#parts;
    const job = this.#jobOf(program, state, commands, env);
    let outcome = await pool.run(job);
    if (outcome.status === 'stopped') {
      log.error(
        { execution: state.info.arn, reason: outcome.reason },
        'A step of an execution was stopped because it took too much time or memory; its state fails',
      );
      outcome = await pool.run({ ...job, sparing: true });
    }
    if (outcome.status === 'bug') throw outcome.error;
    if (outcome.status === 'stopped') {
      log.error(
        { execution: state.info.arn, reason: outcome.reason },
        'No step of an execution could be made without taking too much time or memory; the execution fails',
      );
      return [decide(program, state, FAIL, env)];
    }
    const { verdicts, units } = outcome.result;
    this.#pay(program, units);
    const decided = unpack(verdicts) as readonly Verdict[];
    const held = heldOf(state);
    for (const { events } of decided) {
      for (const event of events) {
        apply(state, event);
        held.grown += bytesOf(event);
      }
    }
    keepHeld(state, held);
    return decided;
  }

  #pay(program: Program, units: number): void {
    const credit = units > this.#parts.loopUnits ? CREDIT : (this.#credits.get(program) ?? 0) - 1;
    if (credit > 0) this.#credits.set(program, credit);
    else this.#credits.delete(program);
  }

  #jobOf(
    program: Program,
    state: ExecutionState,
    commands: readonly Command[],
    env: Environment,
  ): DecisionJob {
    forgetItems(program, state);
    return {
      type: 'decision',
      definition: this.#parts.definitions.textOf(program),
      state: pack(state),
      commands: pack(commands),
      facts: this.#factsOf(program, state, env),
      sparing: false,
    };
  }

  #factsOf(program: Program, { info }: ExecutionState, env: Environment): DecisionFacts {
    const { integrations } = this.#parts;
    const tasks = this.#tasksOf(program);
    const resources = tasks.map(({ resource }) => resource);
    const added: Record<string, DecisionFacts['added'][string]> = {};
    for (const resource of resources) {
      const members = env.addedParameters?.(resource);
      if (members !== undefined) added[resource.arn] = pack(members);
    }
    return {
      now: env.now,
      ...(env.listeningSince === undefined ? {} : { listeningSince: env.listeningSince }),
      ...(env.waitScale === undefined ? {} : { waitScale: env.waitScale }),
      ...(env.heldBytes === undefined ? {} : { heldBytes: env.heldBytes }),
      limits: env.limits,
      activities: resources
        .filter(({ kind, arn }) => kind === 'activity' && env.knowsActivity(arn))
        .map(arnOf),
      checked: resources.filter((resource) => integrations.find(resource)?.check !== undefined).map(arnOf),
      added,
      mocked: tasks.filter(({ name }) => env.isMocked?.(info, name)).map(({ name }) => name),
      isBeingDeleted: env.isBeingDeleted?.() ?? false,
    };
  }

  #tasksOf(program: Program): readonly TaskState[] {
    const known = this.#tasks.get(program);
    if (known !== undefined) return known;
    const tasks = [...program.states.values()].filter((state) => state.type === 'Task');
    this.#tasks.set(program, tasks);
    return tasks;
  }
}

const FAIL: Command = {
  type: 'FailExecution',
  error: 'States.Runtime',
  cause: 'A step of the execution took more time or memory than Treadle gives to it.',
};

const arnOf = ({ arn }: { readonly arn: string }): string => arn;

/** Items of Maps that are found again in their input need not cross. */
export function forgetItems(program: Program, { frames }: ExecutionState): void {
  for (const frame of frames.values()) {
    if (!hasChildren(frame)) continue;
    const state = program.states.get(frame.open.name);
    if (state?.type === 'Map' && (state.items === undefined || state.items.from === 'path'))
      frame.open.children.items = undefined;
  }
}
