// Jobs of the services that moto lacks, and what moto does not do: failures, cancelling, services that are away.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Json } from '../../../src/base/json.ts';
import { parseJson } from '../../../src/base/json.ts';
import { errorOf, NEVER, resultOf } from '../support.ts';
import { type Driver, openDriver } from './drive.ts';
import { type Answer, openStandIn, type StandIn } from './stand-in.ts';

const SERVICES =
  'databrew mediaconvert bedrock emr-containers emr-serverless eks sagemaker codebuild ecs batch glue sqs emr'.split(
    ' ',
  );

let standIn: StandIn;
let driver: Driver;
beforeAll(async () => {
  standIn = await openStandIn();
  driver = openDriver(Object.fromEntries(SERVICES.map((service) => [service, standIn.url])));
});
beforeEach(() => {
  standIn.asked.length = 0;
});
afterAll(async () => {
  await driver.close();
  await standIn.close();
});

interface Case {
  readonly resource: string;
  readonly input: Json;
  /** Wire: what is asked → what is answered. */
  readonly start: readonly [string, object];
  readonly describe: string;
  readonly running: object;
  readonly succeeded: object;
  readonly result: object;
  readonly failed?: object;
  readonly failedJob?: object;
  readonly cancel?: string;
}

const RUN = { InputPath: 's3://b/in' };
const CASES: readonly Case[] = [
  {
    resource: 'databrew:startJobRun.sync',
    input: { Name: 'clean' },
    start: ['POST /jobs/clean/startJobRun', { RunId: 'r1' }],
    describe: 'GET /jobs/clean/jobRun/r1',
    running: { RunId: 'r1', State: 'RUNNING' },
    succeeded: { State: 'SUCCEEDED', RunId: 'r1', StartedOn: 1700000000.5 },
    result: { RunId: 'r1', StartedOn: 1700000000500, State: 'SUCCEEDED' },
    failed: { RunId: 'r1', State: 'TIMEOUT' },
    failedJob: { RunId: 'r1', State: 'TIMEOUT' },
    cancel: 'POST /jobs/clean/jobRun/r1/stopJobRun',
  },
  {
    resource: 'mediaconvert:createJob.sync',
    input: {
      Role: 'arn:aws:iam::123456789012:role/r',
      Settings: { TimecodeConfig: { Source: 'ZEROBASED' } },
    },
    start: ['POST /2017-08-29/jobs', { job: { id: 'j1', status: 'SUBMITTED' } }],
    describe: 'GET /2017-08-29/jobs/j1',
    running: { job: { id: 'j1', status: 'PROGRESSING' } },
    succeeded: { job: { id: 'j1', status: 'COMPLETE' } },
    result: { Job: { Id: 'j1', Status: 'COMPLETE' } },
    failed: { job: { id: 'j1', status: 'ERROR', errorMessage: 'no input' } },
    failedJob: { Job: { ErrorMessage: 'no input', Id: 'j1', Status: 'ERROR' } },
    cancel: 'DELETE /2017-08-29/jobs/j1',
  },
  {
    resource: 'bedrock:createModelCustomizationJob.sync',
    input: {
      JobName: 'tune',
      CustomModelName: 'mine',
      RoleArn: 'arn:aws:iam::123456789012:role/r',
      BaseModelIdentifier: 'titan',
      TrainingDataConfig: { S3Uri: 's3://b/train' },
      OutputDataConfig: { S3Uri: 's3://b/out' },
    },
    start: ['POST /model-customization-jobs', { jobArn: 'arn:job' }],
    describe: 'GET /model-customization-jobs/arn:job',
    running: { jobArn: 'arn:job', status: 'InProgress' },
    succeeded: { jobArn: 'arn:job', status: 'Completed' },
    result: { JobArn: 'arn:job', Status: 'Completed' },
    failed: { jobArn: 'arn:job', status: 'Failed', failureMessage: 'bad data' },
    failedJob: { FailureMessage: 'bad data', JobArn: 'arn:job', Status: 'Failed' },
    cancel: 'POST /model-customization-jobs/arn:job/stop',
  },
  {
    resource: 'emr-containers:startJobRun.sync',
    input: { VirtualClusterId: 'v1', Name: 'count', ExecutionRoleArn: 'arn:aws:iam::123456789012:role/r' },
    start: ['POST /virtualclusters/v1/jobruns', { id: 'j1', virtualClusterId: 'v1', name: 'count' }],
    describe: 'GET /virtualclusters/v1/jobruns/j1',
    running: { jobRun: { id: 'j1', state: 'SUBMITTED' } },
    succeeded: { jobRun: { id: 'j1', state: 'COMPLETED', createdAt: '2024-01-02T03:04:05Z' } },
    result: { CreatedAt: 1704164645000, Id: 'j1', State: 'COMPLETED' },
    failed: { jobRun: { id: 'j1', state: 'CANCELLED' } },
    failedJob: { Id: 'j1', State: 'CANCELLED' },
    cancel: 'DELETE /virtualclusters/v1/jobruns/j1',
  },
  {
    resource: 'emr-serverless:startJobRun.sync',
    input: { ApplicationId: 'a1', ExecutionRoleArn: 'arn:aws:iam::123456789012:role/r' },
    start: ['POST /applications/a1/jobruns', { applicationId: 'a1', jobRunId: 'j1', arn: 'arn:j1' }],
    describe: 'GET /applications/a1/jobruns/j1',
    running: { jobRun: { jobRunId: 'j1', state: 'QUEUED' } },
    succeeded: { jobRun: { jobRunId: 'j1', state: 'SUCCESS' } },
    result: { JobRunId: 'j1', State: 'SUCCESS' },
    failed: { jobRun: { jobRunId: 'j1', state: 'FAILED', stateDetails: 'exit 1' } },
    failedJob: { JobRunId: 'j1', State: 'FAILED', StateDetails: 'exit 1' },
    cancel: 'DELETE /applications/a1/jobruns/j1',
  },
  {
    resource: 'emr-serverless:startApplication.sync',
    input: { ApplicationId: 'a1' },
    start: ['POST /applications/a1/start', {}],
    describe: 'GET /applications/a1',
    running: { application: { applicationId: 'a1', state: 'STARTING' } },
    succeeded: { application: { applicationId: 'a1', state: 'STARTED' } },
    result: { ApplicationId: 'a1' },
    failed: { application: { applicationId: 'a1', state: 'TERMINATED' } },
    failedJob: { ApplicationId: 'a1', State: 'TERMINATED' },
  },
  {
    resource: 'eks:createCluster.sync',
    input: {
      Name: 'c',
      RoleArn: 'arn:aws:iam::123456789012:role/r',
      ResourcesVpcConfig: { SubnetIds: ['s1'] },
    },
    start: ['POST /clusters', { cluster: { name: 'c', status: 'CREATING' } }],
    describe: 'GET /clusters/c',
    running: { cluster: { name: 'c', status: 'CREATING' } },
    succeeded: { cluster: { name: 'c', status: 'ACTIVE', endpoint: 'https://c' } },
    result: { Cluster: { Endpoint: 'https://c', Name: 'c', Status: 'ACTIVE' } },
    failed: { cluster: { name: 'c', status: 'FAILED' } },
    failedJob: { Cluster: { Name: 'c', Status: 'FAILED' } },
  },
  {
    resource: 'sagemaker:createTransformJob.sync',
    input: {
      TransformJobName: 't',
      ModelName: 'm',
      TransformInput: { DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: RUN.InputPath } } },
      TransformOutput: { S3OutputPath: 's3://b/out' },
      TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 1 },
    },
    start: ['CreateTransformJob', { TransformJobArn: 'arn:t' }],
    describe: 'DescribeTransformJob',
    running: { TransformJobName: 't', TransformJobStatus: 'Stopping' },
    succeeded: { TransformJobName: 't', TransformJobStatus: 'Completed' },
    result: { TransformJobName: 't', TransformJobStatus: 'Completed' },
    failed: { TransformJobName: 't', TransformJobStatus: 'Stopped' },
    failedJob: { TransformJobName: 't', TransformJobStatus: 'Stopped' },
    cancel: 'StopTransformJob',
  },
  {
    resource: 'elasticmapreduce:addStep.sync',
    input: { ClusterId: 'j-1', Step: { Name: 's', HadoopJarStep: { Jar: 'x.jar' } } },
    start: ['AddJobFlowSteps', { StepIds: ['s-1'] }],
    describe: 'DescribeStep',
    running: { Step: { Id: 's-1', Status: { State: 'PENDING' } } },
    succeeded: { Step: { Id: 's-1', Status: { State: 'COMPLETED' } } },
    result: { Step: { Id: 's-1', Status: { State: 'COMPLETED' } } },
    failed: { Step: { Id: 's-1', Status: { State: 'INTERRUPTED' } } },
    failedJob: { Step: { Id: 's-1', Status: { State: 'INTERRUPTED' } } },
    cancel: 'CancelSteps',
  },
  {
    resource: 'codebuild:startBuildBatch.sync',
    input: { ProjectName: 'site' },
    start: ['StartBuildBatch', { buildBatch: { id: 'site:1', buildBatchStatus: 'IN_PROGRESS' } }],
    describe: 'BatchGetBuildBatches',
    running: { buildBatches: [{ id: 'site:1', buildBatchStatus: 'IN_PROGRESS' }] },
    succeeded: { buildBatches: [{ id: 'site:1', buildBatchStatus: 'SUCCEEDED' }] },
    result: { BuildBatch: { BuildBatchStatus: 'SUCCEEDED', Id: 'site:1' } },
    failed: { buildBatches: [{ id: 'site:1', buildBatchStatus: 'FAULT' }] },
    failedJob: { BuildBatchStatus: 'FAULT', Id: 'site:1' },
    cancel: 'StopBuildBatch',
  },
];

