// Expressions that compute for long must not keep other callers waiting until all of them are through.

import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTestServer, type TestServer } from '../support/server.ts';

let t: TestServer;
beforeEach(async () => {
  t = await openTestServer();
});
afterEach(() => t.dispose());

/** Some 50 ms of counting. */
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
  const input = JSON.stringify(Array.from({ length: 20 }, (_, i) => i));
  const { executionArn } = await t.call('StartExecution', { stateMachineArn, input });
  expect(await t.call('DescribeExecution', { executionArn })).toMatchObject({ status: 'RUNNING' });
  expect(JSON.parse((await t.ended(executionArn)).output!)).toHaveLength(20);
});
