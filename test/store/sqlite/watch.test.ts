import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NO_LOCK } from '../../../src/store/sqlite/lock.ts';
import { migrate } from '../../../src/store/sqlite/migrations.ts';
import { openSqliteStore, SqliteStore } from '../../../src/store/sqlite/open.ts';
import { spaceFault } from '../../../src/store/sqlite/watch.ts';
import { DuplicateExecution, StoreDamaged, StoreUnavailable } from '../../../src/store/store.ts';
import { batch, created, someEvents } from '../samples.ts';

let folder: string;
let data: string;
let open: SqliteStore[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'treadle-watch-'));
  data = join(folder, 'data');
  open = [];
});
afterEach(async () => {
  for (const store of open) await store.close();
  rmSync(folder, { recursive: true });
});

function openStore(): SqliteStore {
  const store = openSqliteStore({ folder: data });
  open.push(store);
  return store;
}

const commitOne = (store: SqliteStore) => store.commit(batch(created(store.nextKey(), someEvents(1, 3))));
/** The lock is not looked at with every commit. */
const lockLooks = () => new Promise((resolve) => setTimeout(resolve, 120));
const refusalOf = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

it('finds nothing wrong with a store that works, in a folder or in memory', async () => {
  const store = openStore();
  await commitOne(store);
  expect(await store.check()).toEqual([]);
  const memory = openSqliteStore({ folder: ':memory:' });
  expect(await memory.check()).toEqual([]);
  await memory.close();
});

describe('files that are not where they were opened', () => {
  it.each([
    { what: 'a removed folder', spoil: () => rmSync(data, { recursive: true }), file: 'treadle.db' },
    { what: 'a moved folder', spoil: () => renameSync(data, join(folder, 'away')), file: 'treadle.db' },
    { what: 'a removed log', spoil: () => rmSync(join(data, 'treadle.db-wal')), file: 'treadle.db-wal' },
    {
      what: 'another database in its place',
      spoil: () => {
        rmSync(join(data, 'treadle.db'));
        writeFileSync(join(data, 'treadle.db'), '');
      },
      file: 'treadle.db',
    },
  ])('nothing is acknowledged into $what', async ({ spoil, file }) => {
    const store = openStore();
    await commitOne(store);
    spoil();
    const refusal = await refusalOf(commitOne(store));
    expect(refusal).toBeInstanceOf(StoreUnavailable);
    expect((refusal as Error).message).toContain(
      `Expected ${join(data, file)} to be the file that was opened, but`,
    );
    expect(await store.check()).toEqual([{ check: 'files', message: (refusal as Error).message }]);
  });

  it('are not trusted again when they come back: what was written meanwhile is not known', async () => {
    const store = openStore();
    await commitOne(store);
    renameSync(data, join(folder, 'away'));
    expect(await store.check()).toMatchObject([{ check: 'files' }]);
    renameSync(join(folder, 'away'), data);
    expect(await refusalOf(commitOne(store))).toBeInstanceOf(StoreUnavailable);
    await store.close();
    await commitOne(openStore());
  });
});

describe('a disk that refuses', () => {
  it('is told until a write succeeds, without anybody else writing', async () => {
    const database = new DatabaseSync(join(folder, 'treadle.db'));
    migrate(database);
    const store = new SqliteStore(database, NO_LOCK);
    open.push(store);
    await commitOne(store);
    database.exec('pragma query_only = on');
    expect(await refusalOf(commitOne(store))).toBeInstanceOf(StoreUnavailable);
    expect(await store.check()).toMatchObject([
      { check: 'commit', message: expect.stringContaining('readonly') },
    ]);
    database.exec('pragma query_only = off');
    expect(await store.check()).toEqual([]);
  });

  it('is not what refuses a duplicate', async () => {
    const store = openStore();
    const one = created(store.nextKey(), someEvents(1, 3));
    await store.commit(batch(one));
    expect(await refusalOf(store.commit(batch(one)))).toBeInstanceOf(DuplicateExecution);
    expect(await store.check()).toEqual([]);
  });

  it('is told of before it is full', () => {
    const disk = { blocks: 1_000, bsize: 1024 * 1024 };
    expect(spaceFault('/data', { ...disk, bavail: 50 })).toBeUndefined();
    expect(spaceFault('/data', { ...disk, bavail: 49 })).toEqual({
      check: 'space',
      message: 'Expected 50.0 MiB free on the disk of /data, but it has 49.0 MiB: make room',
    });
    // Of a large disk, not a twentieth.
    expect(spaceFault('/data', { ...disk, blocks: 1_000_000, bavail: 256 })).toBeUndefined();
    expect(spaceFault('/data', { ...disk, blocks: 1_000_000, bavail: 255 })).toBeDefined();
  });
});

