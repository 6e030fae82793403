// The integration of `aws-sdk:` resources: names and causes of failures as recorded from AWS, and calls of Treadle itself.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { TaskResource } from '../../src/asl/program.ts';
import { parseResource } from '../../src/asl/resources.ts';
import type { Json } from '../../src/base/json.ts';
import { createAwsSdk } from '../../src/integrations/aws-sdk.ts';
import { createRegistry } from '../../src/integrations/registry.ts';
import { openStub, type Stub } from '../aws/stub.ts';
import { memoryLog, NEVER, REGION, resultOf, taskOf } from './support.ts';

function resource(name: string): TaskResource {
  return parseResource(`arn:aws:states:::aws-sdk:${name}`)!;
}

describe('a task', () => {
  let stub: Stub;
  beforeAll(async () => {
    stub = await openStub('s3', 'dynamodb', 'iam', 'sqs');
  });
  afterAll(() => stub.close());
  beforeEach(() => {
    stub.asked.length = 0;
  });
  const start = (name: string, input: Json) =>
    createAwsSdk(stub.aws).start(taskOf(resource(name), input), NEVER);

  test('has the response’s members in Java’s spelling as its result', async () => {
    stub.reply({ body: '{"MessageId":"m","MD5OfMessageBody":"5d"}' });
    const outcome = await start('sqs:sendMessage', { QueueUrl: 'u', MessageBody: { a: 1 } });
    expect(resultOf(outcome)).toEqual({ Md5OfMessageBody: '5d', MessageId: 'm' });
    expect(JSON.parse(stub.asked[0]!.body)).toEqual({ QueueUrl: 'u', MessageBody: '{"a":1}' });
  });

  test('fails with the exception of the Java SDK', async () => {
    stub.reply({ status: 400, body: '{"__type":"x#ResourceNotFoundException","message":"no table"}' });
    expect(await start('dynamodb:getItem', { TableName: 't', Key: {} })).toEqual({
      status: 'failed',
      error: 'DynamoDb.ResourceNotFoundException',
      cause: 'no table (Service: DynamoDb, Status Code: 400, Request ID: request-1) (SDK Attempt Count: 1)',
    });
  });

  test('fails with the service’s own exception when the model does not name the code', async () => {
    stub.reply({ status: 400, body: '{"__type":"x#ValidationException","message":"bad"}' });
    expect(await start('dynamodb:getItem', { TableName: 't', Key: {} })).toMatchObject({
      error: 'DynamoDb.DynamoDbException',
    });
  });

  test('fails on S3 with both ids', async () => {
    const body = '<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>';
    stub.reply({
      status: 404,
      headers: { 'x-amz-request-id': 'r', 'x-amz-id-2': 'h', 'x-amzn-requestid': 'r' },
      body,
    });
    expect(await start('s3:getObject', { Bucket: 'b', Key: 'k' })).toEqual({
      status: 'failed',
      error: 'S3.NoSuchKeyException',
      cause:
        'The specified key does not exist. (Service: S3, Status Code: 404, Request ID: r, Extended Request ID: h) (SDK Attempt Count: 1)',
    });
  });

  test('fails without an answer as the SDK’s client', async () => {
    const outcome = await start('iam:getUser', { UserName: 'x' });
    expect(outcome.status).toBe('failed');
    stub.reply({ body: 'x'.repeat(1024 * 1024 + 1) });
    expect(await start('s3:getObject', { Bucket: 'b', Key: 'k' })).toMatchObject({
      error: 'States.DataLimitExceeded',
    });
  });

  test('is checked with Java’s spelling', () => {
    const integration = createAwsSdk(stub.aws);
    expect(
      integration.check!(resource('dynamodb:getItem'), { TableName: 't', Key: { a: { Bool: true } } }),
    ).toEqual([]);
    expect(
      integration.check!(resource('dynamodb:getItem'), { TableName: 't', Key: { a: { BOOL: true } } }),
    ).toEqual(['The field "BOOL" is not supported by Step Functions']);
  });
});

describe('the registry', () => {
  const asked: [string, object][] = [];
  const options = {
    region: REGION,
    root: '.',
    functions: {},
    log: memoryLog().log,
    async self(operation: string, input: object) {
      asked.push([operation, input]);
      if (operation === 'StopExecution') {
        throw Object.assign(new Error('no such execution'), { code: 'ExecutionDoesNotExist', status: 400 });
      }
      if (operation === 'ListActivities') throw new TypeError('a bug');
      return { executionArn: 'arn:e', startDate: 1704164645.123, missing: undefined };
    },
  };
  beforeEach(() => {
    asked.length = 0;
  });

  test('sends sfn to Treadle itself, as over the wire', async () => {
    const registry = createRegistry({ ...options, endpoints: {} });
    const start = resource('sfn:startExecution');
    const outcome = await registry
      .find(start)!
      .start(taskOf(start, { StateMachineArn: 'arn:s', Input: { a: 1 }, Name: null }), NEVER);
    expect(asked).toEqual([['StartExecution', { stateMachineArn: 'arn:s', input: '{"a":1}' }]]);
    expect(resultOf(outcome)).toEqual({ ExecutionArn: 'arn:e', StartDate: '2024-01-02T03:04:05.123Z' });

    const stop = resource('sfn:stopExecution');
    expect(await registry.find(stop)!.start(taskOf(stop, { ExecutionArn: 'arn:e' }), NEVER)).toMatchObject({
      error: 'Sfn.ExecutionDoesNotExistException',
      cause: expect.stringMatching(
        /^no such execution \(Service: Sfn, Status Code: 400, Request ID: [0-9a-f-]{36}\)/,
      ),
    });
    await registry.close();
  });

  test('does not dress a bug of Treadle’s up as a failure of the task', async () => {
    const registry = createRegistry({ ...options, endpoints: {} });
    const list = resource('sfn:listActivities');
    await expect(registry.find(list)!.start(taskOf(list, {}), NEVER)).rejects.toThrow('a bug');
    await registry.close();
  });

  test('sends sfn to the configured endpoint instead', async () => {
    const stub = await openStub();
    stub.reply({ body: '{"activities":[]}' });
    const registry = createRegistry({ ...options, endpoints: { states: stub.url } });
    const list = resource('sfn:listActivities');
    expect(resultOf(await registry.find(list)!.start(taskOf(list, {}), NEVER))).toEqual({ Activities: [] });
    expect(stub.asked[0]!.headers['x-amz-target']).toBe('AWSStepFunctions.ListActivities');
    expect(asked).toEqual([]);
    await registry.close();
    await stub.close();
  });

  test('finds every modelled service, and none besides', async () => {
    const registry = createRegistry({ ...options, endpoints: {} });
    for (const name of [
      's3:listBuckets',
      'bedrockruntime:converse',
      'iotdataplane:publish',
      's3:listBuckets.waitForTaskToken',
    ]) {
      expect(registry.find(resource(name)), name).toBeDefined();
    }
    for (const name of [
      'nope:listBuckets',
      'constructor:toString',
      'sts:assumeRole',
      'lookoutvision:startModel',
    ]) {
      expect(registry.find(resource(name)), name).toBeUndefined();
    }
    await registry.close();
  });
});
