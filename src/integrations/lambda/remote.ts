// A function behind the Lambda Invoke API: AWS itself, or the endpoint of `endpoints.lambda`.

import { randomUUID } from 'node:crypto';
import type { Aws } from '../../aws/aws.ts';
import type { AwsAnswer } from '../../aws/call.ts';
import type { Log } from '../../base/log.ts';
import { nearest } from '../../base/nearest.ts';
import { type Answer, failedAnswer, type Invocation, type Invoke } from '../../functions/invocation.ts';
import { spellHeaders, spellingsOf } from '../outcome.ts';

const SPELLINGS = spellingsOf(
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
);

export interface RemoteFunctions {
  readonly invoke: Invoke;
  /** Whether the name is nearly that of a local function, and AWS is not what somebody chose for Lambda. */
  isMisspelt(name: string): boolean;
}

/** @param local names of the local functions. */
export function createRemoteFunctions(aws: Aws, local: readonly string[], log: Log): RemoteFunctions {
  const meant = (name: string): string | undefined =>
    aws.endpoint('lambda') === undefined ? nearest(name, local) : undefined;
  return {
    isMisspelt: (name) => meant(name) !== undefined,
    async invoke(invocation, signal) {
      const known = meant(invocation.name);
      if (known === undefined) return invokeAt(aws, local, log, invocation, signal);
      log.warn(
        `function ${invocation.name} is not in the configuration's functions, and AWS is not asked for it: did you mean ${known}?`,
      );
      return notFound(invocation);
    },
  };
}

async function invokeAt(
  aws: Aws,
  local: readonly string[],
  log: Log,
  invocation: Invocation,
  signal: AbortSignal,
): Promise<Answer> {
  const answer = await callInvoke(aws, invocation, signal);
  if (answer.ok) return answerOf(answer);
  switch (answer.noAnswer) {
    case undefined:
      return {
        kind: 'refused',
        status: answer.httpStatus!,
        code: answer.error,
        message: answer.message,
        requestId: answer.requestId || randomUUID(),
      };
    case 'aborted':
      return { kind: 'aborted' };
    case 'role not assumed':
      return roleRefused(invocation.role!, answer.message);
    case 'no credentials': {
      const known = local.length === 0 ? 'none' : local.join(', ');
      log.warn(
        `function ${invocation.name} is not in the configuration's functions (${known}), endpoints.lambda is not set, ` +
          'and there are no AWS credentials to look for it on AWS',
      );
      return notFound(invocation);
    }
    default:
      return { kind: 'unreachable', reason: answer.message };
  }
}

function callInvoke(aws: Aws, invocation: Invocation, signal: AbortSignal): Promise<AwsAnswer> {
  const { functionName, qualifier, clientContext } = invocation;
  return aws.call({
    service: 'lambda',
    action: 'invoke',
    input: {
      FunctionName: functionName,
      InvocationType: invocation.type,
      LogType: invocation.logTail ? 'Tail' : 'None',
      ...(qualifier === undefined ? {} : { Qualifier: qualifier }),
      ...(clientContext === undefined ? {} : { ClientContext: clientContext }),
    },
    payload: invocation.payload,
    contentType: 'application/json',
    region: invocation.region,
    roleArn: invocation.role,
    rawBody: true,
    signal,
  });
}

function answerOf({ headers, body, httpStatus, requestId }: Extract<AwsAnswer, { ok: true }>): Answer {
  return {
    kind: 'answered',
    statusCode: httpStatus,
    requestId: requestId || randomUUID(),
    executedVersion: headers['x-amz-executed-version'],
    failed: headers['x-amz-function-error'] !== undefined,
    payload: new TextDecoder().decode(body),
    logResult: headers['x-amz-log-result'],
    headers: Object.fromEntries(spellHeaders(headers, SPELLINGS)),
  };
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
