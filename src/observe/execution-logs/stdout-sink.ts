// Execution logs to standard output, a record a line: for what gathers the output of containers.

import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { Batches } from '../batches.ts';
import type { LogRecord, LogSink } from './execution-logs.ts';

const MOST_ITEMS = 1_000;
const MOST_BYTES = 512 * 1024;
const LINGER_MS = 50;

export interface StdoutParts {
  /** Resolves when the text is on its way; rejects when nobody reads any more. */
  readonly write: (text: string) => Promise<void>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
}

export function openStdoutSink({ write, clock, random, log }: StdoutParts): LogSink {
  const batches = new Batches<LogRecord>({
    name: 'execution logs',
    mostItems: MOST_ITEMS,
    mostBytes: MOST_BYTES,
    lingerMs: LINGER_MS,
    async send(_lane, records) {
      try {
        await write(records.map(({ text }) => `${text}\n`).join(''));
        return { outcome: 'sent' };
      } catch (error) {
        return { outcome: 'refused', reason: (error as Error).message };
      }
    },
    clock,
    random,
    log,
  });
  return {
    add: (_target, record) => batches.add('', record, Buffer.byteLength(record.text) + 1),
    close: (deadlineMs) => batches.close(deadlineMs),
  };
}
