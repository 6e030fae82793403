import { expect, test } from 'vitest';
import {
  activityArn,
  executionArn,
  expressExecutionArn,
  mapRunArn,
  parseArn,
  stateMachineArn,
} from '../../src/base/arn.ts';

const ACCOUNT = { partition: 'aws-cn', region: 'cn-north-1', account: '123456789012' };

// The forms of AWS's "Actions, resources, and condition keys for AWS Step Functions".
test.each([
  [stateMachineArn(ACCOUNT, 'orders'), 'arn:aws-cn:states:cn-north-1:123456789012:stateMachine:orders'],
  [executionArn(ACCOUNT, 'orders', 'one'), 'arn:aws-cn:states:cn-north-1:123456789012:execution:orders:one'],
  [
    expressExecutionArn(ACCOUNT, 'orders', 'one', 'start'),
    'arn:aws-cn:states:cn-north-1:123456789012:express:orders:one:start',
  ],
  [
    mapRunArn(ACCOUNT, 'orders', 'each', 'run'),
    'arn:aws-cn:states:cn-north-1:123456789012:mapRun:orders/each:run',
  ],
  [activityArn(ACCOUNT, 'approve'), 'arn:aws-cn:states:cn-north-1:123456789012:activity:approve'],
])('%s has the form of AWS', (arn, form) => {
  expect(arn).toBe(form);
  expect(parseArn(arn)).toEqual({
    ...ACCOUNT,
    service: 'states',
    resource: form.split(':').slice(5).join(':'),
  });
});

test('an ARN may have empty parts, and its resource may have colons', () => {
  expect(parseArn('arn:aws:states:::sqs:sendMessage')).toEqual({
    partition: 'aws',
    service: 'states',
    region: '',
    account: '',
    resource: 'sqs:sendMessage',
  });
});

test.each(['', 'arn', 'arn:aws:states:r:1', 'nra:aws:states:r:1:x', ' arn:aws:states:r:1:x'])(
  '%j is no ARN',
  (text) => {
    expect(parseArn(text)).toBeUndefined();
  },
);
