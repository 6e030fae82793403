// An engine over a store in memory, on a clock that the test moves, with a hand on every commit and every read.

import { pino } from 'pino';
import { executionArn, stateMachineArn } from '../../src/base/arn.ts';
import { Payload } from '../../src/base/payload.ts';
import { AWS_LIMITS } from '../../src/base/quotas.ts';
import { createEngine, type EngineOptions, type RunningEngine } from '../../src/engine/create.ts';
import { Bus } from '../../src/observe/bus.ts';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';
import type { Batch, StateMachine, Store } from '../../src/store/store.ts';
import { ACCOUNT, ROLE } from '../api/test-api.ts';
import { settle, VirtualTime } from '../simulation/virtual-time.ts';

export const START = Date.UTC(2026, 0, 2, 3, 4, 5);

export interface VirtualEngine {
  readonly engine: RunningEngine;
  /** As the engine sees it. */
  readonly store: Store;
  readonly time: VirtualTime;
  readonly bus: Bus;
  /** Batches that were kept, in order. */
  readonly commits: Batch[];
  /** Lines of the log. */
  readonly log: { readonly msg: string; readonly execution?: string }[];
  /** Milliseconds by which the wall clock goes on whenever the engine looks at it: as if everything took long. */
  lookMs: number;
  /** Called before each commit, which it can hold or refuse. */
  onCommit: ((batch: Batch) => void | Promise<void>) | undefined;
  /** Called after each commit that was kept, before the engine hears of it. */
  afterCommit: (() => void | Promise<void>) | undefined;
  /** Called before the journal of the execution with that key is read. */
  onRead: ((key: number) => void | Promise<void>) | undefined;
  machine(name: string, definition: object, type?: 'STANDARD' | 'EXPRESS'): Promise<StateMachine>;
  start(machine: StateMachine, name: string, input?: string): Promise<string>;
  /** Lets so much time pass, and everything happen that is due until then. */
  pass(ms: number): Promise<void>;
  status(arn: string): Promise<string | undefined>;
  /** The process dies and another one takes its work up, on the same data. */
  restart(): Promise<void>;
  dispose(): Promise<void>;
}

export const arnOf = (machine: string, name: string): string => executionArn(ACCOUNT, machine, name);

export async function openVirtualEngine(
  options: Partial<
    Pick<EngineOptions, 'integrations' | 'limits' | 's3' | 'pool' | 'loopUnits' | 'memory'>
  > = {},
): Promise<VirtualEngine> {
  const inner = openSqliteStore({ folder: ':memory:' });
  const time = new VirtualTime(START, undefined);
  const log: VirtualEngine['log'] = [];
  const logger = pino(
    { level: 'info', base: undefined },
    { write: (line) => void log.push(JSON.parse(line)) },
  );
  const commits: Batch[] = [];
  const store: Store = {
    catalog: inner.catalog,
    executions: inner.executions,
    work: inner.work,
    mapRuns: inner.mapRuns,
    nextKey: () => inner.nextKey(),
    check: () => inner.check(),
    close: () => inner.close(),
    async commit(batch) {
      await v.onCommit?.(batch);
      await inner.commit(batch);
      commits.push(batch);
      await v.afterCommit?.();
    },
    journal: {
      page: (key, page) => inner.journal.page(key, page),
      ends: (key) => inner.journal.ends(key),
      async read(key) {
        await v.onRead?.(key);
        return inner.journal.read(key);
      },
    },
  };
  let owner = {};
  const boot = (): { engine: RunningEngine; bus: Bus } => {
    owner = {};
    const bus = new Bus(logger);
    const engine = createEngine({
      store,
      account: ACCOUNT,
      limits: AWS_LIMITS,
      integrations: { find: () => undefined },
      tokenSecret: 'secret',
      bus,
      log: logger,
      clock: {
        ...time.clockOf(owner),
        now() {
          time.jump(v.lookMs);
          return time.now();
        },
      },
      ...options,
    });
    return { engine, bus };
  };
  const pass = async (ms: number): Promise<void> => {
    await settle();
    const end = time.elapsed + ms;
    for (let next = time.next(); next !== undefined && next <= end; next = time.next()) await time.step();
    time.elapsed = end;
  };
  const recover = async (): Promise<void> => {
    let recovered = false;
    const recovering = v.engine.recover().then(() => {
      recovered = true;
    });
    while (!recovered) await pass(0);
    await recovering;
  };
  const v: VirtualEngine = {
    ...boot(),
    store,
    time,
    commits,
    log,
    lookMs: 0,
    onCommit: undefined,
    afterCommit: undefined,
    onRead: undefined,
    pass,
    async machine(name, definition, type = 'STANDARD') {
      const { machine } = await inner.catalog.create({
        arn: stateMachineArn(ACCOUNT, name),
        name,
        type,
        createdAt: START,
        settings: {},
        revision: { revisionId: undefined, definition: JSON.stringify(definition), roleArn: ROLE },
      });
      return machine;
    },
    async start(machine, name, input = '{}') {
      const request = { machine, name, input: Payload.ofText(input), traceHeader: undefined };
      return (await v.engine.start(request)).executionArn;
    },
    status: async (arn) => (await inner.executions.get(arn))?.status,
    async restart() {
      time.kill(owner);
      Object.assign(v, boot());
      await recover();
    },
    async dispose() {
      time.kill(owner);
      await settle();
      await inner.close();
    },
  };
  await recover();
  return v;
}

/** How a promise settled so far. */
export function outcomeOf(promise: Promise<unknown>): { now: unknown } {
  const outcome: { now: unknown } = { now: 'open' };
  promise.then(
    (value) => {
      outcome.now = value;
    },
    (error: unknown) => {
      outcome.now = error instanceof Error ? error.name : error;
    },
  );
  return outcome;
}

export const PASS = { StartAt: 'A', States: { A: { Type: 'Pass', End: true } } };

export const sleeper = (seconds: number): object => ({
  StartAt: 'W',
  States: { W: { Type: 'Wait', Seconds: seconds, End: true } },
});

export const TASK = {
  StartAt: 'T',
  States: { T: { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', End: true } },
};
