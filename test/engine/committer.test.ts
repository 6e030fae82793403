// Batches: what is decided together, in which order, and what becomes of everything when a commit fails.

import { afterEach, expect, test } from 'vitest';
import { Payload } from '../../src/base/payload.ts';
import type { Integration, TaskOutcome } from '../../src/integrations/integration.ts';
import { DuplicateExecution, StoreUnavailable } from '../../src/store/store.ts';
import {
  arnOf,
  openVirtualEngine,
  outcomeOf,
  PASS,
  START,
  sleeper,
  TASK,
  type VirtualEngine,
} from './virtual-engine.ts';

let v: VirtualEngine;
afterEach(() => v.dispose());

/** An integration whose calls the test answers. */
function heldCalls() {
  const calls: { readonly execution: string; readonly answer: (outcome: TaskOutcome) => void }[] = [];
  const integration: Integration = {
    start: (task) => new Promise((answer) => void calls.push({ execution: task.executionArn, answer })),
  };
  return { calls, integrations: { find: () => integration } };
}
const DONE: TaskOutcome = { status: 'completed', outputText: '"done"' };

/** Lets the next commit wait until it is let go, kept or refused. */
function holdCommit(): { keep: () => void; refuse: (error: Error) => void } {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  v.onCommit = () => {
    v.onCommit = undefined;
    return promise;
  };
  return { keep: resolve, refuse: reject };
}

test('a start is answered and its task called only when the commit is durable', async () => {
  const { calls, integrations } = heldCalls();
  v = await openVirtualEngine({ integrations });
  const machine = await v.machine('m', TASK);
  const commit = holdCommit();
  const start = outcomeOf(v.start(machine, 'a'));
  await v.pass(1_000);
  expect([start.now, calls.length]).toEqual(['open', 0]);
  commit.keep();
  await v.pass(0);
  expect([start.now, calls.length]).toEqual([arnOf('m', 'a'), 1]);
});

test('what comes in together is committed together', async () => {
  v = await openVirtualEngine();
  const machine = await v.machine('m', sleeper(60));
  const express = await v.machine('e', PASS, 'EXPRESS');
  const starts = [v.start(machine, 'a'), v.start(machine, 'b'), v.start(express, 'c')];
  await v.pass(0);
  await Promise.all(starts);
  const [first] = v.commits;
  expect(first?.executions.map(({ record }) => record.name)).toEqual(['a', 'b']);
  expect(first?.expressStarted.map(({ name }) => name)).toEqual(['c']);
});

test('commands of one execution are decided in the order in which they came', async () => {
  v = await openVirtualEngine();
  const arn = await startPassing(await v.machine('m', sleeper(60)), 'a');
  const stops = ['first', 'second'].map((cause) => v.engine.stop(arn, 'Stopped', cause));
  await v.pass(0);
  expect(await Promise.all(stops)).toEqual([START, START]);
  expect((await v.engine.waitForEnd(arn))?.cause).toBe('first');
});

async function startPassing(machine: Parameters<VirtualEngine['start']>[0], name: string): Promise<string> {
  const start = v.start(machine, name);
  await v.pass(0);
  return start;
}

test('commands and executions that a batch has no time for are decided in the next ones, in order', async () => {
  v = await openVirtualEngine();
  const machine = await v.machine('m', sleeper(60));
  const arns = await Promise.all(['a', 'b', 'c'].map((name) => startPassing(machine, name)));
  v.commits.length = 0;
  // Longer than a batch may take.
  v.lookMs = 30;
  const stops = arns.flatMap((arn) => [v.engine.stop(arn, 'E', '1'), v.engine.stop(arn, 'E', '2')]);
  await v.pass(0);
  const answered = await Promise.all(stops);
  expect(answered.every((stoppedAt) => stoppedAt !== undefined)).toBe(true);
  expect(v.commits.map(({ executions }) => executions.map(({ record }) => record.name))).toEqual([
    ['a'],
    ['b'],
    ['c'],
  ]);
});

test('a commit that fails fails the starts in it, and their names are free again', async () => {
  v = await openVirtualEngine();
  const machine = await v.machine('m', sleeper(60));
  const express = await v.machine('e', PASS, 'EXPRESS');
  const commit = holdCommit();
  const starts = [outcomeOf(v.start(machine, 'a')), outcomeOf(v.start(express, 'b'))];
  await v.pass(0);
  commit.refuse(new StoreUnavailable('disk full'));
  await v.pass(0);
  expect(starts.map(({ now }) => now)).toEqual(['StoreUnavailable', 'StoreUnavailable']);
  expect(await v.status(arnOf('m', 'a'))).toBeUndefined();
  const again = outcomeOf(v.start(machine, 'a'));
  await v.pass(500);
  expect(again.now).toBe(arnOf('m', 'a'));
});

test('a result whose commit fails is decided again, and its task is not called again', async () => {
  const { calls, integrations } = heldCalls();
  v = await openVirtualEngine({ integrations });
  const arn = await startPassing(await v.machine('m', TASK), 'a');
  const commit = holdCommit();
  calls[0]!.answer(DONE);
  await v.pass(0);
  commit.refuse(new StoreUnavailable('disk full'));
  await v.pass(0);
  expect(await v.status(arn)).toBe('RUNNING');
  await v.pass(500);
  expect([await v.status(arn), calls.length]).toEqual(['SUCCEEDED', 1]);
});

