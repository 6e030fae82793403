// Jobs that are not wanted any more, at the moments where nobody seems to know of them.

import { pino } from 'pino';
import { expect, test } from 'vitest';
import { Payload } from '../../src/base/payload.ts';
import { Activities } from '../../src/engine/activities.ts';
import { MockedTasks } from '../../src/engine/mocked-tasks.ts';
import type { Calls } from '../../src/engine/resident.ts';
import { cancelJob } from '../../src/engine/task-calls.ts';
import { Tasks } from '../../src/engine/tasks.ts';
import { createTaskTokens } from '../../src/engine/tokens.ts';
import type { Integration } from '../../src/integrations/integration.ts';
import type { Command } from '../../src/interpreter/command.ts';
import type { InvokeTask } from '../../src/interpreter/effect.ts';
import type { ExecutionInfo } from '../../src/interpreter/state.ts';

const ACCOUNT = { partition: 'aws', region: 'us-east-1', account: '123456789012' };
const CALLER = { executionArn: 'e', stateMachineArn: 'm', region: 'us-east-1', account: '123456789012' };
const clock = {
  now: () => 0,
  after: (_: number, act: () => void) => {
    setImmediate(act);
    return () => {};
  },
  soon: setImmediate,
};
const log = pino({ level: 'silent' });

const JOB: InvokeTask = {
  type: 'InvokeTask',
  scheduled: 3,
  stateName: 'Job',
  invocation: 1,
  resource: {
    kind: 'service',
    arn: 'arn:aws:states:::ecs:runTask.sync',
    service: 'ecs',
    action: 'runTask',
    pattern: 'sync',
    resource: 'runTask.sync',
  },
  input: Payload.ofText('{}'),
  token: undefined,
  credentials: undefined,
  submitted: undefined,
};

function service(cancel: NonNullable<Integration['cancel']>): { find(): Integration } {
  const integration: Integration = {
    start: async () => ({ status: 'completed', outputText: '{"id":7}' }),
    poll: async () => ({ status: 'running' }),
    cancel,
  };
  return { find: () => integration };
}

test('a job whose state times out before its submission is decided is called off', async () => {
  const cancelled: unknown[] = [];
  const tasks = new Tasks({
    account: ACCOUNT,
    integrations: service(async (_task, submitted) => void cancelled.push(submitted)),
    activities: new Activities({ ask: async () => undefined }, clock),
    mocked: new MockedTasks(undefined),
    tokens: createTaskTokens('secret'),
    clock,
    log,
  });
  const calls: Calls = new Map();
  const info = { arn: 'e', stateMachineArn: 'm' } as ExecutionInfo;
  const told = await new Promise<Command>((tell) => tasks.invoke(JOB, { info, calls, tell }));
  expect(told.type).toBe('SubmitTask');
  tasks.cancel({ type: 'CancelTask', scheduled: 3 }, { info, calls, tell: () => {} });
  expect(cancelled).toEqual([{ id: 7 }]);
  expect(calls.size).toBe(0);
});

test.each([
  ['once more when it fails', 1, 2],
  ['three times at most', 99, 3],
])('a job is called off %s', async (_name, failures, expected) => {
  let asked = 0;
  const integrations = service(async () => {
    if (++asked <= failures) throw new Error('Connection reset');
  });
  await cancelJob(integrations, CALLER, { ...JOB, submitted: Payload.ofText('{"id":7}') }, clock, log);
  expect(asked).toBe(expected);
});

test('an activity task whose attempt is over leaves its queue', () => {
  const activities = new Activities({ ask: async () => undefined }, clock);
  const tasks = new Tasks({
    account: ACCOUNT,
    integrations: { find: () => undefined },
    activities,
    mocked: new MockedTasks(undefined),
    tokens: createTaskTokens('secret'),
    clock,
    log,
  });
  const owner = { info: { arn: 'e' } as ExecutionInfo, calls: new Map() as Calls, tell: () => {} };
  const effect: InvokeTask = { ...JOB, resource: { kind: 'activity', arn: 'arn:activity' } };
  tasks.invoke(effect, owner);
  expect(activities.depth('arn:activity').waiting).toBe(1);
  tasks.cancel({ type: 'CancelTask', scheduled: JOB.scheduled }, owner);
  expect(activities.depth('arn:activity').waiting).toBe(0);
});
