import { describe, expect, test } from 'vitest';
import { type Answering, answerers, checkDistinct, checkResources } from '../../src/functions/resources.ts';

const S = 'arn:aws:states:::';

describe('the function that answers', () => {
  const functions: Record<string, Answering> = {
    none: {},
    items: { resources: [`${S}dynamodb:getItem`, `${S}dynamodb:putItem`] },
    dynamo: { resources: `${S}dynamodb:*` },
    s3: { resources: [`${S}aws-sdk:s3:*`] },
    job: { resources: [`${S}ecs:runTask.sync`] },
    fax: { resources: [`${S}acme:send*x`] },
    any: { resources: ['arn:*:states:::ecs:*'] },
  };
  const answererOf = answerers(functions);
  test.each([
    [`${S}dynamodb:getItem`, 'items'],
    [`${S}dynamodb:deleteItem`, 'dynamo'],
    [`${S}dynamodb:getItems`, 'dynamo'],
    [`${S}aws-sdk:s3:putObject`, 's3'],
    [`${S}aws-sdk:s3:putObject.waitForTaskToken`, 's3'],
    [`${S}aws-sdk:s3control:getJobTagging`, undefined],
    [`${S}ecs:runTask.sync`, 'job'],
    [`${S}ecs:runTask`, 'any'],
    [`${S}ecs:runTask.waitForTaskToken`, 'any'],
    ['arn:aws-cn:states:::ecs:runTask.sync', 'any'],
    [`${S}acme:sendFax`, 'fax'],
    [`${S}acme:sendFax.sync:2`, 'fax'],
    [`${S}acme:sendTelex`, 'fax'],
    [`${S}acme:send`, undefined],
    [`${S}acme:senx`, undefined],
    [`${S}lambda:invoke`, undefined],
    ['', undefined],
  ])('for %s is %s', (arn, name) => {
    expect(answererOf(arn)).toBe(name);
  });

  // Backtracking would take exponential time and run into the time-out.
  test('is found in linear time', () => {
    const slow = answerers({ f: { resources: `${S}a:${'*a'.repeat(50)}b` } });
    expect(slow(`${S}a:${'a'.repeat(100_000)}`)).toBeUndefined();
  });
});

describe('the check of resources', () => {
  test.each<[unknown]>([
    [`${S}dynamodb:getItem`],
    [[`${S}aws-sdk:s3:*`, `${S}acme:sendFax.waitForTaskToken`, 'arn:*:states:::*:*']],
  ])('takes %j', (value) => {
    expect(checkResources('functions.f', value)).toEqual([]);
  });

  test.each<[unknown]>([
    [[]],
    [7],
    [[7]],
    ['dynamodb:getItem'],
    ['arn:aws:states:::dynamodb'],
    ['arn:aws:states:us-east-1:123456789012:activity:a'],
    ['arn:aws:states:::activity:a'],
    ['arn:aws:lambda:us-east-1:123456789012:function:f'],
  ])('objects to %j', (value) => {
    expect(checkResources('functions.f', value)).toEqual([
      expect.stringMatching(/^functions\.f\.resources: expected a (list of )?resource/),
    ]);
  });
});

test('an entry belongs to one function', () => {
  const functions = { a: { resources: `${S}x:y` }, b: { resources: [`${S}x:z`, `${S}x:y`] }, c: {} };
  expect(checkDistinct(functions)).toEqual([
    `functions.b.resources: functions.a answers for ${S}x:y already`,
  ]);
  expect(checkDistinct({ a: functions.a, b: { resources: `${S}x:*` } })).toEqual([]);
});
