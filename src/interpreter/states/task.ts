// Task: one call of the outside per attempt. Scheduling, starting and ending an attempt; the call itself is an effect.

import type { TaskState } from '../../asl/program.ts';
import { isJsonObject } from '../../base/json.ts';
import { Payload } from '../../base/payload.ts';
import { StateError } from '../../base/state-error.ts';
import type { TaskOutcome } from '../command.ts';
import { departWithResult, effectiveInput, workInput } from '../data-flow.ts';
import { type ContextExtra, emit, type NewEvent, note, scopeOf, type Turn } from '../decision.ts';
import type { InvokeTask } from '../effect.ts';
import { failState, failureFrom } from '../fail.ts';
import { failureOf, timeoutFailure } from '../failure.ts';
import { positiveSeconds } from '../fields.ts';
import { checkOutput, leave, tooLarge } from '../leave.ts';
import type { Frame, OpenTask } from '../state.ts';

/** Prepares an attempt: on entry and at every retry. */
export function enter(turn: Turn, frame: Frame, state: TaskState): void {
  const token = hasToken(state) ? turn.env.taskToken(turn.state.lastId + 1) : undefined;
  const extra: ContextExtra | undefined = token === undefined ? undefined : { token };
  const input = effectiveInput(turn, frame, state);
  const scope = scopeOf(turn, frame, input.value, { input: frame.open!.input.value }, extra);
  const timeoutInSeconds = state.timeoutSeconds && positiveSeconds(state.timeoutSeconds, scope);
  const heartbeatInSeconds = state.heartbeatSeconds && positiveSeconds(state.heartbeatSeconds, scope);
  const taskCredentials = state.credentials && roleArn(state.credentials(scope));
  const given = workInput(turn, frame, state, extra);
  checkParameters(turn, state, given);
  const parameters = withAdded(turn, state, given);
  const common = {
    frame: frame.id,
    ...(timeoutInSeconds === undefined ? {} : { timeoutInSeconds }),
    ...(taskCredentials === undefined ? {} : { taskCredentials }),
  };
  const withHeartbeat = {
    ...common,
    ...(heartbeatInSeconds === undefined ? {} : { heartbeatInSeconds }),
    ...(token === undefined ? {} : { token }),
  };
  const { resource } = state;
  if (resource.kind === 'activity' && !turn.env.knowsActivity(resource.arn) && !isMocked(turn, state)) {
    throw new StateError('States.Runtime', `The activity ${resource.arn} does not exist.`);
  }
  let event: NewEvent;
  if (resource.kind === 'lambda') {
    event = { ...common, type: 'LambdaFunctionScheduled', resource: resource.arn, input: parameters };
  } else if (resource.kind === 'activity') {
    event = { ...withHeartbeat, type: 'ActivityScheduled', resource: resource.arn, input: parameters };
  } else {
    event = {
      ...withHeartbeat,
      type: 'TaskScheduled',
      resourceType: resource.service,
      resource: resource.resource,
      region: turn.state.info.region,
      parameters,
    };
  }
  emit(turn, event);
  if (resource.kind !== 'activity') turn.queue.push(frame);
  else turn.effects.push(invocation(frame, state));
}

/** What is not called need not exist. */
function isMocked(turn: Turn, state: TaskState): boolean {
  return turn.env.isMocked?.(turn.state.info, state.name) ?? false;
}

/** Activities, callbacks and jobs are answered by token. */
function hasToken(state: TaskState): boolean {
  const { resource } = state;
  return (
    resource.kind === 'activity' || (resource.kind === 'service' && resource.pattern !== 'request-response')
  );
}

function checkParameters(turn: Turn, { resource }: TaskState, parameters: Payload): void {
  if (resource.kind !== 'service') return;
  const reasons = turn.env.checkParameters(resource, parameters.value);
  if (reasons.length === 0) return;
  throw new StateError(
    'States.Runtime',
    `The Parameters '${parameters.text}' could not be used to start the Task: [${reasons.join(', ')}]`,
  );
}

function withAdded(turn: Turn, { resource }: TaskState, parameters: Payload): Payload {
  const added = turn.env.addedParameters?.(resource);
  if (added === undefined || !isJsonObject(parameters.value)) return parameters;
  return Payload.ofValue({ ...parameters.value, ...added });
}

function roleArn(value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new StateError(
    'States.Runtime',
    `The field 'RoleArn' of Credentials must be a string but was: ${JSON.stringify(value)}`,
  );
}

/** The call goes out: TaskStarted or LambdaFunctionStarted. */
export function start(turn: Turn, frame: Frame, state: TaskState): void {
  const { resource } = state;
  if (resource.kind === 'service') {
    emit(turn, {
      type: 'TaskStarted',
      frame: frame.id,
      resourceType: resource.service,
      resource: resource.resource,
    });
  } else {
    emit(turn, { type: 'LambdaFunctionStarted', frame: frame.id });
  }
  turn.effects.push(invocation(frame, state));
}

