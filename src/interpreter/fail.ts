// When a state fails: Retry, then Catch, then the enclosing Map or Parallel, then the execution.
// Source: ASL specification, "Errors"; the order of clean-up events is recorded from AWS.

import type { MapState, ParallelState, State, TaskState } from '../asl/program.ts';
import { Payload } from '../base/payload.ts';
import { StateError } from '../base/state-error.ts';
import { departWithError } from './data-flow.ts';
import { type Decision, emit, note, scaled, stateNamed } from './decision.ts';
import {
  type ErrorAndCause,
  errorFields,
  errorOutput,
  type Failure,
  failureOf,
  findCatcher,
  findRetrier,
  matches,
  retryDelayMs,
} from './failure.ts';
import { finish } from './finish.ts';
import type { HandledError } from './stages.ts';
import { type Frame, type OpenFrame, openFrame } from './state.ts';

/** Errors whose cause stands alone, without "An error occurred while executing the state …". */
const UNFRAMED = new Set(['States.DataLimitExceeded']);

/** Other names by which ErrorEquals may know an error that AWS's executions report under this one. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  'States.ReferencePathConflict': ['States.ResultPathMatchFailure'],
};

/** @param aliases further names that ErrorEquals may use. */
export function failureFrom(
  decision: Decision,
  frame: OpenFrame,
  error: StateError,
  aliases: readonly string[] = [],
): Failure {
  const { open } = frame;
  const framed =
    error.cause === undefined || UNFRAMED.has(error.error) || decision.env.alone !== undefined
      ? error.cause
      : `An error occurred while executing the state '${open.name}' (entered at the event id #${open.enteredId}). ${error.cause}`;
  return {
    error: error.error,
    cause: framed,
    aliases: [...aliases, ...(ALIASES[error.error] ?? [])],
    evaluation: error.error === 'States.QueryEvaluationError' ? (error.location ?? null) : undefined,
  };
}

/**
 * The open state of `frame` has failed by an expression or a value, not by its work.
 * @param siblingOfEntered the EvaluationFailed event follows what the Entered event follows, as AWS records it for
 *   fields that are evaluated on entry.
 */
export function failEvaluation(
  decision: Decision,
  frame: OpenFrame,
  error: StateError,
  siblingOfEntered: boolean,
  aliases?: readonly string[],
): void {
  const { open } = frame;
  const failure = failureFrom(decision, frame, error, aliases);
  if (failure.evaluation !== undefined) {
    const sibling = siblingOfEntered && frame.cursor === open.enteredId;
    emitEvaluationFailed(decision, frame, failure, sibling ? open.before : frame.cursor);
  }
  failState(decision, frame, failure, frame.cursor, undefined);
}

/**
 * @param cause event that made the state fail: clean-up events follow it.
 * @param culprit branch or iteration that failed, when the state is a Parallel or Map.
 */
export function failState(
  decision: Decision,
  frame: OpenFrame,
  failure: Failure,
  cause: number,
  culprit: Frame | undefined,
): void {
  if (failure.error === 'States.Runtime' && !isTaken(decision, frame, failure)) {
    return failExecution(decision, failure, decision.state.lastId);
  }
  const { open } = frame;
  const state = stateNamed(decision, open.name);
  if (!isGuarded(state)) return giveUp(decision, frame, failure);
  const ownRuntimeError = culprit === undefined && failure.error === 'States.Runtime';

  const retrier = findRetrier(state.retry, attemptsOf(decision, frame, state), failure);
  cleanUp(decision, frame, state, cause, culprit);
  if (retrier !== undefined) {
    const { index, retries } = retrier;
    const delay = retryDelayMs(retrier.retrier, retries, decision.env.random);
    showHandled(decision, frame, 'Retry', failure, { index, delaySeconds: delay / 1000 });
    const until = decision.env.now + scaled(decision, delay);
    note(decision, { type: 'RetryScheduled', frame: frame.id, retrier: index, until }, cause);
    return;
  }

  if (state.type !== 'Task' && !ownRuntimeError) {
    emit(
      decision,
      { type: state.type === 'Map' ? 'MapStateFailed' : 'ParallelStateFailed', frame: frame.id },
      cause,
    );
  }
  const catcher = findCatcher(state.catch, failure);
  if (catcher === undefined) {
    const exhausted = state.retry.findIndex(({ errorEquals }) => matches(errorEquals, failure));
    if (exhausted >= 0) showHandled(decision, frame, 'Retry', failure, { index: exhausted });
    return giveUp(decision, frame, failure);
  }
  showHandled(decision, frame, 'Catch', failure, { index: state.catch.indexOf(catcher) });
  try {
    const departure = departWithError(decision, frame, state, catcher, errorOutput(failure));
    finish(decision, frame, departure, catcher.next);
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    // The catcher itself failed: nothing is left that could catch it here.
    const second = failureFrom(decision, frame, error);
    if (second.evaluation !== undefined) emitEvaluationFailed(decision, frame, second, frame.cursor);
    giveUp(decision, frame, second);
  }
}

