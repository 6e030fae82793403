// The SQLite store: the contract on a file and in memory, and what only it promises (files, lock, crash, damage, backup).

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { JournalDamaged } from '../../src/store/segment-bytes.ts';
import { NO_LOCK } from '../../src/store/sqlite/lock.ts';
import { APPLICATION_ID, migrate, SCHEMA_VERSION } from '../../src/store/sqlite/migrations.ts';
import { openSqliteStore, SqliteStore } from '../../src/store/sqlite/open.ts';
import { DuplicateExecution, StoreUnavailable } from '../../src/store/store.ts';
import { describeStore } from './contract.ts';
import { appended, batch, created, record, someEvents } from './samples.ts';

describeStore({
  name: 'SQLite in a folder',
  capabilities: { restart: true },
  open: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'treadle-store-'));
    let store = openSqliteStore({ folder });
    return {
      store,
      reopen: async () => {
        await store.close();
        store = openSqliteStore({ folder });
        return store;
      },
      dispose: async () => {
        await store.close();
        rmSync(folder, { recursive: true });
      },
    };
  },
});

describeStore({
  name: 'SQLite in memory',
  capabilities: { restart: false },
  open: async () => {
    const store = openSqliteStore({ folder: ':memory:' });
    return {
      store,
      reopen: async () => {
        throw new Error('Expected a backend with the capability "restart"');
      },
      dispose: () => store.close(),
    };
  },
});

