// The engine of the optimized integrations: a service is a table of actions (what is called, what the result and the
// errors look like, how a job of `.sync` is followed), and this file does what the table says. Services that are no
// AWS API call (API Gateway, Kubernetes) are code of their own beside it.

import type { TaskResource } from '../../asl/program.ts';
import { checkInput } from '../../aws/actions.ts';
import type { Aws } from '../../aws/aws.ts';
import type { AwsAnswer, AwsCall } from '../../aws/call.ts';
import type { Wish } from '../../aws/endpoints.ts';
import { isJsonObject, type Json, type JsonObject, stringifyJson } from '../../base/json.ts';
import type { Check, Integration, JobOutcome, TaskOutcome, TaskRequest } from '../integration.ts';
import { failure, sdkHttpMetadata, spellHeaders, spellingsOf, success } from '../outcome.ts';
import { type Refusal, type Service, serviceFailure } from './errors.ts';
import { at, encodeMembers, sortMembers, textAt, without } from './json-members.ts';

/** One call of the AWS API for the task at hand: its Region, its role, its signal. */
export type Call = (operation: string, input: JsonObject) => Promise<AwsAnswer>;

/** What a request may say of the task it comes from. */
export type Facts = Pick<TaskRequest, 'resource' | 'stateMachineArn' | 'executionArn'>;

export interface OptimizedService extends Service {
  /** Action of the Resource → what it does. */
  readonly actions: Readonly<Record<string, Action>>;
}

export interface Action {
  /** The API's operation, when it is not the action's own name. */
  readonly operation?: string;
  /** Members that travel as JSON text; `Entries.*.Detail` reaches into a list. */
  readonly text?: readonly string[];
  /** Members of the API that Step Functions refuses. */
  readonly refused?: readonly string[];
  /** Members that must be there although the API does without. */
  readonly required?: readonly string[];
  /** What Step Functions adds to the parameters, visible in the history. */
  added?(resource: TaskResource): JsonObject | undefined;
  /** From the effective parameters to the API's request, on a copy that may be changed. */
  request?(parameters: JsonObject, facts: Facts): JsonObject;
  /** What else is wrong with the parameters, in Step Functions' words. */
  reasons?(parameters: JsonObject, template: boolean): string[];
  /** Completes the request with what has to be asked for first; an answer instead of a request is a refusal. */
  resolve?(request: JsonObject, call: Call): Promise<JsonObject | Refusal>;
  /** Where the call goes instead of the service's endpoint, and in which Region. */
  target?(parameters: JsonObject): Wish;
  /** From the API's response to the result. */
  answer?(output: JsonObject, parameters: JsonObject): JsonObject;
  /** True: the result carries SdkHttpMetadata and SdkResponseMetadata. Default: true. */
  readonly metadata?: boolean;
  /** A response with status 200 that is a failure all the same. */
  failure?(output: JsonObject, task: TaskRequest): TaskOutcome | undefined;
  readonly job?: Job;
}

/** How `.sync` follows a job. `ids`: the task's parameters and, over them, what the start answered. */
export interface Job {
  /** The operation that describes the job. */
  readonly operation: string;
  input(ids: JsonObject): JsonObject;
  /** Where the status is in the description. */
  readonly status: string;
  readonly succeeded: readonly string[];
  readonly failed: readonly string[];
  /** What of the description is the job; default: all of it. It is the result, and as text the cause of a failure. */
  readonly job?: string;
  /** The result, when it is not the job. */
  result?(job: Json, ids: JsonObject): Json;
  /** The error that tells that the job, a deletion, is done; the last description is the result then. */
  readonly doneOnError?: string;
  /** For a job whose status alone does not tell whether it succeeded. */
  judge?(job: JsonObject, call: Call): Promise<'succeeded' | 'failed'>;
  readonly cancel?: { readonly operation: string; input(ids: JsonObject): JsonObject };
}

/** After so many answers in a row that do not know the job it counts as lost: a new job may take seconds to show. */
const MAX_MISSES = 5;

/** One action of a service. */
export function createOptimized(service: OptimizedService, name: string, aws: Aws): Integration {
  const action = service.actions[name]!;
  const operation = action.operation ?? name;
  const requestOf = (parameters: JsonObject, task: TaskRequest): JsonObject => {
    const request = action.request?.({ ...parameters }, task) ?? parameters;
    return encodeMembers(request, action.text ?? []);
  };
  const complete = async (
    request: JsonObject,
    task: TaskRequest,
    signal: AbortSignal,
  ): Promise<{ input: JsonObject } | { refusal: Refusal }> => {
    const resolved = await action.resolve?.(request, callFor(service, aws, task, signal));
    if (resolved === undefined) return { input: request };
    return isRefusal(resolved) ? { refusal: resolved } : { input: resolved };
  };
  const integration: Integration = {
    check: checkOptimized(service, name),
    added: (resource) => action.added?.(resource),
    async start(task, signal) {
      const parameters = task.input as JsonObject;
      const request = await complete(requestOf(parameters, task), task, signal);
      if ('refusal' in request) return serviceFailure(service, request.refusal);
      const answer = await aws.call({
        service: service.sdk,
        action: operation,
        input: request.input,
        ...identity(task),
        ...action.target?.(parameters),
        idempotencyToken: task.idempotencyToken,
        outputTimestamps: 'epochMillis',
        signal,
      });
      if (!answer.ok) return serviceFailure(service, answer);
      const failure = action.failure?.(answer.output, task);
      if (failure !== undefined) return failure;
      const output = action.answer?.(answer.output, parameters) ?? answer.output;
      const result = action.metadata === false ? output : { ...output, ...metadataOf(answer) };
      return success(sortMembers(result));
    },
  };
  return action.job === undefined ? integration : { ...integration, ...follow(service, action.job, aws) };
}

