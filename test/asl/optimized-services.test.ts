// Which optimized integrations there are. Source: AWS, "Integrating optimized services with Step Functions" and the page
// of each service: the actions, and for each whether it can be called as `.sync` and `.waitForTaskToken`.

import { expect, test } from 'vitest';
import { isKnownResource, OPTIMIZED_SERVICES, parseResource } from '../../src/asl/resources.ts';
import { nearestSdkAction } from '../../src/asl/sdk-actions.ts';

const REQUEST = 'request-response';
const JOB = 'request-response sync';
const CALLBACK = 'request-response waitForTaskToken';
const BOTH = 'request-response sync waitForTaskToken';

const SERVICES: readonly (readonly [service: string, patterns: string, actions: string])[] = [
  ['apigateway', CALLBACK, 'invoke'],
  ['athena', JOB, 'startQueryExecution'],
  ['athena', REQUEST, 'stopQueryExecution getQueryExecution getQueryResults'],
  ['batch', JOB, 'submitJob'],
  ['bedrock', CALLBACK, 'invokeModel'],
  ['bedrock', JOB, 'createModelCustomizationJob'],
  ['bedrockagentcore', REQUEST, 'invokeHarness'],
  ['codebuild', JOB, 'startBuild startBuildBatch retryBuildBatch'],
  ['codebuild', REQUEST, 'stopBuild stopBuildBatch batchDeleteBuilds batchGetReports deleteBuildBatch'],
  ['databrew', JOB, 'startJobRun'],
  ['dynamodb', REQUEST, 'getItem putItem updateItem deleteItem'],
  ['ecs', BOTH, 'runTask'],
  ['eks', JOB, 'createCluster deleteCluster createFargateProfile deleteFargateProfile'],
  ['eks', JOB, 'createNodegroup deleteNodegroup'],
  ['eks', BOTH, 'runJob'],
  ['eks', CALLBACK, 'call'],
  ['elasticmapreduce', JOB, 'createCluster terminateCluster addStep'],
  ['elasticmapreduce', REQUEST, 'cancelStep setClusterTerminationProtection'],
  ['elasticmapreduce', REQUEST, 'modifyInstanceFleetByName modifyInstanceGroupByName'],
  ['emr-containers', REQUEST, 'createVirtualCluster'],
  ['emr-containers', JOB, 'deleteVirtualCluster startJobRun'],
  ['emr-serverless', JOB, 'createApplication startApplication stopApplication deleteApplication'],
  ['emr-serverless', JOB, 'startJobRun cancelJobRun'],
  ['events', CALLBACK, 'putEvents'],
  ['glue', JOB, 'startJobRun'],
  ['http', REQUEST, 'invoke'],
  ['lambda', CALLBACK, 'invoke'],
  ['mediaconvert', JOB, 'createJob'],
  ['sagemaker', JOB, 'createTrainingJob createTransformJob createProcessingJob'],
  ['sagemaker', JOB, 'createHyperParameterTuningJob createLabelingJob'],
  ['sagemaker', REQUEST, 'createModel createEndpointConfig createEndpoint updateEndpoint'],
  ['sns', CALLBACK, 'publish'],
  ['sqs', CALLBACK, 'sendMessage'],
  ['states', 'request-response sync sync:2 waitForTaskToken', 'startExecution'],
];

const rows = SERVICES.flatMap(([service, patterns, actions]) =>
  actions.split(' ').map((action) => [`${service}:${action}`, patterns] as const),
);

test.each(rows)('%s can be called as %s and in no other way', (name, patterns) => {
  const known = ['request-response', 'sync', 'sync:2', 'waitForTaskToken'].filter((pattern) => {
    const suffix = pattern === 'request-response' ? '' : `.${pattern}`;
    const resource = parseResource(`arn:aws:states:::${name}${suffix}`);
    return resource !== undefined && isKnownResource(resource);
  });
  expect(known.join(' ')).toBe(patterns);
});

test('there are no others', () => {
  const names = Object.entries(OPTIMIZED_SERVICES).flatMap(([service, actions]) =>
    Object.keys(actions).map((action) => `${service}:${action}`),
  );
  expect(names.sort()).toEqual(rows.map(([name]) => name).sort());
});

test.each([
  'aws:lambda:us-east-1:123456789012:function:f',
  ' arn:aws:lambda:us-east-1:123456789012:function:f',
  'arn:aws1:lambda:us-east-1:123456789012:function:f',
  'arn::lambda:us-east-1:123456789012:function:f',
  'arn:xaws:lambda:us-east-1:123456789012:function:f',
  'arn:aws:lambda:us-east-1:123456789012:xfunction:f',
  'arn:aws:lambda:us-east-1:123456789012:function:f:live:more',
  'arn:aws:lambda:us-east-1:123456789012:function:f g',
  'arn:aws:lambda:us-east-1:123456789012:function:f:',
  'arn:aws:states:us-east-1:123456789012:activity:a:b',
  'arn:aws:states:us-east-1:123456789012:activity:',
  'arn:aws:states:us-east-1::activity:a',
  'arn:aws:states::123456789012:activity:a',
  'arn:aws:states:::lambda',
  'arn:aws:states::::invoke',
  'arn:aws:states:::lambda:',
  'arn:aws:states:::lambda:.sync',
  'arn:aws:states:::lambda:invoke.sync.sync',
  'arn:aws:states:::lambda:invoke.sync:3',
  'arn:aws:states:::aws-sdk::getObject',
  'arn:aws:states:::aws-sdk:s3',
  'arn:aws:sqs:::lambda:invoke',
])('%j is no resource', (arn) => {
  expect(parseResource(arn)).toBeUndefined();
});

test.each(['aws', 'aws-cn', 'aws-us-gov'])('a partition may be %s', (partition) => {
  expect(parseResource(`arn:${partition}:lambda:r:1:function:f`)?.kind).toBe('lambda');
});

// The prefixes of endpoints and the commands of the AWS CLI, where the SDK for Java has another name for the service.
test.each([
  ['ce', 'costexplorer'],
  ['cognito-idp', 'cognitoidentityprovider'],
  ['cur', 'costandusagereport'],
  ['deploy', 'codedeploy'],
  ['discovery', 'applicationdiscovery'],
  ['dms', 'databasemigration'],
  ['ds', 'directory'],
  ['elasticmapreduce', 'emr'],
  ['elb', 'elasticloadbalancing'],
  ['elbv2', 'elasticloadbalancingv2'],
  ['es', 'elasticsearch'],
  ['events', 'eventbridge'],
  ['logs', 'cloudwatchlogs'],
  ['monitoring', 'cloudwatch'],
  ['states', 'sfn'],
  ['stepfunctions', 'sfn'],
])('%s means %s', (name, service) => {
  const actions = [
    'listTagsForResource',
    'describeEvents',
    'describeTags',
    'listClusters',
    'listDomainNames',
  ];
  const near = actions.map((action) => nearestSdkAction(name, action)).filter((each) => each !== undefined);
  expect(near[0]?.split(':')[0]).toBe(service);
});
