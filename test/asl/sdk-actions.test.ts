// Which services and actions a definition may name.

import { expect, test } from 'vitest';
import { isKnownSdkAction, sdkActions, sdkServices } from '../../src/asl/sdk-actions.ts';
import { operationName, serviceModel } from '../../src/integrations/aws-sdk/service-model.ts';

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
    expect(names.size).toBe(Object.keys(model.operations).length);
    actions += names.size;
  }
  expect(actions).toBeGreaterThan(18_000);
});
