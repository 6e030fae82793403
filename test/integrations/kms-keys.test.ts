// What a key must be is asked of the KMS that the configuration names.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAws } from '../../src/aws/aws.ts';
import { kmsKeyProblem } from '../../src/integrations/kms-keys.ts';
import { openStandIn, type StandIn } from './services/stand-in.ts';

let standIn: StandIn;
beforeAll(async () => {
  standIn = await openStandIn();
});
afterAll(() => standIn.close());

const credentials = async () => ({ accessKeyId: 'test', secretAccessKey: 'test' });
const KEY = 'alias/k';
const USABLE = { KeyState: 'Enabled', KeySpec: 'SYMMETRIC_DEFAULT', KeyUsage: 'ENCRYPT_DECRYPT' };

test.each<[string, object, string | undefined]>([
  ['a usable key', {}, undefined],
  [
    'a disabled key',
    { KeyState: 'Disabled' },
    `Expected an enabled key, but the state of '${KEY}' is Disabled`,
  ],
  [
    'a key that is to be deleted',
    { KeyState: 'PendingDeletion' },
    `Expected an enabled key, but the state of '${KEY}' is PendingDeletion`,
  ],
  [
    'an asymmetric key',
    { KeySpec: 'RSA_2048' },
    `Expected a symmetric key for encryption, but '${KEY}' is RSA_2048`,
  ],
  [
    'a key for signatures',
    { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' },
    `Expected a symmetric key for encryption, but '${KEY}' is HMAC_256`,
  ],
])('%s', async (_what, more, expected) => {
  standIn.answer('DescribeKey', { body: { KeyMetadata: { ...USABLE, ...more } } });
  const aws = createAws({ region: 'us-east-1', endpoints: { kms: standIn.url }, credentials });
  expect(await kmsKeyProblem(aws, KEY)).toBe(expected);
  await aws.close();
});

test('a key that KMS does not know', async () => {
  standIn.answer('DescribeKey', { status: 400, body: { __type: 'NotFoundException', message: 'no' } });
  const aws = createAws({ region: 'us-east-1', endpoints: { kms: standIn.url }, credentials });
  expect(await kmsKeyProblem(aws, KEY)).toBe(`KMS has no key '${KEY}'`);
  await aws.close();
});

test('nobody is asked without an endpoint, and no answer tells nothing', async () => {
  const nobody = createAws({ region: 'us-east-1', endpoints: {}, credentials });
  expect(await kmsKeyProblem(nobody, KEY)).toBeUndefined();
  const away = createAws({ region: 'us-east-1', endpoints: { kms: 'http://127.0.0.1:1' }, credentials });
  expect(await kmsKeyProblem(away, KEY)).toBeUndefined();
  await Promise.all([nobody.close(), away.close()]);
});
