// The fold of ExecutionRedriven: what was open when the execution closed is open again. States that were left stay left, with
// their outputs and variables; of a Parallel or inline Map only what had not ended goes on. Source: AWS, "Redriving executions".

import { assert } from '../base/assert.ts';
import type { EventOf } from '../history/event.ts';
import { type WritableFrame, type WritableState, writable } from './writable.ts';

/** Client tokens that are remembered. Source: AWS, RedriveExecution, `clientToken`. */
const TOKENS = 10;

export function reopen(state: WritableState, event: EventOf<'ExecutionRedriven'>): void {
  const main = state.frames.get(0);
  assert(main, 'Expected a closed execution to have its main flow');
  // Source: AWS, "Redrive behavior of individual states": then branches and iterations that succeeded run again as well.
  const anew = state.status === 'FAILED' && state.error === 'States.DataLimitExceeded';
  state.status = 'RUNNING';
  state.stoppedAt = undefined;
  state.error = undefined;
  state.cause = undefined;
  state.redriveCount = event.redriveCount;
  state.redrivenAt = event.at;
  if (event.clientToken !== undefined)
    state.redriveTokens = [
      ...state.redriveTokens.slice(1 - TOKENS),
      { token: event.clientToken, at: event.at },
    ];
  if (event.mapRunRedrive !== undefined) state.mapRunRedrive = event.mapRunRedrive;
  const { deadline, startedAt, latestEnd = Number.POSITIVE_INFINITY } = state.info;
  state.deadline = Math.min(event.at + (deadline - startedAt), latestEnd);
  state.frames.clear();
  reopenFrame(state, writable(main), event.id, anew);
}

/** @param id of the ExecutionRedriven event, which the next event of the frame follows */
function reopenFrame(state: WritableState, frame: WritableFrame, id: number, anew: boolean): void {
  frame.cursor = id;
  state.frames.set(frame.id, frame);
  if (frame.open === undefined) {
    state.ready.add(frame);
    return;
  }
  const open = writable(frame.open);
  open.retryCount = 0;
  open.attempts = [];
  open.task = undefined;
  open.waitUntil = undefined;
  open.retryAt = undefined;
  open.mapRunArn = undefined;
  const children = anew ? undefined : (open.children ?? open.lastChildren);
  open.children = children;
  open.lastChildren = undefined;
  if (children !== undefined) writable(children).last = id;
  if (children === undefined || children.running.size === 0) {
    open.again = true;
    state.ready.add(frame);
    return;
  }
  for (const child of children.running) reopenFrame(state, writable(child), id, false);
}
