// Puts together who listens to the bus, as the configuration wants it: execution logs and their sink, status events.

import { randomBytes } from 'node:crypto';
import type { CallAws } from './aws/call.ts';
import { systemClock } from './base/clock.ts';
import type { Log } from './base/log.ts';
import type { Config } from './config/load.ts';
import type { Bus } from './observe/bus.ts';
import { openCloudWatchSink } from './observe/execution-logs/cloudwatch-sink.ts';
import { ExecutionLogs, type LogSink } from './observe/execution-logs/execution-logs.ts';
import { openFileSink } from './observe/execution-logs/file-sink.ts';
import { openStdoutSink } from './observe/execution-logs/stdout-sink.ts';
import { StatusEvents } from './observe/status-events/status-events.ts';
import type { Store } from './store/store.ts';

export interface ObserverParts {
  readonly config: Pick<Config, 'executionLogs' | 'statusEvents' | 'limits'>;
  readonly bus: Bus;
  readonly store: Store;
  readonly call: CallAws;
  readonly log: Log;
}

export interface Observers {
  /** Delivers what waits, within the time. To be called when the engine has stopped. */
  close(deadlineMs: number): Promise<void>;
}

const PARTS = { clock: systemClock, random: Math.random };

export function openObservers({ config, bus, store, call, log }: ObserverParts): Observers {
  const sink = openLogSink(config, call, log);
  const logs = sink && new ExecutionLogs({ bus, catalog: store.catalog, sink, log });
  const { to, source } = config.statusEvents;
  const { historyEvents } = config.limits;
  const events =
    to === 'none' ? undefined : new StatusEvents({ bus, call, source, historyEvents, ...PARTS, log });
  return {
    async close(deadlineMs) {
      await Promise.all([logs?.close(deadlineMs), events?.close(deadlineMs)]);
    },
  };
}

function openLogSink(config: ObserverParts['config'], call: CallAws, log: Log): LogSink | undefined {
  const parts = { ...PARTS, log };
  const { to, folder, keep } = config.executionLogs;
  switch (to) {
    case 'none':
      return undefined;
    case 'cloudwatch':
      return openCloudWatchSink({ ...parts, call, node: randomBytes(4).toString('hex') });
    case 'files':
      return openFileSink({ ...parts, folder, keepDays: keep });
    case 'stdout':
      return openStdoutSink({ ...parts, write: writeToStdout });
  }
}

function writeToStdout(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
  });
}
