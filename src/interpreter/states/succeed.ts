// Succeed: ends its sub-workflow with its input or Output.

import type { SucceedState } from '../../asl/program.ts';
import { departWithInput } from '../data-flow.ts';
import type { Decision } from '../decision.ts';
import { finish } from '../finish.ts';
import { effectiveInput } from '../scope.ts';
import type { OpenFrame } from '../state.ts';

export function enter(decision: Decision, frame: OpenFrame, state: SucceedState): void {
  const input = effectiveInput(decision, frame, state);
  finish(decision, frame, departWithInput(decision, frame, state, input), undefined);
}
