// Tasks of executions, Standard and Express: calls that are made and called off, and activity tasks that are put in their
// queues. Called only with what is durable.

import type { Account } from '../base/arn.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Command } from '../interpreter/command.ts';
import type { CancelTask, InvokeTask } from '../interpreter/effect.ts';
import type { ExecutionInfo } from '../interpreter/state.ts';
import type { Activities } from './activities.ts';
import type { MockedTasks } from './mocked-tasks.ts';
import type { Calls } from './resident.ts';
import { CALLED_OFF, type Caller, callTask, cancelJob, type Integrations, isJob } from './task-calls.ts';
import type { TaskTokens } from './tokens.ts';

export interface TaskParts {
  readonly account: Account;
  readonly integrations: Integrations;
  readonly activities: Activities;
  readonly mocked: MockedTasks;
  readonly tokens: TaskTokens;
  readonly clock: Clock;
  readonly log: Log;
}

/** The execution that a task belongs to. */
export interface TaskOwner {
  readonly info: ExecutionInfo;
  readonly calls: Calls;
  /** Takes the commands that say how a call ended. */
  tell(command: Command): void;
}

export class Tasks {
  readonly #parts: TaskParts;

  constructor(parts: TaskParts) {
    this.#parts = parts;
  }

  invoke(effect: InvokeTask, owner: TaskOwner): void {
    const { activities, integrations, clock, log, mocked, tokens } = this.#parts;
    const { info, calls } = owner;
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
        ? callTask(integrations, this.#caller(info), effect, controller.signal, clock, log)
        : Promise.resolve(answers);
    void ended.then((found) => {
      const commands = [found ?? []].flat();
      if (calls.get(scheduled) === call) {
        // A job is remembered until its submission is decided: what leaves the state before that must call it off.
        const [only] = answers === undefined && isJob(resource) ? commands : [];
        if (only?.type === 'SubmitTask')
          calls.set(scheduled, { controller, effect: { ...effect, submitted: only.output } });
        else calls.delete(scheduled);
      }
      for (const command of commands) if (!controller.signal.aborted) owner.tell(command);
    });
  }

  cancel({ scheduled, keepJob }: CancelTask, { info, calls }: TaskOwner): void {
    const { activities, integrations, clock, log } = this.#parts;
    activities.withdraw(info.arn, scheduled);
    const call = calls.get(scheduled);
    if (call === undefined) return;
    calls.delete(scheduled);
    if (keepJob) return call.controller.abort();
    call.controller.abort(CALLED_OFF);
    void cancelJob(integrations, this.#caller(info), call.effect, clock, log);
  }

  #caller(info: ExecutionInfo): Caller {
    const { region, account } = this.#parts.account;
    const { arn: executionArn, stateMachineArn, redrive } = info;
    return { executionArn, stateMachineArn, region, account, redrive };
  }
}
