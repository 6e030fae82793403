// A job as part of an execution: what the history shows, and that leaving the state calls the job off.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { type RunningServer, startServer } from '../../../src/server.ts';
import { until } from '../../support/until.ts';
import { openStandIn, type StandIn } from './stand-in.ts';

let standIn: StandIn;
let server: RunningServer;
const folder = mkdtempSync(join(tmpdir(), 'treadle-services-'));

beforeAll(async () => {
  standIn = await openStandIn();
  const env = { TREADLE_LISTEN: '127.0.0.1:0', TREADLE_DATA: ':memory:', TREADLE_ENDPOINTS_ECS: standIn.url };
  server = await startServer(loadConfig({ folder, env }));
});
beforeEach(() => {
  standIn.asked.length = 0;
});
afterAll(async () => {
  await server.close();
  await standIn.close();
  rmSync(folder, { recursive: true, force: true });
});

async function call(action: string, input: object): Promise<Record<string, unknown>> {
  const response = await fetch(server.url, {
    method: 'POST',
    headers: { 'x-amz-target': `AWSStepFunctions.${action}`, 'content-type': 'application/x-amz-json-1.0' },
    body: JSON.stringify(input),
  });
  return (await response.json()) as Record<string, unknown>;
}

/** Starts an execution with the one task and gives its ARN. */
async function start(name: string, parameters: object | undefined, more: object = {}): Promise<string> {
  const Call = {
    Type: 'Task',
    Resource: 'arn:aws:states:::ecs:runTask.sync',
    Parameters: parameters,
    End: true,
    ...more,
  };
  const { stateMachineArn } = await call('CreateStateMachine', {
    name,
    definition: JSON.stringify({ StartAt: 'Call', States: { Call } }),
    roleArn: 'arn:aws:iam::123456789012:role/r',
  });
  const { executionArn } = await call('StartExecution', { stateMachineArn });
  return executionArn as string;
}

interface Event {
  readonly type: string;
  readonly taskScheduledEventDetails?: { readonly parameters: string };
  readonly executionFailedEventDetails?: { readonly error: string; readonly cause: string };
}

async function historyOf(executionArn: string): Promise<Event[]> {
  let events: Event[] = [];
  let ended = false;
  const look = async (): Promise<void> => {
    events = (await call('GetExecutionHistory', { executionArn }))['events'] as Event[];
    ended = /^Execution(Succeeded|Failed|Aborted|TimedOut)$/.test(events.at(-1)!.type);
  };
  const looking = setInterval(() => void look(), 20);
  await until('the execution to end', () => ended);
  clearInterval(looking);
  return events;
}

const TASK = { taskArn: 'arn:task', clusterArn: 'arn:cluster', lastStatus: 'PENDING' };

test('the history tells of the job from TaskScheduled to its result', async () => {
  standIn.answer('RunTask', { body: { tasks: [TASK], failures: [] } });
  standIn.answer('DescribeTasks', { body: { tasks: [{ ...TASK, lastStatus: 'STOPPED', containers: [] }] } });
  const events = await historyOf(await start('runs', { TaskDefinition: 'job' }));
  expect(events.map(({ type }) => type)).toEqual([
    'ExecutionStarted',
    'TaskStateEntered',
    'TaskScheduled',
    'TaskStarted',
    'TaskSubmitted',
    'TaskSucceeded',
    'TaskStateExited',
    'ExecutionSucceeded',
  ]);
  expect(events[2]!.taskScheduledEventDetails!.parameters).toBe(
    '{"TaskDefinition":"job","StartedBy":"AWS Step Functions"}',
  );
});

test('parameters that ECS would not take fail the state before anything is scheduled', async () => {
  // A whole that only the run knows: static parameters are refused when the machine is created.
  const Arguments = "{% {'TaskDefinition': 'job', 'StartedBy': 'me'} %}";
  const events = await historyOf(await start('refuses', undefined, { QueryLanguage: 'JSONata', Arguments }));
  expect(events.map(({ type }) => type)).toEqual(['ExecutionStarted', 'TaskStateEntered', 'ExecutionFailed']);
  expect(events[2]!.executionFailedEventDetails).toMatchObject({
    error: 'States.Runtime',
    cause: expect.stringContaining('[The field "StartedBy" is not supported by Step Functions]'),
  });
  expect(standIn.asked).toEqual([]);
});

test('a state that times out stops its task', async () => {
  standIn.answer('RunTask', { body: { tasks: [TASK], failures: [] } });
  standIn.answer('DescribeTasks', { body: { tasks: [{ ...TASK, lastStatus: 'RUNNING' }] } });
  standIn.answer('StopTask', { body: { task: TASK } });
  await historyOf(await start('late', { TaskDefinition: 'job' }, { TimeoutSeconds: 1 }));
  await until('the task to be stopped', () => standIn.asked.some(({ what }) => what === 'StopTask'));
  expect(JSON.parse(standIn.asked.find(({ what }) => what === 'StopTask')!.body)).toMatchObject({
    cluster: 'arn:cluster',
    task: 'arn:task',
  });
});
