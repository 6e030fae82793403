// Performs InvokeTask effects: one call of an integration each, whose end becomes a command. Which pattern the state uses
// (request-response, .sync, .waitForTaskToken) is decided here and in the interpreter; integrations know nothing of it.

import type { TaskResource } from '../asl/program.ts';
import type { Clock } from '../base/clock.ts';
import type { Json } from '../base/json.ts';
import type { Log } from '../base/log.ts';
import { Payload } from '../base/payload.ts';
import type { HttpTrace, Integration, TaskOutcome, TaskRequest } from '../integrations/integration.ts';
import type { Command } from '../interpreter/command.ts';
import type { InvokeTask } from '../interpreter/effect.ts';

export interface Integrations {
  /** @returns undefined for a resource that is not supported. */
  find(resource: TaskResource): Integration | undefined;
}

/** Facts of the execution that a task request carries. */
export interface Caller {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly region: string;
  readonly account: string;
  readonly trace?: HttpTrace | undefined;
  /** Redrives of the Map Run before this execution began, when it is an Express child: it has the ARN of those before it. */
  readonly redrive?: number | undefined;
}

/** Reason of an aborted call whose job is not wanted any more; a call that ends with the process keeps its job. */
export const CALLED_OFF = 'called off';

/** A job that is under way is looked at after this long at first, then ever less often. */
const FIRST_POLL_MS = 1_000;
const LAST_POLL_MS = 60_000;
const POLL_GROWTH = 1.5;
const CANCEL_ATTEMPTS = 3;

/**
 * Calls the task, or goes on waiting for the job it has submitted; resolves with the command that tells its end, or with
 * nothing when it was called off. Never rejects: what the outside does is an outcome, a bug in an integration fails the task.
 */
export async function callTask(
  integrations: Integrations,
  caller: Caller,
  effect: InvokeTask,
  signal: AbortSignal,
  clock: Clock,
  log: Log,
): Promise<Command | undefined> {
  const { scheduled, resource } = effect;
  const integration = integrations.find(resource);
  if (integration === undefined || (isJob(resource) && integration.poll === undefined)) {
    return fail(scheduled, 'States.Runtime', `Treadle does not support the resource '${resource.arn}' yet.`);
  }
  const request = requestOf(caller, effect);
  try {
    const outcome =
      effect.submitted === undefined
        ? await integration.start(request, signal)
        : await awaitJob(integration, request, effect.submitted.value, signal, clock);
    if (signal.reason === CALLED_OFF && effect.submitted === undefined && outcome?.status === 'completed') {
      // The service took the request while it was called off: nobody else will know of the job.
      const submitted = Payload.ofText(outcome.outputText);
      void cancelJob(integrations, caller, { ...effect, submitted }, clock, log);
    }
    return outcome === undefined || signal.aborted ? undefined : commandOf(effect, outcome);
  } catch (error) {
    if (signal.aborted) return undefined;
    log.error(
      { err: error, execution: caller.executionArn, state: effect.stateName },
      'A task integration failed',
    );
    return fail(scheduled, 'States.TaskFailed', `Internal error of Treadle while calling '${resource.arn}'.`);
  }
}

/**
 * Calls the job off at its service, as far as that goes: a job that nobody waits for may cost money, so a call that fails is made
 * again.
 */
export async function cancelJob(
  integrations: Integrations,
  caller: Caller,
  effect: InvokeTask,
  clock: Clock,
  log: Log,
): Promise<void> {
  const integration = integrations.find(effect.resource);
  if (effect.submitted === undefined || !isJob(effect.resource) || integration?.cancel === undefined) return;
  const request = requestOf(caller, effect);
  for (let attempt = 1; ; attempt++) {
    try {
      return await integration.cancel(request, effect.submitted.value, AbortSignal.timeout(LAST_POLL_MS));
    } catch (error) {
      if (attempt === CANCEL_ATTEMPTS) {
        log.warn(
          { err: error, execution: caller.executionArn, state: effect.stateName },
          'A job could not be called off',
        );
        return;
      }
    }
    await new Promise<void>((resolve) => void clock.after(FIRST_POLL_MS, resolve));
  }
}

function requestOf(caller: Caller, effect: InvokeTask): TaskRequest {
  return {
    resource: effect.resource,
    input: effect.input.value,
    ...caller,
    stateName: effect.stateName,
    idempotencyToken: `${caller.executionArn}${caller.redrive ? `:redrive-${caller.redrive}` : ''}:${effect.scheduled}`,
    credentials: effect.credentials,
  };
}

/** `.sync`: the service works on, and is asked how far it is. */
export function isJob(resource: TaskResource): boolean {
  return resource.kind === 'service' && (resource.pattern === 'sync' || resource.pattern === 'sync:2');
}

async function awaitJob(
  integration: Integration,
  request: TaskRequest,
  submitted: Json,
  signal: AbortSignal,
  clock: Clock,
): Promise<TaskOutcome | undefined> {
  let delay = FIRST_POLL_MS;
  while (!signal.aborted) {
    const outcome = await integration.poll!(request, submitted, signal);
    if (outcome.status !== 'running') return outcome;
    await pause(clock, outcome.afterMs ?? delay, signal);
    delay = Math.min(delay * POLL_GROWTH, LAST_POLL_MS);
  }
  return undefined;
}

function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = clock.after(delayMs, end);
    signal.addEventListener('abort', end);
  });
}

function commandOf(effect: InvokeTask, outcome: TaskOutcome): Command {
  const { scheduled, resource } = effect;
  if (outcome.status === 'failed') return fail(scheduled, outcome.error, outcome.cause);
  const output = Payload.ofText(outcome.outputText);
  if (
    effect.submitted === undefined &&
    resource.kind === 'service' &&
    resource.pattern !== 'request-response'
  ) {
    return { type: 'SubmitTask', scheduled, output };
  }
  return { type: 'CompleteTask', scheduled, outcome: { status: 'succeeded', output } };
}

function fail(scheduled: number, error: string, cause: string | undefined): Command {
  return { type: 'CompleteTask', scheduled, outcome: { status: 'failed', error, cause } };
}
