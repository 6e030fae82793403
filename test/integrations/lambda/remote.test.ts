// Functions behind a Lambda endpoint: a loopback stub that checks the signature of every request it is sent.

import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { signatureOf } from '../../aws/signature.ts';
import {
  type Functions,
  functionArn,
  INVOKE,
  NEVER,
  openFunctions,
  REGION,
  resultOf,
  taskOf,
} from '../support.ts';

interface Reply {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly delayMs?: number;
}

interface Seen {
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

let server: Server;
let base: string;
let functions: Functions;
let reply: Reply;
let seen: Seen[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      seen.push({ url: request.url!, headers: request.headers, body });
      const given = /Signature=([0-9a-f]+)/.exec(request.headers.authorization ?? '')?.[1];
      if (given !== signatureOf(request, body)) {
        response
          .writeHead(403, { 'x-amzn-ErrorType': 'InvalidSignatureException' })
          .end('{"message":"bad signature"}');
      } else if (body.startsWith('Action=AssumeRole')) {
        response
          .writeHead(403)
          .end('<R><Error><Code>AccessDenied</Code><Message>not you</Message></Error></R>');
      } else {
        const { status, headers, body, delayMs } = reply;
        setTimeout(() => response.writeHead(status, headers).end(body), delayMs ?? 0);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  functions = openFunctions({}, {}, { endpoints: { lambda: base } });
});
beforeEach(() => {
  seen = [];
  reply = {
    status: 200,
    headers: { 'X-Amz-Executed-Version': '3', 'x-amzn-RequestId': 'rid' },
    body: '{"ok": 1.0}',
  };
});
afterAll(async () => {
  await functions.close();
  server.closeAllConnections();
  server.close();
});

test('a function ARN is invoked with a signed request; the result is the payload as it came', async () => {
  const outcome = await functions.call('far:live', { a: 'ü' });
  expect(outcome).toEqual({ status: 'completed', outputText: '{"ok": 1.0}' });
  const [{ url, headers, body }] = seen as [Seen];
  expect(url).toBe(
    `/2015-03-31/functions/${encodeURIComponent(functionArn('far'))}/invocations?Qualifier=live`,
  );
  expect(body).toBe('{"a":"ü"}');
  expect(headers['x-amz-invocation-type']).toBe('RequestResponse');
  expect(headers.authorization).toContain(`/${REGION}/lambda/aws4_request`);
});

test('lambda:invoke passes its parameters on and gives the response, with headers spelled as AWS does', async () => {
  const outcome = await functions.invoke({
    FunctionName: 'far',
    Qualifier: '$LATEST',
    InvocationType: 'RequestResponse',
    LogType: 'Tail',
    ClientContext: 'e30=',
    Payload: [1],
  });
  expect(resultOf(outcome)).toMatchObject({
    ExecutedVersion: '3',
    Payload: { ok: 1 },
    SdkHttpMetadata: {
      HttpHeaders: { 'X-Amz-Executed-Version': '3', 'x-amzn-RequestId': 'rid' },
      HttpStatusCode: 200,
    },
    SdkResponseMetadata: { RequestId: 'rid' },
    StatusCode: 200,
  });
  const [{ url, headers }] = seen as [Seen];
  expect(url).toBe('/2015-03-31/functions/far/invocations?Qualifier=%24LATEST');
  expect(headers).toMatchObject({ 'x-amz-log-type': 'Tail', 'x-amz-client-context': 'e30=' });
});

test.each<[string, Reply, string, string]>([
  [
    'a function error',
    {
      status: 200,
      headers: { 'X-Amz-Function-Error': 'Unhandled' },
      body: '{"errorType":"KeyError","errorMessage":"\'x\'"}',
    },
    'KeyError',
    '{"errorType":"KeyError","errorMessage":"\'x\'"}',
  ],
  [
    'a function error without a type',
    {
      status: 200,
      headers: { 'X-Amz-Function-Error': 'Unhandled' },
      body: '{"errorMessage":"2024 Task timed out"}',
    },
    'Lambda.Unknown',
    'The cause could not be determined because Lambda did not return an error type. Returned payload: {"errorMessage":"2024 Task timed out"}',
  ],
  [
    'an unknown function',
    {
      status: 404,
      headers: { 'x-amzn-RequestId': 'r', 'x-amzn-ErrorType': 'ResourceNotFoundException:http://x/' },
      body: '{"Type":"User","Message":"Function not found: f"}',
    },
    'Lambda.ResourceNotFoundException',
    'Function not found: f (Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; Request ID: r; Proxy: null)',
  ],
  [
    'throttling, named in the body',
    {
      status: 429,
      headers: { 'x-amzn-RequestId': 'r' },
      body: '{"__type":"com.amazonaws#TooManyRequestsException","message":"Rate Exceeded."}',
    },
    'Lambda.TooManyRequestsException',
    'Rate Exceeded. (Service: AWSLambda; Status Code: 429; Error Code: TooManyRequestsException; Request ID: r; Proxy: null)',
  ],
  [
    'a service error',
    {
      status: 500,
      headers: { 'x-amzn-RequestId': 'r', 'x-amzn-ErrorType': 'ServiceException' },
      body: '{"Message":"oops"}',
    },
    'Lambda.ServiceException',
    'oops (Service: AWSLambda; Status Code: 500; Error Code: ServiceException; Request ID: r; Proxy: null)',
  ],
  [
    'an exception that Invoke does not name',
    {
      status: 400,
      headers: { 'x-amzn-RequestId': 'r', 'x-amzn-ErrorType': 'ValidationException' },
      body: '{"message":"no"}',
    },
    'Lambda.AWSLambdaException',
    'no (Service: AWSLambda; Status Code: 400; Error Code: ValidationException; Request ID: r; Proxy: null)',
  ],
  [
    'a gateway’s page',
    { status: 502, headers: { 'x-amzn-RequestId': 'r' }, body: '<html>' },
    'Lambda.AWSLambdaException',
    'null (Service: AWSLambda; Status Code: 502; Error Code: 502; Request ID: r; Proxy: null)',
  ],
])('maps %s', async (_what, given, error, cause) => {
  reply = given;
  expect(await functions.call('f', {})).toEqual({ status: 'failed', error, cause });
  expect(await functions.invoke({ FunctionName: 'f' })).toEqual({ status: 'failed', error, cause });
});

test('an error object is passed on as written by a call of the ARN, and compactly by lambda:invoke', async () => {
  const body = '{"errorType": "KeyError", "n": 1.0}';
  reply = { status: 200, headers: { 'X-Amz-Function-Error': 'Unhandled' }, body };
  expect(await functions.call('f', {})).toMatchObject({ cause: body });
  const compact = '{"errorType":"KeyError","n":1.0}';
  expect(await functions.invoke({ FunctionName: 'f' })).toMatchObject({ cause: compact });
});

test('an answer that is not JSON becomes a string', async () => {
  reply = { status: 200, body: 'plain' };
  expect(resultOf(await functions.call('f', {}))).toBe('plain');
});

test('an endpoint that is not there is Lambda.SdkClientException', async () => {
  const nowhere = openFunctions({}, {}, { endpoints: { lambda: 'http://127.0.0.1:1' } });
  expect(await nowhere.call('f', {})).toEqual({
    status: 'failed',
    error: 'Lambda.SdkClientException',
    cause: 'Unable to execute HTTP request: Connect to 127.0.0.1:1 failed: Connection refused',
  });
  await nowhere.close();
});

test('a call is given up with its signal', async () => {
  reply = { status: 200, delayMs: 2_000 };
  const outcome = await functions.call('f', {}, AbortSignal.timeout(20));
  expect(outcome).toMatchObject({ status: 'failed', error: 'Lambda.ClientExecutionTimeoutException' });
});

test('a role that may not be assumed fails the task with its reason', async () => {
  const roles = openFunctions({}, {}, { endpoints: { lambda: base, sts: base } });
  const task = {
    ...taskOf(INVOKE, { FunctionName: 'f' }),
    credentials: 'arn:aws:iam::123456789012:role/bad',
  };
  const outcome = await roles.lambda.invoke.start(task, NEVER);
  expect(outcome).toMatchObject({
    status: 'failed',
    error: 'States.TaskFailed',
    cause: expect.stringContaining(
      'The role arn:aws:iam::123456789012:role/bad could not be assumed: not you',
    ),
  });
  await roles.close();
});

test('the payload is sent as JSON', async () => {
  await functions.call('far', { a: 1 });
  expect(seen[0]!.headers['content-type']).toBe('application/json');
});
