// Parallel: every branch gets the same input; the result is the array of their outputs.

import type { ParallelState } from '../../asl/program.ts';
import { departWithResult, workInput } from '../data-flow.ts';
import { emit, type Turn } from '../decision.ts';
import { checkOutput, leave } from '../leave.ts';
import type { Frame } from '../state.ts';
import { gather } from './gather.ts';

/** Starts the branches: on entry and at every retry. */
export function enter(turn: Turn, frame: Frame, state: ParallelState): void {
  const input = workInput(turn, frame, state);
  emit(turn, {
    type: 'ParallelStateStarted',
    frame: frame.id,
    input,
    children: turn.state.nextFrame,
    branches: state.branches.length,
  });
  turn.queue.push(...frame.open!.children!.running);
}

/** A branch has ended. */
export function childFinished(turn: Turn, frame: Frame, state: ParallelState): void {
  const children = frame.open!.children!;
  if (children.finished < children.total) return;
  const result = gather(children.results);
  emit(turn, { type: 'ParallelStateSucceeded', frame: frame.id }, children.last);
  const departure = departWithResult(turn, frame, state, result);
  checkOutput(turn, state.name, departure.output);
  leave(turn, frame, departure, state.next);
}
