// Which services and actions a definition may name.

import { expect, test } from 'vitest';
import { isKnownSdkAction, nearestSdkAction, sdkActions, sdkServices } from '../../src/asl/sdk-actions.ts';
import { validateDefinition } from '../../src/asl/validate.ts';
import { operationName, serviceModel } from '../../src/aws/service-model.ts';

test.each([
  ['s3', 'listObjectsV2'],
  ['dynamodb', 'batchGetItem'],
  ['ec2', 'describeInstances'],
  ['sfn', 'describeMapRun'],
  ['cloudwatchlogs', 'createLogGroup'],
  ['eventbridge', 'putRule'],
  ['secretsmanager', 'getSecretValue'],
  ['sesv2', 'sendEmail'],
  ['costexplorer', 'getCostAndUsage'],
  ['elasticloadbalancingv2', 'describeLoadBalancers'],
  ['cognitoidentityprovider', 'adminGetUser'],
  ['databasemigration', 'startReplicationTask'],
  ['rds', 'createDBInstance'],
  ['wafv2', 'listWebACLs'],
  // AWS's list has the service, its models have it no longer.
  ['lookoutvision', 'startModel'],
])('%s:%s is known', (service, action) => {
  expect(isKnownSdkAction(service, action)).toBe(true);
});

test.each([
  ['stepfunctions', 'startExecution'],
  ['logs', 'createLogGroup'],
  ['s3', 'ListBuckets'],
  ['s3', 'listBucket'],
  ['s3', ''],
  ['s3', '*'],
  ['', 'listBuckets'],
  ['__proto__', 'toString'],
  ['s3', '__proto__'],
  ['lookoutvision', 'StartModel'],
  // Step Functions documents these as unsupported.
  ['sts', 'assumeRole'],
  ['kinesis', 'subscribeToShard'],
  ['s3', 'selectObjectContent'],
  ['lambda', 'invokeWithResponseStream'],
  ['bedrockruntime', 'converseStream'],
  ['rdsdata', 'executeSql'],
  ['sts', 'assumeRole'],
])('%s:%s is not known', (service, action) => {
  expect(isKnownSdkAction(service, action)).toBe(false);
});

test('every name has its operation in a service model', () => {
  let actions = 0;
  for (const service of sdkServices()) {
    const names = sdkActions(service)!;
    if (names === '*') continue;
    const model = serviceModel(service)!;
    for (const action of names) expect(operationName(model, action), `${service}:${action}`).toBeDefined();
    const open = Object.values(model.operations).filter(({ internal }) => internal !== true);
    expect(names.size).toBe(open.length);
    actions += names.size;
  }
  expect(actions).toBeGreaterThan(18_000);
});

test.each([
  ['s3', 'listBucket', 's3:listBuckets'],
  ['s3', 'ListBuckets', 's3:listBuckets'],
  ['dynamodb', 'getitem', 'dynamodb:getItem'],
  ['dynamodbs', 'getItem', 'dynamodb:getItem'],
  ['stepfunctions', 'startExecution', 'sfn:startExecution'],
  ['logs', 'createLogGrup', 'cloudwatchlogs:createLogGroup'],
  ['cognito-idp', 'adminGetUser', 'cognitoidentityprovider:adminGetUser'],
  ['redshift-data', 'executeStatement', 'redshiftdata:executeStatement'],
  ['sts', 'zzzzzzzzzz', undefined],
  ['zzzzzzzzzz', 'listBuckets', undefined],
  ['__proto__', 'x', undefined],
])('%s:%s is near %s', (service, action, near) => {
  expect(nearestSdkAction(service, action)).toBe(near);
});

test('a definition that names no action is refused with the nearest', () => {
  const text = JSON.stringify({
    StartAt: 'A',
    States: { A: { Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:s3:listBucket', End: true } },
  });
  const { diagnostics } = validateDefinition(text, { type: 'STANDARD' });
  expect(diagnostics.map(({ message }) => message)).toEqual([
    'The resource provided arn:aws:states:::aws-sdk:s3:listBucket is not recognized. The value is not a valid resource ARN, or the resource is not available in this region. Did you mean aws-sdk:s3:listBuckets?',
  ]);
});

test('and without one when none is near', () => {
  const text = JSON.stringify({
    StartAt: 'A',
    States: { A: { Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:s3:qqqqqqqqqqqq', End: true } },
  });
  const [wrong] = validateDefinition(text, { type: 'STANDARD' }).diagnostics;
  expect(wrong?.message).toMatch(/not available in this region\.$/);
});
