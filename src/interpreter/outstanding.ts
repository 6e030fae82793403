// What an execution waits for, as a function of its state: when the engine must look at it again, whether it
// must stay in memory, and after a restart the effects to release again.

import { assert } from '../base/assert.ts';
import { type Decision, stateOf } from './decision.ts';
import * as distributed from './distributed-map.ts';
import type { Effect } from './effect.ts';
import { type ExecutionState, hasTask, openFrame } from './state.ts';
import { invocation } from './states/task.ts';
import { popTimer, type Timer } from './timers.ts';

/** @returns epoch milliseconds at which `FireTimers` has something to do; undefined once the execution is closed. */
export function nextWake(state: ExecutionState): number | undefined {
  if (state.status !== 'RUNNING') return undefined;
  const { timers } = state;
  let first = timers[0];
  while (first !== undefined && !isLive(state, first)) {
    popTimer(timers);
    first = timers[0];
  }
  return Math.min(state.deadline, first?.at ?? Number.POSITIVE_INFINITY);
}

function isLive(state: ExecutionState, { at, frame }: Timer): boolean {
  const open = state.frames.get(frame)?.open;
  if (open === undefined) return false;
  return (
    open.waitUntil === at ||
    open.retryAt === at ||
    open.task?.timeoutAt === at ||
    open.task?.heartbeatAt === at
  );
}

/** True while a call or a child is under way or a decision was cut short: the execution stays in memory. */
export function isBusy(state: ExecutionState): boolean {
  return state.status === 'RUNNING' && (state.calls > 0 || state.ready.size > 0);
}

/** True when a restarted process must take it up at once: it is busy, or a task of it waits in an activity's queue. */
export function needsRecovery(state: ExecutionState): boolean {
  return isBusy(state) || (state.status === 'RUNNING' && state.queued > 0);
}

/** Effects of calls that had been started and have not ended, and of activity tasks that wait for a worker. */
export function openEffects(decision: Decision): Effect[] {
  const effects: Effect[] = [];
  for (const frame of decision.state.tasks.values()) {
    if (!hasTask(frame)) continue;
    const { task } = frame.open;
    if (task.calling || (task.kind === 'Activity' && !task.started))
      effects.push(invocation(frame, stateOf(decision, frame, 'Task')));
  }
  for (const each of decision.state.frames.values()) {
    const arn = each.open?.mapRunArn;
    if (arn === undefined) continue;
    const frame = openFrame(each);
    const state = stateOf(decision, frame, 'Map');
    assert(state.distributed, 'Expected a distributed Map');
    const redrives = frame.open.lastMapRun?.redrives ?? 0;
    effects.push(distributed.mapRun(decision, frame, state, state.distributed, arn, redrives));
  }
  return effects;
}
