// The shape of the database, step by step. A step once published is never changed; a new one is appended.

import type { DatabaseSync } from 'node:sqlite';

/** "Trdl": says whose file it is. */
export const APPLICATION_ID = 0x5472646c;

interface Migration {
  readonly name: string;
  readonly sql: string;
}

// ARNs are long and repeat: rows hold numbers of the table `arn`. An execution's ARN is kept as the number of everything
// up to its last colon and the tail after it.
// The journal is a rowid table with an index, not clustered: appending to 1,000 open executions wrote a tenth of the bytes.
// (execution_key, last_id) and the rowid give the order of the segments, as ids only rise and rowids grow.
// Executions that succeeded are found by the index on the start; the others, fewer, have an index by status of their own,
// which an execution that succeeds within its first commit never touches.
const MIGRATIONS: readonly Migration[] = [
  {
    name: 'first tables',
    sql: `
      pragma application_id = ${APPLICATION_ID};
      create table schema_version (version integer primary key, name text not null, applied_at integer not null) strict;

      create table arn (id integer primary key, text text not null unique) strict;
      create table counter (name text primary key, value integer not null) strict, without rowid;
      insert into counter (name, value) values ('execution key', 1);
      create table secret (name text primary key, value text not null) strict, without rowid;

      create table state_machine (
        id integer primary key,
        arn text not null unique,
        name text not null unique,
        type text not null,
        status text not null,
        created_at integer not null,
        updated_at integer not null,
        revision integer not null,
        settings text not null
      ) strict;
      create table revision (
        id integer primary key autoincrement,
        state_machine_arn text not null,
        revision_id text,
        definition text not null,
        role_arn text not null,
        created_at integer not null
      ) strict;
      create index revision_by_machine on revision (state_machine_arn);

      create table execution (
        key integer primary key,
        arn_head integer not null,
        arn_tail text not null,
        arn_hash integer not null,
        name text,
        machine integer not null,
        revision integer not null,
        status integer not null,
        started_at integer not null,
        stopped_at integer,
        wake_at integer,
        busy integer not null,
        sequence integer not null,
        redrive_count integer not null,
        redriven_at integer,
        trace_header text,
        version_arn integer,
        alias_arn integer,
        map_run_arn integer,
        map_state text
      ) strict;
      create index execution_by_arn on execution (arn_hash);
      create index execution_by_start on execution (machine, started_at);
      create index execution_by_status on execution (machine, status, started_at) where status <> 1;
      create index execution_by_stop on execution (stopped_at) where stopped_at is not null;
      create index execution_by_wake on execution (wake_at) where wake_at is not null;
      create index execution_busy on execution (busy) where busy = 1;

      create table journal (
        id integer primary key,
        execution_key integer not null,
        last_id integer not null,
        sequence integer not null,
        segment blob not null
      ) strict;
      create index journal_by_execution on journal (execution_key, last_id);

      create table express_start (
        arn text primary key,
        state_machine_arn text not null,
        name text not null,
        revision integer not null,
        input text not null,
        started_at integer not null
      ) strict;
    `,
  },
  {
    name: 'activities',
    sql: `
      create table activity (
        id integer primary key,
        arn text not null unique,
        name text not null unique,
        created_at integer not null,
        settings text not null
      ) strict;
    `,
  },
  {
    name: 'mock cases',
    sql: `
      alter table execution add column mock_case text;
      alter table express_start add column mock_case text;
    `,
  },
  {
    // Status 0 is RUNNING.
    name: 'running children',
    sql: 'create index execution_children on execution (key) where map_run_arn is not null and status = 0;',
  },
  {
    // Status 0 is RUNNING, 1 SUCCEEDED. `removed`: the execution is gone, and the rest of the run goes piece by piece.
    name: 'map runs',
    sql: `
      create table map_run (
        key integer primary key,
        arn integer not null unique,
        execution_key integer not null,
        execution_arn text not null,
        state_name text not null,
        machine integer not null,
        child_type text not null,
        started_at integer not null,
        stopped_at integer,
        status integer not null,
        settings text not null,
        redrive_count integer not null,
        redriven_at integer,
        reading text not null,
        counts text,
        outcome text,
        sequence integer not null,
        removed integer not null default 0
      ) strict;
      create index map_run_by_execution on map_run (execution_key, started_at);
      create index map_run_open on map_run (key) where status = 0;
      create index map_run_removed on map_run (key) where removed = 1;

      create table map_run_chunk (
        run integer not null,
        first integer not null,
        children integer not null,
        inputs blob not null,
        primary key (run, first)
      ) strict;

      create table map_run_end (
        run integer not null,
        child integer not null,
        status integer not null,
        items integer not null,
        started_at integer not null,
        stopped_at integer not null,
        output text,
        error text,
        cause text,
        primary key (run, child)
      ) strict, without rowid;
      create index map_run_end_by_status on map_run_end (run, status, child) where status <> 1;

      alter table execution add column map_run integer;
      alter table execution add column map_index integer;
      alter table execution add column map_items integer;
      create unique index execution_by_map_run on execution (map_run, map_index) where map_run is not null;
      create index execution_by_map_status on execution (map_run, status, map_index)
        where map_run is not null and status <> 1;
    `,
  },
  {
    // `last_version` only rises: the number of a version that was removed is not given again.
    name: 'versions and aliases',
    sql: `
      alter table state_machine add column last_version integer not null default 0;

      create table version (
        arn text primary key,
        state_machine_arn text not null,
        number integer not null,
        revision integer not null,
        settings text not null,
        description text,
        created_at integer not null
      ) strict;
      create unique index version_by_machine on version (state_machine_arn, number);
      create unique index version_by_revision on version (revision);

      create table alias (
        id integer primary key,
        arn text not null unique,
        state_machine_arn text not null,
        name text not null,
        description text,
        routing text not null,
        created_at integer not null,
        updated_at integer not null
      ) strict;
      create index alias_by_machine on alias (state_machine_arn);

      create index execution_by_version on execution (version_arn, started_at) where version_arn is not null;
      create index execution_by_version_status on execution (version_arn, status, started_at)
        where version_arn is not null and status <> 1;
      create index execution_by_alias on execution (alias_arn, started_at) where alias_arn is not null;
      create index execution_by_alias_status on execution (alias_arn, status, started_at)
        where alias_arn is not null and status <> 1;
    `,
  },
  {
    name: 'redrives of map runs',
    sql: `
      alter table execution add column map_run_redrive integer;
      alter table map_run_end add column redrive integer not null default 0;
    `,
  },
  { name: 'results of map runs', sql: 'alter table map_run add column results text;' },
];

