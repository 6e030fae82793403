// One state on its own: an execution that has just come to it, what is seen of it while it runs, and how it ends. All of it
// is plain data: TestState answers with it, and whatever else steps through a workflow may. It evaluates nothing; the values
// are those that `decide` shows its observer.

import { ownersOf, type Program } from '../asl/program.ts';
import type { Json, JsonObject } from '../base/json.ts';
import type { Payload } from '../base/payload.ts';
import type { HistoryEvent } from '../history/event.ts';
import { replay } from './apply.ts';
import type { Alone, ContextObject, Inspect } from './decision.ts';
import type { HandledError, Stage, StageValue } from './stages.ts';
import { type ExecutionInfo, type ExecutionState, newExecutionState } from './state.ts';

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
  /** What was seen so far, in order. */
  readonly seen: readonly StageValue[];
}

/** Sees what the outermost frame goes through. */
export function createObserver(): Observer {
  const seen: StageValue[] = [];
  const show = (stage: Stage, value: Payload): void => void seen.push({ stage, value });
  return {
    seen,
    show,
    inspect: (frame, stage, value) => {
      if (frame.id === 0) show(stage, value);
    },
  };
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
        State: { ...own.State, RetryCount: retries },
      };
      if (inMap) context.Map ??= { Item: { Index: 0, Value: input } };
      return context as JsonObject;
    },
  };
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
