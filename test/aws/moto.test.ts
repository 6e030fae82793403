// SDK integrations against moto: answers that nobody wrote for them, in every wire format and many services.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Aws, createAws } from '../../src/aws/aws.ts';
import type { AwsAnswer } from '../../src/aws/call.ts';
import { serviceModel } from '../../src/aws/service-model.ts';
import type { JsonObject } from '../../src/base/json.ts';
import { MOTO_MISSING, type Moto, startMoto } from '../integrations/services/moto.ts';
import { REGION } from '../integrations/support.ts';
import { outputOf } from './stub.ts';

/** Calls that change nothing and that moto answers in a fresh account. */
const READS = `
acm:listCertificates apigateway:getRestApis apigatewayv2:getApis
athena:listWorkGroups autoscaling:describeAutoScalingGroups backup:listBackupVaults batch:describeJobQueues
cloudformation:listStacks cloudfront:listDistributions cloudtrail:listTrails cloudwatch:listMetrics
cloudwatchlogs:describeLogGroups codebuild:listProjects codepipeline:listPipelines
config:describeConfigRules databrew:listRecipes datasync:listTasks dynamodb:listTables ec2:describeInstances
ec2:describeRegions ecr:describeRepositories ecs:listClusters efs:describeFileSystems eks:listClusters
elasticache:describeCacheClusters elasticbeanstalk:describeApplications elasticloadbalancing:describeLoadBalancers
elasticloadbalancingv2:describeLoadBalancers elasticsearch:listDomainNames emr:listClusters emrserverless:listApplications
eventbridge:listRules firehose:listDeliveryStreams glue:getDatabases guardduty:listDetectors iam:listUsers iot:listThings
kinesis:listStreams kms:listKeys lambda:listFunctions mq:listBrokers opensearch:listDomainNames pipes:listPipes
rds:describeDBInstances redshift:describeClusters resourcegroups:listGroups route53:listHostedZones s3:listBuckets
sagemaker:listModels scheduler:listSchedules secretsmanager:listSecrets ses:listIdentities sfn:listStateMachines
sns:listTopics sqs:listQueues ssm:describeParameters sts:getCallerIdentity transcribe:listTranscriptionJobs
`;

let moto: Moto;
let aws: Aws;

function call(name: string, input: JsonObject = {}): Promise<AwsAnswer> {
  const [service, action] = name.split(':') as [string, string];
  expect(aws.checkInput(service, action, input, 'sdk')).toEqual([]);
  const signal = AbortSignal.timeout(30_000);
  return aws.call({ service, action, input, spelling: 'sdk', idempotencyToken: name, signal });
}

async function output(name: string, input: JsonObject = {}): Promise<unknown> {
  return outputOf(await call(name, input));
}

test.runIf(MOTO_MISSING)('needs moto_server, which is not installed', () => {
  expect(process.env['CI'], 'CI must install moto_server').toBeUndefined();
});

