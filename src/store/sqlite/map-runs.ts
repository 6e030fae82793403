// Map Runs: their records, the chunks of their children's inputs, and the ends of Express children, one row each.

import type { DatabaseSync } from 'node:sqlite';
import { chunkFromBytes, chunkToBytes } from '../chunk-bytes.ts';
import type { MapRunEnd, MapRunRecord, MapRunStatus, MapRunWrite } from '../map-runs.ts';
import { type ChildPage, type MapRuns, StaleWrite } from '../store.ts';
import type { Arns } from './arns.ts';
import { executionOf, executionQuery, STATUSES, statusCode } from './executions.ts';
import { lastEventOf, noEvents } from './journal.ts';
import { isDuplicate, type Query, query, type Transaction } from './statement.ts';

/** Numbers in the file; the partial index of `migrations.ts` knows that RUNNING is 0. */
const RUN_STATUSES: readonly MapRunStatus[] = ['RUNNING', 'SUCCEEDED', 'FAILED', 'ABORTED'];

type RunRow = [
  key: number,
  arn: number,
  executionKey: number,
  executionArn: string,
  stateName: string,
  machine: number,
  childType: 'STANDARD' | 'EXPRESS',
  startedAt: number,
  stoppedAt: number | null,
  status: number,
  settings: string,
  redriveCount: number,
  redrivenAt: number | null,
  reading: string,
  counts: string | null,
  outcome: string | null,
  sequence: number,
  results: string | null,
];
const RUN = `select key, arn, execution_key, execution_arn, state_name, machine, child_type, started_at, stopped_at, status,
  settings, redrive_count, redriven_at, reading, counts, outcome, sequence, results from map_run`;

type EndRow = [
  child: number,
  status: number,
  items: number,
  startedAt: number,
  stoppedAt: number,
  output: string | null,
  error: string | null,
  cause: string | null,
  redrive: number,
];
const END =
  'select child, status, items, started_at, stopped_at, output, error, cause, redrive from map_run_end';

/** Writes one Map Run's part of a batch, inside a transaction. @throws StaleWrite */
export type MapRunWriter = (write: MapRunWrite) => void;

