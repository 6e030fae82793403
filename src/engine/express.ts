// Express executions run in memory from start to end: the same decisions as Standard ones, with no journal.

import type { Program } from '../asl/program.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Payload } from '../base/payload.ts';
import type { HistoryEvent } from '../history/event.ts';
import type { Command } from '../interpreter/command.ts';
import { decide, type Verdict } from '../interpreter/decide.ts';
import type { Environment } from '../interpreter/decision.ts';
import type { Effect } from '../interpreter/effect.ts';
import { nextWake } from '../interpreter/outstanding.ts';
import { type ExecutionInfo, newExecutionState } from '../interpreter/state.ts';
import type { Ended } from './engine.ts';
import type { Calls } from './execution.ts';

export interface ExpressHost {
  readonly clock: Clock;
  readonly log: Log;
  environment(arn: string): Environment;
  observe(arn: string, events: readonly HistoryEvent[]): void;
  /** Performs an effect; `tell` takes its end. */
  release(effect: Effect, info: ExecutionInfo, calls: Calls, tell: (command: Command) => void): void;
}

/** @returns how the execution ended. Rejects only for a bug of Treadle's, which is logged. */
export function runExpress(
  host: ExpressHost,
  info: ExecutionInfo,
  program: Program,
  input: Payload,
): Promise<Ended> {
  const state = newExecutionState(info);
  const calls: Calls = new Map();
  let cancelTimer: (() => void) | undefined;
  let wakeAt: number | undefined;

  return new Promise<Ended>((resolve, reject) => {
    const finish = (): void => {
      cancelTimer?.();
      for (const call of calls.values()) call.controller.abort();
    };
    const perform = (command: Command): void => {
      let verdict: Verdict;
      try {
        verdict = decide(program, state, command, host.environment(info.arn));
      } catch (bug) {
        finish();
        host.log.error({ err: bug, execution: info.arn }, 'A bug of Treadle stopped an Express execution');
        reject(bug);
        return;
      }
      host.observe(info.arn, verdict.events);
      for (const effect of verdict.effects) host.release(effect, info, calls, perform);
      if (state.status !== 'RUNNING') {
        finish();
        resolve({
          executionArn: info.arn,
          status: state.status,
          startedAt: info.startedAt,
          stoppedAt: state.stoppedAt ?? host.clock.now(),
          output: state.output,
          error: state.error,
          cause: state.cause,
        });
        return;
      }
      if (verdict.more) host.clock.soon(() => perform({ type: 'Continue' }));
      const next = nextWake(state);
      if (next === wakeAt || next === undefined) return;
      cancelTimer?.();
      wakeAt = next;
      cancelTimer = host.clock.after(next - host.clock.now(), () => {
        wakeAt = undefined;
        perform({ type: 'FireTimers' });
      });
    };
    perform({ type: 'StartExecution', input });
  });
}