/** The effect of the open attempt; again after a restart. */
export function invocation(frame: Frame, state: TaskState): InvokeTask {
  const task = frame.open!.task!;
  return {
    type: 'InvokeTask',
    scheduled: task.scheduled,
    stateName: state.name,
    invocation: task.invocation,
    resource: state.resource,
    input: task.input,
    token: task.token,
    credentials: task.credentials,
    submitted: task.submitted,
  };
}

/** A worker has taken the activity task. */
export function startActivity(turn: Turn, frame: Frame, workerName: string | undefined): void {
  emit(turn, {
    type: 'ActivityStarted',
    frame: frame.id,
    ...(workerName === undefined ? {} : { workerName }),
  });
}

/** The service has taken a `.sync` or `.waitForTaskToken` request. */
export function submit(turn: Turn, frame: Frame, state: TaskState, output: Payload): void {
  if (state.resource.kind !== 'service') return;
  const { service: resourceType, resource } = state.resource;
  emit(turn, { type: 'TaskSubmitted', frame: frame.id, resourceType, resource, output });
  const { early } = frame.open!.task!;
  if (early !== undefined) return complete(turn, frame, state, early);
  // A job is looked at until it ends; a callback comes by itself.
  if (state.resource.pattern !== 'waitForTaskToken') turn.effects.push(invocation(frame, state));
}

export function heartbeat(turn: Turn, frame: Frame): void {
  note(turn, { type: 'HeartbeatReceived', frame: frame.id });
}

/** A worker has answered with the task's token. AWS applies an answer that outruns TaskSubmitted after it. */
export function answer(turn: Turn, frame: Frame, state: TaskState, outcome: TaskOutcome): void {
  const task = frame.open!.task!;
  if (task.kind === 'Task' && task.submitted === undefined) {
    const { error, cause } = outcome.status === 'failed' ? outcome : { error: undefined, cause: undefined };
    return note(turn, {
      type: 'CallbackReceived',
      frame: frame.id,
      ...(error === undefined ? {} : { error }),
      ...(cause === undefined ? {} : { cause }),
      ...(outcome.status === 'failed' ? {} : { output: outcome.output }),
    });
  }
  if (task.calling) turn.effects.push({ type: 'CancelTask', scheduled: task.scheduled, keepJob: true });
  complete(turn, frame, state, outcome);
}

/** The attempt has ended. */
export function complete(turn: Turn, frame: Frame, state: TaskState, outcome: TaskOutcome): void {
  const task = frame.open!.task!;
  if (outcome.status === 'failed') {
    emitEnd(turn, frame, state, task, 'Failed', outcome);
    return failState(turn, frame, failureOf(outcome.error, outcome.cause), frame.cursor, undefined);
  }
  if (outcome.output.exceeds(turn.env.limits.payloadBytes)) {
    const failure = failureFrom(
      frame,
      tooLarge(state.resource.kind === 'service' ? state.resource.service : state.resource.arn),
    );
    emitEnd(turn, frame, state, task, 'Failed', failure);
    return failState(turn, frame, failure, frame.cursor, undefined);
  }
  const { output } = outcome;
  if (state.resource.kind === 'service') {
    const { service: resourceType, resource } = state.resource;
    emit(turn, { type: 'TaskSucceeded', frame: frame.id, resourceType, resource, output });
  } else {
    emit(turn, { type: `${task.kind as 'LambdaFunction' | 'Activity'}Succeeded`, frame: frame.id, output });
  }
  const departure = departWithResult(turn, frame, state, output);
  checkOutput(turn, state.name, departure.output);
  leave(turn, frame, departure, state.next);
}

/** TimeoutSeconds or HeartbeatSeconds ran out. */
export function timeOut(turn: Turn, frame: Frame, state: TaskState, missedHeartbeat: boolean): void {
  const task = frame.open!.task!;
  const failure = timeoutFailure(missedHeartbeat);
  if (task.calling) turn.effects.push({ type: 'CancelTask', scheduled: task.scheduled });
  emitEnd(turn, frame, state, task, 'TimedOut', failure);
  failState(turn, frame, failure, frame.cursor, undefined);
}

function emitEnd(
  turn: Turn,
  frame: Frame,
  state: TaskState,
  task: OpenTask,
  end: 'Failed' | 'TimedOut',
  { error, cause }: { readonly error: string | undefined; readonly cause: string | undefined },
): void {
  const failure = { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) };
  if (state.resource.kind === 'service') {
    const { service: resourceType, resource } = state.resource;
    emit(turn, { type: `Task${end}`, frame: frame.id, resourceType, resource, ...failure });
  } else {
    emit(turn, { type: `${task.kind as 'LambdaFunction' | 'Activity'}${end}`, frame: frame.id, ...failure });
  }
}
