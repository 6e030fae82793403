// Succeed: ends its sub-workflow with its input or Output.

import type { SucceedState } from '../../asl/program.ts';
import { departWithInput, effectiveInput } from '../data-flow.ts';
import type { Turn } from '../decision.ts';
import { checkOutput, leave } from '../leave.ts';
import type { Frame } from '../state.ts';

export function enter(turn: Turn, frame: Frame, state: SucceedState): void {
  const departure = departWithInput(turn, frame, state, effectiveInput(turn, frame, state));
  checkOutput(turn, state.name, departure.output);
  leave(turn, frame, departure, undefined);
}
