// Performs InvokeTask effects: one adapter call each, its end told back as a command. Which pattern the state uses
// (request-response, .sync, .waitForTaskToken) is settled here and in the interpreter; adapters know nothing of it.

import type { TaskResource } from '../asl/program.ts';
import type { Log } from '../base/log.ts';
import { Payload } from '../base/payload.ts';
import type { Integration, TaskOutcome, TaskRequest } from '../integrations/integration.ts';
import type { Command } from '../interpreter/command.ts';
import type { InvokeTask } from '../interpreter/effect.ts';

export interface Adapters {
  find(resource: TaskResource): Integration | undefined;
}

/** Facts of the execution that a task request carries. */
export interface Caller {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly region: string;
  readonly account: string;
}

/**
 * Calls the task and resolves with the command that tells its end. Never rejects: what the outside does is an outcome,
 * and a bug in an adapter is logged and fails the task.
 */
export async function callTask(
  adapters: Adapters,
  caller: Caller,
  effect: InvokeTask,
  signal: AbortSignal,
  log: Log,
): Promise<Command | undefined> {
  const { scheduled, resource } = effect;
  const adapter = adapters.find(resource);
  if (adapter === undefined) {
    return fail(scheduled, 'States.Runtime', `Treadle does not support the resource '${resource.arn}' yet.`);
  }
  const request: TaskRequest = {
    resource,
    input: effect.input.value,
    ...caller,
    stateName: effect.stateName,
    idempotencyToken: `${caller.executionArn}:${scheduled}`,
    credentials: effect.credentials,
  };
  let outcome: TaskOutcome;
  try {
    outcome = await adapter.start(request, signal);
  } catch (error) {
    if (signal.aborted) return undefined;
    log.error(
      { err: error, execution: caller.executionArn, state: effect.stateName },
      'A task adapter failed',
    );
    return fail(scheduled, 'States.TaskFailed', `Internal error of Treadle while calling '${resource.arn}'.`);
  }
  if (signal.aborted) return undefined;
  return commandOf(effect, outcome);
}

function commandOf(effect: InvokeTask, outcome: TaskOutcome): Command {
  const { scheduled, resource } = effect;
  switch (outcome.status) {
    case 'failed':
      return fail(scheduled, outcome.error, outcome.cause);
    case 'running':
      return fail(
        scheduled,
        'States.Runtime',
        `Treadle does not support the resource '${resource.arn}' yet.`,
      );
    case 'completed': {
      const output = Payload.ofText(outcome.outputText);
      if (resource.kind === 'service' && resource.pattern !== 'request-response') {
        return { type: 'SubmitTask', scheduled, output };
      }
      return { type: 'CompleteTask', scheduled, outcome: { status: 'succeeded', output } };
    }
  }
}

function fail(scheduled: number, error: string, cause: string | undefined): Command {
  return { type: 'CompleteTask', scheduled, outcome: { status: 'failed', error, cause } };
}
