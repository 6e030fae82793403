import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TaskResource } from '../../../src/asl/program.ts';
import type { Json, JsonObject } from '../../../src/base/json.ts';
import type { Integration } from '../../../src/integrations/integration.ts';
import { until } from '../../support/until.ts';
import { type Functions, functionArn, INVOKE, NEVER, openFunctions, resultOf, taskOf } from '../support.ts';

const APP = `
  export const echo = async (event) => event;
  export const says = async (event) => { console.log('hello', event.n); return event.n; };
  export const fails = async () => { throw new Error('in the background'); };`;

let functions: Functions;
beforeAll(() => {
  functions = openFunctions(
    { 'app.mjs': APP },
    { echo: { handler: 'app.echo' }, says: { handler: 'app.says' }, fails: { handler: 'app.fails' } },
    { access: true },
  );
});
afterAll(() => functions.close());

test('answers with the members of the Invoke response, in alphabetical order', async () => {
  const result = resultOf(await functions.invoke({ FunctionName: 'echo', Payload: { a: 1 } })) as JsonObject;
  expect(Object.keys(result)).toEqual([
    'ExecutedVersion',
    'Payload',
    'SdkHttpMetadata',
    'SdkResponseMetadata',
    'StatusCode',
  ]);
  expect(result).toMatchObject({
    ExecutedVersion: '$LATEST',
    Payload: { a: 1 },
    SdkHttpMetadata: {
      AllHttpHeaders: { 'Content-Length': ['7'], 'X-Amz-Executed-Version': ['$LATEST'] },
      HttpHeaders: { 'Content-Type': 'application/json', 'x-amzn-Remapped-Content-Length': '0' },
      HttpStatusCode: 200,
    },
    StatusCode: 200,
  });
  const metadata = result['SdkHttpMetadata'] as { HttpHeaders: Record<string, string> };
  expect(Object.keys(metadata.HttpHeaders)).toEqual([
    'Connection',
    'Content-Length',
    'Content-Type',
    'Date',
    'X-Amz-Executed-Version',
    'x-amzn-Remapped-Content-Length',
    'x-amzn-RequestId',
    'X-Amzn-Trace-Id',
  ]);
  expect(result['SdkResponseMetadata']).toEqual({ RequestId: metadata.HttpHeaders['x-amzn-RequestId'] });
});

test.each([
  ['echo'],
  ['echo:live'],
  ['123456789012:function:echo'],
  [functionArn('echo')],
  [`${functionArn('echo')}:7`],
])('finds a function named %s', async (FunctionName) => {
  expect(resultOf(await functions.invoke({ FunctionName, Payload: [1] }))).toMatchObject({ Payload: [1] });
});

test('without Payload the function is given an empty object', async () => {
  expect(resultOf(await functions.invoke({ FunctionName: 'echo' }))).toMatchObject({ Payload: {} });
});

test('passes a payload’s text through unchanged', async () => {
  const outcome = await functions.invoke({ FunctionName: 'echo', Payload: 'text' });
  expect(outcome).toMatchObject({ outputText: expect.stringContaining('"Payload":"text"') as string });
});

test.each([
  ['null', null, {}],
  ['a text that is JSON', '{"a": [1]}', { a: [1] }],
  ['a text that is a JSON string', '"quoted"', 'quoted'],
])('with %s as Payload the function is given what AWS gives it', async (_case, payload, given) => {
  expect(resultOf(await functions.invoke({ FunctionName: 'echo', Payload: payload }))).toMatchObject({
    Payload: given,
  });
});

test('LogType Tail gives the log of this invocation', async () => {
  for (const n of [1, 2]) {
    const result = resultOf(
      await functions.invoke({ FunctionName: 'says', LogType: 'Tail', Payload: { n } }),
    ) as JsonObject;
    const log = Buffer.from(result['LogResult'] as string, 'base64').toString();
    const id = (result['SdkResponseMetadata'] as JsonObject)['RequestId'] as string;
    expect(log.split('\n').slice(0, 3)).toEqual([
      `START RequestId: ${id} Version: $LATEST`,
      `hello ${n}`,
      `END RequestId: ${id}`,
    ]);
  }
});

