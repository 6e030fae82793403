// `treadle stop|export|remove ARN`: one execution of a data folder that no server works on. Nothing is evaluated and no state is
// folded, so also an execution that no server can take up is reached.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { toWireEvent } from '../../api/wire/history-events.ts';
import { parseArn, splitResource } from '../../base/arn.ts';
import { forgetSetAside } from '../../engine/unclean-ends.ts';
import type { HistoryEvent } from '../../history/event.ts';
import { openSqliteStore, type SqliteStore } from '../../store/sqlite/open.ts';
import type { ExecutionRecord } from '../../store/store.ts';
import { configuration } from '../configuration.ts';
import { CliError, EXIT } from '../failure.ts';
import type { Output } from '../output.ts';

interface FolderOptions {
  readonly data?: string;
  readonly config?: string;
}

interface StopOptions extends FolderOptions {
  readonly error?: string;
  readonly cause?: string;
}

const PAGE = 100;

/** Ends it as ABORTED. Jobs of its tasks outside are left as they are. @throws CliError, StoreUnavailable */
export async function stop(arn: string, options: StopOptions, out: Output): Promise<void> {
  const { error, cause } = options;
  await withStore(arn, options, async (store) => {
    if (isExpress(arn)) {
      await expressStart(store, arn);
      await store.commit({ executions: [], expressStarted: [], expressEnded: [arn] });
    } else {
      const record = await recordOf(store, arn);
      if (record.status !== 'RUNNING') throw new CliError(`The execution is ${record.status} already`);
      const last = (await store.journal.ends(record.key))?.last;
      const at = Math.max(Date.now(), last?.at ?? 0);
      const aborted: HistoryEvent = {
        ...{ frame: 0, id: (last?.id ?? 0) + 1, at, previous: 0 },
        ...(error === undefined ? {} : { error }),
        ...(cause === undefined ? {} : { cause }),
        type: 'ExecutionAborted',
      };
      const closed = { status: 'ABORTED', stoppedAt: at, wakeAt: undefined, busy: false } as const;
      await store.commit({
        executions: [
          {
            record: { ...record, ...closed, sequence: record.sequence + 1 },
            created: false,
            events: [aborted],
          },
        ],
        expressStarted: [],
        expressEnded: [],
      });
    }
    await forgetSetAside(store.work, arn);
  });
  out.line(`${out.paint('green', '✓')} stopped ${arn}`);
}

/** Prints what is kept of it as JSON lines: the execution, then its events. @throws CliError, StoreUnavailable */
export async function exportExecution(arn: string, options: FolderOptions, out: Output): Promise<void> {
  await withStore(arn, options, async (store) => {
    if (isExpress(arn)) return out.line(JSON.stringify(await expressStart(store, arn)));
    const { key, revision, ...record } = await recordOf(store, arn);
    const { definition, roleArn } = (await store.catalog.revision(revision)) ?? {};
    out.line(JSON.stringify({ ...record, definition, roleArn }));
    for (let from = 1; ; ) {
      const events = await store.journal.page(key, { from, limit: PAGE, reverse: false });
      for (const event of events) out.line(JSON.stringify(toWireEvent(event, true)));
      const last = events.at(-1);
      if (last === undefined || events.length < PAGE) return;
      from = last.id + 1;
    }
  });
}

/** Removes it with its history, closed or not. @throws CliError, StoreUnavailable */
export async function remove(arn: string, options: FolderOptions, out: Output): Promise<void> {
  await withStore(arn, options, async (store) => {
    if (isExpress(arn)) {
      await expressStart(store, arn);
      await store.commit({ executions: [], expressStarted: [], expressEnded: [arn] });
    } else await store.executions.remove((await recordOf(store, arn)).key);
    await forgetSetAside(store.work, arn);
  });
  out.line(`${out.paint('green', '✓')} removed ${arn}`);
}

async function withStore(
  arn: string,
  options: FolderOptions,
  act: (store: SqliteStore) => Promise<void>,
): Promise<void> {
  const parsed = parseArn(arn);
  if (parsed === undefined || !['execution', 'express'].includes(splitResource(parsed.resource).type)) {
    throw new CliError(
      `${JSON.stringify(arn)} is not the ARN of an execution`,
      'it looks like arn:aws:states:us-east-1:123456789012:execution:NAME:EXECUTION',
      EXIT.invalid,
    );
  }
  const { data } = configuration({ config: options.config, options: { data: options.data } });
  if (data === ':memory:' || !existsSync(join(data, 'treadle.db')))
    throw new CliError(
      `Expected ${data} to be a data folder, but there is no treadle.db in it`,
      'name it with --data',
    );
  const store = openSqliteStore({ folder: data });
  try {
    await act(store);
  } finally {
    await store.close();
  }
}

const isExpress = (arn: string): boolean => splitResource(parseArn(arn)!.resource).type === 'express';

async function recordOf(store: SqliteStore, arn: string): Promise<ExecutionRecord> {
  const record = await store.executions.get(arn);
  if (record === undefined) throw new CliError(`There is no execution ${arn} in this folder`);
  return record;
}

async function expressStart(store: SqliteStore, arn: string): Promise<object> {
  const start = (await store.work.expressStarts()).find((each) => each.arn === arn);
  if (start === undefined)
    throw new CliError(`There is no unfinished Express execution ${arn} in this folder`);
  return start;
}
