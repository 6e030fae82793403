// All optimized integrations but those of Lambda, Step Functions and HTTP, by `service:action` as in a Resource.

import type { Aws } from '../../aws/aws.ts';
import { createHttp } from '../../net/http-client.ts';
import type { Integration } from '../integration.ts';
import { createApiGateway } from './apigateway.ts';
import { createInvokeModel } from './bedrock.ts';
import { createInvokeHarness } from './bedrockagentcore.ts';
import { createKubernetes } from './kubernetes.ts';
import { withLookLimit } from './look.ts';
import { createOptimized } from './optimized.ts';
import { OPTIMIZED_TABLES } from './tables.ts';

/** Connections at once to one host of API Gateway. */
const CONNECTIONS = 64;

export interface OptimizedServices {
  /** By `service:action`. */
  readonly integrations: ReadonlyMap<string, Integration>;
  close(): Promise<void>;
}

export function createOptimizedServices(aws: Aws): OptimizedServices {
  const integrations = new Map<string, Integration>();
  for (const [segment, service] of Object.entries(OPTIMIZED_TABLES)) {
    for (const action of Object.keys(service.actions)) {
      integrations.set(`${segment}:${action}`, withLookLimit(createOptimized(service, action, aws)));
    }
  }
  const http = createHttp({ connections: CONNECTIONS, guard: aws.unasked });
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
