// A whole engine with an S3 in memory, and distributed Maps that read from it or write to it.

import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { type Api, createApi } from '../../../src/api/api.ts';
import type { OperationName, Outputs } from '../../../src/api/model.ts';
import { openLog } from '../../../src/base/log.ts';
import { AWS_LIMITS } from '../../../src/base/quotas.ts';
import { createEngine, type RunningEngine } from '../../../src/engine/create.ts';
import { openSqliteStore } from '../../../src/store/sqlite/open.ts';
import type { ExecutionRecord, Store } from '../../../src/store/store.ts';
import { createMemoryS3, type MemoryS3 } from '../../support/memory-s3.ts';

const ACCOUNT = { partition: 'aws', region: 'us-east-1', account: '123456789012' };
const ROLE = 'arn:aws:iam::123456789012:role/r';
export const READ = 'arn:aws:states:::s3:getObject';
export const WRITE = 'arn:aws:states:::s3:putObject';

/** Children pass their input on, after `wait` seconds; those with `fail` fail. */
const CHILD = {
  StartAt: 'Look',
  States: {
    Look: {
      Type: 'Choice',
      Choices: [
        { Variable: '$.fail', IsPresent: true, Next: 'Bad' },
        { Variable: '$.Items[0].fail', IsPresent: true, Next: 'Bad' },
        { Variable: '$.wait', IsPresent: true, Next: 'Wait' },
      ],
      Default: 'Good',
    },
    Wait: { Type: 'Wait', SecondsPath: '$.wait', Next: 'Good' },
    Good: { Type: 'Pass', End: true },
    Bad: { Type: 'Fail', Error: 'Broken', Cause: 'It is.' },
  },
};

export function mapState(more: object, type = 'STANDARD'): object {
  const ItemProcessor = { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: type }, ...CHILD };
  return { Type: 'Map', Label: 'each', ItemProcessor, End: true, ...more };
}

export const reading = (type: string, more: object = {}): object => ({
  Resource: READ,
  Parameters: { Bucket: 'b', Key: 'k' },
  ReaderConfig: { InputType: type, ...more },
});

/** @param config of the writer. */
export const writing = (config?: object): object => ({
  ResultWriter: {
    Resource: WRITE,
    Parameters: { Bucket: 'out', Prefix: 'runs' },
    ...(config && { WriterConfig: config }),
  },
});

export interface Result {
  readonly status: string;
  readonly output: unknown;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  readonly trace: readonly string[];
}

export interface S3Installation {
  readonly s3: MemoryS3;
  readonly engine: RunningEngine;
  call<Name extends OperationName>(operation: Name, input: object): Promise<Outputs[Name]>;
  /** Starts a machine of this Map alone. @returns the execution's ARN. */
  start(map: object, input?: unknown): Promise<string>;
  resultOf(executionArn: string): Promise<Result>;
  run(map: object, input?: unknown): Promise<Result>;
  children(): Promise<ExecutionRecord[]>;
  /** Closes the engine and its store, as a process that ends. */
  close(): Promise<void>;
  /** Opens them again on the same folder. */
  open(): Promise<void>;
}

/** A new installation for each test of the file that calls this. */
export function useS3Installation(): S3Installation {
  let folder: string;
  let s3: MemoryS3;
  let store: Store;
  let engine: RunningEngine;
  let api: Api;

  const installation: S3Installation = {
    get s3() {
      return s3;
    },
    get engine() {
      return engine;
    },
    async open() {
      const log = openLog('silent');
      store = openSqliteStore({ folder });
      const shared = { account: ACCOUNT, limits: AWS_LIMITS, log };
      engine = createEngine({
        ...shared,
        store,
        integrations: { find: () => undefined },
        s3,
        tokenSecret: 's',
      });
      await engine.recover();
      api = createApi({ ...shared, store, engine, now: Date.now, uuid: randomUUID });
    },
    async close() {
      await engine.close(0);
      await store.close();
    },
    async call<Name extends OperationName>(operation: Name, input: object): Promise<Outputs[Name]> {
      return JSON.parse(JSON.stringify(await api.handle(operation, input))) as Outputs[Name];
    },
    async start(map, input = {}) {
      const { call } = installation;
      const definition = JSON.stringify({ StartAt: 'M', States: { M: map } });
      const { stateMachineArn } = await call('CreateStateMachine', { name: 'm', definition, roleArn: ROLE });
      const started = await call('StartExecution', { stateMachineArn, input: JSON.stringify(input) });
      return started.executionArn;
    },
    async resultOf(executionArn) {
      const ended = await engine.waitForEnd(executionArn);
      if (ended === undefined) throw new Error(`Expected ${executionArn} to end`);
      const { events } = await installation.call('GetExecutionHistory', { executionArn });
      const trace = events.map(({ id, previousEventId, type }) => `${id}<${previousEventId} ${type}`);
      const { status, output, error, cause } = ended;
      return { status, output: output?.value, error, cause, trace };
    },
    async run(map, input) {
      return installation.resultOf(await installation.start(map, input));
    },
    children: () =>
      store.executions.list({
        stateMachineArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:m/each',
        status: undefined,
        after: undefined,
        limit: 10,
      }),
  };

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'treadle-s3-'));
    s3 = createMemoryS3();
    s3.put('out', 'here before', '');
    await installation.open();
  });
  afterEach(async () => {
    await installation.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return installation;
}
