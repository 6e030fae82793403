// What an optimized integration makes of a refused call: the error name that Retry and Catch match, and the cause, both
// as version 1 of the Java SDK words them. The same exceptions have other names in `aws-sdk:` resources.

import type { AwsAnswer } from '../../aws/call.ts';
import { serviceModel } from '../../aws/service-model.ts';
import type { TaskOutcome } from '../integration.ts';
import { failure, sdk1Cause } from '../outcome.ts';

export interface Service {
  /** The service in the dynamic client: `eventbridge`, `emr`. */
  readonly sdk: string;
  /** What error names begin with: `DynamoDB`. */
  readonly prefix: string;
  /** The SDK's name of the service in causes: `AmazonDynamoDBv2`. */
  readonly label: string;
  /** The exception that stands for every code the service's model does not name: `AmazonDynamoDBException`. */
  readonly base: string;
}

export type Refusal = Extract<AwsAnswer, { ok: false }>;

/** A refusal in a service's name, where Step Functions asks more of the parameters than the service. */
export function refuse(serviceName: string, error: string, message: string, requestId: string): Refusal {
  return {
    ok: false,
    error,
    exception: error,
    message,
    httpStatus: 400,
    requestId,
    extendedRequestId: undefined,
    serviceName,
  };
}

/** A call that the service refused, or that found no service. */
export function serviceFailure(service: Service, refusal: Refusal): TaskOutcome {
  const { httpStatus, message, requestId } = refusal;
  if (httpStatus === undefined) {
    const own = refusal.error.includes('.') ? refusal.error : `${service.prefix}.SdkClientException`;
    return failure(own, message);
  }
  const code = refusal.error;
  const cause = sdk1Cause(service.label, { message, status: httpStatus, code }, requestId);
  return failure(`${service.prefix}.${exceptionOf(service, code)}`, cause);
}

/** `QueueDoesNotExist` → `QueueDoesNotExistException`; what the model does not name → the service's base exception. */
function exceptionOf(service: Service, code: string): string {
  const shape = serviceModel(service.sdk)?.errors[code];
  if (shape === undefined) return service.base;
  const name = shape.replace(/(Fault|Exception)$/, '');
  return `${name}Exception`;
}
