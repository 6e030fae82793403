// Steps of Standard executions whose decision is made in the pool. What comes of it goes through the inbox into a batch, like
// everything else; commands that come meanwhile wait for it.

import type { Command } from '../../interpreter/command.ts';
import type { Environments } from '../environments.ts';
import type { Inbox } from '../inbox.ts';
import type { Request, Resident } from '../resident.ts';
import { byArrival, commandsFor } from '../step.ts';
import type { LongDecisions } from './long-decisions.ts';

export interface LongStepParts {
  readonly decisions: LongDecisions;
  readonly environments: Environments;
  readonly inbox: Inbox;
}

const EVALUATES_NOTHING: ReadonlySet<Command['type']> = new Set([
  'FailExecution',
  'Heartbeat',
  'StartActivity',
  'StopExecution',
  'SubmitTask',
]);

export class LongSteps {
  readonly #parts: LongStepParts;
  #suspectsEnd = 0;

  constructor(parts: LongStepParts) {
    this.#parts = parts;
  }

  /** Steps under way. */
  get open(): number {
    return this.#parts.decisions.open;
  }

  /**
   * Whether the next step is to be made here. Commands that evaluate nothing are not: a heartbeat does not wait for others.
   * What follows from them may evaluate after all: timers that were due before, a result that had come too early.
   */
  wants({ program, record, trusted }: Resident, requests: readonly Request[]): boolean {
    const isWanted = this.#parts.decisions.wants(program) || (!trusted && record.key < this.#suspectsEnd);
    return (
      isWanted &&
      requests.some(({ command, isLong }) => isLong === true || !EVALUATES_NOTHING.has(command.type))
    );
  }

  /**
   * Any of the executions with a smaller key may be what ended the process before: the first decision of each is made here,
   * where it can end no more than a thread.
   */
  suspect(key: number): void {
    this.#suspectsEnd = key;
  }

  /** The loop has given up a decision of the execution: its next ones are wanted here. */
  giveUp({ program }: Resident): void {
    this.#parts.decisions.giveUp(program);
  }

  /** Has the first of the requests decided. @param requests of an execution that was opened; at least one. */
  begin(resident: Resident, requests: readonly Request[]): void {
    const { decisions, environments, inbox } = this.#parts;
    const { program, state, record } = resident;
    const [request, ...later] = byArrival(requests) as [Request, ...Request[]];
    inbox.hold(resident, later);
    resident.trusted = true;
    decisions.decide(program, state, commandsFor(state, request), environments.of(record.arn)).then(
      (verdicts) => inbox.putMade({ resident, request, verdicts }),
      (bug: unknown) => inbox.putMade({ resident, request, bug }),
    );
  }
}
