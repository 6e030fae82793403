// Wait: stays until a moment, then hands its input on.

import type { WaitState } from '../../asl/program.ts';
import { MAX_WAIT_SECONDS } from '../../base/quotas.ts';
import { StateError } from '../../base/state-error.ts';
import { departWithInput, effectiveInput } from '../data-flow.ts';
import { note, scaled, scopeOf, type Turn } from '../decision.ts';
import { waitSeconds, waitTimestamp } from '../fields.ts';
import { checkOutput, leave } from '../leave.ts';
import type { Frame } from '../state.ts';

export function enter(turn: Turn, frame: Frame, state: WaitState): void {
  const { now } = turn.env;
  const until = waitUntil(turn, frame, state);
  if (until - now > MAX_WAIT_SECONDS * 1000)
    throw new StateError('States.Runtime', 'Wait state delay is too long.');
  if (until <= now) return resume(turn, frame, state);
  note(turn, { type: 'WaitScheduled', frame: frame.id, until: now + scaled(turn, until - now) });
}

/** The moment has come. */
export function resume(turn: Turn, frame: Frame, state: WaitState): void {
  const departure = departWithInput(turn, frame, state, effectiveInput(turn, frame, state));
  checkOutput(turn, state.name, departure.output);
  leave(turn, frame, departure, state.next);
}

function waitUntil(turn: Turn, frame: Frame, state: WaitState): number {
  const input = effectiveInput(turn, frame, state);
  const scope = scopeOf(turn, frame, input.value, { input: frame.open!.input.value });
  return state.until.kind === 'seconds'
    ? turn.env.now + waitSeconds(state.until.seconds, scope) * 1000
    : waitTimestamp(state.until.timestamp, scope);
}
