import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OperationName } from '../../../src/api/model.ts';
import { TooManyPollers } from '../../../src/engine/engine.ts';
import { openTestApi, PREFIX, START, type TestApi } from '../test-api.ts';

let t: TestApi;
beforeEach(() => {
  t = openTestApi();
});
afterEach(() => t.close());

const ARN = `${PREFIX}:activity:approve`;

test('an activity is created once', async () => {
  const first = await t.call('CreateActivity', { name: 'approve' });
  expect(first).toEqual({ activityArn: ARN, creationDate: START / 1000 });
  t.clock.now += 5_000;
  const again = { name: 'approve', tags: [{ key: 'a', value: 'b' }] };
  expect(await t.call('CreateActivity', again)).toEqual(first);
  expect(await t.call('DescribeActivity', { activityArn: ARN })).toEqual({
    activityArn: ARN,
    name: 'approve',
    creationDate: START / 1000,
    encryptionConfiguration: { type: 'AWS_OWNED_KEY' },
  });
  expect(await t.call('ListTagsForResource', { resourceArn: ARN })).toEqual({ tags: [] });
});

test('an activity is deleted as often as one likes', async () => {
  await t.call('CreateActivity', { name: 'approve' });
  expect(await t.call('DeleteActivity', { activityArn: ARN })).toEqual({});
  expect(await t.call('DeleteActivity', { activityArn: ARN })).toEqual({});
  expect(await t.refusal('DescribeActivity', { activityArn: ARN })).toBe(
    `ActivityDoesNotExist: Activity Does Not Exist: '${ARN}'`,
  );
});

test('activities are listed by name, page by page', async () => {
  for (const name of ['c', 'a', 'b']) await t.call('CreateActivity', { name });
  const first = await t.call('ListActivities', { maxResults: 2 });
  expect(first.activities).toEqual([
    { activityArn: `${PREFIX}:activity:a`, name: 'a', creationDate: START / 1000 },
    { activityArn: `${PREFIX}:activity:b`, name: 'b', creationDate: START / 1000 },
  ]);
  const second = await t.call('ListActivities', { maxResults: 2, nextToken: first.nextToken });
  expect(second.activities.map(({ name }) => name)).toEqual(['c']);
  expect(second.nextToken).toBeUndefined();
});

test('the tags of an activity are kept and changed', async () => {
  await t.call('CreateActivity', { name: 'approve', tags: [{ key: 'a', value: '1' }] });
  await t.call('TagResource', {
    resourceArn: ARN,
    tags: [
      { key: 'a', value: '2' },
      { key: 'b', value: '3' },
    ],
  });
  await t.call('UntagResource', { resourceArn: ARN, tagKeys: ['b', 'nothing'] });
  expect(await t.call('ListTagsForResource', { resourceArn: ARN })).toEqual({
    tags: [{ key: 'a', value: '2' }],
  });
});

test.each<[OperationName, object, string]>([
  ['CreateActivity', { name: 'a b' }, "InvalidName: Invalid Name: 'a b'"],
  ['CreateActivity', { name: 'x'.repeat(81) }, 'Member must have length less than or equal to 80'],
  ['CreateActivity', {}, "Value null at 'name' failed to satisfy constraint: Member must not be null"],
  ['CreateActivity', { name: 'a', tags: [{ key: 'aws:x' }] }, 'without the reserved prefix aws:'],
  [
    'CreateActivity',
    { name: 'a', encryptionConfiguration: { type: 'CUSTOMER_MANAGED_KMS_KEY', kmsKeyId: 'k' } },
    'InvalidEncryptionConfiguration',
  ],
  [
    'DescribeActivity',
    { activityArn: 'nonsense' },
    "InvalidArn: Invalid Arn: 'Invalid ARN prefix: nonsense'",
  ],
  ['DeleteActivity', { activityArn: `${PREFIX}:activity` }, 'InvalidArn: Invalid Arn:'],
  [
    'DeleteActivity',
    { activityArn: `${PREFIX}:stateMachine:m` },
    "InvalidArn: Invalid Arn: 'Resource type not valid in this context: stateMachine'",
  ],
  ['GetActivityTask', { activityArn: ARN }, `ActivityDoesNotExist: Activity Does Not Exist: '${ARN}'`],
  [
    'GetActivityTask',
    { activityArn: ARN, workerName: '' },
    "Value '' at 'workerName' failed to satisfy constraint: Member must have length greater than or equal to 1",
  ],
  ['TagResource', { resourceArn: ARN, tags: [] }, `ResourceNotFound: Resource not found: '${ARN}'`],
  ['ListActivities', { nextToken: 'made-up' }, "InvalidToken: Invalid Token: 'Invalid token'"],
])('%s with %j is refused', async (operation, input, text) => {
  expect(await t.refusal(operation, input)).toContain(text);
});

test('a worker gets what the engine has, and nothing when there is nothing', async () => {
  await t.call('CreateActivity', { name: 'approve' });
  expect(await t.call('GetActivityTask', { activityArn: ARN })).toEqual({});
  t.engine.takeActivityTask = async (arn, workerName) => ({
    token: `${arn} ${workerName}`,
    input: '{"a":1.0}',
  });
  expect(await t.call('GetActivityTask', { activityArn: ARN, workerName: 'w' })).toEqual({
    taskToken: `${ARN} w`,
    input: '{"a":1.0}',
  });
});

test('a worker beyond the limit is told so', async () => {
  await t.call('CreateActivity', { name: 'approve' });
  t.engine.takeActivityTask = async (arn) => {
    throw new TooManyPollers(arn);
  };
  expect(await t.refusal('GetActivityTask', { activityArn: ARN })).toBe(
    `ActivityWorkerLimitExceeded: Activity Worker Limit Exceeded: '${ARN}'`,
  );
});

test('the engine is told of activities that come and go', async () => {
  const told: string[] = [];
  t.engine.activityCreated = (arn) => told.push(`+${arn}`);
  t.engine.activityDeleted = (arn) => told.push(`-${arn}`);
  await t.call('CreateActivity', { name: 'approve' });
  await t.call('CreateActivity', { name: 'approve' });
  await t.call('DeleteActivity', { activityArn: ARN });
  expect(told).toEqual([`+${ARN}`, `-${ARN}`]);
});
