import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type AwsCredentials, RoleNotAssumed } from '../../src/aws/credentials.ts';
import { keepRoles } from '../../src/aws/roles.ts';
import { NEVER } from '../integrations/support.ts';
import { openStub, type Stub } from './stub.ts';

const ROLE = 'arn:aws:iam::123456789012:role/work';
const MINUTE = 60_000;

/** Roles whose credentials last an hour from when they were asked for. */
function openRoles() {
  let now = 0;
  let asked = 0;
  let failure: Error | undefined;
  const assume = keepRoles(
    async (): Promise<AwsCredentials> => {
      asked++;
      if (failure !== undefined) throw failure;
      return {
        accessKeyId: `key-${asked}`,
        secretAccessKey: 's',
        sessionToken: 't',
        expiration: new Date(now + 60 * MINUTE),
      };
    },
    () => now,
  );
  return {
    key: async (minute: number, role = ROLE) => {
      now = minute * MINUTE;
      return (await assume(role, 'eu-west-1', NEVER)).accessKeyId;
    },
    fail: (error: Error | undefined) => {
      failure = error;
    },
  };
}

describe('an assumed role', () => {
  test('is kept, and assumed again five minutes before its credentials end', async () => {
    const { key } = openRoles();
    expect(await key(0)).toBe('key-1');
    expect(await key(55)).toBe('key-1');
    expect(await key(55.1)).toBe('key-2');
    expect(await key(110)).toBe('key-2');
    expect(await key(111)).toBe('key-3');
  });

  test('is one of many', async () => {
    const { key } = openRoles();
    expect(await key(0)).toBe('key-1');
    expect(await key(0, `${ROLE}/other`)).toBe('key-2');
    expect(await key(0)).toBe('key-1');
  });

  test('that could not be assumed is asked for again', async () => {
    const { key, fail } = openRoles();
    fail(new RoleNotAssumed('not yet'));
    await expect(key(0)).rejects.toThrow('not yet');
    fail(undefined);
    expect(await key(0)).toBe('key-2');
  });

  test('of calls at the same time is asked for once', async () => {
    const { key } = openRoles();
    expect(await Promise.all([key(0), key(0), key(0)])).toEqual(['key-1', 'key-1', 'key-1']);
    expect(await Promise.all([key(58), key(58), key(58)])).toEqual(['key-2', 'key-2', 'key-2']);
  });
});

describe('STS', () => {
  let stub: Stub;
  beforeEach(async () => {
    stub = await openStub('sts', 'sqs');
  });
  afterEach(() => stub.close());

  const assumed = (expiration: string) => ({
    body:
      '<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>' +
      '<AccessKeyId>ASIASESSION</AccessKeyId><SecretAccessKey>a/+&amp;b</SecretAccessKey><SessionToken>tok</SessionToken>' +
      `<Expiration>${expiration}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
  });
  const listQueues = () => stub.call({ service: 'sqs', action: 'listQueues', roleArn: ROLE });

  test('is asked once for the role of calls, which are signed with what it gives', async () => {
    stub.reply(assumed('2099-01-01T00:00:00Z'), { body: '{}' });
    await listQueues();
    await listQueues();
    expect(
      stub.asked.map(({ headers }) => [headers['x-amz-target'], headers['x-amz-security-token']]),
    ).toEqual([
      [undefined, undefined],
      ['AmazonSQS.ListQueues', 'tok'],
      ['AmazonSQS.ListQueues', 'tok'],
    ]);
    expect(Object.fromEntries(new URLSearchParams(stub.asked[0]!.body))).toEqual({
      Action: 'AssumeRole',
      Version: '2011-06-15',
      RoleArn: ROLE,
      RoleSessionName: 'treadle',
    });
    expect(stub.asked[0]!.headers.authorization).toContain('/eu-central-1/sts/aws4_request');
  });

  test('is asked again when its credentials are about to end', async () => {
    stub.reply(assumed('2020-01-01T00:00:00Z'), { body: '{}' });
    await listQueues();
    stub.reply(assumed('2099-01-01T00:00:00Z'), { body: '{}' });
    await listQueues();
    expect(stub.asked.filter(({ body }) => body.startsWith('Action=AssumeRole'))).toHaveLength(2);
  });

  test.each<[string, number, string, string]>([
    [
      'its reason',
      403,
      '<ErrorResponse><Error><Code>AccessDenied</Code><Message>not you</Message></Error></ErrorResponse>',
      'not you',
    ],
    ['its status', 500, '', 'STS answered with status 500'],
    [
      'that something is missing',
      200,
      '<AssumeRoleResponse><AssumeRoleResult/></AssumeRoleResponse>',
      'STS answered with status 200, but without credentials',
    ],
    ['that it is no XML', 200, '{}', 'Unable to unmarshall response'],
  ])('that gives no credentials fails the call with %s', async (_, status, body, message) => {
    stub.reply({ status, body });
    expect(await listQueues()).toMatchObject({
      ok: false,
      error: 'States.Permissions',
      noAnswer: 'role not assumed',
      message: expect.stringContaining(message),
    });
    expect(stub.asked).toHaveLength(1);
  });

  test('cannot be called by a state machine: AWS excludes AssumeRole', () => {
    expect(stub.aws.knows('sts', 'assumeRole')).toBe(false);
    expect(stub.aws.knows('sts', 'getCallerIdentity')).toBe(true);
  });
});
