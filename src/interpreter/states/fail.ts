// Fail: ends its sub-workflow with an error. It has no Exited event.

import type { FailState } from '../../asl/program.ts';
import { scopeOf, type Turn } from '../decision.ts';
import { giveUp } from '../fail.ts';
import { failureOf } from '../failure.ts';
import { stringField } from '../fields.ts';
import type { Frame } from '../state.ts';

export function enter(turn: Turn, frame: Frame, state: FailState): void {
  const input = frame.open!.input;
  const scope = scopeOf(turn, frame, input.value, { input: input.value });
  const error = state.error && stringField(state.error, scope);
  const cause = state.cause && stringField(state.cause, scope);
  giveUp(turn, frame, failureOf(error, cause));
}
