// One decision in the making: the events and effects so far, and what every state type needs to make more of them.

import type { Program, State, TaskResource } from '../asl/program.ts';
import { assert } from '../base/assert.ts';
import type { Json, JsonObject } from '../base/json.ts';
import type { Limits } from '../base/quotas.ts';
import type { HistoryEvent } from '../history/event.ts';
import type { Scope } from '../query/scope.ts';
import { apply } from './apply.ts';
import { contextObject } from './context-object.ts';
import type { Effect } from './effect.ts';
import type { ExecutionInfo, ExecutionState, Frame } from './state.ts';

/** Everything a decision takes from outside: time, chance, bounds. The same values give the same decision. */
export interface Environment {
  /** Epoch milliseconds. */
  readonly now: number;
  /** Uniform in [0, 1). */
  random(): number;
  /** Version-4 UUID. */
  uuid(): string;
  /** Task token for the task that event `scheduled` will schedule. */
  taskToken(scheduled: number): string;
  /** Whether an activity with that ARN has been created. */
  knowsActivity(arn: string): boolean;
  /** Why an integration would not take the parameters; empty when it would. Pure. */
  checkParameters(resource: TaskResource, input: Json): readonly string[];
  /** Members that Step Functions itself adds to the parameters, visibly; they go last. Pure. */
  addedParameters?(resource: TaskResource): JsonObject | undefined;
  /** Whether a mock answers for the state, so that nothing is called. */
  isMocked?(info: ExecutionInfo, stateName: string): boolean;
  /** Factor for the time that Wait states and retries wait; 1 without it. */
  readonly waitScale?: number;
  readonly limits: Limits;
  /** Transitions a decision may make before it lets others go on. */
  readonly maxTransitions: number;
  /** Whether the decision took long enough already: it ends after the transition under way, as with `maxTransitions`. */
  overtime?(): boolean;
}

export interface Decision {
  readonly program: Program;
  readonly state: ExecutionState;
  readonly env: Environment;
  readonly events: HistoryEvent[];
  readonly effects: Effect[];
  /** Threads of control that can move, first in, first out: branches advance side by side as on AWS. */
  readonly queue: Frame[];
  /** Called when the last state of a branch or iteration has been left. */
  readonly childFinished: (decision: Decision, parent: Frame, child: Frame) => void;
  /** Items of the open inline Map of `frame`. */
  readonly itemsOf: (decision: Decision, frame: Frame) => readonly Json[];
}

type Draft<E> = E extends HistoryEvent ? Omit<E, 'id' | 'at' | 'previous'> : never;
export type NewEvent = Draft<HistoryEvent>;

/** The history is full: the execution fails with its last event (AWS: "maximum number of history events"). */
export class HistoryFull extends Error {
  override readonly name = 'HistoryFull';
}

/**
 * Appends an event to the history and folds it in.
 * @param previous the event it follows; by default the last of its thread of control.
 * @returns its id.
 */
export function emit(decision: Decision, event: NewEvent, previous?: number): number {
  const { state, env } = decision;
  const id = state.lastId + 1;
  if (id >= env.limits.historyEvents && !state.info.express && !isLast(event)) throw new HistoryFull();
  append(decision, finished(event, id, env.now, previous ?? state.frames.get(event.frame)?.cursor ?? 0));
  return id;
}

/** The draft itself becomes the event: it was made for this and nobody else holds it. */
function finished(event: NewEvent, id: number, at: number, previous: number): HistoryEvent {
  const made = event as unknown as { id: number; at: number; previous: number };
  made.id = id;
  made.at = at;
  made.previous = previous;
  return event as HistoryEvent;
}

function isLast(event: NewEvent): boolean {
  return event.type === 'ExecutionSucceeded' || event.type === 'ExecutionFailed';
}

/** Adds a fact that AWS's history does not show. */
export function note(decision: Decision, event: NewEvent, previous = 0): void {
  append(decision, finished(event, 0, decision.env.now, previous));
}

/** Milliseconds that are really waited for `delayMs` of a definition. */
export function scaled({ env }: Decision, delayMs: number): number {
  return env.waitScale === undefined ? delayMs : Math.ceil(delayMs * env.waitScale);
}

export function append(decision: Decision, event: HistoryEvent): void {
  apply(decision.state, event);
  decision.events.push(event);
}

/** The definition of the state that `frame` is in. */
export function stateOf(decision: Decision, frame: Frame): State {
  const name = frame.open?.name;
  const state = name === undefined ? undefined : decision.program.states.get(name);
  assert(state, `Expected state ${name} in the definition`);
  return state;
}

/** @param document what `$` is; @param states what `$states` holds beside the context. */
export function scopeOf(
  decision: Decision,
  frame: Frame,
  document: Json,
  states: Scope['states'],
  extra?: ContextExtra,
): Scope {
  const { env } = decision;
  return {
    document,
    states,
    context: () => contextObject(decision, frame, extra),
    variable: (name) => lookUp(frame, name),
    now: env.now,
    random: env.random,
    uuid: env.uuid,
  };
}

export interface ContextExtra {
  /** Task token of the attempt being prepared. */
  readonly token?: string;
  /** Map item whose input is being selected. */
  readonly item?: {
    readonly index: number;
    readonly value: Json;
    /** Member name, when the items are the members of an object. */
    readonly key?: string;
    /** Distributed Map: where the items come from. */
    readonly source?: string;
  };
}

function lookUp(frame: Frame, name: string): Json | undefined {
  for (let f: Frame | undefined = frame; f !== undefined; f = f.parent) {
    const value = f.variables.get(name);
    if (value !== undefined) return value.value;
  }
  return undefined;
}
