// Status events from the API to an EventBridge: which executions have which, in which order, and what is done with answers.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { DETAIL_TYPE } from '../../../src/observe/status-events/status-events.ts';
import { openTestServer, type TestServer } from '../../support/server.ts';
import { until } from '../../support/until.ts';

interface Entry {
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
  readonly Time: number;
  readonly Resources: readonly string[];
}

let bus: Server;
let t: TestServer;
let taken: Entry[] = [];
let largest = 0;
/** Answers of the next calls in place of taking the entries. */
let answers: { status: number; body: object }[] = [];

beforeAll(async () => {
  bus = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { Entries } = JSON.parse(Buffer.concat(chunks).toString()) as { Entries: Entry[] };
    largest = Math.max(largest, Entries.length);
    const answer = answers.shift();
    if (answer === undefined) taken.push(...Entries);
    response.writeHead(answer?.status ?? 200, { 'content-type': 'application/x-amz-json-1.1' });
    const eventIds = Entries.map((_, i) => ({ EventId: `${i}` }));
    response.end(JSON.stringify(answer?.body ?? { FailedEntryCount: 0, Entries: eventIds }));
  });
  await new Promise<void>((listening) => bus.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(bus.address() as AddressInfo).port}`;
  t = await openTestServer({}, { TREADLE_ENDPOINTS_EVENTS: url });
});
afterAll(async () => {
  await t.dispose();
  bus.closeAllConnections();
  await new Promise((closed) => bus.close(closed));
});
afterEach(() => {
  taken = [];
  answers = [];
});

const PASS = { S: { Type: 'Pass', End: true } };

interface Detail {
  readonly status: string;
  readonly input: string | null;
  readonly output: string | null;
  readonly error: string | null;
  readonly stateMachineArn: string;
}

function detailsOf(executionArn: string): Detail[] {
  return taken
    .filter(({ Resources }) => Resources[0] === executionArn)
    .map(({ Detail: text }) => JSON.parse(text) as Detail);
}

async function statuses(executionArn: string, count = 2): Promise<Detail[]> {
  await until(`${count} events of ${executionArn}`, () => detailsOf(executionArn).length >= count);
  return detailsOf(executionArn);
}

test('a start and an end are told in order, with what EventBridge needs besides', async () => {
  const stateMachineArn = await t.machine('pass', PASS);
  const { executionArn } = await t.call('StartExecution', { stateMachineArn, input: '{"a":1}' });
  const found = await statuses(executionArn);
  expect(found.map(({ status, output }) => [status, output])).toEqual([
    ['RUNNING', null],
    ['SUCCEEDED', '{"a":1}'],
  ]);
  const described = await t.call('DescribeExecution', { executionArn });
  expect(taken).toMatchObject([
    {
      Source: 'aws.states',
      DetailType: DETAIL_TYPE,
      Resources: [executionArn],
      Time: Math.floor(described.startDate!),
    },
    { Time: Math.floor(described.stopDate!) },
  ]);
  expect(JSON.parse(taken[1]!.Detail)).toMatchObject({
    startDate: Math.round(described.startDate! * 1000),
    stopDate: Math.round(described.stopDate! * 1000),
  });
});

test('every way to end has its event', async () => {
  const waits = await t.machine('wait', { W: { Type: 'Wait', Seconds: 100, End: true } });
  const fails = await t.machine('fail', { F: { Type: 'Fail', Error: 'E', Cause: 'C' } });
  const timesOut = await t.machine(
    'late',
    { W: { Type: 'Wait', Seconds: 100, End: true } },
    {
      definition: JSON.stringify({
        StartAt: 'W',
        TimeoutSeconds: 1,
        States: { W: { Type: 'Wait', Seconds: 100, End: true } },
      }),
    },
  );
  const arns: string[] = [];
  for (const stateMachineArn of [waits, fails, timesOut])
    arns.push((await t.call('StartExecution', { stateMachineArn })).executionArn);
  await t.call('StopExecution', { executionArn: arns[0], error: 'Stop', cause: 'enough' });
  const ends = [];
  for (const arn of arns) ends.push((await statuses(arn)).at(-1));
  expect(ends).toMatchObject([
    { status: 'ABORTED', error: 'Stop', cause: 'enough', input: '{}' },
    { status: 'FAILED', error: 'E', cause: 'C' },
    { status: 'TIMED_OUT', error: 'States.Timeout' },
  ]);
});

test('a redrive is told as a start, with its count and time', async () => {
  const states = { M: { Type: 'Pass', Next: 'F' }, F: { Type: 'Fail', Error: 'E' } };
  const stateMachineArn = await t.machine('again', states);
  const { executionArn } = await t.call('StartExecution', { stateMachineArn });
  await t.ended(executionArn);
  await t.call('RedriveExecution', { executionArn });
  const found = (await statuses(executionArn, 4)) as unknown as Record<string, unknown>[];
  expect(
    found.map(({ status, redriveCount, stopDate }) => [status, redriveCount, stopDate !== null]),
  ).toEqual([
    ['RUNNING', 0, false],
    ['FAILED', 0, true],
    ['RUNNING', 1, false],
    ['FAILED', 1, true],
  ]);
  expect(found[2]?.['redriveDate']).toEqual(expect.any(Number));
});

test('Standard children of a distributed Map have events, Express executions have none', async () => {
  const express = await t.machine('express', PASS, { type: 'EXPRESS' });
  await t.call('StartSyncExecution', { stateMachineArn: express });
  const map = (type: string) => ({
    M: {
      Type: 'Map',
      Label: 'l',
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: type },
        StartAt: 'S',
        States: PASS,
      },
      End: true,
    },
  });
  const parents: string[] = [];
  for (const type of ['EXPRESS', 'STANDARD']) {
    const stateMachineArn = await t.machine(`map-${type}`, map(type));
    const { executionArn } = await t.call('StartExecution', { stateMachineArn, input: '[1,2]' });
    await statuses(executionArn);
    parents.push(executionArn);
  }
  await until('events of the children', () => taken.length >= 8);
  const children = taken.filter(({ Resources }) => !parents.includes(Resources[0]!));
  const machines = children.map(({ Detail: text }) => (JSON.parse(text) as Detail).stateMachineArn);
  expect([...new Set(machines)]).toEqual([
    'arn:aws:states:us-east-1:123456789012:stateMachine:map-STANDARD/l',
  ]);
  expect(children).toHaveLength(4);
});

test('a busy service is asked again, an entry that is refused is dropped, and calls have ten entries at most', async () => {
  answers = [
    { status: 500, body: { __type: 'InternalException' } },
    {
      status: 200,
      body: { FailedEntryCount: 1, Entries: [{ ErrorCode: 'ThrottlingException', ErrorMessage: 'slow' }] },
    },
  ];
  const stateMachineArn = await t.machine('busy', PASS);
  const arns: string[] = [];
  for (let i = 0; i < 60; i++) arns.push((await t.call('StartExecution', { stateMachineArn })).executionArn);
  for (const arn of arns)
    expect((await statuses(arn)).map(({ status }) => status)).toEqual(['RUNNING', 'SUCCEEDED']);
  expect(largest).toBeLessThanOrEqual(10);

  const refusal = { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'aws.' };
  answers = [{ status: 200, body: { FailedEntryCount: 2, Entries: [refusal, refusal] } }];
  const { executionArn: lost } = await t.call('StartExecution', { stateMachineArn });
  await until('the refusal', () => answers.length === 0);
  const { executionArn } = await t.call('StartExecution', { stateMachineArn });
  await statuses(executionArn);
  expect(detailsOf(lost).length).toBeLessThan(2);
});
