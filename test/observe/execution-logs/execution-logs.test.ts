// Execution logs from the API to CloudWatch Logs: levels and data, every kind of execution, changes of the configuration,
// and what a CloudWatch Logs that is away does to executions: nothing. Source: recordings (kinds `logs`, `express-async`).

import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CloudWatchLogs, openCloudWatchLogs } from '../../support/cloudwatch-logs.ts';
import { openTestServer, type TestServer } from '../../support/server.ts';
import { until } from '../../support/until.ts';

let logs: CloudWatchLogs;
let t: TestServer;
let groups = 0;

beforeAll(async () => {
  logs = await openCloudWatchLogs();
  t = await openTestServer({}, { TREADLE_ENDPOINTS_LOGS: logs.url });
});
afterAll(async () => {
  await t.dispose();
  await logs.close();
});

const PASS = { S: { Type: 'Pass', Result: { done: true }, End: true } };
const FAIL = { P: { Type: 'Pass', Next: 'F' }, F: { Type: 'Fail', Error: 'E', Cause: 'C' } };

function newGroup(): string {
  const group = `/aws/vendedlogs/states/g${groups++}`;
  logs.createGroup(group);
  return group;
}

const configured = (group: string, level: string, includeExecutionData: boolean) => ({
  loggingConfiguration: {
    level,
    includeExecutionData,
    destinations: [
      { cloudWatchLogsLogGroup: { logGroupArn: `arn:aws:logs:us-east-1:123456789012:log-group:${group}:*` } },
    ],
  },
});

async function run(stateMachineArn: string, input = '{"in":1}'): Promise<string> {
  const { executionArn } = await t.call('StartExecution', { stateMachineArn, input });
  await t.ended(executionArn);
  return executionArn;
}

/** Waits for so many records of the execution. */
async function recordsOf(
  group: string,
  executionArn: string,
  count: number,
): Promise<Record<string, unknown>[]> {
  await until(`${count} records of ${executionArn}`, () => logs.records(group, executionArn).length >= count);
  return logs.records(group, executionArn);
}

const types = (records: readonly Record<string, unknown>[]): unknown[] => records.map(({ type }) => type);

test('an execution logs its history event by event, in order', async () => {
  const group = newGroup();
  const arn = await run(await t.machine('whole', PASS, configured(group, 'ALL', true)));
  const { events } = await t.call('GetExecutionHistory', { executionArn: arn });
  expect(await recordsOf(group, arn, 4)).toEqual(
    events.map(({ id, previousEventId, type, timestamp, ...details }) => ({
      id: `${id}`,
      type,
      details: Object.values(details)[0] ?? {},
      previous_event_id: `${previousEventId}`,
      event_timestamp: `${Math.round(timestamp * 1000)}`,
      execution_arn: arn,
      redrive_count: '0',
    })),
  );
  expect(logs.events(group).map(({ timestamp }) => timestamp)).toEqual(
    events.map(({ timestamp }) => Math.round(timestamp * 1000)),
  );
});

test('a version logs as it was configured when it was published', async () => {
  const [first, later] = [newGroup(), newGroup()];
  const arn = await t.machine('published', PASS, { ...configured(first, 'ALL', false), publish: true });
  await t.call('UpdateStateMachine', { stateMachineArn: arn, ...configured(later, 'ALL', false) });
  const executionArn = await run(`${arn}:1`);
  expect(await recordsOf(first, executionArn, 4)).toHaveLength(4);
  expect(logs.records(later, executionArn)).toEqual([]);
});

const ALL = [
  'ExecutionStarted',
  'PassStateEntered',
  'PassStateExited',
  'FailStateEntered',
  'ExecutionFailed',
];
test.each([
  ['ALL', ALL],
  ['ERROR', ['FailStateEntered', 'ExecutionFailed']],
  ['FATAL', ['ExecutionFailed']],
] as const)('level %s of an execution that fails, with data and without', async (level, expected) => {
  for (const includeData of [true, false]) {
    const group = newGroup();
    const arn = await run(
      await t.machine(`${level}-${includeData}`, FAIL, configured(group, level, includeData)),
    );
    const found = await recordsOf(group, arn, expected.length);
    expect(types(found)).toEqual(expected);
    const members = found.flatMap(({ details }) => Object.keys(details as object));
    expect(members.filter((name) => /^(input|output)/.test(name)).length > 0).toBe(
      includeData && level !== 'FATAL',
    );
    expect(found.at(-1)?.['details']).toEqual({ cause: 'C', error: 'E' });
  }
});

test('an execution that succeeds writes nothing at ERROR, FATAL and OFF', async () => {
  const quiet = newGroup();
  for (const level of ['ERROR', 'FATAL', 'OFF'])
    await run(await t.machine(`quiet-${level}`, PASS, configured(quiet, level, true)));
  // What another machine logs after them is there, so theirs would be too.
  const group = newGroup();
  const arn = await run(await t.machine('loud', PASS, configured(group, 'ALL', false)));
  const found = await recordsOf(group, arn, 4);
  expect(found.map(({ details }) => details)).toEqual([
    { roleArn: 'arn:aws:iam::123456789012:role/r' },
    { name: 'S' },
    { name: 'S' },
    {},
  ]);
  expect(logs.records(quiet)).toEqual([]);
});

