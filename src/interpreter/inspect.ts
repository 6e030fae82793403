// One state on its own: an execution that has just come to it, what is seen of it while it runs, and how it ends. All of it
// is plain data: TestState answers with it, and whatever else steps through a workflow may. It evaluates nothing; the values
// are those that `decide` shows its observer.

import { ownersOf, type Program } from '../asl/program.ts';
import { assert } from '../base/assert.ts';
import type { Json, JsonObject } from '../base/json.ts';
import type { Payload } from '../base/payload.ts';
import { StateError } from '../base/state-error.ts';
import type { HistoryEvent } from '../history/event.ts';
import { replay } from './apply.ts';
import type { TaskOutcome } from './command.ts';
import { type Alone, type ContextObject, type Decision, type Inspect, stateOf } from './decision.ts';
import { itemsInState } from './distributed-map.ts';
import type { Making, StartMapRun } from './effect.ts';
import { failureFrom } from './fail.ts';
import { type MapItem, readInputs } from './map-inputs.ts';
import type { HandledError, Stage, StageValue } from './stages.ts';
import { type ExecutionInfo, type ExecutionState, newExecutionState, parentFrame } from './state.ts';
import { showInputs } from './states/map.ts';

/** Name of the state that the execution seems to come from. */
const BEFORE = 'Before';

export interface Arrival {
  readonly stateName: string;
  readonly input: Payload;
  /** Variables that the state can read. */
  readonly variables: Readonly<Record<string, Payload>>;
}

/** The execution state of one that is about to enter the state: `Continue` enters it. */
export function arriveAt(info: ExecutionInfo, arrival: Arrival): ExecutionState {
  const { stateName, input, variables } = arrival;
  const at = info.startedAt;
  const journal: HistoryEvent[] = [
    { type: 'ExecutionStarted', id: 1, at, previous: 0, frame: 0, input, roleArn: info.roleArn },
    { type: 'PassStateEntered', id: 2, at, previous: 0, frame: 0, name: BEFORE, input },
    {
      ...{ type: 'PassStateExited', id: 3, at, previous: 2, frame: 0, name: BEFORE },
      ...{ output: input, assigned: variables, next: stateName },
    },
  ];
  return replay(newExecutionState(info), journal);
}

export interface Observer {
  readonly inspect: Inspect;
  /** Adds what somebody else has found. */
  show(stage: Stage, value: Payload): void;
  /** What was seen so far, in order. Of a stage that was seen again the last value counts, but for slices. */
  readonly seen: readonly StageValue[];
}

/** Stages whose value comes in slices. */
const SLICED: ReadonlySet<Stage> = new Set(['ItemSelector', 'ItemBatcher']);

/**
 * Sees what the outermost frame goes through.
 * @param maxBytes of all slices of a stage; of more nothing is kept
 */
export function createObserver(maxBytes: number): Observer {
  const seen: StageValue[] = [];
  const bytes = new Map<Stage, number>();
  const show = (stage: Stage, value: Payload): void => {
    if (!SLICED.has(stage)) return keepLast(seen, { stage, value });
    const all = (bytes.get(stage) ?? 0) + value.bytes;
    bytes.set(stage, all);
    if (all <= maxBytes) seen.push({ stage, value });
    else seen.splice(0, seen.length, ...seen.filter((other) => other.stage !== stage));
  };
  return {
    seen,
    show,
    inspect: (frame, stage, value) => {
      if (frame.id === 0) show(stage, value);
    },
  };
}

/** A value is replaced, unless an error was handled in between: what comes then is the handler's. */
function keepLast(seen: StageValue[], next: StageValue): void {
  const at = seen.findLastIndex(({ stage }) => stage === next.stage);
  const handled = seen.findLastIndex(({ stage }) => stage === 'Catch');
  if (at > handled) seen[at] = next;
  else seen.push(next);
}

