// Batch: submit a job.

import { getMember, isJsonArray, isJsonObject, type JsonObject } from '../../base/json.ts';
import type { Facts, OptimizedService } from './optimized.ts';

export const batch: OptimizedService = {
  sdk: 'batch',
  prefix: 'Batch',
  label: 'AWSBatch',
  base: 'AWSBatchException',
  actions: {
    submitJob: {
      request: (parameters, facts) => markManaged(withAttempts(parameters), facts),
      job: {
        operation: 'describeJobs',
        input: ({ JobId }) => ({ Jobs: [JobId!] }),
        job: 'Jobs.0',
        status: 'Jobs.0.Status',
        succeeded: ['SUCCEEDED'],
        failed: ['FAILED'],
        cancel: {
          operation: 'terminateJob',
          input: ({ JobId }) => ({ JobId: JobId!, Reason: 'The state that waited for the job was left' }),
        },
      },
    },
  },
};

/** AWS's own page on Parameters writes `attempts` with a small letter; no other member may be written so. */
function withAttempts(parameters: JsonObject): JsonObject {
  const strategy = getMember(parameters, 'RetryStrategy');
  if (!isJsonObject(strategy) || !Object.hasOwn(strategy, 'attempts')) return parameters;
  const { attempts, ...rest } = strategy;
  return { ...parameters, RetryStrategy: { Attempts: attempts!, ...rest } };
}

/** Lets the container know that a workflow waits for it. */
const MANAGED = { Name: 'MANAGED_BY_AWS', Value: 'STARTED_BY_STEP_FUNCTIONS' };

function markManaged(parameters: JsonObject, { resource }: Facts): JsonObject {
  if (resource.kind !== 'service' || resource.pattern !== 'sync') return parameters;
  // Jobs of several nodes or on EKS take no overrides of a container.
  if (
    ['NodeOverrides', 'EksPropertiesOverride', 'EcsPropertiesOverride'].some((name) =>
      Object.hasOwn(parameters, name),
    )
  ) {
    return parameters;
  }
  const overrides = getMember(parameters, 'ContainerOverrides') ?? {};
  const environment = isJsonObject(overrides) ? (getMember(overrides, 'Environment') ?? []) : undefined;
  if (!isJsonObject(overrides) || !isJsonArray(environment)) return parameters;
  return { ...parameters, ContainerOverrides: { ...overrides, Environment: [...environment, MANAGED] } };
}
