import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { Integration } from '../../../src/integrations/integration.ts';
import { withLookLimit } from '../../../src/integrations/services/look.ts';
import { NEVER } from '../support.ts';
import { type Driver, openDriver } from './drive.ts';

let server: Server | undefined;
let driver: Driver | undefined;
afterEach(async () => {
  await driver?.close();
  server?.closeAllConnections();
  server?.close();
});

const SUBMITTED = { Tasks: [{ TaskArn: 'arn:task', ClusterArn: 'arn:cluster' }] };

/** The integration of ecs:runTask.sync, whose service answers only once it may. */
async function openJob(): Promise<{ job: Driver['integration']; speak: () => void }> {
  let silent = true;
  const opened = createServer((request, response) => {
    request.resume();
    if (silent) return;
    const task = { taskArn: 'arn:task', lastStatus: 'STOPPED', containers: [{ exitCode: 0 }] };
    response.end(JSON.stringify({ tasks: [task] }));
  });
  server = opened;
  await new Promise<void>((resolve) => opened.listen(0, '127.0.0.1', resolve));
  driver = openDriver({ ecs: `http://127.0.0.1:${(opened.address() as AddressInfo).port}` });
  const speak = (): void => {
    silent = false;
  };
  return { job: driver.integration, speak };
}

test('a service that never answers the question for a job is asked again', async () => {
  const { job, speak } = await openJob();
  const { integration, request } = job('ecs:runTask.sync');
  const task = request({ TaskDefinition: 't' });
  const limited = (limitMs?: number): Integration => withLookLimit(integration, limitMs);
  expect(await limited(50).poll!(task, SUBMITTED, NEVER)).toEqual({ status: 'running' });
  speak();
  expect(await limited().poll!(task, SUBMITTED, NEVER)).toMatchObject({ status: 'completed' });
});

test('a look that is broken off with an error leaves the job running; other errors stay', async () => {
  const integration = (poll: Integration['poll']): Integration => ({
    start: () => Promise.reject(new Error('not called')),
    poll: poll!,
  });
  const task = (await openJob()).job('ecs:runTask.sync').request({});
  const broken = integration(
    (_task, _submitted, signal) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  );
  expect(await withLookLimit(broken, 10).poll!(task, {}, NEVER)).toEqual({ status: 'running' });
  const bug = integration(() => Promise.reject(new Error('a bug')));
  await expect(withLookLimit(bug).poll!(task, {}, NEVER)).rejects.toThrow('a bug');
  const own = new AbortController();
  const waiting = withLookLimit(broken).poll!(task, {}, own.signal);
  own.abort(new Error('called off'));
  await expect(waiting).rejects.toThrow('called off');
});