/** @param role of the test; undefined: it has none. @param retries how often the error has been retried. */
export function standIn(
  program: Program,
  stateName: string,
  input: Json,
  role: string | undefined,
  retries: number,
  given: JsonObject | undefined,
): Alone {
  const inMap = ownersOf(program, stateName).some(({ type }) => type === 'Map');
  return {
    retries,
    context(own) {
      // Of a given context nothing is made up; only the item that an ItemSelector looks at cannot be given.
      if (given !== undefined) return own.Map === undefined ? given : { ...given, Map: own.Map };
      // Members and their order as recorded of TestState; both differ from an execution's.
      const { Id, Input, Name, StartTime } = own.Execution;
      const context: ContextObject = {
        ...own,
        Execution: { Id, Input, Name, RoleArn: role ?? null, StartTime },
        State: { ...own.State, RetryCount: 0 },
      };
      if (inMap) context.Map ??= { Item: { Index: 0, Value: input } };
      return context as JsonObject;
    },
  };
}

type Failed = Extract<TaskOutcome, { status: 'failed' }>;

/**
 * What the iterations or children of a Map on its own would get, shown to its observer: of an inline one all at once, of a
 * distributed one what `from` has not made yet. It yields between items.
 * @param items undefined: those of the state itself.
 * @returns how many inputs were made, or why there are none.
 */
export function* makeInputs(
  decision: Decision,
  from: StartMapRun | undefined,
  items: readonly MapItem[] | undefined,
): Generator<void, number | Failed> {
  if (from !== undefined) return yield* childInputs(decision, from, items);
  const frame = parentFrame(decision.state.frames.get(0));
  const state = stateOf(decision, frame, 'Map');
  try {
    yield* showInputs(decision, frame, state);
    return frame.open.children.total;
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    const { error: name, cause } = failureFrom(decision, frame, error);
    return { status: 'failed', error: name, cause };
  }
}

/** Items that are looked at before what was made of them is let go. */
const SLICE_ITEMS = 100;

function* childInputs(
  decision: Decision,
  { frame, mapRunArn, inputs, items: taken, rest }: StartMapRun,
  given: readonly MapItem[] | undefined,
): Generator<void, number | Failed> {
  const items = given ?? itemsInState(decision, frame, mapRunArn) ?? [];
  let from: Making = { items: taken, rest };
  let count = inputs.length;
  do {
    const slice = items.slice(from.items, from.items + SLICE_ITEMS);
    const last = from.items + slice.length === items.length;
    const made = yield* readInputs(decision, frame, mapRunArn, from, slice, last);
    assert(made !== undefined, 'Expected the Map Run to be open');
    if ('status' in made) return made;
    count += made.inputs.length;
    from = made;
  } while (from.items < items.length);
  return count;
}

/** How the state has ended. */
export interface StateEnd {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'RETRIABLE' | 'CAUGHT_ERROR';
  readonly output: Payload | undefined;
  /** Of the error that failed the state, or that its Retry or Catch has taken. */
  readonly error: string | undefined;
  readonly cause: string | undefined;
  /** Undefined: the state ends its workflow. */
  readonly nextState: string | undefined;
  /** Those that were given, with what the state has assigned. */
  readonly variables: Readonly<Record<string, Payload>>;
}

/** @returns undefined while the state is open, whatever it waits for. */
export function endOf(
  state: ExecutionState,
  arrival: Arrival,
  events: readonly HistoryEvent[],
  seen: readonly StageValue[],
): StateEnd | undefined {
  const handled = (by: 'Retry' | 'Catch') =>
    seen.find(({ stage }) => stage === by)?.value.value as HandledError | undefined;
  const frame = state.frames.get(0);
  const nothing = { output: undefined, nextState: undefined, variables: arrival.variables };
  if (frame?.open?.retryAt !== undefined) {
    const { error, cause } = handled('Retry') ?? {};
    return { ...nothing, status: 'RETRIABLE', error, cause };
  }
  if (state.status === 'RUNNING' && frame?.open !== undefined) return undefined;
  if (state.status !== 'RUNNING' && state.status !== 'SUCCEEDED') {
    return { ...nothing, status: 'FAILED', error: state.error, cause: state.cause };
  }
  const exit = events.find(isExit);
  const caught = handled('Catch');
  return {
    status: caught === undefined ? 'SUCCEEDED' : 'CAUGHT_ERROR',
    output: exit?.output ?? state.output,
    error: caught?.error,
    cause: caught?.cause,
    nextState: frame?.next?.name,
    variables: { ...arrival.variables, ...exit?.assigned },
  };
}

type Exit = Extract<HistoryEvent, { readonly type: `${string}StateExited` }>;

function isExit(event: HistoryEvent): event is Exit {
  return event.type.endsWith('StateExited');
}
