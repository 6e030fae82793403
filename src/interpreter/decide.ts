// The decision: one command on an execution becomes events and effects. Pure and synchronous: time and chance come in
// `env`, and it goes on until the execution waits for something outside. What it makes of the state is what a replay of its
// events makes: fields are written by `apply` alone. Only timers that were read are taken off the heap here, and itemsOf
// (scope.ts) fills its memo; both are derived from the rest of the state, and a replay makes them again.

import type { Program, State, TaskState } from '../asl/program.ts';
import { assert, unreachable } from '../base/assert.ts';
import { StateError } from '../base/state-error.ts';
import { ENTERED, type HistoryEvent, type StateType } from '../history/event.ts';
import type { Command, TaskOutcome } from './command.ts';
import {
  append,
  type Decision,
  type Environment,
  emit,
  HistoryFull,
  newDecision,
  stateNamed,
  stateOf,
} from './decision.ts';
import * as distributed from './distributed-map.ts';
import type { Effect } from './effect.ts';
import { cancelAll, failEvaluation, failExecution, failState } from './fail.ts';
import { type ErrorAndCause, errorFields, failureOf } from './failure.ts';
import { HeldTooMuch, keepHeld } from './held.ts';
import { canRedrive, redrive, resume } from './redrive.ts';
import {
  type ExecutionState,
  type Frame,
  frameOf,
  hasChildren,
  hasTask,
  type OpenFrame,
  openFrame,
  parentFrame,
  type TaskFrame,
  taskFrame,
} from './state.ts';
import * as choice from './states/choice.ts';
import * as fail from './states/fail.ts';
import { finishChildren } from './states/gather.ts';
import * as map from './states/map.ts';
import * as parallel from './states/parallel.ts';
import * as pass from './states/pass.ts';
import * as succeed from './states/succeed.ts';
import * as task from './states/task.ts';
import * as wait from './states/wait.ts';
import { popTimer } from './timers.ts';

/** Why a command changed nothing: it came too late, or twice. */
export type Refusal =
  | 'closed'
  | 'unknown-task'
  | 'not-started'
  | 'already-submitted'
  | 'already-answered'
  | 'not-redrivable';

/** What `decide` returns: a finished decision, or why there is none. */
export interface Verdict {
  readonly events: readonly HistoryEvent[];
  readonly effects: readonly Effect[];
  /** The bound on transitions was reached: `Continue` goes on. */
  readonly more: boolean;
  readonly refused: Refusal | undefined;
}

/**
 * Advances `state` in place by one command.
 * @param program what the execution runs; @param state folded from all its events.
 * @returns what to write and, once that is durable, what to do.
 * @throws Bug, or what the environment's meter throws: the caller drops the state and folds it again.
 */
export function decide(program: Program, state: ExecutionState, command: Command, env: Environment): Verdict {
  const decision = newDecision(program, state, env);
  const unfit = unfitFor(state, command, env);
  if (unfit !== undefined) return { events: [], effects: [], more: false, refused: unfit };
  let refused: Refusal | undefined;
  let more = false;
  try {
    refused = perform(decision, command);
    more = refused === undefined && settle(decision);
  } catch (error) {
    if (error instanceof HistoryFull) failFull(decision);
    else if (error instanceof HeldTooMuch) failHeld(decision);
    else throw error;
  }
  keepHeld(state, decision.held);
  return { events: decision.events, effects: decision.effects, more, refused };
}

function unfitFor(state: ExecutionState, command: Command, { limits }: Environment): Refusal | undefined {
  if (command.type === 'RedriveExecution')
    return canRedrive(state, limits.historyEvents) ? undefined : 'not-redrivable';
  return state.status === 'RUNNING' ? undefined : 'closed';
}

