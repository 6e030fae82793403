// Nested executions: states:startExecution in all its patterns. The API it calls is this server's own, in the same
// process, or the one of `endpoints.states`; what waits for a child is woken by its end and does not poll.

import { randomUUID } from 'node:crypto';
import type { TaskResource } from '../../asl/program.ts';
import { uuidOf } from '../../aws/uuid.ts';
import { executionArn, parseArn, parseStateMachineReference, splitResource } from '../../base/arn.ts';
import { assert } from '../../base/assert.ts';
import {
  isJsonObject,
  type Json,
  type JsonObject,
  parseJson,
  stringifyJson,
  toNumber,
} from '../../base/json.ts';
import type { Check, Integration, JobOutcome, TaskOutcome, TaskRequest } from '../integration.ts';
import { failure, sdk1Cause, success } from '../outcome.ts';
import { checkFields, type Fields } from '../parameters.ts';
import type { StatesAnswer, StatesApi } from './states-api.ts';

/** Codes that the API's model names for these operations; any other becomes the SDK's base exception. */
const MODELLED = new Set([
  'ExecutionAlreadyExists',
  'ExecutionDoesNotExist',
  'ExecutionLimitExceeded',
  'InvalidArn',
  'InvalidExecutionInput',
  'InvalidName',
  'KmsAccessDeniedException',
  'KmsInvalidStateException',
  'KmsThrottlingException',
  'StateMachineDeleting',
  'StateMachineDoesNotExist',
  'StateMachineTypeNotSupported',
  'ValidationException',
]);

/** Members of the request. */
const FIELDS: Fields = {
  'StateMachineArn!': 'string or null',
  Name: 'string or null',
  Input: 'JSON text',
  TraceHeader: 'string or null',
};

export const checkStartExecution: Check = (_resource, input, template) =>
  checkFields(input, FIELDS, template);

export function createStartExecution(api: StatesApi): Integration {
  return {
    check: checkStartExecution,

    async start(task, signal): Promise<TaskOutcome> {
      const input = task.input as JsonObject;
      if (isJob(task.resource)) {
        const described = await api.call(
          'DescribeStateMachine',
          withoutAbsent({ stateMachineArn: input['StateMachineArn'], includedData: 'METADATA_ONLY' }),
          task,
          signal,
        );
        // An Express execution cannot be described, so its end could not be seen.
        if ('output' in described && described.output['type'] === 'EXPRESS') {
          return refusal({
            code: 'StateMachineTypeNotSupported',
            message: 'This operation is not supported by this type of state machine',
            status: 400,
          });
        }
      }
      const answer = await startOnce(api, task, input, signal);
      return 'output' in answer ? success(toStartOutput(answer.output)) : refusal(answer);
    },

    async poll(task, submitted, signal): Promise<JobOutcome> {
      const executionArn = childOf(submitted);
      if (api.ended !== undefined) await unlessAborted(api.ended(executionArn), signal);
      signal.throwIfAborted();
      const answer = await api.call('DescribeExecution', { executionArn }, task, signal);
      if (!('output' in answer)) return refusal(answer);
      const { status } = answer.output;
      if (status === 'RUNNING') return { status: 'running' };
      if (status !== 'SUCCEEDED') {
        return failure('States.TaskFailed', stringifyJson(description(answer.output)));
      }
      const parsed = task.resource.kind === 'service' && task.resource.pattern === 'sync:2';
      return success(description(answer.output, parsed));
    },

    async cancel(task, submitted, signal) {
      const answer = await api.call('StopExecution', { executionArn: childOf(submitted) }, task, signal);
      if (!('output' in answer))
        throw new Error(`Expected to stop the child: ${stringifyJson({ ...answer })}`);
    },
  };
}

function isJob(resource: TaskResource): boolean {
  return resource.kind === 'service' && resource.pattern.startsWith('sync');
}

