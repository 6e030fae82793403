// Where a call to AWS itself goes and for which Region it is signed; nothing is sent.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { awsEndpoint, isAwsHost } from '../../src/aws/endpoints.ts';
import { serviceModel } from '../../src/aws/service-model.ts';
import type { JsonObject } from '../../src/base/json.ts';
import { NEVER } from '../integrations/support.ts';
import { openRecorder, openStub } from './stub.ts';

async function destination(region: string, service: string, action: string, input: JsonObject = {}) {
  const { caller, sent } = openRecorder(region);
  await caller.call({ service, action, input, signal: NEVER });
  const [request] = sent;
  return {
    at: new URL(request!.endpoint).host + request!.path,
    region: request!.region,
    name: request!.signingName,
  };
}

describe('a service', () => {
  test.each([
    ['eu-west-1', 'sqs', 'listQueues', 'sqs.eu-west-1.amazonaws.com/', 'eu-west-1', 'sqs'],
    ['cn-north-1', 'sqs', 'listQueues', 'sqs.cn-north-1.amazonaws.com.cn/', 'cn-north-1', 'sqs'],
    [
      'eu-west-1',
      'cloudwatchlogs',
      'describeLogGroups',
      'logs.eu-west-1.amazonaws.com/',
      'eu-west-1',
      'logs',
    ],
    ['eu-west-1', 'iam', 'listUsers', 'iam.amazonaws.com/', 'us-east-1', 'iam'],
    ['cn-north-1', 'iam', 'listUsers', 'iam.cn-north-1.amazonaws.com.cn/', 'cn-north-1', 'iam'],
    ['us-gov-west-1', 'iam', 'listUsers', 'iam.us-gov.amazonaws.com/', 'us-gov-west-1', 'iam'],
    ['eu-west-1', 'costexplorer', 'getCostCategories', 'ce.us-east-1.amazonaws.com/', 'us-east-1', 'ce'],
    [
      'eu-west-1',
      'route53',
      'listHostedZones',
      'route53.amazonaws.com/2013-04-01/hostedzone',
      'us-east-1',
      'route53',
    ],
    [
      'eu-west-1',
      'organizations',
      'listRoots',
      'organizations.us-east-1.amazonaws.com/',
      'us-east-1',
      'organizations',
    ],
    ['eu-west-1', 'sfn', 'listActivities', 'states.eu-west-1.amazonaws.com/', 'eu-west-1', 'states'],
    [
      'eu-west-1',
      'sesv2',
      'listContactLists',
      'email.eu-west-1.amazonaws.com/v2/email/contact-lists',
      'eu-west-1',
      'ses',
    ],
  ])('in %s, %s:%s, is at %s', async (region, service, action, at, signed, name) => {
    expect(await destination(region, service, action)).toEqual({ at, region: signed, name });
  });

  test('may have a prefix of the operation or the account before its host', async () => {
    const input = { StateMachineArn: 'arn:s' };
    expect(await destination('eu-west-1', 'sfn', 'startSyncExecution', input)).toMatchObject({
      at: 'sync-states.eu-west-1.amazonaws.com/',
    });
    expect(
      await destination('eu-west-1', 's3control', 'listJobs', { AccountId: '123456789012' }),
    ).toMatchObject({
      at: '123456789012.s3-control.eu-west-1.amazonaws.com/v20180820/jobs',
    });
  });

  test('is at its configured endpoint, whatever the configuration calls it', async () => {
    for (const [name, service, action] of [
      ['sfn', 'sfn', 'listActivities'],
      ['states', 'sfn', 'listActivities'],
      ['logs', 'cloudwatchlogs', 'describeLogGroups'],
      ['cloudwatchlogs', 'cloudwatchlogs', 'describeLogGroups'],
      ['monitoring', 'cloudwatch', 'listMetrics'],
    ] as const) {
      const stub = await openStub(name);
      stub.reply({ body: '{}' });
      await stub.call({ service, action });
      await stub.close();
      expect(stub.asked, name).toHaveLength(1);
      expect(stub.asked[0]!.headers.host).toBe(new URL(stub.url).host);
    }
  });

  test('asks without a signature where the operation takes none', async () => {
    const { caller, sent } = openRecorder('eu-west-1');
    const input = { IdentityPoolId: 'p' };
    await caller.call({ service: 'cognitoidentity', action: 'getId', input, signal: NEVER });
    expect(sent[0]).toMatchObject({ unsigned: true });
    const stub = await openStub('cognitoidentity');
    stub.reply({ body: '{}' });
    await stub.call({ service: 'cognitoidentity', action: 'getId', input });
    await stub.close();
    expect(stub.asked[0]!.headers).not.toHaveProperty('authorization');
  });
});

test('every service is at a host of AWS, in every partition', () => {
  const services = readdirSync(join(import.meta.dirname, '../../models'))
    .filter((file) => /^[^.]+\.json\.br$/.test(file))
    .map((file) => file.replace('.json.br', ''));
  const regions = [
    'us-east-1',
    'cn-north-1',
    'us-gov-west-1',
    'eusc-de-east-1',
    'us-iso-east-1',
    'us-isob-east-1',
    'eu-isoe-west-1',
    'us-isof-south-1',
  ];
  const elsewhere = services.flatMap((service) => {
    const model = serviceModel(service);
    if (model === undefined) return [];
    return regions
      .map((region) => awsEndpoint(model.endpoint, region).host)
      .filter((host) => !isAwsHost(host));
  });
  expect(services.length).toBeGreaterThan(400);
  expect(elsewhere).toEqual([]);
});

test.each(['amazonaws.com.example.com', 'notamazonaws.com', 'x.api.aws.example', 'api.aws'])(
  '%s is no host of AWS',
  (host) => {
    expect(isAwsHost(host)).toBe(false);
  },
);

describe('a bucket', () => {
  test.each([
    ['plain-bucket', 'plain-bucket.s3.eu-west-1.amazonaws.com/dir/key'],
    ['with.dots', 's3.eu-west-1.amazonaws.com/with.dots/dir/key'],
    ['Capital', 's3.eu-west-1.amazonaws.com/Capital/dir/key'],
    [
      'arn:aws:s3:us-west-2:123456789012:accesspoint/mine',
      'mine-123456789012.s3-accesspoint.us-west-2.amazonaws.com/dir/key',
    ],
  ])('%s is asked for at %s', async (bucket, at) => {
    const input = { Bucket: bucket, Key: 'dir/key' };
    expect(await destination('eu-west-1', 's3', 'getObject', input)).toMatchObject({ at });
  });

  test('without a key is at the root of its host', async () => {
    expect(await destination('eu-west-1', 's3', 'listObjectsV2', { Bucket: 'bkt' })).toMatchObject({
      at: 'bkt.s3.eu-west-1.amazonaws.com/',
    });
    expect(await destination('eu-west-1', 's3', 'listBuckets')).toMatchObject({
      at: 's3.eu-west-1.amazonaws.com/',
    });
  });
});
