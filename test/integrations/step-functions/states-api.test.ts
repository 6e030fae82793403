import { expect, test } from 'vitest';
import { createOwnStates } from '../../../src/integrations/step-functions/states-api.ts';
import { INVOKE, NEVER, taskOf } from '../support.ts';

const TASK = taskOf(INVOKE, {});

test('the API of this server is called without HTTP, with members and dates as on the wire', async () => {
  const asked: unknown[] = [];
  const api = createOwnStates(async (...request) => {
    asked.push(request);
    return { executionArn: 'a', startDate: 1.5, stopDate: undefined };
  }, undefined);
  const input = { stateMachineArn: 'm' };
  expect(await api.call('StartExecution', input, TASK, NEVER)).toEqual({
    output: { executionArn: 'a', startDate: 1.5 },
  });
  expect(asked).toEqual([['StartExecution', input, NEVER]]);
  expect(api.ended).toBeUndefined();
});

test('what the API refuses is an answer; a bug is thrown', async () => {
  const refusal = Object.assign(new Error('no'), { code: 'InvalidName', status: 400, more: 1 });
  const refusing = createOwnStates(() => Promise.reject(refusal), undefined);
  expect(await refusing.call('StartExecution', {}, TASK, NEVER)).toEqual({
    code: 'InvalidName',
    message: 'no',
    status: 400,
  });
  const broken = createOwnStates(() => Promise.reject(new TypeError('a bug')), undefined);
  await expect(broken.call('StartExecution', {}, TASK, NEVER)).rejects.toThrow('a bug');
});