test('Express executions log under their own ARN, started either way', async () => {
  const group = newGroup();
  const stateMachineArn = await t.machine('express', FAIL, {
    type: 'EXPRESS',
    ...configured(group, 'ALL', true),
  });
  const { executionArn } = await t.call('StartExecution', { stateMachineArn, input: '{}' });
  const sync = await t.call('StartSyncExecution', { stateMachineArn, input: '{}' });
  for (const arn of [executionArn, sync.executionArn]) {
    expect(arn).toContain(':express:');
    expect(types(await recordsOf(group, arn, ALL.length))).toEqual(ALL);
  }
});

test.each(['STANDARD', 'EXPRESS'])(
  '%s children of a distributed Map log under their own ARN',
  async (type) => {
    const group = newGroup();
    const states = {
      M: {
        Type: 'Map',
        Label: 'items',
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: type },
          StartAt: 'P',
          States: { P: { Type: 'Pass', End: true } },
        },
        End: true,
      },
    };
    const arn = await run(await t.machine(`map-${type}`, states, configured(group, 'ALL', true)), '[1,2,3]');
    expect(types(await recordsOf(group, arn, 7))).toContain('MapRunSucceeded');
    await until('the records of the children', () => logs.records(group).length >= 7 + 3 * 4);
    const byChild = Map.groupBy(
      logs.records(group).filter((record) => record['execution_arn'] !== arn),
      (record) => record['execution_arn'],
    );
    expect(byChild.size).toBe(3);
    for (const records of byChild.values())
      expect(types(records)).toEqual([
        'ExecutionStarted',
        'PassStateEntered',
        'PassStateExited',
        'ExecutionSucceeded',
      ]);
  },
);

test('a change of the configuration holds for every execution that starts after it', async () => {
  const [first, second] = [newGroup(), newGroup()];
  const stateMachineArn = await t.machine('changing', PASS, configured(first, 'ALL', true));
  await recordsOf(first, await run(stateMachineArn), 4);
  await t.call('UpdateStateMachine', { stateMachineArn, ...configured(first, 'OFF', true) });
  const silent = await run(stateMachineArn);
  await t.call('UpdateStateMachine', { stateMachineArn, ...configured(second, 'ALL', false) });
  await recordsOf(second, await run(stateMachineArn), 4);
  expect(logs.records(first, silent)).toEqual([]);
  expect(logs.records(first)).toHaveLength(4);
});

test('an execution goes on logging after a restart', async () => {
  const group = newGroup();
  const states = { W: { Type: 'Wait', Seconds: 1, Next: 'S' }, ...PASS };
  const stateMachineArn = await t.machine('restarted', states, configured(group, 'ALL', true));
  const { executionArn } = await t.call('StartExecution', { stateMachineArn });
  await t.restart();
  await t.ended(executionArn);
  const found = await recordsOf(group, executionArn, 6);
  expect(found.map(({ id }) => id)).toEqual(['1', '2', '3', '4', '5', '6']);
});

test('a redrive goes on in the same log, with its count', async () => {
  const group = newGroup();
  const arn = await run(await t.machine('redriven', FAIL, configured(group, 'FATAL', true)));
  await t.call('RedriveExecution', { executionArn: arn });
  const found = await recordsOf(group, arn, 2);
  expect(found.map(({ type, redrive_count }) => [type, redrive_count])).toEqual([
    ['ExecutionFailed', '0'],
    ['ExecutionFailed', '1'],
  ]);
});

test('a log group that is deleted later disturbs no execution', async () => {
  const group = newGroup();
  const stateMachineArn = await t.machine('orphaned', PASS, configured(group, 'ALL', true));
  logs.deleteGroup(group);
  const arn = await run(stateMachineArn);
  expect((await t.call('DescribeExecution', { executionArn: arn })).status).toBe('SUCCEEDED');
});

test('executions end, and the server stops, though CloudWatch Logs is away', async () => {
  const away = await openCloudWatchLogs();
  away.createGroup('g');
  const alone = await openTestServer({}, { TREADLE_ENDPOINTS_LOGS: away.url });
  try {
    const stateMachineArn = await alone.machine('m', PASS, configured('g', 'ALL', true));
    await away.close();
    for (let i = 0; i < 20; i++) {
      const { executionArn } = await alone.call('StartExecution', { stateMachineArn });
      expect((await alone.ended(executionArn)).status).toBe('SUCCEEDED');
    }
  } finally {
    await alone.dispose();
  }
});

test('files take them where the configuration says so, without an endpoint', async () => {
  const alone = await openTestServer({}, { TREADLE_EXECUTION_LOGS_TO: 'files' });
  const { readFileSync, readdirSync } = await import('node:fs');
  try {
    const stateMachineArn = await alone.machine('m', PASS, configured('g', 'ALL', true));
    const { executionArn } = await alone.call('StartExecution', { stateMachineArn });
    await alone.ended(executionArn);
    await alone.restart();
    const folder = `${alone.folder}/logs/g`;
    const lines = readdirSync(folder).flatMap((name) =>
      readFileSync(`${folder}/${name}`, 'utf8').trim().split('\n'),
    );
    expect(types(lines.map((line) => JSON.parse(line)))).toEqual([
      'ExecutionStarted',
      'PassStateEntered',
      'PassStateExited',
      'ExecutionSucceeded',
    ]);
  } finally {
    await alone.dispose();
  }
});
