// ARNs as small numbers: state machines, versions, aliases, Map Runs, and the heads of execution ARNs.

import type { DatabaseSync } from 'node:sqlite';
import { query } from './statement.ts';

/** ARNs remembered; an installation rarely has more, but Map Runs keep coming. */
const REMEMBERED = 10_000;

export interface Arns {
  /** Number of the ARN, given now if it is new. Inside a transaction only. */
  intern(text: string): number;
  /** Number of the ARN, undefined when no row can have it. */
  find(text: string): number | undefined;
  text(id: number): string;
  /** Numbers of `arn` and of all that go on after it with a slash (the machines of a Map Run's children). */
  family(arn: string): number[];
  /** After a rollback. */
  forget(): void;
}

export function openArns(database: DatabaseSync): Arns {
  const insert = query<[number]>(database, 'insert into arn (text) values (?) returning id');
  const byText = query<[number]>(database, 'select id from arn where text = ?');
  const byId = query<[string]>(database, 'select text from arn where id = ?');
  const inRange = query<[number]>(database, 'select id from arn where text = ? or (text >= ? and text < ?)');
  const ids = new Map<string, number>();
  const texts = new Map<number, string>();

  function forget(): void {
    ids.clear();
    texts.clear();
  }

  function remember(id: number, text: string): void {
    if (ids.size >= REMEMBERED) forget();
    ids.set(text, id);
    texts.set(id, text);
  }

  function find(text: string): number | undefined {
    const known = ids.get(text);
    if (known !== undefined) return known;
    const row = byText.get(text);
    if (row === undefined) return undefined;
    remember(row[0], text);
    return row[0];
  }

  return {
    find,
    forget,
    intern(text) {
      const known = find(text);
      if (known !== undefined) return known;
      const [id] = insert.get(text)!;
      remember(id, text);
      return id;
    },
    text(id) {
      const known = texts.get(id);
      if (known !== undefined) return known;
      const row = byId.get(id);
      if (row === undefined) throw new Error(`Expected ARN number ${id} in the database, but it is missing`);
      remember(id, row[0]);
      return row[0];
    },
    family: (arn) => inRange.all(arn, `${arn}/`, `${arn}0`).map(([id]) => id),
  };
}
