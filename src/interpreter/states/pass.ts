// Pass: hands its input, its Parameters or its Result on.

import type { PassState } from '../../asl/program.ts';
import { Payload } from '../../base/payload.ts';
import { departWithResult, workInput } from '../data-flow.ts';
import type { Decision } from '../decision.ts';
import { checkOutput, leave } from '../leave.ts';
import type { Frame } from '../state.ts';

export function enter(decision: Decision, frame: Frame, state: PassState): void {
  const result =
    state.result === undefined ? workInput(decision, frame, state) : Payload.ofValue(state.result);
  const departure = departWithResult(decision, frame, state, result);
  checkOutput(decision, state.name, departure.output);
  leave(decision, frame, departure, state.next);
}
