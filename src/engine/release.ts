// What follows a commit, for one execution: its effects are released, callers are answered, listeners are told, and what has
// ended or only waits leaves the memory.

import { assert } from '../base/assert.ts';
import type { Clock } from '../base/clock.ts';
import { isBusy, nextWake } from '../interpreter/outstanding.ts';
import type { Bus } from '../observe/bus.ts';
import type { ExecutionWrite } from '../store/store.ts';
import type { Effects } from './effects.ts';
import { endOf, statusChangeOf } from './execution.ts';
import type { Inbox } from './inbox.ts';
import type { MapRuns } from './map-runs/map-runs.ts';
import type { MockedTasks } from './mocked-tasks.ts';
import { abortCalls, type Resident } from './resident.ts';
import type { Residents } from './residents.ts';
import type { Step } from './step.ts';
import type { Wakeups } from './wakeups.ts';

/** An execution that sleeps at least this long leaves the memory. */
const PARK_AFTER_MS = 1_000;

export interface ReleaseParts {
  readonly effects: Effects;
  readonly mapRuns: Pick<MapRuns, 'childEnded'>;
  readonly inbox: Inbox;
  readonly residents: Residents;
  readonly wakeups: Wakeups;
  readonly mocked: MockedTasks;
  readonly bus: Bus;
  readonly clock: Clock;
}

export class Release {
  readonly #parts: ReleaseParts;

  constructor(parts: ReleaseParts) {
    this.#parts = parts;
  }

  /** @param step is durable. */
  release({ resident, effects, answers, write, more }: Step): void {
    this.#parts.effects.release(resident, effects);
    for (const { request, refused } of answers) request.done?.(refused);
    if (write !== undefined) this.#publish(resident, write);
    if (resident.state.status !== 'RUNNING') return this.#end(resident, write);
    // Once the inbox is closed, an execution cut short rests: its record says that it is busy.
    if (more && !this.#parts.inbox.closed) this.#parts.inbox.send(resident, { type: 'Continue' });
    this.#park(resident);
  }

  #publish({ state }: Resident, { record, created, events }: ExecutionWrite): void {
    const { bus } = this.#parts;
    const { arn: executionArn, stateMachineArn, startedAt, revision, redriveCount } = record;
    if (created && bus.hears('executionStarted'))
      bus.publish('executionStarted', { executionArn, stateMachineArn, startedAt });
    if (events.length > 0 && bus.hears('events'))
      bus.publish('events', { executionArn, revision, redriveCount, events });
    if (!bus.hears('statusChanged')) return;
    if (created || events.some(({ type }) => type === 'ExecutionRedriven'))
      bus.publish('statusChanged', statusChangeOf(record, state, 'RUNNING'));
    if (record.status !== 'RUNNING' && events.length > 0)
      bus.publish('statusChanged', statusChangeOf(record, state, record.status));
  }

  #end(resident: Resident, write: ExecutionWrite | undefined): void {
    const { residents, mocked, mapRuns, bus } = this.#parts;
    const { record } = resident;
    abortCalls(resident.calls);
    residents.evict(resident);
    mocked.end(record.arn);
    if (write === undefined || !(record.mapIndex !== undefined || bus.hears('executionEnded'))) return;
    const end = endOf(record, write.events.at(-1));
    mapRuns.childEnded(record, end);
    bus.publish('executionEnded', end);
  }

  /** An execution that only waits leaves the memory; the store says when it is due. */
  #park(resident: Resident): void {
    const { residents, wakeups, clock } = this.#parts;
    const { state, calls, queued, deciding, record } = resident;
    const wakeAt = nextWake(state);
    assert(wakeAt !== undefined, `Expected ${record.arn} to have a deadline`);
    const sleeps = wakeAt - clock.now() >= PARK_AFTER_MS;
    if (sleeps && !queued && !deciding && calls.size === 0 && !isBusy(state)) residents.evict(resident);
    wakeups.wakeBy(wakeAt);
  }
}
