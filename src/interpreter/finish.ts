// A state has done its work: its Exited event, and where the frame goes from there.

import { assert } from '../base/assert.ts';
import type { Payload } from '../base/payload.ts';
import { type EventType, EXITED } from '../history/event.ts';
import { checkSize, type Departure, departWithResult, type WorkingState } from './data-flow.ts';
import { type Decision, emit } from './decision.ts';
import type { OpenFrame } from './state.ts';

type ExitedDraft = {
  type: EventType & `${string}StateExited`;
  frame: number;
  name: string;
  output: Payload;
  assigned?: NonNullable<Departure['assigned']>;
  next?: string;
};

/** The work of a Pass, Task, Parallel or Map has given `result`: it leaves with what its data flow makes of that. */
export function finishWithResult(
  decision: Decision,
  frame: OpenFrame,
  state: WorkingState,
  result: Payload,
): void {
  finish(decision, frame, departWithResult(decision, frame, state, result), state.next);
}

/**
 * Leaves the open state: to `next`, to the end of the branch or iteration, or to the end of the execution.
 * @throws StateError States.DataLimitExceeded when the output is over the payload quota.
 */
export function finish(
  decision: Decision,
  frame: OpenFrame,
  departure: Departure,
  next: string | undefined,
): void {
  const { open } = frame;
  assert(open.type !== 'Fail', 'Expected a state that can be left');
  const { output, assigned } = departure;
  checkSize(decision, open.name, output);
  const event: ExitedDraft = { type: EXITED[open.type], frame: frame.id, name: open.name, output };
  if (assigned !== undefined && Object.keys(assigned).length > 0) event.assigned = assigned;
  if (next !== undefined) event.next = next;
  emit(decision, event);
  if (next !== undefined) decision.queue.push(frame);
  else if (frame.parent !== undefined) decision.finished.push(frame);
  else emit(decision, { type: 'ExecutionSucceeded', frame: 0, output });
}