export function openMapRunWriter(database: DatabaseSync, arns: Arns): MapRunWriter {
  const insert = database.prepare(
    `insert into map_run (key, arn, execution_key, execution_arn, state_name, machine, child_type, started_at, stopped_at,
     status, settings, redrive_count, redriven_at, reading, counts, outcome, sequence, results)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const advance = database.prepare('update map_run set sequence = ? where key = ? and sequence = ?');
  const update = database.prepare(
    `update map_run set stopped_at = ?, status = ?, settings = ?, redrive_count = ?, redriven_at = ?, reading = ?,
     counts = ?, outcome = ?, sequence = ? where key = ? and sequence = ?`,
  );
  const insertChunk = database.prepare(
    'insert into map_run_chunk (run, first, children, inputs) values (?, ?, ?, ?)',
  );
  // 1 is SUCCEEDED: what has succeeded never runs again.
  const insertEnd = database.prepare(
    `insert into map_run_end (run, child, status, items, started_at, stopped_at, output, error, cause, redrive)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     on conflict (run, child) do update set status = excluded.status, items = excluded.items,
       started_at = excluded.started_at, stopped_at = excluded.stopped_at, output = excluded.output,
       error = excluded.error, cause = excluded.cause, redrive = excluded.redrive
     where map_run_end.status <> 1 and map_run_end.redrive < excluded.redrive`,
  );

  function create(record: MapRunRecord): void {
    insert.run(
      record.key,
      arns.intern(record.arn),
      record.executionKey,
      record.executionArn,
      record.stateName,
      arns.intern(record.stateMachineArn),
      record.childType,
      record.startedAt,
      ...changingColumns(record),
      record.results ?? null,
    );
  }

  function change({ record, endsOnly }: MapRunWrite): void {
    const before = record.sequence - 1;
    const done = endsOnly
      ? advance.run(record.sequence, record.key, before)
      : update.run(...changingColumns(record), record.key, before);
    if (done.changes === 1) return;
    throw new StaleWrite(`Expected Map Run ${record.arn} at sequence ${before}, but it is not`);
  }

  return (write) => {
    const { key, arn } = write.record;
    try {
      if (write.created) create(write.record);
      else change(write);
      for (const chunk of write.chunks)
        insertChunk.run(key, chunk.first, chunk.inputs.length, chunkToBytes(chunk));
      for (const end of write.ends) {
        const done = insertEnd.run(
          key,
          end.child,
          statusCode(end.status),
          end.items,
          end.startedAt,
          end.stoppedAt,
          end.output ?? null,
          end.error?.toWellFormed() ?? null,
          end.cause?.toWellFormed() ?? null,
          end.redrive ?? 0,
        );
        if (done.changes !== 1)
          throw new StaleWrite(
            `Expected child ${end.child} of Map Run ${arn} to have no end yet, but it has`,
          );
      }
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      throw new StaleWrite(
        `Expected the key, chunks and ends of Map Run ${arn} to be new, but one of them is there`,
        {
          cause: error,
        },
      );
    }
  };
}

export function openMapRuns(database: DatabaseSync, arns: Arns, inTransaction: Transaction): MapRuns {
  const byArn = query<RunRow>(database, `${RUN} where arn = ?`);
  const listed = query<RunRow>(
    database,
    `${RUN} where execution_key = ? and (started_at < ? or (started_at = ? and key < ?))
     order by started_at desc, key desc limit ?`,
  );
  const open = query<RunRow>(database, `${RUN} where status = 0 and key > ? order by key limit ?`);
  const chunkOf = query<[first: number, children: number, inputs: Uint8Array]>(
    database,
    'select first, children, inputs from map_run_chunk where run = ? and first <= ? order by first desc limit 1',
  );
  const childPages = pagesOf('map_index', (tail) =>
    executionQuery(database, `where map_run = ? and ${tail}`),
  );
  const childRange = executionQuery(
    database,
    'where map_run = ? and map_index >= ? and map_index < ? order by map_index',
  );
  const lastSegments = query<[key: number, id: number, lastId: number, segment: Uint8Array]>(
    database,
    `select key, journal.id, last_id, segment from execution join journal on journal.id =
       (select min(id) from journal where execution_key = key and last_id =
         (select max(last_id) from journal where execution_key = key))
     where map_run = ? and map_index >= ? and map_index < ?`,
  );
  const endPages = pagesOf('child', (tail) => query<EndRow>(database, `${END} where run = ? and ${tail}`));
  const counted = query<[status: number, executions: number, items: number]>(
    database,
    `select status, count(*), sum(coalesce(map_items, 1)) from execution where map_run = ? group by status`,
  );
  const removed = query<[number]>(database, 'select key from map_run where removed = 1 limit 1');
  const removeEnds = database.prepare(
    'delete from map_run_end where run = ?1 and child in (select child from map_run_end where run = ?1 limit ?2)',
  );
  const removeChunks = database.prepare(
    'delete from map_run_chunk where run = ?1 and first in (select first from map_run_chunk where run = ?1 limit ?2)',
  );
  const removeRun = database.prepare('delete from map_run where key = ?');

  return {
    async get(arn) {
      const id = arns.find(arn);
      const row = id === undefined ? undefined : byArn.get(id);
      return row && runOf(row, arns);
    },
    async list({ executionKey, after, limit }) {
      const at = after?.startedAt ?? Number.MAX_SAFE_INTEGER;
      const key = after?.key ?? Number.MAX_SAFE_INTEGER;
      return listed.all(executionKey, at, at, key, limit).map((row) => runOf(row, arns));
    },
    async open(after, limit) {
      return open.all(after, limit).map((row) => runOf(row, arns));
    },
    async chunk(key, child) {
      const row = chunkOf.get(key, child);
      if (row === undefined || child >= row[0] + row[1]) return undefined;
      return chunkFromBytes(row[2], row[0], key);
    },
    async children(key, page) {
      return childPages(key, page).map((row) => executionOf(row, arns));
    },
    async childrenWithLastEvents(key, { from, to }) {
      const last = new Map(
        lastSegments
          .all(key, from, to)
          .map(([child, id, lastId, segment]) => [child, lastEventOf(child, id, lastId, segment)]),
      );
      return childRange.all(key, from, to).map((row) => {
        const record = executionOf(row, arns);
        return { record, last: last.get(record.key) ?? noEvents(record.key) };
      });
    },
    async ends(key, page) {
      return endPages(key, page).map(endOf);
    },
    async countChildren(key) {
      return new Map(
        counted.all(key).map(([status, executions, items]) => [STATUSES[status]!, { executions, items }]),
      );
    },
    async removeSome(limit) {
      return inTransaction(() => {
        const run = removed.get();
        if (run === undefined) return false;
        const rows = removeEnds.run(run[0], limit).changes;
        // A chunk is as long as a thousand ends.
        const chunks = removeChunks.run(run[0], Math.ceil(limit / 1_000)).changes;
        if (rows === 0 && chunks === 0) removeRun.run(run[0]);
        return true;
      });
    },
  };
}

/**
 * Pages of a run's children in the order of `number`. `status <> 1` lets the index of those that did not succeed be used:
 * most do, and a page of the others must not read past all of them.
 */
function pagesOf<Row>(
  number: string,
  prepare: (tail: string) => Query<Row>,
): (key: number, page: ChildPage) => Row[] {
  const forms = (operator: '>=' | '<=', order: 'asc' | 'desc') => ({
    all: prepare(`${number} ${operator} ? order by ${number} ${order} limit ?`),
    succeeded: prepare(`status = 1 and ${number} ${operator} ? order by ${number} ${order} limit ?`),
    others: prepare(
      `status = ? and status <> 1 and ${number} ${operator} ? order by ${number} ${order} limit ?`,
    ),
  });
  const up = forms('>=', 'asc');
  const down = forms('<=', 'desc');
  return (key, { status, from, limit, reverse }) => {
    const form = reverse ? down : up;
    if (status === undefined) return form.all.all(key, from, limit);
    if (status === 'SUCCEEDED') return form.succeeded.all(key, from, limit);
    return form.others.all(key, statusCode(status), from, limit);
  };
}

function runOf(row: RunRow, arns: Arns): MapRunRecord {
  return {
    key: row[0],
    arn: arns.text(row[1]),
    executionKey: row[2],
    executionArn: row[3],
    stateName: row[4],
    stateMachineArn: arns.text(row[5]),
    childType: row[6],
    startedAt: row[7],
    stoppedAt: row[8] ?? undefined,
    status: RUN_STATUSES[row[9]]!,
    settings: JSON.parse(row[10]) as MapRunRecord['settings'],
    redriveCount: row[11],
    redrivenAt: row[12] ?? undefined,
    reading: JSON.parse(row[13]) as MapRunRecord['reading'],
    counts: row[14] === null ? undefined : (JSON.parse(row[14]) as MapRunRecord['counts']),
    outcome: row[15] === null ? undefined : (JSON.parse(row[15]) as MapRunRecord['outcome']),
    sequence: row[16],
    results: row[17] ?? undefined,
  };
}

function endOf(row: EndRow): MapRunEnd {
  return {
    child: row[0],
    status: STATUSES[row[1]] as MapRunEnd['status'],
    items: row[2],
    startedAt: row[3],
    stoppedAt: row[4],
    output: row[5] ?? undefined,
    error: row[6] ?? undefined,
    cause: row[7] ?? undefined,
    ...(row[8] === 0 ? {} : { redrive: row[8] }),
  };
}

/** What may change of a record, in the order of the statements' columns. */
function changingColumns(record: MapRunRecord): (string | number | null)[] {
  return [
    record.stoppedAt ?? null,
    RUN_STATUSES.indexOf(record.status),
    JSON.stringify(record.settings),
    record.redriveCount,
    record.redrivenAt ?? null,
    JSON.stringify(record.reading),
    record.counts === undefined ? null : JSON.stringify(record.counts),
    record.outcome === undefined ? null : JSON.stringify(record.outcome),
    record.sequence,
  ];
}
