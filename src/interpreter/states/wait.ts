// Wait: stays until a moment, then hands its input on.

import type { WaitState } from '../../asl/program.ts';
import { MAX_WAIT_SECONDS } from '../../base/quotas.ts';
import { StateError } from '../../base/state-error.ts';
import { departWithInput, effectiveInput } from '../data-flow.ts';
import { type Decision, note, scaled, scopeOf } from '../decision.ts';
import { waitSeconds, waitTimestamp } from '../fields.ts';
import { checkOutput, leave } from '../leave.ts';
import type { Frame } from '../state.ts';

export function enter(decision: Decision, frame: Frame, state: WaitState): void {
  const { now } = decision.env;
  const until = waitUntil(decision, frame, state);
  if (until - now > MAX_WAIT_SECONDS * 1000)
    throw new StateError('States.Runtime', 'Wait state delay is too long.');
  if (until <= now) return resume(decision, frame, state);
  note(decision, { type: 'WaitScheduled', frame: frame.id, until: now + scaled(decision, until - now) });
}

/** The moment has come. */
export function resume(decision: Decision, frame: Frame, state: WaitState): void {
  const departure = departWithInput(decision, frame, state, effectiveInput(decision, frame, state));
  checkOutput(decision, state.name, departure.output);
  leave(decision, frame, departure, state.next);
}

function waitUntil(decision: Decision, frame: Frame, state: WaitState): number {
  const input = effectiveInput(decision, frame, state);
  const scope = scopeOf(decision, frame, input.value, { input: frame.open!.input.value });
  return state.until.kind === 'seconds'
    ? decision.env.now + waitSeconds(state.until.seconds, scope) * 1000
    : waitTimestamp(state.until.timestamp, scope);
}
