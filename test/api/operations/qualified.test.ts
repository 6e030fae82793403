import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OperationName } from '../../../src/api/model.ts';
import { openTestApi, PREFIX, type TestApi } from '../test-api.ts';

let t: TestApi;
beforeEach(() => {
  t = openTestApi();
});
afterEach(() => t.close());

test('a state machine has no versions and no aliases', async () => {
  const stateMachineArn = await t.machine('order');
  expect(await t.call('ListStateMachineVersions', { stateMachineArn })).toEqual({ stateMachineVersions: [] });
  expect(await t.call('ListStateMachineAliases', { stateMachineArn })).toEqual({ stateMachineAliases: [] });
});

const MACHINE = `${PREFIX}:stateMachine:nobody`;
const EXECUTION = `${PREFIX}:execution:nobody:x`;

test('a machine that is not there has no versions', async () => {
  const answer = await t.call('ListStateMachineVersions', { stateMachineArn: MACHINE });
  expect(answer).toEqual({ stateMachineVersions: [] });
});

const REFUSALS: [OperationName, object, string][] = [
  ['ListStateMachineAliases', { stateMachineArn: MACHINE }, 'StateMachineDoesNotExist'],
  ['ListStateMachineVersions', { stateMachineArn: EXECUTION }, 'InvalidArn'],
  ['ListStateMachineAliases', { stateMachineArn: EXECUTION }, 'InvalidArn'],
  ['ListStateMachineVersions', { stateMachineArn: MACHINE, nextToken: 'x.y' }, 'InvalidToken'],
  ['ListStateMachineAliases', { stateMachineArn: MACHINE, nextToken: 'x.y' }, 'InvalidToken'],
];

test.each(REFUSALS)('%s of %j is %s', async (operation, input, error) => {
  expect(await t.refusal(operation, input)).toContain(`${error}: `);
});
