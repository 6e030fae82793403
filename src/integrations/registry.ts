// Which integration runs a task's Resource. What is not listed here is not there yet: the engine refuses it loudly.

import { randomUUID } from 'node:crypto';
import type { TaskResource } from '../asl/program.ts';
import { createAws } from '../aws/aws.ts';
import type { CallAws } from '../aws/call.ts';
import type { AwsAccess } from '../aws/endpoints.ts';
import { createLoopback, type Self } from '../aws/loopback.ts';
import { createS3 } from '../aws/s3.ts';
import type { S3 } from '../aws/s3-objects.ts';
import { systemClock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Connection } from '../config/connections.ts';
import type { LocalFunction } from '../config/functions.ts';
import { createAnswererOf } from '../functions/resources.ts';
import { createGuard } from '../net/addresses.ts';
import { createAwsSdk, isSdkResource } from './aws-sdk.ts';
import { createFunctionTask } from './function-task.ts';
import { createHttpTask, HTTP_DEFAULTS, type HttpSettings } from './http/http-task.ts';
import type { Integration } from './integration.ts';
import { kmsKeyProblem } from './kms-keys.ts';
import { createLambda } from './lambda/lambda.ts';
import { hasLogGroup } from './log-groups.ts';
import { createOptimizedServices } from './services/services.ts';
import { createStartExecution } from './step-functions/start-execution.ts';
import { createOwnStates, createRemoteStates } from './step-functions/states-api.ts';

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
  /** To AWS itself, as `aws` of the configuration; default: none. */
  readonly access?: AwsAccess;
  /** Bytes of a result; default: AWS's limit. */
  readonly payloadBytes?: number;
  readonly log: Log;
  /** Starts nested executions and answers `aws-sdk:sfn:*`, unless `endpoints` names another Step Functions. */
  readonly self?: Self;
  /** Resolves when an execution has ended that `self` started. */
  readonly ended?: (executionArn: string) => Promise<unknown>;
}

export interface Registry {
  /** @returns undefined for a service, action or pattern that is not there yet. */
  find(resource: TaskResource): Integration | undefined;
  /** True for a resource that a function of the configuration answers for. */
  answersFor(arn: string): boolean;
  /** Any action of any AWS service. */
  readonly call: CallAws;
  /** For Map Runs that read items from S3 or write results there. */
  readonly s3: S3;
  /** Whether CloudWatch Logs has the group; undefined when that cannot be told. */
  hasLogGroup(arn: string): Promise<boolean | undefined>;
  /** Why a key of KMS could not encrypt; undefined when it can, or that cannot be told. */
  kmsKeyProblem(keyId: string): Promise<string | undefined>;
  /** Ends function processes and connections. Calls under way end as failed: stop the engine before. */
  close(): Promise<void>;
}

export function createRegistry(options: RegistryOptions): Registry {
  const { region, endpoints, payloadBytes, self, access, http: settings = HTTP_DEFAULTS } = options;
  const loopbacks = self === undefined ? undefined : { sfn: createLoopback(self, randomUUID) };
  const aws = createAws({ region, endpoints, access, policy: settings, payloadBytes, loopbacks });
  const lambda = createLambda({ ...options, aws, guard: createGuard(settings) });
  const http = createHttpTask({
    connections: options.connections ?? {},
    settings,
    root: options.root,
    aws,
    maxBytes: payloadBytes,
  });
  const services = new Map<string, Integration>([
    ['lambda:invoke', lambda.invoke],
    ['http:invoke', http.invoke],
  ]);
  const answererOf = createAnswererOf(options.functions);
  const awsSdk = createAwsSdk(aws);
  services.set('aws-sdk:lambda:invoke', lambda.sdkInvoke(awsSdk));
  const optimized = createOptimizedServices(aws);
  for (const [name, integration] of optimized.integrations) services.set(name, integration);
  const elsewhere = endpoints['states'] ?? endpoints['stepfunctions'];
  if (elsewhere !== undefined) {
    services.set('states:startExecution', createStartExecution(createRemoteStates(aws, elsewhere)));
  } else if (self !== undefined) {
    services.set('states:startExecution', createStartExecution(createOwnStates(self, options.ended)));
  }
  return {
    call: aws.call,
    s3: createS3({ aws, clock: systemClock, random: Math.random }),
    hasLogGroup: (arn) => hasLogGroup(aws, arn),
    kmsKeyProblem: (keyId) => kmsKeyProblem(aws, keyId),
    answersFor: (arn) => answererOf(arn) !== undefined,
    find(resource) {
      switch (resource.kind) {
        case 'lambda':
          return lambda.byArn;
        case 'service': {
          // What the user says wins over what is built in.
          const name = answererOf(resource.arn);
          if (name !== undefined) return createFunctionTask(name, lambda.local);
          const integration = services.get(`${resource.service}:${resource.action}`);
          if (integration === undefined && isSdkResource(aws, resource)) return awsSdk;
          const isJob = resource.pattern === 'sync' || resource.pattern === 'sync:2';
          return isJob && integration?.poll === undefined ? undefined : integration;
        }
        case 'activity':
          return undefined;
      }
    },
    async close() {
      await Promise.all([lambda.close(), http.close(), optimized.close(), aws.close()]);
    },
  };
}
