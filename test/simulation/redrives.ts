// Who keeps executions going in a simulated world: tasks that fail only once, and the client that redrives what failed by that or
// was stopped on the way.

import { resourceNameOf } from '../../src/base/arn.ts';
import { NotRedrivable, type RedriveRequest } from '../../src/engine/engine.ts';
import type { TaskRequest } from '../../src/integrations/integration.ts';
import { OUTAGE } from './outside.ts';
import type { Random } from './random.ts';
import type { Shadows } from './shadow.ts';
import type { Answer } from './workers.ts';

/** How often, of a hundred, a weak task has an outage; or with what error a task fails now. */
export type Outages = number | ((task: TaskRequest, shadows: Shadows) => string | undefined);

export interface RedrivesHost {
  readonly outages: Outages | undefined;
  readonly random: Random;
  readonly shadows: Shadows;
  /** ARNs of executions that are to stay as they were stopped. */
  readonly stopped: ReadonlySet<string>;
  /** Names of machines. */
  readonly deleted: ReadonlySet<string>;
  pause(ms: number): Promise<void>;
  ask(request: RedriveRequest): Promise<Answer<number | undefined>>;
  expectEnd(arn: string): void;
  complain(complaint: string): void;
}

/** Between two looks at whether an execution is to be redriven. */
const MOST_PAUSE_MS = 3_600_000;

export class Redrives {
  /** ARNs of executions that were stopped only to be redriven. */
  readonly interrupted = new Set<string>();
  /** By workflow: tasks that may have an outage, and with what error. */
  readonly weak = new Map<string, ReadonlyMap<string, string>>();
  readonly #host: RedrivesHost;
  /** Execution and state of tasks that were asked whether they have an outage. */
  readonly #asked = new Set<string>();

  constructor(host: RedrivesHost) {
    this.#host = host;
  }

  /** Redrives the execution whenever it was interrupted or had an outage, until it ends as it would have. */
  async keepGoing(arn: string): Promise<void> {
    // Children of Map Runs may fail for good in some workflows: redriving those would never end.
    const failsNever = typeof this.#host.outages === 'function' || this.weak.has(resourceNameOf(arn) ?? '');
    for (let pauseMs = 500; ; pauseMs = Math.min(pauseMs * 1.5, MOST_PAUSE_MS)) {
      await this.#host.pause(pauseMs);
      const { status, error, cause } = this.#host.shadows.byArn.get(arn)!.state;
      if (status === 'RUNNING') continue;
      if (status === 'SUCCEEDED' || this.#host.stopped.has(arn)) return;
      const interrupted = status === 'ABORTED' && this.interrupted.has(arn);
      const outage = cause === OUTAGE || (error === 'States.ExceedToleratedFailureThreshold' && failsNever);
      if (!interrupted && !outage) return;
      if (!(await this.#redrive(arn))) return;
      pauseMs = 500;
    }
  }
  /** Asks with one client token until that is acknowledged. @returns false when it cannot be redriven. */
  async #redrive(arn: string): Promise<boolean> {
    const before = this.#host.shadows.byArn.get(arn)!.record.redriveCount;
    const clientToken = `redrive-${before + 1}`;
    for (;;) {
      const answer = await this.#host.ask({ executionArn: arn, clientToken });
      if (answer !== 'lost' && 'value' in answer) {
        const record = this.#host.shadows.byArn.get(arn)?.record;
        if (answer.value === undefined || record === undefined) {
          if (this.#host.deleted.size === 0) this.#host.complain(`${arn} was to be redriven, and is unknown`);
          return false;
        }
        if (record.redriveCount !== before + 1 || record.redrivenAt !== answer.value)
          this.#host.complain(
            `${arn}: redrive ${before + 1} was acknowledged for ${answer.value}, but it was redriven ${record.redriveCount} times, at last at ${record.redrivenAt}`,
          );
        this.#host.expectEnd(arn);
        return true;
      }
      if (answer !== 'lost' && answer.error instanceof NotRedrivable) {
        const deleting = this.#host.deleted.size > 0 && /DELETING/.test(answer.error.message);
        // A clock that is set forward by hours may let a token be forgotten.
        if (!deleting && !/RUNNING|SUCCEEDED/.test(answer.error.message))
          this.#host.complain(`${arn} was not to be redriven: ${answer.error.message}`);
        return !deleting;
      }
      await this.#host.pause(300);
    }
  }

  /** Each weak task is asked once, so that it works when it is called again. */
  outage(task: TaskRequest): string | undefined {
    const { outages, random } = this.#host;
    if (outages === undefined) return undefined;
    if (typeof outages === 'function') return outages(task, this.#host.shadows);
    const { executionArn: arn, stateName } = task;
    const [workflow = ''] = (resourceNameOf(arn) ?? '').split('/');
    const error = this.weak.get(workflow)?.get(stateName);
    const key = `${arn} ${stateName}`;
    if (error === undefined || this.#asked.has(key)) return undefined;
    this.#asked.add(key);
    return random.int(0, 99) < outages ? error : undefined;
  }
}
