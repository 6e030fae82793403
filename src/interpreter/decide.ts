// The engine's one decision: a command on an execution becomes events and effects. Pure and synchronous: time and chance
// come in `env`, the state is changed only through `apply`, and the run goes on until the execution waits for the world.

import type { Program, State } from '../asl/program.ts';
import { assert, unreachable } from '../base/assert.ts';
import { StateError } from '../base/state-error.ts';
import { ENTERED, type HistoryEvent } from '../history/event.ts';
import type { Command } from './command.ts';
import { append, type Environment, emit, HistoryFull, stateOf, type Turn } from './decision.ts';
import * as distributed from './distributed-map.ts';
import type { Effect } from './effect.ts';
import { cancelAll, failEvaluation, failExecution } from './fail.ts';
import type { ExecutionState, Frame } from './state.ts';
import * as choice from './states/choice.ts';
import * as fail from './states/fail.ts';
import * as map from './states/map.ts';
import * as parallel from './states/parallel.ts';
import * as pass from './states/pass.ts';
import * as succeed from './states/succeed.ts';
import * as task from './states/task.ts';
import * as wait from './states/wait.ts';
import { popTimer } from './timers.ts';

/** Why a command changed nothing: the world was late, or said something twice. */
export type Refusal = 'closed' | 'unknown-task' | 'not-started' | 'already-submitted' | 'already-answered';

export interface Decision {
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
 * @throws Bug only: the caller drops the state and folds it again.
 */
export function decide(
  program: Program,
  state: ExecutionState,
  command: Command,
  env: Environment,
): Decision {
  const turn = newTurn(program, state, env);
  if (state.status !== 'RUNNING') return { events: [], effects: [], more: false, refused: 'closed' };
  let refused: Refusal | undefined;
  let more = false;
  try {
    refused = perform(turn, command);
    more = refused === undefined && settle(turn);
  } catch (error) {
    if (!(error instanceof HistoryFull)) throw error;
    failFull(turn);
  }
  return { events: turn.events, effects: turn.effects, more, refused };
}

/** A turn that has not decided anything yet. */
export function newTurn(program: Program, state: ExecutionState, env: Environment): Turn {
  return { program, state, env, events: [], effects: [], queue: [], childFinished, itemsOf };
}

function perform(turn: Turn, command: Command): Refusal | undefined {
  const { state } = turn;
  switch (command.type) {
    case 'StartExecution':
      emit(
        turn,
        {
          type: 'ExecutionStarted',
          frame: 0,
          input: command.input,
          roleArn: state.info.roleArn,
          ...command.via,
        },
        0,
      );
      turn.queue.push(state.frames.get(0)!);
      return undefined;
    case 'Continue':
      turn.queue.push(...state.ready);
      return undefined;
    case 'FireTimers':
      fireTimers(turn);
      return undefined;
    case 'StopExecution': {
      const { error, cause } = command;
      cancelAll(turn);
      emit(
        turn,
        {
          type: 'ExecutionAborted',
          frame: 0,
          ...(error === undefined ? {} : { error }),
          ...(cause === undefined ? {} : { cause }),
        },
        0,
      );
      return undefined;
    }
    case 'CompleteTask':
      return onTask(turn, command.scheduled, (frame, definition) => {
        const open = frame.open!.task!;
        if (!open.started) return 'not-started';
        if (command.by === 'token' && open.early !== undefined) return 'already-answered';
        if (command.by === 'token') task.answer(turn, frame, definition, command.outcome);
        else task.complete(turn, frame, definition, command.outcome);
        return undefined;
      });
    case 'SubmitTask':
      return onTask(turn, command.scheduled, (frame, definition) => {
        if (frame.open!.task!.submitted !== undefined) return 'already-submitted';
        task.submit(turn, frame, definition, command.output);
        return undefined;
      });
    case 'StartActivity':
      return onTask(turn, command.scheduled, (frame) => {
        if (frame.open!.task!.started) return 'already-submitted';
        task.startActivity(turn, frame, command.workerName);
        return undefined;
      });
    case 'Heartbeat':
      return onTask(turn, command.scheduled, (frame) => {
        task.heartbeat(turn, frame);
        return undefined;
      });
    case 'CompleteMapRun': {
      const frame = state.frames.get(command.frame);
      if (frame?.open?.mapRunArn !== command.mapRunArn) return 'unknown-task';
      const definition = stateOf(turn, frame);
      assert(definition.type === 'Map', 'Expected a Map state');
      guard(turn, frame, () => distributed.complete(turn, frame, definition, command.outcome));
      return undefined;
    }
    default:
      return unreachable(command);
  }
}

function onTask(
  turn: Turn,
  scheduled: number,
  act: (frame: Frame, definition: Extract<State, { type: 'Task' }>) => Refusal | undefined,
): Refusal | undefined {
  const frame = turn.state.tasks.get(scheduled);
  if (frame?.open?.task?.scheduled !== scheduled) return 'unknown-task';
  const definition = stateOf(turn, frame);
  assert(definition.type === 'Task', 'Expected a Task state');
  let refused: Refusal | undefined;
  guard(turn, frame, () => {
    refused = act(frame, definition);
  });
  return refused;
}

/** Moves every thread of control that can move. @returns true when the bound on transitions came first. */
function settle(turn: Turn): boolean {
  const { queue, state } = turn;
  for (let i = 0; i < queue.length; i++) {
    // One transition at least: an execution whose every step takes long still goes on.
    if (i >= turn.env.maxTransitions || (i > 0 && turn.env.overtime?.() === true))
      return state.status === 'RUNNING';
    const frame = queue[i]!;
    // A frame may have been cut off since it was put here.
    if (state.frames.get(frame.id) === frame) step(turn, frame);
  }
  return false;
}

function step(turn: Turn, frame: Frame): void {
  const next = frame.next;
  if (next !== undefined) {
    const name = next.name ?? startOf(turn, frame);
    const definition = turn.program.states.get(name);
    assert(definition, `Expected state ${name} in the definition`);
    emit(turn, { type: ENTERED[definition.type], frame: frame.id, name, input: next.input });
    run(turn, frame, definition);
  } else if (
    frame.open?.task !== undefined &&
    !frame.open.task.started &&
    frame.open.task.kind !== 'Activity'
  ) {
    const definition = stateOf(turn, frame);
    assert(definition.type === 'Task', 'Expected a Task state');
    task.start(turn, frame, definition);
  }
}

/** First state of the frame's sub-workflow. */
function startOf(turn: Turn, frame: Frame): string {
  if (frame.parent === undefined) return turn.program.root.startAt;
  const owner = stateOf(turn, frame.parent);
  if (owner.type === 'Map') return owner.processor.startAt;
  assert(owner.type === 'Parallel', 'Expected branches to belong to a Parallel state');
  return owner.branches[frame.index]!.startAt;
}

/** The work of a state: on entry, and again at every retry of a Task, Parallel or Map. */
function run(turn: Turn, frame: Frame, definition: State): void {
  guard(turn, frame, () => {
    switch (definition.type) {
      case 'Pass':
        return pass.enter(turn, frame, definition);
      case 'Task':
        return task.enter(turn, frame, definition);
      case 'Choice':
        return choice.enter(turn, frame, definition);
      case 'Wait':
        return wait.enter(turn, frame, definition);
      case 'Succeed':
        return succeed.enter(turn, frame, definition);
      case 'Fail':
        return fail.enter(turn, frame, definition);
      case 'Parallel':
        return parallel.enter(turn, frame, definition);
      case 'Map':
        return map.enter(turn, frame, definition);
    }
  });
}

/** States whose EvaluationFailed event, on entry, follows what their Entered event follows (recorded from AWS). */
const SIBLING_OF_ENTERED = new Set(['Pass', 'Task', 'Map']);

/** Runs a part of a state's work; an error of the language in it fails that state. */
function guard(turn: Turn, frame: Frame, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    failEvaluation(turn, frame, error, SIBLING_OF_ENTERED.has(frame.open!.type));
  }
}

