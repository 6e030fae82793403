// Whether a log group is there is asked of the CloudWatch Logs that the configuration names.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAws } from '../../src/aws/aws.ts';
import { hasLogGroup } from '../../src/integrations/log-groups.ts';
import { openStandIn, type StandIn } from './services/stand-in.ts';

let standIn: StandIn;
beforeAll(async () => {
  standIn = await openStandIn();
  standIn.answer('DescribeLogGroups', {
    body: { logGroups: [{ logGroupName: '/a' }, { logGroupName: '/a/b' }] },
  });
});
afterAll(() => standIn.close());

const credentials = async () => ({ accessKeyId: 'test', secretAccessKey: 'test' });
const arnOf = (name: string): string => `arn:aws:logs:eu-west-1:123456789012:log-group:${name}:*`;

test.each<[string, string, boolean | undefined]>([
  ['a group', arnOf('/a'), true],
  ['a group whose name goes on', arnOf('/a/b'), true],
  ['the beginning of a name', arnOf('/'), false],
  ['what is no log group', 'arn:aws:logs:eu-west-1:123456789012:other', undefined],
])('%s', async (_what, arn, expected) => {
  for (const service of ['logs', 'cloudwatchlogs']) {
    const aws = createAws({ region: 'us-east-1', endpoints: { [service]: standIn.url }, credentials });
    expect(await hasLogGroup(aws, arn)).toBe(expected);
    await aws.close();
  }
});

test('nobody is asked without an endpoint, and no answer tells nothing', async () => {
  const nobody = createAws({ region: 'us-east-1', endpoints: {}, credentials });
  expect(await hasLogGroup(nobody, arnOf('/a'))).toBeUndefined();
  const away = createAws({ region: 'us-east-1', endpoints: { logs: 'http://127.0.0.1:1' }, credentials });
  expect(await hasLogGroup(away, arnOf('/a'))).toBeUndefined();
  await Promise.all([nobody.close(), away.close()]);
});