describe('a SQLite store on disk', () => {
  let folder: string;
  let data: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'treadle-store-'));
    data = join(folder, 'data');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const databaseFile = () => join(data, 'treadle.db');
  /** Runs SQL on the closed database. */
  function tamper(sql: string): void {
    const database = new DatabaseSync(databaseFile());
    database.exec(sql);
    database.close();
  }

  it('makes folder and files for their owner alone', async () => {
    const store = openSqliteStore({ folder: data });
    await store.commit(batch(created(store.nextKey(), someEvents(1, 1))));
    const modes = ['', 'treadle.db', 'treadle.db-wal', 'treadle.db-shm', 'lock', 'lock.pid'].map(
      (name) => statSync(join(data, name)).mode & 0o777,
    );
    expect(modes).toEqual([0o700, 0o600, 0o600, 0o600, 0o600, 0o600]);
    await store.close();
  });

  it('refuses a second opening by the same process, and allows it after closing', async () => {
    const first = openSqliteStore({ folder: data });
    expect(() => openSqliteStore({ folder: data })).toThrow(StoreUnavailable);
    expect(() => openSqliteStore({ folder: data })).toThrow(
      `${data} to be free, but this process (pid ${process.pid})`,
    );
    await first.close();
    await first.close();
    await openSqliteStore({ folder: data }).close();
  });

  it('refuses a second process, and is free again when the first is killed', async () => {
    const child = startWriter(data, 1);
    await firstLine(child);
    expect(() => openSqliteStore({ folder: data })).toThrow(
      `Expected the data folder ${data} to be free, but the process with pid ${child.pid} uses it`,
    );
    child.kill('SIGKILL');
    await once(child, 'exit');
    await openSqliteStore({ folder: data }).close();
  });

  it('refuses a second process also when the lock of the first was removed', async () => {
    const child = startWriter(data, 1);
    await firstLine(child);
    rmSync(join(data, 'lock'));
    expect(() => openSqliteStore({ folder: data })).toThrow(
      `Expected the data folder ${data} to be free, but the process with pid ${child.pid} uses it`,
    );
    child.kill('SIGKILL');
    await once(child, 'exit');
    await openSqliteStore({ folder: data }).close();
  });

  it('keeps whole transactions, and all that were acknowledged, when killed in the middle of commits', async () => {
    const child = startWriter(data, 20);
    let acknowledged = 0;
    let text = '';
    child.stdout.setEncoding('utf8');
    for await (const chunk of child.stdout) {
      text += chunk;
      acknowledged = text.split('\n').length - 1;
      if (acknowledged >= 30 && !child.killed) child.kill('SIGKILL');
    }
    const store = openSqliteStore({ folder: data });
    const page = {
      stateMachineArn: record(0).stateMachineArn,
      status: undefined,
      after: undefined,
      limit: 100_000,
    };
    const found = await store.executions.list(page);
    expect(found.length % 20).toBe(0);
    expect(found.length).toBeGreaterThanOrEqual(acknowledged * 20);
    for (const one of found) expect(await store.journal.read(one.key)).toHaveLength(one.sequence);
    expect(store.nextKey()).toBeGreaterThan(Math.max(...found.map((one) => one.key)));
    await store.close();
  });

  describe('when the write-ahead log', () => {
    /** As power loss leaves it. @returns how many executions are acknowledged. */
    async function killed(): Promise<number> {
      const child = startWriter(data, 2);
      let lines = 0;
      child.stdout.setEncoding('utf8');
      for await (const chunk of child.stdout) {
        lines += String(chunk).split('\n').length - 1;
        if (lines >= 40) child.kill('SIGKILL');
      }
      return lines * 2;
    }
    async function countAll(store: SqliteStore): Promise<number> {
      const page = { status: undefined, after: undefined, limit: 100_000 };
      return (await store.executions.list({ stateMachineArn: record(0).stateMachineArn, ...page })).length;
    }
    const log = () => join(data, 'treadle.db-wal');

    it.each([true, false])(
      'was damaged in its middle (its lock there: %s), says so and keeps a copy of it',
      async (locked) => {
        const acknowledged = await killed();
        const spoilt = readFileSync(log());
        spoilt[spoilt.length >> 1]! ^= 1;
        writeFileSync(log(), spoilt);
        if (!locked) rmSync(join(data, 'lock'));
        const store = openSqliteStore({ folder: data });
        expect(await countAll(store)).toBeLessThan(acknowledged);
        expect(store.warnings).toEqual([
          expect.stringMatching(
            /^Expected the write-ahead log .*treadle\.db-wal to be whole, but frame \d+ is damaged: at least \d+ transactions/,
          ),
        ]);
        expect(await store.check()).toEqual([{ check: 'damage', message: store.warnings[0] }]);
        const copy = join(data, readdirSync(data).find((name) => name.includes('damaged'))!);
        expect(readFileSync(copy).equals(spoilt)).toBe(true);
        expect(statSync(copy).mode & 0o777).toBe(0o600);
        expect(store.warnings[0]).toContain(copy);
        await store.close();
        const again = openSqliteStore({ folder: data });
        expect([again.warnings, await again.check()]).toEqual([[], []]);
        await again.close();
      },
    );

    it('has a torn end, goes on without a word: nobody had been told of that transaction', async () => {
      const acknowledged = await killed();
      truncateSync(log(), statSync(log()).size - 100);
      const store = openSqliteStore({ folder: data });
      expect(await countAll(store)).toBeGreaterThanOrEqual(acknowledged - 2);
      expect(store.warnings).toEqual([]);
      expect(await store.check()).toEqual([]);
      await store.close();
    });
  });

  it.each([
    {
      what: 'a flipped byte',
      sql: `update journal set segment = substr(segment, 1, 20) || x'00' || substr(segment, 22)`,
      says: 'its checksum is wrong',
    },
    {
      what: 'a cut segment',
      sql: `update journal set segment = substr(segment, 1, 3)`,
      says: 'it has 3 bytes',
    },
    {
      what: 'another format',
      sql: `update journal set segment = x'63' || substr(segment, 2)`,
      says: 'its format is 99',
    },
  ])('reports $what in a segment, naming it', async ({ sql, says }) => {
    const store = openSqliteStore({ folder: data });
    const one = created(store.nextKey(), someEvents(1, 3));
    await store.commit(batch(one));
    await store.close();
    tamper(sql.replace('set segment =', 'set segment = cast(').concat(' as blob)'));
    const again = openSqliteStore({ folder: data });
    const { key } = one.record;
    const reads = [
      again.journal.read(key),
      again.journal.page(key, { from: 1, limit: 9, reverse: false }),
      again.journal.page(key, { from: 9, limit: 9, reverse: true }),
      again.journal.ends(key),
    ];
    for (const read of reads) {
      const error = await read.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(JournalDamaged);
      expect((error as Error).message).toContain(`journal segment 1 of execution ${key}`);
      expect((error as Error).message).toContain(says);
    }
    await again.close();
  });

  it.each([
    { id: 1, reads: ['read', 'ends'] },
    { id: 2, reads: ['read', 'forward', 'backward'] },
    { id: 3, reads: ['read'] },
  ])('reports that segment $id is missing', async ({ id, reads }) => {
    const store = openSqliteStore({ folder: data });
    const first = created(store.nextKey(), someEvents(1, 2));
    const second = appended(first.record, someEvents(3, 2));
    const third = appended(second.record, someEvents(5, 2));
    for (const write of [first, second, third]) await store.commit(batch(write));
    await store.close();
    tamper(`delete from journal where id = ${id}`);
    const again = openSqliteStore({ folder: data });
    const { key } = first.record;
    const all: Record<string, () => Promise<unknown>> = {
      read: () => again.journal.read(key),
      ends: () => again.journal.ends(key),
      forward: () => again.journal.page(key, { from: 1, limit: 9, reverse: false }),
      backward: () => again.journal.page(key, { from: 9, limit: 9, reverse: true }),
    };
    for (const name of reads) await expect(all[name]!()).rejects.toThrow(JournalDamaged);
    await again.close();
  });

  it('refuses a database of a newer schema and leaves it as it is', async () => {
    await openSqliteStore({ folder: data }).close();
    tamper(`insert into schema_version values (${SCHEMA_VERSION + 1}, 'future', 0)`);
    for (let i = 0; i < 2; i++) {
      expect(() => openSqliteStore({ folder: data })).toThrow(StoreUnavailable);
      expect(() => openSqliteStore({ folder: data })).toThrow(
        `it has version ${SCHEMA_VERSION + 1}: use the newer Treadle`,
      );
    }
  });

  it("refuses another program's database", () => {
    mkdirSync(data);
    tamper('create table theirs (id integer)');
    expect(() => openSqliteStore({ folder: data })).toThrow(StoreUnavailable);
    expect(() => openSqliteStore({ folder: data })).toThrow('a SQLite database of another program');
  });

  it('refuses a file that is no database, naming it', () => {
    mkdirSync(data);
    writeFileSync(databaseFile(), 'this is certainly not a database, whatever else it may be '.repeat(200));
    expect(() => openSqliteStore({ folder: data })).toThrow(StoreUnavailable);
    expect(() => openSqliteStore({ folder: data })).toThrow(
      `Expected a Treadle database at ${databaseFile()}`,
    );
  });

  it('refuses a file where the folder should be', () => {
    writeFileSync(data, '');
    expect(() => openSqliteStore({ folder: data })).toThrow(`Expected ${data} to be a folder`);
    expect(() => openSqliteStore({ folder: join(data, 'deeper') })).toThrow(StoreUnavailable);
  });

  it('makes the folders above it', async () => {
    const deep = join(data, 'a', 'b');
    await openSqliteStore({ folder: deep }).close();
    expect(statSync(deep).mode & 0o777).toBe(0o700);
  });

  it.skipIf(process.platform !== 'linux')('refuses a place where no folder can be made', () => {
    expect(() => openSqliteStore({ folder: '/proc/treadle/data' })).toThrow(StoreUnavailable);
  });

  it.skipIf(process.getuid?.() === 0)('refuses a folder that it may not write', () => {
    mkdirSync(data);
    chmodSync(data, 0o500);
    expect(() => openSqliteStore({ folder: data })).toThrow(
      `Expected to read and write the data folder ${data}`,
    );
  });

  it('rolls back when the disk is full and goes on when there is room again', async () => {
    const store = openSqliteStore({ folder: data });
    await store.close();
    const database = new DatabaseSync(databaseFile());
    const narrow = new SqliteStore(database, NO_LOCK);
    const pages = Number(database.prepare('pragma page_count').get()!['page_count']);
    const big = someEvents(1, 2, JSON.stringify('x'.repeat(200_000)));
    const small = created(narrow.nextKey(), someEvents(1, 2));
    const large = created(narrow.nextKey(), big);
    database.exec(`pragma max_page_count = ${pages + 5}`);
    const error = await narrow.commit(batch(small, large)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StoreUnavailable);
    expect((error as Error).message).toContain('full');
    expect((error as Error).cause).toMatchObject({ errcode: 13 });
    expect(await narrow.executions.get(small.record.arn)).toBeUndefined();
    database.exec('pragma max_page_count = 1000000');
    await narrow.commit(batch(small, large));
    expect(await narrow.journal.read(large.record.key)).toHaveLength(2);
    await narrow.close();
  });

  it('keeps executions apart whose ARNs have the same hash', async () => {
    const store = openSqliteStore({ folder: ':memory:' });
    const twins = ['run-3t7-xdhior', 'run-gc6-hvglw6'].map((name) =>
      created(store.nextKey(), someEvents(1, 1), { name }),
    );
    expect(new Set(twins.map((one) => crc32(one.record.arn))).size).toBe(1);
    await store.commit(batch(...twins));
    for (const one of twins) expect(await store.executions.get(one.record.arn)).toEqual(one.record);
    const again = created(store.nextKey(), someEvents(1, 1), { name: 'run-gc6-hvglw6' });
    await expect(store.commit(batch(again))).rejects.toThrow(DuplicateExecution);
    await store.close();
  });

  it('writes a consistent backup while commits go on, and never over a file', async () => {
    const store = openSqliteStore({ folder: data });
    for (let i = 0; i < 20; i++) await store.commit(batch(created(store.nextKey(), someEvents(1, 5))));
    const restored = join(folder, 'restored');
    mkdirSync(restored);
    const copy = join(restored, 'treadle.db');
    const copying = store.backup(copy);
    for (let i = 0; i < 20; i++) await store.commit(batch(created(store.nextKey(), someEvents(1, 5))));
    await copying;
    expect(statSync(copy).mode & 0o777).toBe(0o600);
    await expect(store.backup(copy)).rejects.toThrow(`Expected ${copy} to be a new file`);
    await store.close();
    const again = openSqliteStore({ folder: restored });
    const page = {
      stateMachineArn: record(0).stateMachineArn,
      status: undefined,
      after: undefined,
      limit: 100,
    };
    const found = await again.executions.list(page);
    expect(found.length).toBeGreaterThanOrEqual(20);
    for (const one of found) expect(await again.journal.read(one.key)).toHaveLength(5);
    await again.close();
  });

  it('backs up a store in memory', async () => {
    const store = openSqliteStore({ folder: ':memory:' });
    await store.commit(batch(created(store.nextKey(), someEvents(1, 5))));
    mkdirSync(data);
    await store.backup(databaseFile());
    await store.close();
    const again = openSqliteStore({ folder: data });
    expect(await again.journal.read(1)).toHaveLength(5);
    await again.close();
  });

  it('removes a backup that could not be written', async () => {
    const store = openSqliteStore({ folder: data });
    await expect(store.backup(join(folder, 'missing', 'copy.db'))).rejects.toThrow('ENOENT');
    await store.close();
  });
});

describe('migrations', () => {
  it('number the schema and mark the file as ours, once', () => {
    const database = new DatabaseSync(':memory:');
    migrate(database);
    migrate(database);
    const versions = database.prepare('select version from schema_version order by version').all();
    expect(versions.map((row) => row['version'])).toEqual(
      Array.from({ length: SCHEMA_VERSION }, (_, i) => i + 1),
    );
    expect(database.prepare('pragma application_id').get()!['application_id']).toBe(APPLICATION_ID);
    database.close();
  });
});

/** A process that commits batches without end and prints a line for each once it is durable. */
function startWriter(folder: string, size: number) {
  const script = join(import.meta.dirname, 'writer.ts');
  return spawn(process.execPath, [script, folder, String(size)], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function firstLine(child: ReturnType<typeof startWriter>): Promise<void> {
  await once(child.stdout, 'data');
}
