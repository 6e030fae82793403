import {
  closeSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NO_LOCK } from '../../src/store/sqlite/lock.ts';
import { migrate } from '../../src/store/sqlite/migrations.ts';
import { openSqliteStore, SqliteStore } from '../../src/store/sqlite/open.ts';
import { type ExecutionRecord, type Store, StoreUnavailable } from '../../src/store/store.ts';
import { until } from '../support/until.ts';
import { checkJournal, checkShown, shownOf } from './checks.ts';
import { install } from './installation.ts';

const PASSES = {
  StartAt: 'A',
  States: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', End: true } },
};
const WAITS = {
  StartAt: 'Rest',
  States: {
    Rest: { Type: 'Wait', SecondsPath: '$.seconds', Next: 'Done' },
    Done: { Type: 'Pass', End: true },
  },
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'treadle-disk-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A store whose database the test holds in its hand. */
function openInHand(): { database: DatabaseSync; store: SqliteStore } {
  const database = new DatabaseSync(join(folder, 'treadle.db'));
  database.exec('pragma journal_mode = wal; pragma synchronous = full;');
  migrate(database);
  return { database, store: new SqliteStore(database, NO_LOCK) };
}

async function soundHistory(store: Store, record: ExecutionRecord): Promise<string[]> {
  const journal = await store.journal.read(record.key);
  const shown = journal.filter(({ id }) => id > 0).map(shownOf);
  return [...checkShown(shown, record.status), ...checkJournal(journal)];
}

/** The ways a disk refuses to write, each with its end. */
const REFUSALS = [
  {
    name: 'is full',
    begin: (database: DatabaseSync) => {
      const pages = Number(database.prepare('pragma page_count').get()!['page_count']);
      database.exec(`pragma max_page_count = ${pages + 2}`);
    },
    end: (database: DatabaseSync) => database.exec('pragma max_page_count = 1000000'),
    says: /database or disk is full/,
  },
  {
    name: 'cannot be written',
    begin: (database: DatabaseSync) => database.exec('pragma query_only = on'),
    end: (database: DatabaseSync) => database.exec('pragma query_only = off'),
    says: /readonly database/,
  },
];

describe.each(REFUSALS)('while the disk $name', ({ begin, end, says }) => {
  it('refuses what it cannot keep, answers what it has, and goes on once it can', async () => {
    const { database, store } = openInHand();
    const { engine, create, start, ended, errors } = install(store);
    const passes = await create('passes', PASSES);
    const waits = await create('waits', WAITS);
    await engine.recover();
    const sleeper = await start(waits, 'sleeper', '{"seconds":1}');

    begin(database);
    const kept: string[] = [];
    let refused: unknown;
    const large = JSON.stringify({ text: 'x'.repeat(20_000) });
    for (let i = 0; refused === undefined; i++) {
      if (i > 50) throw new Error('Expected a start to be refused');
      await start(passes, `run-${i}`, large).then(
        (arn) => kept.push(arn),
        (error: unknown) => {
          refused = error;
        },
      );
    }
    expect(refused).toBeInstanceOf(StoreUnavailable);
    expect(String(refused)).toMatch(says);
    expect(errors.some((line) => says.test(line))).toBe(true);
    // The time of the sleeper comes meanwhile; what is known can still be read.
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect((await store.executions.get(sleeper))?.name).toBe('sleeper');
    const name = `run-${kept.length}`;
    expect(
      await store.executions.get(`${passes.arn.replace('stateMachine', 'execution')}:${name}`),
    ).toBeUndefined();

    end(database);
    await until(
      'the end of the sleeper',
      async () => (await store.executions.get(sleeper))?.status === 'SUCCEEDED',
    );
    kept.push(await start(passes, name, large), sleeper);
    for (const arn of kept) {
      expect(await ended(arn)).toMatchObject({ status: 'SUCCEEDED' });
      expect(await soundHistory(store, (await store.executions.get(arn))!)).toEqual([]);
    }
    await engine.close(1_000);
    await store.close();
  });
});

describe('when a journal is damaged', () => {
  it.each(['busy', 'asleep'])('an execution that was %s rests and says so; the others go on', async (how) => {
    const { database, store } = openInHand();
    const first = install(store);
    const waits = await first.create('waits', WAITS);
    await first.engine.recover();
    const hurt = await first.start(waits, 'hurt', '{"seconds":1}');
    const well = await first.start(waits, 'well', '{"seconds":1}');
    await first.engine.close(0);

    const { key } = (await store.executions.get(hurt))!;
    database
      .prepare(
        "update journal set segment = cast(substr(segment, 1, 20) || 'garbage' as blob) where execution_key = ?",
      )
      .run(key);
    if (how === 'busy') database.prepare('update execution set busy = 1 where key = ?').run(key);

    const second = install(store);
    await second.engine.recover();
    expect(await second.ended(well)).toMatchObject({ status: 'SUCCEEDED' });
    expect((await store.executions.get(hurt))?.status).toBe('RUNNING');
    await expect(store.journal.read(key)).rejects.toThrow(/Expected journal segment \d+ of execution \d+/);
    expect(
      second.errors.filter((line) => line.includes('JournalDamaged') && line.includes(hurt)).length,
    ).toBeGreaterThan(0);
    await expect(second.engine.stop(hurt, undefined, undefined)).rejects.toThrow(/journal segment/);
    const later = await second.start(waits, 'later', '{"seconds":0}');
    expect(await second.ended(later)).toMatchObject({ status: 'SUCCEEDED' });
    await second.engine.close(0);
    await store.close();
  });
});

describe('when a page of the database file is overwritten', () => {
  const PAGE = 8_192;

  it('each history is read as it was or not at all, whichever page it is', async () => {
    const original = join(folder, 'original');
    const store = openSqliteStore({ folder: original });
    const { engine, create, start, ended } = install(store);
    const passes = await create('passes', PASSES);
    await engine.recover();
    const arns: string[] = [];
    for (let i = 0; i < 40; i++)
      arns.push(await start(passes, `run-${i}`, JSON.stringify({ i, text: 'y'.repeat(3_000) })));
    for (const arn of arns) await ended(arn);
    const truth = new Map<string, string>();
    for (const arn of arns) truth.set(arn, await historyOf(store, arn));
    await engine.close(1_000);
    await store.close();

    const file = join(original, 'treadle.db');
    const pages = statSync(file).size / PAGE;
    expect(pages).toBeGreaterThan(15);
    let damaged = 0;
    for (let page = 0; page < pages; page++) {
      const copy = join(folder, `copy-${page}`);
      mkdirSync(copy);
      copyFileSync(file, join(copy, 'treadle.db'));
      overwrite(join(copy, 'treadle.db'), page * PAGE);
      damaged += await expectTruthOrNothing(copy, truth);
      rmSync(copy, { recursive: true });
    }
    expect(damaged).toBeGreaterThan(10);
  });

  function overwrite(file: string, at: number): void {
    const descriptor = openSync(file, 'r+');
    const garbage = Buffer.alloc(PAGE);
    for (let i = 0; i < PAGE; i++) garbage[i] = (i * 31 + at) & 0xff;
    writeSync(descriptor, garbage, 0, PAGE, at);
    closeSync(descriptor);
  }

  /** @returns 1 when something was refused. */
  async function expectTruthOrNothing(copy: string, truth: Map<string, string>): Promise<number> {
    let store: Store;
    try {
      store = openSqliteStore({ folder: copy });
    } catch (error) {
      expect(error).toBeInstanceOf(StoreUnavailable);
      return 1;
    }
    let refused = 0;
    try {
      for (const [arn, events] of truth) {
        let found: string;
        try {
          found = await historyOf(store, arn);
        } catch {
          refused = 1;
          continue;
        }
        expect(found).toBe(events);
      }
    } finally {
      await store.close();
    }
    return refused;
  }

  async function historyOf(store: Store, arn: string): Promise<string> {
    const record = await store.executions.get(arn);
    if (record === undefined) throw new Error('The execution is not found');
    const events = await store.journal.read(record.key);
    return JSON.stringify([record.status, events], (_, value) => value?.text ?? value);
  }
});
