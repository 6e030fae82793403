// What is being made of one command: the events and effects so far, and what every state type needs to make more of them.

import type { Program, State, TaskResource } from '../asl/program.ts';
import { assert } from '../base/assert.ts';
import type { Json, JsonObject } from '../base/json.ts';
import { Meter } from '../base/meter.ts';
import type { Payload } from '../base/payload.ts';
import type { Limits } from '../base/quotas.ts';
import type { HistoryEvent } from '../history/event.ts';
import { apply } from './apply.ts';
import type { Effect } from './effect.ts';
import { bytesOf, carriedBy, checkHeld, type Held, heldOf } from './held.ts';
import type { Stage } from './stages.ts';
import type { ExecutionInfo, ExecutionState, Frame, OpenFrame } from './state.ts';

/** Everything a decision takes from outside: time, chance, bounds. The same values give the same decision. */
export interface Environment {
  /** Epoch milliseconds. */
  readonly now: number;
  /**
   * Since when this process has been there to take heartbeats, epoch milliseconds: before that no worker could renew, so
   * every heartbeat interval begins anew then. Undefined: always.
   */
  readonly listeningSince?: number;
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
  /** Whether its state machine is being deleted: the execution ends before it enters another state. */
  isBeingDeleted?(): boolean;
  /** Factor for the time that Wait states and retries wait; 1 without it. */
  readonly waitScale?: number;
  readonly limits: Limits;
  /** What the execution may hold in memory, in bytes of its payloads; undefined: anything. */
  readonly heldBytes?: number;
  /** Transitions a decision may make before it lets others go on. */
  readonly maxTransitions: number;
  /**
   * Pays for the decision's evaluations; without one they are bounded one by one. When it is used up, its exception ends
   * the decision, of which nothing may be kept: the state has to be folded again.
   */
  readonly meter?: Meter;
  /** Whether the decision took long enough already: it ends after the transition under way, as with `maxTransitions`. */
  overtime?(): boolean;
  /**
   * Gets the value after each stage of a state's data flow, in order. Where the state leaves a field out, it is what passes
   * through; a field that is evaluated again (InputPath, when a Wait ends or an iteration starts) is given again.
   */
  readonly inspect?: Inspect;
  /** One state runs on its own, as in TestState. */
  readonly alone?: Alone;
}

export type Inspect = (frame: OpenFrame, stage: Stage, value: Payload) => void;

/** `$$`, `$states.context`. Source: AWS, "Accessing the context object". */
export type ContextObject = {
  Execution: {
    Id: Json;
    Input: Json;
    StartTime: Json;
    Name: Json;
    RoleArn: Json;
    RedriveCount?: Json;
    RedriveTime?: Json;
  };
  StateMachine: JsonObject;
  State: JsonObject;
  Task?: JsonObject;
  Map?: JsonObject;
};

/**
 * A state without the execution around it. Causes of its errors do not say where it stands. A Parallel or inline Map starts
 * nothing: what its branches or iterations give comes with the command CompleteChildren.
 */
export interface Alone {
  /** @param own the context object as an execution would have it. @returns the one that expressions see. */
  context(own: ContextObject): JsonObject;
  /** How often the entry of Retry that names the error has been used before. */
  readonly retries: number;
}

export interface Decision {
  readonly program: Program;
  readonly state: ExecutionState;
  readonly env: Environment;
  /** `env`'s, or one for this decision. */
  readonly meter: Meter;
  readonly events: HistoryEvent[];
  readonly effects: Effect[];
  /** Frames that can move, first in, first out: branches advance side by side as on AWS. */
  readonly queue: Frame[];
  /** Branches and iterations that have just left their last state: their Parallel or Map goes on before anything else. */
  readonly finished: Frame[];
  readonly held: Held;
  /** Bytes of its events, and the payload that the last of them had. */
  bytes: number;
  carried: Payload | undefined;
}

/** A decision with nothing in it yet. */
export function newDecision(program: Program, state: ExecutionState, env: Environment): Decision {
  const meter = env.meter ?? new Meter();
  const held = heldOf(state);
  return {
    ...{ program, state, env, meter, held },
    events: [],
    effects: [],
    queue: [],
    finished: [],
    bytes: 0,
    carried: undefined,
  };
}

type Draft<E> = E extends HistoryEvent ? Omit<E, 'id' | 'at' | 'previous'> : never;
export type NewEvent = Draft<HistoryEvent>;

/** The history is full: the execution fails with its last event (AWS: "maximum number of history events"). */
export class HistoryFull extends Error {
  override readonly name = 'HistoryFull';
}

/**
 * Appends an event to the history and folds it in.
 * @param previous the event it follows; by default the last of its frame.
 * @returns its id.
 */
export function emit(decision: Decision, event: NewEvent, previous?: number): number {
  const { state, env } = decision;
  const id = state.lastId + 1;
  if (id >= env.limits.historyEvents && !state.info.express && !isLast(event)) throw new HistoryFull();
  // The clock may have been set back while no process ran; a history never goes back.
  const at = Math.max(env.now, state.lastAt);
  append(decision, complete(event, id, at, previous ?? state.frames.get(event.frame)?.cursor ?? 0));
  if (env.heldBytes !== undefined && !isLast(event)) checkHeld(state, decision.held, env.heldBytes);
  return id;
}

/** The draft itself becomes the event, without a copy: its caller has made it for this. */
function complete(event: NewEvent, id: number, at: number, previous: number): HistoryEvent {
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
  append(decision, complete(event, 0, decision.env.now, previous));
}

export function append(decision: Decision, event: HistoryEvent): void {
  apply(decision.state, event);
  decision.events.push(event);
  const bytes = bytesOf(event, decision.carried);
  decision.carried = carriedBy(event) ?? decision.carried;
  decision.bytes += bytes;
  decision.held.grown += bytes;
}

/** Shows an observer the value after a stage. @returns the value. */
export function inspected(decision: Decision, frame: OpenFrame, stage: Stage, value: Payload): Payload {
  decision.env.inspect?.(frame, stage, value);
  return value;
}

/** Milliseconds that are really waited for `delayMs` of a definition. */
export function scaled({ env }: Decision, delayMs: number): number {
  return env.waitScale === undefined ? delayMs : Math.ceil(delayMs * env.waitScale);
}

/** The state of the definition with that name. */
export function stateNamed({ program }: Decision, name: string): State {
  const state = program.states.get(name);
  assert(state, `Expected state ${name} in the definition`);
  return state;
}

/** The definition of the state that `frame` is in, which must be of that type. */
export function stateOf<T extends State['type']>(
  decision: Decision,
  frame: OpenFrame,
  type: T,
): Extract<State, { readonly type: T }> {
  const state = stateNamed(decision, frame.open.name);
  assert(state.type === type, `Expected a ${type} state, but ${state.name} is a ${state.type} state`);
  return state as Extract<State, { readonly type: T }>;
}