function childFinished(turn: Turn, parent: Frame, child: Frame): void {
  const definition = stateOf(turn, parent);
  guard(turn, parent, () => {
    if (definition.type === 'Map') map.childFinished(turn, parent, definition, child);
    else if (definition.type === 'Parallel') parallel.childFinished(turn, parent, definition);
  });
}

function itemsOf(turn: Turn, frame: Frame): ReturnType<Turn['itemsOf']> {
  const definition = stateOf(turn, frame);
  assert(definition.type === 'Map', 'Expected a Map state');
  return map.itemsOf(turn, frame, definition);
}

function fireTimers(turn: Turn): void {
  const { state, env } = turn;
  if (env.now >= state.info.deadline) return timeOutExecution(turn);
  while (state.timers.length > 0 && state.timers[0]!.at <= env.now) {
    const timer = popTimer(state.timers)!;
    const frame = state.frames.get(timer.frame);
    if (frame?.open !== undefined) fire(turn, frame, timer.at);
  }
}

/** Fires what the frame waits for at that moment; an outdated timer finds nothing. */
function fire(turn: Turn, frame: Frame, at: number): void {
  const open = frame.open!;
  const definition = stateOf(turn, frame);
  if (open.waitUntil === at && definition.type === 'Wait') {
    guard(turn, frame, () => wait.resume(turn, frame, definition));
  } else if (open.retryAt === at) {
    open.retryAt = undefined;
    run(turn, frame, definition);
  } else if (definition.type === 'Task' && open.task?.timeoutAt === at) {
    task.timeOut(turn, frame, definition, false);
  } else if (definition.type === 'Task' && open.task?.heartbeatAt === at) {
    task.timeOut(turn, frame, definition, true);
  }
}

/** The machine's TimeoutSeconds, or the longest an execution may last. The stop time is the deadline itself. */
function timeOutExecution(turn: Turn): void {
  const { state } = turn;
  cancelAll(turn);
  append(turn, {
    type: 'ExecutionTimedOut',
    frame: 0,
    id: state.lastId + 1,
    at: state.info.deadline,
    previous: 0,
    error: 'States.Timeout',
  });
}

function failFull(turn: Turn): void {
  const limit = turn.env.limits.historyEvents;
  failExecution(turn, {
    error: 'States.Runtime',
    cause: `The execution reached the maximum number of history events (${limit}).`,
  });
}
