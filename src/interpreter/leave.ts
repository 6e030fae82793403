// Leaving a state: the Exited event, and where the thread of control goes from there.

import { assert } from '../base/assert.ts';
import type { Payload } from '../base/payload.ts';
import { StateError } from '../base/state-error.ts';
import { type EventType, EXITED } from '../history/event.ts';
import type { Departure } from './data-flow.ts';
import { type Decision, emit } from './decision.ts';
import type { Frame } from './state.ts';

/** @throws StateError States.DataLimitExceeded when what a state hands on, out of itself or into its work, is over the payload quota. */
export function checkOutput(decision: Decision, name: string, output: Payload): void {
  if (output.exceeds(decision.env.limits.payloadBytes)) throw tooLarge(name);
}

/** @param source name of the state, service, or ARN that gave too much. */
export function tooLarge(source: string): StateError {
  return new StateError(
    'States.DataLimitExceeded',
    `The state/task '${source}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  );
}

type ExitedDraft = {
  type: EventType & `${string}StateExited`;
  frame: number;
  name: string;
  output: Payload;
  assigned?: NonNullable<Departure['assigned']>;
  next?: string;
};

/**
 * Emits the Exited event and moves on: to `next`, to the end of the branch or iteration, or to the end of the execution.
 * The caller has checked the size of the output.
 */
export function leave(
  decision: Decision,
  frame: Frame,
  departure: Departure,
  next: string | undefined,
): void {
  const open = frame.open;
  assert(open && open.type !== 'Fail', 'Expected a state that can be left');
  const { output, assigned } = departure;
  const event: ExitedDraft = { type: EXITED[open.type], frame: frame.id, name: open.name, output };
  if (assigned !== undefined && Object.keys(assigned).length > 0) event.assigned = assigned;
  if (next !== undefined) event.next = next;
  const parent = frame.parent;
  emit(decision, event);
  if (next !== undefined) {
    decision.queue.push(frame);
  } else if (parent !== undefined) {
    decision.childFinished(decision, parent, frame);
  } else {
    emit(decision, { type: 'ExecutionSucceeded', frame: 0, output });
  }
}
