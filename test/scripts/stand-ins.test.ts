// The servers that stand in for AWS's services when recorded cases are run: where moto is not true, they are.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Aws, createAws } from '../../src/aws/aws.ts';
import type { AwsAnswer } from '../../src/aws/call.ts';
import type { JsonObject } from '../../src/base/json.ts';
import { MOTO_MISSING } from '../integrations/services/moto.ts';
import { json, type Running, serve } from '../support/stand-ins/http.ts';
import { openStandIns, STANDS_IN_FOR, type StandIns } from '../support/stand-ins/stand-ins.ts';

describe.skipIf(MOTO_MISSING)('stand-ins over moto', () => {
  let lambda: Running;
  let standIns: StandIns;
  let aws: Aws;
  beforeAll(async () => {
    // A function that answers with its input.
    lambda = await serve(async ({ body }) => json(200, JSON.parse(body.toString()) as object));
    standIns = await openStandIns(lambda.url);
    aws = createAws({
      region: 'us-east-1',
      endpoints: Object.fromEntries(STANDS_IN_FOR.map((name) => [name, standIns.url])),
      credentials: async () => ({ accessKeyId: 'test', secretAccessKey: 'test' }),
    });
  });
  afterAll(async () => {
    await aws.close();
    await standIns.close();
    await lambda.close();
  });

  const call = (service: string, action: string, input: JsonObject): Promise<AwsAnswer> =>
    aws.call({ service, action, input, signal: AbortSignal.timeout(60_000) });

  async function answered(service: string, action: string, input: JsonObject): Promise<JsonObject> {
    const answer = await call(service, action, input);
    if (!answer.ok) throw new Error(`${answer.error}: ${answer.message}`);
    return answer.output;
  }

  async function refused(service: string, action: string, input: JsonObject): Promise<string> {
    const answer = await call(service, action, input);
    return answer.ok ? 'taken' : `${answer.httpStatus} ${answer.error}: ${answer.message}`;
  }

  test('DynamoDB checks members before anything else, and tells the capacity only when asked', async () => {
    const NULL = 'failed to satisfy constraint: Member must not be null';
    expect(await refused('dynamodb', 'putItem', { TableName: 't' })).toBe(
      `400 ValidationException: 1 validation error detected: Value null at 'item' ${NULL}`,
    );
    expect(await refused('dynamodb', 'getItem', { TableName: '/t', Key: {} })).toBe(
      "400 ValidationException: 1 validation error detected: Value '/t' at 'tableName' failed to satisfy constraint: " +
        'Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+',
    );
    await answered('dynamodb', 'createTable', {
      TableName: 't',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    });
    const update = {
      TableName: 't',
      Key: { id: { S: 'a' } },
      UpdateExpression: 'SET n = :n',
      ExpressionAttributeValues: { ':n': { N: '1' } },
    };
    expect(await answered('dynamodb', 'updateItem', update)).not.toHaveProperty('ConsumedCapacity');
    const asking = { ...update, ReturnConsumedCapacity: 'TOTAL' };
    expect(await answered('dynamodb', 'updateItem', asking)).toHaveProperty('ConsumedCapacity');
  });

  test('EventBridge refuses entries one by one', async () => {
    const good = { Source: 's', DetailType: 'd', Detail: '{"a":1}' };
    const Entries = [
      { ...good, Detail: 'no JSON' },
      good,
      { DetailType: 'd', Detail: '{}' },
      { ...good, Detail: '[]' },
    ];
    const answer = await answered('eventbridge', 'putEvents', { Entries });
    expect(answer).toEqual({
      FailedEntryCount: 3,
      Entries: [
        { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' },
        { EventId: expect.any(String) },
        {
          ErrorCode: 'InvalidArgument',
          ErrorMessage: 'Parameter Source is not valid. Reason: Source is a required argument.',
        },
        { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' },
      ],
    });
  });

  test('SNS knows FIFO topics, and what is not there', async () => {
    const { TopicArn = '' } = await answered('sns', 'createTopic', {
      Name: 'q.fifo',
      Attributes: { FifoTopic: 'true', ContentBasedDeduplication: 'true' },
    });
    expect(await refused('sns', 'publish', { TopicArn, Message: 'm' })).toBe(
      '400 InvalidParameter: Invalid parameter: The MessageGroupId parameter is required for FIFO topics',
    );
    const sent = await answered('sns', 'publish', { TopicArn, Message: 'm', MessageGroupId: 'g' });
    expect(sent['SequenceNumber']).toMatch(/^\d{20}$/);
    expect(await refused('sns', 'publish', { TopicArn: `${String(TopicArn)}x`, Message: 'm' })).toBe(
      '404 NotFound: Topic does not exist',
    );
  });

  test('a queue gets notifications of signature version 1', async () => {
    const { QueueUrl = '' } = await answered('sqs', 'createQueue', { QueueName: 'n' });
    const { TopicArn = '' } = await answered('sns', 'createTopic', { Name: 'n' });
    const Endpoint = 'arn:aws:sqs:us-east-1:123456789012:n';
    await answered('sns', 'subscribe', { TopicArn, Protocol: 'sqs', Endpoint });
    await answered('sns', 'publish', { TopicArn, Message: 'm' });
    const { Messages } = await answered('sqs', 'receiveMessage', { QueueUrl });
    const [{ Body }] = Messages as unknown as [{ Body: string }];
    expect(JSON.parse(Body)).toMatchObject({ Message: 'm', SignatureVersion: '1' });
  });

  test('Secrets Manager wants a valid name', async () => {
    expect(
      await refused('secretsmanager', 'createSecret', { Name: 'not valid', SecretString: 's' }),
    ).toContain('400 ValidationException: Invalid name. Must be a valid name');
    await answered('secretsmanager', 'createSecret', { Name: 'valid/name', SecretString: 's' });
  });

  test('S3 says how an object is encrypted and what its checksum is of', async () => {
    await answered('s3', 'createBucket', { Bucket: 'objects' });
    const put = await answered('s3', 'putObject', { Bucket: 'objects', Key: 'k', Body: { a: 1 } });
    expect(put).toMatchObject({ ServerSideEncryption: 'AES256', ChecksumType: 'FULL_OBJECT' });
    expect(await answered('s3', 'getObject', { Bucket: 'objects', Key: 'k' })).toMatchObject({
      ServerSideEncryption: 'AES256',
    });
    expect(await answered('s3', 'listObjectsV2', { Bucket: 'objects' })).not.toHaveProperty(
      'ServerSideEncryption',
    );
  });

  test('an API of API Gateway calls its function, and knows no other path', async () => {
    const { Id: restApiId = '' } = await answered('apigateway', 'createRestApi', { Name: 'a' });
    const listed = await answered('apigateway', 'getResources', { RestApiId: restApiId });
    const [{ Id: parentId }] = (listed['Items'] ?? listed['Item']) as unknown as [{ Id: string }];
    const resource = { RestApiId: restApiId, ParentId: parentId, PathPart: 'echo' };
    const { Id: resourceId = '' } = await answered('apigateway', 'createResource', resource);
    const method = { RestApiId: restApiId, ResourceId: resourceId, HttpMethod: 'POST' };
    await answered('apigateway', 'putMethod', { ...method, AuthorizationType: 'NONE' });
    const lambdaArn = 'arn:aws:lambda:us-east-1:123456789012:function:echo';
    await answered('apigateway', 'putIntegration', {
      ...method,
      Type: 'AWS',
      IntegrationHttpMethod: 'POST',
      Uri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${lambdaArn}/invocations`,
    });
    const host = `${String(restApiId)}.execute-api.us-east-1.amazonaws.com`;
    const invoke = (path: string) =>
      aws.send({
        signingName: 'execute-api',
        endpoint: standIns.executeApi,
        chosenBy: 'configuration',
        region: 'us-east-1',
        method: 'POST',
        path,
        headers: { host, 'content-type': 'application/json' },
        body: '{"a":1}',
        signal: AbortSignal.timeout(60_000),
      });
    const found = await invoke('/stage/echo');
    expect([found.status, Buffer.from(found.body).toString()]).toEqual([200, '{"a":1}']);
    const missing = await invoke('/stage/other');
    expect([missing.status, Buffer.from(missing.body).toString()]).toEqual([
      403,
      '{"message":"Missing Authentication Token"}',
    ]);
  });
});