describe('a damaged page', () => {
  it('is named with its file and what to do, wherever it is met', async () => {
    await openSqliteStore({ folder: data }).close();
    const file = join(data, 'treadle.db');
    // What an empty store has stays whole, so that it opens.
    const whole = statSync(file).size;
    const first = openSqliteStore({ folder: data });
    const keys = Array.from({ length: 200 }, () => first.nextKey());
    await first.commit(batch(...keys.map((key) => created(key, someEvents(1, 20)))));
    await first.close();
    const descriptor = openSync(file, 'r+');
    for (let at = whole; at < statSync(file).size; at += 8_192)
      writeSync(descriptor, Buffer.alloc(8_192, 0x5a), 0, 8_192, at);
    closeSync(descriptor);

    const store = openStore();
    const refusals: unknown[] = [];
    for (const key of keys) refusals.push(await refusalOf(store.journal.read(key)));
    const damage = refusals.find((refusal) => refusal instanceof Error && refusal.name === 'StoreDamaged');
    expect(damage).toBeInstanceOf(StoreDamaged);
    expect((damage as Error).message).toMatch(
      /^Expected the database .*treadle\.db to be whole, but a part of it is damaged \(.*malformed\): stop Treadle, keep a copy of the folder, and restore the last backup$/,
    );
    expect(await store.check()).toContainEqual({ check: 'damage', message: expect.any(String) });
  });
});

describe('a lock that was removed under a running process', () => {
  it('does not let another process in, whether or not the first has noticed', async () => {
    const store = openStore();
    await commitOne(store);
    rmSync(join(data, 'lock'));
    expect(() => openSqliteStore({ folder: data })).toThrow(/to be free, but .* uses it/);
    await lockLooks();
    await commitOne(store);
    expect(existsSync(join(data, 'lock'))).toBe(true);
    expect(() => openSqliteStore({ folder: data })).toThrow(/to be free, but .* uses it/);
    expect(await store.check()).toEqual([]);
    await store.close();
    await commitOne(openStore());
  });

  it('stops the first process when another one has locked the folder', async () => {
    const store = openStore();
    await commitOne(store);
    rmSync(join(data, 'lock'));
    const other = new DatabaseSync(join(data, 'lock'));
    other.exec('begin exclusive');
    writeFileSync(join(data, 'lock.pid'), '1\n');
    await lockLooks();
    const refusal = await refusalOf(commitOne(store));
    expect(refusal).toBeInstanceOf(StoreUnavailable);
    expect((refusal as Error).message).toContain('its lock was removed and another process took it');
    expect(await store.check()).toMatchObject([{ check: 'lock' }]);
    await store.close();
    // The number of the other stays.
    expect(readFileSync(join(data, 'lock.pid'), 'utf8')).toBe('1\n');
    other.close();
  });

  it('is made anew beside a restored backup', async () => {
    const first = openSqliteStore({ folder: data });
    await commitOne(first);
    const restored = join(folder, 'restored');
    openSqliteStore({ folder: restored }).close();
    for (const name of ['treadle.db', 'lock']) rmSync(join(restored, name));
    await first.backup(join(restored, 'treadle.db'));
    await first.close();
    const store = openSqliteStore({ folder: restored });
    await commitOne(store);
    await store.close();
  });
});

describe('a link in the place of', () => {
  it('lock.pid is replaced, not followed', async () => {
    await openSqliteStore({ folder: data }).close();
    const victim = join(folder, 'victim');
    writeFileSync(victim, 'precious');
    symlinkSync(victim, join(data, 'lock.pid'));
    openStore();
    expect(readFileSync(victim, 'utf8')).toBe('precious');
    expect(readFileSync(join(data, 'lock.pid'), 'utf8')).toBe(`${process.pid}\n`);
  });

  it('lock is refused', async () => {
    await openSqliteStore({ folder: data }).close();
    rmSync(join(data, 'lock'));
    symlinkSync(join(folder, 'victim'), join(data, 'lock'));
    expect(() => openSqliteStore({ folder: data })).toThrow(/lock to be a file of Treadle's own/);
  });
});
