import { copyFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findWalDamage } from '../../../src/store/sqlite/wal.ts';

const PAGE = 1_024;
const FRAME = 24 + PAGE;
const TRANSACTIONS = 12;
/** Of the last transaction: more than one frame. */
const LAST_FRAMES = 3;

let folder: string;
let database: DatabaseSync;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'treadle-wal-'));
  database = new DatabaseSync(join(folder, 'live.db'));
  database.exec(`
    pragma page_size = ${PAGE};
    pragma journal_mode = wal;
    pragma synchronous = full;
    pragma wal_autocheckpoint = 0;
    create table item (number integer primary key, text text not null);
  `);
});
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

/** Each transaction adds one row; some take one frame, most more. */
function write(from: number, to: number): void {
  const insert = database.prepare('insert into item values (?, ?)');
  for (let i = from; i <= to; i++) insert.run(i, 'x'.repeat(i % 3 === 0 ? 2_000 : 30));
}

/** What a crash at this moment leaves. */
function crashed(): { readonly file: string; readonly log: Buffer } {
  const file = join(folder, 'copy.db');
  copyFileSync(join(folder, 'live.db'), file);
  return { file, log: readFileSync(join(folder, 'live.db-wal')) };
}

/** Rows that SQLite takes up from this log. */
function rowsOf(file: string, log: Buffer): number {
  const opened = `${file}.opened`;
  rmSync(`${opened}-wal`, { force: true });
  rmSync(`${opened}-shm`, { force: true });
  copyFileSync(file, opened);
  writeFileSync(`${opened}-wal`, log);
  const reader = new DatabaseSync(opened);
  try {
    reader.exec('pragma synchronous = off');
    const tables = reader.prepare("select count(*) as n from sqlite_schema where name = 'item'").get()!['n'];
    return tables === 0 ? 0 : Number(reader.prepare('select count(*) as n from item').get()!['n']);
  } finally {
    reader.close();
  }
}

function damageOf(file: string, log: Buffer) {
  writeFileSync(`${file}-wal`, log);
  return findWalDamage(`${file}-wal`, PAGE);
}

function flipped(log: Buffer, at: number): Buffer {
  const other = Buffer.from(log);
  other[at] = other[at]! ^ 0xff;
  return other;
}

it('finds nothing in a log that is whole, missing, empty, or a header alone', () => {
  expect(findWalDamage(join(folder, 'nowhere-wal'), PAGE)).toBeUndefined();
  write(1, TRANSACTIONS);
  const { file, log } = crashed();
  expect(rowsOf(file, log)).toBe(TRANSACTIONS);
  for (const end of [0, 10, 32, log.length]) expect(damageOf(file, log.subarray(0, end))).toBeUndefined();
});

describe('a byte flipped anywhere', () => {
  it('is found whenever SQLite would take up less than all but the last transaction, and never when it takes up all', () => {
    write(1, TRANSACTIONS);
    const { file, log } = crashed();
    let found = 0;
    // Every part of every frame's header, some bytes of each page.
    const positions = new Set<number>();
    for (let at = 0; at < 32; at++) positions.add(at);
    for (let frame = 32; frame < log.length; frame += FRAME) {
      for (const at of [0, 3, 7, 8, 15, 16, 19, 20, 23, 24, 500, FRAME - 1]) positions.add(frame + at);
    }
    for (const at of positions) {
      const spoilt = flipped(log, at);
      const rows = rowsOf(file, spoilt);
      const damage = damageOf(file, spoilt);
      if (rows < TRANSACTIONS - 1) expect(damage, `byte ${at}`).toBeDefined();
      if (rows === TRANSACTIONS) expect(damage, `byte ${at}`).toBeUndefined();
      if (damage === undefined) continue;
      found++;
      expect(damage.frame).toBe(at < 32 ? 0 : Math.floor((at - 32) / FRAME) + 1);
      // How many are lost, but for the last, of which nobody knows.
      expect(damage.transactions).toBeGreaterThanOrEqual(TRANSACTIONS - rows - 1);
    }
    expect(found).toBeGreaterThan(100);
  });
});

describe('a torn end', () => {
  it('is what a power cut leaves: wherever it is cut off, nothing is found', () => {
    write(1, TRANSACTIONS);
    const { file, log } = crashed();
    for (let end = 0; end < log.length; end += 97)
      expect(damageOf(file, log.subarray(0, end)), `cut at ${end}`).toBeUndefined();
  });

  it('may lack any page of the last transaction, in any order', () => {
    write(1, TRANSACTIONS);
    const { file, log } = crashed();
    for (let back = 1; back <= LAST_FRAMES; back++) {
      for (const fill of [0, 0xa5]) {
        const torn = Buffer.from(log);
        torn.fill(fill, log.length - back * FRAME + 24, log.length - (back - 1) * FRAME);
        expect(rowsOf(file, torn)).toBe(TRANSACTIONS - 1);
        expect(damageOf(file, torn)).toBeUndefined();
      }
    }
  });

  it('does not alarm later, when the log has gone on over it', () => {
    write(1, TRANSACTIONS);
    const { file, log } = crashed();
    const torn = Buffer.from(log);
    torn.fill(0, log.length - LAST_FRAMES * FRAME + 24, log.length - (LAST_FRAMES - 1) * FRAME);
    writeFileSync(`${file}-wal`, torn);
    const next = new DatabaseSync(file);
    next.exec(`pragma wal_autocheckpoint = 0; insert into item values (1000, 'short')`);
    const after = readFileSync(`${file}-wal`);
    expect(after.length).toBe(log.length);
    next.close();
    copyFileSync(join(folder, 'live.db'), file);
    expect(rowsOf(file, after)).toBe(TRANSACTIONS);
    expect(damageOf(file, after)).toBeUndefined();
  });
});

it('does not take frames of an earlier round for the end of this one', () => {
  write(1, TRANSACTIONS);
  database.exec('pragma wal_checkpoint(restart)');
  write(TRANSACTIONS + 1, TRANSACTIONS + 3);
  const { file, log } = crashed();
  expect(rowsOf(file, log)).toBe(TRANSACTIONS + 3);
  expect(damageOf(file, log)).toBeUndefined();
  truncateSync(`${file}-wal`, log.length - 5 * FRAME);
  expect(findWalDamage(`${file}-wal`, PAGE)).toBeUndefined();
  expect(damageOf(file, flipped(log, 32 + 100))).toMatchObject({ frame: 1 });
});

it('goes through a long log quickly enough to be asked at every start', () => {
  for (let i = 0; i < 40; i++)
    database.prepare('insert into item values (?, ?)').run(100_000 + i, 'y'.repeat(100_000));
  const { file, log } = crashed();
  expect(log.length).toBeGreaterThan(4_000_000);
  expect(damageOf(file, log)).toBeUndefined();
  expect(damageOf(file, flipped(log, 2_000_000))).toMatchObject({ transactions: expect.any(Number) });
});
