// An engine for tests of the API: it commits starts to a real store and ends executions when the test says how.

import { type Account, executionArn, expressExecutionArn } from '../../src/base/arn.ts';
import { Payload } from '../../src/base/payload.ts';
import { type Engine, NotRedrivable, type StartRequest, type TokenAnswer } from '../../src/engine/engine.ts';
import type { HistoryEvent } from '../../src/history/event.ts';
import type { TaskOutcome } from '../../src/interpreter/command.ts';
import type { ExecutionEnd } from '../../src/observe/messages.ts';
import { DuplicateExecution, type ExecutionRecord, type Store } from '../../src/store/store.ts';

export interface FakeEngine extends Engine {
  /** Every Express request it got. */
  readonly express: StartRequest[];
  /** Appends events (ids and times are given) and sets the record. */
  append(arn: string, events: readonly object[], change: Partial<ExecutionRecord>): Promise<void>;
  succeed(arn: string, output: string): Promise<void>;
  fail(arn: string, error?: string, cause?: string): Promise<void>;
  timeOut(arn: string): Promise<void>;
  /** What it answers to a task token; a token that is not in here is invalid. */
  readonly tokens: Map<string, TokenAnswer>;
  /** Outcomes of tasks, as they came. */
  readonly completed: TaskOutcome[];
  /** How the next startSync ends. */
  nextSync: Partial<ExecutionEnd>;
  /** Thrown by the next start, when set. */
  refusal: Error | undefined;
}

export function createFakeEngine(store: Store, account: Account, now: () => number): FakeEngine {
  const lastIds = new Map<string, number>();

  const append = async (arn: string, events: readonly object[], change: Partial<ExecutionRecord>) => {
    const record = await store.executions.get(arn);
    if (record === undefined) throw new Error(`no execution ${arn}`);
    const numbered = events.map((event) => {
      const id = (lastIds.get(arn) ?? 0) + 1;
      lastIds.set(arn, id);
      return { id, previous: id - 1, at: now(), frame: 0, ...event } as HistoryEvent;
    });
    const sequence = record.sequence + numbered.length;
    const executions = [{ record: { ...record, sequence, ...change }, created: false, events: numbered }];
    await store.commit({ executions, expressStarted: [], expressEnded: [] });
  };
  const close = (arn: string, status: ExecutionRecord['status'], event: object) =>
    append(arn, [event], { status, stoppedAt: now(), busy: false });
  let uuids = 0;

  const fake: FakeEngine = {
    tokens: new Map(),
    completed: [],
    knowsToken: (token) => fake.tokens.has(token),
    async completeTask(token, outcome) {
      const answer = fake.tokens.get(token) ?? 'invalid';
      if (answer === 'ok') {
        fake.completed.push(outcome);
        fake.tokens.set(token, 'closed');
      }
      return answer;
    },
    heartbeat: async (token) => fake.tokens.get(token) ?? 'invalid',
    testState: async () => {
      throw new Error('The fake engine tests no state: real-engine.test.ts does');
    },
    activityCreated: () => {},
    activityDeleted: () => {},
    takeActivityTask: async () => undefined,
    express: [],
    nextSync: {},
    refusal: undefined,
    append,
    succeed: (arn, output) =>
      close(arn, 'SUCCEEDED', { type: 'ExecutionSucceeded', output: Payload.ofText(output) }),
    fail: (arn, error, cause) => close(arn, 'FAILED', { type: 'ExecutionFailed', error, cause }),
    timeOut: (arn) => close(arn, 'TIMED_OUT', { type: 'ExecutionTimedOut', error: 'States.Timeout' }),
    async start(request) {
      if (fake.refusal !== undefined) throw fake.refusal;
      const { machine, name, input } = request;
      if (machine.type === 'EXPRESS') {
        fake.express.push(request);
        uuids++;
        return {
          executionArn: expressExecutionArn(account, machine.name, name, `start-${uuids}`),
          startedAt: now(),
        };
      }
      const arn = executionArn(account, machine.name, name);
      const known = await store.executions.get(arn);
      if (known !== undefined) {
        const ends = await store.journal.ends(known.key);
        const same = ends?.first.type === 'ExecutionStarted' && ends.first.input.text === input.text;
        if (known.status === 'RUNNING' && same) return { executionArn: arn, startedAt: known.startedAt };
        throw new DuplicateExecution(arn);
      }
      const started: HistoryEvent = {
        type: 'ExecutionStarted',
        id: 1,
        previous: 0,
        at: now(),
        frame: 0,
        input,
        roleArn: machine.revision.roleArn,
      };
      lastIds.set(arn, 1);
      const record: ExecutionRecord = {
        key: store.nextKey(),
        arn,
        stateMachineArn: machine.arn,
        name,
        revision: machine.revision.id,
        status: 'RUNNING',
        startedAt: now(),
        stoppedAt: undefined,
        wakeAt: undefined,
        busy: true,
        sequence: 1,
        redriveCount: 0,
        redrivenAt: undefined,
        traceHeader: request.traceHeader,
        stateMachineVersionArn: request.stateMachineVersionArn,
        stateMachineAliasArn: request.stateMachineAliasArn,
        mapRunArn: undefined,
      };
      await store.commit({
        executions: [{ record, created: true, events: [started] }],
        expressStarted: [],
        expressEnded: [],
      });
      return { executionArn: arn, startedAt: record.startedAt };
    },
    async startSync(request) {
      if (fake.refusal !== undefined) throw fake.refusal;
      fake.express.push(request);
      uuids++;
      return {
        executionArn: expressExecutionArn(account, request.machine.name, request.name, `start-${uuids}`),
        status: 'SUCCEEDED',
        startedAt: now(),
        stoppedAt: now() + 101,
        output: request.input,
        error: undefined,
        cause: undefined,
        ...fake.nextSync,
      };
    },
    async stop(arn, error, cause) {
      const record = await store.executions.get(arn);
      if (record === undefined) return undefined;
      if (record.status !== 'RUNNING') return record.stoppedAt;
      await close(arn, 'ABORTED', { type: 'ExecutionAborted', error, cause });
      return now();
    },
    async redrive({ executionArn: arn }) {
      const record = await store.executions.get(arn);
      if (record === undefined) return undefined;
      if (record.status === 'RUNNING' || record.status === 'SUCCEEDED')
        throw new NotRedrivable(`Execution is ${record.status} and cannot be redriven`);
      const redriveCount = record.redriveCount + 1;
      const change = { status: 'RUNNING', stoppedAt: undefined, redriveCount, redrivenAt: now() } as const;
      await append(arn, [{ type: 'ExecutionRedriven', redriveCount }], change);
      return now();
    },
    async deleteStateMachine(arn) {
      await store.catalog.setDeleting(arn);
    },
    mapRunProgress: () => undefined,
    runningChildren: () => [],
    updateMapRun: async () => false,
    waitForEnd: async () => undefined,
  };
  return fake;
}
