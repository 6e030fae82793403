// Fail: ends its sub-workflow with an error. It has no Exited event.

import type { FailState } from '../../asl/program.ts';
import type { Decision } from '../decision.ts';
import { giveUp } from '../fail.ts';
import { failureOf } from '../failure.ts';
import { stringField } from '../fields.ts';
import { effectiveInput, inputScope } from '../scope.ts';
import type { OpenFrame } from '../state.ts';

export function enter(decision: Decision, frame: OpenFrame, state: FailState): void {
  const scope = inputScope(decision, frame, effectiveInput(decision, frame, state));
  const error = state.error && stringField(state.error, scope);
  const cause = state.cause && stringField(state.cause, scope);
  giveUp(decision, frame, failureOf(error, cause));
}
