// Tasks that call Lambda functions: by the function's ARN, and lambda:invoke. A name is looked for among the local
// functions first, then at the Lambda API (endpoints.lambda, or AWS).

import { randomUUID } from 'node:crypto';
import type { Aws } from '../../aws/aws.ts';
import { functionArn } from '../../base/arn.ts';
import { type Json, type JsonObject, parseJson, stringifyJson } from '../../base/json.ts';
import type { Log } from '../../base/log.ts';
import type { Invocation, Invoke } from '../../functions/invocation.ts';
import { createLocalFunctions, type LocalFunctionsOptions } from '../../functions/local.ts';
import type { Integration, TaskOutcome, TaskRequest } from '../integration.ts';
import { unusableParameters } from '../parameters.ts';
import { FUNCTION_NAME_PATTERN, type FunctionName, parseFunctionName } from './function-name.ts';
import { outcomeOf, type ResultForm } from './outcome.ts';
import { checkLambdaParameters } from './parameters.ts';
import { createRemoteFunctions } from './remote.ts';
import { createSdkInvoke } from './sdk-invoke.ts';

export interface LambdaOptions extends LocalFunctionsOptions {
  readonly aws: Aws;
  readonly log: Log;
}

export interface Lambda {
  /** Resource: ARN of a function. */
  readonly byArn: Integration;
  /** Resource: `arn:aws:states:::lambda:invoke`, with or without a task token. */
  readonly invoke: Integration;
  /** Resource: `arn:aws:states:::aws-sdk:lambda:invoke`. @param awsSdk takes what is not for a local function */
  sdkInvoke(awsSdk: Integration): Integration;
  /** Calls a function of the configuration by its name. */
  readonly local: Invoke;
  /** Ends every function process. */
  close(): Promise<void>;
}

export function createLambda(options: LambdaOptions): Lambda {
  const local = createLocalFunctions(options);
  const remote = createRemoteFunctions(options.aws, local.names, options.log);
  const call: Invoke = (invocation, signal) =>
    local.has(invocation.name) ? local.invoke(invocation, signal) : remote.invoke(invocation, signal);

  async function run(prepared: Prepared, form: ResultForm, signal: AbortSignal): Promise<TaskOutcome> {
    return 'outcome' in prepared
      ? prepared.outcome
      : outcomeOf(await call(prepared.invocation, signal), form);
  }

  const byArn: Integration = { start: (task, signal) => run(invocationOfArn(task), 'function', signal) };
  const invoke = {
    check: checkLambdaParameters,
    start: (task: TaskRequest, signal: AbortSignal) => run(invocationOfParameters(task), 'invoke', signal),
  };
  /** Also a name that leads nowhere, or is nearly one of theirs: whoever runs functions here did not mean another one on AWS. */
  const isOurs = (name: string): boolean => local.has(name) || remote.isUnknown(name);
  return {
    byArn,
    invoke,
    sdkInvoke: (awsSdk) =>
      createSdkInvoke(awsSdk, (task, signal) => {
        const prepared = invocationOfParameters(task);
        if ('outcome' in prepared || !isOurs(prepared.invocation.name)) return undefined;
        return call(prepared.invocation, signal);
      }),
    local: local.invoke,
    close: () => local.close(),
  };
}

/** A task turned into an invocation, or refused before anything is called. */
type Prepared = { readonly invocation: Invocation } | { readonly outcome: TaskOutcome };

function invocationOfArn(task: TaskRequest): Prepared {
  const name = parseFunctionName(task.resource.arn);
  if (name === undefined) return invalidName(task.resource.arn);
  return prepare(task, task.resource.arn, name, name.qualifier, task.input, {});
}

function invocationOfParameters(task: TaskRequest): Prepared {
  const reasons = checkLambdaParameters(task.resource, task.input);
  if (reasons.length > 0) {
    return { outcome: unusableParameters(task.input, reasons) };
  }
  const input = task.input as JsonObject;
  const text = input['FunctionName'] as string;
  const name = parseFunctionName(text);
  if (name === undefined) return invalidName(text);
  const qualifier = input['Qualifier'] as string | undefined;
  if (qualifier !== undefined && name.qualifier !== undefined && qualifier !== name.qualifier) {
    const message = 'The derived qualifier from the function name does not match the specified qualifier.';
    return refusal('InvalidParameterValueException', message);
  }
  return prepare(task, text, name, qualifier ?? name.qualifier, payloadOf(input['Payload']), input);
}

/** A text that is JSON stands for what it says, and null for no payload: the function receives `{}` (recorded from AWS). */
function payloadOf(given: Json | undefined): Json {
  if (given === undefined || given === null) return {};
  if (typeof given !== 'string') return given;
  try {
    return parseJson(given);
  } catch {
    // Not JSON: the text itself is the payload.
    return given;
  }
}

function prepare(
  task: TaskRequest,
  text: string,
  name: FunctionName,
  qualifier: string | undefined,
  payload: Json,
  input: JsonObject,
): Prepared {
  const region = name.region ?? task.region;
  const owner = { partition: name.partition ?? 'aws', region, account: name.account ?? task.account };
  const plain = functionArn(owner, name.name);
  const invocation: Invocation = {
    name: name.name,
    qualifier,
    functionName: name.qualifier === undefined ? text : text.slice(0, -name.qualifier.length - 1),
    arn: qualifier === undefined ? plain : `${plain}:${qualifier}`,
    region,
    payload: stringifyJson(payload),
    type: (input['InvocationType'] ?? 'RequestResponse') as Invocation['type'],
    logTail: input['LogType'] === 'Tail',
    clientContext: input['ClientContext'] as string | undefined,
    role: task.credentials,
  };
  return { invocation };
}

function invalidName(text: string): Prepared {
  const message =
    `1 validation error detected: Value '${text}' at 'functionName' failed to satisfy constraint: ` +
    `Member must satisfy regular expression pattern: ${FUNCTION_NAME_PATTERN}`;
  return refusal('ValidationException', message);
}

/** What Lambda's API says to a request it cannot take. The form of the result plays no part. */
function refusal(code: string, message: string): Prepared {
  return {
    outcome: outcomeOf({ kind: 'refused', status: 400, code, message, requestId: randomUUID() }, 'invoke'),
  };
}