test('InvocationType Event answers at once with 202; a failure goes to the log', async () => {
  const result = resultOf(await functions.invoke({ FunctionName: 'fails', InvocationType: 'Event' }));
  expect(result).toMatchObject({ StatusCode: 202, Payload: '' });
  expect(result).not.toHaveProperty('ExecutedVersion');
  await until('the warning', () =>
    functions.records.some((r) => r.msg === 'an invocation of type Event failed'),
  );
});

test('InvocationType DryRun calls nothing', async () => {
  const result = resultOf(await functions.invoke({ FunctionName: 'fails', InvocationType: 'DryRun' }));
  expect(result).toMatchObject({ StatusCode: 204, Payload: '' });
});

test.each<[JsonObject, string]>([
  [{ Payload: {} }, '[The field "FunctionName" is required but was missing]'],
  // Transcript in Stack Overflow 76373088.
  [{ FunctionName: 'f', Payload: 1 }, "[The value for the field 'Payload' must be a STRING]"],
  [{ FunctionName: 'f', Payload: true }, "[The value for the field 'Payload' must be a STRING]"],
  [{ FunctionName: 'f', functionName: 'f' }, '[The field "functionName" is not supported by Step Functions]'],
  [{ FunctionName: 7 }, "[The value for the field 'FunctionName' must be a STRING]"],
  [
    { FunctionName: 'f', InvocationType: 'Later' },
    "[The value of the field 'InvocationType' has an invalid format]",
  ],
  [{ FunctionName: 'f', ClientContext: {} }, "[The value for the field 'ClientContext' must be a STRING]"],
  [{ FunctionName: 'f', Qualifier: {} }, "[The value for the field 'Qualifier' must be a STRING]"],
])('parameters that make no request are States.Runtime: %j', async (parameters, reasons) => {
  expect(await functions.invoke(parameters)).toEqual({
    status: 'failed',
    error: 'States.Runtime',
    cause: `The Parameters '${JSON.stringify(parameters)}' could not be used to start the Task: ${reasons}`,
  });
});

