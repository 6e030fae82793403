// The pool of threads. A thread does one job at a time, within a limit of memory and one of time; one that goes beyond either
// is ended, and with it nothing but its job. Threads are started when there is work for them and ended when there is none.

import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Log } from '../base/log.ts';
import type { ThreadData, ThreadMessage } from './thread.ts';
import type { Job, Outcome, Pool, ResultOf } from './threads/pool.ts';

export interface ThreadPoolOptions {
  readonly data: ThreadData;
  readonly log: Log;
  /** Threads at most; default: one for each processor but that of the loop, four at most. */
  readonly threads?: number;
  /** Of JavaScript objects, in one thread. */
  readonly memoryMb?: number;
  /** For one job. */
  readonly limitMs?: number;
}

const MOST_THREADS = 4;
/** Far above what one evaluation may make (see base/meter.ts): only what was not paid for comes here. */
const MEMORY_MB = 768;
/** A second for each of the fields of a state, on a machine that is busy. */
const LIMIT_MS = 15_000;
/** A thread that has not begun by then will not. */
const START_MS = 60_000;
/** Threads without work are kept so long. */
const IDLE_MS = 30_000;

/** Bundled, everything lies in folders of the same depth as the sources. */
const THREAD = fileURLToPath(new URL('../engine/thread.ts', import.meta.url));
const FILE = import.meta.url.endsWith('.ts') ? THREAD : THREAD.replace(/\.ts$/, '.js');

interface Waiting {
  readonly job: Job;
  readonly resolve: (outcome: Outcome) => void;
}

interface Thread {
  readonly worker: Worker;
  /** What it does; undefined: nothing, or it is starting. */
  busy: Waiting | undefined;
  ready: boolean;
  /** Ends it when its time is up. */
  timer: NodeJS.Timeout | undefined;
  stopped: 'time' | 'memory' | undefined;
}

export class ThreadPool implements Pool {
  readonly #options: ThreadPoolOptions;
  readonly #most: number;
  readonly #threads = new Set<Thread>();
  readonly #waiting: Waiting[] = [];
  #closed = false;

  constructor(options: ThreadPoolOptions) {
    this.#options = options;
    this.#most = options.threads ?? Math.max(1, Math.min(MOST_THREADS, availableParallelism() - 1));
  }

  run<J extends Job>(job: J): Promise<Outcome<ResultOf<J>>> {
    const outcome = new Promise<Outcome>((resolve) => {
      this.#waiting.push({ job, resolve });
      this.#distribute();
    });
    // A thread answers a job with its result.
    return outcome as Promise<Outcome<ResultOf<J>>>;
  }

  /** Ends every thread. Jobs that are not done stay open. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#waiting.length = 0;
    await Promise.all([...this.#threads].map(({ worker }) => worker.terminate()));
  }

  #distribute(): void {
    if (this.#closed) return;
    for (const thread of this.#threads) {
      if (!thread.ready || thread.busy !== undefined) continue;
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#give(thread, next);
    }
    let starting = 0;
    for (const { ready } of this.#threads) if (!ready) starting++;
    while (this.#waiting.length > starting && this.#threads.size < this.#most) {
      this.#start();
      starting++;
    }
  }

  #give(thread: Thread, waiting: Waiting): void {
    thread.busy = waiting;
    thread.worker.ref();
    this.#limit(thread, this.#options.limitMs ?? LIMIT_MS);
    thread.worker.postMessage(waiting.job);
  }

  #limit(thread: Thread, ms: number): void {
    clearTimeout(thread.timer);
    thread.timer = setTimeout(() => {
      if (thread.busy !== undefined || !thread.ready) thread.stopped = 'time';
      void thread.worker.terminate();
    }, ms);
    if (thread.busy === undefined) thread.timer.unref();
  }

  #start(): void {
    const { data, memoryMb = MEMORY_MB } = this.#options;
    const worker = new Worker(FILE, {
      workerData: data,
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
      name: 'treadle',
    });
    const thread: Thread = { worker, busy: undefined, ready: false, timer: undefined, stopped: undefined };
    this.#threads.add(thread);
    this.#limit(thread, START_MS);
    worker.on('message', (message: ThreadMessage) => {
      if (message.type === 'ready') thread.ready = true;
      else this.#settle(thread, message.outcome);
      this.#rest(thread);
      this.#distribute();
    });
    worker.on('error', (error: Error & { readonly code?: string }) => {
      if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') thread.stopped = 'memory';
      else this.#options.log.error({ err: error }, 'A thread for long computing failed');
    });
    worker.on('exit', () => this.#exit(thread));
  }

  /** It has nothing to do, for now. */
  #rest(thread: Thread): void {
    this.#limit(thread, IDLE_MS);
    thread.worker.unref();
  }

  #settle(thread: Thread, outcome: Outcome): void {
    const { busy } = thread;
    thread.busy = undefined;
    busy?.resolve(outcome);
  }

  #exit(thread: Thread): void {
    clearTimeout(thread.timer);
    this.#threads.delete(thread);
    if (this.#closed) return;
    this.#settle(thread, { status: 'stopped', reason: thread.stopped ?? 'exit' });
    this.#distribute();
  }
}
