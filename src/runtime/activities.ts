// Activities: tasks that workers fetch with GetActivityTask. Queues are in memory, first in, first out; the journal holds
// what they are made of, so a restarted process fills them again.

import type { Refusal } from '../interpreter/decide.ts';

/** AWS: a poll waits up to a minute. */
const POLL_MS = 60_000;
/** Source: AWS quotas, pollers per activity. */
export const MAX_POLLERS = 1_000;

export interface QueuedTask {
  readonly executionArn: string;
  /** Id of the ActivityScheduled event. */
  readonly scheduled: number;
  readonly token: string;
  /** JSON text. */
  readonly input: string;
}

export interface ActivityHost {
  /** Commits ActivityStarted. @returns why the task is no longer to be had. */
  started(task: QueuedTask, workerName: string | undefined): Promise<Refusal | undefined>;
  after(delayMs: number, act: () => void): () => void;
}

interface Queue {
  readonly tasks: QueuedTask[];
  readonly pollers: ((task: QueuedTask | undefined) => void)[];
}

export class Activities {
  readonly #host: ActivityHost;
  readonly #queues = new Map<string, Queue>();

  constructor(host: ActivityHost) {
    this.#host = host;
  }

  /** A task has been scheduled: it goes to the worker that has waited longest. */
  offer(activityArn: string, task: QueuedTask): void {
    const queue = this.#queue(activityArn);
    const poller = queue.pollers.shift();
    if (poller === undefined) queue.tasks.push(task);
    else poller(task);
  }

  /** Pollers waiting on the activity. */
  polling(activityArn: string): number {
    return this.#queues.get(activityArn)?.pollers.length ?? 0;
  }

  /**
   * Waits for a task, at most a minute.
   * @returns a task that is now this worker's (ActivityStarted is durable), or undefined.
   */
  async take(
    activityArn: string,
    workerName: string | undefined,
    signal: AbortSignal,
  ): Promise<QueuedTask | undefined> {
    let left = true;
    const cancel = this.#host.after(POLL_MS, () => {
      left = false;
    });
    try {
      while (left && !signal.aborted) {
        const task = await this.#next(activityArn, signal);
        if (task === undefined) return undefined;
        if ((await this.#host.started(task, workerName)) === undefined) return task;
      }
      return undefined;
    } finally {
      cancel();
    }
  }

  #next(activityArn: string, signal: AbortSignal): Promise<QueuedTask | undefined> {
    const queue = this.#queue(activityArn);
    const task = queue.tasks.shift();
    if (task !== undefined) return Promise.resolve(task);
    return new Promise((resolve) => {
      const answer = (found: QueuedTask | undefined): void => {
        cancel();
        signal.removeEventListener('abort', giveUp);
        resolve(found);
      };
      const giveUp = (): void => {
        const index = queue.pollers.indexOf(answer);
        if (index >= 0) queue.pollers.splice(index, 1);
        answer(undefined);
      };
      const cancel = this.#host.after(POLL_MS, giveUp);
      signal.addEventListener('abort', giveUp);
      queue.pollers.push(answer);
    });
  }

  /** The server stops: pollers are answered with nothing. */
  close(): void {
    for (const queue of this.#queues.values())
      for (const poller of queue.pollers.splice(0)) poller(undefined);
  }

  #queue(activityArn: string): Queue {
    let queue = this.#queues.get(activityArn);
    if (queue === undefined) {
      queue = { tasks: [], pollers: [] };
      this.#queues.set(activityArn, queue);
    }
    return queue;
  }
}
