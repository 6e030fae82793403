// Parallel: every branch gets the same input; the result is the array of their outputs.

import type { ParallelState } from '../../asl/program.ts';
import { departWithResult, workInput } from '../data-flow.ts';
import { type Decision, emit } from '../decision.ts';
import { checkOutput, leave } from '../leave.ts';
import type { Frame } from '../state.ts';
import { gather } from './gather.ts';

/** Starts the branches: on entry and at every retry. */
export function enter(decision: Decision, frame: Frame, state: ParallelState): void {
  const input = workInput(decision, frame, state);
  emit(decision, {
    type: 'ParallelStateStarted',
    frame: frame.id,
    input,
    children: decision.state.nextFrame,
    branches: state.branches.length,
  });
  decision.queue.push(...frame.open!.children!.running);
}

/** A branch has ended. */
export function childFinished(decision: Decision, frame: Frame, state: ParallelState): void {
  const children = frame.open!.children!;
  if (children.finished < children.total) return;
  const result = gather(children.results);
  emit(decision, { type: 'ParallelStateSucceeded', frame: frame.id }, children.last);
  const departure = departWithResult(decision, frame, state, result);
  checkOutput(decision, state.name, departure.output);
  leave(decision, frame, departure, state.next);
}
