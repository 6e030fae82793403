// One execution's part of a batch: what its requests come to, as one write, the effects to release and the answers to give.

import type { HistoryEvent } from '../history/event.ts';
import { decide, type Refusal, type Verdict } from '../interpreter/decide.ts';
import type { Environment } from '../interpreter/decision.ts';
import type { Effect } from '../interpreter/effect.ts';
import { needsRecovery, nextWake } from '../interpreter/outstanding.ts';
import type { ExecutionRecord, ExecutionWrite } from '../store/store.ts';
import type { Request, Resident } from './resident.ts';

export interface Answer {
  readonly request: Request;
  readonly refused: Refusal | undefined;
}

export interface Step {
  readonly resident: Resident;
  /** Those that were decided. */
  readonly answers: readonly Answer[];
  /** Those that there was no time for. */
  readonly postponed: readonly Request[];
  readonly effects: readonly Effect[];
  /** The bound on transitions was reached: the execution goes on in a later batch. */
  readonly more: boolean;
  /** Absent: nothing changed. */
  readonly write: ExecutionWrite | undefined;
}

/** Decides at least the first of the requests, and others while there is time. @throws Bug */
export function decideStep(resident: Resident, requests: readonly Request[], env: Environment): Step {
  const { program, state, record } = resident;
  const verdicts: Verdict[] = [];
  for (const request of requests) {
    if (verdicts.length > 0 && env.overtime?.() === true) break;
    verdicts.push(decide(program, state, request.command, env));
  }
  const events = concat<HistoryEvent>(verdicts, (verdict) => verdict.events);
  const wakeAt = nextWake(state);
  return {
    resident,
    answers: verdicts.map(({ refused }, i) => ({ request: requests[i]!, refused })),
    postponed: requests.slice(verdicts.length),
    effects: concat<Effect>(verdicts, (verdict) => verdict.effects),
    more: verdicts.some((verdict) => verdict.more),
    write:
      events.length === 0 && record.wakeAt === wakeAt
        ? undefined
        : { record: recordAfter(resident, wakeAt), created: !resident.created, events },
  };
}

/** The record that goes with the state. */
function recordAfter({ record, state }: Resident, wakeAt: number | undefined): ExecutionRecord {
  return {
    ...record,
    status: state.status,
    stoppedAt: state.stoppedAt,
    wakeAt,
    busy: needsRecovery(state),
    sequence: state.sequence,
  };
}

/** Most steps have one verdict: its list is taken as it is. */
function concat<T>(verdicts: readonly Verdict[], part: (verdict: Verdict) => readonly T[]): readonly T[] {
  return verdicts.length === 1 ? part(verdicts[0]!) : verdicts.flatMap(part);
}
