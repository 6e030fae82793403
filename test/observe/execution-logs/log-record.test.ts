// The form of a log record. Sources: recordings of CloudWatch Logs written by AWS (members, order, texts, what
// includeExecutionData leaves out); AWS, "Logging using CloudWatch Logs" (levels, 248 KiB).

import { expect, test } from 'vitest';
import { Payload } from '../../../src/base/payload.ts';
import type { EventType, HistoryEvent } from '../../../src/history/event.ts';
import { EVENT_ROWS } from '../../../src/history/events.ts';
import { isLogged, LOG_LEVELS } from '../../../src/observe/execution-logs/levels.ts';
import { toLogRecord } from '../../../src/observe/execution-logs/log-record.ts';

const ARN = 'arn:aws:states:us-east-1:123456789012:execution:m:e';

function record(event: object, includeData = true, redriveCount = 0): string {
  const base = { id: 3, previous: 2, at: 1_724_400_000_123, frame: 0 };
  return toLogRecord({ ...base, ...event } as HistoryEvent, ARN, redriveCount, includeData);
}

interface Details {
  readonly [name: string]: unknown;
}

function details(event: object, includeData = true): Details {
  return (JSON.parse(record(event, includeData)) as { details: Details }).details;
}

test('a record has its members in order, numbers as text, and the payload as text', () => {
  const output = Payload.ofText('{"a":1}');
  expect(record({ type: 'PassStateExited', name: 'State_1', output, next: 'S' }, true, 2)).toBe(
    '{"id":"3","type":"PassStateExited","details":{"name":"State_1","output":"{\\"a\\":1}",' +
      '"outputDetails":{"truncated":false}},"previous_event_id":"2","event_timestamp":"1724400000123",' +
      `"execution_arn":"${ARN}","redrive_count":"2"}`,
  );
});

const IN = Payload.ofText('{"a": 1}');
const SHOWN_IN = { input: '{"a": 1}', inputDetails: { truncated: false } };
const SHOWN_OUT = { output: '{"a": 1}', outputDetails: { truncated: false } };
const TASK = { resource: 'sendMessage', resourceType: 'sqs' };
const FAILURE = { cause: 'C', error: 'E' };

test.each<[object, withData: object, without: object]>([
  [{ type: 'ExecutionStarted', input: IN, roleArn: 'r' }, { ...SHOWN_IN, roleArn: 'r' }, { roleArn: 'r' }],
  [{ type: 'ExecutionSucceeded', output: IN }, SHOWN_OUT, {}],
  [{ type: 'ExecutionFailed', error: 'E', cause: 'C' }, FAILURE, FAILURE],
  [{ type: 'FailStateEntered', name: 'F', input: IN }, { ...SHOWN_IN, name: 'F' }, { name: 'F' }],
  [
    { type: 'PassStateExited', name: 'P', output: IN, assigned: { x: Payload.ofText('5') } },
    {
      assignedVariables: { x: '5' },
      assignedVariablesDetails: { truncated: false },
      name: 'P',
      ...SHOWN_OUT,
    },
    { name: 'P' },
  ],
  [
    { type: 'TaskScheduled', ...TASK, region: 'r', parameters: IN, timeoutInSeconds: 5, token: 'secret' },
    { parameters: '{"a": 1}', region: 'r', ...TASK, timeoutInSeconds: 5 },
    { region: 'r', ...TASK, timeoutInSeconds: 5 },
  ],
  [{ type: 'TaskSucceeded', ...TASK, output: IN }, { ...SHOWN_OUT, ...TASK }, TASK],
  [
    { type: 'TaskFailed', ...TASK, error: 'E', cause: 'C' },
    { ...FAILURE, ...TASK },
    { ...FAILURE, ...TASK },
  ],
  [{ type: 'LambdaFunctionStarted' }, {}, {}],
  [{ type: 'MapStateStarted', length: 3, items: IN }, { length: 3 }, { length: 3 }],
  [
    { type: 'MapIterationStarted', name: 'M', index: 1, child: 2, input: IN },
    { index: 1, name: 'M' },
    { index: 1, name: 'M' },
  ],
])('details of %j', (event, withData, without) => {
  expect(details(event)).toEqual(withData);
  expect(details(event, false)).toEqual(without);
  expect(Object.keys(details(event))).toEqual(Object.keys(details(event)).toSorted());
});

test('data longer than 248 KiB once it is escaped is cut between characters and says so', () => {
  const most = 248 * 1024;
  const exact = Payload.ofValue('x'.repeat(most - 4));
  expect(details({ type: 'ExecutionSucceeded', output: exact })).toEqual({
    output: exact.text,
    outputDetails: { truncated: false },
  });
  for (const long of ['x'.repeat(most), '"'.repeat(100_000), '€'.repeat(90_000), '😀'.repeat(65_000)]) {
    for (const [event, name] of [
      [{ type: 'ExecutionSucceeded', output: Payload.ofValue(long) }, 'output'],
      [{ type: 'PassStateEntered', name: 'P', input: Payload.ofValue(long) }, 'input'],
    ] as const) {
      const found = details(event);
      const text = String(found[name]);
      expect(found[`${name}Details`]).toEqual({ truncated: true });
      expect(Payload.ofValue(long).text.startsWith(text)).toBe(true);
      const bytes = Buffer.byteLength(JSON.stringify(text)) - 2;
      expect(bytes).toBeLessThanOrEqual(most);
      expect(bytes).toBeGreaterThan(most - 8);
      expect(text.isWellFormed()).toBe(true);
    }
  }
});

test('parameters and variables are bounded too, so that a record is always below 1 MB', () => {
  const long = Payload.ofValue('\\'.repeat(130_000));
  const scheduled = record({ type: 'TaskScheduled', ...TASK, region: 'r', parameters: long });
  const exited = record({
    type: 'PassStateExited',
    name: 'P',
    output: long,
    assigned: { a: Payload.ofText('1'), b: long, c: Payload.ofText('2') },
  });
  for (const text of [scheduled, exited]) expect(Buffer.byteLength(text)).toBeLessThan(1_000_000);
  expect(JSON.parse(exited)).toMatchObject({
    details: { assignedVariables: { a: '1' }, assignedVariablesDetails: { truncated: true } },
  });
});

test('a level takes the events of AWS’s table', () => {
  const types = EVENT_ROWS.filter(({ note }) => !note).map(({ type }) => type);
  const taken = Object.fromEntries(
    LOG_LEVELS.map((level) => [level, types.filter((type) => isLogged(type, level))]),
  );
  expect(taken['ALL']).toEqual(types);
  expect(taken['OFF']).toEqual([]);
  expect(taken['FATAL']).toEqual(['ExecutionFailed', 'ExecutionAborted', 'ExecutionTimedOut']);
  const failures = (type: EventType): boolean =>
    /(Failed|Aborted|TimedOut)$/.test(type) || type === 'FailStateEntered';
  expect(taken['ERROR']).toEqual(types.filter(failures));
});
