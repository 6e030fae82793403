// Releases the effects of Standard executions: tasks and Map Runs. Called only with what is durable. How a task or a Map Run
// ends comes back through the inbox.

import { unreachable } from '../base/assert.ts';
import { type Environment, newDecision } from '../interpreter/decision.ts';
import type { Effect } from '../interpreter/effect.ts';
import { openEffects } from '../interpreter/outstanding.ts';
import type { ExecutionRecord } from '../store/store.ts';
import type { Inbox } from './inbox.ts';
import type { MapRuns } from './map-runs/map-runs.ts';
import type { Resident } from './resident.ts';
import type { TaskOwner, Tasks } from './tasks.ts';

export class Effects {
  readonly #tasks: Tasks;
  readonly #mapRuns: MapRuns;
  readonly #inbox: Inbox;

  constructor(tasks: Tasks, mapRuns: MapRuns, inbox: Inbox) {
    this.#tasks = tasks;
    this.#mapRuns = mapRuns;
    this.#inbox = inbox;
  }

  release({ record, state: { info }, calls }: Resident, effects: readonly Effect[]): void {
    if (effects.length === 0) return;
    // By ARN: the resident may have left the memory when the task ends.
    const owner: TaskOwner = { info, calls, tell: (command) => this.#inbox.tell(info.arn, command) };
    for (const effect of effects) this.#releaseOne(effect, owner, record);
  }

  /** After a restart: releases again what was under way. */
  releaseOpen(resident: Resident, env: Environment): void {
    this.release(resident, openEffects(newDecision(resident.program, resident.state, env)));
  }

  #releaseOne(effect: Effect, owner: TaskOwner, record: ExecutionRecord): void {
    switch (effect.type) {
      case 'InvokeTask':
        return this.#tasks.invoke(effect, owner);
      case 'CancelTask':
        return this.#tasks.cancel(effect, owner);
      case 'StartMapRun':
        return this.#mapRuns.start(record, effect);
      case 'StopMapRun':
        return this.#mapRuns.stop(effect.mapRunArn);
      default:
        return unreachable(effect);
    }
  }
}
