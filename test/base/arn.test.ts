import { describe, expect, test } from 'vitest';
import {
  activityArn,
  executionArn,
  expressExecutionArn,
  functionArn,
  mapRunArn,
  mapRunLabel,
  parseArn,
  parseStateMachineReference,
  resourceNameOf,
  resourceTypeOf,
  splitLast,
  splitResource,
  stateMachineArn,
} from '../../src/base/arn.ts';

const ACCOUNT = { partition: 'aws-cn', region: 'cn-north-1', account: '123456789012' };
const START = 'arn:aws-cn:states:cn-north-1:123456789012';

describe('an ARN', () => {
  test('has six parts, the last with colons of its own', () => {
    expect(parseArn('arn:aws:states:eu-west-1:123456789012:execution:m:e')).toEqual({
      partition: 'aws',
      service: 'states',
      region: 'eu-west-1',
      account: '123456789012',
      resource: 'execution:m:e',
    });
    expect(parseArn('arn:aws:s3:::bucket')).toMatchObject({ region: '', account: '', resource: 'bucket' });
  });

  test.each(['', 'arn', 'arn:aws:states:eu-west-1:123456789012', 'ARN:a:b:c:d:e', 'xarn:a:b:c:d:e'])(
    'is not %j',
    (text) => {
      expect(parseArn(text)).toBeUndefined();
      expect(resourceTypeOf(text)).toBeUndefined();
      expect(resourceNameOf(text)).toBeUndefined();
    },
  );

  test.each([
    [stateMachineArn(ACCOUNT, 'm'), `${START}:stateMachine:m`, 'stateMachine', 'm'],
    [executionArn(ACCOUNT, 'm', 'e'), `${START}:execution:m:e`, 'execution', 'm'],
    [expressExecutionArn(ACCOUNT, 'm', 'e', 's'), `${START}:express:m:e:s`, 'express', 'm'],
    [mapRunArn(ACCOUNT, 'm', 'label', 'r'), `${START}:mapRun:m/label:r`, 'mapRun', 'm/label'],
    [activityArn(ACCOUNT, 'a'), `${START}:activity:a`, 'activity', 'a'],
    [functionArn(ACCOUNT, 'f'), 'arn:aws-cn:lambda:cn-north-1:123456789012:function:f', 'function', 'f'],
  ])('%s is made, and has a type and a name', (made, text, type, name) => {
    expect(made).toBe(text);
    expect(resourceTypeOf(made)).toBe(type);
    expect(resourceNameOf(made)).toBe(name);
  });

  test('may end in a type without a name', () => {
    expect(resourceTypeOf('arn:aws:s3:::bucket')).toBe('bucket');
    expect(resourceNameOf('arn:aws:s3:::bucket')).toBeUndefined();
  });
});

test.each([
  ['execution:m:e', 'execution', 'm:e'],
  ['bucket', 'bucket', ''],
  ['execution:', 'execution', ''],
  [':x', '', 'x'],
])('the resource %j is of type %j', (resource, type, rest) => {
  expect(splitResource(resource)).toEqual({ type, rest });
});

test.each([
  ['m', 'm', undefined, undefined],
  ['m:7', 'm', '7', undefined],
  ['m:', 'm', '', undefined],
  ['m/label', 'm', undefined, 'label'],
  ['m/label:prod', 'm', 'prod', 'label'],
  ['m:a/b', 'm', 'a/b', undefined],
])('the reference %j names a state machine', (text, name, qualifier, label) => {
  expect(parseStateMachineReference(text)).toEqual({ name, qualifier, label });
});

test('the last part of an ARN is a run’s or an execution’s own name', () => {
  expect(splitLast(`${START}:execution:m:e`)).toEqual([`${START}:execution:m:`, 'e']);
  expect(splitLast('none')).toEqual(['', 'none']);
});

test.each([
  [`${START}:mapRun:m/label:run`, 'label'],
  [`${START}:mapRun:m/outer/inner:run`, 'inner'],
  ['none', undefined],
])('the label of %s', (arn, label) => {
  expect(mapRunLabel(arn)).toBe(label);
});