/** The version that `migrate` leads to. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/**
 * Brings the database to the newest shape, each step in a transaction of its own.
 * @throws Error when the database is of a newer version than this Treadle knows.
 */
export function migrate(database: DatabaseSync): void {
  const version = currentVersion(database);
  if (version > SCHEMA_VERSION) {
    throw new Error(
      `Expected a database of schema version ${SCHEMA_VERSION} or older, but it has version ${version}: use the newer Treadle that wrote it`,
    );
  }
  for (let next = version + 1; next <= SCHEMA_VERSION; next++) step(database, next);
}

function currentVersion(database: DatabaseSync): number {
  const table = database.prepare(`select 1 from sqlite_schema where name = 'schema_version'`).get();
  if (table === undefined) return 0;
  return Number(
    database.prepare('select max(version) as version from schema_version').get()!['version'] ?? 0,
  );
}

function step(database: DatabaseSync, version: number): void {
  const { name, sql } = MIGRATIONS[version - 1]!;
  database.exec('begin immediate');
  try {
    database.exec(sql);
    database
      .prepare('insert into schema_version (version, name, applied_at) values (?, ?, ?)')
      .run(version, name, Date.now());
    database.exec('commit');
  } catch (error) {
    if (database.isTransaction) database.exec('rollback');
    throw error;
  }
}
