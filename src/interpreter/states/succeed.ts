// Succeed: ends its sub-workflow with its input or Output.

import type { SucceedState } from '../../asl/program.ts';
import { departWithInput, effectiveInput } from '../data-flow.ts';
import type { Decision } from '../decision.ts';
import { checkOutput, leave } from '../leave.ts';
import type { Frame } from '../state.ts';

export function enter(decision: Decision, frame: Frame, state: SucceedState): void {
  const departure = departWithInput(decision, frame, state, effectiveInput(decision, frame, state));
  checkOutput(decision, state.name, departure.output);
  leave(decision, frame, departure, undefined);
}
