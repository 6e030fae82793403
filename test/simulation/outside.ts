// The world beyond the process: functions that end, fail, hang or answer late, services with jobs, workers with task tokens.
// It lives on when the process dies. What a task does is said by its parameters (see workflows.ts).

import type { TaskResource } from '../../src/asl/program.ts';
import { isJsonObject, type JsonObject, stringifyJson } from '../../src/base/json.ts';
import { Payload } from '../../src/base/payload.ts';
import type { Integrations } from '../../src/engine/task-calls.ts';
import type { Integration, TaskOutcome, TaskRequest } from '../../src/integrations/integration.ts';
import type { TaskOutcome as TokenOutcome } from '../../src/interpreter/command.ts';
import { Bucket } from './bucket.ts';
import { itemsIn, MapRunBook, outcomeOf } from './map-run-book.ts';
import type { Random } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';
import { resultOf, withoutIds } from './workflows.ts';

/** Longer than any TimeoutSeconds of a task that may answer late. */
const LATE_MS = 300_000;

export interface OutsideHost {
  readonly time: VirtualTime;
  readonly random: Random;
  /** Whether S3 is slow and fails now and then. */
  readonly faults: boolean;
  complain(complaint: string): void;
  /** Whether the task fails as it never would otherwise, and with what error. */
  outage(task: TaskRequest): string | undefined;
  /** A call goes out. */
  called(task: TaskRequest, process: object): void;
  /** A worker tells the outcome of its task, again and again until somebody answers. */
  answer(token: string, outcome: TokenOutcome): void;
  /** @returns when somebody has answered, or nobody will. */
  beat(token: string): Promise<void>;
}

interface Processing {
  readonly items: unknown;
  readonly ms: number;
  /** Calls of one Map Run at once; 0: any number. */
  readonly most: number;
  readonly empties: boolean;
}

interface Job {
  readonly doneAt: number;
  readonly outcome: TaskOutcome;
}

export class Outside {
  readonly #host: OutsideHost;
  /** By idempotency token: a service that is asked twice does its job once. */
  readonly #jobs = new Map<string, Job>();

  readonly bucket: Bucket;
  readonly book: MapRunBook;

  constructor(host: OutsideHost) {
    this.#host = host;
    const { time, random, complain } = host;
    this.book = new MapRunBook({ elapsed: () => time.elapsed, complain });
    this.bucket = new Bucket({
      ...host,
      random: random.fork('bucket'),
      asked: (name) => this.book.asked(name),
    });
  }

