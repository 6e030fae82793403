// A function behind the Lambda Invoke API: AWS itself, or the endpoint of `endpoints.lambda`.

import { randomUUID } from 'node:crypto';
import {
  type AwsClient,
  type AwsResponse,
  NoCredentials,
  RoleNotAssumed,
  Unreachable,
} from '../../aws/client.ts';
import { isJsonObject, type JsonObject, parseJson } from '../../base/json.ts';
import type { Log } from '../../base/log.ts';
import { type Answer, failedAnswer, type Invocation, type Invoke } from '../../functions/invocation.ts';

/** Header names as AWS spells them; the wire may carry any case. */
const SPELLING = [
  'Connection',
  'Content-Length',
  'Content-Type',
  'Date',
  'X-Amz-Executed-Version',
  'X-Amz-Function-Error',
  'X-Amz-Log-Result',
  'x-amzn-Remapped-Content-Length',
  'x-amzn-RequestId',
  'X-Amzn-Trace-Id',
];
const SPELLED = new Map(SPELLING.map((name) => [name.toLowerCase(), name]));

/** @param local names of the local functions, for the log when nothing else can be asked. */
export function createRemoteInvoke(client: AwsClient, local: readonly string[], log: Log): Invoke {
  return async (invocation, signal) => {
    try {
      return answerOf(await send(client, invocation, signal));
    } catch (error) {
      if (signal.aborted) return { kind: 'aborted' };
      if (error instanceof Unreachable) return { kind: 'unreachable', reason: error.message };
      if (error instanceof RoleNotAssumed) return roleRefused(invocation.role!, error.message);
      if (error instanceof NoCredentials) {
        const known = local.length === 0 ? 'none' : local.join(', ');
        log.warn(
          `function ${invocation.name} is not in the configuration's functions (${known}), endpoints.lambda is not set, ` +
            'and there are no AWS credentials to look for it on AWS',
        );
        return notFound(invocation);
      }
      throw error;
    }
  };
}

function send(client: AwsClient, invocation: Invocation, signal: AbortSignal): Promise<AwsResponse> {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'x-amz-invocation-type': invocation.type,
    'x-amz-log-type': invocation.logTail ? 'Tail' : 'None',
  };
  if (invocation.clientContext !== undefined) headers['x-amz-client-context'] = invocation.clientContext;
  return client.send({
    service: 'lambda',
    method: 'POST',
    path: `/2015-03-31/functions/${encodeURIComponent(invocation.functionName)}/invocations`,
    ...(invocation.qualifier === undefined ? {} : { query: { Qualifier: invocation.qualifier } }),
    headers,
    body: invocation.payload,
    region: invocation.region,
    ...(invocation.role === undefined ? {} : { roleArn: invocation.role }),
    signal,
  });
}

function answerOf(response: AwsResponse): Answer {
  const { status, headers } = response;
  const payload = new TextDecoder().decode(response.body);
  const requestId = headers['x-amzn-requestid'] ?? headers['x-amz-request-id'] ?? randomUUID();
  if (status >= 300) return refusal(status, headers, payload, requestId);
  return {
    kind: 'answered',
    statusCode: status,
    requestId,
    executedVersion: headers['x-amz-executed-version'],
    failed: headers['x-amz-function-error'] !== undefined,
    payload,
    logResult: headers['x-amz-log-result'],
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [SPELLED.get(name) ?? name, value]),
    ),
  };
}

function refusal(status: number, headers: AwsResponse['headers'], text: string, requestId: string): Answer {
  const body = parseObject(text);
  const named =
    headers['x-amzn-errortype'] ?? member(body, '__type') ?? member(body, 'code') ?? member(body, 'Code');
  // `Name:http://…` in the header, `prefix#Name` in a body.
  const code = named?.split(':')[0]?.split('#').at(-1) ?? `${status}`;
  const message = member(body, 'Message') ?? member(body, 'message') ?? 'null';
  return { kind: 'refused', status, code, message, requestId };
}

function parseObject(text: string): JsonObject {
  try {
    const value = parseJson(text);
    return isJsonObject(value) ? value : {};
  } catch {
    // Proxies answer in HTML: the status then says all there is to say.
    return {};
  }
}

function member(object: JsonObject, name: string): string | undefined {
  const value = Object.hasOwn(object, name) ? object[name] : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** What Lambda answers for a name it does not know. */
function notFound(invocation: Invocation): Answer {
  const message = `Function not found: ${invocation.arn}${invocation.qualifier === undefined ? ':$LATEST' : ''}`;
  return {
    kind: 'refused',
    status: 404,
    code: 'ResourceNotFoundException',
    message,
    requestId: randomUUID(),
  };
}

function roleRefused(role: string, reason: string): Answer {
  const errorMessage = `The role ${role} could not be assumed: ${reason}`;
  return failedAnswer(randomUUID(), JSON.stringify({ errorType: 'States.TaskFailed', errorMessage }));
}
