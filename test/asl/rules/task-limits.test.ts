import { expect, it } from 'vitest';
import { checkStates, task } from '../check.ts';

it.each([
  [{ HeartbeatSeconds: 5, TimeoutSeconds: 6 }],
  [{ HeartbeatSeconds: 5 }],
  [{ TimeoutSeconds: 5 }],
  [{ HeartbeatSecondsPath: '$.h', TimeoutSeconds: 1 }],
  [{ Credentials: { RoleArn: 'arn:aws:iam::123456789012:role/r' } }],
  [{ Credentials: { 'RoleArn.$': '$.role' } }],
])('accepts %j', (fields) => {
  expect(checkStates(task(fields))).toEqual([]);
});

it.each([
  [5, 5],
  [6, 5],
])('refuses a heartbeat of %i that is not due before the time-out of %i', (due, limit) => {
  expect(checkStates(task({ HeartbeatSeconds: due, TimeoutSeconds: limit }))).toEqual([
    `Expected HeartbeatSeconds to be less than TimeoutSeconds, but ${due} is not less than ${limit} at /States/T/HeartbeatSeconds`,
  ]);
});

it.each([
  [{}, "The field 'RoleArn' is required but was missing"],
  [
    { RoleArn: 'arn:aws:iam::123456789012:role/r', 'RoleArn.$': '$.role' },
    "The field 'RoleArn' is duplicated",
  ],
])('refuses Credentials %j', (credentials, message) => {
  expect(checkStates(task({ Credentials: credentials }))).toContain(`${message} at /States/T/Credentials`);
});
