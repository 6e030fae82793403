// The result of a Parallel or Map: the outputs of its branches or iterations as one array.

import type { MapState, ParallelState } from '../../asl/program.ts';
import { assert } from '../../base/assert.ts';
import { Payload } from '../../base/payload.ts';
import { type Decision, emit } from '../decision.ts';
import { finishWithResult } from '../finish.ts';
import type { ParentFrame } from '../state.ts';

export function gather(outputs: readonly (Payload | undefined)[]): Payload {
  const values = new Array(outputs.length);
  for (let i = 0; i < outputs.length; i++) {
    const output = outputs[i];
    assert(output, `Expected an output at index ${i}`);
    values[i] = output.value;
  }
  return Payload.ofValue(values);
}

/** All branches or iterations have ended; the state goes on with what they gave. */
export function finishChildren(
  decision: Decision,
  frame: ParentFrame,
  state: ParallelState | MapState,
  result: Payload,
): void {
  emit(decision, { type: `${state.type}StateSucceeded`, frame: frame.id }, frame.open.children.last);
  finishWithResult(decision, frame, state, result);
}