/** @returns what finds reasons against the parameters of an action. */
export function checkOptimized(service: OptimizedService, name: string): Check {
  const action = service.actions[name]!;
  return (resource, input, template = false) =>
    checkParameters(service, name, action, { resource, input, template });
}

function checkParameters(
  service: OptimizedService,
  name: string,
  action: Action,
  { resource, input, template }: { resource: TaskResource; input: Json; template: boolean },
): string[] {
  if (!isJsonObject(input)) return ['The value is not a JSON object'];
  const reasons = (action.refused ?? [])
    .filter((member) => Object.hasOwn(input, member))
    .map((member) => `The field "${member}" is not supported by Step Functions`);
  for (const member of action.required ?? []) {
    if (!Object.hasOwn(input, member)) reasons.push(`The field "${member}" is required but was missing`);
  }
  reasons.push(...(action.reasons?.(input, template) ?? []));
  // Without what it needs there is no request to look at.
  if (reasons.length > 0) return reasons;
  const facts: Facts = { resource, stateMachineArn: '', executionArn: '' };
  const request = action.request?.({ ...input }, facts) ?? input;
  return checkInput(service.sdk, action.operation ?? name, encodeMembers(request, action.text ?? []));
}

function follow(service: OptimizedService, job: Job, aws: Aws): Pick<Integration, 'poll' | 'cancel'> {
  const misses = new Map<string, number>();
  const idsOf = (task: TaskRequest, submitted: Json): JsonObject => ({
    ...(task.input as JsonObject),
    ...(submitted as JsonObject),
  });
  function missed(task: TaskRequest, outcome: TaskOutcome): JobOutcome {
    const count = (misses.get(task.idempotencyToken) ?? 0) + 1;
    if (count < MAX_MISSES) {
      misses.set(task.idempotencyToken, count);
      return { status: 'running' };
    }
    misses.delete(task.idempotencyToken);
    return outcome;
  }

  return {
    async poll(task, submitted, signal) {
      const ids = idsOf(task, submitted);
      const call = callFor(service, aws, task, signal);
      const answer = await call(job.operation, job.input(ids));
      if (!answer.ok) {
        if (answer.error === job.doneOnError) return success(sortMembers(without(ids, METADATA)));
        if (isPassing(answer)) return { status: 'running' };
        return missed(task, serviceFailure(service, answer));
      }
      const found = job.job === undefined ? answer.output : at(answer.output, job.job);
      if (!isJsonObject(found)) {
        return missed(task, failure('States.TaskFailed', stringifyJson(answer.output)));
      }
      misses.delete(task.idempotencyToken);
      const status = textAt(answer.output, job.status) ?? '';
      const verdict = job.succeeded.includes(status)
        ? ((await job.judge?.(found, call)) ?? 'succeeded')
        : job.failed.includes(status)
          ? 'failed'
          : 'running';
      if (verdict === 'running') return { status: 'running' };
      if (verdict === 'failed') return failure('States.TaskFailed', stringifyJson(found));
      return success(job.result === undefined ? found : job.result(found, ids));
    },
    async cancel(task, submitted, signal) {
      misses.delete(task.idempotencyToken);
      if (job.cancel === undefined) return;
      const answer = await callFor(
        service,
        aws,
        task,
        signal,
      )(job.cancel.operation, job.cancel.input(idsOf(task, submitted)));
      if (!answer.ok) throw new Error(`${job.cancel.operation} answered ${answer.error}: ${answer.message}`);
    },
  };
}

function callFor(service: Service, aws: Aws, task: TaskRequest, signal: AbortSignal): Call {
  return (operation, input) =>
    aws.call({
      service: service.sdk,
      action: operation,
      input,
      ...identity(task),
      outputTimestamps: 'epochMillis',
      signal,
    });
}

/** A refusal has a boolean where a request has members of the API. */
function isRefusal(value: JsonObject | Refusal): value is Refusal {
  return value['ok'] === false;
}

function identity({ region, credentials }: TaskRequest): Pick<AwsCall, 'region' | 'roleArn'> {
  return { region, roleArn: credentials };
}

/** A fault of the service that may pass: it says nothing about the job. */
function isPassing(answer: Extract<AwsAnswer, { ok: false }>): boolean {
  const { httpStatus, error, noAnswer } = answer;
  if (noAnswer === 'refused') return false;
  return (
    httpStatus === undefined ||
    httpStatus >= 500 ||
    httpStatus === 429 ||
    /Throttl|TooManyRequests/.test(error)
  );
}

const METADATA = ['SdkHttpMetadata', 'SdkResponseMetadata'];

const SPELLINGS = spellingsOf(
  'Content-Length',
  'Content-Type',
  'Date',
  'Server',
  'x-amzn-RequestId',
  'X-Amzn-Trace-Id',
);

/** What version 1 of the Java SDK adds to a response. */
export function metadataOf(answer: Extract<AwsAnswer, { ok: true }>): JsonObject {
  return {
    SdkHttpMetadata: sdkHttpMetadata(spellHeaders(answer.headers, SPELLINGS), answer.httpStatus),
    SdkResponseMetadata: { RequestId: answer.requestId },
  };
}
