// What deciding may ask of the world besides the command: the time, chance, limits, and what is known of activities,
// integrations and mocks.

import type { Clock } from '../base/clock.ts';
import { Meter } from '../base/meter.ts';
import type { Limits } from '../base/quotas.ts';
import type { Environment } from '../interpreter/decision.ts';
import type { Activities } from './activities.ts';
import type { Arrivals } from './arrivals.ts';
import type { DeletedMachines } from './deleted-machines.ts';
import type { Memory } from './memory.ts';
import type { MockedTasks } from './mocked-tasks.ts';
import type { Integrations } from './task-calls.ts';
import type { TaskTokens } from './tokens.ts';

/** Transitions one execution may make in a batch before others have theirs. */
const MAX_TRANSITIONS = 1_000;
/** Time for the transitions of one execution in one batch; a single expression may take longer. */
const MAX_DECISION_MS = 5;

export interface EnvironmentParts {
  readonly clock: Clock;
  readonly arrivals: Arrivals;
  readonly random: () => number;
  readonly uuid: () => string;
  readonly limits: Limits;
  /** Work units that the evaluations of one decision may take in the loop. */
  readonly loopUnits: number;
  readonly memory: Memory;
  /** Factor for the time that Wait states and retries wait; undefined: 1. */
  readonly waitScale: number | undefined;
  readonly tokens: TaskTokens;
  readonly deleted: DeletedMachines;
  readonly activities: Activities;
  readonly integrations: Integrations;
  readonly mocked: MockedTasks;
}

export class Environments {
  readonly #parts: EnvironmentParts;

  constructor(parts: EnvironmentParts) {
    this.#parts = parts;
  }

  /** For what the execution decides now. */
  of(executionArn: string): Environment {
    return this.#with(executionArn, new Meter(), Number.POSITIVE_INFINITY);
  }

  /**
   * For a decision in the loop, whose evaluations may take `loopUnits` in all: halfway it ends after the transition under way,
   * beyond them it is given up with MeterExhausted.
   */
  inLoop(executionArn: string): Environment {
    const { loopUnits } = this.#parts;
    return this.#with(executionArn, new Meter(loopUnits), loopUnits / 2);
  }

  #with(executionArn: string, meter: Meter, enough: number): Environment {
    const { clock, arrivals, random, uuid, limits, memory, waitScale } = this.#parts;
    const { tokens, deleted, activities, integrations, mocked } = this.#parts;
    const now = clock.now();
    return {
      now,
      listeningSince: arrivals.listeningSince,
      random,
      uuid,
      taskToken: (scheduled) => tokens.make(executionArn, scheduled),
      knowsActivity: (arn) => activities.knows(arn),
      checkParameters: (resource, input) => integrations.find(resource)?.check?.(resource, input) ?? [],
      addedParameters: (resource) => integrations.find(resource)?.added?.(resource),
      isMocked: (info, stateName) => mocked.isMocked(info, stateName),
      isBeingDeleted: () => deleted.owns(executionArn),
      ...(waitScale === undefined ? {} : { waitScale }),
      limits,
      heldBytes: memory.executionBytes,
      maxTransitions: MAX_TRANSITIONS,
      meter,
      overtime: () => meter.used >= enough || clock.now() - now >= MAX_DECISION_MS,
    };
  }
}
