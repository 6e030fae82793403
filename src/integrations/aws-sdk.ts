// `aws-sdk:SERVICE:ACTION`: every action of every service.

import type { TaskResource } from '../asl/program.ts';
import { checkInput } from '../aws/actions.ts';
import type { Aws } from '../aws/aws.ts';
import type { AwsAnswer } from '../aws/call.ts';
import type { JsonObject } from '../base/json.ts';
import type { Check, Integration, TaskOutcome } from './integration.ts';
import { failure, success } from './outcome.ts';

const SDK_PREFIX = 'aws-sdk:';

export function createAwsSdk(aws: Aws): Integration {
  return {
    check: checkSdkParameters,
    async start(task, signal) {
      const answer = await aws.call({
        ...partsOf(task.resource),
        input: task.input as JsonObject,
        spelling: 'sdk',
        region: task.region,
        roleArn: task.credentials,
        idempotencyToken: task.idempotencyToken,
        signal,
      });
      return answer.ok ? success(answer.output) : failureOf(answer);
    },
  };
}

export const checkSdkParameters: Check = (resource, input) => {
  const { service, action } = partsOf(resource);
  return checkInput(service, action, input, 'sdk');
};

/** Whether there is a service and action for the Resource. */
export function isSdkResource(aws: Aws, resource: TaskResource): boolean {
  const sdk = sdkAction(resource);
  return sdk !== undefined && aws.knows(sdk.service, sdk.action);
}

/** What an SDK integration calls; undefined for other resources. */
export function sdkAction(resource: TaskResource): { service: string; action: string } | undefined {
  if (resource.kind !== 'service' || !resource.service.startsWith(SDK_PREFIX)) return undefined;
  return { service: resource.service.slice(SDK_PREFIX.length), action: resource.action };
}

function partsOf(resource: TaskResource): { service: string; action: string } {
  const parts = sdkAction(resource);
  if (parts === undefined) throw new Error(`${resource.arn} is no SDK integration`);
  return parts;
}

/** Name and cause as version 2 of the Java SDK words them (recorded). */
function failureOf(answer: Extract<AwsAnswer, { ok: false }>): TaskOutcome {
  const { error, exception, message, httpStatus, serviceName } = answer;
  if (httpStatus === undefined) {
    return failure(error.startsWith('States.') ? error : `${serviceName}.${error}`, message);
  }
  const facts = [
    `Service: ${serviceName}`,
    `Status Code: ${httpStatus}`,
    `Request ID: ${answer.requestId ?? 'null'}`,
    ...(answer.extendedRequestId === undefined ? [] : [`Extended Request ID: ${answer.extendedRequestId}`]),
  ];
  return failure(
    `${serviceName}.${exception ?? `${serviceName}Exception`}`,
    // No retries of the SDK's own: those are the state machine's.
    `${message} (${facts.join(', ')}) (SDK Attempt Count: 1)`,
  );
}
