// One service of each of AWS's wire formats: what goes over the wire, and what comes back from it.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/base/json.ts';
import { openStub, outputOf, type Stub } from './stub.ts';

let stub: Stub;

beforeAll(async () => {
  stub = await openStub(
    'dynamodb',
    'sqs',
    'lambda',
    'sns',
    'ec2',
    'route53',
    's3',
    'kinesis',
    'apigateway',
    'logs',
  );
});
afterAll(() => stub.close());
beforeEach(() => {
  stub.asked.length = 0;
  stub.reply({});
});

describe('AWS JSON', () => {
  test('names the operation in a header and keeps 64-bit numbers and typed values', async () => {
    stub.reply({
      body: '{"Count":1,"Items":[{"id":{"S":"1"},"raw":{"B":"aMOp"}}],"ConsumedCapacity":{"CapacityUnits":2},"ScannedCount":9007199254740993}',
    });
    const input = {
      TableName: 't',
      Limit: 5,
      ExpressionAttributeValues: { ':v': { B: 'hé' }, ':n': { N: '12345678901234567890' } },
    };
    const answer = await stub.call({ service: 'dynamodb', action: 'query', input });
    const [asked] = stub.asked;
    expect(asked).toMatchObject({ method: 'POST', url: '/' });
    expect(asked!.headers).toMatchObject({
      'x-amz-target': 'DynamoDB_20120810.Query',
      'content-type': 'application/x-amz-json-1.0',
    });
    expect(asked!.headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/eu-central-1\/dynamodb\/aws4_request/,
    );
    expect(JSON.parse(asked!.body)).toEqual({
      TableName: 't',
      Limit: 5,
      ExpressionAttributeValues: { ':v': { B: 'aMOp' }, ':n': { N: '12345678901234567890' } },
    });
    expect(JSON.stringify(outputOf(answer))).toBe(
      '{"ConsumedCapacity":{"CapacityUnits":2.0},"Count":1,"Items":[{"id":{"S":"1"},"raw":{"B":"hé"}}],"ScannedCount":9007199254740993}',
    );
    expect(answer).toMatchObject({ ok: true, httpStatus: 200, requestId: 'request-1' });
  });

  test('writes and reads times as seconds', async () => {
    stub.reply({ body: '{"Records":[],"MillisBehindLatest":0,"NextShardIterator":"i"}' });
    const input = {
      StreamName: 's',
      ShardId: '1',
      ShardIteratorType: 'AT_TIMESTAMP',
      Timestamp: '2024-01-02T03:04:05.500Z',
    };
    await stub.call({ service: 'kinesis', action: 'getShardIterator', input });
    expect(JSON.parse(stub.asked[0]!.body)).toMatchObject({ Timestamp: 1704164645.5 });

    stub.reply({ body: '{"Table":{"TableName":"t","CreationDateTime":1704164645.5}}' });
    const described = { service: 'dynamodb', action: 'describeTable', input: { TableName: 't' } };
    expect(outputOf(await stub.call(described))).toEqual({
      Table: { CreationDateTime: '2024-01-02T03:04:05.500Z', TableName: 't' },
    });
    expect(outputOf(await stub.call({ ...described, outputTimestamps: 'epochMillis' }))).toEqual({
      Table: { CreationDateTime: 1704164645500, TableName: 't' },
    });
  });

  test('leaves out members that are null', async () => {
    await stub.call({ service: 'dynamodb', action: 'putItem', input: { TableName: 't', Item: null } });
    expect(JSON.parse(stub.asked[0]!.body)).toEqual({ TableName: 't' });
  });

  test('keeps map keys named like JavaScript’s own', async () => {
    const item = JSON.parse('{"__proto__":{"S":"p"},"constructor":{"S":"c"}}');
    stub.reply({ body: JSON.stringify({ Item: item }) });
    const input = { TableName: 't', Key: item };
    const answer = await stub.call({ service: 'dynamodb', action: 'getItem', input });
    expect(stub.asked[0]!.body).toBe(
      '{"TableName":"t","Key":{"__proto__":{"S":"p"},"constructor":{"S":"c"}}}',
    );
    expect(JSON.stringify(outputOf(answer))).toBe('{"Item":{"__proto__":{"S":"p"},"constructor":{"S":"c"}}}');
    expect(Object.prototype).not.toHaveProperty('S');
  });

  test('reads times that a stand-in writes as text', async () => {
    stub.reply({ body: '{"Table":{"CreationDateTime":"2024-01-02T03:04:05+00:00"}}' });
    const answer = await stub.call({
      service: 'dynamodb',
      action: 'describeTable',
      input: { TableName: 't' },
    });
    expect(outputOf(answer)).toEqual({ Table: { CreationDateTime: '2024-01-02T03:04:05Z' } });
  });
});