function perform(decision: Decision, command: Command): Refusal | undefined {
  const { state } = decision;
  switch (command.type) {
    case 'StartExecution':
      emit(
        decision,
        {
          type: 'ExecutionStarted',
          frame: 0,
          input: command.input,
          roleArn: state.info.roleArn,
          ...command.via,
        },
        0,
      );
      decision.queue.push(frameOf(state, 0));
      return undefined;
    case 'Continue':
      decision.queue.push(...state.ready);
      return undefined;
    case 'FireTimers':
      fireTimers(decision, command.until);
      return undefined;
    case 'StopExecution':
      abort(decision, command);
      return undefined;
    case 'RedriveExecution':
      redrive(decision, command);
      return undefined;
    case 'FailExecution':
      failExecution(decision, { error: command.error, cause: command.cause });
      return undefined;
    case 'CompleteTask':
      return onTask(decision, command.scheduled, (frame, definition) => {
        const open = frame.open.task;
        if (!open.started) return 'not-started';
        if (command.by === 'token' && open.early !== undefined) return 'already-answered';
        if (command.by === 'token') task.answer(decision, frame, definition, command.outcome);
        else task.complete(decision, frame, definition, command.outcome);
        return undefined;
      });
    case 'SubmitTask':
      return onTask(decision, command.scheduled, (frame, definition) => {
        if (frame.open.task.submitted !== undefined) return 'already-submitted';
        task.submit(decision, frame, definition, command.output);
        return undefined;
      });
    case 'StartActivity':
      return onTask(decision, command.scheduled, (frame) => {
        if (frame.open.task.started) return 'already-submitted';
        task.startActivity(decision, frame, command.workerName);
        return undefined;
      });
    case 'Heartbeat':
      return onTask(decision, command.scheduled, (frame) => {
        task.heartbeat(decision, frame);
        return undefined;
      });
    case 'CompleteMapRun': {
      const found = state.frames.get(command.frame);
      if (found?.open?.mapRunArn !== command.mapRunArn) return 'unknown-task';
      const frame = openFrame(found);
      const definition = stateOf(decision, frame, 'Map');
      guard(decision, frame, () => distributed.complete(decision, frame, definition, command.outcome));
      return undefined;
    }
    case 'CompleteChildren':
      return completeChildren(decision, state.frames.get(command.frame), command.outcome);
    default:
      return unreachable(command);
  }
}

function completeChildren(
  decision: Decision,
  found: Frame | undefined,
  outcome: TaskOutcome,
): Refusal | undefined {
  if (decision.env.alone === undefined || !hasChildren(found)) return 'not-started';
  const definition = stateNamed(decision, found.open.name);
  assert(definition.type === 'Map' || definition.type === 'Parallel', 'Expected a Map or Parallel state');
  guard(decision, found, () => {
    if (outcome.status === 'succeeded') return finishChildren(decision, found, definition, outcome.output);
    const { error, cause } = outcome;
    const inBranch = definition.type === 'Parallel' && error !== 'States.Runtime';
    const failure = failureOf(error, cause, ...(inBranch ? ['States.BranchFailed'] : []));
    failState(decision, found, failure, found.cursor, undefined);
  });
  return undefined;
}

function onTask(
  decision: Decision,
  scheduled: number,
  act: (frame: TaskFrame, definition: TaskState) => Refusal | undefined,
): Refusal | undefined {
  const frame = decision.state.tasks.get(scheduled);
  if (!hasTask(frame)) return 'unknown-task';
  const definition = stateOf(decision, frame, 'Task');
  let refused: Refusal | undefined;
  guard(decision, frame, () => {
    refused = act(frame, definition);
  });
  return refused;
}

/** Of the events of one decision: they wait in memory for their commit. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Moves every frame that can move. @returns true when the bound on transitions came first. */
function settle(decision: Decision): boolean {
  const { queue, state, env } = decision;
  let transitions = 0;
  for (const frame of queue) {
    // One transition at least: an execution whose every step takes long still goes on.
    const enough = transitions >= env.maxTransitions || decision.bytes > MAX_BYTES;
    if (enough || (transitions > 0 && env.overtime?.() === true)) return state.status === 'RUNNING';
    transitions++;
    // A frame may have been cut off since it was put here.
    if (state.ready.has(frame)) step(decision, frame);
  }
  return false;
}

