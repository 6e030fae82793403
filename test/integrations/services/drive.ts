// Drives one adapter as the runtime does: checks the parameters, starts, and for `.sync` looks until there is an end.

import { expect } from 'vitest';
import { parseResource } from '../../../src/asl/resources.ts';
import { type AwsClient, createAwsClient } from '../../../src/aws/client.ts';
import { createSdkClient, type SdkClient } from '../../../src/aws/sdk-client.ts';
import type { Json, JsonObject } from '../../../src/base/json.ts';
import { parseJson } from '../../../src/base/json.ts';
import type { Integration, TaskOutcome, TaskRequest } from '../../../src/integrations/integration.ts';
import { createOptimizedServices } from '../../../src/integrations/services/services.ts';
import { NEVER, REGION, taskOf } from '../support.ts';

export interface Driver {
  readonly sdk: SdkClient;
  readonly aws: AwsClient;
  adapter(resource: string): { adapter: Integration; request(input: Json): TaskRequest };
  /** @param resource `sqs:sendMessage`, `glue:startJobRun.sync`. Fails when the parameters are refused. */
  run(resource: string, input: Json): Promise<TaskOutcome>;
  /** Reasons against the parameters. */
  check(resource: string, input: Json): readonly string[];
  /** A call of the API, to prepare what a task needs. */
  prepare(service: string, action: string, input: JsonObject): Promise<JsonObject>;
  close(): Promise<void>;
}

const MAX_POLLS = 200;

export function openDriver(endpoints: Readonly<Record<string, string>>): Driver {
  const aws = createAwsClient({
    region: REGION,
    endpoints,
    credentials: async () => ({ accessKeyId: 'test', secretAccessKey: 'test' }),
  });
  const sdk = createSdkClient({ aws });
  const services = createOptimizedServices(aws, sdk);

  function adapterOf(resource: string): ReturnType<Driver['adapter']> {
    const parsed = parseResource(`arn:aws:states:::${resource}`);
    if (parsed?.kind !== 'service')
      throw new Error(`Expected the resource of a service, but got ${resource}`);
    const adapter = services.adapters.get(`${parsed.service}:${parsed.action}`);
    if (adapter === undefined) throw new Error(`There is no adapter for ${resource}`);
    return { adapter, request: (input) => taskOf(parsed, input) };
  }

  return {
    sdk,
    aws,
    adapter: adapterOf,
    check(resource, input) {
      const { adapter, request } = adapterOf(resource);
      return adapter.check!(request(input).resource, input);
    },
    async run(resource, input) {
      const { adapter, request } = adapterOf(resource);
      const { resource: of } = request(input);
      expect(adapter.check!(of, input)).toEqual([]);
      const task = request({ ...(input as JsonObject), ...adapter.added?.(of) });
      const started = await adapter.start(task, NEVER);
      if (!resource.endsWith('.sync') || started.status === 'failed') return started;
      const submitted = parseJson(started.outputText);
      for (let polls = 0; polls < MAX_POLLS; polls++) {
        const outcome = await adapter.poll!(task, submitted, NEVER);
        if (outcome.status !== 'running') return outcome;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      throw new Error(`${resource} had no end after ${MAX_POLLS} looks`);
    },
    async prepare(service, action, input) {
      const answer = await sdk.call({ service, action, input, signal: NEVER });
      if (!answer.ok) throw new Error(`${service}:${action} answered ${answer.error}: ${answer.message}`);
      return answer.output;
    },
    async close() {
      await Promise.all([services.close(), aws.close()]);
    },
  };
}
