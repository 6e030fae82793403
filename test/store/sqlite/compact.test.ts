// The file shrinks when things are removed, in small steps; backups have no holes.

import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Payload } from '../../../src/base/payload.ts';
import { backupFolder } from '../../../src/store/sqlite/backup.ts';
import { openSqliteStore, type SqliteStore } from '../../../src/store/sqlite/open.ts';
import { batch, created, passHistory, someEvents } from '../samples.ts';

const PAGE_BYTES = 8_192;

let folder: string;
let data: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'treadle-compact-'));
  data = join(folder, 'data');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** About 40 MB of closed executions, and one that runs. @returns the key of the latter */
async function fill(store: SqliteStore): Promise<number> {
  const large = passHistory(Payload.ofText(JSON.stringify('x'.repeat(200_000))), 1);
  for (let i = 0; i < 200; i++)
    await store.commit(batch(created(store.nextKey(), large, { status: 'SUCCEEDED', stoppedAt: 5 })));
  const running = created(store.nextKey(), someEvents(1, 3));
  await store.commit(batch(running));
  return running.record.key;
}

async function empty(store: SqliteStore): Promise<void> {
  while ((await store.executions.removeClosed({ closedBefore: 6, limit: 200 })) > 0);
}

function pages(file: string, name: 'page_count' | 'freelist_count'): number {
  const database = new DatabaseSync(file, { readOnly: true });
  const found = Number(database.prepare(`pragma ${name}`).get()?.[name]);
  database.close();
  return found;
}

it('gives space back step by step, and keeps some for what comes next', async () => {
  const store = openSqliteStore({ folder: data });
  const key = await fill(store);
  expect(await store.work.compact()).toBe(false);
  await empty(store);
  let steps = 0;
  while (await store.work.compact()) steps++;
  expect(steps).toBeGreaterThan(1);
  expect(await store.journal.read(key)).toHaveLength(3);
  await store.close();
  const file = join(data, 'treadle.db');
  expect(pages(file, 'freelist_count')).toBe(2_048);
  expect(statSync(file).size).toBe(pages(file, 'page_count') * PAGE_BYTES);
});

it('copies no free pages into a backup', async () => {
  const store = openSqliteStore({ folder: data });
  const key = await fill(store);
  await empty(store);
  const copy = join(folder, 'copy.db');
  await backupFolder(data, copy);
  await store.close();
  expect(pages(copy, 'freelist_count')).toBe(0);
  expect(pages(copy, 'page_count')).toBeLessThan(pages(join(data, 'treadle.db'), 'page_count') / 10);
  expect(key).toBeGreaterThan(0);
});

it('writes a database anew that could not give space back', async () => {
  const store = openSqliteStore({ folder: data });
  const key = await fill(store);
  await store.close();
  const file = join(data, 'treadle.db');
  const old = new DatabaseSync(file);
  old.exec('pragma journal_mode = delete; pragma auto_vacuum = none; vacuum');
  expect(old.prepare('pragma auto_vacuum').get()).toEqual({ auto_vacuum: 0 });
  old.close();
  const again = openSqliteStore({ folder: data });
  expect(await again.journal.read(key)).toHaveLength(3);
  await empty(again);
  expect(await again.work.compact()).toBe(true);
  await again.close();
});
