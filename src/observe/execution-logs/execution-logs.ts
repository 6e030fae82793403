// The execution logs: every history event that the logging configuration of its state machine asks for, as a record for the
// sink. The configuration belongs to the revision that an execution runs: a change of it makes a new revision, as on AWS.

import { BoundedCache } from '../../base/bounded-cache.ts';
import type { Log } from '../../base/log.ts';
import type { Catalog } from '../../store/store.ts';
import type { Bus } from '../bus.ts';
import type { ExecutionEvents } from '../messages.ts';
import { isLogged, type LogLevel } from './levels.ts';
import { toLogRecord } from './log-record.ts';

/** Where records of one state machine go. */
export interface LogTarget {
  readonly logGroupArn: string;
  /** Name of the state machine. */
  readonly machine: string;
}

export interface LogRecord {
  /** Epoch milliseconds. */
  readonly at: number;
  /** One line of JSON. */
  readonly text: string;
}

/** Takes records at once and delivers them in its own time; it must not throw. */
export interface LogSink {
  add(target: LogTarget, record: LogRecord): void;
  /** Delivers what waits, within the time. */
  close(deadlineMs: number): Promise<void>;
}

/** What a revision's executions log; undefined: nothing. */
interface Logging extends LogTarget {
  readonly level: LogLevel;
  readonly includeData: boolean;
}

/** Revisions whose configuration is kept. */
const BOUNDS = { entries: 10_000, weight: 10_000 };
/** Messages that wait for the configuration of one revision; the store answers within milliseconds. */
const MOST_WAITING = 10_000;

export interface ExecutionLogsParts {
  readonly bus: Bus;
  readonly catalog: Pick<Catalog, 'get' | 'revision' | 'versions'>;
  readonly sink: LogSink;
  readonly log: Log;
}

export class ExecutionLogs {
  readonly #parts: ExecutionLogsParts;
  readonly #known = new BoundedCache<number, { readonly logging: Logging | undefined }>(BOUNDS, () => 1);
  /** Messages of revisions that are being looked up. */
  readonly #waiting = new Map<number, ExecutionEvents[]>();
  readonly #unsubscribe: () => void;

  constructor(parts: ExecutionLogsParts) {
    this.#parts = parts;
    this.#unsubscribe = parts.bus.on('events', (message) => this.#take(message));
  }

  /** To be called when the engine has stopped. */
  async close(deadlineMs: number): Promise<void> {
    this.#unsubscribe();
    await this.#parts.sink.close(deadlineMs);
  }

  #take(message: ExecutionEvents): void {
    const known = this.#known.get(message.revision);
    if (known !== undefined) return this.#log(message, known.logging);
    const waiting = this.#waiting.get(message.revision);
    if (waiting === undefined) {
      this.#waiting.set(message.revision, [message]);
      void this.#lookUp(message.revision);
    } else if (waiting.length < MOST_WAITING) waiting.push(message);
  }

  async #lookUp(revision: number): Promise<void> {
    let logging: Logging | undefined;
    try {
      logging = await this.#loggingOf(revision);
      this.#known.set(revision, { logging });
    } catch (error) {
      // Asked again with the next event.
      this.#parts.log.error({ err: error }, 'Execution logs: a logging configuration cannot be read');
    }
    const waiting = this.#waiting.get(revision) ?? [];
    this.#waiting.delete(revision);
    for (const message of waiting) this.#log(message, logging);
  }

  async #loggingOf(revision: number): Promise<Logging | undefined> {
    const { catalog } = this.#parts;
    const arn = (await catalog.revision(revision))?.stateMachineArn;
    const machine = arn === undefined ? undefined : await catalog.get(arn);
    if (machine === undefined) return undefined;
    // A version keeps the configuration of its revision; otherwise the machine's is in force.
    const settings = (await catalog.versions.ofRevision(revision))?.settings ?? machine.settings;
    const { level = 'OFF', includeExecutionData, destinations } = configurationOf(settings);
    const logGroupArn = destinations?.[0]?.cloudWatchLogsLogGroup?.logGroupArn;
    if (level === 'OFF' || logGroupArn === undefined) return undefined;
    return { level, includeData: includeExecutionData === true, logGroupArn, machine: machine.name };
  }

  #log({ executionArn, redriveCount, events }: ExecutionEvents, logging: Logging | undefined): void {
    if (logging === undefined) return;
    for (const event of events) {
      // Notes are Treadle's own.
      if (event.id === 0 || !isLogged(event.type, logging.level)) continue;
      const text = toLogRecord(event, executionArn, redriveCount, logging.includeData);
      this.#parts.sink.add(logging, { at: event.at, text });
    }
  }
}

/** As the API stores it. */
interface Configuration {
  readonly level?: LogLevel;
  readonly includeExecutionData?: boolean;
  readonly destinations?: readonly {
    readonly cloudWatchLogsLogGroup?: { readonly logGroupArn?: string };
  }[];
}

function configurationOf({
  loggingConfiguration,
}: {
  readonly loggingConfiguration?: unknown;
}): Configuration {
  return (loggingConfiguration as Configuration | undefined) ?? {};
}
