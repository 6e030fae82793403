// Pass: hands its input, its Parameters or its Result on.

import type { PassState } from '../../asl/program.ts';
import { Payload } from '../../base/payload.ts';
import { departWithResult, workInput } from '../data-flow.ts';
import type { Turn } from '../decision.ts';
import { checkOutput, leave } from '../leave.ts';
import type { Frame } from '../state.ts';

export function enter(turn: Turn, frame: Frame, state: PassState): void {
  const result = state.result === undefined ? workInput(turn, frame, state) : Payload.ofValue(state.result);
  const departure = departWithResult(turn, frame, state, result);
  checkOutput(turn, state.name, departure.output);
  leave(turn, frame, departure, state.next);
}
