// Names of Standard executions, and what the bus says of starts and ends.

import { afterEach, beforeEach, expect, test } from 'vitest';
import { Payload } from '../../src/base/payload.ts';
import { StoreUnavailable } from '../../src/store/store.ts';
import {
  arnOf,
  openVirtualEngine,
  outcomeOf,
  PASS,
  START,
  sleeper,
  type VirtualEngine,
} from './virtual-engine.ts';

let v: VirtualEngine;
beforeEach(async () => {
  v = await openVirtualEngine();
});
afterEach(() => v.dispose());

// Source of the rules: AWS, API reference of StartExecution ("idempotent if called with the same name and input as a running
// execution", else ExecutionAlreadyExists).

test('starts of the same name and input are one start while it runs, also when they come at once', async () => {
  const machine = await v.machine('m', sleeper(60));
  const starts = [v.start(machine, 'a', '{"n":1}'), v.start(machine, 'a', '{"n":1}')];
  await v.pass(0);
  expect(await Promise.all(starts)).toEqual([arnOf('m', 'a'), arnOf('m', 'a')]);
  const later = outcomeOf(v.start(machine, 'a', '{"n":1}'));
  await v.pass(0);
  expect(later.now).toBe(arnOf('m', 'a'));
  expect(v.commits.flatMap(({ executions }) => executions)).toHaveLength(1);
});

test('another input, or an execution that has ended, makes it a duplicate', async () => {
  const machine = await v.machine('m', sleeper(60));
  await passing(v.start(machine, 'a', '{"n":1}'));
  expect((await passing(v.start(machine, 'a', '{"n":2}'))).now).toBe('DuplicateExecution');
  await v.pass(60_000);
  expect((await passing(v.start(machine, 'a', '{"n":1}'))).now).toBe('DuplicateExecution');
});

test('a second start is answered when the first is durable, and starts itself when the first was not kept', async () => {
  const machine = await v.machine('m', sleeper(60));
  const { promise, reject } = Promise.withResolvers<void>();
  v.onCommit = () => {
    v.onCommit = undefined;
    return promise;
  };
  const first = await passing(v.start(machine, 'a'));
  const second = await passing(v.start(machine, 'a'));
  expect([first.now, second.now]).toEqual(['open', 'open']);
  reject(new StoreUnavailable('disk full'));
  await v.pass(1_000);
  expect(first.now).toBe('StoreUnavailable');
  expect([second.now, await v.status(arnOf('m', 'a'))]).toEqual([arnOf('m', 'a'), 'RUNNING']);
});

async function passing(start: Promise<unknown>): Promise<{ now: unknown }> {
  const outcome = outcomeOf(start);
  await v.pass(0);
  return outcome;
}

test('start, events and end of a Standard execution are published when they are durable, in this order', async () => {
  const machine = await v.machine('m', PASS);
  const heard: unknown[] = [];
  const kinds = ['executionStarted', 'events', 'executionEnded'] as const;
  for (const kind of kinds)
    v.bus.on(kind, (message) => heard.push([kind, message.executionArn, v.commits.length]));
  await passing(v.start(machine, 'a'));
  expect(heard).toEqual(kinds.map((kind) => [kind, arnOf('m', 'a'), 1]));
});

test('a synchronous Express execution writes nothing, and is published', async () => {
  const machine = await v.machine('e', PASS, 'EXPRESS');
  const heard: string[] = [];
  for (const kind of ['executionStarted', 'events', 'executionEnded'] as const)
    v.bus.on(kind, () => heard.push(kind));
  const input = Payload.ofText('{"n":1}');
  const end = await passing(v.engine.startSync({ machine, name: 'a', input, traceHeader: undefined }));
  expect(end.now).toMatchObject({ status: 'SUCCEEDED', output: input, startedAt: START });
  expect(heard).toEqual(['executionStarted', 'events', 'executionEnded']);
  expect(v.commits).toEqual([]);
});

test('an asynchronous Express execution is kept until it has ended', async () => {
  const machine = await v.machine('e', sleeper(60), 'EXPRESS');
  const start = await passing(v.start(machine, 'a'));
  expect(await v.store.work.expressStarts()).toMatchObject([{ arn: start.now, name: 'a', input: '{}' }]);
  const ended = outcomeOf(v.engine.waitForEnd(start.now as string));
  await v.pass(60_000);
  expect(ended.now).toMatchObject({ status: 'SUCCEEDED', stoppedAt: START + 60_000 });
  expect(await v.store.work.expressStarts()).toEqual([]);
});

test('an Express execution that its process did not live to end runs again', async () => {
  const machine = await v.machine('e', sleeper(60), 'EXPRESS');
  await passing(v.start(machine, 'a'));
  await v.restart();
  await v.pass(60_000);
  expect(await v.store.work.expressStarts()).toEqual([]);
});

test('whoever waits for the end of an execution hears of it, early or late; of an unknown one there is nothing to hear', async () => {
  const machine = await v.machine('m', sleeper(60));
  await passing(v.start(machine, 'a'));
  const early = [
    outcomeOf(v.engine.waitForEnd(arnOf('m', 'a'))),
    outcomeOf(v.engine.waitForEnd(arnOf('m', 'a'))),
  ];
  await v.pass(60_000);
  expect(early.map(({ now }) => now)).toMatchObject([{ status: 'SUCCEEDED' }, { status: 'SUCCEEDED' }]);
  expect(await v.engine.waitForEnd(arnOf('m', 'a'))).toEqual(early[0]!.now);
  expect(await v.engine.waitForEnd(arnOf('m', 'nobody'))).toBeUndefined();
  // Nobody waits any more: nothing is subscribed.
  expect(v.bus.hears('executionEnded')).toBe(false);
});

test('after the engine has been closed starts are refused', async () => {
  const machine = await v.machine('m', PASS);
  await v.engine.close(0);
  expect((await passing(v.start(machine, 'a'))).now).toBe('Overloaded');
});
