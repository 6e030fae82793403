// Execution logs to files: one file for each log group and day, a record a line, on the disk once a second. Files that are
// older than wanted are removed.

import { createHash } from 'node:crypto';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArn } from '../../base/arn.ts';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { Batches, type Sent } from '../batches.ts';
import type { LogRecord, LogSink } from './execution-logs.ts';

const MOST_ITEMS = 10_000;
const MOST_BYTES = 4 * 1024 * 1024;
const LINGER_MS = 1_000;
const DAY_MS = 24 * 60 * 60 * 1000;
/** Of a file's name; most file systems take 255 bytes. */
const MOST_NAME = 200;

export interface FileSinkParts {
  /** Absolute. */
  readonly folder: string;
  readonly keepDays: number;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
}

export function openFileSink({ folder, keepDays, clock, random, log }: FileSinkParts): LogSink {
  let cleanedOn = '';

  async function append(file: string, records: readonly LogRecord[]): Promise<Sent> {
    try {
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      const handle = await open(file, 'a', 0o600);
      try {
        await handle.appendFile(records.map(({ text }) => `${text}\n`).join(''));
        await handle.datasync();
      } finally {
        await handle.close();
      }
    } catch (error) {
      return { outcome: 'again', reason: (error as Error).message };
    }
    await clean();
    return { outcome: 'sent' };
  }

  /** Once a day. */
  async function clean(): Promise<void> {
    const today = dayOf(clock.now());
    if (cleanedOn === today) return;
    cleanedOn = today;
    const first = dayOf(clock.now() - (keepDays - 1) * DAY_MS);
    try {
      for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
        const day = /^(\d{4}-\d{2}-\d{2})\.jsonl$/.exec(entry.name)?.[1];
        if (entry.isFile() && day !== undefined && day < first) await rm(join(entry.parentPath, entry.name));
      }
    } catch (error) {
      log.warn({ err: error, folder }, 'Old files of execution logs cannot be removed');
    }
  }

  const batches = new Batches<LogRecord>({
    name: 'execution logs',
    mostItems: MOST_ITEMS,
    mostBytes: MOST_BYTES,
    lingerMs: LINGER_MS,
    send: (file, records) => append(file, records),
    clock,
    random,
    log,
  });
  return {
    add({ logGroupArn }, record) {
      const group = parseArn(logGroupArn)!.resource.split(':')[1]!;
      const file = join(folder, folderName(group), `${dayOf(record.at)}.jsonl`);
      batches.add(file, record, Buffer.byteLength(record.text) + 1);
    },
    close: (deadlineMs) => batches.close(deadlineMs),
  };
}

function dayOf(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 10);
}

/** `/aws/states/pay` → `aws-states-pay`: never a path that leads elsewhere, never too long. */
function folderName(group: string): string {
  const name = group
    .replace(/^\/+/, '')
    .replaceAll(/[^\w.#-]/g, '-')
    .replace(/^\./, '_.');
  if (name.length <= MOST_NAME) return name === '' ? '_' : name;
  return `${name.slice(0, MOST_NAME)}-${createHash('sha256').update(group).digest('hex').slice(0, 8)}`;
}
