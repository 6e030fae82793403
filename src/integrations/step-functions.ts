// Nested executions: states:startExecution in all its patterns. The API it calls is this server's own, in the same
// process, or the one of `endpoints.states`; what waits for a child is woken by its end and does not poll.

import { createHash, randomUUID } from 'node:crypto';
import type { TaskResource } from '../asl/program.ts';
import { parseArn } from '../base/arn.ts';
import { assert } from '../base/assert.ts';
import {
  isJsonObject,
  type Json,
  type JsonObject,
  parseJson,
  stringifyJson,
  toNumber,
} from '../base/json.ts';
import type { Integration, JobOutcome, TaskOutcome, TaskRequest } from './integration.ts';

export type StatesOperation =
  | 'StartExecution'
  | 'DescribeExecution'
  | 'StopExecution'
  | 'DescribeStateMachine';

/** What an operation of the Step Functions API answered. */
export type StatesAnswer =
  | { readonly output: JsonObject }
  | { readonly code: string; readonly message: string; readonly status: number }
  | { readonly unreachable: string };

export interface StatesApi {
  call(
    operation: StatesOperation,
    input: JsonObject,
    task: TaskRequest,
    signal: AbortSignal,
  ): Promise<StatesAnswer>;
  /** Resolves when the execution has ended; without it a child is looked at again and again. */
  readonly ended?: (executionArn: string) => Promise<unknown>;
}

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

/** Members of the request; `Input` takes any JSON. */
const TEXTS = ['Name', 'StateMachineArn', 'TraceHeader'];

export function createStartExecution(api: StatesApi): Integration {
  return {
    check: (_resource: TaskResource, input: Json) => checkParameters(input),

    async start(task, signal): Promise<TaskOutcome> {
      const input = task.input as JsonObject;
      if (isJob(task.resource)) {
        const described = await api.call(
          'DescribeStateMachine',
          present({ stateMachineArn: input['StateMachineArn'], includedData: 'METADATA_ONLY' }),
          task,
          signal,
        );
        // An Express execution cannot be described: nobody could tell when it ends.
        if ('output' in described && described.output['type'] === 'EXPRESS') {
          return failed({
            code: 'StateMachineTypeNotSupported',
            message: 'This operation is not supported by this type of state machine',
            status: 400,
          });
        }
      }
      const answer = await startOnce(api, task, input, signal);
      return 'output' in answer
        ? { status: 'completed', outputText: stringifyJson(startedOutput(answer.output)) }
        : failed(answer);
    },

    async poll(task, submitted, signal): Promise<JobOutcome> {
      const executionArn = childOf(submitted);
      if (api.ended !== undefined) await unlessAborted(api.ended(executionArn), signal);
      signal.throwIfAborted();
      const answer = await api.call('DescribeExecution', { executionArn }, task, signal);
      if (!('output' in answer)) return failed(answer);
      const { status } = answer.output;
      if (status === 'RUNNING') return { status: 'running' };
      if (status !== 'SUCCEEDED') {
        const cause = stringifyJson(description(answer.output));
        return { status: 'failed', error: 'States.TaskFailed', cause };
      }
      const parsed = task.resource.kind === 'service' && task.resource.pattern === 'sync:2';
      return { status: 'completed', outputText: stringifyJson(description(answer.output, parsed)) };
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

function checkParameters(input: Json): string[] {
  if (!isJsonObject(input)) return ['The value is not a JSON object'];
  const reasons: string[] = [];
  for (const [name, value] of Object.entries(input)) {
    if (name === 'Input') continue;
    if (!TEXTS.includes(name)) reasons.push(`The field "${name}" is not supported by Step Functions`);
    else if (value !== null && typeof value !== 'string')
      reasons.push(`The value of the field '${name}' has an invalid format`);
  }
  if (!Object.hasOwn(input, 'StateMachineArn'))
    reasons.push('The field "StateMachineArn" is required but was missing');
  return reasons;
}

/** The same attempt delivered twice starts one child: its name follows from the attempt. */
async function startOnce(
  api: StatesApi,
  task: TaskRequest,
  input: JsonObject,
  signal: AbortSignal,
): Promise<StatesAnswer> {
  const given = input['Name'];
  const name = typeof given === 'string' ? given : uuidFrom(task.idempotencyToken);
  const request = present({
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
function present(members: Readonly<Record<string, Json | undefined>>): JsonObject {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(entries) as JsonObject;
}

function uuidFrom(text: string): string {
  const hash = createHash('sha256').update(text).digest();
  hash[6] = (hash[6]! & 0x0f) | 0x40;
  hash[8] = (hash[8]! & 0x3f) | 0x80;
  const hex = hash.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}

/** `…:stateMachine:m`, with or without a version or alias → `…:execution:m:name`. */
function executionArnOf(stateMachineArn: string, name: string): string {
  const arn = parseArn(stateMachineArn);
  assert(arn, `Expected the ARN of a started state machine, but got ${stateMachineArn}`);
  const machine = arn.resource.split(':')[1];
  return `arn:${arn.partition}:states:${arn.region}:${arn.account}:execution:${machine}:${name}`;
}

function childOf(submitted: Json): string {
  const arn = isJsonObject(submitted) ? submitted['ExecutionArn'] : undefined;
  assert(typeof arn === 'string', 'Expected the answer of StartExecution to name the execution');
  return arn;
}

/** The answer of StartExecution as tasks see it. */
function startedOutput(answer: JsonObject): JsonObject {
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

function failed(answer: Exclude<StatesAnswer, { readonly output: JsonObject }>): TaskOutcome {
  if ('unreachable' in answer) {
    return { status: 'failed', error: 'StepFunctions.SdkClientException', cause: answer.unreachable };
  }
  const { code, message, status } = answer;
  const name = MODELLED.has(code) ? code.replace(/(Exception)?$/, 'Exception') : 'AWSStepFunctionsException';
  return {
    status: 'failed',
    error: `StepFunctions.${name}`,
    cause: `${message} (Service: AWSStepFunctions; Status Code: ${status}; Error Code: ${code}; Request ID: ${randomUUID()}; Proxy: null)`,
  };
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
