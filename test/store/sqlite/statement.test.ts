import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isDuplicate, query, sqliteCode, transactions } from '../../../src/store/sqlite/statement.ts';
import { StoreUnavailable } from '../../../src/store/store.ts';

let database: DatabaseSync;
beforeEach(() => {
  database = new DatabaseSync(':memory:');
  database.exec('create table item (id integer primary key, name text unique, number integer not null)');
});
afterEach(() => database.close());

const count = () => query<[number]>(database, 'select count(*) from item').get()![0];
const insert = (id: number, name: string) =>
  database.prepare('insert into item values (?, ?, 1)').run(id, name);

it('a query gives rows as tuples: one, all, or one by one', () => {
  insert(1, 'a');
  insert(2, 'b');
  const items = query<[number, string]>(database, 'select id, name from item where id >= ? order by id');
  expect(items.get(2)).toEqual([2, 'b']);
  expect(items.get(3)).toBeUndefined();
  expect(items.all(1)).toEqual([
    [1, 'a'],
    [2, 'b'],
  ]);
  for (const [id] of items.iterate(1)) {
    expect(id).toBe(1);
    break;
  }
  expect([...items.iterate(2)]).toEqual([[2, 'b']]);
});

describe('a transaction', () => {
  let rollbacks: number;
  let transaction: ReturnType<typeof transactions>;
  beforeEach(() => {
    rollbacks = 0;
    transaction = transactions(database, () => rollbacks++);
  });

  it('keeps what its body did and gives its result', () => {
    expect(transaction(() => insert(1, 'a').changes)).toBe(1);
    expect([count(), rollbacks, database.isTransaction]).toEqual([1, 0, false]);
  });

  it('keeps nothing of a body that throws, throws its error on, and can be used again', () => {
    const error = new Error('not this way');
    expect(() =>
      transaction(() => {
        insert(1, 'a');
        throw error;
      }),
    ).toThrow(error);
    expect([count(), rollbacks, database.isTransaction]).toEqual([0, 1, false]);
    transaction(() => insert(1, 'a'));
    expect(count()).toBe(1);
  });

  it("says that the store is unavailable, with SQLite's error, when SQLite refuses", () => {
    database.exec('pragma query_only = on');
    const refusal = (() => {
      try {
        return transaction(() => insert(1, 'a'));
      } catch (error) {
        return error;
      }
    })();
    expect(refusal).toBeInstanceOf(StoreUnavailable);
    expect((refusal as Error).message).toMatch(
      /^Expected the database to keep a transaction, but it refused: .*readonly/,
    );
    expect(sqliteCode((refusal as Error).cause)).toBe(8);
    expect([rollbacks, database.isTransaction]).toEqual([1, false]);
  });
});

describe('a duplicate', () => {
  const errorOf = (act: () => unknown): unknown => {
    try {
      return act();
    } catch (error) {
      return error;
    }
  };

  it('is a second row with the same key or unique value', () => {
    insert(1, 'a');
    expect(isDuplicate(errorOf(() => insert(1, 'b')))).toBe(true);
    expect(isDuplicate(errorOf(() => insert(2, 'a')))).toBe(true);
  });

  it('is no other error', () => {
    const missing = errorOf(() => database.exec('insert into item (id) values (3)'));
    expect(sqliteCode(missing)).toBeGreaterThan(0);
    expect(isDuplicate(missing)).toBe(false);
    expect(isDuplicate(new Error('other'))).toBe(false);
    expect(sqliteCode(Object.assign(new Error('other'), { errcode: 'EIO' }))).toBeUndefined();
    expect(sqliteCode('text')).toBeUndefined();
  });
});