describe.skipIf(MOTO_MISSING)('against moto', () => {
  const reads = READS.trim().split(/\s+/);
  beforeAll(async () => {
    moto = await startMoto();
    const services = new Set([...reads.map((name) => name.split(':')[0]!), 'dynamodb', 's3', 'redshiftdata']);
    const names = [...services].map((service) => serviceModel(service)!.endpointPrefix);
    aws = createAws({
      region: REGION,
      endpoints: Object.fromEntries(names.map((name) => [name, moto.url])),
      credentials: async () => ({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' }),
    });
  }, 60_000);
  afterAll(async () => {
    await aws?.close();
    await moto?.stop();
  });

  test.each(reads)(
    '%s answers',
    async (name) => {
      expect(await call(name)).toMatchObject({ ok: true, httpStatus: 200 });
    },
    30_000,
  );

  test('an object goes to S3 and comes back under a strange key', async () => {
    await output('s3:createBucket', {
      Bucket: 'bucket',
      CreateBucketConfiguration: { LocationConstraint: REGION },
    });
    const object = { Bucket: 'bucket', Key: '/dir/../né w+' };
    expect(await output('s3:putObject', { ...object, Body: { a: 'é' }, Metadata: { k: 'v' } })).toMatchObject(
      {
        ChecksumCRC32: expect.any(String),
        ETag: expect.stringMatching(/^"[0-9a-f]{32}"$/),
      },
    );
    expect(await output('s3:getObject', object)).toMatchObject({
      Body: '{"a":"é"}',
      ContentLength: 10,
      ContentType: 'text/plain; charset=UTF-8',
      LastModified: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      Metadata: { k: 'v' },
    });
    expect(await output('s3:listObjectsV2', { Bucket: 'bucket' })).toMatchObject({
      Contents: [{ Key: object.Key, Size: 10 }],
      KeyCount: 1,
    });
    expect(
      await output('s3:deleteObjects', { Bucket: 'bucket', Delete: { Objects: [{ Key: object.Key }] } }),
    ).toEqual({
      Deleted: [{ Key: object.Key }],
    });
    expect(await call('s3:getObject', object)).toMatchObject({
      exception: 'NoSuchKeyException',
      httpStatus: 404,
    });
    expect(await output('s3:getBucketLocation', { Bucket: 'bucket' })).toEqual({
      LocationConstraint: REGION,
    });
  });

  test('items of DynamoDB keep their types', async () => {
    const table = { TableName: 't' };
    await output('dynamodb:createTable', {
      ...table,
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    });
    const item = {
      id: { S: '1' },
      yes: { Bool: true },
      none: { Nul: true },
      set: { Ss: ['a', 'b'] },
      deep: { M: { list: { L: [{ N: '1.50' }] } } },
      bytes: { B: 'é' },
    };
    expect(await output('dynamodb:putItem', { ...table, Item: item })).toEqual({});
    expect(await output('dynamodb:getItem', { ...table, Key: { id: { S: '1' } } })).toEqual({ Item: item });
    const again = { ...table, Item: item, ConditionExpression: 'attribute_not_exists(id)' };
    expect(await call('dynamodb:putItem', again)).toMatchObject({
      exception: 'ConditionalCheckFailedException',
      httpStatus: 400,
    });
  });

  test('a machine of EC2 carries the task’s token', async () => {
    const run = { ImageId: 'ami-12c6146b', MinCount: 1, MaxCount: 1 };
    const first = (await output('ec2:runInstances', run)) as {
      Instances: [{ InstanceId: string; ClientToken: string }];
    };
    const { InstanceId, ClientToken } = first.Instances[0];
    expect(ClientToken).toMatch(/^[0-9a-f-]{36}$/);
    const filters = { Filters: [{ Name: 'instance-id', Values: [InstanceId, 'i-1'] }] };
    expect(await output('ec2:describeInstances', filters)).toMatchObject({
      Reservations: [{ Instances: [{ ClientToken, InstanceId, State: { Code: 16, Name: 'running' } }] }],
    });
  });

  test('a zone of Route 53 is found by the id that it prints', async () => {
    const zone = (await output('route53:createHostedZone', { Name: 'a.com', CallerReference: 'r' })) as {
      HostedZone: { Id: string };
    };
    const resource = { Name: 'b.a.com', Type: 'A', Ttl: 60, ResourceRecords: [{ Value: '1.2.3.4' }] };
    const changes = { Changes: [{ Action: 'CREATE', ResourceRecordSet: resource }] };
    await output('route53:changeResourceRecordSets', {
      HostedZoneId: zone.HostedZone.Id,
      ChangeBatch: changes,
    });
    expect(
      await output('route53:listResourceRecordSets', { HostedZoneId: zone.HostedZone.Id }),
    ).toMatchObject({
      ResourceRecordSets: expect.arrayContaining([{ ...resource, Name: 'b.a.com.' }]),
    });
  });

  test('blobs of Kinesis are text', async () => {
    await output('kinesis:createStream', { StreamName: 's', ShardCount: 1 });
    await output('kinesis:putRecord', { StreamName: 's', Data: { a: 1 }, PartitionKey: 'p' });
    const shard = { StreamName: 's', ShardId: 'shardId-000000000000', ShardIteratorType: 'TRIM_HORIZON' };
    const { ShardIterator } = (await output('kinesis:getShardIterator', shard)) as { ShardIterator: string };
    expect(await output('kinesis:getRecords', { ShardIterator })).toMatchObject({
      Records: [{ Data: '{"a":1}' }],
    });
  });

  test.each([
    ['iam:getUser', { UserName: 'x' }, 'NoSuchEntityException', 404],
    ['rds:deleteDBInstance', { DbInstanceIdentifier: 'x' }, 'DbInstanceNotFoundException', 404],
    ['lambda:getFunction', { FunctionName: 'x' }, 'ResourceNotFoundException', 404],
    ['sqs:sendMessage', { QueueUrl: 'https://q/1/x', MessageBody: 'm' }, 'QueueDoesNotExistException', 400],
    [
      'sns:getTopicAttributes',
      { TopicArn: `arn:aws:sns:${REGION}:123456789012:x` },
      'NotFoundException',
      404,
    ],
    ['secretsmanager:getSecretValue', { SecretId: 'x' }, 'ResourceNotFoundException', 404],
  ])('%s %j fails with %s', async (name, input, exception, httpStatus) => {
    expect(await call(name, input)).toMatchObject({ ok: false, exception, httpStatus });
  });
});
