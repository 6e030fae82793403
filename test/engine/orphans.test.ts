import { expect, it } from 'vitest';
import { openLog } from '../../src/base/log.ts';
import { Payload } from '../../src/base/payload.ts';
import { AWS_LIMITS } from '../../src/base/quotas.ts';
import { createEngine } from '../../src/engine/create.ts';
import { Overloaded, type StartRequest } from '../../src/engine/engine.ts';
import type { HistoryEvent } from '../../src/history/event.ts';
import { openSqliteStore, type SqliteStore } from '../../src/store/sqlite/open.ts';
import { ACCOUNT, ROLE } from '../api/test-api.ts';
import { until } from '../support/until.ts';

const engineOver = (store: SqliteStore) =>
  createEngine({
    store,
    account: ACCOUNT,
    limits: AWS_LIMITS,
    integrations: { find: () => undefined },
    tokenSecret: 'secret',
    log: openLog('silent'),
  });

async function machineIn(store: SqliteStore, definition: object): Promise<StartRequest['machine']> {
  const arn = `arn:aws:states:${ACCOUNT.region}:${ACCOUNT.account}:stateMachine:m`;
  const revision = { revisionId: undefined, definition: JSON.stringify(definition), roleArn: ROLE };
  const made = { arn, name: 'm', type: 'STANDARD', createdAt: 1, settings: {}, revision } as const;
  return (await store.catalog.create(made)).machine;
}

const sleeper = { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 3_600, End: true } } };

it('children of a Map Run whose parent ended while their process died are stopped at the next start', async () => {
  const store = openSqliteStore({ folder: ':memory:' });
  const machine = await machineIn(store, {
    StartAt: 'Each',
    States: {
      Each: {
        Type: 'Map',
        ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, ...sleeper },
        End: true,
      },
    },
  });
  const first = engineOver(store);
  await first.recover();
  const { executionArn } = await first.start({
    machine,
    name: 'parent',
    input: Payload.ofText('[1,2]'),
    traceHeader: undefined,
  });
  await until('two children', async () => (await store.work.children(0, 10)).length === 2);
  await first.close(0);

  // The parent's end is durable; the process died before it stopped the children.
  const record = (await store.executions.get(executionArn))!;
  const { last } = (await store.journal.ends(record.key))!;
  const aborted: HistoryEvent = { type: 'ExecutionAborted', frame: 0, id: last.id + 1, previous: 0, at: 2 };
  const ended = { ...record, status: 'ABORTED', stoppedAt: 2, wakeAt: undefined, busy: false } as const;
  await store.commit({
    executions: [{ record: { ...ended, sequence: record.sequence + 1 }, created: false, events: [aborted] }],
    expressStarted: [],
    expressEnded: [],
  });
  const children = await store.work.children(0, 10);

  const second = engineOver(store);
  await second.recover();
  for (const { arn } of children) expect((await second.waitForEnd(arn))?.status).toBe('ABORTED');
  expect(await store.work.children(0, 10)).toEqual([]);
  await second.close(0);
  await store.close();
});

it('starts are refused while too much input waits, also when they come at once', async () => {
  const store = openSqliteStore({ folder: ':memory:' });
  const machine = await machineIn(store, sleeper);
  const engine = engineOver(store);
  await engine.recover();
  const text = JSON.stringify('x'.repeat(200_000));
  const starts = Array.from({ length: 400 }, (_, i) =>
    engine.start({ machine, name: `n${i}`, input: Payload.ofText(text), traceHeader: undefined }).then(
      () => 'started',
      (error: unknown) => (error instanceof Overloaded ? 'refused' : error),
    ),
  );
  const answers = await Promise.all(starts);
  const started = answers.filter((answer) => answer === 'started').length;
  expect(answers.filter((answer) => answer !== 'started' && answer !== 'refused')).toEqual([]);
  expect(started).toBe(Math.floor((64 * 1024 * 1024) / text.length));
  const again = { machine, name: 'later', input: Payload.ofText(text), traceHeader: undefined };
  expect(await engine.start(again)).toMatchObject({
    executionArn: expect.stringContaining(':later') as string,
  });
  await engine.close(0);
  await store.close();
});
