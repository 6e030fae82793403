// Redrives of closed executions. Who asks is answered when the redrive is durable. What it goes on from is folded from the
// journal, and so are the client tokens of earlier redrives: there is nothing else to keep.

import { machineOf } from '../base/arn.ts';
import type { Clock } from '../base/clock.ts';
import type { Limits } from '../base/quotas.ts';
import { type Store, StoreUnavailable } from '../store/store.ts';
import { NotRedrivable, type RedriveRequest } from './engine.ts';
import type { Inbox } from './inbox.ts';
import { redriveObstacle } from './redrive-status.ts';
import type { Resident } from './resident.ts';
import type { Residents } from './residents.ts';
import type { Starts } from './starts.ts';

/** Source: AWS, API reference, RedriveExecution, `clientToken`. */
const TOKEN_MS = 15 * 60 * 1000;
/** Another redrive, or a store that refused a commit, may come between what is read and what is written. */
const MOST_TRIES = 5;

export interface RedriveParts {
  readonly store: Store;
  readonly residents: Residents;
  readonly inbox: Inbox;
  readonly starts: Pick<Starts, 'letIn'>;
  readonly limits: Limits;
  readonly clock: Clock;
}

export class Redrives {
  readonly #parts: RedriveParts;

  constructor(parts: RedriveParts) {
    this.#parts = parts;
  }

  /**
   * @returns when the execution was redriven, epoch milliseconds; undefined when there is none.
   * @throws NotRedrivable, Overloaded, or what keeps the store from writing.
   */
  redrive(request: RedriveRequest): Promise<number | undefined> {
    const machineArn = machineOf(request.executionArn);
    return this.#parts.starts.letIn(machineArn, 0, async () => {
      for (let tries = 0; tries < MOST_TRIES; tries++) {
        const redriven = await this.#try(request, machineArn);
        if (redriven !== 'again') return redriven;
      }
      throw new StoreUnavailable(`Expected the store to keep the redrive of ${request.executionArn}`);
    });
  }

  /** A child goes on with its Map Run. @returns false when it is not to be redriven any more: it runs, or has succeeded. */
  async redriveChild(executionArn: string, mapRunRedrive: number): Promise<boolean> {
    const { inbox } = this.#parts;
    for (;;) {
      const found = await this.#find(executionArn);
      const status = found?.state.status;
      if (found === undefined || status === 'SUCCEEDED' || status === 'RUNNING') return false;
      const refused = await inbox.askOf(this.#take(found), { type: 'RedriveExecution', mapRunRedrive });
      if (refused === undefined) return true;
    }
  }

  async #try(
    { executionArn, clientToken }: RedriveRequest,
    machineArn: string,
  ): Promise<number | undefined | 'again'> {
    const { store, inbox, limits, clock } = this.#parts;
    const [found, machine] = await Promise.all([this.#find(executionArn), store.catalog.get(machineArn)]);
    if (found === undefined) return undefined;
    const { state, record } = found;
    const now = clock.now();
    const before = state.redriveTokens.find(({ token, at }) => token === clientToken && now - at <= TOKEN_MS);
    if (before !== undefined) {
      // The other redrive must be durable before it is answered a second time.
      if (state.status === 'RUNNING') await inbox.askOf(found, { type: 'Continue' });
      return before.at;
    }
    const { status, stoppedAt, lastId } = state;
    const { startedAt, mapRunArn } = record;
    const obstacle = redriveObstacle(
      { status, startedAt, stoppedAt, mapRunArn },
      lastId,
      machine,
      limits,
      now,
    );
    if (obstacle !== undefined) throw new NotRedrivable(obstacle);
    if (mapRunArn !== undefined)
      throw new NotRedrivable('Execution can only be redriven by redriving the parent of its Map Run');
    const resident = this.#take(found);
    const refused = await inbox.askOf(resident, {
      type: 'RedriveExecution',
      ...(clientToken === undefined ? {} : { clientToken }),
    });
    return refused === undefined ? resident.record.redrivenAt : 'again';
  }

  /** The execution as it is in memory, or was written. */
  async #find(executionArn: string): Promise<Resident | undefined> {
    const { store, residents } = this.#parts;
    const present = residents.get(executionArn);
    if (present !== undefined) return present;
    const record = await store.executions.get(executionArn);
    return record && residents.read(record);
  }

  /** Two that redrive at once must find the same resident. */
  #take(found: Resident): Resident {
    const { residents } = this.#parts;
    const present = residents.get(found.record.arn);
    if (present !== undefined) return present;
    residents.add(found);
    return found;
  }
}
