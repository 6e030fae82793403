// Bedrock: customize a model (a job) and invoke one. invokeModel can read its request from S3 and write the answer
// there, which the API itself does not: so it is code, two or three calls in a row.

import type { Aws } from '../../aws/aws.ts';
import { getMember, isJsonObject, type Json, type JsonObject, stringifyJson } from '../../base/json.ts';
import type { Check, Integration, TaskOutcome, TaskRequest } from '../integration.ts';
import { success } from '../outcome.ts';
import { checkFields, type Fields } from '../parameters.ts';
import { type Service, serviceFailure } from './errors.ts';
import { jsonOrText } from './http-call.ts';
import { at, textAt } from './json-members.ts';
import type { OptimizedService } from './optimized.ts';

const NAMES = { prefix: 'Bedrock', label: 'Bedrock', base: 'BedrockException' };
const RUNTIME: Service = { ...NAMES, sdk: 'bedrockruntime' };
const S3: Service = { sdk: 's3', prefix: 'S3', label: 'Amazon S3', base: 'AmazonS3Exception' };

export const bedrock: OptimizedService = {
  ...NAMES,
  sdk: 'bedrock',
  actions: {
    createModelCustomizationJob: {
      job: {
        operation: 'getModelCustomizationJob',
        input: ({ JobArn }) => ({ JobIdentifier: JobArn! }),
        status: 'Status',
        succeeded: ['Completed'],
        failed: ['Failed', 'Stopped'],
        cancel: {
          operation: 'stopModelCustomizationJob',
          input: ({ JobArn }) => ({ JobIdentifier: JobArn! }),
        },
      },
    },
  },
};

const FIELDS: Fields = {
  'ModelId!': 'string',
  Accept: 'string',
  Body: 'any',
  ContentType: 'string',
  GuardrailIdentifier: 'string',
  GuardrailVersion: 'string',
  Input: 'object',
  Output: 'object',
  PerformanceConfigLatency: 'string',
  Trace: 'string',
};

/** A step of the sequence that failed ends it. */
class Refused extends Error {
  readonly outcome: TaskOutcome;
  constructor(outcome: TaskOutcome) {
    super('refused');
    this.outcome = outcome;
  }
}

export function createInvokeModel(aws: Aws): Integration {
  return {
    check: checkInvokeModel,
    async start(task, signal) {
      try {
        return success(await invoke(task, signal));
      } catch (error) {
        if (error instanceof Refused) return error.outcome;
        throw error;
      }
    },
  };

  async function invoke(task: TaskRequest, signal: AbortSignal): Promise<JsonObject> {
    const { Input, Output, Body, ...rest } = task.input as JsonObject;
    const call = async (service: Service, action: string, input: JsonObject): Promise<JsonObject> => {
      const answer = await aws.call({
        service: service.sdk,
        action,
        input,
        region: task.region,
        roleArn: task.credentials,
        signal,
      });
      if (!answer.ok) throw new Refused(serviceFailure(service, answer));
      return answer.output;
    };
    const from = locationOf(Input);
    const body = from === undefined ? Body : getMember(await call(S3, 'getObject', from), 'Body');
    const answer = await call(RUNTIME, 'invokeModel', {
      Accept: 'application/json',
      ContentType: 'application/json',
      ...rest,
      Body: typeof body === 'string' ? body : stringifyJson(body ?? {}),
    });
    const text = textAt(answer, 'Body') ?? '';
    const to = locationOf(Output);
    if (to === undefined) return { ...answer, Body: jsonOrText(text) };
    await call(S3, 'putObject', {
      ...to,
      Body: jsonOrText(text),
      ContentType: textAt(answer, 'ContentType') ?? 'application/json',
    });
    return { ...answer, Body: at(Output!, 'S3Uri')! };
  }
}

export const checkInvokeModel: Check = (_resource, input, template = false) => {
  const reasons = checkFields(input, FIELDS, template);
  if (!isJsonObject(input)) return reasons;
  if (Object.hasOwn(input, 'Body') === Object.hasOwn(input, 'Input')) {
    reasons.push('Exactly one of the fields "Body" and "Input" is required');
  }
  for (const name of ['Input', 'Output']) {
    const location = getMember(input, name);
    const unknown = template && isJsonObject(location) && getMember(location, 'S3Uri') === null;
    if (isJsonObject(location) && !unknown && locationOf(location) === undefined) {
      reasons.push(`The value of the field '${name}' has an invalid format`);
    }
  }
  return reasons;
};

/** @param location `{ S3Uri: 's3://bucket/key' }` */
function locationOf(location: Json | undefined): { Bucket: string; Key: string } | undefined {
  const match = /^s3:\/\/([^/]+)\/(.+)$/.exec(textAt(location, 'S3Uri') ?? '');
  return match === null ? undefined : { Bucket: match[1]!, Key: match[2]! };
}
