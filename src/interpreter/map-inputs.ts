// The items of a distributed Map become the inputs of its children: selected one by one, and batched. Items that are read come
// in slices, so the making can be left after any slice and taken up again.

import type { DistributedMap, MapState } from '../asl/program.ts';
import { assert } from '../base/assert.ts';
import { type Json, stringifyJson } from '../base/json.ts';
import { Payload } from '../base/payload.ts';
import { StateError } from '../base/state-error.ts';
import type { Scope } from '../query/scope.ts';
import type { TaskOutcome } from './command.ts';
import { type Decision, stateOf } from './decision.ts';
import type { MadeInputs, Making } from './effect.ts';
import { failureFrom } from './fail.ts';
import { positive } from './map-numbers.ts';
import { effectiveInput, inputScope } from './scope.ts';
import { type OpenFrame, openFrame } from './state.ts';

/** Items that are looked at in one step, when they need not be selected. */
const STEP = 100;
/** Most bytes of a batch, also without MaxInputBytesPerBatch. */
const BATCH_BYTES = 262_144;

/** One item of a Map Run. */
export interface MapItem {
  readonly value: Json;
  /** Member name, when the items are the members of an object. */
  readonly key?: string;
  /** `STATE_DATA`, or where it was read: `S3://bucket/key`. */
  readonly source: string;
}

export const NOTHING_MADE: MadeInputs = { inputs: [], itemCounts: [], items: 0, rest: [] };

/**
 * The inputs that follow from a slice of an open Map Run's items. It yields after every step, so that others can run in
 * between: there may be a million items.
 * @param last no items follow these.
 * @returns undefined when the Map Run is not open any more; a failure when an expression fails on an item.
 */
export function* readInputs(
  decision: Decision,
  frameId: number,
  mapRunArn: string,
  from: Making,
  items: readonly MapItem[],
  last: boolean,
): Generator<void, MadeInputs | Extract<TaskOutcome, { status: 'failed' }> | undefined> {
  const execution = decision.state;
  const isOpen = (): boolean =>
    execution.status === 'RUNNING' && execution.frames.get(frameId)?.open?.mapRunArn === mapRunArn;
  if (!isOpen()) return undefined;
  const frame = openFrame(execution.frames.get(frameId));
  const state = stateOf(decision, frame, 'Map');
  assert(state.distributed, 'Expected a distributed Map');
  try {
    const steps = childInputs(decision, frame, state, state.distributed, from, items, last);
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value;
      yield;
      if (!isOpen()) return undefined;
    }
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    const failure = failureFrom(decision, frame, error);
    return { status: 'failed', error: failure.error, cause: failure.cause };
  }
}

export function inputOf(
  decision: Decision,
  frame: OpenFrame,
  state: MapState,
): { input: Payload; scope: Scope } {
  const input = effectiveInput(decision, frame, state);
  return { input, scope: inputScope(decision, frame, input) };
}

/** @param enough whether the items that come now are to be left for later. */
export function* childInputs(
  decision: Decision,
  frame: OpenFrame,
  state: MapState,
  map: DistributedMap,
  from: Making,
  items: readonly MapItem[],
  last: boolean,
  enough?: () => boolean,
): Generator<void, MadeInputs> {
  const { input, scope } = inputOf(decision, frame, state);
  const { itemSelector } = state;
  const select = (item: MapItem, index: number): Json => {
    if (itemSelector === undefined) {
      return item.key === undefined ? item.value : { Key: item.key, Value: item.value };
    }
    return itemSelector(inputScope(decision, frame, input, { item: { index, ...item } }));
  };
  const selected: Payload[] = [];
  let index = from.items;
  for (const item of items) {
    const payload = Payload.ofValue(select(item, index++));
    // It is wanted soon, and all of them at once would take long.
    void payload.text;
    selected.push(payload);
    // A selector may take long for a single item.
    if (itemSelector !== undefined || index % STEP === 0) yield;
    if (enough?.() === true) break;
  }
  const done = last && selected.length === items.length;
  if (itemSelector !== undefined) decision.env.inspect?.(frame, 'ItemSelector', arrayOf(selected));
  const batcher = map.itemBatcher;
  if (batcher === undefined) {
    return { inputs: selected, itemCounts: selected.map(() => 1), items: index, rest: [] };
  }
  const most = batcher.maxItemsPerBatch && positive(batcher.maxItemsPerBatch, scope);
  const bytes = batcher.maxInputBytesPerBatch && positive(batcher.maxInputBytesPerBatch, scope);
  const batchInput = batcher.batchInput?.(scope);
  const bound = Math.min(bytes ?? BATCH_BYTES, BATCH_BYTES);
  const { batches, rest } = yield* batch(from.rest, selected, most ?? Number.POSITIVE_INFINITY, bound);
  if (done && rest.length > 0) batches.push(rest);
  const head = batchInput === undefined ? '' : `"BatchInput":${stringifyJson(batchInput)},`;
  const inputs = batches.map((batched) =>
    Payload.ofText(`{${head}"Items":[${batched.map(({ text }) => text).join()}]}`),
  );
  decision.env.inspect?.(frame, 'ItemBatcher', arrayOf(inputs));
  return {
    inputs,
    itemCounts: batches.map(({ length }) => length),
    items: index,
    rest: done ? [] : rest,
  };
}

function arrayOf(payloads: readonly Payload[]): Payload {
  return Payload.ofText(`[${payloads.map(({ text }) => text).join()}]`);
}

/** A batch closes at whichever bound is reached first. */
function* batch(
  begun: readonly Payload[],
  items: readonly Payload[],
  most: number,
  bytes: number,
): Generator<void, { batches: Payload[][]; rest: Payload[] }> {
  const batches: Payload[][] = [];
  let current = [...begun];
  let size = current.reduce((sum, item) => sum + item.bytes + 1, 0);
  const close = (): void => {
    batches.push(current);
    current = [];
    size = 0;
  };
  for (const [index, item] of items.entries()) {
    if (index % STEP === STEP - 1) yield;
    const itemBytes = item.bytes + 1;
    if (current.length > 0 && size + itemBytes > bytes) close();
    current.push(item);
    size += itemBytes;
    if (current.length >= most) close();
  }
  return { batches, rest: current };
}
