// Activities: names that workers ask for tasks. The tasks themselves are in the journals of their executions.

import type { DatabaseSync } from 'node:sqlite';
import type { Activity, ActivityCatalog, ActivitySettings } from '../store.ts';
import { query, type Transaction } from './statement.ts';

type ActivityRow = [arn: string, name: string, createdAt: number, settings: string];

const ACTIVITY = 'select arn, name, created_at, settings from activity';

export function openActivities(database: DatabaseSync, inTransaction: Transaction): ActivityCatalog {
  const byArn = query<ActivityRow>(database, `${ACTIVITY} where arn = ?`);
  const byName = query<ActivityRow>(database, `${ACTIVITY} where name = ?`);
  const listed = query<ActivityRow>(database, `${ACTIVITY} where name > ? order by name limit ?`);
  const insert = database.prepare(
    'insert into activity (arn, name, created_at, settings) values (?, ?, ?, ?)',
  );
  const update = database.prepare('update activity set settings = ? where arn = ?');
  const remove = database.prepare('delete from activity where arn = ?');

  return {
    async create(activity) {
      const { arn, name, createdAt, settings } = activity;
      return inTransaction(() => {
        const existing = byName.get(name);
        if (existing !== undefined) return { created: false, activity: activityOf(existing) };
        insert.run(arn, name, createdAt, JSON.stringify(settings));
        return { created: true, activity };
      });
    },
    async get(arn) {
      const row = byArn.get(arn);
      return row && activityOf(row);
    },
    async update(arn, settings) {
      return inTransaction(() => {
        update.run(JSON.stringify(settings), arn);
        const row = byArn.get(arn);
        return row && activityOf(row);
      });
    },
    async remove(arn) {
      inTransaction(() => remove.run(arn));
    },
    async list({ after, limit }) {
      return listed.all(after ?? '', limit).map(activityOf);
    },
  };
}

function activityOf([arn, name, createdAt, settings]: ActivityRow): Activity {
  return { arn, name, createdAt, settings: JSON.parse(settings) as ActivitySettings };
}
