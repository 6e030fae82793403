import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { errorOf, resultOf } from '../support.ts';
import { type Driver, openDriver } from './drive.ts';
import { openStandIn, type StandIn } from './stand-in.ts';

const HOST = 'abc123.execute-api.eu-west-1.amazonaws.com';

let standIn: StandIn;
let driver: Driver;
beforeAll(async () => {
  standIn = await openStandIn();
  driver = openDriver({ 'execute-api': standIn.url });
});
beforeEach(() => {
  standIn.asked.length = 0;
});
afterAll(async () => {
  await driver.close();
  await standIn.close();
});

const invoke = (input: object) =>
  driver.run('apigateway:invoke', { ApiEndpoint: HOST, Method: 'POST', ...input } as never);

describe('apigateway:invoke', () => {
  test('calls the API by its host and gives its answer with the headers as spelled', async () => {
    standIn.answer('POST /prod/orders/7?dry=yes&dry=no', {
      headers: { 'X-Cache': 'Miss', 'x-amz-apigw-id': 'i' },
      body: { ok: true },
    });
    const outcome = await invoke({
      Stage: 'prod',
      Path: '/orders/7',
      QueryParameters: { dry: ['yes', 'no'] },
      Headers: { 'X-Trace': ['a', 'b'] },
      RequestBody: { id: 7, note: null },
    });
    expect(resultOf(outcome)).toEqual({
      Headers: expect.objectContaining({
        'Content-Type': ['application/json'],
        'X-Cache': ['Miss'],
        'x-amz-apigw-id': ['i'],
      }),
      ResponseBody: { ok: true },
      StatusCode: 200,
      StatusText: 'OK',
    });
    const [asked] = standIn.asked;
    expect(asked!.headers).toMatchObject({
      host: HOST,
      'x-trace': 'a,b',
      'content-type': 'application/json',
    });
    expect(asked!.headers).not.toHaveProperty('authorization');
    expect(asked!.body).toBe('{"id":7}');
  });

  test.each<[object, string]>([
    [{ RequestBody: 'HelloWorld' }, '"HelloWorld"'],
    [{ RequestBody: '' }, '""'],
    [{ RequestBody: null }, ''],
    [{}, ''],
    [{ RequestBody: { a: { b: null, c: [null] } }, AllowNullValues: true }, '{"a":{"b":null,"c":[null]}}'],
    [{ RequestBody: { a: { b: null, c: 1 } } }, '{"a":{"c":1}}'],
    [{ RequestBody: 'a=1', Headers: { 'Content-Type': ['application/x-www-form-urlencoded'] } }, 'a=1'],
  ])('sends %j as %s', async (input, body) => {
    standIn.answer('POST /prod', { body: 'not JSON' });
    expect(resultOf(await invoke({ Stage: 'prod', ...input }))).toMatchObject({ ResponseBody: 'not JSON' });
    expect(standIn.asked[0]!.body).toBe(body);
  });

  test.each(['IAM_ROLE', 'RESOURCE_POLICY'])(
    'signs for the API’s own host and Region with %s',
    async (AuthType) => {
      standIn.answer('POST /prod/x?a=1&a=2', { body: {} });
      await invoke({ Stage: 'prod', Path: 'x', AuthType, QueryParameters: { a: ['1', '2'] } });
      const { headers } = standIn.asked[0]!;
      expect(headers['authorization']).toMatch(
        /Credential=test\/\d{8}\/eu-west-1\/execute-api\/aws4_request, SignedHeaders=.*host/,
      );
      expect(headers.host).toBe(HOST);
    },
  );

  test('fails with the status and the body of the answer', async () => {
    standIn.answer('POST /prod', { status: 403, body: { message: 'Missing Authentication Token' } });
    expect(errorOf(await invoke({ Stage: 'prod' }))).toEqual({
      error: 'ApiGateway.403',
      cause: { message: 'Missing Authentication Token' },
    });
  });

  test('signs for hosts of API Gateway only', async () => {
    const free = openDriver({}, { access: true });
    for (const host of [
      '127.0.0.1:1',
      'x.execute-api.us-east-1.amazonaws.com.example.com',
      'sqs.us-east-1.amazonaws.com',
    ]) {
      const input = { ApiEndpoint: host, Method: 'GET', AuthType: 'IAM_ROLE' };
      expect(await free.run('apigateway:invoke', input), host).toMatchObject({
        error: 'ApiGateway.SdkClientException',
        cause: expect.stringContaining('is signed for hosts of API Gateway only') as string,
      });
    }
    await free.close();
  });

  test('goes to AWS, and to other public hosts, only where the configuration asks for AWS', async () => {
    const closed = openDriver({});
    const causeOf = async (ApiEndpoint: string) =>
      (await closed.run('apigateway:invoke', { ApiEndpoint, Method: 'GET' })) as { cause?: string };
    expect((await causeOf('a1.execute-api.us-east-1.amazonaws.com')).cause).toContain('(aws: true)');
    expect((await causeOf('192.0.2.1')).cause).toContain('which a task chose, are refused unless');
    expect((await causeOf('169.254.169.254')).cause).toContain('a metadata address, are refused unless');
    await closed.close();
  });

  test('tells of an API that cannot be reached', async () => {
    const nowhere = openDriver({ 'execute-api': 'http://127.0.0.1:1' });
    const outcome = await nowhere.run('apigateway:invoke', { ApiEndpoint: HOST, Method: 'GET' });
    expect(outcome).toEqual({
      status: 'failed',
      error: 'ApiGateway.SdkClientException',
      cause: 'Unable to execute HTTP request: Connect to 127.0.0.1:1 failed: Connection refused',
    });
    await nowhere.close();
  });

  test.each<[object, string]>([
    [{ Headers: { a: 'b' } }, "The value of the field 'Headers' has an invalid format"],
    [{ Method: 'TRACE' }, "The value of the field 'Method' has an invalid format"],
    [{ ApiEndpoint: 'https://x/y' }, "The value of the field 'ApiEndpoint' has an invalid format"],
    [{ Url: 'x' }, 'The field "Url" is not supported by Step Functions'],
    [
      { Headers: { 'X-Amzn-Trace-Id': ['x'] } },
      'The header "X-Amzn-Trace-Id" is not supported by Step Functions',
    ],
    [{ Headers: { Host: ['x'] } }, 'The header "Host" is not supported by Step Functions'],
  ])('refuses %j', (input, reason) => {
    expect(
      driver.check('apigateway:invoke', { ApiEndpoint: HOST, Method: 'GET', ...input } as never),
    ).toEqual([reason]);
  });

  test('asks for what must be there', () => {
    expect(driver.check('apigateway:invoke', {})).toEqual([
      'The field "ApiEndpoint" is required but was missing',
      'The field "Method" is required but was missing',
    ]);
  });
});
