// Execution records: one row each, long ARNs as numbers. Also the rows of acknowledged Express executions.

import type { DatabaseSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { isVersionArn, splitLast } from '../../base/arn.ts';
import {
  DuplicateExecution,
  type ExecutionRecord,
  type ExecutionStatus,
  type Executions,
  type ExecutionWrite,
  StaleWrite,
} from '../store.ts';
import type { Arns } from './arns.ts';
import { isDuplicate, query, type Transaction } from './statement.ts';

/** Numbers in the file; the partial index of `migrations.ts` knows that SUCCEEDED is 1. */
export const STATUSES: readonly ExecutionStatus[] = [
  'RUNNING',
  'SUCCEEDED',
  'FAILED',
  'TIMED_OUT',
  'ABORTED',
  'PENDING_REDRIVE',
];
const STATUS_CODE = new Map(STATUSES.map((status, code) => [status, code]));
const RUNNING = 0;
const SUCCEEDED = 1;

const COLUMNS = `key, arn_head, arn_tail, name, machine, revision, status, started_at, stopped_at, wake_at, busy,
  sequence, redrive_count, redriven_at, trace_header, version_arn, alias_arn, map_run_arn, map_state, mock_case,
  map_run, map_index, map_items, map_run_redrive`;

export type ExecutionRow = [
  key: number,
  arnHead: number,
  arnTail: string,
  name: string | null,
  machine: number,
  revision: number,
  status: number,
  startedAt: number,
  stoppedAt: number | null,
  wakeAt: number | null,
  busy: number,
  sequence: number,
  redriveCount: number,
  redrivenAt: number | null,
  traceHeader: string | null,
  versionArn: number | null,
  aliasArn: number | null,
  mapRunArn: number | null,
  mapState: string | null,
  mockCase: string | null,
  mapRunKey: number | null,
  mapIndex: number | null,
  mapItems: number | null,
  mapRunRedrive: number | null,
];

/** A statement over whole execution rows; `tail` is what follows `from execution`. */
export function executionQuery(database: DatabaseSync, tail: string) {
  return query<ExecutionRow>(database, `select ${COLUMNS} from execution ${tail}`);
}

export function executionOf(row: ExecutionRow, arns: Arns): ExecutionRecord {
  const tail = row[2];
  return {
    key: row[0],
    arn: arns.text(row[1]) + tail,
    stateMachineArn: arns.text(row[4]),
    name: row[3] ?? tail,
    revision: row[5],
    status: STATUSES[row[6]]!,
    startedAt: row[7],
    stoppedAt: row[8] ?? undefined,
    wakeAt: row[9] ?? undefined,
    busy: row[10] === 1,
    sequence: row[11],
    redriveCount: row[12],
    redrivenAt: row[13] ?? undefined,
    traceHeader: row[14] ?? undefined,
    stateMachineVersionArn: arnOrUndefined(row[15], arns),
    stateMachineAliasArn: arnOrUndefined(row[16], arns),
    mapRunArn: arnOrUndefined(row[17], arns),
    mapState: row[18] ?? undefined,
    mockCase: row[19] ?? undefined,
    mapRunKey: row[20] ?? undefined,
    mapIndex: row[21] ?? undefined,
    mapItems: row[22] ?? undefined,
    mapRunRedrive: row[23] ?? undefined,
  };
}

function arnOrUndefined(id: number | null, arns: Arns): string | undefined {
  return id === null ? undefined : arns.text(id);
}

/**
 * Index entry of an ARN, 32 bits signed. Names are mostly random, so every new one touches another page of its index, and
 * those pages are most of what a commit writes: an index of hashes is a quarter of the size of one of names.
 */
function arnHash(arn: string): number {
  return crc32(arn) | 0;
}

const BY_ARN = 'where arn_hash = ? and arn_tail = ? and arn_head = ?';

export interface ExecutionWriter {
  /** Inserts or updates the record. @throws StaleWrite, DuplicateExecution. */
  write(write: ExecutionWrite): void;
}

/** The writing half; calls are made inside a transaction. */
export function openExecutionWriter(database: DatabaseSync, arns: Arns): ExecutionWriter {
  const insert = database.prepare(
    `insert into execution (${COLUMNS}, arn_hash)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const advance = database.prepare(
    `update execution set wake_at = ?, busy = ?, sequence = ?, revision = ?, redrive_count = ?, redriven_at = ?
     where key = ? and sequence = ? and status = ? and stopped_at is null`,
  );
  const update = database.prepare(
    `update execution set status = ?, stopped_at = ?, wake_at = ?, busy = ?, sequence = ?, revision = ?,
     redrive_count = ?, redriven_at = ?, map_run_redrive = ? where key = ? and sequence = ?`,
  );
  const sequenceOf = query<[number]>(database, 'select sequence from execution where key = ?');
  const keyOf = query<[number]>(database, `select key from execution ${BY_ARN}`);

  function create(record: ExecutionRecord): void {
    const [head, tail] = splitLast(record.arn);
    const headId = arns.intern(head);
    const hash = arnHash(record.arn);
    if (keyOf.get(hash, tail, headId) !== undefined) throw new DuplicateExecution(record.arn);
    try {
      insert.run(
        record.key,
        headId,
        tail,
        record.name === tail ? null : record.name,
        arns.intern(record.stateMachineArn),
        record.revision,
        statusCode(record.status),
        record.startedAt,
        record.stoppedAt ?? null,
        record.wakeAt ?? null,
        record.busy ? 1 : 0,
        record.sequence,
        record.redriveCount,
        record.redrivenAt ?? null,
        record.traceHeader ?? null,
        idOrNull(record.stateMachineVersionArn),
        idOrNull(record.stateMachineAliasArn),
        idOrNull(record.mapRunArn),
        record.mapState ?? null,
        record.mockCase ?? null,
        record.mapRunKey ?? null,
        record.mapIndex ?? null,
        record.mapItems ?? null,
        record.mapRunRedrive ?? null,
        hash,
      );
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      throw new StaleWrite(
        `Expected execution key ${record.key} of ${record.arn}, and its number in a Map Run, to be new, but it is taken`,
      );
    }
  }

  function idOrNull(arn: string | undefined): number | null {
    return arn === undefined ? null : arns.intern(arn);
  }

  /** While an execution goes on, its status is not touched: that spares the index by status. */
  function changeRow(record: ExecutionRecord, before: number): boolean {
    const { key, sequence, revision, redriveCount } = record;
    const status = statusCode(record.status);
    const wakeAt = record.wakeAt ?? null;
    const redrivenAt = record.redrivenAt ?? null;
    const busy = record.busy ? 1 : 0;
    if (record.stoppedAt === undefined) {
      const done = advance.run(
        wakeAt,
        busy,
        sequence,
        revision,
        redriveCount,
        redrivenAt,
        key,
        before,
        status,
      );
      if (done.changes === 1) return true;
    }
    const stoppedAt = record.stoppedAt ?? null;
    const done = update.run(
      status,
      stoppedAt,
      wakeAt,
      busy,
      sequence,
      revision,
      redriveCount,
      redrivenAt,
      record.mapRunRedrive ?? null,
      key,
      before,
    );
    return done.changes === 1;
  }

  return {
    write({ record, created, events }) {
      const before = record.sequence - events.length;
      if (created) {
        if (before !== 0) throw stale(record, before, 'is new');
        create(record);
      } else if (!changeRow(record, before)) {
        const stored = sequenceOf.get(record.key);
        throw stale(record, before, stored === undefined ? 'does not exist' : `is at ${stored[0]}`);
      }
    },
  };
}

function stale(record: ExecutionRecord, before: number, but: string): StaleWrite {
  return new StaleWrite(
    `Expected execution ${record.arn} (key ${record.key}) at sequence ${before}, but it ${but}`,
  );
}

export function statusCode(status: ExecutionStatus): number {
  const code = STATUS_CODE.get(status);
  if (code === undefined) throw new Error(`Expected an execution status, but got ${status}`);
  return code;
}

/** Lists of the executions whose `column` has a value, each led by the index that has its order. */
function openLists(database: DatabaseSync, column: string, byStart: string, byStatus: string) {
  const page = '(started_at < ? or (started_at = ? and key < ?)) order by started_at desc, key desc limit ?';
  return {
    all: executionQuery(
      database,
      `indexed by ${byStart} where ${column} = ? and started_at <= ? and ${page}`,
    ),
    succeeded: executionQuery(
      database,
      `indexed by ${byStart} where ${column} = ? and started_at <= ? and status = ${SUCCEEDED} and ${page}`,
    ),
    ofStatus: executionQuery(
      database,
      `indexed by ${byStatus} where ${column} = ? and status = ? and status <> ${SUCCEEDED} and started_at <= ? and ${page}`,
    ),
  };
}

export function openExecutions(database: DatabaseSync, arns: Arns, inTransaction: Transaction): Executions {
  const byArn = executionQuery(database, BY_ARN);
  const byKey = executionQuery(database, 'where key = ?');
  const ofMachine = openLists(database, 'machine', 'execution_by_start', 'execution_by_status');
  const ofVersion = openLists(database, 'version_arn', 'execution_by_version', 'execution_by_version_status');
  const ofAlias = openLists(database, 'alias_arn', 'execution_by_alias', 'execution_by_alias_status');
  const running = query<[number]>(
    database,
    `select count(*) from execution indexed by execution_by_status
     where machine = ? and status = ${RUNNING} and status <> ${SUCCEEDED}`,
  );
  const closed = query<[number]>(
    database,
    `select key from execution where stopped_at < ? and status <> ${RUNNING} order by stopped_at limit ?`,
  );
  const removeJournal = database.prepare('delete from journal where execution_key = ?');
  const remove = database.prepare('delete from execution where key = ?');
  const leaveMapRuns = database.prepare('update map_run set removed = 1 where execution_key = ?');

  const removeWhole = (key: number): void => {
    removeJournal.run(key);
    leaveMapRuns.run(key);
    remove.run(key);
  };

  return {
    async get(arn) {
      const [head, tail] = splitLast(arn);
      const headId = arns.find(head);
      if (headId === undefined) return undefined;
      const row = byArn.get(arnHash(arn), tail, headId);
      return row && executionOf(row, arns);
    },
    async getByKey(key) {
      const row = byKey.get(key);
      return row && executionOf(row, arns);
    },
    async list({ stateMachineArn, qualifiedArn, status, after, limit }) {
      const owner = arns.find(qualifiedArn ?? stateMachineArn);
      if (owner === undefined) return [];
      const lists = qualifiedArn === undefined ? ofMachine : isVersionArn(qualifiedArn) ? ofVersion : ofAlias;
      const at = after?.startedAt ?? Number.MAX_SAFE_INTEGER;
      const key = after?.key ?? Number.MAX_SAFE_INTEGER;
      const rows =
        status === undefined
          ? lists.all.all(owner, at, at, at, key, limit)
          : status === 'SUCCEEDED'
            ? lists.succeeded.all(owner, at, at, at, key, limit)
            : lists.ofStatus.all(owner, statusCode(status), at, at, at, key, limit);
      return rows.map((row) => executionOf(row, arns));
    },
    async countRunning(stateMachineArn) {
      return arns.family(stateMachineArn).reduce((sum, machine) => sum + running.get(machine)![0], 0);
    },
    async removeClosed({ closedBefore, limit }) {
      return inTransaction(() => {
        const keys = closed.all(closedBefore, limit);
        for (const [key] of keys) removeWhole(key);
        return keys.length;
      });
    },
    async remove(key) {
      inTransaction(() => removeWhole(key));
    },
  };
}
