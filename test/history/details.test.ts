// The details that GetExecutionHistory and the execution logs have in common; each event type is in
// test/api/wire/history-events.test.ts.

import { expect, test } from 'vitest';
import { Payload } from '../../src/base/payload.ts';
import { eventDetails } from '../../src/history/details.ts';
import type { HistoryEvent } from '../../src/history/event.ts';

const BASE = { id: 1, previous: 0, at: 0, frame: 0 };
const DATA = Payload.ofText('[1]');

test('payloads are shown as text with their details, private fields are not shown', () => {
  const event = { ...BASE, type: 'PassStateExited', name: 'P', output: DATA, next: 'Q' } as const;
  expect(eventDetails(event, true)).toEqual({
    name: 'P',
    output: '[1]',
    outputDetails: { truncated: false },
  });
  expect(eventDetails(event, false)).toEqual({ name: 'P' });
});

test('parameters stay without data; a role is an object', () => {
  const event: HistoryEvent = {
    ...BASE,
    type: 'TaskScheduled',
    resourceType: 'sqs',
    resource: 'sendMessage',
    region: 'r',
    parameters: DATA,
    taskCredentials: 'arn',
    token: 'secret',
  };
  expect(eventDetails(event, false)).toEqual({
    resourceType: 'sqs',
    resource: 'sendMessage',
    region: 'r',
    parameters: '[1]',
    taskCredentials: { roleArn: 'arn' },
  });
});

test('a variable may have any name', () => {
  const assigned = Object.fromEntries([['__proto__', DATA]]);
  const event = { ...BASE, type: 'PassStateExited', name: 'P', output: DATA, assigned } as const;
  expect(JSON.stringify(eventDetails(event, true)['assignedVariables'])).toBe('{"__proto__":"[1]"}');
});
