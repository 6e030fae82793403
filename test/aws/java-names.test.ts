// Spellings of the AWS SDK for Java 2.

import { expect, test } from 'vitest';
import { exceptionName, memberName, servicePrefix } from '../../src/aws/java-names.ts';

test.each([
  ['DynamoDB', 'DynamoDb'],
  ['SQS', 'Sqs'],
  ['SFN', 'Sfn'],
  ['CloudWatch Logs', 'CloudWatchLogs'],
  ['Elastic Load Balancing v2', 'ElasticLoadBalancingV2'],
  ['Cost and Usage Report Service', 'CostAndUsageReport'],
  ['ServerlessApplicationRepository', 'ServerlessApplicationRepository'],
  ['IoTFleetWise', 'IoTFleetWise'],
  ['IoT', 'Iot'],
  ['SESv2', 'SesV2'],
  ['EC2', 'Ec2'],
  ['ACM PCA', 'AcmPca'],
  ['Database Migration Service', 'DatabaseMigration'],
])('the service %s is %s', (id, prefix) => {
  expect(servicePrefix(id)).toBe(prefix);
});

test.each([
  ['NoSuchKey', 'NoSuchKeyException'],
  ['ResourceNotFoundException', 'ResourceNotFoundException'],
  ['DBInstanceNotFoundFault', 'DbInstanceNotFoundException'],
  ['KMSInvalidStateException', 'KmsInvalidStateException'],
  ['EC2ThrottledException', 'Ec2ThrottledException'],
  ['QueueDoesNotExist', 'QueueDoesNotExistException'],
])('the error %s is %s', (shape, name) => {
  expect(exceptionName(shape)).toBe(name);
});

test.each([
  ['DBInstanceArn', 'DbInstanceArn'],
  ['ChecksumCRC32', 'ChecksumCRC32'],
  ['ETag', 'ETag'],
  ['SSEKMSKeyId', 'SsekmsKeyId'],
  ['MD5OfMessageBody', 'Md5OfMessageBody'],
  ['ARN', 'Arn'],
  ['createdAt', 'CreatedAt'],
  ['Equals', 'EqualsValue'],
  ['S', 'S'],
  ['BS', 'Bs'],
  ['BOOL', 'Bool'],
  ['NULL', 'Nul'],
  ['SecurityGroups', 'SecurityGroups'],
])('the member %s is %s', (name, spelled) => {
  expect(memberName(name)).toBe(spelled);
});