describe.each(CASES)('$resource', (one) => {
  beforeEach(() => standIn.answer(one.start[0], { body: one.start[1] }));

  test('waits for success', async () => {
    standIn.answer(one.describe, { body: one.running }, { body: one.running }, { body: one.succeeded });
    expect(resultOf(await driver.run(one.resource, one.input))).toEqual(one.result);
    expect(standIn.asked.filter(({ what }) => what === one.describe)).toHaveLength(3);
  });

  test('fails with the job as the cause', async () => {
    standIn.answer(one.describe, { body: one.running }, { body: one.failed! });
    expect(errorOf(await driver.run(one.resource, one.input))).toEqual({
      error: 'States.TaskFailed',
      cause: one.failedJob,
    });
  });

  test.runIf(one.cancel !== undefined)('is called off at its service', async () => {
    standIn.answer(one.cancel!, { body: {} });
    const { integration, request } = driver.integration(one.resource);
    const started = await integration.start(request(one.input), NEVER);
    const submitted = parseJson((started as { outputText: string }).outputText);
    await integration.cancel!(request(one.input), submitted, NEVER);
    expect(standIn.asked.at(-1)!.what).toBe(one.cancel);
  });
});

describe('a deletion', () => {
  const gone: Answer = {
    status: 404,
    headers: { 'x-amzn-ErrorType': 'ResourceNotFoundException' },
    body: { message: 'No cluster found for name: c.' },
  };

  test('is done when the thing is gone', async () => {
    standIn.answer('DELETE /clusters/c', { body: { cluster: { name: 'c', status: 'DELETING' } } });
    standIn.answer('GET /clusters/c', { body: { cluster: { name: 'c', status: 'DELETING' } } }, gone);
    expect(resultOf(await driver.run('eks:deleteCluster.sync', { Name: 'c' }))).toMatchObject({
      Cluster: { Name: 'c', Status: 'DELETING' },
    });
  });
});

