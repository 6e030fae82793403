// The processes of one local function and the calls that wait for them: grows to the function's concurrency, reuses
// processes, ends idle ones, replaces all of them when the code has changed.

import { randomUUID } from 'node:crypto';
import { type CodeState, watchCode } from './code-state.ts';
import { type Call, FunctionProcess, type FunctionSpec } from './function-process.ts';
import type { Answer, Invocation } from './invocation.ts';

/** Calls that may wait for a process; more are refused as AWS refuses calls over the concurrency. */
export const MAX_QUEUED = 1_000;
/** A process without a call is ended after this. */
export const IDLE_MS = 300_000;

export interface PoolOptions {
  readonly spec: FunctionSpec;
  readonly concurrency: number;
  readonly maxQueued: number;
  readonly idleMs: number;
}

export class FunctionPool {
  readonly #options: PoolOptions;
  readonly #code: CodeState;
  readonly #processes = new Set<FunctionProcess>();
  /** Last in, first out: the newest is the warmest, and the others grow old enough to be ended. */
  readonly #idle: FunctionProcess[] = [];
  #queue: Call[] = [];
  #sweeper: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#code = watchCode(options.spec.launch.code);
  }

  /** Number of processes that live, for tests and metrics. */
  get size(): number {
    return this.#processes.size;
  }

  /** A call that is under way when `signal` fires runs on, as on AWS; its answer is dropped. */
  invoke(invocation: Invocation, signal: AbortSignal): Promise<Answer> {
    if (signal.aborted || this.#closed) return Promise.resolve({ kind: 'aborted' });
    const requestId = randomUUID();
    if (this.#code.changed()) this.#replaceAll();
    if (this.#queue.length >= this.#options.maxQueued) {
      const message = 'Rate Exceeded.';
      return Promise.resolve({
        kind: 'refused',
        status: 429,
        code: 'TooManyRequestsException',
        message,
        requestId,
      });
    }
    return new Promise((resolve) => {
      const abort = (): void => {
        this.#queue = this.#queue.filter((waiting) => waiting !== call);
        resolve({ kind: 'aborted' });
      };
      const call: Call = {
        requestId,
        invocation,
        finish: (answer) => {
          signal.removeEventListener('abort', abort);
          resolve(answer);
        },
      };
      signal.addEventListener('abort', abort, { once: true });
      this.#queue.push(call);
      this.#dispatch();
    });
  }

  /** Ends every process; calls that wait or are under way end as `aborted`. */
  close(): void {
    this.#closed = true;
    clearInterval(this.#sweeper);
    for (const call of this.#queue.splice(0)) call.finish({ kind: 'aborted' });
    for (const process of [...this.#processes]) process.kill();
  }

  #dispatch(): void {
    while (this.#queue.length > 0 && this.#idle.length > 0) this.#idle.pop()!.invoke(this.#queue.shift()!);
    let soon = 0;
    for (const { state } of this.#processes) if (state === 'starting' || state === 'answered') soon++;
    while (soon < this.#queue.length && this.#processes.size < this.#options.concurrency && !this.#closed) {
      this.#spawn();
      soon++;
    }
  }

  #spawn(): void {
    this.#sweeper ??= setInterval(() => this.#sweep(), this.#options.idleMs / 4).unref();
    const process: FunctionProcess = new FunctionProcess(this.#options.spec, {
      idle: (process) => {
        if (process.stale) {
          process.kill();
          return;
        }
        this.#idle.push(process);
        this.#dispatch();
      },
      initFailed: (process, answer) => {
        this.#processes.delete(process);
        const call = this.#queue.shift();
        if (call !== undefined) call.finish(answer(call.requestId));
        this.#dispatch();
      },
      ended: (process) => {
        this.#processes.delete(process);
        const at = this.#idle.indexOf(process);
        if (at >= 0) this.#idle.splice(at, 1);
        this.#dispatch();
      },
    });
    this.#processes.add(process);
  }

  #replaceAll(): void {
    const { log, name } = this.#options.spec;
    if (this.#processes.size > 0) log.info({ function: name }, 'code has changed: processes are replaced');
    for (const process of [...this.#processes]) {
      if (process.state === 'busy') process.stale = true;
      else process.kill();
    }
  }

  #sweep(): void {
    const before = performance.now() - this.#options.idleMs;
    for (const process of [...this.#idle]) if (process.idleSince <= before) process.kill();
    if (this.#processes.size === 0) {
      clearInterval(this.#sweeper);
      this.#sweeper = undefined;
    }
  }
}