/** By retrier, how often it has been used. */
function attemptsOf({ env }: Decision, frame: OpenFrame, state: GuardedState): readonly number[] {
  const { alone } = env;
  return alone === undefined ? frame.open.attempts : state.retry.map(() => alone.retries);
}

function showHandled(
  { env }: Decision,
  frame: OpenFrame,
  by: 'Retry' | 'Catch',
  failure: Failure,
  entry: Pick<HandledError, 'index' | 'delaySeconds'>,
): void {
  const handled: HandledError = { ...entry, ...errorFields(failure) };
  env.inspect?.(frame, by, Payload.ofValue({ ...handled }));
}

function emitEvaluationFailed(
  decision: Decision,
  frame: OpenFrame,
  failure: Failure,
  previous: number,
): void {
  emit(
    decision,
    {
      type: 'EvaluationFailed',
      frame: frame.id,
      state: frame.open.name,
      ...(failure.evaluation ? { location: failure.evaluation } : {}),
      error: failure.error ?? '',
      cause: failure.cause ?? '',
    },
    previous,
  );
}

/** Nothing in this state takes the error: the enclosing state fails with it, or the execution does. */
export function giveUp(decision: Decision, frame: Frame, failure: Failure): void {
  if (frame.parent === undefined) return failExecution(decision, failure);
  const parent = openFrame(frame.parent);
  const inherited = failureOf(
    failure.error,
    failure.cause,
    ...failure.aliases,
    ...(parent.open.type === 'Parallel' && failure.error !== 'States.Runtime' ? ['States.BranchFailed'] : []),
  );
  failState(decision, parent, inherited, frame.cursor, frame);
}

/** @param previous event that ExecutionFailed follows, unless it is the last of the outermost frame. */
export function failExecution(decision: Decision, failure: ErrorAndCause, previous?: number): void {
  cancelAll(decision);
  emit(decision, { type: 'ExecutionFailed', frame: 0, ...errorFields(failure) }, previous);
}

/**
 * This state or one around it retries or catches the error. A States.Runtime that none of them takes ends the execution
 * where it stands, without a word of what is around. Source: measured on AWS, github.com/floci-io/floci/issues/2868.
 */
function isTaken(decision: Decision, frame: OpenFrame, failure: Failure): boolean {
  for (let at: OpenFrame = frame; ; at = openFrame(at.parent)) {
    const state = stateNamed(decision, at.open.name);
    if (isGuarded(state)) {
      if (findRetrier(state.retry, at.open.attempts, failure) !== undefined) return true;
      if (findCatcher(state.catch, failure) !== undefined) return true;
    }
    if (at.parent === undefined) return false;
  }
}

type GuardedState = TaskState | ParallelState | MapState;

function isGuarded(state: State): state is GuardedState {
  return state.type === 'Task' || state.type === 'Parallel' || state.type === 'Map';
}

/**
 * The events of what is cut off inside a failed Parallel or Map, all following the event that caused the failure:
 * the failing iteration and its open state first, then the others in order.
 */
function cleanUp(
  decision: Decision,
  frame: OpenFrame,
  state: State,
  cause: number,
  culprit: Frame | undefined,
): void {
  const { children } = frame.open;
  if (children === undefined) return;
  const others = [...children.running].filter((child) => child !== culprit);
  for (const child of culprit === undefined ? others : [culprit, ...others]) {
    if (state.type === 'Map') {
      emit(
        decision,
        {
          type: child === culprit ? 'MapIterationFailed' : 'MapIterationAborted',
          frame: frame.id,
          name: state.name,
          index: child.index,
        },
        cause,
      );
    }
    abortOpen(decision, child, cause);
  }
}

/** A state that is open when it is cut off; Pass, Choice, Succeed and Fail leave no trace (AWS). */
function abortOpen(decision: Decision, frame: Frame, cause: number): void {
  const open = frame.open;
  if (open === undefined) return;
  if (open.children !== undefined) {
    for (const child of open.children.running) {
      if (open.type === 'Map') {
        emit(
          decision,
          { type: 'MapIterationAborted', frame: frame.id, name: open.name, index: child.index },
          cause,
        );
      }
      abortOpen(decision, child, cause);
    }
  }
  cancel(decision, frame);
  if (open.type === 'Task' || open.type === 'Wait' || open.type === 'Map' || open.type === 'Parallel') {
    emit(decision, { type: `${open.type}StateAborted`, frame: frame.id }, cause);
  }
}

function cancel(decision: Decision, frame: Frame): void {
  const open = frame.open;
  const task = open?.task;
  // An activity's task that no worker has taken leaves the activity's queue.
  if (task?.calling || (task?.kind === 'Activity' && !task.started)) {
    decision.effects.push({ type: 'CancelTask', scheduled: task.scheduled });
  }
  if (open?.mapRunArn !== undefined) decision.effects.push({ type: 'StopMapRun', mapRunArn: open.mapRunArn });
}

/** Before the execution closes: whatever is under way is called off. */
export function cancelAll(decision: Decision): void {
  for (const frame of decision.state.frames.values()) cancel(decision, frame);
}
