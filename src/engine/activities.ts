// Activities: tasks that workers fetch with GetActivityTask. Queues are in memory, first in, first out; the journal holds
// what they are made of, so a restarted process fills them again.

import type { Clock } from '../base/clock.ts';
import type { ActivityCatalog } from '../store/store.ts';
import { TooManyPollers } from './engine.ts';
import type { Inbox } from './inbox.ts';

/** AWS: a poll waits up to a minute. */
const POLL_MS = 60_000;
/** Source: AWS quotas, pollers per activity. */
const MAX_POLLERS = 1_000;
/** Names read at once. */
const PAGE = 500;
/** Withdrawn tasks that may lie in a queue before it is swept. */
const MAX_WITHDRAWN = 1_000;

export interface QueuedTask {
  readonly executionArn: string;
  /** Id of the ActivityScheduled event. */
  readonly scheduled: number;
  readonly token: string;
  /** JSON text. */
  readonly input: string;
}

interface Queue {
  /** In order of arrival; those that are not in `open` have been withdrawn. */
  tasks: QueuedTask[];
  readonly open: Set<QueuedTask>;
  readonly pollers: ((task: QueuedTask | undefined) => void)[];
}

export class Activities {
  readonly #inbox: Pick<Inbox, 'ask'>;
  readonly #clock: Pick<Clock, 'after'>;
  /** ARNs of the activities that exist. */
  readonly #known = new Set<string>();
  readonly #queues = new Map<string, Queue>();
  /** Queued tasks by their attempt, so that one that is called off is found. */
  readonly #queued = new Map<string, { readonly activityArn: string; readonly task: QueuedTask }>();
  #closed = false;

  constructor(inbox: Pick<Inbox, 'ask'>, clock: Pick<Clock, 'after'>) {
    this.#inbox = inbox;
    this.#clock = clock;
  }

  /** Takes in the activities that exist when the process starts. */
  async load(catalog: Pick<ActivityCatalog, 'list'>): Promise<void> {
    let page = await catalog.list({ after: undefined, limit: PAGE });
    while (page.length > 0) {
      for (const { arn } of page) this.#known.add(arn);
      page = await catalog.list({ after: page.at(-1)!.name, limit: PAGE });
    }
  }

  add(activityArn: string): void {
    this.#known.add(activityArn);
  }

  knows(activityArn: string): boolean {
    return this.#known.has(activityArn);
  }

  /** The activity was deleted: who waits for its tasks is answered with nothing. Tasks stay, as their executions do. */
  remove(activityArn: string): void {
    this.#known.delete(activityArn);
    const queue = this.#queues.get(activityArn);
    if (queue === undefined) return;
    for (const poller of queue.pollers.splice(0)) poller(undefined);
    if (queue.open.size === 0) this.#queues.delete(activityArn);
  }

  /** A task has been scheduled: it goes to the worker that has waited longest. */
  offer(activityArn: string, task: QueuedTask): void {
    const queue = this.#queue(activityArn);
    const poller = queue.pollers.shift();
    if (poller !== undefined) return poller(task);
    queue.tasks.push(task);
    queue.open.add(task);
    this.#queued.set(attempt(task), { activityArn, task });
  }

  /** The attempt is over before a worker took it. */
  withdraw(executionArn: string, scheduled: number): void {
    const key = attempt({ executionArn, scheduled });
    const found = this.#queued.get(key);
    if (found === undefined) return;
    const queue = this.#queue(found.activityArn);
    this.#queued.delete(key);
    queue.open.delete(found.task);
    if (queue.tasks.length > 2 * queue.open.size + MAX_WITHDRAWN) queue.tasks = [...queue.open];
  }

  /** Pollers waiting on the activity. */
  polling(activityArn: string): number {
    return this.#queues.get(activityArn)?.pollers.length ?? 0;
  }

  /** Tasks that wait for a worker, and withdrawn ones that have not been swept out of the queue yet. */
  depth(activityArn: string): { readonly waiting: number; readonly withdrawn: number } {
    const queue = this.#queues.get(activityArn);
    const waiting = queue?.open.size ?? 0;
    return { waiting, withdrawn: (queue?.tasks.length ?? 0) - waiting };
  }

  /**
   * Waits for a task, at most a minute.
   * @returns a task that is now this worker's (ActivityStarted is durable), or undefined.
   * @throws TooManyPollers
   */
  async take(
    activityArn: string,
    workerName: string | undefined,
    signal: AbortSignal,
  ): Promise<QueuedTask | undefined> {
    if (this.polling(activityArn) >= MAX_POLLERS) throw new TooManyPollers(activityArn);
    const over = new AbortController();
    const cancel = this.#clock.after(POLL_MS, () => over.abort());
    const giveUp = (): void => over.abort();
    signal.addEventListener('abort', giveUp);
    if (signal.aborted) giveUp();
    try {
      while (!over.signal.aborted && !this.#closed) {
        const task = await this.#next(activityArn, over.signal);
        if (task === undefined) return undefined;
        if (over.signal.aborted) {
          this.#putBack(activityArn, task);
          return undefined;
        }
        if (await this.#start(activityArn, task, workerName)) return task;
      }
      return undefined;
    } finally {
      cancel();
      signal.removeEventListener('abort', giveUp);
    }
  }

  /** @returns false when the task has ended meanwhile. */
  async #start(activityArn: string, task: QueuedTask, workerName: string | undefined): Promise<boolean> {
    const { executionArn, scheduled } = task;
    try {
      const start = { type: 'StartActivity', scheduled, workerName } as const;
      return (await this.#inbox.ask(executionArn, start)) === undefined;
    } catch (error) {
      this.#putBack(activityArn, task);
      throw error;
    }
  }

  #next(activityArn: string, over: AbortSignal): Promise<QueuedTask | undefined> {
    const queue = this.#queue(activityArn);
    for (let task = queue.tasks.shift(); task !== undefined; task = queue.tasks.shift()) {
      if (!queue.open.delete(task)) continue;
      this.#queued.delete(attempt(task));
      return Promise.resolve(task);
    }
    return new Promise((resolve) => {
      const answer = (found: QueuedTask | undefined): void => {
        over.removeEventListener('abort', giveUp);
        resolve(found);
      };
      const giveUp = (): void => {
        const index = queue.pollers.indexOf(answer);
        if (index >= 0) queue.pollers.splice(index, 1);
        answer(undefined);
      };
      over.addEventListener('abort', giveUp);
      queue.pollers.push(answer);
    });
  }

  /** The worker left between being given the task and taking it: the next one gets it before all others. */
  #putBack(activityArn: string, task: QueuedTask): void {
    const queue = this.#queue(activityArn);
    const poller = queue.pollers.shift();
    if (poller !== undefined) return poller(task);
    queue.tasks.unshift(task);
    queue.open.add(task);
    this.#queued.set(attempt(task), { activityArn, task });
  }

  /** The server stops: pollers are answered with nothing, now and from now on. */
  close(): void {
    this.#closed = true;
    for (const queue of this.#queues.values())
      for (const poller of queue.pollers.splice(0)) poller(undefined);
  }

  #queue(activityArn: string): Queue {
    let queue = this.#queues.get(activityArn);
    if (queue === undefined) {
      queue = { tasks: [], open: new Set(), pollers: [] };
      this.#queues.set(activityArn, queue);
    }
    return queue;
  }
}

function attempt({ executionArn, scheduled }: Pick<QueuedTask, 'executionArn' | 'scheduled'>): string {
  return `${scheduled} ${executionArn}`;
}