describe('looking at a job', () => {
  const INPUT = { JobName: 'etl' };
  beforeEach(() => standIn.answer('StartJobRun', { body: { JobRunId: 'jr' } }));

  test.each<[string, Answer]>([
    ['has an outage', { status: 503, body: '' }],
    ['is throttled', { status: 400, body: { __type: 'ThrottlingException', message: 'Rate exceeded' } }],
    [
      'does not know the job yet',
      { status: 400, body: { __type: 'EntityNotFoundException', message: 'no' } },
    ],
  ])('goes on when the service %s', async (_what, away) => {
    standIn.answer('GetJobRun', away, away, { body: { JobRun: { Id: 'jr', JobRunState: 'SUCCEEDED' } } });
    expect(resultOf(await driver.run('glue:startJobRun.sync', INPUT))).toEqual({
      Id: 'jr',
      JobRunState: 'SUCCEEDED',
    });
  });

  test('goes on however long the service has an outage', async () => {
    const outage = Array.from({ length: 9 }, (): Answer => ({ status: 503, body: '' }));
    standIn.answer('GetJobRun', ...outage, { body: { JobRun: { Id: 'jr', JobRunState: 'SUCCEEDED' } } });
    expect(resultOf(await driver.run('glue:startJobRun.sync', INPUT))).toMatchObject({ Id: 'jr' });
  });

  test('ends when the service never knows the job', async () => {
    standIn.answer('GetJobRun', {
      status: 400,
      body: { __type: 'EntityNotFoundException', Message: 'Job Run Not Found' },
    });
    expect(await driver.run('glue:startJobRun.sync', INPUT)).toEqual({
      status: 'failed',
      error: 'Glue.EntityNotFoundException',
      cause:
        'Job Run Not Found (Service: AWSGlue; Status Code: 400; Error Code: EntityNotFoundException; ' +
        'Request ID: id-1; Proxy: null)',
    });
    expect(standIn.asked.filter(({ what }) => what === 'GetJobRun')).toHaveLength(5);
  });

  test('says so when a job cannot be called off', async () => {
    standIn.answer('BatchStopJobRun', {
      status: 400,
      body: { __type: 'InvalidInputException', message: 'no' },
    });
    const { integration, request } = driver.integration('glue:startJobRun.sync');
    await expect(integration.cancel!(request(INPUT), { JobRunId: 'jr' }, NEVER)).rejects.toThrow(
      'batchStopJobRun answered InvalidInputException: no',
    );
  });
});

