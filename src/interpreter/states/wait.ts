// Wait: stays until a moment, then hands its input on.

import type { WaitState } from '../../asl/program.ts';
import { MAX_WAIT_SECONDS } from '../../base/quotas.ts';
import { StateError } from '../../base/state-error.ts';
import { departWithInput } from '../data-flow.ts';
import { type Decision, note, scaled } from '../decision.ts';
import { waitSeconds, waitTimestamp } from '../fields.ts';
import { finish } from '../finish.ts';
import { effectiveInput, inputScope } from '../scope.ts';
import type { OpenFrame } from '../state.ts';

export function enter(decision: Decision, frame: OpenFrame, state: WaitState): void {
  const { now } = decision.env;
  const until = waitUntil(decision, frame, state);
  if (until - now > MAX_WAIT_SECONDS * 1000)
    throw new StateError('States.Runtime', 'Wait state delay is too long.');
  if (until <= now) return resume(decision, frame, state);
  note(decision, { type: 'WaitScheduled', frame: frame.id, until: now + scaled(decision, until - now) });
}

/** The moment has come. */
export function resume(decision: Decision, frame: OpenFrame, state: WaitState): void {
  const input = effectiveInput(decision, frame, state);
  finish(decision, frame, departWithInput(decision, frame, state, input), state.next);
}

function waitUntil(decision: Decision, frame: OpenFrame, state: WaitState): number {
  const scope = inputScope(decision, frame, effectiveInput(decision, frame, state));
  return state.until.kind === 'seconds'
    ? decision.env.now + waitSeconds(state.until.seconds, scope) * 1000
    : waitTimestamp(state.until.timestamp, scope);
}
