import { describe, expect, it } from 'vitest';
import { isKnownResource, parseResource } from '../../src/asl/resources.ts';

function known(arn: string): boolean {
  const resource = parseResource(arn);
  return resource !== undefined && isKnownResource(resource);
}

describe('resource ARNs', () => {
  it('splits a service integration into service, action and pattern', () => {
    expect(parseResource('arn:aws:states:::lambda:invoke.waitForTaskToken')).toEqual({
      kind: 'service',
      arn: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      service: 'lambda',
      action: 'invoke',
      pattern: 'waitForTaskToken',
      resource: 'invoke.waitForTaskToken',
    });
    expect(parseResource('arn:aws:states:::states:startExecution.sync:2')).toMatchObject({
      action: 'startExecution',
      pattern: 'sync:2',
      resource: 'startExecution.sync:2',
    });
    expect(parseResource('arn:aws-us-gov:states:::aws-sdk:s3:getObject')).toMatchObject({
      service: 'aws-sdk:s3',
      action: 'getObject',
      pattern: 'request-response',
    });
  });

  it('knows functions and activities', () => {
    expect(parseResource('arn:aws:lambda:us-east-1:123456789012:function:f:live')).toMatchObject({
      kind: 'lambda',
    });
    expect(parseResource('arn:aws:states:us-east-1:123456789012:activity:a')).toMatchObject({
      kind: 'activity',
    });
  });

  it.each([
    'arn:aws:states:::sqs:sendMessage',
    'arn:aws:states:::ecs:runTask.sync',
    'arn:aws:states:::http:invoke',
    'arn:aws:states:::emr-serverless:startJobRun.sync',
    'arn:aws:states:::aws-sdk:sfn:startSyncExecution',
    'arn:aws:states:::aws-sdk:sqs:sendMessage.waitForTaskToken',
    'arn:aws:states:us-east-1:123456789012:lambda:invoke',
  ])('accepts %s', (arn) => {
    expect(known(arn)).toBe(true);
  });

  it.each([
    '',
    'foo:bar',
    'arn:aws:lambda:us-east-1:123456789012:function:',
    'arn:aws:lambda:us-east-1:123456789012:layer:f',
    'arn:aws:states:::activity:a',
    'arn:aws:states:::dynamodb:query',
    'arn:aws:states:::dynamodb:getItem.sync',
    'arn:aws:states:::http:invoke.waitForTaskToken',
    'arn:aws:states:::lambda:invoke.later',
    'arn:aws:states:::ecs:runTask.sync:2',
    'arn:aws:states:::aws-sdk:s3:getObject.sync',
    'arn:aws:states:::aws-sdk:s3:GetObject',
    'arn:aws:states:::aws-sdk:sts:assumeRole',
    'arn:aws:states:::__proto__:invoke',
    'arn:aws:states:::lambda:constructor',
  ])('refuses %s', (arn) => {
    expect(known(arn)).toBe(false);
  });
});
