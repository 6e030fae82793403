// The real process, killed between the request and the result of tasks, again and again, while the outside misbehaves.

import { expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { checkShown } from '../simulation/checks.ts';
import { createRandom } from '../simulation/random.ts';
import { ApiFailure, createServerProcess, type ServerProcess } from '../support/server-process.ts';
import { until } from '../support/until.ts';
import { checkTasks, type TaskEvent } from './checks.ts';
import { workflows } from './workflows.ts';
import { openWorld, type World } from './world.ts';

const SEED = 1;
const KILLS = 3;
const EXECUTIONS = 28;

/** What of an event's details the checks look at. */
interface Details {
  readonly name?: string;
  readonly input?: string;
  readonly parameters?: string;
  readonly output?: string;
  readonly error?: string;
}
interface ApiEvent {
  readonly id: number;
  readonly previousEventId: number;
  readonly type: string;
  readonly [details: `${string}EventDetails`]: Details;
}

function detailsOf(event: ApiEvent): Details {
  const found = Object.entries(event).find(([key]) => key.endsWith('EventDetails'));
  return (found?.[1] ?? {}) as Details;
}

function taskEventOf(event: ApiEvent): TaskEvent {
  const { parameters, input, output, error } = detailsOf(event);
  const text = parameters ?? input ?? output;
  return { id: event.id, previous: event.previousEventId, type: event.type, text, error };
}

/** Asks until there is an answer. */
async function ask<T>(server: ServerProcess, operation: string, input: object): Promise<T> {
  for (;;) {
    try {
      return await server.call<T>(operation, input);
    } catch (error) {
      if (error instanceof ApiFailure) throw error;
      await pause(50);
    }
  }
}

async function callBack(server: ServerProcess, taskToken: string, output: string): Promise<void> {
  try {
    await ask(server, 'SendTaskSuccess', { taskToken, output });
  } catch (error) {
    // Too late, or told before by a request whose answer was lost.
    if (!(error instanceof ApiFailure) || error.code !== 'TaskTimedOut') throw error;
  }
}

async function run(world: World, server: ServerProcess): Promise<readonly string[]> {
  const random = createRandom(SEED);
  const machines = workflows(world.url);
  await server.start();
  for (const [name, definition] of Object.entries(machines))
    await server.call('CreateStateMachine', {
      name,
      definition: JSON.stringify(definition),
      roleArn: 'arn:aws:iam::123456789012:role/chaos',
    });
  const names = Object.keys(machines);
  const arns: string[] = [];
  for (let i = 0; i < EXECUTIONS; i++) {
    const stateMachineArn = `arn:aws:states:us-east-1:123456789012:stateMachine:${names[i % names.length]}`;
    const input = { stateMachineArn, name: `run-${i}` };
    arns.push((await ask<{ executionArn: string }>(server, 'StartExecution', input)).executionArn);
  }
  for (let kill = 0; kill < KILLS; kill++) {
    await pause(random.int(300, 1_500));
    await server.kill();
    // Time for workers to call while nobody is there.
    await pause(random.int(0, 500));
    await server.start();
  }
  const complaints: string[] = [];
  for (const executionArn of arns) complaints.push(...(await read(world, server, executionArn)));
  return complaints;
}

async function read(world: World, server: ServerProcess, executionArn: string): Promise<readonly string[]> {
  const name = executionArn.split(':').at(-1)!;
  let status = 'RUNNING';
  await until(`the end of ${executionArn}`, async () => {
    ({ status } = await server.call<{ status: string }>('DescribeExecution', { executionArn }));
    return status !== 'RUNNING';
  });
  const { events } = await server.call<{ events: ApiEvent[] }>('GetExecutionHistory', { executionArn });
  const shown = events.map((event) => ({
    id: event.id,
    previous: event.previousEventId,
    type: event.type,
    name: detailsOf(event).name,
  }));
  const asked = world.asked.filter(({ who }) => who.startsWith(`${name}~`));
  return [
    ...(status === 'SUCCEEDED' ? [] : [`it is ${status}, its last event ${events.at(-1)?.type}`]),
    ...checkShown(shown, status),
    ...checkTasks(events.map(taskEventOf), asked, true),
  ].map((complaint) => `${executionArn}: ${complaint}`);
}

it('calls what was under way again after kill -9, with its token, and counts one result', async () => {
  const lost: string[] = [];
  const world = await openWorld({
    seed: SEED,
    badness: 0.5,
    clock: systemClock,
    callBack(token, output) {
      callBack(server, token, output).catch((error: unknown) => lost.push(`a worker: ${String(error)}`));
    },
  });
  const server = await createServerProcess({
    TREADLE_ENDPOINTS: JSON.stringify({ lambda: world.url, ecs: world.url, sqs: world.url }),
    TREADLE_CONNECTIONS: JSON.stringify({ chaos: { headers: { 'x-chaos': 'yes' } } }),
    TREADLE_LOGS_LEVEL: 'error',
  });
  try {
    const complaints = await run(world, server);
    expect([...complaints, ...lost]).toEqual([]);
    const calls = world.asked.filter(({ operation }) => operation !== 'DescribeTasks');
    const attempts = new Set(calls.map(({ operation, who }) => `${operation} ${who}`));
    expect(calls.length, 'some calls were made again').toBeGreaterThan(attempts.size);
    expect(await server.stop(), 'it stops in order').toBe(0);
  } finally {
    await server.dispose();
    world.cut();
    await world.close();
  }
}, 300_000);

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
