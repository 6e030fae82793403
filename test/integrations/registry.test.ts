import { afterAll, expect, test } from 'vitest';
import type { TaskResource } from '../../src/asl/program.ts';
import { createRegistry } from '../../src/integrations/registry.ts';
import { functionArn, INVOKE, memoryLog, NEVER, REGION, taskOf } from './support.ts';

const registry = createRegistry({
  region: REGION,
  root: '/',
  functions: {},
  endpoints: { lambda: 'http://127.0.0.1:1' },
  log: memoryLog().log,
});
afterAll(() => registry.close());

test.each<[TaskResource]>([[{ kind: 'lambda', arn: functionArn('f') }], [INVOKE]])(
  'finds the integration of %j',
  async (resource) => {
    const integration = registry.find(resource)!;
    const outcome = await integration.start(taskOf(resource, { FunctionName: 'f' }), NEVER);
    expect(outcome).toMatchObject({ status: 'failed', error: 'Lambda.SdkClientException' });
  },
);

test.each<[TaskResource]>([
  [{ kind: 'activity', arn: 'arn:aws:states:us-east-1:123456789012:activity:a' }],
  [{ ...INVOKE, action: 'invokeAsync' } as TaskResource],
  [{ ...INVOKE, pattern: 'sync' } as TaskResource],
  [{ ...INVOKE, service: 'aws-sdk:nobody' } as TaskResource],
])('has none for %j', (resource) => {
  expect(registry.find(resource)).toBeUndefined();
});
