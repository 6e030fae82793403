// Versions of state machines.

import type { DatabaseSync } from 'node:sqlite';
import { qualifiedArn } from '../../base/arn.ts';
import type { Publication, StateMachineSettings, Version, VersionCatalog } from '../store.ts';
import { REVISION, type RevisionRow, revisionOf } from './revision.ts';
import { query, type Transaction } from './statement.ts';

type VersionRow = [
  arn: string,
  stateMachineArn: string,
  number: number,
  settings: string,
  description: string | null,
  createdAt: number,
  ...revision: RevisionRow,
];

const VERSION = `select v.arn, v.state_machine_arn, v.number, v.settings, v.description, v.created_at, ${REVISION}
  from version v join revision r on r.id = v.revision`;

export interface Versions extends VersionCatalog {
  /** `publish` within a transaction that the caller has begun. */
  publishCurrent(stateMachineArn: string, publication: Publication, now: number): Version | undefined;
}

export function openVersions(database: DatabaseSync, inTransaction: Transaction): Versions {
  const byArn = query<VersionRow>(database, `${VERSION} where v.arn = ?`);
  const byRevision = query<VersionRow>(database, `${VERSION} where v.revision = ?`);
  const current = query<[revision: number, settings: string]>(
    database,
    'select revision, settings from state_machine where arn = ?',
  );
  const nextNumber = query<[number]>(
    database,
    'update state_machine set last_version = last_version + 1 where arn = ? returning last_version',
  );
  const insert = database.prepare(
    `insert into version (arn, state_machine_arn, number, revision, settings, description, created_at)
     values (?, ?, ?, ?, ?, ?, ?)`,
  );
  const page = query<[arn: string, number: number, createdAt: number]>(
    database,
    `select arn, number, created_at from version
     where state_machine_arn = ? and number < ? order by number desc limit ?`,
  );
  const count = query<[number]>(database, 'select count(*) from version where state_machine_arn = ?');
  const remove = database.prepare('delete from version where arn = ?');

  function publishCurrent(machine: string, { description }: Publication, now: number): Version | undefined {
    const machineRow = current.get(machine);
    if (machineRow === undefined) return undefined;
    const [revision, settings] = machineRow;
    const existing = byRevision.get(revision);
    if (existing !== undefined) return versionOf(existing);
    const [number] = nextNumber.get(machine)!;
    const arn = qualifiedArn(machine, number);
    insert.run(arn, machine, number, revision, settings, description ?? null, now);
    return versionOf(byArn.get(arn)!);
  }

  return {
    publishCurrent,
    async publish(machine, publication, now) {
      return inTransaction(() => publishCurrent(machine, publication, now));
    },
    async get(arn) {
      const row = byArn.get(arn);
      return row && versionOf(row);
    },
    async ofRevision(revision) {
      const row = byRevision.get(revision);
      return row && versionOf(row);
    },
    async count(machine) {
      return count.get(machine)![0];
    },
    async list({ stateMachineArn, before, limit }) {
      const rows = page.all(stateMachineArn, before ?? Number.MAX_SAFE_INTEGER, limit);
      return rows.map(([arn, number, createdAt]) => ({ arn, number, createdAt }));
    },
    async remove(arn) {
      inTransaction(() => remove.run(arn));
    },
  };
}

function versionOf(row: VersionRow): Version {
  const [arn, stateMachineArn, number, settings, description, createdAt, ...revision] = row;
  return {
    arn,
    stateMachineArn,
    number,
    revision: revisionOf(revision),
    settings: JSON.parse(settings) as StateMachineSettings,
    description: description ?? undefined,
    createdAt,
  };
}
