// Which adapter runs a task's Resource. What is not listed here is not there yet: the runtime refuses it loudly.

import type { TaskResource } from '../asl/program.ts';
import type { Log } from '../base/log.ts';
import { createAwsClient } from './aws-client.ts';
import type { Integration } from './integration.ts';
import type { LocalFunction } from './lambda/functions.ts';
import { createLambda } from './lambda/lambda.ts';

export interface RegistryOptions {
  readonly region: string;
  /** Folder of treadle.yaml: handlers of local functions are relative to it. */
  readonly root: string;
  readonly functions: Readonly<Record<string, LocalFunction>>;
  /** Service to base URL, as `endpoints` of the configuration. */
  readonly endpoints: Readonly<Record<string, string>>;
  readonly log: Log;
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
  return {
    find(resource) {
      switch (resource.kind) {
        case 'lambda':
          return lambda.byArn;
        case 'service':
          // Jobs and callbacks come with the runtime's support for them.
          if (resource.pattern !== 'request-response') return undefined;
          return services.get(`${resource.service}:${resource.action}`);
        case 'activity':
          return undefined;
      }
    },
    async close() {
      await Promise.all([lambda.close(), client.close()]);
    },
  };
}