describe('REST with JSON', () => {
  test('puts members into path, query, headers and body', async () => {
    stub.reply({ status: 202, headers: { 'x-amz-executed-version': '$LATEST' }, body: '{"a":1}' });
    const input = {
      FunctionName: 'my fn/x',
      Qualifier: '1',
      InvocationType: 'Event',
      Payload: { key: 'é' },
    };
    const answer = await stub.call({ service: 'lambda', action: 'invoke', input });
    const [asked] = stub.asked;
    expect(asked!.url).toBe('/2015-03-31/functions/my%20fn%2Fx/invocations?Qualifier=1');
    expect(asked!.headers['x-amz-invocation-type']).toBe('Event');
    expect(asked!.body).toBe('{"key":"é"}');
    expect(outputOf(answer)).toEqual({ ExecutedVersion: '$LATEST', Payload: '{"a":1}', StatusCode: 202 });
  });

  test('repeats lists in the query, and takes members by their capital names', async () => {
    stub.reply({ body: '{"item":[{"id":"x","createdDate":1704164645}]}' });
    const answer = await stub.call({
      service: 'apigateway',
      action: 'getResources',
      input: { RestApiId: 'r', Embed: ['a', 'b'] },
    });
    expect(stub.asked[0]!.url).toBe('/restapis/r/resources?embed=a&embed=b');
    // Without this header API Gateway answers in another form.
    expect(stub.asked[0]!.headers.accept).toBe('application/json');
    expect(outputOf(answer)).toEqual({ Items: [{ Id: 'x' }] });
  });
});