function abort(decision: Decision, because: Partial<ErrorAndCause>): void {
  cancelAll(decision);
  const { error, cause } = because;
  emit(decision, { type: 'ExecutionAborted', frame: 0, ...errorFields({ error, cause }) }, 0);
}

/** Enters the frame's next state, makes the call of the task that it has scheduled, or does a state's work again. */
function step(decision: Decision, frame: Frame): void {
  const { next, open } = frame;
  if (next === undefined && open?.again !== true) {
    const prepared = taskFrame(frame);
    return task.start(decision, prepared, stateOf(decision, prepared, 'Task'));
  }
  if (decision.env.isBeingDeleted?.() === true) return abort(decision, {});
  if (next === undefined) return runAgain(decision, openFrame(frame));
  const name = next.name ?? startOf(decision, frame);
  const definition = stateNamed(decision, name);
  emit(decision, { type: ENTERED[definition.type], frame: frame.id, name, input: next.input });
  run(decision, openFrame(frame), definition);
}

/** A redrive does the work of an open state again. */
function runAgain(decision: Decision, frame: OpenFrame): void {
  const definition = stateNamed(decision, frame.open.name);
  // Source: AWS, "Redrive behavior of individual states": a Fail state is entered again.
  if (definition.type === 'Fail') {
    const { name, input } = frame.open;
    emit(decision, { type: 'FailStateEntered', frame: frame.id, name, input });
  }
  let resumed = false;
  guard(decision, frame, () => {
    resumed = true;
    resumed = resume(decision, frame, definition);
  });
  if (!resumed) run(decision, openFrame(frame), definition);
}

/** First state of the frame's sub-workflow. */
function startOf(decision: Decision, frame: Frame): string {
  if (frame.parent === undefined) return decision.program.root.startAt;
  const owner = stateNamed(decision, openFrame(frame.parent).open.name);
  if (owner.type === 'Map') return owner.processor.startAt;
  const branch = owner.type === 'Parallel' ? owner.branches[frame.index] : undefined;
  assert(branch, `Expected ${owner.name} to be a Parallel state with a branch ${frame.index}`);
  return branch.startAt;
}

/** The work of a state: on entry, and again at every retry of a Task, Parallel or Map. */
function run(decision: Decision, frame: OpenFrame, definition: State): void {
  guard(decision, frame, () => {
    switch (definition.type) {
      case 'Pass':
        return pass.enter(decision, frame, definition);
      case 'Task':
        return task.enter(decision, frame, definition);
      case 'Choice':
        return choice.enter(decision, frame, definition);
      case 'Wait':
        return wait.enter(decision, frame, definition);
      case 'Succeed':
        return succeed.enter(decision, frame, definition);
      case 'Fail':
        return fail.enter(decision, frame, definition);
      case 'Parallel':
        return parallel.enter(decision, frame, definition);
      case 'Map':
        return map.enter(decision, frame, definition);
      default:
        return unreachable(definition);
    }
  });
}

/** States whose EvaluationFailed event, on entry, follows what their Entered event follows (recorded from AWS). */
const SIBLING_OF_ENTERED: ReadonlySet<StateType> = new Set(['Pass', 'Task', 'Map']);

/** Runs a part of a state's work; an error of the language in it fails that state. Then what waited for it goes on. */
function guard(decision: Decision, frame: OpenFrame, work: () => void): void {
  const { type } = frame.open;
  try {
    work();
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    failEvaluation(decision, openFrame(frame), error, SIBLING_OF_ENTERED.has(type));
  }
  const child = decision.finished.pop();
  if (child !== undefined) childFinished(decision, child);
}

