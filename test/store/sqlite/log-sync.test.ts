// What is told, and what may be written, while the disk has not answered yet.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Disk, LogSync } from '../../../src/store/sqlite/log-sync.ts';
import type { Transaction } from '../../../src/store/sqlite/statement.ts';
import { StoreUnavailable } from '../../../src/store/store.ts';

let folder: string;
/** What happened, in order. */
let told: string[];
/** Answers of the disk that are awaited. */
let answers: ((error: Error | null) => void)[];
let log: LogSync;
let transaction: Transaction;

const DISK: Disk = {
  sync(_, done) {
    told.push('sync begins');
    answers.push(done);
  },
  syncNow: () => void told.push('sync now'),
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'treadle-log-'));
  const file = join(folder, 'log');
  writeFileSync(file, '');
  told = [];
  answers = [];
  log = new LogSync(file, DISK);
  transaction = log.transaction((body) => body());
});
afterEach(() => {
  log.close();
  rmSync(folder, { recursive: true });
});

const write = (name: string): void => transaction(() => void told.push(`write ${name}`));
function durable(name: string): Promise<void> {
  return log.durable().then(() => void told.push(`${name} is durable`));
}
const rounds = () => new Promise((resolve) => setImmediate(resolve));

test('a transaction is durable when the disk has said so', async () => {
  write('a');
  const a = durable('a');
  await rounds();
  expect([log.pending, told]).toEqual([true, ['write a', 'sync begins']]);
  answers.shift()!(null);
  await a;
  expect([log.pending, told.at(-1)]).toEqual([false, 'a is durable']);
});

test('nothing is written behind what is not durable, and answers keep their order', async () => {
  write('a');
  const a = durable('a');
  write('b');
  expect(told).toEqual(['write a', 'sync begins', 'sync now', 'write b']);
  const b = durable('b');
  await rounds();
  expect(told).toHaveLength(4);
  answers.shift()!(null);
  await a;
  await rounds();
  answers.shift()!(null);
  await b;
  expect(told.slice(4).filter((what) => what.endsWith('durable'))).toEqual(['a is durable', 'b is durable']);
});

test('one sync serves all who wait for it', async () => {
  write('a');
  const all = [durable('first'), durable('second')];
  await rounds();
  answers.shift()!(null);
  await Promise.all(all);
  expect(told).toEqual(['write a', 'sync begins', 'first is durable', 'second is durable']);
});

test('a transaction that was rolled back needs no sync', async () => {
  const failing = log.transaction(() => {
    throw new Error('full');
  });
  expect(() => failing(() => undefined)).toThrow('full');
  await durable('nothing');
  expect(told).toEqual(['nothing is durable']);
});

test('after a sync that failed nothing more is written or told', async () => {
  write('a');
  const a = log.durable();
  const refused = expect(a).rejects.toThrow(StoreUnavailable);
  await rounds();
  answers.shift()!(new Error('EIO: i/o error'));
  await refused;
  await expect(a).rejects.toThrow(/Expected the disk to keep the write-ahead log .*EIO/);
  expect(() => write('b')).toThrow(StoreUnavailable);
  await expect(log.durable()).rejects.toThrow('EIO');
  expect(told).toEqual(['write a', 'sync begins']);
});

test('a database in memory has nothing to sync', async () => {
  const memory = new LogSync(undefined, DISK);
  memory.transaction((body) => body())(() => undefined);
  expect(memory.pending).toBe(false);
  await memory.durable();
  expect(told).toEqual([]);
});
