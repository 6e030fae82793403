// Delivery to CloudWatch Logs: streams, bounds of PutLogEvents, what is tried again and what is lost.

import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Aws, createAws } from '../../../src/aws/aws.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { openCloudWatchSink } from '../../../src/observe/execution-logs/cloudwatch-sink.ts';
import type { LogSink } from '../../../src/observe/execution-logs/execution-logs.ts';
import { type CloudWatchLogs, openCloudWatchLogs } from '../../support/cloudwatch-logs.ts';
import { until } from '../../support/until.ts';

const GROUP = '/aws/vendedlogs/states/pay';
const ARN = `arn:aws:logs:us-east-1:123456789012:log-group:${GROUP}:*`;
const TARGET = { logGroupArn: ARN, machine: 'pay' };
const DAY = 24 * 3_600_000;
const AT = Date.UTC(2026, 10, 28, 12);

let logs: CloudWatchLogs;
let aws: Aws;
let sink: LogSink;
let logged: { msg: string; dropped?: number; reason?: string }[];

beforeEach(async () => {
  logs = await openCloudWatchLogs();
  logs.createGroup(GROUP);
  logged = [];
  aws = createAws({
    region: 'us-east-1',
    endpoints: { logs: logs.url },
    credentials: async () => ({ accessKeyId: 'test', secretAccessKey: 'test' }),
  });
  const log = pino({ level: 'info' }, { write: (line) => void logged.push(JSON.parse(line)) });
  sink = openCloudWatchSink({ call: aws.call, node: 'n1', clock: systemClock, random: () => 0, log });
});
afterEach(async () => {
  await sink.close(0);
  await aws.close();
  await logs.close();
});

const messages = (group = GROUP): string[] => logs.events(group).map(({ message }) => message);

test('records come in order into a stream of the machine, the day and the process', async () => {
  for (let i = 0; i < 5; i++) sink.add(TARGET, { at: AT + i, text: `${i}` });
  await sink.close(5_000);
  expect(logs.streams(GROUP)).toEqual(['states/pay/2026-11-28/n1']);
  expect(logs.events(GROUP)).toEqual([0, 1, 2, 3, 4].map((i) => ({ timestamp: AT + i, message: `${i}` })));
  expect(logs.called).toEqual(['PutLogEvents', 'CreateLogStream', 'PutLogEvents']);
});

test('100,000 records lose nothing and keep within both bounds of a call', async () => {
  const filler = 'x'.repeat(700);
  for (let i = 0; i < 100_000; i++) {
    sink.add(TARGET, { at: AT + Math.floor(i / 100), text: i % 10 === 0 ? `${i} ${filler}` : `${i}` });
  }
  await sink.close(60_000);
  expect(messages().map((text) => Number(text.split(' ')[0]))).toEqual(
    Array.from({ length: 100_000 }, (_, i) => i),
  );
  expect(Math.max(...logs.puts.map((events) => events.length))).toBe(1_000);
});

test('records of executions that ran side by side are put in order of time', async () => {
  for (const [at, text] of [
    [5, 'a'],
    [3, 'b'],
    [5, 'c'],
    [4, 'd'],
  ] as const)
    sink.add(TARGET, { at: AT + at, text });
  await sink.close(5_000);
  expect(messages()).toEqual(['b', 'd', 'a', 'c']);
});

test('each day has its stream, and a call never spans more than 24 hours', async () => {
  for (const at of [AT - 2 * DAY, AT - DAY, AT]) sink.add(TARGET, { at, text: new Date(at).toISOString() });
  await sink.close(5_000);
  expect(logs.streams(GROUP).toSorted()).toEqual([
    'states/pay/2026-11-26/n1',
    'states/pay/2026-11-27/n1',
    'states/pay/2026-11-28/n1',
  ]);
  expect(messages()).toHaveLength(3);
});

test('an ill, busy or absent service is asked again until it takes them', async () => {
  logs.faults.push(
    { status: 503, type: 'ServiceUnavailableException' },
    { status: 500, type: 'InternalFailure' },
    { status: 400, type: 'ThrottlingException' },
  );
  for (const text of ['a', 'b']) sink.add(TARGET, { at: AT, text });
  await until('the delivery', () => logged.some(({ msg }) => msg === 'Delivery of execution logs goes on'));
  expect(messages()).toEqual(['a', 'b']);
});

test('what CloudWatch Logs refuses for good is dropped and said with its reason', async () => {
  logs.faults.push({ status: 400, type: 'InvalidParameterException' });
  sink.add(TARGET, { at: AT, text: 'a' });
  await until('the drop', () => logged.length > 0);
  sink.add(TARGET, { at: AT, text: 'b' });
  await until('the next record', () => messages().length > 0);
  expect(messages()).toEqual(['b']);
  expect(logged[0]).toMatchObject({ dropped: 1, reason: 'InvalidParameterException: as the test wants it' });
});

test('a log group that was deleted loses its records and no others', async () => {
  const other = { logGroupArn: ARN.replace('pay', 'other'), machine: 'pay' };
  logs.createGroup('/aws/vendedlogs/states/other');
  logs.deleteGroup(GROUP);
  sink.add(TARGET, { at: AT, text: 'a' });
  sink.add(other, { at: AT, text: 'b' });
  await sink.close(5_000);
  expect(messages('/aws/vendedlogs/states/other')).toEqual(['b']);
  expect(logged.find(({ dropped }) => dropped !== undefined)?.reason).toContain('log group does not exist');
});

test('a name of a group with blanks finds the group', async () => {
  logs.createGroup('my group');
  sink.add({ ...TARGET, logGroupArn: ARN.replace(GROUP, 'my group') }, { at: AT, text: 'a' });
  await sink.close(5_000);
  expect(messages('my group')).toEqual(['a']);
});
