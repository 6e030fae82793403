import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type BackupProgress, backupFolder } from '../../../src/store/sqlite/backup.ts';
import { openSqliteStore } from '../../../src/store/sqlite/open.ts';
import { StoreUnavailable } from '../../../src/store/store.ts';
import { batch, created, someEvents } from '../samples.ts';

let folder: string;
let copy: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'treadle-backup-'));
  copy = join(folder, 'copy', 'treadle.db');
});
afterEach(() => rmSync(folder, { recursive: true }));

const refusalOf = (made: Promise<void>): Promise<unknown> => made.catch((error: unknown) => error);

it('copies the folder of a store that is open, for its owner alone, and tells how far it is', async () => {
  const data = join(folder, 'data');
  const store = openSqliteStore({ folder: data });
  const one = created(store.nextKey(), someEvents(1, 5));
  await store.commit(batch(one));
  const restored = join(folder, 'restored');
  await openSqliteStore({ folder: restored }).close();
  rmSync(join(restored, 'treadle.db'));
  const steps: BackupProgress[] = [];
  await backupFolder(data, join(restored, 'treadle.db'), (step) => steps.push(step));
  await store.close();
  expect(statSync(join(restored, 'treadle.db')).mode & 0o777).toBe(0o600);
  for (const { totalPages, remainingPages } of steps) expect(remainingPages).toBeLessThanOrEqual(totalPages);
  const again = openSqliteStore({ folder: restored });
  expect(await again.executions.get(one.record.arn)).toEqual(one.record);
  expect(await again.journal.read(one.record.key)).toHaveLength(5);
  await again.close();
});

it('refuses a folder without a database', async () => {
  const refusal = await refusalOf(backupFolder(folder, copy));
  expect(refusal).toBeInstanceOf(StoreUnavailable);
  expect((refusal as Error).message).toBe(
    `Expected a Treadle database at ${join(folder, 'treadle.db')}, but there is none`,
  );
});

it("refuses another program's database", async () => {
  const database = new DatabaseSync(join(folder, 'treadle.db'));
  database.exec('create table theirs (id integer)');
  database.close();
  const refusal = await refusalOf(backupFolder(folder, join(folder, 'copy.db')));
  expect(refusal).toBeInstanceOf(StoreUnavailable);
  expect((refusal as Error).message).toContain("but it is another program's");
  expect(existsSync(join(folder, 'copy.db'))).toBe(false);
});

it('writes over no file', async () => {
  await openSqliteStore({ folder }).close();
  const there = join(folder, 'there.db');
  writeFileSync(there, 'precious');
  expect(await refusalOf(backupFolder(folder, there))).toMatchObject({
    message: `Expected ${there} to be a new file, but it exists`,
  });
  expect(statSync(there).size).toBe(8);
});
