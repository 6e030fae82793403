// Parallel: every branch gets the same input; the result is the array of their outputs.

import type { ParallelState } from '../../asl/program.ts';
import { workInput } from '../data-flow.ts';
import { type Decision, emit } from '../decision.ts';
import { type OpenFrame, type ParentFrame, parentFrame } from '../state.ts';
import { finishChildren, gather } from './gather.ts';

/** Starts the branches: on entry and at every retry. */
export function enter(decision: Decision, frame: OpenFrame, state: ParallelState): void {
  const input = workInput(decision, frame, state);
  emit(decision, {
    type: 'ParallelStateStarted',
    frame: frame.id,
    input,
    children: decision.state.nextFrame,
    branches: decision.env.alone === undefined ? state.branches.length : 0,
  });
  decision.queue.push(...parentFrame(frame).open.children.running);
}

/** A branch has ended. */
export function childFinished(decision: Decision, frame: ParentFrame, state: ParallelState): void {
  const { children } = frame.open;
  if (children.finished < children.total) return;
  finishChildren(decision, frame, state, gather(children.results));
}
