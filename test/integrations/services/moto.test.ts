// The integrations of the services that moto has, against moto.

import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { at, textAt } from '../../../src/integrations/services/json-members.ts';
import { ACCOUNT, errorOf, REGION, resultOf } from '../support.ts';
import { type Driver, openDriver } from './drive.ts';
import { MOTO_MISSING, type Moto, startMoto } from './moto.ts';

const SERVICES =
  'sqs sns dynamodb events ecs ec2 iam batch glue athena s3 sagemaker codebuild elasticmapreduce execute-api apigateway'.split(
    ' ',
  );

let moto: Moto;
let driver: Driver;

/** The members of a result without what the SDK adds, whose presence is checked on the way. */
function plain(result: unknown): Record<string, unknown> {
  const { SdkHttpMetadata, SdkResponseMetadata, ...rest } = result as Record<string, unknown>;
  expect(SdkHttpMetadata).toMatchObject({
    AllHttpHeaders: { 'Content-Type': [expect.any(String)] },
    HttpHeaders: { 'Content-Type': expect.any(String) },
    HttpStatusCode: 200,
  });
  expect(SdkResponseMetadata).toEqual({ RequestId: expect.any(String) });
  return rest;
}

test.runIf(MOTO_MISSING)('needs moto_server, which is not installed', () => {
  expect(process.env['CI'], 'CI must install moto_server').toBeUndefined();
});