/** A branch or iteration has ended: its Parallel or Map goes on, and may end with it. */
function childFinished(decision: Decision, child: Frame): void {
  const frame = parentFrame(child.parent);
  const definition = stateNamed(decision, frame.open.name);
  guard(decision, frame, () => {
    if (definition.type === 'Map') return map.childFinished(decision, frame, definition, child);
    assert(definition.type === 'Parallel', `Expected ${definition.name} to be a Parallel state`);
    return parallel.childFinished(decision, frame, definition);
  });
}

function fireTimers(decision: Decision, until: number): void {
  const { state } = decision;
  for (let timer = state.timers[0]; timer !== undefined; timer = state.timers[0]) {
    if (timer.at > until || timer.at >= state.deadline) break;
    fireAt(decision, timer.at);
  }
  if (state.status === 'RUNNING' && until >= state.deadline) timeOutExecution(decision);
}

/**
 * Fires what is due at one moment. Tasks that time out together all have their event before the first of them fails the
 * state around it, as recorded from AWS.
 */
function fireAt(decision: Decision, at: number): void {
  const { state } = decision;
  const timedOut: (() => void)[] = [];
  for (let timer = state.timers[0]; timer?.at === at; timer = state.timers[0]) {
    popTimer(state.timers);
    const found = state.frames.get(timer.frame);
    if (found?.open === undefined) continue;
    const frame = openFrame(found);
    if (hasTask(frame)) {
      const failTask = timeOutTask(decision, frame, at);
      if (failTask !== undefined) timedOut.push(failTask);
    } else fire(decision, frame, at);
  }
  for (const failTask of timedOut) failTask();
}

/** Fires what the frame waits for at that moment; an outdated timer finds nothing. */
function fire(decision: Decision, frame: OpenFrame, at: number): void {
  const { open } = frame;
  if (open.waitUntil === at) {
    guard(decision, frame, () => wait.resume(decision, frame, stateOf(decision, frame, 'Wait')));
  } else if (open.retryAt === at) {
    run(decision, frame, stateNamed(decision, open.name));
  }
}

/** @returns what fails the state of the task, whose time-out is recorded; undefined when it has not timed out. */
function timeOutTask(decision: Decision, frame: TaskFrame, at: number): (() => void) | undefined {
  const { state, env } = decision;
  const { timeoutAt, heartbeatAt, heartbeatSeconds } = frame.open.task;
  const missedHeartbeat = timeoutAt !== at;
  if (missedHeartbeat) {
    if (heartbeatAt !== at) return undefined;
    const renewed = (env.listeningSince ?? 0) + (heartbeatSeconds ?? 0) * 1000;
    if (renewed > env.now) {
      task.restartHeartbeat(decision, frame, env.listeningSince ?? 0);
      return undefined;
    }
  }
  const definition = stateOf(decision, frame, 'Task');
  const failure = task.timeOut(decision, frame, definition, missedHeartbeat);
  const timedOut = frame.cursor;
  return () => {
    // Another task that timed out may have ended the state around both.
    if (state.status !== 'RUNNING' || state.frames.get(frame.id) !== frame || frame.cursor !== timedOut)
      return;
    guard(decision, frame, () => failState(decision, frame, failure, timedOut, undefined));
  };
}

/** The machine's TimeoutSeconds, or the longest an execution may last. The stop time is the deadline itself. */
function timeOutExecution(decision: Decision): void {
  const { state } = decision;
  cancelAll(decision);
  append(decision, {
    type: 'ExecutionTimedOut',
    frame: 0,
    id: state.lastId + 1,
    at: Math.max(state.deadline, state.lastAt),
    previous: 0,
    error: 'States.Timeout',
  });
}

/** AWS has no such limit, but a machine without end; this is its error for data that is too large. */
function failHeld(decision: Decision): void {
  failExecution(decision, {
    error: 'States.DataLimitExceeded',
    cause: `The execution holds more than ${decision.env.heldBytes} bytes of inputs, results and variables at once.`,
  });
}

function failFull(decision: Decision): void {
  const limit = decision.env.limits.historyEvents;
  failExecution(decision, {
    error: 'States.Runtime',
    cause: `The execution reached the maximum number of history events (${limit}).`,
  });
}
