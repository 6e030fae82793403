import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eventMessage } from '../../aws/event-message.ts';
import { errorOf, resultOf } from '../support.ts';
import { type Driver, openDriver } from './drive.ts';
import { openStandIn, type StandIn } from './stand-in.ts';

let standIn: StandIn;
let driver: Driver;
beforeAll(async () => {
  standIn = await openStandIn();
  driver = openDriver({ bedrock: standIn.url, 'bedrock-agentcore': standIn.url, s3: standIn.url });
});
beforeEach(() => {
  standIn.asked.length = 0;
});
afterAll(async () => {
  await driver.close();
  await standIn.close();
});

describe('bedrock:invokeModel', () => {
  const MODEL = 'POST /model/titan/invoke';
  beforeEach(() => standIn.answer(MODEL, { body: { results: ['Ada'] } }));

  test('sends the body and gives the answer parsed', async () => {
    const outcome = await driver.run('bedrock:invokeModel', {
      ModelId: 'titan',
      Body: { inputText: 'names' },
    });
    expect(resultOf(outcome)).toEqual({ Body: { results: ['Ada'] }, ContentType: 'application/json' });
    expect(standIn.asked[0]).toMatchObject({ body: '{"inputText":"names"}' });
    expect(standIn.asked[0]!.headers).toMatchObject({
      'content-type': 'application/json',
      accept: 'application/json',
    });
  });

  test('reads its request from S3 and writes the answer there', async () => {
    standIn.answer('GET /prompts/in/1.json?x-id=GetObject', { body: '{"inputText":"from S3"}' });
    standIn.answer('GET /prompts/in/1.json', { body: '{"inputText":"from S3"}' });
    standIn.answer('PUT /answers/out/1.json', { body: '' });
    standIn.answer('PUT /answers/out/1.json?x-id=PutObject', { body: '' });
    const outcome = await driver.run('bedrock:invokeModel', {
      ModelId: 'titan',
      Input: { S3Uri: 's3://prompts/in/1.json' },
      Output: { S3Uri: 's3://answers/out/1.json' },
    });
    expect(resultOf(outcome)).toEqual({ Body: 's3://answers/out/1.json', ContentType: 'application/json' });
    expect(standIn.asked.map(({ body }) => body)).toEqual([
      '',
      '{"inputText":"from S3"}',
      '{"results":["Ada"]}',
    ]);
  });

  test('tells what Bedrock refuses', async () => {
    standIn.answer(MODEL, {
      status: 429,
      headers: { 'x-amzn-ErrorType': 'ThrottlingException:' },
      body: { message: 'Too many requests' },
    });
    expect(await driver.run('bedrock:invokeModel', { ModelId: 'titan', Body: {} })).toMatchObject({
      status: 'failed',
      error: 'Bedrock.ThrottlingException',
      cause: expect.stringMatching(/^Too many requests \(Service: Bedrock; Status Code: 429;/),
    });
  });

  test.each<[object, string]>([
    [{}, 'Exactly one of the fields "Body" and "Input" is required'],
    [{ Body: {}, Input: { S3Uri: 's3://b/k' } }, 'Exactly one of the fields "Body" and "Input" is required'],
    [{ Input: { S3Uri: 'b/k' } }, "The value of the field 'Input' has an invalid format"],
    [{ Body: {}, Prompt: 'x' }, 'The field "Prompt" is not supported by Step Functions'],
  ])('refuses %j', (input, reason) => {
    expect(driver.check('bedrock:invokeModel', { ModelId: 'titan', ...input } as never)).toEqual([reason]);
  });
});

function event(type: string, payload: object): Buffer {
  return eventMessage(
    { ':message-type': 'event', ':event-type': type, ':content-type': 'application/json' },
    payload,
  );
}

const usage = (inputTokens: number, outputTokens: number, latencyMs: number) =>
  event('metadata', {
    usage: { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens },
    metrics: { latencyMs },
  });

describe('bedrockagentcore:invokeHarness', () => {
  const ARN = 'arn:aws:bedrock-agentcore:eu-central-1:123456789012:harness/h';
  const WHAT = `POST /harnesses/invoke?harnessArn=${ARN}`;
  const INPUT = {
    HarnessArn: ARN,
    RuntimeSessionId: 'session-1',
    Messages: [{ Role: 'user', Content: [{ Text: 'hi' }] }],
    Tools: [{ Type: 'inline_function', Config: { InlineFunction: { InputSchema: { Type: 'kept' } } } }],
  };

  test('gives the last message’s text and the tokens of all', async () => {
    const body = Buffer.concat([
      event('messageStart', { role: 'assistant' }),
      event('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'let me look' } }),
      event('messageStop', { stopReason: 'tool_use' }),
      usage(10, 5, 100),
      event('messageStart', { role: 'assistant' }),
      event('contentBlockDelta', { contentBlockIndex: 0, delta: { reasoningContent: { text: 'hm' } } }),
      event('contentBlockDelta', { contentBlockIndex: 1, delta: { text: 'Hel' } }),
      event('contentBlockDelta', { contentBlockIndex: 1, delta: { text: 'lo' } }),
      event('messageStop', { stopReason: 'end_turn' }),
      usage(20, 7, 200),
    ]);
    standIn.answer(WHAT, { headers: { 'Content-Type': 'application/vnd.amazon.eventstream' }, body });
    expect(resultOf(await driver.run('bedrockagentcore:invokeHarness', INPUT))).toEqual({
      Metrics: { LatencyMs: 300 },
      Output: { Message: { Content: [{ Text: 'Hello' }], Role: 'assistant' } },
      StopReason: 'end_turn',
      Usage: { InputTokens: 30, OutputTokens: 12, TotalTokens: 42 },
    });
    const [asked] = standIn.asked;
    expect(asked!.headers['x-amzn-bedrock-agentcore-runtime-session-id']).toBe('session-1');
    expect(JSON.parse(asked!.body)).toEqual({
      messages: [{ role: 'user', content: [{ text: 'hi' }] }],
      tools: [{ type: 'inline_function', config: { inlineFunction: { inputSchema: { Type: 'kept' } } } }],
    });
  });

  test('fails when the stream tells of a failure', async () => {
    const body = eventMessage(
      { ':message-type': 'exception', ':exception-type': 'validationException' },
      { message: 'no such tool' },
    );
    standIn.answer(WHAT, { body });
    expect(await driver.run('bedrockagentcore:invokeHarness', INPUT)).toEqual({
      status: 'failed',
      error: 'BedrockAgentCore.ValidationException',
      cause: 'no such tool',
    });
  });

  test('fails when the call is refused', async () => {
    standIn.answer(WHAT, {
      status: 404,
      headers: { 'x-amzn-ErrorType': 'ResourceNotFoundException' },
      body: { message: 'no harness' },
    });
    expect(await driver.run('bedrockagentcore:invokeHarness', INPUT)).toEqual({
      status: 'failed',
      error: 'BedrockAgentCore.ResourceNotFoundException',
      cause: 'no harness (Service: BedrockAgentCore, Status Code: 404, Request ID: id-1)',
    });
  });

  test('fails when the answer is no event stream', async () => {
    standIn.answer(WHAT, { body: { not: 'a stream of events' } });
    expect(
      errorOf({ ...(await driver.run('bedrockagentcore:invokeHarness', INPUT)), cause: '{}' } as never),
    ).toMatchObject({
      error: 'BedrockAgentCore.SdkClientException',
    });
  });
});