describe.skipIf(MOTO_MISSING)('against moto', () => {
  beforeAll(async () => {
    moto = await startMoto();
    driver = openDriver(Object.fromEntries(SERVICES.map((service) => [service, moto.url])));
  }, 60_000);
  afterAll(async () => {
    await driver?.close();
    await moto?.stop();
  });

  test('sqs:sendMessage sends an object as JSON text', async () => {
    const queue = await driver.prepare('sqs', 'createQueue', { QueueName: 'orders' });
    const outcome = await driver.run('sqs:sendMessage', {
      QueueUrl: queue['QueueUrl']!,
      MessageBody: { id: 7 },
      MessageAttributes: { kind: { DataType: 'String', StringValue: 'order' } },
    });
    expect(plain(resultOf(outcome))).toEqual({
      MD5OfMessageAttributes: expect.stringMatching(/^[0-9a-f]{32}$/),
      MD5OfMessageBody: createHash('md5').update('{"id":7}').digest('hex'),
      MessageId: expect.any(String),
    });
    const received = await driver.prepare('sqs', 'receiveMessage', { QueueUrl: queue['QueueUrl']! });
    expect(textAt(received, 'Messages.0.Body')).toBe('{"id":7}');
  });

  test('sqs:sendMessage tells of a queue that is not there', async () => {
    const outcome = await driver.run('sqs:sendMessage', {
      QueueUrl: `${moto.url}/${ACCOUNT}/nobody`,
      MessageBody: 'x',
    });
    expect(outcome).toMatchObject({ status: 'failed', error: 'SQS.QueueDoesNotExistException' });
    expect(outcome).toMatchObject({
      cause: expect.stringMatching(
        /^The specified queue does not exist.* \(Service: AmazonSQS; Status Code: 400; Error Code: \S+; Request ID: \S+; Proxy: null\)$/,
      ),
    });
  });

  test('sns:publish publishes, and names a topic that is not there as SNS does', async () => {
    const topic = await driver.prepare('sns', 'createTopic', { Name: 'news' });
    const outcome = await driver.run('sns:publish', { TopicArn: topic['TopicArn']!, Message: { a: 1 } });
    expect(plain(resultOf(outcome))).toEqual({ MessageId: expect.any(String) });
    const missing = await driver.run('sns:publish', {
      TopicArn: `arn:aws:sns:${REGION}:${ACCOUNT}:nobody`,
      Message: 'x',
    });
    expect(missing).toMatchObject({ status: 'failed', error: 'SNS.NotFoundException' });
    expect(missing).toMatchObject({ cause: expect.stringContaining('Error Code: NotFound;') });
  });

  test('dynamodb puts, updates, gets and deletes an item', async () => {
    await driver.prepare('dynamodb', 'createTable', {
      TableName: 'orders',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    });
    const of = { TableName: 'orders', Key: { id: { S: 'a' } } };
    const put = await driver.run('dynamodb:putItem', {
      TableName: 'orders',
      Item: { id: { S: 'a' }, n: { N: '1' } },
    });
    expect(plain(resultOf(put))).toEqual({});
    const updated = await driver.run('dynamodb:updateItem', {
      ...of,
      UpdateExpression: 'SET n = :n',
      ExpressionAttributeValues: { ':n': { N: '2' } },
      ReturnValues: 'UPDATED_NEW',
    });
    expect(plain(resultOf(updated))).toEqual({ Attributes: { n: { N: '2' } } });
    expect(plain(resultOf(await driver.run('dynamodb:getItem', of)))).toEqual({
      Item: { id: { S: 'a' }, n: { N: '2' } },
    });
    const condition = {
      ...of,
      ConditionExpression: 'n = :n',
      ExpressionAttributeValues: { ':n': { N: '9' } },
    };
    expect(await driver.run('dynamodb:deleteItem', condition)).toMatchObject({
      status: 'failed',
      error: 'DynamoDB.ConditionalCheckFailedException',
    });
    expect(plain(resultOf(await driver.run('dynamodb:deleteItem', of)))).toEqual({});
    expect(plain(resultOf(await driver.run('dynamodb:getItem', of)))).toEqual({});
  });

  test('events:putEvents names the execution and fails when one entry is refused', async () => {
    const good = { Source: 'shop', DetailType: 'order', Detail: { id: 7 } };
    expect(resultOf(await driver.run('events:putEvents', { Entries: [good] }))).toEqual({
      Entries: [{ EventId: expect.any(String) }],
      FailedEntryCount: 0,
    });
    const { Source: _, ...bad } = good;
    const { error, cause } = errorOf(await driver.run('events:putEvents', { Entries: [good, bad] }));
    expect(error).toBe('EventBridge.FailedEntry');
    expect(cause).toMatchObject({
      Entries: [{ EventId: expect.any(String) }, { ErrorCode: 'InvalidArgument' }],
      FailedEntryCount: 1,
    });
  });

  test('glue:startJobRun.sync follows the run to its end', async () => {
    await driver.prepare('glue', 'createJob', {
      Name: 'etl',
      Role: `arn:aws:iam::${ACCOUNT}:role/r`,
      Command: { Name: 'glueetl', ScriptLocation: 's3://b/script.py' },
    });
    const outcome = await driver.run('glue:startJobRun.sync', {
      JobName: 'etl',
      Arguments: { '--day': 'today' },
    });
    expect(resultOf(outcome)).toMatchObject({
      JobName: 'etl',
      JobRunState: 'SUCCEEDED',
      Id: expect.any(String),
    });
    expect(await driver.run('glue:startJobRun', { JobName: 'nobody' })).toMatchObject({
      error: 'Glue.EntityNotFoundException',
    });
  });

  test('athena:startQueryExecution.sync follows the query, and its result can be read', async () => {
    await driver.prepare('s3', 'createBucket', {
      Bucket: 'results',
      CreateBucketConfiguration: { LocationConstraint: REGION },
    });
    const outcome = await driver.run('athena:startQueryExecution.sync', {
      QueryString: 'select 1',
      ResultConfiguration: { OutputLocation: 's3://results/' },
    });
    expect(resultOf(outcome)).toMatchObject({
      QueryExecution: { Query: 'select 1', Status: { State: 'SUCCEEDED' } },
    });
    const id = textAt(resultOf(outcome) as never, 'QueryExecution.QueryExecutionId')!;
    const rows = plain(resultOf(await driver.run('athena:getQueryResults', { QueryExecutionId: id })));
    expect(at(rows as never, 'ResultSet.Rows')).toEqual([]);
  });

  test('sagemaker:createTrainingJob.sync follows the job by its name', async () => {
    const outcome = await driver.run('sagemaker:createTrainingJob.sync', {
      TrainingJobName: 'train',
      AlgorithmSpecification: { TrainingImage: 'image', TrainingInputMode: 'File' },
      RoleArn: `arn:aws:iam::${ACCOUNT}:role/r`,
      OutputDataConfig: { S3OutputPath: 's3://results/' },
      ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 1 },
      StoppingCondition: { MaxRuntimeInSeconds: 60 },
    });
    expect(resultOf(outcome)).toMatchObject({
      TrainingJobName: 'train',
      TrainingJobStatus: 'Completed',
      CreationTime: expect.any(Number),
    });
  });

  test('codebuild:startBuild.sync gives the build', async () => {
    await driver.prepare('codebuild', 'createProject', {
      Name: 'site',
      Source: { Type: 'S3', Location: 'results/source.zip' },
      Artifacts: { Type: 'NO_ARTIFACTS' },
      Environment: { Type: 'LINUX_CONTAINER', Image: 'image', ComputeType: 'BUILD_GENERAL1_SMALL' },
      ServiceRole: `arn:aws:iam::${ACCOUNT}:role/service-role/r`,
    });
    const outcome = await driver.run('codebuild:startBuild.sync', { ProjectName: 'site' });
    expect(resultOf(outcome)).toMatchObject({ Build: { BuildStatus: 'SUCCEEDED', ProjectName: 'site' } });
  });

  test('elasticmapreduce creates a cluster, adds a step and terminates', async () => {
    const created = await driver.run('elasticmapreduce:createCluster.sync', {
      Name: 'cluster',
      ReleaseLabel: 'emr-6.10.0',
      ServiceRole: 'EMR_DefaultRole',
      JobFlowRole: 'EMR_EC2_DefaultRole',
      Instances: {
        KeepJobFlowAliveWhenNoSteps: true,
        InstanceGroups: [
          { Name: 'Main', InstanceRole: 'MASTER', InstanceType: 'm5.xlarge', InstanceCount: 1 },
          { Name: 'Core', InstanceRole: 'CORE', InstanceType: 'm5.xlarge', InstanceCount: 1 },
        ],
      },
    });
    expect(resultOf(created)).toEqual({ ClusterId: expect.stringMatching(/^j-/) });
    const { ClusterId } = resultOf(created) as { ClusterId: string };
    const step = await driver.run('elasticmapreduce:addStep', {
      ClusterId,
      Step: {
        Name: 's',
        ActionOnFailure: 'CONTINUE',
        HadoopJarStep: { Jar: 'command-runner.jar', Args: ['x'] },
      },
    });
    expect(plain(resultOf(step))).toEqual({ StepId: expect.stringMatching(/^s-/) });
    const resized = await driver.run('elasticmapreduce:modifyInstanceGroupByName', {
      ClusterId,
      InstanceGroupName: 'Core',
      InstanceGroup: { InstanceCount: 2 },
    });
    expect(plain(resultOf(resized))).toEqual({});
    const groups = await driver.prepare('emr', 'listInstanceGroups', { ClusterId });
    expect(groups['InstanceGroups']).toContainEqual(
      expect.objectContaining({ Name: 'Core', RequestedInstanceCount: 2 }),
    );
    expect(
      await driver.run('elasticmapreduce:modifyInstanceGroupByName', {
        ClusterId,
        InstanceGroupName: 'Nobody',
        InstanceGroup: { InstanceCount: 2 },
      }),
    ).toMatchObject({ error: 'ElasticMapReduce.InvalidRequestException' });
    const ended = await driver.run('elasticmapreduce:terminateCluster.sync', { ClusterId });
    expect(resultOf(ended)).toEqual({ ClusterId });
  });

  test('batch:submitJob.sync follows the job', async () => {
    const role = await driver.prepare('iam', 'createRole', {
      RoleName: 'batch',
      AssumeRolePolicyDocument: '{}',
    });
    const environment = await driver.prepare('batch', 'createComputeEnvironment', {
      ComputeEnvironmentName: 'env',
      Type: 'UNMANAGED',
      State: 'ENABLED',
      ServiceRole: at(role, 'Role.Arn')!,
    });
    const queue = await driver.prepare('batch', 'createJobQueue', {
      JobQueueName: 'queue',
      State: 'ENABLED',
      Priority: 1,
      ComputeEnvironmentOrder: [{ Order: 1, ComputeEnvironment: environment['ComputeEnvironmentArn']! }],
    });
    const definition = await driver.prepare('batch', 'registerJobDefinition', {
      JobDefinitionName: 'def',
      Type: 'container',
      ContainerProperties: { Image: 'image', Vcpus: 1, Memory: 128 },
    });
    const outcome = await driver.run('batch:submitJob.sync', {
      JobName: 'job',
      JobQueue: queue['JobQueueArn']!,
      JobDefinition: definition['JobDefinitionArn']!,
    });
    expect(resultOf(outcome)).toMatchObject({
      JobName: 'job',
      Status: 'SUCCEEDED',
      CreatedAt: expect.any(Number),
    });
  });

  test('ecs:runTask.sync follows the task until it has stopped', async () => {
    await driver.prepare('ecs', 'createCluster', { ClusterName: 'cluster' });
    const definition = await driver.prepare('ecs', 'registerTaskDefinition', {
      Family: 'job',
      NetworkMode: 'awsvpc',
      RequiresCompatibilities: ['FARGATE'],
      Cpu: '256',
      Memory: '512',
      ContainerDefinitions: [{ Name: 'main', Image: 'image', Essential: true, Cpu: 64, Memory: 128 }],
    });
    const subnets = await driver.prepare('ec2', 'describeSubnets', {});
    const groups = await driver.prepare('ec2', 'describeSecurityGroups', {});
    const outcome = await driver.run('ecs:runTask.sync', {
      Cluster: 'cluster',
      LaunchType: 'FARGATE',
      TaskDefinition: at(definition, 'TaskDefinition.TaskDefinitionArn')!,
      NetworkConfiguration: {
        AwsvpcConfiguration: {
          Subnets: [textAt(subnets, 'Subnets.0.SubnetId')!],
          SecurityGroups: [textAt(groups, 'SecurityGroups.0.GroupId')!],
        },
      },
    });
    expect(resultOf(outcome)).toMatchObject({ LastStatus: 'STOPPED', StartedBy: 'AWS Step Functions' });
  });
});
