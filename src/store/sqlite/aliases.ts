// Aliases of state machines.

import type { DatabaseSync } from 'node:sqlite';
import type { Alias, AliasCatalog, Route } from '../store.ts';
import { query, type Transaction } from './statement.ts';

type AliasRow = [
  arn: string,
  stateMachineArn: string,
  name: string,
  description: string | null,
  routing: string,
  createdAt: number,
  updatedAt: number,
];

const ALIAS = 'select arn, state_machine_arn, name, description, routing, created_at, updated_at from alias';

export function openAliases(database: DatabaseSync, inTransaction: Transaction): AliasCatalog {
  const byArn = query<AliasRow>(database, `${ALIAS} where arn = ?`);
  const ofMachine = query<AliasRow>(database, `${ALIAS} where state_machine_arn = ? order by id`);
  const insert = database.prepare(
    `insert into alias (arn, state_machine_arn, name, description, routing, created_at, updated_at)
     values (?, ?, ?, ?, ?, ?, ?)`,
  );
  const update = database.prepare(
    'update alias set description = ?, routing = ?, updated_at = ? where arn = ?',
  );
  const remove = database.prepare('delete from alias where arn = ?');

  function find(arn: string): Alias | undefined {
    const row = byArn.get(arn);
    return row && aliasOf(row);
  }

  return {
    async create(alias) {
      return inTransaction(() => {
        const existing = find(alias.arn);
        if (existing !== undefined) return { created: false, alias: existing };
        const { arn, stateMachineArn, name, description, routing, createdAt, updatedAt } = alias;
        const text = JSON.stringify(routing);
        insert.run(arn, stateMachineArn, name, description ?? null, text, createdAt, updatedAt);
        return { created: true, alias };
      });
    },
    async get(arn) {
      return find(arn);
    },
    async update(arn, { description, routing, updatedAt }) {
      return inTransaction(() => {
        update.run(description ?? null, JSON.stringify(routing), updatedAt, arn);
        return find(arn);
      });
    },
    async list(stateMachineArn) {
      return ofMachine.all(stateMachineArn).map(aliasOf);
    },
    async remove(arn) {
      inTransaction(() => remove.run(arn));
    },
  };
}

function aliasOf(row: AliasRow): Alias {
  const [arn, stateMachineArn, name, description, routing, createdAt, updatedAt] = row;
  return {
    arn,
    stateMachineArn,
    name,
    description: description ?? undefined,
    routing: JSON.parse(routing) as Route[],
    createdAt,
    updatedAt,
  };
}
