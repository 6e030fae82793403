// Customer managed keys: what is taken, kept and shown. Source: AWS, API reference of EncryptionConfiguration, "Data at rest
// encryption in Step Functions".

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFINITION, openTestApi, PREFIX, ROLE, type TestApi } from './test-api.ts';

const UUID = '1234abcd-12ab-34cd-56ef-1234567890ab';
const KEY_ARN = `arn:aws:kms:us-east-1:123456789012:key/${UUID}`;
const OWNED = { type: 'AWS_OWNED_KEY' };
const customer = (kmsKeyId: string, more: object = {}) => ({
  encryptionConfiguration: { type: 'CUSTOMER_MANAGED_KMS_KEY', kmsKeyId, ...more },
});

let t: TestApi;
const asked: string[] = [];
let problem: string | undefined;
beforeEach(() => {
  asked.length = 0;
  problem = undefined;
  t = openTestApi(
    {},
    {
      kmsKeyProblem: async (key) => {
        asked.push(key);
        return problem;
      },
    },
  );
});
afterEach(() => t.close());

const create = (more: object) => ({ name: 'm', definition: DEFINITION, roleArn: ROLE, ...more });

describe('the key of a state machine', () => {
  it('is shown with the period in which its data keys are used, five minutes unless another was sent', async () => {
    const stateMachineArn = await t.machine('m', customer(KEY_ARN));
    const shown = async () =>
      (await t.call('DescribeStateMachine', { stateMachineArn })).encryptionConfiguration;
    expect(await shown()).toEqual({
      type: 'CUSTOMER_MANAGED_KMS_KEY',
      kmsKeyId: KEY_ARN,
      kmsDataKeyReusePeriodSeconds: 300,
    });
    const { executionArn } = await t.call('StartExecution', { stateMachineArn, name: 'x' });
    expect(
      (await t.call('DescribeStateMachineForExecution', { executionArn })).encryptionConfiguration,
    ).toEqual(await shown());
    await t.call('UpdateStateMachine', {
      stateMachineArn,
      ...customer('alias/other', { kmsDataKeyReusePeriodSeconds: 60 }),
    });
    expect(await shown()).toMatchObject({ kmsKeyId: 'alias/other', kmsDataKeyReusePeriodSeconds: 60 });
    await t.call('UpdateStateMachine', { stateMachineArn, encryptionConfiguration: OWNED });
    expect(await shown()).toEqual(OWNED);
  });

  it('makes another machine of the same name a conflict', async () => {
    await t.machine('m', customer(KEY_ARN));
    await t.machine('m', customer(KEY_ARN, { kmsDataKeyReusePeriodSeconds: 300 }));
    const conflict = `StateMachineAlreadyExists: State Machine Already Exists: '${PREFIX}:stateMachine:m'`;
    expect(await t.refusal('CreateStateMachine', create(customer('alias/other')))).toBe(conflict);
    expect(
      await t.refusal('CreateStateMachine', create(customer(KEY_ARN, { kmsDataKeyReusePeriodSeconds: 60 }))),
    ).toBe(conflict);
  });
});

describe('the key of an activity', () => {
  it('is shown, and cannot be changed', async () => {
    const { activityArn } = await t.call('CreateActivity', { name: 'a', ...customer(UUID) });
    expect((await t.call('DescribeActivity', { activityArn })).encryptionConfiguration).toMatchObject({
      kmsKeyId: UUID,
    });
    await t.call('CreateActivity', { name: 'a', ...customer(UUID) });
    for (const other of [{}, customer('alias/other')]) {
      expect(await t.refusal('CreateActivity', { name: 'a', ...other })).toBe(
        'ActivityAlreadyExists: Activity already exists. EncryptionConfiguration may not be updated.',
      );
    }
  });
});

describe('a key', () => {
  it.each([
    UUID,
    `mrk-${'0'.repeat(32)}`,
    'alias/a/b-c_1',
    KEY_ARN,
    'arn:aws-cn:kms:cn-north-1:123456789012:alias/x',
  ])('%s is one', async (key) => {
    await t.machine('m', customer(key));
    expect(asked).toEqual([key]);
  });

  it.each(['k', 'key/x', 'alias/', 'arn:aws:s3:::b', `${KEY_ARN}x`, 'alias/a b'])(
    '%s is none',
    async (key) => {
      expect(await t.refusal('CreateStateMachine', create(customer(key)))).toBe(
        `InvalidEncryptionConfiguration: Invalid Encryption Configuration: Expected kmsKeyId to be the id or the alias of a key of AWS KMS, or the ARN of either, but got '${key}'`,
      );
      expect(asked).toEqual([]);
    },
  );

  it('is refused when KMS says that it could not encrypt', async () => {
    problem = `KMS has no key '${UUID}'`;
    const text = `InvalidEncryptionConfiguration: Invalid Encryption Configuration: ${problem}`;
    expect(await t.refusal('CreateStateMachine', create(customer(UUID)))).toBe(text);
    expect(await t.refusal('CreateActivity', { name: 'a', ...customer(UUID) })).toBe(text);
    const stateMachineArn = await t.machine('other');
    expect(await t.refusal('UpdateStateMachine', { stateMachineArn, ...customer(UUID) })).toBe(text);
  });

  it('is used between a minute and fifteen', async () => {
    for (const kmsDataKeyReusePeriodSeconds of [59, 901]) {
      const more = customer(UUID, { kmsDataKeyReusePeriodSeconds });
      expect(await t.refusal('CreateStateMachine', create(more))).toMatch(/^ValidationException: /);
    }
  });
});

it('AWS’s own key takes no settings', async () => {
  for (const more of [{ kmsKeyId: UUID }, { kmsDataKeyReusePeriodSeconds: 300 }]) {
    expect(
      await t.refusal('CreateStateMachine', create({ encryptionConfiguration: { ...OWNED, ...more } })),
    ).toMatch(/^InvalidEncryptionConfiguration: /);
  }
});
