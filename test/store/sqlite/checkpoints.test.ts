// The log is written back by a thread: it stays short, and nothing of it is lost.

import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Checkpoints, canTellLogLength } from '../../../src/store/sqlite/checkpoints.ts';

const PAGES = 200;
const PAGE_BYTES = 4_096;

let folder: string;
let file: string;
let database: DatabaseSync;
let checkpoints: Checkpoints;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'treadle-checkpoints-'));
  file = join(folder, 'a.db');
  database = new DatabaseSync(file);
  database.exec(
    'pragma journal_mode = wal; pragma synchronous = off; create table item (id integer primary key, text text)',
  );
  checkpoints = new Checkpoints(database, PAGES);
});
afterEach(async () => {
  await checkpoints.close();
  if (database.isOpen) database.close();
  rmSync(folder, { recursive: true, force: true });
});

async function commit(times: number): Promise<void> {
  const insert = database.prepare('insert into item (text) values (?)');
  for (let i = 0; i < times; i++) {
    await checkpoints.room();
    insert.run('x'.repeat(3_000));
    checkpoints.look();
    if (i % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}
const frames = (): number => statSync(`${file}-wal`).size / (PAGE_BYTES + 24);

test.runIf(canTellLogLength(new DatabaseSync(':memory:')))(
  'a log that is written back meanwhile stays short however much is written',
  async () => {
    await commit(2_000);
    await checkpoints.close();
    // It begins anew when all of it is in the database; while the thread is at work it may grow, but not for ever.
    expect(frames()).toBeLessThan(PAGES * 10);
    const copy = new DatabaseSync(file, { readOnly: true });
    expect(copy.prepare('select count(*) as n from item').get()!['n']).toBe(2_000);
    copy.close();
  },
);

test('nothing is written back while the log is short', async () => {
  await commit(50);
  expect(statSync(file).size).toBeLessThan(10 * PAGE_BYTES);
});

test('without its thread SQLite writes back by itself', async () => {
  // Another file of that name, which is no database.
  const other = new Checkpoints(
    new Proxy(database, {
      get: (of, name) =>
        name === 'location' ? () => folder : (Reflect.get(of, name) as () => void).bind(of),
    }),
    1,
  );
  await commit(1);
  other.look();
  await other.room();
  await other.close();
  expect(database.prepare('pragma wal_autocheckpoint').get()!['wal_autocheckpoint']).toBe(1);
});

test('closing waits for what the thread does', async () => {
  await commit(PAGES + 100);
  await checkpoints.close();
  database.close();
  const after = new DatabaseSync(file);
  expect(after.prepare('select count(*) as n from item').get()!['n']).toBe(PAGES + 100);
  after.close();
});
