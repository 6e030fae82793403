// An engine over a store in a folder, in real time: for what a disk can do to it. No processes die here.

import { pino } from 'pino';
import { executionArn, stateMachineArn } from '../../src/base/arn.ts';
import { Payload } from '../../src/base/payload.ts';
import { AWS_LIMITS } from '../../src/base/quotas.ts';
import { createEngine, type RunningEngine } from '../../src/engine/create.ts';
import type { ExecutionEnd } from '../../src/observe/messages.ts';
import type { StateMachine, Store } from '../../src/store/store.ts';
import { ACCOUNT } from './world.ts';

export interface Installation {
  readonly engine: RunningEngine;
  readonly store: Store;
  /** Messages of the log, errors and worse. */
  readonly errors: string[];
  create(name: string, definition: object): Promise<StateMachine>;
  /** @returns the execution's ARN once the start is acknowledged. */
  start(machine: StateMachine, name: string, input: string): Promise<string>;
  ended(arn: string): Promise<ExecutionEnd | undefined>;
}

const ROLE = 'arn:aws:iam::123456789012:role/simulated';

export function install(store: Store): Installation {
  const errors: string[] = [];
  const engine = createEngine({
    store,
    account: ACCOUNT,
    limits: AWS_LIMITS,
    integrations: { find: () => undefined },
    tokenSecret: 'simulated',
    log: pino({ level: 'error', base: undefined }, { write: (line) => errors.push(line) }),
  });
  return {
    engine,
    store,
    errors,
    async create(name, definition) {
      const { machine } = await store.catalog.create({
        arn: stateMachineArn(ACCOUNT, name),
        name,
        type: 'STANDARD',
        createdAt: Date.now(),
        settings: {},
        revision: { revisionId: undefined, definition: JSON.stringify(definition), roleArn: ROLE },
      });
      return machine;
    },
    async start(machine, name, input) {
      await engine.start({ machine, name, input: Payload.ofText(input), traceHeader: undefined });
      return executionArn(ACCOUNT, machine.name, name);
    },
    ended: (arn) => engine.waitForEnd(arn),
  };
}
