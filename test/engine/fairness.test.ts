// What computes for long, or without end, must not keep other callers waiting. Work and order are counted, never time.

import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTestServer, type TestServer } from '../support/server.ts';
import { openVirtualEngine, PASS } from './virtual-engine.ts';

let t: TestServer;
beforeEach(async () => {
  t = await openTestServer();
});
afterEach(() => t.dispose());

/** Some 10 to 50 ms of counting. */
const COSTLY_PASS = {
  Type: 'Pass',
  QueryLanguage: 'JSONata',
  Output: '{% ($down := function($n) { $n = 0 ? 0 : $down($n - 1) }; $down(100000)) %}',
  End: true,
};

test('callers are answered while many executions compute', async () => {
  const states = { A: COSTLY_PASS };
  const stateMachineArn = await t.machine('costly', states);
  const starts = Array.from({ length: 20 }, () => t.call('StartExecution', { stateMachineArn }));
  await Promise.race(starts);
  const { executions } = await t.call('ListExecutions', { stateMachineArn, statusFilter: 'SUCCEEDED' });
  expect(executions.length).toBeLessThan(10);
  for (const { executionArn } of await Promise.all(starts)) {
    expect(await t.ended(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '0' });
  }
});

test('callers are answered while one execution computes for many items', async () => {
  const stateMachineArn = await t.machine('items', {
    M: {
      Type: 'Map',
      QueryLanguage: 'JSONata',
      ItemProcessor: { StartAt: 'A', States: { A: COSTLY_PASS } },
      End: true,
    },
  });
  const input = JSON.stringify(Array.from({ length: 200 }, (_, i) => i));
  const { executionArn } = await t.call('StartExecution', { stateMachineArn, input });
  expect(await t.call('DescribeExecution', { executionArn })).toMatchObject({ status: 'RUNNING' });
  expect(JSON.parse((await t.ended(executionArn)).output!)).toHaveLength(200);
});

test('a start beside endless Express executions is answered within two of their decisions', async () => {
  const v = await openVirtualEngine();
  const endless = {
    StartAt: 'A',
    States: {
      A: { Type: 'Pass', Next: 'B' },
      B: { Type: 'Choice', Choices: [{ Variable: '$.no', IsPresent: true, Next: 'C' }], Default: 'A' },
      C: { Type: 'Succeed' },
    },
  };
  v.lookMs = 1;
  const loop = await v.machine('loop', endless, 'EXPRESS');
  const machine = await v.machine('m', PASS);
  for (let i = 0; i < 20; i++) {
    let started = false;
    void v.start(loop, `l${i}`).then(() => {
      started = true;
    });
    while (!started) await v.time.step();
  }
  let decisions = 0;
  v.bus.on('events', ({ executionArn }) => {
    if (executionArn.includes(':express:')) decisions++;
  });
  const before = decisions;
  let answeredAfter: number | undefined;
  void v.start(machine, 'a').then(() => {
    answeredAfter = decisions - before;
  });
  while (answeredAfter === undefined) await v.time.step();
  expect(answeredAfter).toBeLessThanOrEqual(2);
  // All of them go on, one after the other.
  while (decisions < 100) await v.time.step();
  await v.dispose();
});
