import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OperationName } from '../../../src/api/model.ts';
import { openTestApi, type TestApi } from '../test-api.ts';

let t: TestApi;
beforeEach(() => {
  t = openTestApi();
  t.engine.tokens.set('open', 'ok');
  t.engine.tokens.set('closed', 'closed');
});
afterEach(() => t.close());

test('SendTaskSuccess hands the output on once', async () => {
  expect(await t.call('SendTaskSuccess', { taskToken: 'open', output: '{"a":1.0}' })).toEqual({});
  const [outcome] = t.engine.completed;
  expect(outcome?.status === 'succeeded' && outcome.output.text).toBe('{"a":1.0}');
  expect(await t.refusal('SendTaskSuccess', { taskToken: 'open', output: '{}' })).toBe(
    "TaskTimedOut: Task Timed Out: 'Provided task does not exist anymore'",
  );
  expect(t.engine.completed).toHaveLength(1);
});

test('SendTaskFailure hands error and cause on, or neither', async () => {
  await t.call('SendTaskFailure', { taskToken: 'open', error: 'E', cause: 'C' });
  t.engine.tokens.set('open', 'ok');
  await t.call('SendTaskFailure', { taskToken: 'open', error: null });
  expect(t.engine.completed).toEqual([
    { status: 'failed', error: 'E', cause: 'C' },
    { status: 'failed', error: undefined, cause: undefined },
  ]);
});

test('SendTaskHeartbeat answers nothing', async () => {
  expect(await t.call('SendTaskHeartbeat', { taskToken: 'open' })).toEqual({});
});

test.each<[OperationName]>([['SendTaskSuccess'], ['SendTaskFailure'], ['SendTaskHeartbeat']])(
  '%s refuses tokens that are closed or made up',
  async (operation) => {
    const send = (taskToken: string) => t.refusal(operation, { taskToken, output: '{}' });
    expect(await send('closed')).toBe("TaskTimedOut: Task Timed Out: 'Provided task does not exist anymore'");
    expect(await send('made-up')).toBe("InvalidToken: Invalid Token: 'Invalid token'");
    expect(await send('')).toContain('ValidationException: 1 validation error detected');
    expect(await send('x'.repeat(2_049))).toContain('Member must have length less than or equal to 2048');
  },
);

test('SendTaskSuccess refuses output that is not JSON', async () => {
  expect(await t.refusal('SendTaskSuccess', { taskToken: 'open', output: 'done' })).toBe(
    "InvalidOutput: Invalid Output: 'Unrecognized token 'done': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')'",
  );
  expect(t.engine.completed).toEqual([]);
});

// Recorded from AWS: a token that is none and an output that is no JSON.
test.each(['done', '', '{"a":', '"x" "y"', '1e'])(
  'SendTaskSuccess looks at the token before the output %j',
  async (output) => {
    expect(await t.refusal('SendTaskSuccess', { taskToken: 'nobody', output })).toMatch(/^InvalidToken/);
  },
);
