// TestState over a real engine, without a wire: tasks are answered by a function of the test.

import { randomUUID } from 'node:crypto';
import { type Api, createApi } from '../../../src/api/api.ts';
import type { InspectionData, TestStateInput, TestStateOutput } from '../../../src/api/model.ts';
import { ApiError } from '../../../src/api/wire/errors.ts';
import { openLog } from '../../../src/base/log.ts';
import { AWS_LIMITS } from '../../../src/base/quotas.ts';
import { createEngine } from '../../../src/engine/create.ts';
import type { Integration } from '../../../src/integrations/integration.ts';
import { mockFault } from '../../../src/integrations/mock-results.ts';
import { openSqliteStore } from '../../../src/store/sqlite/open.ts';
import { ACCOUNT } from '../test-api.ts';

export type More = Omit<Partial<TestStateInput>, 'definition' | 'input'>;

export interface StateTester {
  readonly api: Api;
  /** @param input a value, printed as JSON */
  test(definition: object, input?: unknown, more?: More): Promise<TestStateOutput>;
  /** The values on the way, parsed where they are JSON text. */
  inspect(definition: object, input?: unknown, more?: More): Promise<Record<string, unknown>>;
  /** `Code: message` */
  refusal(definition: object, more?: More, input?: unknown): Promise<string>;
  close(): Promise<void>;
}

/** @param start answers tasks; without it every task is one too many */
export function openStateTester(start?: Integration['start'], revealSecrets = false): StateTester {
  const log = openLog('silent');
  const store = openSqliteStore({ folder: ':memory:' });
  const integration: Integration = {
    start: start ?? (() => Promise.reject(new Error('Expected no call'))),
  };
  const shared = { store, account: ACCOUNT, limits: AWS_LIMITS, log };
  const integrations = { find: () => integration };
  const engine = createEngine({ ...shared, integrations, tokenSecret: 's' });
  const api = createApi({ ...shared, engine, now: Date.now, uuid: randomUUID, mockFault, revealSecrets });
  const test: StateTester['test'] = async (definition, input = {}, more = {}) => {
    const request = { definition: JSON.stringify(definition), input: JSON.stringify(input), ...more };
    return JSON.parse(JSON.stringify(await api.handle('TestState', request))) as TestStateOutput;
  };
  return {
    api,
    test,
    async inspect(definition, input, more = {}) {
      const { inspectionData } = await test(definition, input, { inspectionLevel: 'DEBUG', ...more });
      const values = Object.entries(inspectionData ?? {}).map(([name, value]) => [name, parsed(name, value)]);
      return Object.fromEntries(values);
    },
    async refusal(definition, more, input) {
      try {
        const answer = await test(definition, input, more);
        throw new Error(`Expected a refusal, but got ${JSON.stringify(answer)}`);
      } catch (error) {
        if (error instanceof ApiError) return `${error.code}: ${error.message}`;
        throw error;
      }
    },
    async close() {
      await engine.close(0);
      await store.close();
    },
  };
}

function parsed(name: string, value: InspectionData[keyof InspectionData]): unknown {
  return typeof value === 'string' && name !== 'request' ? JSON.parse(value) : value;
}

export const LAMBDA = 'arn:aws:states:::lambda:invoke';

/** A Task that takes its parameters from its input. */
export const task = (more: object = {}): object => ({
  Type: 'Task',
  Resource: LAMBDA,
  Parameters: { 'FunctionName.$': '$.name', 'Payload.$': '$.payload' },
  End: true,
  ...more,
});

export const distributed = (more: object = {}): object => ({
  Type: 'Map',
  ItemsPath: '$.items',
  ItemProcessor: {
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
    StartAt: 'Inner',
    States: { Inner: { Type: 'Pass', End: true } },
  },
  End: true,
  ...more,
});

export const inline = (more: object = {}): object => ({
  Type: 'Map',
  ItemProcessor: { StartAt: 'Inner', States: { Inner: { Type: 'Pass', End: true } } },
  End: true,
  ...more,
});

export const parallel = (more: object = {}): object => {
  const branch = (name: string) => ({ StartAt: name, States: { [name]: { Type: 'Pass', End: true } } });
  return { Type: 'Parallel', Branches: [branch('A'), branch('B')], End: true, ...more };
};

export const ROLE = 'arn:aws:iam::123456789012:role/r';
export const JSONATA = { QueryLanguage: 'JSONata' };
export const ERROR = { errorOutput: { error: 'E', cause: 'why' } };
