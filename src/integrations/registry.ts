// Which adapter runs a task's Resource. What is not listed here is not there yet: the runtime refuses it loudly.

import { randomUUID } from 'node:crypto';
import type { TaskResource } from '../asl/program.ts';
import { createAwsClient } from '../aws/client.ts';
import { createLoopback, type Self } from '../aws/loopback.ts';
import { createS3, type S3 } from '../aws/s3-objects.ts';
import { createSdkClient } from '../aws/sdk-client.ts';
import type { Log } from '../base/log.ts';
import type { Connection } from '../config/connections.ts';
import type { LocalFunction } from '../config/functions.ts';
import { answerers } from '../functions/resources.ts';
import { createAwsSdk, isSdkResource } from './aws-sdk.ts';
import { createHttpTask, HTTP_DEFAULTS, type HttpSettings } from './http/http-task.ts';
import type { Integration } from './integration.ts';
import { createLambda } from './lambda/lambda.ts';
import { createOwn } from './own.ts';
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
  /** For HTTP tasks, as `connections` and `http` of the configuration. */
  readonly connections?: Readonly<Record<string, Connection>>;
  readonly http?: HttpSettings;
  /** Bytes of a result; default: AWS's limit. */
  readonly payloadBytes?: number;
  readonly log: Log;
  /** The API that nested executions start in, unless `endpoints.states` names another. */
  readonly states?: StatesApi;
  /** Answers `aws-sdk:sfn:*`, unless `endpoints` names another Step Functions. */
  readonly self?: Self;
}

export interface Registry {
  /** @returns undefined for a service, action or pattern that is not there yet. */
  find(resource: TaskResource): Integration | undefined;
  /** True for a resource that a function of the configuration answers for. */
  answersFor(arn: string): boolean;
  /** For Map Runs that read items from S3 or write results there. */
  readonly s3: S3;
  /** Ends function processes and connections. Calls under way end as failed: stop the runtime before. */
  close(): Promise<void>;
}

export function createRegistry(options: RegistryOptions): Registry {
  const client = createAwsClient({ region: options.region, endpoints: options.endpoints });
  const lambda = createLambda({ ...options, client });
  const http = createHttpTask({
    connections: options.connections ?? {},
    settings: options.http ?? HTTP_DEFAULTS,
    root: options.root,
    client,
    ...(options.payloadBytes === undefined ? {} : { maxBytes: options.payloadBytes }),
  });
  const services = new Map<string, Integration>([
    ['lambda:invoke', lambda.invoke],
    ['http:invoke', http.invoke],
  ]);
  const answererOf = answerers(options.functions);
  const sdk = createSdkClient({
    aws: client,
    ...(options.payloadBytes === undefined ? {} : { payloadBytes: options.payloadBytes }),
    ...(options.self === undefined ? {} : { loopbacks: { sfn: createLoopback(options.self, randomUUID) } }),
  });
  const awsSdk = createAwsSdk(sdk);
  const optimized = createOptimizedServices(client, sdk);
  for (const [name, adapter] of optimized.adapters) services.set(name, adapter);
  const elsewhere = options.endpoints['states'] ?? options.endpoints['stepfunctions'];
  const states = elsewhere === undefined ? options.states : createStatesEndpoint(client, elsewhere);
  if (states !== undefined) services.set('states:startExecution', createStartExecution(states));
  return {
    s3: createS3(sdk),
    answersFor: (arn) => answererOf(arn) !== undefined,
    find(resource) {
      switch (resource.kind) {
        case 'lambda':
          return lambda.byArn;
        case 'service': {
          // What the user says wins over what is built in.
          const own = answererOf(resource.arn);
          if (own !== undefined) return createOwn(own, lambda.local);
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
      await Promise.all([lambda.close(), http.close(), optimized.close(), client.close()]);
    },
  };
}
