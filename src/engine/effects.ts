// Releases what decisions owe the world: task calls, activity queues, Map Runs. Called only with what is durable.

import type { Account } from '../base/arn.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Command } from '../interpreter/command.ts';
import { newDecision } from '../interpreter/decide.ts';
import type { Environment } from '../interpreter/decision.ts';
import type { Effect, InvokeTask } from '../interpreter/effect.ts';
import { openEffects } from '../interpreter/outstanding.ts';
import type { ExecutionInfo } from '../interpreter/state.ts';
import type { Activities } from './activities.ts';
import type { Calls, Live } from './execution.ts';
import type { MapRuns } from './map-runs/map-runs.ts';
import type { MockedTasks } from './mocked-tasks.ts';
import { type Adapters, CALLED_OFF, type Caller, callTask, cancelJob, isJob } from './task-calls.ts';
import type { TaskTokens } from './tokens.ts';

export interface EffectsHost {
  readonly account: Account;
  readonly adapters: Adapters;
  readonly activities: Activities;
  readonly mapRuns: MapRuns;
  readonly mocked: MockedTasks;
  readonly tokens: TaskTokens;
  readonly clock: Clock;
  readonly log: Log;
}

export class Effects {
  readonly #host: EffectsHost;

  constructor(host: EffectsHost) {
    this.#host = host;
  }

  /** @param tell takes the command that says how a call ended. */
  release(effect: Effect, info: ExecutionInfo, calls: Calls, tell: (command: Command) => void): void {
    const { adapters, clock, mapRuns, log } = this.#host;
    switch (effect.type) {
      case 'InvokeTask':
        return this.#invoke(effect, info, calls, tell);
      case 'CancelTask': {
        this.#host.activities.withdraw(info.arn, effect.scheduled);
        const call = calls.get(effect.scheduled);
        if (call === undefined) return;
        calls.delete(effect.scheduled);
        if (effect.keepJob) return call.controller.abort();
        call.controller.abort(CALLED_OFF);
        return void cancelJob(adapters, this.#caller(info), call.effect, clock, log);
      }
      case 'StartMapRun':
        return mapRuns.start(info.arn, effect);
      case 'StopMapRun':
        return mapRuns.stop(effect.mapRunArn);
    }
  }

  /** After a restart: what had been under way, again. */
  releaseOpen(live: Live, env: Environment, tell: (command: Command) => void): void {
    const effects = openEffects(newDecision(live.program, live.state, env));
    for (const effect of effects) this.release(effect, live.state.info, live.calls, tell);
  }

  #invoke(effect: InvokeTask, info: ExecutionInfo, calls: Calls, tell: (command: Command) => void): void {
    const { activities, adapters, clock, log, mocked, tokens } = this.#host;
    const { scheduled, resource } = effect;
    const answers = mocked.answer(info, effect);
    if (resource.kind === 'activity' && answers === undefined) {
      const token = effect.token ?? tokens.make(info.arn, scheduled);
      return activities.offer(resource.arn, {
        executionArn: info.arn,
        scheduled,
        token,
        input: effect.input.text,
      });
    }
    const controller = new AbortController();
    const call = { controller, effect };
    calls.set(scheduled, call);
    const ended =
      answers === undefined
        ? callTask(adapters, this.#caller(info), effect, controller.signal, clock, log)
        : Promise.resolve(answers);
    void ended.then((commands) => {
      const told = [commands ?? []].flat();
      if (calls.get(scheduled) === call) {
        // A job is remembered until its submission is decided: what leaves the state before that must call it off.
        const [only] = answers === undefined && isJob(resource) ? told : [];
        if (only?.type === 'SubmitTask')
          calls.set(scheduled, { controller, effect: { ...effect, submitted: only.output } });
        else calls.delete(scheduled);
      }
      for (const command of told) if (!controller.signal.aborted) tell(command);
    });
  }

  #caller(info: ExecutionInfo): Caller {
    const { region, account } = this.#host.account;
    return { executionArn: info.arn, stateMachineArn: info.stateMachineArn, region, account };
  }
}
