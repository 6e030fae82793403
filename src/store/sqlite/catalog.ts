// State machines and their revisions.

import type { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import type { Catalog, NewRevision, StateMachine, StateMachineSettings, StateMachineType } from '../store.ts';
import { openActivities } from './activities.ts';
import { openAliases } from './aliases.ts';
import type { Arns } from './arns.ts';
import { REVISION, type RevisionRow, revisionOf } from './revision.ts';
import { query, type Transaction } from './statement.ts';
import { openVersions } from './versions.ts';

type MachineRow = [
  arn: string,
  name: string,
  type: StateMachineType,
  status: StateMachine['status'],
  createdAt: number,
  updatedAt: number,
  settings: string,
  ...revision: RevisionRow,
];

/** Executions removed in one transaction: keeps other work from waiting longer than a few milliseconds. */
const REMOVED_AT_ONCE = 500;

const MACHINE = `select m.arn, m.name, m.type, m.status, m.created_at, m.updated_at, m.settings, ${REVISION}
  from state_machine m join revision r on r.id = m.revision`;

export function openCatalog(database: DatabaseSync, arns: Arns, inTransaction: Transaction): Catalog {
  const byArn = query<MachineRow>(database, `${MACHINE} where m.arn = ?`);
  const byName = query<MachineRow>(database, `${MACHINE} where m.name = ?`);
  const listed = query<MachineRow>(database, `${MACHINE} where m.name > ? order by m.name limit ?`);
  const deleting = query<MachineRow>(database, `${MACHINE} where m.status = 'DELETING' order by m.name`);
  const revisionById = query<RevisionRow>(database, `select ${REVISION} from revision r where r.id = ?`);
  const insertRevision = query<[number]>(
    database,
    `insert into revision (state_machine_arn, revision_id, definition, role_arn, created_at)
     values (?, ?, ?, ?, ?) returning id`,
  );
  const insertMachine = database.prepare(
    `insert into state_machine (arn, name, type, status, created_at, updated_at, revision, settings)
     values (?, ?, ?, 'ACTIVE', ?, ?, ?, ?)`,
  );
  const updateMachine = database.prepare(
    'update state_machine set updated_at = ?, settings = ?, revision = coalesce(?, revision) where arn = ?',
  );
  const markDeleting = database.prepare(`update state_machine set status = 'DELETING' where arn = ?`);
  const someKeys = query<[number]>(database, 'select key from execution where machine = ? limit ?');
  const removeJournal = database.prepare('delete from journal where execution_key = ?');
  const removeExecution = database.prepare('delete from execution where key = ?');
  const leaveMapRuns = database.prepare('update map_run set removed = 1 where execution_key = ?');
  const removeExpress = database.prepare('delete from express_start where state_machine_arn = ?');
  const removeRevisions = database.prepare('delete from revision where state_machine_arn = ?');
  const removeMachine = database.prepare('delete from state_machine where arn = ?');
  const removeVersions = database.prepare('delete from version where state_machine_arn = ?');
  const removeAliases = database.prepare('delete from alias where state_machine_arn = ?');
  const versions = openVersions(database, inTransaction);

  function addRevision(arn: string, revision: NewRevision, createdAt: number): number {
    const { revisionId, definition, roleArn } = revision;
    return insertRevision.get(arn, revisionId ?? null, definition, roleArn, createdAt)![0];
  }

  function machine(arn: string): StateMachine | undefined {
    const row = byArn.get(arn);
    return row && machineOf(row);
  }

  return {
    activities: openActivities(database, inTransaction),
    versions,
    aliases: openAliases(database, inTransaction),
    async create({ arn, name, type, createdAt, settings, revision, publish }) {
      return inTransaction(() => {
        const existing = byName.get(name);
        if (existing !== undefined)
          return { created: false, machine: machineOf(existing), version: undefined };
        const revisionNumber = addRevision(arn, revision, createdAt);
        insertMachine.run(arn, name, type, createdAt, createdAt, revisionNumber, JSON.stringify(settings));
        const version = publish && versions.publishCurrent(arn, publish, createdAt);
        return { created: true, machine: machine(arn)!, version };
      });
    },
    async get(arn) {
      return machine(arn);
    },
    async update(arn, { updatedAt, revision, settings, publish }) {
      return inTransaction(() => {
        if (byArn.get(arn) === undefined) return undefined;
        const added = revision === undefined ? null : addRevision(arn, revision, updatedAt);
        updateMachine.run(updatedAt, JSON.stringify(settings), added, arn);
        const version = publish && versions.publishCurrent(arn, publish, updatedAt);
        return { machine: machine(arn)!, version };
      });
    },
    async setDeleting(arn) {
      inTransaction(() => markDeleting.run(arn));
    },
    // Piece by piece with other work between; the machine goes last, so a process that dies here finds it DELETING.
    async remove(arn) {
      for (const id of arns.family(arn)) {
        for (;;) {
          const removed = inTransaction(() => {
            const keys = someKeys.all(id, REMOVED_AT_ONCE);
            for (const [key] of keys) {
              removeJournal.run(key);
              leaveMapRuns.run(key);
              removeExecution.run(key);
            }
            return keys.length;
          });
          if (removed < REMOVED_AT_ONCE) break;
          await setImmediate();
        }
      }
      inTransaction(() => {
        removeExpress.run(arn);
        removeAliases.run(arn);
        removeVersions.run(arn);
        removeMachine.run(arn);
        removeRevisions.run(arn);
      });
    },
    async list({ after, limit }) {
      return listed.all(after ?? '', limit).map(machineOf);
    },
    async revision(id) {
      const row = revisionById.get(id);
      return row && revisionOf(row);
    },
    async deleting() {
      return deleting.all().map(machineOf);
    },
  };
}

function machineOf(row: MachineRow): StateMachine {
  const [arn, name, type, status, createdAt, updatedAt, settings, ...revision] = row;
  return {
    arn,
    name,
    type,
    status,
    createdAt,
    updatedAt,
    revision: revisionOf(revision),
    settings: JSON.parse(settings) as StateMachineSettings,
  };
}
