// All optimized integrations but those of Lambda, Step Functions and HTTP, by `service:action` as in a Resource.

import type { Aws } from '../../aws/aws.ts';
import { createHttp } from '../../net/http-client.ts';
import type { Integration } from '../integration.ts';
import { createApiGateway } from './apigateway.ts';
import { athena } from './athena.ts';
import { batch } from './batch.ts';
import { bedrock, createInvokeModel } from './bedrock.ts';
import { createInvokeHarness } from './bedrockagentcore.ts';
import { codebuild } from './codebuild.ts';
import { databrew } from './databrew.ts';
import { dynamodb } from './dynamodb.ts';
import { ecs } from './ecs.ts';
import { eks } from './eks.ts';
import { emr } from './emr.ts';
import { emrContainers } from './emr-containers.ts';
import { emrServerless } from './emr-serverless.ts';
import { events } from './events.ts';
import { glue } from './glue.ts';
import { createKubernetes } from './kubernetes.ts';
import { withLookLimit } from './look.ts';
import { mediaconvert } from './mediaconvert.ts';
import { createOptimized, type OptimizedService } from './optimized.ts';
import { sagemaker } from './sagemaker.ts';
import { sns } from './sns.ts';
import { sqs } from './sqs.ts';

/** Service segment of the Resource → its table. */
const TABLES: Readonly<Record<string, OptimizedService>> = {
  athena,
  batch,
  bedrock,
  codebuild,
  databrew,
  dynamodb,
  ecs,
  eks,
  elasticmapreduce: emr,
  'emr-containers': emrContainers,
  'emr-serverless': emrServerless,
  events,
  glue,
  mediaconvert,
  sagemaker,
  sns,
  sqs,
};

/** Connections at once to one host of API Gateway. */
const CONNECTIONS = 64;

export interface OptimizedServices {
  /** By `service:action`. */
  readonly integrations: ReadonlyMap<string, Integration>;
  close(): Promise<void>;
}

export function createOptimizedServices(aws: Aws): OptimizedServices {
  const integrations = new Map<string, Integration>();
  for (const [segment, service] of Object.entries(TABLES)) {
    for (const action of Object.keys(service.actions)) {
      integrations.set(`${segment}:${action}`, withLookLimit(createOptimized(service, action, aws)));
    }
  }
  const http = createHttp(CONNECTIONS);
  const kubernetes = createKubernetes(aws);
  integrations.set('apigateway:invoke', createApiGateway(aws, http));
  integrations.set('bedrock:invokeModel', createInvokeModel(aws));
  integrations.set('bedrockagentcore:invokeHarness', createInvokeHarness(aws));
  integrations.set('eks:call', kubernetes.call);
  integrations.set('eks:runJob', withLookLimit(kubernetes.runJob));
  return {
    integrations,
    async close() {
      await Promise.all([http.close(), kubernetes.close()]);
    },
  };
}
