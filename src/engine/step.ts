// One execution's part of a batch: what its requests come to, as one write, the effects to release and the answers to give.

import type { HistoryEvent } from '../history/event.ts';
import type { Command } from '../interpreter/command.ts';
import { decide, type Refusal, type Verdict } from '../interpreter/decide.ts';
import type { Environment } from '../interpreter/decision.ts';
import type { Effect } from '../interpreter/effect.ts';
import { needsRecovery, nextWake } from '../interpreter/outstanding.ts';
import type { ExecutionState } from '../interpreter/state.ts';
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

/**
 * Decides at least the first of the requests, and others while there is time. Requests and timers have their turn in the
 * order in which they arrived and were due: a result that comes after the deadline of its task finds it timed out.
 * @throws Bug
 */
export function decideStep(resident: Resident, requests: readonly Request[], env: Environment): Step {
  const { program, state } = resident;
  const verdicts: Verdict[] = [];
  const answers: Answer[] = [];
  const inOrder = byArrival(requests);
  for (const request of inOrder) {
    if (answers.length > 0 && env.overtime?.() === true) break;
    let refused: Refusal | undefined;
    for (const command of commandsFor(state, request)) {
      const verdict = decide(program, state, command, env);
      verdicts.push(verdict);
      refused = verdict.refused;
    }
    answers.push({ request, refused });
  }
  return stepOf(resident, answers, inOrder.slice(answers.length), verdicts);
}

/** @param verdicts folded into the state of the resident. */
export function stepOf(
  resident: Resident,
  answers: readonly Answer[],
  postponed: readonly Request[],
  verdicts: readonly Verdict[],
): Step {
  const { state, record } = resident;
  const events = concat<HistoryEvent>(verdicts, (verdict) => verdict.events);
  const wakeAt = nextWake(state);
  return {
    resident,
    answers,
    postponed,
    effects: concat<Effect>(verdicts, (verdict) => verdict.effects),
    more: verdicts.some((verdict) => verdict.more),
    write:
      events.length === 0 && record.wakeAt === wakeAt
        ? undefined
        : { record: recordAfter(resident, wakeAt), created: !resident.created, events },
  };
}

/** The command of a request, and before it the timers that were due when it arrived. */
export function commandsFor(state: ExecutionState, { command, arrivedAt }: Request): readonly Command[] {
  const isLate = command.type !== 'FireTimers' && (nextWake(state) ?? Number.POSITIVE_INFINITY) <= arrivedAt;
  return isLate ? [{ type: 'FireTimers', until: arrivedAt }, command] : [command];
}

/** Most executions have one request, or have them in order. */
export function byArrival(requests: readonly Request[]): readonly Request[] {
  const ordered = requests.every((request, i) => i === 0 || requests[i - 1]!.arrivedAt <= request.arrivedAt);
  return ordered ? requests : requests.toSorted((a, b) => a.arrivedAt - b.arrivedAt);
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
    redriveCount: state.redriveCount,
    redrivenAt: state.redrivenAt,
    mapRunRedrive: state.mapRunRedrive ?? record.mapRunRedrive,
  };
}

/** Most steps have one verdict: its list is taken as it is. */
function concat<T>(verdicts: readonly Verdict[], part: (verdict: Verdict) => readonly T[]): readonly T[] {
  return verdicts.length === 1 ? part(verdicts[0]!) : verdicts.flatMap(part);
}