test('a caller whose command was in a failed commit is answered when it is kept after all', async () => {
  v = await openVirtualEngine();
  const arn = await startPassing(await v.machine('m', sleeper(60)), 'a');
  const commit = holdCommit();
  const stop = outcomeOf(v.engine.stop(arn, undefined, undefined));
  await v.pass(0);
  commit.refuse(new StoreUnavailable('disk full'));
  await v.pass(0);
  expect(stop.now).toBe('open');
  await v.pass(500);
  expect(stop.now).toBe(START + 500);
});

test('a command that comes while a commit of its execution fails is decided after those of that commit', async () => {
  const { calls, integrations } = heldCalls();
  v = await openVirtualEngine({ integrations });
  const machine = await v.machine('m', { ...TASK, StartAt: 'T', States: { ...TASK.States } });
  const arn = await startPassing(machine, 'a');
  const commit = holdCommit();
  calls[0]!.answer(DONE);
  await v.pass(0);
  const stop = outcomeOf(v.engine.stop(arn, 'Late', undefined));
  await v.pass(0);
  commit.refuse(new StoreUnavailable('disk full'));
  await v.pass(1_000);
  expect(await v.status(arn)).toBe('SUCCEEDED');
  expect(stop.now).toBe(START + 500);
});

test('calls under way survive a failed commit: the task that goes on is not lost, and is called off with its execution', async () => {
  const signals: AbortSignal[] = [];
  const integration: Integration = {
    start: (_task, signal) => {
      signals.push(signal);
      return new Promise(() => {});
    },
  };
  v = await openVirtualEngine({ integrations: { find: () => integration } });
  const arn = await startPassing(await v.machine('m', TASK), 'a');
  const commit = holdCommit();
  const stop = outcomeOf(v.engine.stop(arn, undefined, undefined));
  await v.pass(0);
  commit.refuse(new StoreUnavailable('disk full'));
  await v.pass(0);
  expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
  await v.pass(500);
  expect([stop.now, signals.map(({ aborted }) => aborted)]).toEqual([START + 500, [true]]);
});

test('a name that is taken refuses its own start alone', async () => {
  const { calls, integrations } = heldCalls();
  v = await openVirtualEngine({ integrations });
  const machine = await v.machine('m', PASS);
  const tasks = await v.machine('t', TASK);
  const express = await v.machine('e', PASS, 'EXPRESS');
  const running = await startPassing(tasks, 'running');
  // As when another process takes the name between the question and the commit.
  v.onCommit = ({ executions }) => {
    if (executions.some(({ record }) => record.name === 'taken'))
      throw new DuplicateExecution(arnOf('m', 'taken'));
  };
  const ended = outcomeOf(v.engine.waitForEnd(running));
  const starts = ['free', 'taken', 'also-free'].map((name) => outcomeOf(v.start(machine, name)));
  const expressStart = outcomeOf(v.start(express, 'x'));
  calls[0]!.answer(DONE);
  await v.pass(0);
  expect(starts.map(({ now }) => now)).toEqual([
    arnOf('m', 'free'),
    'DuplicateExecution',
    arnOf('m', 'also-free'),
  ]);
  expect(expressStart.now).toContain(':express:e:x:');
  expect(v.commits.flatMap(({ expressEnded }) => expressEnded)).toEqual([expressStart.now]);
  expect(ended.now).toMatchObject({ status: 'SUCCEEDED', output: Payload.ofText('"done"') });
});

test('end records of Express executions are removed after a failed commit too', async () => {
  v = await openVirtualEngine();
  const express = await v.machine('e', PASS, 'EXPRESS');
  v.onCommit = ({ expressEnded }) => {
    if (expressEnded.length === 0) return;
    v.onCommit = undefined;
    throw new StoreUnavailable('disk full');
  };
  await startPassing(express, 'x');
  await v.pass(500);
  expect(await v.store.work.expressStarts()).toEqual([]);
});

test('a bug in deciding fails the caller of that execution and leaves the others alone', async () => {
  const broken: Integration = {
    check: () => {
      throw new Error('a bug');
    },
    start: async () => DONE,
  };
  v = await openVirtualEngine({ integrations: { find: () => broken } });
  const bad = outcomeOf(v.start(await v.machine('t', TASK), 'bad'));
  const good = outcomeOf(v.start(await v.machine('m', PASS), 'good'));
  await v.pass(0);
  expect([bad.now, good.now]).toEqual(['Error', arnOf('m', 'good')]);
  expect(await v.status(arnOf('t', 'bad'))).toBeUndefined();
  expect(v.log).toMatchObject([{ msg: 'A bug of Treadle stopped a step of an execution' }]);
});

test('batches are small while commits are quick, and larger on a slow disk', async () => {
  v = await openVirtualEngine();
  const machine = await v.machine('m', PASS);
  const startMany = (name: string): Promise<unknown> =>
    Promise.all(Array.from({ length: 600 }, (_, i) => v.start(machine, `${name}${i}`)));
  const sizes = (): number[] => v.commits.splice(0).map(({ executions }) => executions.length);
  v.commits.length = 0;
  let all = startMany('quick');
  await v.pass(0);
  await all;
  expect(sizes()).toEqual([128, 128, 128, 128, 88]);
  v.onCommit = () => new Promise<void>((resolve) => void v.time.after({}, 100, resolve));
  all = startMany('slow');
  await v.pass(1_000);
  await all;
  expect(sizes()).toEqual([128, 472]);
});
