// An API over an in-memory store and the fake engine, with a clock that only moves when the test says so.

import { type Api, createApi } from '../../src/api/api.ts';
import type { ApiDeps } from '../../src/api/context.ts';
import { OPERATIONS, type OperationName, type Outputs, SHAPES } from '../../src/api/model.ts';
import { ApiError } from '../../src/api/wire/errors.ts';
import { compileShape } from '../../src/api/wire/validate-input.ts';
import { openLog } from '../../src/base/log.ts';
import { AWS_LIMITS, type Limits } from '../../src/base/quotas.ts';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';
import type { Store } from '../../src/store/store.ts';
import { createFakeEngine, type FakeEngine } from './fake-engine.ts';

export const ACCOUNT = { partition: 'aws', region: 'us-east-1', account: '123456789012' };
export const PREFIX = 'arn:aws:states:us-east-1:123456789012';
export const ROLE = 'arn:aws:iam::123456789012:role/r';
export const DEFINITION = '{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}';
export const OTHER_DEFINITION = '{"StartAt":"B","States":{"B":{"Type":"Succeed"}}}';
export const START = Date.UTC(2026, 0, 1);

export interface TestApi {
  readonly api: Api;
  readonly store: Store;
  readonly engine: FakeEngine;
  readonly clock: { now: number };
  /** The answer as a client gets it: printed and parsed. @throws ApiError */
  call<Name extends OperationName>(operation: Name, input?: object): Promise<Outputs[Name]>;
  /** The error of a call that must fail: `Code: message (reason)`. */
  refusal(operation: OperationName, input?: object): Promise<string>;
  /** Creates a machine with defaults; @returns its ARN. */
  machine(name?: string, more?: object): Promise<string>;
  close(): Promise<void>;
}

export function openTestApi(limits: Partial<Limits> = {}, more: Partial<ApiDeps> = {}): TestApi {
  const store = openSqliteStore({ folder: ':memory:' });
  const clock = { now: START };
  const now = () => clock.now;
  const engine = createFakeEngine(store, ACCOUNT, now);
  let uuids = 0;
  const uuid = () => `00000000-0000-4000-8000-${String(++uuids).padStart(12, '0')}`;
  const api = createApi({
    store,
    engine,
    account: ACCOUNT,
    limits: { ...AWS_LIMITS, ...limits },
    now,
    uuid,
    log: openLog('silent'),
    ...more,
  });
  const call = async <Name extends OperationName>(operation: Name, input: object = {}) => {
    const answer = JSON.parse(JSON.stringify(await api.handle(operation, structuredClone(input))));
    checkAnswer(operation, answer);
    return answer as Outputs[Name];
  };
  return {
    api,
    store,
    engine,
    clock,
    call,
    async refusal(operation, input) {
      try {
        const answer = await call(operation, input);
        throw new Error(`Expected ${operation} to fail, but got ${JSON.stringify(answer)}`);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        const { reason } = error.members ?? {};
        return `${error.code}: ${error.message}${reason === undefined ? '' : ` (${reason})`}`;
      }
    },
    async machine(name = 'm', more = {}) {
      const input = { name, definition: DEFINITION, roleArn: ROLE, ...more };
      return (await call('CreateStateMachine', input)).stateMachineArn;
    },
    close: () => store.close(),
  };
}

/** Every answer of every test must be what the model promises: types, constraints, no member that SDKs do not know. */
function checkAnswer(operation: OperationName, answer: object): void {
  const shape = OPERATIONS[operation].output;
  compileShape(shape)(answer);
  const unknown = Object.keys(answer).filter((member) => !(member in (SHAPES[shape].members ?? {})));
  if (unknown.length > 0)
    throw new Error(`${operation} answered members that no SDK knows: ${unknown.join(', ')}`);
}
