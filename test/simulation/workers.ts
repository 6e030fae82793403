// The workers of a simulated world: they tell the outcome of their tasks by token, again and again until somebody answers, and
// hold what they are told against what is durable.

import type { RunningEngine } from '../../src/engine/create.ts';
import { createTaskTokens } from '../../src/engine/tokens.ts';
import type { TaskOutcome } from '../../src/interpreter/command.ts';
import { SECRET } from './pool.ts';
import type { Shadows } from './shadow.ts';
import type { VirtualTime } from './virtual-time.ts';

/** What a client heard. */
export type Answer<T> = { readonly value: T } | { readonly error: unknown } | 'lost';

export interface WorkersHost {
  readonly time: VirtualTime;
  readonly shadows: Shadows;
  /** Stalls and crashes so far. */
  troubles(): number;
  /** Whether the process that runs stands still now. */
  standsStill(): boolean;
  /** Asks the process that runs, or the next one when none does. @param work is done when the request reaches it */
  ask<T>(work: (engine: RunningEngine, process: { now(): number }) => Promise<T>): Promise<Answer<T>>;
  pause(ms: number): Promise<void>;
  complain(complaint: string): void;
}

/** Timers look at the clock this often, and a moment more. */
const JUMP_SEEN_MS = 15_000;

export class Workers {
  readonly #host: WorkersHost;
  readonly #tokens = createTaskTokens(SECRET);
  readonly #answered = new Map<string, number>();

  constructor(host: WorkersHost) {
    this.#host = host;
  }

  async answer(token: string, outcome: TaskOutcome): Promise<void> {
    const { executionArn: arn, scheduled } = this.#tokens.read(token)!;
    const openTask = () => this.#host.shadows.byArn.get(arn)?.state.tasks.get(scheduled)?.open?.task;
    for (;;) {
      const before = this.#host.troubles();
      const standsStill = this.#host.standsStill();
      let arrivedAt = 0;
      let deadline: number | undefined;
      const answer = await this.#host.ask((engine, process) => {
        arrivedAt = process.now();
        const task = openTask();
        deadline = task?.heartbeatSeconds === undefined ? task?.timeoutAt : undefined;
        return engine.completeTask(token, outcome);
      });
      if (answer !== 'lost' && 'value' in answer) {
        if (answer.value === 'invalid') this.#host.complain(`${arn}: a token was not known`);
        // What lay in the kernel during a stall may have come in time, and a clock set forward is soon noticed, not at once.
        const calm =
          !standsStill && before === this.#host.troubles() && !this.#host.time.jumpedSince(JUMP_SEEN_MS);
        if (calm && deadline !== undefined)
          this.#checkDeadline(`${arn}: task ${scheduled}`, answer.value === 'ok', arrivedAt - deadline);
        if (answer.value !== 'ok') return;
        const open = openTask();
        // An answer that outran TaskSubmitted is kept as a note until then.
        if (open !== undefined && open.early === undefined)
          this.#host.complain(
            `${arn}: the outcome of task ${scheduled} was acknowledged, but is not durable`,
          );
        const times = (this.#answered.get(token) ?? 0) + 1;
        this.#answered.set(token, times);
        if (times > 1)
          this.#host.complain(`${arn}: the outcome of task ${scheduled} was taken ${times} times`);
        return;
      }
      await this.#host.pause(300);
    }
  }

  #checkDeadline(task: string, taken: boolean, lateMs: number): void {
    if (taken && lateMs > 0)
      this.#host.complain(`${task} was ended by an answer ${lateMs} ms after its deadline`);
    if (!taken && lateMs < 0 && this.#host.shadows.timedOut.has(task))
      this.#host.complain(`${task} timed out, although its answer came ${-lateMs} ms before the deadline`);
  }

  async beat(token: string): Promise<void> {
    const answer = await this.#host.ask((engine) => engine.heartbeat(token));
    if (answer !== 'lost' && 'value' in answer && answer.value === 'invalid')
      this.#host.complain('a heartbeat with a token was not known');
  }
}