describe('Query', () => {
  test('writes lists and maps as numbered parameters and unwraps the result', async () => {
    stub.reply({
      body: '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>m &amp; n</MessageId></PublishResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></PublishResponse>',
    });
    const input = {
      TopicArn: 'arn:t',
      Message: { a: 1 },
      MessageAttributes: { color: { DataType: 'String', StringValue: 'blue sky' } },
    };
    const answer = await stub.call({ service: 'sns', action: 'publish', input });
    expect(stub.asked[0]!.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(Object.fromEntries(new URLSearchParams(stub.asked[0]!.body))).toEqual({
      Action: 'Publish',
      Version: '2010-03-31',
      TopicArn: 'arn:t',
      Message: '{"a":1}',
      'MessageAttributes.entry.1.Name': 'color',
      'MessageAttributes.entry.1.Value.DataType': 'String',
      'MessageAttributes.entry.1.Value.StringValue': 'blue sky',
    });
    expect(outputOf(answer)).toEqual({ MessageId: 'm & n' });
  });
});

describe('EC2', () => {
  test('flattens lists and reads items', async () => {
    stub.reply({
      body: '<DescribeVolumesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId><volumeSet><item><volumeId>vol-1</volumeId><size>8</size><encrypted>true</encrypted><createTime>2024-01-02T03:04:05.000Z</createTime></item></volumeSet></DescribeVolumesResponse>',
    });
    const input = { Filters: [{ Name: 'status', Values: ['in-use', 'error'] }], VolumeIds: ['vol-1'] };
    const answer = await stub.call({ service: 'ec2', action: 'describeVolumes', input });
    expect(Object.fromEntries(new URLSearchParams(stub.asked[0]!.body))).toEqual({
      Action: 'DescribeVolumes',
      Version: '2016-11-15',
      'Filter.1.Name': 'status',
      'Filter.1.Value.1': 'in-use',
      'Filter.1.Value.2': 'error',
      'VolumeId.1': 'vol-1',
    });
    expect(outputOf(answer)).toEqual({
      Volumes: [{ CreateTime: '2024-01-02T03:04:05Z', Encrypted: true, Size: 8, VolumeId: 'vol-1' }],
    });
  });
});

describe('REST with XML', () => {
  test('writes the body as the service names its elements', async () => {
    stub.reply({
      status: 201,
      body: '<?xml version="1.0"?><ChangeResourceRecordSetsResponse xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><ChangeInfo><Id>/change/C1</Id><Status>PENDING</Status><SubmittedAt>2024-01-02T03:04:05Z</SubmittedAt></ChangeInfo></ChangeResourceRecordSetsResponse>',
    });
    const change = {
      Action: 'CREATE',
      ResourceRecordSet: { Name: 'a.b', Type: 'A', Ttl: 60, ResourceRecords: [{ Value: '1.2.3.4' }] },
    };
    const answer = await stub.call({
      service: 'route53',
      action: 'changeResourceRecordSets',
      input: { HostedZoneId: '/hostedzone/Z1', ChangeBatch: { Changes: [change] } },
      spelling: 'sdk',
    });
    expect(stub.asked[0]).toMatchObject({ method: 'POST', url: '/2013-04-01/hostedzone/Z1/rrset/' });
    expect(stub.asked[0]!.body).toBe(
      '<?xml version="1.0" encoding="UTF-8"?><ChangeResourceRecordSetsRequest xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><ChangeBatch><Changes><Change><Action>CREATE</Action><ResourceRecordSet><Name>a.b</Name><Type>A</Type><TTL>60</TTL><ResourceRecords><ResourceRecord><Value>1.2.3.4</Value></ResourceRecord></ResourceRecords></ResourceRecordSet></Change></Changes></ChangeBatch></ChangeResourceRecordSetsRequest>',
    );
    expect(outputOf(answer)).toEqual({
      ChangeInfo: { Id: '/change/C1', Status: 'PENDING', SubmittedAt: '2024-01-02T03:04:05Z' },
    });
  });

  test('keeps keys with dots, slashes and blanks as they are', async () => {
    await stub.call({ service: 's3', action: 'getObject', input: { Bucket: 'b', Key: '/a/../b c+é' } });
    expect(stub.asked[0]!.url).toBe('/b//a/../b%20c%2B%C3%A9');
  });

  test('reads a result from headers, metadata and a stream', async () => {
    stub.reply({
      headers: {
        etag: '"1"',
        'content-type': 'text/plain',
        'last-modified': 'Tue, 02 Jan 2024 03:04:05 GMT',
        'x-amz-meta-color': 'blue',
      },
      body: 'héllo',
    });
    const answer = await stub.call({ service: 's3', action: 'getObject', input: { Bucket: 'b', Key: 'k' } });
    expect(outputOf(answer)).toEqual({
      Body: 'héllo',
      ContentType: 'text/plain',
      ETag: '"1"',
      LastModified: '2024-01-02T03:04:05Z',
      Metadata: { color: 'blue' },
    });
  });

  // As recorded of aws-sdk:s3:getObject: every answer whose body is a member has it, however empty.
  test.each<[string, string, JsonObject, string]>([
    ['s3', 'getObjectTorrent', { Bucket: 'b', Key: 'k' }, 'Body'],
    ['polly', 'synthesizeSpeech', { OutputFormat: 'mp3', Text: 't', VoiceId: 'Joanna' }, 'AudioStream'],
    ['glacier', 'getJobOutput', { AccountId: '-', VaultName: 'v', JobId: 'j' }, 'Body'],
    ['apigateway', 'getExport', { RestApiId: 'r', StageName: 's', ExportType: 'swagger' }, 'Body'],
    ['iotdataplane', 'getThingShadow', { ThingName: 't' }, 'Payload'],
  ])('gives an empty %s:%s as an empty text', async (service, action, input, member) => {
    const own = await openStub(service);
    own.reply({ headers: { 'content-length': '0' }, body: '' });
    expect(outputOf(await own.call({ service, action, input }))).toMatchObject({ [member]: '' });
    await own.close();
  });

  // Recorded from AWS: aws-sdk:s3:getObject of an empty object.
  test('gives the body of an empty stream as an empty text', async () => {
    stub.reply({ headers: { etag: '"1"', 'content-length': '0' }, body: '' });
    const answer = await stub.call({ service: 's3', action: 'getObject', input: { Bucket: 'b', Key: 'k' } });
    expect(outputOf(answer)).toMatchObject({ Body: '' });
    stub.reply({ headers: { etag: '"1"' }, body: '' });
    const head = await stub.call({ service: 's3', action: 'headObject', input: { Bucket: 'b', Key: 'k' } });
    expect(outputOf(head)).not.toHaveProperty('Body');
  });

  test.each([
    ['text', '"text"'],
    [{ a: [1] }, '{"a":[1]}'],
    [false, 'false'],
    [0, '0'],
  ])('uploads %j as JSON text with its checksum', async (body, written) => {
    await stub.call({ service: 's3', action: 'putObject', input: { Bucket: 'b', Key: 'k', Body: body } });
    const [asked] = stub.asked;
    expect(asked!.body).toBe(written);
    expect(asked!.headers).toMatchObject({
      'content-type': 'text/plain; charset=UTF-8',
      'x-amz-sdk-checksum-algorithm': 'CRC32',
      'x-amz-checksum-crc32': expect.stringMatching(/^[\w+/]{6}==$/),
    });
  });

  test('sends the checksum that the request chooses', async () => {
    const input = { Bucket: 'b', Key: 'k', Body: 1, ChecksumAlgorithm: 'SHA256' };
    await stub.call({ service: 's3', action: 'putObject', input });
    expect(stub.asked[0]!.headers).toMatchObject({
      'x-amz-checksum-sha256': 'a4ayc/80/OGda4BO/1o/V0etpOqiLx1JwB5S3beHW0s=',
    });
    expect(stub.asked[0]!.headers).not.toHaveProperty('x-amz-checksum-crc32');
  });

  test('reads the one answer whose root is the member', async () => {
    stub.reply({
      body: '<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">eu-west-1</LocationConstraint>',
    });
    const answer = await stub.call({ service: 's3', action: 'getBucketLocation', input: { Bucket: 'b' } });
    expect(outputOf(answer)).toEqual({ LocationConstraint: 'eu-west-1' });
  });
});

test('an empty answer is an empty object', async () => {
  const input = { LogGroupName: 'g' };
  expect(outputOf(await stub.call({ service: 'cloudwatchlogs', action: 'createLogGroup', input }))).toEqual(
    {},
  );
});

test('an idempotency token is a UUID made of the task’s, unless the input has one', async () => {
  const call = {
    service: 'ec2',
    action: 'runInstances',
    input: { MinCount: 1, MaxCount: 1 },
    idempotencyToken: 'arn:a:5',
  };
  const tokenOf = (index: number) => new URLSearchParams(stub.asked[index]!.body).get('ClientToken');
  await stub.call(call);
  await stub.call(call);
  await stub.call({ ...call, idempotencyToken: 'arn:a:6' });
  await stub.call({ ...call, input: { ...call.input, ClientToken: 'mine' } });
  expect(tokenOf(0)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(tokenOf(1)).toBe(tokenOf(0));
  expect(tokenOf(2)).not.toBe(tokenOf(0));
  expect(tokenOf(3)).toBe('mine');
});

test('calls at once do not mix', async () => {
  const names = Array.from({ length: 20 }, (_, i) => `topic-${i}`);
  await Promise.all(
    names.map((name) =>
      stub.call({
        service: 'sns',
        action: 'createTopic',
        input: { Name: name, Tags: [{ Key: name, Value: '' }] },
      }),
    ),
  );
  for (const { body } of stub.asked) {
    const form = new URLSearchParams(body);
    expect(form.get('Tags.member.1.Key')).toBe(form.get('Name'));
  }
  expect(new Set(stub.asked.map(({ body }) => new URLSearchParams(body).get('Name')))).toEqual(
    new Set(names),
  );
});

test('a JSON body that the caller has written is sent as it is, signed', async () => {
  const own = await openStub('logs');
  const jsonBody = '{"logGroupName":"g","logStreamName":"s","logEvents":[{"timestamp":1,"message":"é"}]}';
  await own.call({ service: 'cloudwatchlogs', action: 'putLogEvents', jsonBody });
  expect(own.asked).toMatchObject([
    {
      body: jsonBody,
      headers: {
        'x-amz-target': 'Logs_20140328.PutLogEvents',
        'content-length': `${Buffer.byteLength(jsonBody)}`,
        authorization: expect.stringContaining('/logs/aws4_request'),
      },
    },
  ]);
  await own.close();
});
