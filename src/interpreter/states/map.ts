// Inline Map: one iteration per item, as many at once as MaxConcurrency allows; the result is the array of their outputs.

import type { MapState } from '../../asl/program.ts';
import type { Json } from '../../base/json.ts';
import { Payload } from '../../base/payload.ts';
import { departWithResult, effectiveInput } from '../data-flow.ts';
import { type Decision, emit, scopeOf } from '../decision.ts';
import * as distributed from '../distributed-map.ts';
import { concurrency, mapItems } from '../fields.ts';
import { checkOutput, leave } from '../leave.ts';
import type { Frame } from '../state.ts';
import { gather } from './gather.ts';

/** Starts the iterations: on entry and at every retry. */
export function enter(decision: Decision, frame: Frame, state: MapState): void {
  if (state.distributed !== undefined) return distributed.enter(decision, frame, state, state.distributed);
  const input = effectiveInput(decision, frame, state);
  const scope = scopeOf(decision, frame, input.value, { input: frame.open!.input.value });
  const maxConcurrency = concurrency(state.maxConcurrency, scope);
  const items = mapItems(state.items, scope, input.value, state.language === 'JSONata', false) as Json[];
  emit(decision, {
    type: 'MapStateStarted',
    frame: frame.id,
    length: items.length,
    ...(fromInput(state) ? {} : { items: Payload.ofValue(items) }),
    ...(maxConcurrency === 0 ? {} : { maxConcurrency }),
  });
  frame.open!.children!.items = items;
  fill(decision, frame, state, frame.cursor);
  finishIfDone(decision, frame, state);
}

/** Items that a path leads to are found again in the input; others are kept with the event. */
function fromInput(state: MapState): boolean {
  return state.items === undefined || state.items.from === 'path';
}

/** An iteration has ended: its end is told, and the next takes its place. */
export function childFinished(decision: Decision, frame: Frame, state: MapState, child: Frame): void {
  const lastInner = child.cursor;
  emit(
    decision,
    { type: 'MapIterationSucceeded', frame: frame.id, name: state.name, index: child.index },
    lastInner,
  );
  fill(decision, frame, state, lastInner);
  finishIfDone(decision, frame, state);
}

/** Starts iterations until every slot is taken. @param previous event that freed the slots. */
function fill(decision: Decision, frame: Frame, state: MapState, previous: number): void {
  const children = frame.open!.children!;
  const limit = decision.env.limits.inlineMapConcurrency;
  const slots = Math.min(children.maxConcurrency || limit, limit);
  if (children.started >= children.total || children.running.size >= slots) return;
  const items = itemsOf(decision, frame, state);
  const select = state.itemSelector;
  const input = select === undefined ? undefined : effectiveInput(decision, frame, state).value;
  while (children.started < children.total && children.running.size < slots) {
    const index = children.started;
    const item = items[index]!;
    const child = decision.state.nextFrame;
    const selected =
      select === undefined
        ? item
        : select(
            scopeOf(
              decision,
              frame,
              input!,
              { input: frame.open!.input.value },
              { item: { index, value: item } },
            ),
          );
    const value = Payload.ofValue(selected);
    // An item is never larger than the input it stands in; what is made of it may be.
    if (select !== undefined) checkOutput(decision, state.name, value);
    emit(
      decision,
      {
        type: 'MapIterationStarted',
        frame: frame.id,
        name: state.name,
        index,
        child,
        input: value,
      },
      previous,
    );
    decision.queue.push(decision.state.frames.get(child)!);
  }
}

/** The items of an open Map; found again in the input when this process has only the journal. */
export function itemsOf(decision: Decision, frame: Frame, state: MapState): readonly Json[] {
  const children = frame.open!.children!;
  if (children.items === undefined) {
    const input = effectiveInput(decision, frame, state);
    const scope = scopeOf(decision, frame, input.value, { input: frame.open!.input.value });
    children.items = mapItems(state.items, scope, input.value, state.language === 'JSONata', false) as Json[];
  }
  return children.items;
}

function finishIfDone(decision: Decision, frame: Frame, state: MapState): void {
  const children = frame.open!.children!;
  if (children.finished < children.total) return;
  const result = gather(children.results);
  emit(decision, { type: 'MapStateSucceeded', frame: frame.id }, children.last);
  const departure = departWithResult(decision, frame, state, result);
  checkOutput(decision, state.name, departure.output);
  leave(decision, frame, departure, state.next);
}
