// Drives one integration as the engine does: checks the parameters, starts, and for `.sync` looks until there is an end.

import { expect } from 'vitest';
import { parseResource } from '../../../src/asl/resources.ts';
import { type Aws, createAws } from '../../../src/aws/aws.ts';
import type { AwsCredentials } from '../../../src/aws/credentials.ts';
import type { AwsAccess } from '../../../src/aws/endpoints.ts';
import type { Json, JsonObject } from '../../../src/base/json.ts';
import { parseJson } from '../../../src/base/json.ts';
import type { Integration, TaskOutcome, TaskRequest } from '../../../src/integrations/integration.ts';
import { createOptimizedServices } from '../../../src/integrations/services/services.ts';
import { NEVER, REGION, taskOf } from '../support.ts';

export interface Driver {
  readonly aws: Aws;
  integration(resource: string): { integration: Integration; request(input: Json): TaskRequest };
  /** @param resource `sqs:sendMessage`, `glue:startJobRun.sync`. Fails when the parameters are refused. */
  run(resource: string, input: Json): Promise<TaskOutcome>;
  /** Reasons against the parameters. */
  check(resource: string, input: Json): readonly string[];
  /** A call of the API, to prepare what a task needs. */
  prepare(service: string, action: string, input: JsonObject): Promise<JsonObject>;
  close(): Promise<void>;
}

const TEST: AwsCredentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const MAX_POLLS = 200;

export function openDriver(
  endpoints: Readonly<Record<string, string>>,
  { access, credentials = TEST }: { access?: AwsAccess; credentials?: AwsCredentials } = {},
): Driver {
  const aws = createAws({ region: REGION, endpoints, access, credentials: async () => credentials });
  const services = createOptimizedServices(aws);

  function integrationOf(resource: string): ReturnType<Driver['integration']> {
    const parsed = parseResource(`arn:aws:states:::${resource}`);
    if (parsed?.kind !== 'service')
      throw new Error(`Expected the resource of a service, but got ${resource}`);
    const integration = services.integrations.get(`${parsed.service}:${parsed.action}`);
    if (integration === undefined) throw new Error(`There is no integration for ${resource}`);
    return { integration, request: (input) => taskOf(parsed, input) };
  }

  return {
    aws,
    integration: integrationOf,
    check(resource, input) {
      const { integration, request } = integrationOf(resource);
      return integration.check!(request(input).resource, input);
    },
    async run(resource, input) {
      const { integration, request } = integrationOf(resource);
      const { resource: of } = request(input);
      expect(integration.check!(of, input)).toEqual([]);
      const task = request({ ...(input as JsonObject), ...integration.added?.(of) });
      const started = await integration.start(task, NEVER);
      if (!resource.endsWith('.sync') || started.status === 'failed') return started;
      const submitted = parseJson(started.outputText);
      for (let polls = 0; polls < MAX_POLLS; polls++) {
        const outcome = await integration.poll!(task, submitted, NEVER);
        if (outcome.status !== 'running') return outcome;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      throw new Error(`${resource} had no end after ${MAX_POLLS} looks`);
    },
    async prepare(service, action, input) {
      const answer = await aws.call({ service, action, input, signal: NEVER });
      if (!answer.ok) throw new Error(`${service}:${action} answered ${answer.error}: ${answer.message}`);
      return answer.output;
    },
    async close() {
      await Promise.all([services.close(), aws.close()]);
    },
  };
}
