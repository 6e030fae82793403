// What the client makes of refusals, and of services that are not there, too long or out of their mind.

import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createAws } from '../../src/aws/aws.ts';
import { NEVER, REGION } from '../integrations/support.ts';
import { openStub, outputOf, type Reply, type Stub } from './stub.ts';

let stub: Stub;

beforeAll(async () => {
  stub = await openStub('dynamodb', 'sqs', 'lambda', 'sns', 'ec2', 's3', 'rds', 'iam');
});
afterAll(() => stub.close());
beforeEach(() => {
  stub.asked.length = 0;
});

interface Case {
  readonly of: [service: string, action: string, input: Record<string, string>];
  readonly reply: Reply;
  readonly expected: object;
}

const xmlError = (code: string, message: string, more = '') =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>${more}</ErrorResponse>`;

describe('a refusal', () => {
  test.each<[string, Case]>([
    [
      'in AWS JSON has its code in the body',
      {
        of: ['sqs', 'deleteQueue', { QueueUrl: 'u' }],
        reply: {
          status: 400,
          headers: { 'x-amzn-query-error': 'AWS.SimpleQueueService.NonExistentQueue;Sender' },
          body: '{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"no queue"}',
        },
        expected: {
          error: 'QueueDoesNotExist',
          exception: 'QueueDoesNotExistException',
          message: 'no queue',
          httpStatus: 400,
          requestId: 'request-1',
          serviceName: 'Sqs',
        },
      },
    ],
    [
      'that the model does not name has no exception',
      {
        of: ['dynamodb', 'getItem', { TableName: 't' }],
        reply: {
          status: 400,
          body: '{"__type":"com.amazon.coral.validate#ValidationException","Message":"bad"}',
        },
        expected: {
          error: 'ValidationException',
          exception: undefined,
          message: 'bad',
          serviceName: 'DynamoDb',
        },
      },
    ],
    [
      'in REST with JSON has its code in a header',
      {
        of: ['lambda', 'getFunction', { FunctionName: 'f' }],
        reply: {
          status: 404,
          headers: { 'x-amzn-errortype': 'ResourceNotFoundException:http://internal' },
          body: '{"Message":"Function not found"}',
        },
        expected: {
          error: 'ResourceNotFoundException',
          exception: 'ResourceNotFoundException',
          message: 'Function not found',
          httpStatus: 404,
        },
      },
    ],
    [
      'in Query has another code than the shape’s name',
      {
        of: ['rds', 'deleteDBInstance', { DbInstanceIdentifier: 'x' }],
        reply: { status: 404, body: xmlError('DBInstanceNotFound', 'no &lt;x&gt; &#39;here&#x27;') },
        expected: {
          error: 'DBInstanceNotFound',
          exception: 'DbInstanceNotFoundException',
          message: "no <x> 'here'",
        },
      },
    ],
    [
      'of EC2 is below Errors, with the request’s id in the body',
      {
        of: ['ec2', 'describeVolumes', {}],
        reply: {
          status: 400,
          headers: { 'x-amzn-requestid': '' },
          body: '<Response><Errors><Error><Code>InvalidVolume.NotFound</Code><Message>m</Message></Error></Errors><RequestID>r-2</RequestID></Response>',
        },
        expected: { error: 'InvalidVolume.NotFound', exception: undefined, message: 'm' },
      },
    ],
    [
      'of S3 has a second id',
      {
        of: ['s3', 'getObject', { Bucket: 'b', Key: 'k' }],
        reply: {
          status: 404,
          headers: { 'x-amz-id-2': 'host-1' },
          body: '<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>',
        },
        expected: { error: 'NoSuchKey', exception: 'NoSuchKeyException', extendedRequestId: 'host-1' },
      },
    ],
    [
      'may be a redirect: nobody follows it',
      {
        of: ['s3', 'getObject', { Bucket: 'b', Key: 'k' }],
        reply: {
          status: 307,
          headers: { location: 'http://127.0.0.1:1/' },
          body: '<Error><Code>TemporaryRedirect</Code><Message>Please re-send this request.</Message></Error>',
        },
        expected: { error: 'TemporaryRedirect', exception: undefined, httpStatus: 307 },
      },
    ],
    [
      'of a HEAD request has no body',
      {
        of: ['s3', 'headObject', { Bucket: 'b', Key: 'k' }],
        reply: { status: 404 },
        expected: { error: 'NoSuchKey', exception: 'NoSuchKeyException', message: 'null' },
      },
    ],
    [
      'that comes with status 200 is one all the same',
      {
        of: ['s3', 'copyObject', { Bucket: 'b', Key: 'k', CopySource: 'a/b' }],
        reply: {
          headers: { 'content-type': 'application/xml' },
          body: '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>SlowDown</Code><Message>slow</Message></Error>',
        },
        expected: { error: 'SlowDown', message: 'slow', httpStatus: 200 },
      },
    ],
    [
      'of a proxy says nothing but its status',
      {
        of: ['iam', 'listUsers', {}],
        reply: { status: 502, body: '<html><body>Bad gateway</body></html>' },
        expected: { error: '502', exception: undefined, message: 'null', httpStatus: 502 },
      },
    ],
    [
      'with a name of JavaScript’s own is nothing special',
      {
        of: ['dynamodb', 'getItem', { TableName: 't' }],
        reply: { status: 400, body: '{"__type":"a#constructor"}' },
        expected: { error: 'constructor', exception: undefined, message: 'null' },
      },
    ],
  ])('%s', async (_, { of: [service, action, input], reply, expected }) => {
    stub.reply(reply);
    const answer = await stub.call({ service, action, input, spelling: 'sdk' });
    expect(answer).toMatchObject({ ok: false, ...expected });
  });
});

describe('no answer', () => {
  test('of a port that nobody listens on', async () => {
    const aws = createAws({ region: REGION, endpoints: { sqs: 'http://127.0.0.1:1' } });
    const answer = await aws.call({ service: 'sqs', action: 'listQueues', input: {}, signal: NEVER });
    await aws.close();
    expect(answer).toMatchObject({
      ok: false,
      error: 'SdkClientException',
      message: 'Unable to execute HTTP request: Connect to 127.0.0.1:1 failed: Connection refused',
      httpStatus: undefined,
      requestId: undefined,
    });
  });

  test('without credentials for AWS itself', async () => {
    const aws = createAws({
      region: REGION,
      endpoints: {},
      access: true,
      credentials: () => Promise.reject(new Error('none')),
    });
    const answer = await aws.call({ service: 'sqs', action: 'listQueues', input: {}, signal: NEVER });
    await aws.close();
    expect(answer).toMatchObject({
      error: 'SdkClientException',
      message: 'Unable to load AWS credentials from any provider in the chain',
    });
  });

  test('where the configuration serves a call by nothing', async () => {
    const asked = vi.fn(async () => ({ accessKeyId: 'a', secretAccessKey: 's' }));
    const aws = createAws({ region: REGION, endpoints: { sns: stub.url }, credentials: asked });
    for (const [service, action, name] of [
      ['dynamodb', 'getItem', 'dynamodb:GetItem'],
      ['s3', 'listBuckets', 's3:ListBuckets'],
      ['sts', 'assumeRole', 'sts:AssumeRole'],
    ] as const) {
      expect(await aws.call({ service, action, input: {}, signal: NEVER })).toMatchObject({
        ok: false,
        error: 'SdkClientException',
        noAnswer: 'refused',
        message:
          `${name} was not called: nothing in the configuration serves it, and AWS is not asked unless the configuration says so. ` +
          `Serve it by a function of your own (functions.NAME with resources), by a stand-in (endpoints.${service}: http://127.0.0.1:4566), ` +
          'or by AWS itself (aws: true)',
      });
    }
    await aws.close();
    expect(asked).not.toHaveBeenCalled();
  });

  test('that is left when the caller gives up', async () => {
    const answer = await stub.call({ service: 'sqs', action: 'listQueues', signal: AbortSignal.abort() });
    expect(answer).toMatchObject({ ok: false, error: 'SdkClientException', message: 'The call was aborted' });
  });

  test.each([
    ['sqs', 'listQueues', '{"QueueUrls":'],
    ['sns', 'listTopics', '<ListTopicsResponse><ListTopicsResult>'],
    ['sqs', 'listQueues', '<html>'],
    ['sqs', 'listQueues', '[]'],
    ['sqs', 'listQueues', '{"QueueUrls":"u"}'],
    ['dynamodb', 'describeTable', '{"Table":[]}'],
  ])('that can be read: %s %s %s', async (service, action, body) => {
    stub.reply({ body });
    const answer = await stub.call({ service, action });
    expect(answer).toMatchObject({ ok: false, error: 'SdkClientException', httpStatus: undefined });
    expect(answer).toHaveProperty('message', expect.stringMatching(/^Unable to unmarshall response \(/));
  });

  // The SDK for Java reads JSON with Jackson.
  test.each([
    ['sqs', 'listQueues', '<html>', "Unexpected character ('<' (code 60)): expected a valid value"],
    ['dynamodb', 'listTables', '{"a":', 'Unexpected end-of-input within/between Object entries'],
    ['apigateway', 'getRestApis', 'nope', "Unrecognized token 'nope': was expecting"],
    ['batch', 'listJobs', '{"a":1,}', "Unexpected character ('}' (code 125)): was expecting double-quote"],
    ['sns', 'listTopics', '<a>', 'ParseError: '],
  ])('that can be read, told in the words of AWS: %s:%s %s', async (service, action, body, words) => {
    const own = await openStub(service);
    own.reply({ body });
    const answer = await own.call({ service, action });
    await own.close();
    expect(answer).toHaveProperty(
      'message',
      expect.stringContaining(`Unable to unmarshall response (${words}`),
    );
  });

  test('that fits the bound of streams or the caller’s own', async () => {
    const getObject = { service: 's3', action: 'getObject', input: { Bucket: 'b', Key: 'k' } };
    stub.reply({ body: 'x'.repeat(1024 * 1024 + 1) });
    const tooLarge = { ok: false, error: 'States.DataLimitExceeded', httpStatus: undefined };
    expect(await stub.call(getObject)).toMatchObject(tooLarge);
    expect(await stub.call({ ...getObject, maxResponseBytes: 2 * 1024 * 1024 })).toMatchObject({ ok: true });
    stub.reply({ body: '{"QueueUrls":["u"]}' });
    const small = { service: 'sqs', action: 'listQueues', maxResponseBytes: 5 };
    expect(await stub.call(small)).toMatchObject(tooLarge);
  });

  test('can be asked for: a label of the path is missing', async () => {
    const answer = await stub.call({ service: 'lambda', action: 'getFunction' });
    expect(answer).toMatchObject({ ok: false, error: 'SdkClientException' });
    expect(stub.asked).toEqual([]);
  });
});

test.each([
  ['__proto__', 'x'],
  ['constructor', 'name'],
  ['../models/sqs', 'listQueues'],
  ['sqs', '__proto__'],
  ['sqs', 'toString'],
  ['sqs', ''],
  ['', ''],
  ['SQS', 'listQueues'],
])('%s:%s is no action', async (service, action) => {
  expect(stub.aws.knows(service, action)).toBe(false);
  await expect(stub.call({ service, action })).rejects.toThrow(/^Treadle has no model of the action /);
});

test('either case of an action’s first letter is known', async () => {
  stub.reply({ body: '{}' });
  expect(stub.aws.knows('sqs', 'ListQueues')).toBe(true);
  expect(outputOf(await stub.call({ service: 'sqs', action: 'ListQueues' }))).toEqual({});
});
