// bedrockagentcore:invokeHarness runs an agent and answers in the shape of Bedrock's Converse: the last message of the
// assistant, its text only, and the tokens of all. The API answers with a stream of events, which is why this is code.

import type { Aws } from '../../aws/aws.ts';
import { readEventStream } from '../../aws/event-stream.ts';
import {
  getMember,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  stringifyJson,
  toNumber,
} from '../../base/json.ts';
import { objectOf } from '../../base/json-object.ts';
import type { HttpResponse } from '../../net/http-client.ts';
import type { Check, Integration, TaskOutcome, TaskRequest } from '../integration.ts';
import { failure } from '../outcome.ts';
import { checkFields, type Fields } from '../parameters.ts';
import { jsonOrText, outcomeOfError } from './http-call.ts';
import { at, textAt } from './json-members.ts';

const FIELDS: Fields = {
  'HarnessArn!': 'string',
  'Messages!': 'any',
  'RuntimeSessionId!': 'string',
  ActorId: 'string',
  AllowedTools: 'any',
  MaxIterations: 'any',
  MaxTokens: 'any',
  Model: 'object',
  Skills: 'any',
  SystemPrompt: 'any',
  TimeoutSeconds: 'any',
  Tools: 'any',
};

/** Members whose value is data, not structure: its names stay as written. */
const DATA = new Set(['Input', 'InputSchema', 'Headers', 'CustomParameters', 'Json']);

export const checkInvokeHarness: Check = (_resource, input, template) => checkFields(input, FIELDS, template);

export function createInvokeHarness(aws: Aws): Integration {
  return {
    check: checkInvokeHarness,
    async start(task, signal) {
      try {
        const response = await send(task, signal);
        return response.status === 200 ? converse(response.body) : refusal(response);
      } catch (error) {
        if (error instanceof RangeError) {
          return failure(
            'BedrockAgentCore.SdkClientException',
            `Unable to read the answer: ${error.message}`,
          );
        }
        return outcomeOfError(error, 'BedrockAgentCore');
      }
    },
  };

  async function send(task: TaskRequest, signal: AbortSignal): Promise<HttpResponse> {
    const { HarnessArn, RuntimeSessionId, ...body } = task.input as JsonObject;
    const { base, region, chosenBy } = aws.locate('bedrockagentcore', task.region);
    return aws.send({
      signingName: 'bedrock-agentcore',
      endpoint: base.href,
      chosenBy,
      method: 'POST',
      path: '/harnesses/invoke',
      query: { harnessArn: HarnessArn as string },
      headers: {
        'content-type': 'application/json',
        accept: 'application/vnd.amazon.eventstream',
        'x-amzn-bedrock-agentcore-runtime-session-id': RuntimeSessionId as string,
      },
      body: stringifyJson(camelCase(body)),
      region,
      roleArn: task.credentials,
      signal,
    });
  }
}

function camelCase(value: Json): Json {
  if (isJsonArray(value)) return value.map(camelCase);
  if (!isJsonObject(value)) return value;
  return objectOf(
    Object.entries(value).map(([name, member]) => [
      name.charAt(0).toLowerCase() + name.slice(1),
      DATA.has(name) ? member : camelCase(member),
    ]),
  );
}

function refusal(response: HttpResponse): TaskOutcome {
  const text = new TextDecoder().decode(response.body);
  const body = jsonOrText(text);
  const name = response.headers['x-amzn-errortype'] ?? textAt(body, '__type') ?? 'BedrockAgentCoreException';
  const code = name.split(':')[0]!.split('#').at(-1)!;
  const message = textAt(body, 'message') ?? textAt(body, 'Message') ?? text;
  const id = response.headers['x-amzn-requestid'] ?? 'null';
  return failure(
    `BedrockAgentCore.${code}`,
    `${message} (Service: BedrockAgentCore, Status Code: ${response.status}, Request ID: ${id})`,
  );
}

interface Conversation {
  role: string;
  /** Text by content block of the message that is being told. */
  blocks: Map<number, string>;
  stopReason: string | null;
  readonly usage: Record<string, number>;
  latencyMs: number;
}

function converse(bytes: Uint8Array): TaskOutcome {
  const state: Conversation = {
    role: 'assistant',
    blocks: new Map(),
    stopReason: null,
    usage: {},
    latencyMs: 0,
  };
  for (const { headers, payload } of readEventStream(bytes)) {
    const event = jsonOrText(new TextDecoder().decode(payload));
    const error = headers[':exception-type'] ?? headers[':error-code'];
    if (error !== undefined) {
      const name = error.charAt(0).toUpperCase() + error.slice(1);
      return failure(`BedrockAgentCore.${name}`, textAt(event, 'message') ?? headers[':error-message']);
    }
    applyEvent(state, headers[':event-type'] ?? '', event);
  }
  const content = [...state.blocks].sort(([a], [b]) => a - b).map(([, text]) => ({ Text: text }));
  const result = {
    Metrics: { LatencyMs: state.latencyMs },
    Output: { Message: { Content: content, Role: state.role } },
    StopReason: state.stopReason,
    Usage: state.usage,
  };
  return { status: 'completed', outputText: stringifyJson(result) };
}

function applyEvent(state: Conversation, type: string, event: Json): void {
  switch (type) {
    case 'messageStart':
      if (textAt(event, 'role') === 'user') return;
      state.role = textAt(event, 'role') ?? 'assistant';
      state.blocks = new Map();
      return;
    case 'contentBlockDelta': {
      const text = textAt(event, 'delta.text');
      const index = toNumber(at(event, 'contentBlockIndex')) ?? 0;
      if (text !== undefined) state.blocks.set(index, (state.blocks.get(index) ?? '') + text);
      return;
    }
    case 'messageStop':
      state.stopReason = textAt(event, 'stopReason') ?? null;
      return;
    case 'metadata': {
      const usage = at(event, 'usage');
      for (const name of ['inputTokens', 'outputTokens', 'totalTokens']) {
        const count = isJsonObject(usage) ? toNumber(getMember(usage, name)) : undefined;
        const member = name.charAt(0).toUpperCase() + name.slice(1);
        if (count !== undefined) state.usage[member] = (state.usage[member] ?? 0) + count;
      }
      state.latencyMs += toNumber(at(event, 'metrics.latencyMs')) ?? 0;
    }
  }
}
