// An answer of a function as a task's outcome: results, error names and causes as Step Functions words them.

import { isJsonObject, type Json, parseJson, stringifyJson } from '../../base/json.ts';
import type { Answer } from '../../functions/invocation.ts';
import type { TaskOutcome } from '../integration.ts';
import { failure, sdk1Cause, sdkHttpMetadata, spellHeaders } from '../outcome.ts';

/** `function`: the task's Resource is the function's ARN, the result its payload. `invoke`: the API's response. */
export type ResultForm = 'function' | 'invoke';

/** Exceptions that Lambda's model of Invoke names; any other code becomes the service's base exception. */
const MODELLED = new Set(
  (
    'EC2AccessDenied EC2Throttled EC2Unexpected EFSIO EFSMountConnectivity EFSMountFailure EFSMountTimeout ' +
    'ENILimitReached InvalidParameterValue InvalidRequestContent InvalidRuntime InvalidSecurityGroupID InvalidSubnetID ' +
    'InvalidZipFile KMSAccessDenied KMSDisabled KMSInvalidState KMSNotFound RecursiveInvocation RequestTooLarge ' +
    'ResourceConflict ResourceNotFound ResourceNotReady Service SnapStart SnapStartNotReady SnapStartTimeout ' +
    'SubnetIPAddressLimitReached TooManyRequests UnsupportedMediaType'
  )
    .split(' ')
    .map((name) => `${name}Exception`),
);

export function outcomeOf(answer: Answer, form: ResultForm): TaskOutcome {
  switch (answer.kind) {
    case 'answered':
      if (answer.failed) return functionError(answer.payload, form);
      return {
        status: 'completed',
        outputText: form === 'function' ? jsonText(answer.payload) : responseText(answer),
      };
    case 'refused':
      return failure(
        `Lambda.${MODELLED.has(answer.code) ? answer.code : 'AWSLambdaException'}`,
        sdk1Cause('AWSLambda', answer, answer.requestId),
      );
    case 'unreachable':
      return failure('Lambda.SdkClientException', answer.reason);
    case 'aborted':
      return failure(
        'Lambda.ClientExecutionTimeoutException',
        'The call was given up before the function had answered',
      );
  }
}

/**
 * The cause is the error object: as the runtime wrote it when the function is called by its ARN, as compact JSON when it is
 * called by lambda:invoke (recorded from AWS).
 */
function functionError(payload: string, form: ResultForm): TaskOutcome {
  const object = jsonOf(payload);
  const type = isJsonObject(object) && Object.hasOwn(object, 'errorType') ? object['errorType'] : undefined;
  if (typeof type === 'string' && type !== '')
    return failure(type, form === 'function' ? payload : stringifyJson(object!));
  const why = 'The cause could not be determined because Lambda did not return an error type.';
  return failure('Lambda.Unknown', `${why} Returned payload: ${payload}`);
}

function jsonOf(payload: string): Json | undefined {
  try {
    return parseJson(payload);
  } catch {
    // Not JSON: then there is no error type in it.
    return undefined;
  }
}

/** The text itself when it is JSON, else a JSON string of it. */
function jsonText(text: string): string {
  try {
    JSON.parse(text);
    return text;
  } catch {
    return JSON.stringify(text);
  }
}

/** The response of lambda:invoke. The payload's text is put in as it is: numbers stay as the function wrote them. */
function responseText(answer: Extract<Answer, { kind: 'answered' }>): string {
  const headers = spellHeaders(answer.headers ?? localHeaders(answer), new Map());
  const metadata = sdkHttpMetadata(headers, answer.statusCode);
  const { executedVersion, logResult } = answer;
  const members = [
    executedVersion === undefined ? undefined : `"ExecutedVersion":${JSON.stringify(executedVersion)}`,
    logResult === undefined ? undefined : `"LogResult":${JSON.stringify(logResult)}`,
    `"Payload":${jsonText(answer.payload)}`,
    `"SdkHttpMetadata":${JSON.stringify(metadata)}`,
    `"SdkResponseMetadata":${JSON.stringify({ RequestId: answer.requestId })}`,
    `"StatusCode":${answer.statusCode}`,
  ];
  return `{${members.filter((member) => member !== undefined).join(',')}}`;
}

/** The headers that Lambda's endpoint would have sent. */
function localHeaders(answer: Extract<Answer, { kind: 'answered' }>): Record<string, string> {
  const headers: Record<string, string> = {
    Connection: 'keep-alive',
    'Content-Length': String(Buffer.byteLength(answer.payload)),
    'Content-Type': 'application/json',
    Date: new Date().toUTCString(),
    'x-amzn-Remapped-Content-Length': '0',
    'x-amzn-RequestId': answer.requestId,
    'X-Amzn-Trace-Id': traceOf(answer.requestId),
  };
  if (answer.executedVersion !== undefined) headers['X-Amz-Executed-Version'] = answer.executedVersion;
  if (answer.logResult !== undefined) headers['X-Amz-Log-Result'] = answer.logResult;
  return headers;
}

function traceOf(requestId: string): string {
  const hex = requestId.replaceAll('-', '');
  return `Root=1-${hex.slice(0, 8)}-${hex.slice(8)};Parent=${hex.slice(0, 16)};Sampled=0`;
}
