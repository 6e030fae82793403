import { describe, expect, test } from 'vitest';
import { type Answering, createAnswererOf } from '../../src/functions/resources.ts';

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
  const answererOf = createAnswererOf(functions);
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
    const slow = createAnswererOf({ f: { resources: `${S}a:${'*a'.repeat(50)}b` } });
    expect(slow(`${S}a:${'a'.repeat(100_000)}`)).toBeUndefined();
  });
});
