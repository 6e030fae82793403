// Task: one call of the outside per attempt. Scheduling, starting and ending an attempt; the call itself is an effect.

import type { TaskState } from '../../asl/program.ts';
import { isJsonObject } from '../../base/json.ts';
import { objectOf } from '../../base/json-object.ts';
import { Payload } from '../../base/payload.ts';
import { StateError } from '../../base/state-error.ts';
import { checkTemplate } from '../../query/template.ts';
import type { TaskOutcome } from '../command.ts';
import { tooLarge, workInput } from '../data-flow.ts';
import { append, type Decision, emit, type NewEvent, note } from '../decision.ts';
import type { InvokeTask } from '../effect.ts';
import { failState, failureFrom } from '../fail.ts';
import { type ErrorAndCause, errorFields, type Failure, failureOf, timeoutFailure } from '../failure.ts';
import { positiveSeconds } from '../fields.ts';
import { finishWithResult } from '../finish.ts';
import { type ContextExtra, effectiveInput, inputScope } from '../scope.ts';
import { type Frame, type OpenFrame, type TaskFrame, taskFrame } from '../state.ts';

/** What the events of a task that is no service integration are called after. */
const KINDS = { lambda: 'LambdaFunction', activity: 'Activity' } as const;

/** Prepares an attempt: on entry and at every retry. */
export function enter(decision: Decision, frame: OpenFrame, state: TaskState): void {
  const token = hasToken(state) ? decision.env.taskToken(decision.state.lastId + 1) : undefined;
  const extra: ContextExtra | undefined = token === undefined ? undefined : { token };
  const input = effectiveInput(decision, frame, state);
  const scope = inputScope(decision, frame, input, extra);
  const timeoutInSeconds = state.timeoutSeconds && positiveSeconds(state.timeoutSeconds, scope);
  const heartbeatInSeconds = state.heartbeatSeconds && positiveSeconds(state.heartbeatSeconds, scope);
  const taskCredentials = state.credentials && roleArn(state.credentials(scope));
  const given = workInput(decision, frame, state, extra, input);
  checkParameters(decision, state, given);
  const parameters = withAdded(decision, state, given);
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
  if (
    resource.kind === 'activity' &&
    !decision.env.knowsActivity(resource.arn) &&
    !isMocked(decision, state)
  ) {
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
      region: decision.state.info.region,
      parameters,
    };
  }
  emit(decision, event);
  if (resource.kind !== 'activity') decision.queue.push(frame);
  else decision.effects.push(invocation(taskFrame(frame), state));
}

/** A mocked activity is not called, so it need not exist. */
function isMocked(decision: Decision, state: TaskState): boolean {
  return decision.env.isMocked?.(decision.state.info, state.name) ?? false;
}

/** Activities, callbacks and jobs are answered by token. */
function hasToken(state: TaskState): boolean {
  const { resource } = state;
  return (
    resource.kind === 'activity' || (resource.kind === 'service' && resource.pattern !== 'request-response')
  );
}

/** AWS reads resolved parameters as a template once more: a member `x.$` that was not meant so fails the task. */
function leftovers(language: TaskState['language'], { text, value }: Payload): string[] {
  // Hardly any parameters have one, and a search of the text costs less than a walk.
  if (language !== 'JSONPath' || !text.includes('.$"')) return [];
  return checkTemplate(value).map(({ message }) => message);
}

function checkParameters(decision: Decision, { resource, language }: TaskState, parameters: Payload): void {
  if (resource.kind !== 'service') return;
  const reasons = [
    ...leftovers(language, parameters),
    ...decision.env.checkParameters(resource, parameters.value),
  ];
  if (reasons.length === 0) return;
  throw new StateError(
    'States.Runtime',
    `The Parameters '${parameters.text}' could not be used to start the Task: [${reasons.join(', ')}]`,
  );
}

function withAdded(decision: Decision, { resource }: TaskState, parameters: Payload): Payload {
  const added = decision.env.addedParameters?.(resource);
  if (added === undefined || !isJsonObject(parameters.value)) return parameters;
  return Payload.ofValue(objectOf([...Object.entries(parameters.value), ...Object.entries(added)]));
}

function roleArn(value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new StateError(
    'States.Runtime',
    `The field 'RoleArn' of Credentials must be a string but was: ${JSON.stringify(value)}`,
  );
}

/** Makes the call: TaskStarted or LambdaFunctionStarted, and the effect. */
export function start(decision: Decision, frame: TaskFrame, state: TaskState): void {
  const { resource } = state;
  if (resource.kind === 'service') {
    emit(decision, {
      type: 'TaskStarted',
      frame: frame.id,
      resourceType: resource.service,
      resource: resource.resource,
    });
  } else {
    emit(decision, { type: 'LambdaFunctionStarted', frame: frame.id });
  }
  decision.effects.push(invocation(frame, state));
}

