// What an execution holds in memory, in bytes of its payloads' text: inputs of open states, results that wait for their Map or
// Parallel, variables, tasks under way. It is measured when it may have grown by an eighth of what is allowed, so that most events
// cost an addition. A memo beside the state, not in it: no event says what is in memory.

import type { Payload } from '../base/payload.ts';
import type { HistoryEvent } from '../history/event.ts';
import type { ExecutionState, Frame } from './state.ts';

interface Payloads {
  readonly input?: Payload;
  readonly output?: Payload;
  readonly parameters?: Payload;
  readonly items?: Payload;
  readonly assigned?: Readonly<Record<string, Payload>>;
}

export interface Held {
  /** When it was measured last. */
  measured: number;
  /** Payloads of the events since: more than was added to what is held. */
  grown: number;
}

const PART_OF_GROWTH = 8;
/** An event, a frame, an entry of a list: what is held beside payloads. */
const EACH_BYTES = 100;

/** The execution would hold more than it may. */
export class HeldTooMuch extends Error {
  override readonly name = 'HeldTooMuch';
}

const HELD = new WeakMap<ExecutionState, Held>();

/** What is known of it, or nothing yet; `keepHeld` keeps what is added. */
export function heldOf(state: ExecutionState): Held {
  return HELD.get(state) ?? { measured: 0, grown: 0 };
}

/** For the decisions to come. Most executions end with their first and are never entered. */
export function keepHeld(state: ExecutionState, held: Held): void {
  if (state.status === 'RUNNING') HELD.set(state, held);
}

/** What the execution may hold by now; at least what it does. */
export function heldBytes(state: ExecutionState): number {
  let held = HELD.get(state);
  if (held === undefined || state.status !== 'RUNNING') {
    held = { measured: measure(state), grown: 0 };
    HELD.set(state, held);
  }
  return held.measured + held.grown;
}

/** Bytes that an event brings. @param last payload of the events before: what is only carried on counts once. */
export function bytesOf(event: HistoryEvent, last?: Payload): number {
  const { input, output, parameters, items, assigned } = event as Payloads;
  let bytes = EACH_BYTES;
  if (input !== last) bytes += lengthOf(input);
  if (output !== last) bytes += lengthOf(output);
  bytes += lengthOf(parameters) + lengthOf(items);
  if (assigned !== undefined) for (const value of Object.values(assigned)) bytes += lengthOf(value);
  return bytes;
}

/** The payload that the next event may carry on. */
export function carriedBy(event: HistoryEvent): Payload | undefined {
  const { input, output } = event as Payloads;
  return output ?? input;
}

/** An item whose text nobody has made lies in a document that is counted already. */
function lengthOf(payload: Payload | undefined): number {
  return payload === undefined ? 0 : payload.knownLength;
}

/** @throws HeldTooMuch when it has been measured, and found to be more than `most`. */
export function checkHeld(state: ExecutionState, held: Held, most: number): void {
  if (held.grown < most / PART_OF_GROWTH) return;
  held.measured = measure(state);
  held.grown = 0;
  if (held.measured > most) throw new HeldTooMuch();
}

function measure({ input, output, frames }: ExecutionState): number {
  const known = new Set<Payload>();
  let bytes = 0;
  const add = (payload: Payload | undefined): void => {
    bytes += EACH_BYTES;
    if (payload === undefined || known.has(payload)) return;
    known.add(payload);
    bytes += payload.knownLength;
  };
  add(input);
  add(output);
  for (const frame of frames.values()) addFrame(frame, add);
  return bytes;
}

function addFrame({ next, open, variables }: Frame, add: (payload: Payload | undefined) => void): void {
  add(next?.input);
  for (const value of variables.values()) add(value);
  if (open === undefined) return;
  add(open.input);
  const { task, children } = open;
  if (task !== undefined) {
    add(task.input);
    add(task.submitted);
    if (task.early?.status === 'succeeded') add(task.early.output);
  }
  if (children !== undefined) for (const result of children.results) add(result);
}