  /** What a process sees of it. @param owner the process: a dead one reaches nobody and hears nothing. */
  integrationsOf(owner: object): Integrations {
    return { find: (resource) => this.#integration(owner, resource) };
  }

  #integration(owner: object, resource: TaskResource): Integration {
    const { time } = this.#host;
    const start = async (task: TaskRequest, signal: AbortSignal): Promise<TaskOutcome> => {
      if (time.isDead(owner)) return new Promise(() => {});
      this.#host.called(task, owner);
      if (isJsonObject(task.input) && 'items' in task.input) return this.#process(owner, task, signal);
      const error = this.#host.outage(task);
      if (error !== undefined) {
        await new Promise<void>((resolve) => void time.after(owner, this.#host.random.int(0, 500), resolve));
        return { status: 'failed', error, cause: OUTAGE };
      }
      if (resource.kind === 'service' && resource.pattern === 'waitForTaskToken')
        return this.#send(owner, task);
      if (resource.kind === 'service' && resource.pattern !== 'request-response')
        return this.#submit(owner, task);
      const { delayMs, outcome } = scriptOf(task);
      return new Promise((resolve) => {
        if (delayMs !== undefined) time.after(owner, delayMs, () => resolve(outcome));
      });
    };
    return {
      start,
      poll: async (_task, submitted) => {
        if (time.isDead(owner)) return new Promise(() => {});
        const id = isJsonObject(submitted) ? String(submitted['id']) : '';
        const job = this.#jobs.get(id);
        if (job === undefined || job.doneAt > time.elapsed) return { status: 'running' };
        return job.outcome;
      },
      cancel: async () => {},
    };
  }

  /** A child of a Map Run has its items processed, which may remove the objects that they name. */
  #process(owner: object, task: TaskRequest, signal: AbortSignal): Promise<TaskOutcome> {
    const { bucket, book } = this;
    const { time } = this.#host;
    const { items, ms, most, empties } = task.input as unknown as Processing;
    const done = book.called(task, owner, most);
    signal.addEventListener('abort', done, { once: true });
    const outcome = outcomeOf(itemsIn(items));
    // Also when the process dies before it hears of it.
    if (empties && outcome.status === 'completed')
      time.after(this, ms / 2, () => {
        for (const { n } of itemsIn(items)) bucket.delete(n);
      });
    return new Promise((resolve) => {
      time.after(owner, ms, () => {
        done();
        resolve(outcome);
      });
    });
  }

  async #submit(owner: object, task: TaskRequest): Promise<TaskOutcome> {
    const { time, random } = this.#host;
    const id = task.idempotencyToken;
    if (!this.#jobs.has(id)) {
      const { delayMs, outcome } = scriptOf(task);
      this.#jobs.set(id, {
        doneAt: delayMs === undefined ? Number.POSITIVE_INFINITY : time.elapsed + delayMs,
        outcome,
      });
    }
    await new Promise<void>((resolve) => void time.after(owner, random.int(0, 20), resolve));
    return { status: 'completed', outputText: stringifyJson({ id }) };
  }

  /** A worker that is busy for a while and sends heartbeats, one at a time. */
  async #work(token: string, delayMs: number, outcome: TaskOutcome): Promise<void> {
    const { time } = this.#host;
    const doneAt = time.elapsed + delayMs;
    while (time.elapsed < doneAt) {
      const ms = Math.min(BEAT_MS, doneAt - time.elapsed);
      await new Promise<void>((resolve) => void time.after(this, ms, resolve));
      if (time.elapsed < doneAt) await this.#host.beat(token);
    }
    this.#host.answer(token, tokenOutcome(outcome));
  }

  /** Hands the task to a worker, who may be done before the queue has said that it took the message. */
  async #send(owner: object, task: TaskRequest): Promise<TaskOutcome> {
    const { time, random } = this.#host;
    const { delayMs, outcome, steady } = scriptOf(task);
    const token = (task.input as JsonObject)['token'] as string;
    if (delayMs !== undefined && steady) void this.#work(token, delayMs, outcome);
    else if (delayMs !== undefined) {
      time.after(this, delayMs, () => this.#host.answer(token, tokenOutcome(outcome)));
      if (random.chance(0.3)) time.after(this, delayMs / 2, () => void this.#host.beat(token));
      if (random.chance(0.3))
        time.after(this, delayMs + random.int(0, 5_000), () =>
          this.#host.answer(token, tokenOutcome(outcome)),
        );
    }
    await new Promise<void>((resolve) => void time.after(owner, random.int(0, 200), resolve));
    return { status: 'completed', outputText: '{"MessageId":"1"}' };
  }
}

/** Cause of what fails only once. */
export const OUTAGE = 'a simulated outage';

/** How often a worker that sends heartbeats does; its tasks want one every 30 seconds. */
const BEAT_MS = 8_000;

function tokenOutcome(outcome: TaskOutcome): TokenOutcome {
  return outcome.status === 'completed'
    ? { status: 'succeeded', output: Payload.ofText(outcome.outputText) }
    : outcome;
}

/** @returns how the task ends, and after how long; never, when `delayMs` is undefined. */
function scriptOf(task: TaskRequest): {
  readonly delayMs: number | undefined;
  readonly outcome: TaskOutcome;
  readonly steady?: true;
} {
  const { token: _, ...parameters } = task.input as JsonObject;
  const { mode, ms, times, attempt } = parameters as {
    mode: string;
    ms: number;
    times: number;
    attempt: number;
  };
  const good: TaskOutcome = {
    status: 'completed',
    outputText: stringifyJson({ result: resultOf(stringifyJson(parameters)) }),
  };
  const bad: TaskOutcome = {
    status: 'failed',
    error: 'Simulated.Error',
    cause: withoutIds(`attempt ${attempt}`),
  };
  switch (mode) {
    case 'good':
      return { delayMs: ms, outcome: good };
    case 'steady':
      return { delayMs: ms, outcome: good, steady: true };
    case 'flaky':
      return { delayMs: ms, outcome: attempt < times ? bad : good };
    case 'bad':
      return { delayMs: ms, outcome: bad };
    case 'late':
      return { delayMs: LATE_MS, outcome: good };
    case 'silent':
      return { delayMs: undefined, outcome: good };
    default:
      throw new Error(`Expected a task with a mode, but got ${stringifyJson(parameters)}`);
  }
}