/** The effect of the open attempt; again after a restart. */
export function invocation(frame: TaskFrame, state: TaskState): InvokeTask {
  const { task } = frame.open;
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
export function startActivity(decision: Decision, frame: Frame, workerName: string | undefined): void {
  emit(decision, {
    type: 'ActivityStarted',
    frame: frame.id,
    ...(workerName === undefined ? {} : { workerName }),
  });
}

/** The service has taken a `.sync` or `.waitForTaskToken` request. */
export function submit(decision: Decision, frame: TaskFrame, state: TaskState, output: Payload): void {
  if (state.resource.kind !== 'service') return;
  const { service: resourceType, resource } = state.resource;
  emit(decision, { type: 'TaskSubmitted', frame: frame.id, resourceType, resource, output });
  const { early } = frame.open.task;
  if (early !== undefined) return complete(decision, frame, state, early);
  // A job is looked at until it ends; a callback comes by itself.
  if (state.resource.pattern !== 'waitForTaskToken') decision.effects.push(invocation(frame, state));
}

export function heartbeat(decision: Decision, frame: Frame): void {
  note(decision, { type: 'HeartbeatReceived', frame: frame.id });
}

/** The interval in which a heartbeat must come begins anew. @param since epoch milliseconds, may be past */
export function restartHeartbeat(decision: Decision, frame: Frame, since: number): void {
  append(decision, { type: 'HeartbeatReceived', frame: frame.id, id: 0, at: since, previous: 0 });
}

/** A worker has answered with the task's token. AWS applies an answer that outruns TaskSubmitted after it. */
export function answer(decision: Decision, frame: TaskFrame, state: TaskState, outcome: TaskOutcome): void {
  const { task } = frame.open;
  if (task.kind === 'Task' && task.submitted === undefined) {
    const answered = outcome.status === 'failed' ? errorFields(outcome) : { output: outcome.output };
    return note(decision, { type: 'CallbackReceived', frame: frame.id, ...answered });
  }
  if (task.calling) decision.effects.push({ type: 'CancelTask', scheduled: task.scheduled, keepJob: true });
  complete(decision, frame, state, outcome);
}

/** The attempt has ended. */
export function complete(decision: Decision, frame: TaskFrame, state: TaskState, outcome: TaskOutcome): void {
  if (outcome.status === 'failed') {
    // A job or callback that the service did not take (ASFHyP3/hyp3 805); no recording has one.
    const refused = hasToken(state) && frame.open.task.submitted === undefined;
    emitEnd(decision, frame, state, refused ? 'SubmitFailed' : 'Failed', outcome);
    return failState(decision, frame, failureOf(outcome.error, outcome.cause), frame.cursor, undefined);
  }
  if (outcome.output.exceeds(decision.env.limits.payloadBytes)) {
    const failure = failureFrom(
      decision,
      frame,
      tooLarge(state.resource.kind === 'service' ? state.resource.service : state.resource.arn),
    );
    emitEnd(decision, frame, state, 'Failed', failure);
    return failState(decision, frame, failure, frame.cursor, undefined);
  }
  const { output } = outcome;
  if (state.resource.kind === 'service') {
    const { service: resourceType, resource } = state.resource;
    emit(decision, { type: 'TaskSucceeded', frame: frame.id, resourceType, resource, output });
  } else {
    emit(decision, { type: `${KINDS[state.resource.kind]}Succeeded`, frame: frame.id, output });
  }
  finishWithResult(decision, frame, state, output);
}

/** TimeoutSeconds or HeartbeatSeconds ran out. @returns what the state fails with. */
export function timeOut(
  decision: Decision,
  frame: TaskFrame,
  state: TaskState,
  missedHeartbeat: boolean,
): Failure {
  const { task } = frame.open;
  const failure = timeoutFailure(missedHeartbeat);
  if (task.calling) decision.effects.push({ type: 'CancelTask', scheduled: task.scheduled });
  emitEnd(decision, frame, state, 'TimedOut', failure);
  return failure;
}

function emitEnd(
  decision: Decision,
  frame: Frame,
  state: TaskState,
  end: 'Failed' | 'SubmitFailed' | 'TimedOut',
  because: ErrorAndCause,
): void {
  const failure = errorFields(because);
  if (state.resource.kind === 'service') {
    const { service: resourceType, resource } = state.resource;
    emit(decision, { type: `Task${end}`, frame: frame.id, resourceType, resource, ...failure });
  } else {
    const type = `${KINDS[state.resource.kind]}${end === 'TimedOut' ? end : 'Failed'}` as const;
    emit(decision, { type, frame: frame.id, ...failure });
  }
}
