// A function behind the Lambda Invoke API: AWS itself, or the endpoint of `endpoints.lambda`.

import { randomUUID } from 'node:crypto';
import type { Aws } from '../../aws/aws.ts';
import type { AwsAnswer } from '../../aws/call.ts';
import { notServed, standInFor } from '../../aws/endpoints.ts';
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
  /** Whether a name that is no local function's goes nowhere else: there is nothing for it, or it is nearly that of one. */
  isUnknown(name: string): boolean;
}

/** @param local names of the local functions. */
export function createRemoteFunctions(aws: Aws, local: readonly string[], log: Log): RemoteFunctions {
  const meant = (name: string): string | undefined =>
    aws.endpoint('lambda') === undefined ? nearest(name, local) : undefined;
  return {
    isUnknown: (name) => !aws.serves('lambda') || meant(name) !== undefined,
    async invoke(invocation, signal) {
      const known = meant(invocation.name);
      if (!aws.serves('lambda')) return notConfigured(invocation, known);
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

/** @param meant the local function whose name is nearly the same. */
function notConfigured(invocation: Invocation, meant: string | undefined): Answer {
  const hint = meant === undefined ? '' : ` (did you mean ${meant}?)`;
  const ways = { ownFunction: `functions.${invocation.name}`, standIn: standInFor('lambda') };
  return notFound(invocation, `${hint}. ${notServed('It', ways)}`);
}

/** What Lambda answers for a name it does not know. @param more added to it */
function notFound(invocation: Invocation, more = ''): Answer {
  const qualifier = invocation.qualifier === undefined ? ':$LATEST' : '';
  const message = `Function not found: ${invocation.arn}${qualifier}${more}`;
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