describe('ecs:runTask', () => {
  const INPUT = { Cluster: 'c', TaskDefinition: 'job' };
  const TASK = { taskArn: 'arn:task', clusterArn: 'arn:cluster', taskDefinitionArn: 'arn:definition' };
  const stopped = (stopCode: string, ...containers: object[]): Answer => ({
    body: { tasks: [{ ...TASK, lastStatus: 'STOPPED', stopCode, containers }], failures: [] },
  });
  const definition: Answer = {
    body: {
      taskDefinition: {
        containerDefinitions: [
          { name: 'main', essential: true },
          { name: 'proxy', essential: false },
        ],
      },
    },
  };
  beforeEach(() => {
    standIn.answer('RunTask', { body: { tasks: [{ ...TASK, lastStatus: 'PENDING' }], failures: [] } });
    standIn.answer('DescribeTaskDefinition', definition);
  });

  test.each<[string, Answer, 'completed' | 'failed']>([
    [
      'its container exits with 0',
      stopped('EssentialContainerExited', { name: 'main', exitCode: 0 }),
      'completed',
    ],
    [
      'its container exits with 1',
      stopped('EssentialContainerExited', { name: 'main', exitCode: 1 }),
      'failed',
    ],
    ['it never started', stopped('TaskFailedToStart', { name: 'main' }), 'failed'],
    ['someone stopped it', stopped('UserInitiated', { name: 'main', exitCode: 0 }), 'failed'],
    [
      'only a sidecar is killed',
      stopped('EssentialContainerExited', { name: 'main', exitCode: 0 }, { name: 'proxy', exitCode: 137 }),
      'completed',
    ],
    [
      'the main one of two fails',
      stopped('EssentialContainerExited', { name: 'main', exitCode: 2 }, { name: 'proxy', exitCode: 0 }),
      'failed',
    ],
  ])('when %s', async (_what, description, status) => {
    standIn.answer('DescribeTasks', description);
    expect(await driver.run('ecs:runTask.sync', INPUT)).toMatchObject({
      status,
      ...(status === 'failed' ? { error: 'States.TaskFailed' } : {}),
    });
    expect(JSON.parse(standIn.asked[0]!.body)).toMatchObject({ startedBy: 'AWS Step Functions' });
  });

  test('leaves failures to the definition unless something waits for the task', async () => {
    standIn.answer('RunTask', { body: { tasks: [], failures: [{ reason: 'RESOURCE:MEMORY' }] } });
    expect(resultOf(await driver.run('ecs:runTask', INPUT))).toMatchObject({
      Failures: [{ Reason: 'RESOURCE:MEMORY' }],
      Tasks: [],
    });
    expect(JSON.parse(standIn.asked[0]!.body)).not.toHaveProperty('startedBy');
    expect(errorOf(await driver.run('ecs:runTask.sync', INPUT))).toMatchObject({
      error: 'AmazonECS.Unknown',
      cause: { Failures: [{ Reason: 'RESOURCE:MEMORY' }] },
    });
  });
});

test('elasticmapreduce:modifyInstanceFleetByName finds the fleet', async () => {
  standIn.answer('ListInstanceFleets', { body: { InstanceFleets: [{ Id: 'if-1', Name: 'Core' }] } });
  standIn.answer('ModifyInstanceFleet', { body: '' });
  const outcome = await driver.run('elasticmapreduce:modifyInstanceFleetByName', {
    ClusterId: 'j-1',
    InstanceFleetName: 'Core',
    InstanceFleet: { TargetSpotCapacity: 3 },
  });
  expect(outcome.status).toBe('completed');
  expect(JSON.parse(standIn.asked.at(-1)!.body)).toEqual({
    ClusterId: 'j-1',
    InstanceFleet: { InstanceFleetId: 'if-1', TargetSpotCapacity: 3 },
  });
});

