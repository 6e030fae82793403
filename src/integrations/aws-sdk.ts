// `aws-sdk:SERVICE:ACTION`: one adapter for every action of every service.

import type { TaskResource } from '../asl/program.ts';
import type { SdkAnswer, SdkClient } from '../aws/sdk-client.ts';
import { type JsonObject, stringifyJson } from '../base/json.ts';
import type { Integration, TaskOutcome } from './integration.ts';

const SDK_PREFIX = 'aws-sdk:';

export function createAwsSdk(client: SdkClient): Integration {
  return {
    check(resource, input) {
      const { service, action } = partsOf(resource);
      return client.checkInput(service, action, input, 'sdk');
    },
    async start(task, signal) {
      const answer = await client.call({
        ...partsOf(task.resource),
        input: task.input as JsonObject,
        spelling: 'sdk',
        region: task.region,
        ...(task.credentials !== undefined && { roleArn: task.credentials }),
        idempotencyToken: task.idempotencyToken,
        signal,
      });
      return answer.ok
        ? { status: 'completed', outputText: stringifyJson(answer.output) }
        : failureOf(answer);
    },
  };
}

/** Whether there is a service and action for the Resource. */
export function isSdkResource(client: SdkClient, resource: TaskResource): boolean {
  if (resource.kind !== 'service' || !resource.service.startsWith(SDK_PREFIX)) return false;
  const { service, action } = partsOf(resource);
  return client.knows(service, action);
}

function partsOf(resource: TaskResource): { service: string; action: string } {
  if (resource.kind !== 'service') throw new Error(`${resource.arn} is no SDK integration`);
  return { service: resource.service.slice(SDK_PREFIX.length), action: resource.action };
}

/** Name and cause as version 2 of the Java SDK words them (recorded). */
function failureOf(answer: Extract<SdkAnswer, { ok: false }>): TaskOutcome {
  const { error, exception, message, httpStatus, serviceName } = answer;
  if (httpStatus === undefined) {
    return {
      status: 'failed',
      error: error.startsWith('States.') ? error : `${serviceName}.${error}`,
      cause: message,
    };
  }
  const facts = [
    `Service: ${serviceName}`,
    `Status Code: ${httpStatus}`,
    `Request ID: ${answer.requestId ?? 'null'}`,
    ...(answer.extendedRequestId === undefined ? [] : [`Extended Request ID: ${answer.extendedRequestId}`]),
  ];
  return {
    status: 'failed',
    error: `${serviceName}.${exception ?? `${serviceName}Exception`}`,
    // No retries of the SDK's own: those are the state machine's.
    cause: `${message} (${facts.join(', ')}) (SDK Attempt Count: 1)`,
  };
}