/** The same attempt delivered twice starts one child: its name follows from the attempt. */
async function startOnce(
  api: StatesApi,
  task: TaskRequest,
  input: JsonObject,
  signal: AbortSignal,
): Promise<StatesAnswer> {
  const given = input['Name'];
  const name = typeof given === 'string' ? given : uuidOf(task.idempotencyToken);
  const request = withoutAbsent({
    stateMachineArn: input['StateMachineArn'],
    name,
    input: inputText(input['Input']),
    traceHeader: input['TraceHeader'],
  });
  const answer = await api.call('StartExecution', request, task, signal);
  const ours = given !== name && 'code' in answer && answer.code === 'ExecutionAlreadyExists';
  if (!ours) return answer;
  // An earlier delivery started it, and it has ended since.
  const executionArn = executionArnOf(input['StateMachineArn'] as string, name);
  const described = await api.call('DescribeExecution', { executionArn }, task, signal);
  if (!('output' in described)) return described;
  return { output: { executionArn, startDate: described.output['startDate']! } };
}

/** JSON text of what was given; a text is taken as it is. */
function inputText(input: Json | undefined): Json | undefined {
  return input === undefined || input === null || typeof input === 'string' ? input : stringifyJson(input);
}

/** Without the members that are absent or null. */
function withoutAbsent(members: Readonly<Record<string, Json | undefined>>): JsonObject {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(entries) as JsonObject;
}

/** `…:stateMachine:m`, with or without a version or alias → `…:execution:m:name`. */
function executionArnOf(stateMachineArn: string, name: string): string {
  const arn = parseArn(stateMachineArn);
  assert(arn, `Expected the ARN of a started state machine, but got ${stateMachineArn}`);
  return executionArn(arn, parseStateMachineReference(splitResource(arn.resource).rest).name, name);
}

function childOf(submitted: Json): string {
  const arn = isJsonObject(submitted) ? submitted['ExecutionArn'] : undefined;
  assert(typeof arn === 'string', 'Expected the answer of StartExecution to name the execution');
  return arn;
}

/** The answer of StartExecution as tasks see it. */
function toStartOutput(answer: JsonObject): JsonObject {
  const requestId = randomUUID();
  const length = String(Buffer.byteLength(stringifyJson(answer)));
  const type = 'application/x-amz-json-1.0';
  const date = new Date().toUTCString();
  return {
    ExecutionArn: answer['executionArn']!,
    SdkHttpMetadata: {
      AllHttpHeaders: {
        'x-amzn-RequestId': [requestId],
        connection: ['keep-alive'],
        'Content-Length': [length],
        Date: [date],
        'Content-Type': [type],
      },
      HttpHeaders: {
        connection: 'keep-alive',
        'Content-Length': length,
        'Content-Type': type,
        Date: date,
        'x-amzn-RequestId': requestId,
      },
      HttpStatusCode: 200,
    },
    SdkResponseMetadata: { RequestId: requestId },
    StartDate: milliseconds(answer['startDate']!),
  };
}

/** The answer of DescribeExecution as tasks see it. @param parsed Input and Output as JSON instead of JSON text. */
function description(answer: JsonObject, parsed = false): JsonObject {
  const shown = Object.entries(answer).map(([name, value]): [string, Json] => {
    const shownName = name.charAt(0).toUpperCase() + name.slice(1);
    if (name.endsWith('Date')) return [shownName, milliseconds(value)];
    if (isJsonObject(value)) return [shownName, description(value)];
    const isPayload = name === 'input' || name === 'output';
    return [shownName, parsed && isPayload && typeof value === 'string' ? parseJson(value) : value];
  });
  return Object.fromEntries(shown.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** @param seconds since the epoch, as the API writes dates. */
function milliseconds(seconds: Json): Json {
  const number = toNumber(seconds);
  return number === undefined ? seconds : Math.round(number * 1000);
}

function refusal(answer: Exclude<StatesAnswer, { readonly output: JsonObject }>): TaskOutcome {
  if ('unreachable' in answer) return failure('StepFunctions.SdkClientException', answer.unreachable);
  const { code } = answer;
  const name = MODELLED.has(code) ? code.replace(/(Exception)?$/, 'Exception') : 'AWSStepFunctionsException';
  return failure(`StepFunctions.${name}`, sdk1Cause('AWSStepFunctions', answer, randomUUID()));
}

/** Waits for `work`, or for the signal, whichever is first. */
function unlessAborted(work: Promise<unknown>, signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      signal.removeEventListener('abort', settle);
      resolve(undefined);
    };
    signal.addEventListener('abort', settle);
    if (signal.aborted) settle();
    work.then(settle, reject);
  });
}
