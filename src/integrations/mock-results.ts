// Whether a result that a test makes up for a task could be the service's: it is held against the model of the operation
// that the result comes from. Source: AWS, "Testing state machines with TestState API"; texts recorded.

import type { TaskResource } from '../asl/program.ts';
import { outputBounds } from '../aws/output-bounds.ts';
import { outputFault } from '../aws/output-faults.ts';
import { operationName, serviceModel } from '../aws/service-model.ts';
import type { Spelling } from '../aws/spelling.ts';
import { isJsonObject, type Json } from '../base/json.ts';
import { sdkAction } from './aws-sdk.ts';
import { OPTIMIZED_TABLES } from './services/tables.ts';

/** STRICT: what the model requires must be there; PRESENT: only what is there is looked at. */
export type MockCheck = 'STRICT' | 'PRESENT';

/** @returns what AWS says of the result; undefined when nothing is known against it. */
export function mockFault(resource: TaskResource, result: Json, check: MockCheck): string | undefined {
  const source = sourceOf(resource);
  if (source === undefined) return undefined;
  const { service, action, spelling, free = [] } = source;
  const model = serviceModel(service);
  const operation = model === undefined ? undefined : operationName(model, action);
  if (model === undefined || operation === undefined) return undefined;
  if (!isJsonObject(result)) return 'Mocked result must be a JSON object.';
  const fault = outputFault(
    { model, operation, spelling, free, bounds: outputBounds(service), complete: check === 'STRICT' },
    result,
  );
  return fault === undefined ? undefined : `Mock result schema validation error: ${fault}`;
}

/** The operation whose answer is the task's result, and how its members are spelled. */
interface ResultSource {
  readonly service: string;
  readonly action: string;
  readonly spelling: Spelling;
  /** Members that hold what was JSON text in the answer. */
  readonly free?: readonly string[];
}

/** @returns undefined where the result is no answer of an AWS API: of functions, workers, HTTP and Kubernetes. */
function sourceOf(resource: TaskResource): ResultSource | undefined {
  if (resource.kind !== 'service' || resource.pattern === 'waitForTaskToken') return undefined;
  const sdk = sdkAction(resource);
  if (sdk !== undefined) return { ...sdk, spelling: 'sdk' };
  const { service, action, pattern } = resource;
  if (service === 'lambda' && action === 'invoke')
    return { service, action, spelling: 'api', free: ['Payload'] };
  if (service === 'states' && action === 'startExecution')
    return executionSource(pattern !== 'request-response', pattern === 'sync:2');
  const table = Object.hasOwn(OPTIMIZED_TABLES, service) ? OPTIMIZED_TABLES[service] : undefined;
  const row = table !== undefined && Object.hasOwn(table.actions, action) ? table.actions[action] : undefined;
  if (table === undefined || row === undefined) return undefined;
  // A job's result comes from the operation that is asked how it stands.
  const operation = pattern === 'request-response' ? row.operation : row.job?.operation;
  return { service: table.sdk, action: operation ?? action, spelling: 'api' };
}

function executionSource(isJob: boolean, parsed: boolean): ResultSource {
  if (!isJob) return { service: 'sfn', action: 'startExecution', spelling: 'api' };
  return {
    service: 'sfn',
    action: 'describeExecution',
    spelling: 'api',
    free: parsed ? ['Input', 'Output'] : [],
  };
}