test.each<[JsonObject, string, RegExp]>([
  [
    { FunctionName: 'no such' },
    'Lambda.AWSLambdaException',
    /^1 validation error detected: Value 'no such' at 'functionName' .*Error Code: ValidationException/,
  ],
  [
    { FunctionName: 'echo:1', Qualifier: '2' },
    'Lambda.InvalidParameterValueException',
    /^The derived qualifier from the function name does not match the specified qualifier\. \(Service: AWSLambda; Status Code: 400;/,
  ],
])('refuses what Lambda refuses: %j', async (parameters, error, cause) => {
  expect(await functions.invoke(parameters)).toEqual({
    status: 'failed',
    error,
    cause: expect.stringMatching(cause) as string,
  });
});

test('a function that is nowhere is not found, and the log says where it was looked for', async () => {
  const id = '[0-9a-f-]{36}';
  for (const [name, arn] of [
    ['nowhere', 'nowhere:\\$LATEST'],
    ['nowhere:v2', 'nowhere:v2'],
  ] as const) {
    expect(await functions.invoke({ FunctionName: name })).toEqual({
      status: 'failed',
      error: 'Lambda.ResourceNotFoundException',
      cause: expect.stringMatching(
        new RegExp(
          `^Function not found: arn:aws:lambda:eu-central-1:123456789012:function:${arn} \\(Service: AWSLambda; ` +
            `Status Code: 404; Error Code: ResourceNotFoundException; Request ID: ${id}; Proxy: null\\)$`,
        ),
      ) as string,
    });
  }
  expect(
    functions.records.some((r) =>
      r.msg.startsWith("function nowhere is not in the configuration's functions (echo, says, fails)"),
    ),
  ).toBe(true);
});

test('a name that leads nowhere is not looked for on AWS, and the error says what would serve it', async () => {
  const closed = openFunctions(
    { 'echo.mjs': 'export const handler = (e) => e;' },
    { echo: { handler: 'echo.handler' } },
  );
  const ways =
    'nothing in the configuration serves it, and AWS is not asked unless the configuration says so. Serve it by a function of your own ' +
    '(functions.elsewhere), by a stand-in (endpoints.lambda: http://127.0.0.1:4566), or by AWS itself (aws: true)';
  expect(await closed.invoke({ FunctionName: 'elsewhere' })).toMatchObject({
    error: 'Lambda.ResourceNotFoundException',
    cause: expect.stringContaining(
      `function:elsewhere:$LATEST. It was not called: ${ways} (Service: AWSLambda;`,
    ) as string,
  });
  expect(await closed.call('ehco', {})).toMatchObject({
    error: 'Lambda.ResourceNotFoundException',
    cause: expect.stringContaining(':ehco:$LATEST (did you mean echo?). It was not called') as string,
  });
  const sdk = closed.lambda.sdkInvoke({
    start: () => Promise.reject(new Error('Expected no call of AWS')),
  });
  expect(
    await sdk.start(
      taskOf({ ...INVOKE, service: 'aws-sdk:lambda' } as TaskResource, { FunctionName: 'elsewhere' }),
      NEVER,
    ),
  ).toMatchObject({ error: 'Lambda.ResourceNotFoundException' });
  await closed.close();
});

test('a name that is nearly that of a function here is not looked for on AWS', async () => {
  expect(await functions.invoke({ FunctionName: 'ehco' })).toMatchObject({
    status: 'failed',
    error: 'Lambda.ResourceNotFoundException',
  });
  expect(functions.records.map((r) => r.msg)).toContain(
    "function ehco is not in the configuration's functions, and AWS is not asked for it: did you mean echo?",
  );
});

describe('aws-sdk:lambda:invoke', () => {
  const others: unknown[] = [];
  const awsSdk: Integration = {
    async start(task) {
      others.push(task.input);
      return { status: 'completed', outputText: '"from AWS"' };
    },
  };
  const start = (input: Json) =>
    functions.lambda
      .sdkInvoke(awsSdk)
      .start(taskOf({ ...INVOKE, service: 'aws-sdk:lambda' } as TaskResource, input), NEVER);

  test('calls the function of the configuration, whose payload is a text in the result', async () => {
    const result = resultOf(await start({ FunctionName: 'echo', Payload: { n: 1 } })) as { Payload: string };
    expect(result).toMatchObject({ ExecutedVersion: '$LATEST', StatusCode: 200 });
    expect(JSON.parse(result.Payload)).toMatchObject({ n: 1 });
  });

  // Source: AWS Lambda API reference, Invoke: a function's error is a member of the response.
  test('tells of an error of the function in the result', async () => {
    expect(resultOf(await start({ FunctionName: 'fails' }))).toMatchObject({
      FunctionError: 'Unhandled',
      Payload: expect.stringContaining('errorType') as string,
      StatusCode: 200,
    });
  });

  test('of a misspelt name fails with the words of Lambda', async () => {
    expect(await start({ FunctionName: 'ehco' })).toMatchObject({
      status: 'failed',
      error: 'Lambda.ResourceNotFoundException',
      cause: expect.stringMatching(
        /^Function not found: .*:ehco:\$LATEST \(Service: Lambda, Status Code: 404, /,
      ) as string,
    });
  });

  test('of any other function goes to AWS', async () => {
    expect(resultOf(await start({ FunctionName: 'elsewhere' }))).toBe('from AWS');
    expect(others).toEqual([{ FunctionName: 'elsewhere' }]);
  });
});
