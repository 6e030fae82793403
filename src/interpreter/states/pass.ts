// Pass: hands its input, its Parameters or its Result on.

import type { PassState } from '../../asl/program.ts';
import { Payload } from '../../base/payload.ts';
import { workInput } from '../data-flow.ts';
import type { Decision } from '../decision.ts';
import { finishWithResult } from '../finish.ts';
import type { OpenFrame } from '../state.ts';

export function enter(decision: Decision, frame: OpenFrame, state: PassState): void {
  const result =
    state.result === undefined ? workInput(decision, frame, state) : Payload.ofValue(state.result);
  finishWithResult(decision, frame, state, result);
}