describe('a queue’s URL', () => {
  beforeEach(() => standIn.answer('SendMessage', { body: { MessageId: 'm', MD5OfMessageBody: 'x' } }));
  const send = (of: Driver, QueueUrl: string) => of.run('sqs:sendMessage', { QueueUrl, MessageBody: 'b' });

  test('of AWS names the Region, and the configured endpoint takes the call', async () => {
    await send(driver, 'https://sqs.ap-south-1.amazonaws.com/123456789012/q');
    expect(standIn.asked[0]!.headers['authorization']).toContain('/ap-south-1/sqs/');
  });

  test('says where the call goes when no endpoint is configured', async () => {
    const free = openDriver({});
    expect(await send(free, `${standIn.url}/123456789012/q`)).toMatchObject({ status: 'completed' });
    await free.close();
  });

  test('that leads to another host gets no credentials, and none but a near one is called', async () => {
    const credentials = { accessKeyId: 'AKIDREAL', secretAccessKey: 's', sessionToken: 'st' };
    const free = openDriver({}, { credentials });
    await send(free, `${standIn.url}/123456789012/q`);
    const { headers } = standIn.asked[0]!;
    expect(headers['authorization']).toContain('Credential=test/');
    expect(headers).not.toHaveProperty('x-amz-security-token');
    for (const host of ['sqs.us-east-1.amazonaws.com.example.com', '192.0.2.7']) {
      expect(await send(free, `https://${host}/123456789012/q`)).toMatchObject({
        error: 'SQS.SdkClientException',
      });
    }
    expect(await send(free, 'https://192.0.2.7/123456789012/q')).toMatchObject({
      cause: expect.stringContaining('which a task chose, are refused unless') as string,
    });
    await free.close();
  });

  test('of AWS is not called unless the configuration asks for AWS', async () => {
    const free = openDriver({});
    expect(await send(free, 'https://sqs.ap-south-1.amazonaws.com/123456789012/q')).toMatchObject({
      error: 'SQS.SdkClientException',
      cause: expect.stringContaining('or by AWS itself (aws: true)') as string,
    });
    await free.close();
  });

  test('that names no queue is called itself, whatever is configured', async () => {
    expect(await send(driver, 'http://127.0.0.1:1')).toEqual({
      status: 'failed',
      error: 'SQS.SdkClientException',
      cause: 'Unable to execute HTTP request: Connect to 127.0.0.1:1 failed: Connection refused',
    });
    expect(standIn.asked).toEqual([]);
  });
});

test('batch:submitJob.sync tells the container that a workflow waits', async () => {
  standIn.answer('POST /v1/submitjob', { body: { jobId: 'j', jobName: 'n', jobArn: 'arn:j' } });
  standIn.answer('POST /v1/describejobs', {
    body: { jobs: [{ jobId: 'j', jobName: 'n', status: 'FAILED' }] },
  });
  const input = { JobName: 'n', JobQueue: 'q', JobDefinition: 'd', ContainerOverrides: { Command: ['x'] } };
  expect(errorOf(await driver.run('batch:submitJob.sync', input))).toEqual({
    error: 'States.TaskFailed',
    cause: { JobId: 'j', JobName: 'n', Status: 'FAILED' },
  });
  expect(JSON.parse(standIn.asked[0]!.body)).toMatchObject({
    containerOverrides: {
      command: ['x'],
      environment: [{ name: 'MANAGED_BY_AWS', value: 'STARTED_BY_STEP_FUNCTIONS' }],
    },
  });
});

test.each<[string, Json, readonly string[]]>([
  ['sqs:sendMessage', { QueueUrl: 'u' }, ['The field "MessageBody" is required but was missing']],
  [
    'sqs:sendMessage',
    { QueueUrl: 'u', MessageBody: 'b', TaskToken: 't' },
    ['The field "TaskToken" is not supported by Step Functions'],
  ],
  [
    'ecs:runTask.sync',
    { TaskDefinition: 't', StartedBy: 'me' },
    ['The field "StartedBy" is not supported by Step Functions'],
  ],
  [
    'elasticmapreduce:createCluster',
    { Name: 'c', Instances: {}, Steps: [] },
    [
      'The field "Steps" is not supported by Step Functions',
      'The field "KeepJobFlowAliveWhenNoSteps" is required but was missing',
    ],
  ],
  ['elasticmapreduce:addStep.sync', { ClusterId: 'c' }, ['The field "Step" is required but was missing']],
  ['glue:startJobRun', [], ['The value is not a JSON object']],
  [
    'mediaconvert:createJob',
    { Role: 'r', Settings: {}, Queue: 7 },
    expect.arrayContaining([expect.stringContaining('Queue')]),
  ],
])('%s refuses %j', (resource, input, reasons) => {
  expect(driver.check(resource, input)).toEqual(reasons);
});
