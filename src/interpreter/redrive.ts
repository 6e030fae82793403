// Redrive: a closed execution goes on from what was not left. Which frames those are is a fold of the journal (reopen.ts); here
// is the event that says so, and what each state does when its work is done again.
// Source: AWS, "Restarting state machine executions with redrive", Redrive behavior of individual states.

import type { State } from '../asl/program.ts';
import type { Command } from './command.ts';
import { type Decision, emit } from './decision.ts';
import * as distributed from './distributed-map.ts';
import { type ExecutionState, hasChildren, type OpenFrame } from './state.ts';
import * as map from './states/map.ts';
import * as parallel from './states/parallel.ts';

/** Whether an execution in that state is one that a redrive goes on with. @param historyEvents most events of a history */
export function canRedrive({ status, lastId }: ExecutionState, historyEvents: number): boolean {
  // Room for ExecutionRedriven and one event more.
  return status !== 'RUNNING' && status !== 'SUCCEEDED' && lastId < historyEvents - 1;
}

/** Opens the execution again. What was open moves with whatever else is in the queue. */
export function redrive(
  decision: Decision,
  { clientToken, mapRunRedrive }: Extract<Command, { type: 'RedriveExecution' }>,
): void {
  const { state, queue } = decision;
  emit(
    decision,
    {
      type: 'ExecutionRedriven',
      frame: 0,
      redriveCount: state.redriveCount + 1,
      ...(clientToken === undefined ? {} : { clientToken }),
      ...(mapRunRedrive === undefined ? {} : { mapRunRedrive }),
    },
    state.lastId,
  );
  queue.push(...state.ready);
}

/**
 * The work of a state that a redrive takes up in the middle.
 * @returns false when the state has nothing to go on from: its work begins as on entry.
 */
export function resume(decision: Decision, frame: OpenFrame, state: State): boolean {
  if (state.type === 'Map' && state.distributed !== undefined) {
    if (frame.open.lastMapRun === undefined) return false;
    distributed.redrive(decision, frame, state, state.distributed, frame.open.lastMapRun);
    return true;
  }
  if (!hasChildren(frame)) return false;
  // All that ran has ended: iterations that were never started are, or the result is made again.
  if (state.type === 'Map') map.goOn(decision, frame, state);
  else if (state.type === 'Parallel') parallel.childFinished(decision, frame, state);
  return true;
}
