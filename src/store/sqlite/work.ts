// What the runtime must look at: due timers, executions that were busy, Express starts, secrets of the installation.

import type { DatabaseSync } from 'node:sqlite';
import { type Batch, DuplicateExecution, type Work } from '../store.ts';
import type { Arns } from './arns.ts';
import { executionOf, executionQuery } from './executions.ts';
import { isDuplicate, query, type Transaction } from './statement.ts';

type ExpressRow = [
  arn: string,
  stateMachineArn: string,
  name: string,
  revision: number,
  input: string,
  startedAt: number,
  mockCase: string | null,
];

/** Writes the Express part of a batch, inside a transaction. */
export type ExpressWriter = (batch: Pick<Batch, 'expressStarted' | 'expressEnded'>) => void;

export function openExpressWriter(database: DatabaseSync): ExpressWriter {
  const insert = database.prepare(
    `insert into express_start (arn, state_machine_arn, name, revision, input, started_at, mock_case)
     values (?, ?, ?, ?, ?, ?, ?)`,
  );
  const remove = database.prepare('delete from express_start where arn = ?');
  return ({ expressStarted, expressEnded }) => {
    for (const { arn, stateMachineArn, name, revision, input, startedAt, mockCase } of expressStarted) {
      try {
        insert.run(arn, stateMachineArn, name, revision, input, startedAt, mockCase ?? null);
      } catch (error) {
        throw isDuplicate(error) ? new DuplicateExecution(arn) : error;
      }
    }
    for (const arn of expressEnded) remove.run(arn);
  };
}

/** Pages given back at once: a few milliseconds. */
const STEP_PAGES = 256;
/** So much free space, 16 MiB, is kept for what comes next. */
const KEPT_PAGES = 2_048;

export function openWork(database: DatabaseSync, arns: Arns, inTransaction: Transaction): Work {
  const due = executionQuery(
    database,
    'where wake_at is not null and wake_at <= ? order by wake_at, key limit ?',
  );
  const nextWake = query<[number | null]>(
    database,
    'select min(wake_at) from execution where wake_at is not null',
  );
  const busy = executionQuery(database, 'where busy = 1 and key > ? order by key limit ?');
  const children = executionQuery(
    database,
    'indexed by execution_children where map_run_arn is not null and status = 0 and key > ? order by key limit ?',
  );
  const expressStarts = query<ExpressRow>(
    database,
    `select arn, state_machine_arn, name, revision, input, started_at, mock_case
     from express_start order by started_at, rowid`,
  );
  const freePages = query<[number]>(database, 'pragma freelist_count');
  const secretOf = query<[string]>(database, 'select value from secret where name = ?');
  const setSecret = database.prepare('insert or replace into secret (name, value) values (?, ?)');
  const insertSecret = database.prepare('insert into secret (name, value) values (?, ?)');

  return {
    async due(now, limit) {
      return due.all(now, limit).map((row) => executionOf(row, arns));
    },
    async nextWake() {
      return nextWake.get()?.[0] ?? undefined;
    },
    async busy(after, limit) {
      return busy.all(after, limit).map((row) => executionOf(row, arns));
    },
    async children(after, limit) {
      return children.all(after, limit).map((row) => executionOf(row, arns));
    },
    async expressStarts() {
      return expressStarts
        .all()
        .map(([arn, stateMachineArn, name, revision, input, startedAt, mockCase]) => ({
          arn,
          stateMachineArn,
          name,
          revision,
          input,
          startedAt,
          mockCase: mockCase ?? undefined,
        }));
    },
    async compact() {
      const free = (): number => Number(freePages.get()?.[0] ?? 0);
      const before = free();
      if (before <= KEPT_PAGES) return false;
      // `exec`, because a prepared statement would have to be stepped once for every page.
      inTransaction(() =>
        database.exec(`pragma incremental_vacuum(${Math.min(STEP_PAGES, before - KEPT_PAGES)})`),
      );
      const after = free();
      return after > KEPT_PAGES && after < before;
    },
    async secret(name, make) {
      const known = secretOf.get(name);
      if (known !== undefined) return known[0];
      const value = make();
      inTransaction(() => insertSecret.run(name, value));
      return value;
    },
    async note(name) {
      return secretOf.get(noteName(name))?.[0];
    },
    async setNote(name, text) {
      inTransaction(() => setSecret.run(noteName(name), text));
    },
  };
}

/** Notes lie beside the secrets of the installation. */
const noteName = (name: string): string => `note: ${name}`;
