// Which adapter runs a task's Resource. What is not listed here is not there yet: the runtime refuses it loudly.

import { randomUUID } from 'node:crypto';
import type { TaskResource } from '../asl/program.ts';
import type { Log } from '../base/log.ts';
import { createAwsClient } from './aws-client.ts';
import { createAwsSdk, isSdkResource } from './aws-sdk/aws-sdk.ts';
import { createLoopback, type Self } from './aws-sdk/loopback.ts';
import { createSdkClient } from './aws-sdk/sdk-client.ts';
import type { Integration } from './integration.ts';
import type { LocalFunction } from './lambda/functions.ts';
import { createLambda } from './lambda/lambda.ts';
import { createOptimizedServices } from './services/services.ts';
import { createStartExecution, type StatesApi } from './step-functions.ts';
import { createStatesEndpoint } from './step-functions-endpoint.ts';

export interface RegistryOptions {
  readonly region: string;
  /** Folder of treadle.yaml: handlers of local functions are relative to it. */
  readonly root: string;
  readonly functions: Readonly<Record<string, LocalFunction>>;
  /** Service to base URL, as `endpoints` of the configuration. */
  readonly endpoints: Readonly<Record<string, string>>;
  readonly log: Log;
  /** The API that nested executions start in, unless `endpoints.states` names another. */
  readonly states?: StatesApi;
  /** Answers `aws-sdk:sfn:*`, unless `endpoints` names another Step Functions. */
  readonly self?: Self;
}

export interface Registry {
  /** @returns undefined for a service, action or pattern that is not there yet. */
  find(resource: TaskResource): Integration | undefined;
  /** Ends function processes and connections. Calls under way end as failed: stop the runtime before. */
  close(): Promise<void>;
}

export function createRegistry(options: RegistryOptions): Registry {
  const client = createAwsClient({ region: options.region, endpoints: options.endpoints });
  const lambda = createLambda({ ...options, client });
  const services = new Map<string, Integration>([['lambda:invoke', lambda.invoke]]);
  const sdk = createSdkClient({
    aws: client,
    ...(options.self === undefined ? {} : { loopbacks: { sfn: createLoopback(options.self, randomUUID) } }),
  });
  const awsSdk = createAwsSdk(sdk);
  const optimized = createOptimizedServices(client, sdk);
  for (const [name, adapter] of optimized.adapters) services.set(name, adapter);
  const elsewhere = options.endpoints['states'] ?? options.endpoints['stepfunctions'];
  const states = elsewhere === undefined ? options.states : createStatesEndpoint(client, elsewhere);
  if (states !== undefined) services.set('states:startExecution', createStartExecution(states));
  return {
    find(resource) {
      switch (resource.kind) {
        case 'lambda':
          return lambda.byArn;
        case 'service': {
          const adapter = services.get(`${resource.service}:${resource.action}`);
          if (adapter === undefined && isSdkResource(sdk, resource)) return awsSdk;
          const isJob = resource.pattern === 'sync' || resource.pattern === 'sync:2';
          return isJob && adapter?.poll === undefined ? undefined : adapter;
        }
        case 'activity':
          return undefined;
      }
    },
    async close() {
      await Promise.all([lambda.close(), optimized.close(), client.close()]);
    },
  };
}
