// Inline Map: one iteration per item, as many at once as MaxConcurrency allows; the result is the array of their outputs.

import type { MapState } from '../../asl/program.ts';
import type { Json } from '../../base/json.ts';
import { Payload } from '../../base/payload.ts';
import { StateError } from '../../base/state-error.ts';
import { checkSize } from '../data-flow.ts';
import { type Decision, emit } from '../decision.ts';
import * as distributed from '../distributed-map.ts';
import { concurrency, mapItems } from '../fields.ts';
import { effectiveInput, inputScope, itemsOf } from '../scope.ts';
import { type Frame, frameOf, type OpenFrame, type ParentFrame, parentFrame } from '../state.ts';
import { finishChildren, gather } from './gather.ts';

/** Starts the iterations: on entry and at every retry. */
export function enter(decision: Decision, frame: OpenFrame, state: MapState): void {
  if (state.distributed !== undefined) return distributed.enter(decision, frame, state, state.distributed);
  if (state.inlineMisfit) {
    throw new StateError(
      'States.Runtime',
      'The ItemReader, ItemBatcher and ResultWriter fields are not supported for INLINE maps',
    );
  }
  const input = effectiveInput(decision, frame, state);
  const scope = inputScope(decision, frame, input);
  const maxConcurrency = concurrency(state.maxConcurrency, scope);
  const jsonata = state.language === 'JSONata';
  const items = mapItems(state.items, scope, input.value, jsonata);
  decision.env.inspect?.(frame, jsonata ? 'Items' : 'ItemsPath', Payload.ofValue(items));
  decision.env.inspect?.(frame, 'MaxConcurrency', Payload.ofValue(maxConcurrency));
  emit(decision, {
    type: 'MapStateStarted',
    frame: frame.id,
    length: items.length,
    ...(inInput(state) ? {} : { items: Payload.ofValue(items) }),
    ...(maxConcurrency === 0 ? {} : { maxConcurrency }),
  });
  const map = parentFrame(frame);
  // A Map on its own starts nothing.
  if (decision.env.alone !== undefined) return;
  fill(decision, map, state, frame.cursor);
  finishIfDone(decision, map, state);
}

/** Items that a path leads to are found again in the input; others are kept with the event. */
function inInput(state: MapState): boolean {
  return state.items === undefined || state.items.from === 'path';
}

/** An iteration has ended: its end is recorded, and the next takes its place. */
export function childFinished(decision: Decision, frame: ParentFrame, state: MapState, child: Frame): void {
  const lastInner = child.cursor;
  emit(
    decision,
    { type: 'MapIterationSucceeded', frame: frame.id, name: state.name, index: child.index },
    lastInner,
  );
  fill(decision, frame, state, lastInner);
  finishIfDone(decision, frame, state);
}

/** After a redrive, when no iteration runs: starts those that never were, or makes the result again. */
export function goOn(decision: Decision, frame: ParentFrame, state: MapState): void {
  fill(decision, frame, state, frame.cursor);
  finishIfDone(decision, frame, state);
}

/** Starts iterations until every slot is taken. @param previous event that freed the slots. */
function fill(decision: Decision, frame: ParentFrame, state: MapState, previous: number): void {
  const { children } = frame.open;
  const limit = decision.env.limits.inlineMapConcurrency;
  const slots = Math.min(children.maxConcurrency || limit, limit);
  if (children.started >= children.total || children.running.size >= slots) return;
  const items = itemsOf(decision, frame);
  const input = state.itemSelector && effectiveInput(decision, frame, state);
  while (children.started < children.total && children.running.size < slots) {
    const index = children.started;
    const item = inputOf(decision, frame, state, input, items[index] ?? null, index);
    const child = decision.state.nextFrame;
    emit(
      decision,
      { type: 'MapIterationStarted', frame: frame.id, name: state.name, index, child, input: item },
      previous,
    );
    decision.queue.push(frameOf(decision.state, child));
  }
}

/** What an iteration gets. @param input the state's effective input; undefined without ItemSelector. */
function inputOf(
  decision: Decision,
  frame: OpenFrame,
  state: MapState,
  input: Payload | undefined,
  value: Json,
  index: number,
): Payload {
  if (state.itemSelector === undefined || input === undefined) return Payload.ofValue(value);
  const scope = inputScope(decision, frame, input, { item: { index, value } });
  const item = Payload.ofValue(state.itemSelector(scope));
  // An item is never larger than the input it stands in; what is made of it may be.
  checkSize(decision, state.name, item);
  return item;
}

/**
 * Shows an observer what the iterations of a Map on its own would get. It yields after every item: a selector may take long.
 * @throws StateError
 */
export function* showInputs(decision: Decision, frame: ParentFrame, state: MapState): Generator<void, void> {
  if (state.itemSelector === undefined) return;
  const input = effectiveInput(decision, frame, state);
  for (const [index, value] of itemsOf(decision, frame).entries()) {
    const made = inputOf(decision, frame, state, input, value, index);
    decision.env.inspect?.(frame, 'ItemSelector', Payload.ofValue([made.value]));
    yield;
  }
}

function finishIfDone(decision: Decision, frame: ParentFrame, state: MapState): void {
  const { children } = frame.open;
  if (children.finished < children.total) return;
  finishChildren(decision, frame, state, gather(children.results));
}
