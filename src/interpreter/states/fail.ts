// Fail: ends its sub-workflow with an error. It has no Exited event.

import type { FailState } from '../../asl/program.ts';
import { type Decision, scopeOf } from '../decision.ts';
import { giveUp } from '../fail.ts';
import { failureOf } from '../failure.ts';
import { stringField } from '../fields.ts';
import type { Frame } from '../state.ts';

export function enter(decision: Decision, frame: Frame, state: FailState): void {
  const input = frame.open!.input;
  const scope = scopeOf(decision, frame, input.value, { input: input.value });
  const error = state.error && stringField(state.error, scope);
  const cause = state.cause && stringField(state.cause, scope);
  giveUp(decision, frame, failureOf(error, cause));
}
