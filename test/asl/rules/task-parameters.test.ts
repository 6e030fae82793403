// Static parameters of tasks: what a definition says of a service's members is held against the service's model when the
// definition is created. Texts and positions: transcripts in the issues that the cases name.

import { describe, expect, test } from 'vitest';
import { validateDefinition } from '../../../src/asl/validate.ts';
import { checkTemplate } from '../../../src/integrations/checks.ts';

function check(
  resource: string,
  parameters: unknown,
  more: { language?: 'JSONata'; answersFor?: (arn: string) => boolean } = {},
): string[] {
  const field = more.language === undefined ? 'Parameters' : 'Arguments';
  const T = { Type: 'Task', Resource: `arn:aws:states:::${resource}`, [field]: parameters, End: true };
  const definition = { QueryLanguage: more.language, StartAt: 'T', States: { T } };
  const { diagnostics } = validateDefinition(JSON.stringify(definition), {
    type: 'STANDARD',
    answersFor: more.answersFor,
    checkParameters: checkTemplate,
  });
  return diagnostics
    .filter(({ severity }) => severity === 'ERROR')
    .map(({ code, message, location }) => `${code}: ${message} at ${location}`);
}

const AT = 'at /States/T/Parameters';
const JOB = { JobName: 'j', JobQueue: 'q', JobDefinition: 'd' };
const TRAINING = {
  TrainingJobName: 't',
  AlgorithmSpecification: { TrainingInputMode: 'File' },
  RoleArn: 'r',
  OutputDataConfig: { S3OutputPath: 's3://b' },
  ResourceConfig: { VolumeSizeInGB: 1 },
  StoppingCondition: {},
};

describe('members and literals of a service', () => {
  test.each<[string, string, object, string[]]>([
    [
      'aws-cdk 12284',
      'batch:submitJob.sync',
      { ...JOB, ArrayProperties: { Size: '5' } },
      ["The value for the field 'Size' must be an INTEGER"],
    ],
    [
      'aws-cdk 10014',
      'sagemaker:createTrainingJob',
      {
        ...TRAINING,
        InputDataConfig: [
          {
            ChannelName: 'c',
            DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 'u', AtttributeNames: [] } },
          },
        ],
      },
      ['The field "AtttributeNames" is not supported by Step Functions'],
    ],
    [
      'data-science-sdk 200',
      'sagemaker:createTrainingJob.sync',
      { ...TRAINING, Tags: [{ key: 'cart', Value: 'v' }] },
      ['The field "key" is not supported by Step Functions', 'The field "Key" is required but was missing'],
    ],
    [
      'data-science-sdk 198',
      'aws-sdk:textract:startDocumentTextDetection',
      { DocumentLocation: {}, NotificationChannel: { RoleArn: 'r', SNSTopicArn: 's', SnsTopicArn: 's' } },
      ['The field "SNSTopicArn" is not supported by Step Functions'],
    ],
    [
      'aws-cli 10060',
      'http:invoke',
      { ApiEndpoint: 'https://a.example', Method: 'GET', Authentication: { ConnectionArn: '<Arn>' } },
      ["The value of the field 'ConnectionArn' has an invalid format"],
    ],
    [
      'the same rule',
      'dynamodb:getItem',
      { Key: { id: 'k' } },
      ['The field "TableName" is required but was missing'],
    ],
    [
      'the same rule',
      'aws-sdk:dynamodb:getItem',
      { TableName: 't', Key: { id: 'k' } },
      ["The value of the field 'id' has an invalid format"],
    ],
    [
      'the same rule',
      'sqs:sendMessage',
      { QueueUrl: 'u', MessageBody: {}, DelaySeconds: 1.5 },
      ["The value for the field 'DelaySeconds' must be an INTEGER"],
    ],
    [
      'the same rule',
      'lambda:invoke',
      { Payload: {} },
      ['The field "FunctionName" is required but was missing'],
    ],
    [
      'the same rule',
      'lambda:invoke',
      { FunctionName: 7 },
      ["The value for the field 'FunctionName' must be a STRING"],
    ],
    [
      'the same rule',
      'states:startExecution.sync:2',
      { StateMachineArn: 'a', input: {} },
      ['The field "input" is not supported by Step Functions'],
    ],
    [
      'the same rule',
      'ecs:runTask',
      { TaskDefinition: 't', NetworkConfiguration: { awsVpcConfiguration: {} } },
      ['The field "awsVpcConfiguration" is not supported by Step Functions'],
    ],
  ])('%s: %s', (_source, resource, parameters, reasons) => {
    expect(check(resource, parameters)).toEqual(
      reasons.map((reason) => `SCHEMA_VALIDATION_FAILED: ${reason} ${AT}`),
    );
  });
});

describe('what only a run knows', () => {
  test.each<[string, object]>([
    ['lambda:invoke', { 'FunctionName.$': '$.f', 'Payload.$': '$' }],
    ['dynamodb:putItem', { TableName: 't', 'Item.$': '$.item' }],
    [
      'dynamodb:putItem',
      { TableName: 't', Item: { 'id.$': '$.id', n: { 'N.$': "States.Format('{}', $.n)" } } },
    ],
    ['batch:submitJob', { ...JOB, ArrayProperties: { 'Size.$': '$.n' }, 'Parameters.$': '$.p' }],
    ['events:putEvents', { 'Entries.$': '$.entries' }],
    ['events:putEvents', { Entries: [{ 'Detail.$': '$', DetailType: 't', 'Source.$': '$.s' }] }],
    ['apigateway:invoke', { 'ApiEndpoint.$': '$.host', Method: 'GET', Headers: { 'X.$': '$.list' } }],
    [
      'http:invoke',
      { 'ApiEndpoint.$': '$.url', 'Method.$': '$.m', 'Authentication.$': '$.a', Headers: { 'X.$': '$.x' } },
    ],
    ['elasticmapreduce:createCluster', { Name: 'c', 'Instances.$': '$.i' }],
    ['elasticmapreduce:addStep', { 'ClusterId.$': '$.c', 'Step.$': '$.s' }],
    ['bedrock:invokeModel', { 'ModelId.$': '$.m', Input: { 'S3Uri.$': '$.uri' } }],
    [
      'eks:call',
      { CertificateAuthority: 'c', ClusterName: 'n', 'Endpoint.$': '$.e', 'Method.$': '$.m', Path: '/' },
    ],
  ])('has no fault: %s %j', (resource, parameters) => {
    expect(check(resource, parameters)).toEqual([]);
  });

  test('in JSONata is an expression; literals beside it are checked', () => {
    const size = (Size: unknown): string[] =>
      check('batch:submitJob', { ...JOB, ArrayProperties: { Size } }, { language: 'JSONata' });
    expect(size('{% $states.input.n %}')).toEqual([]);
    expect(size('5')).toEqual([
      "SCHEMA_VALIDATION_FAILED: The value for the field 'Size' must be an INTEGER at /States/T/Arguments",
    ]);
    expect(check('batch:submitJob', '{% $states.input %}', { language: 'JSONata' })).toEqual([]);
  });
});

test('parameters of a resource that a function answers for are free', () => {
  expect(check('sqs:sendMessage', { Anything: 1 }, { answersFor: () => true })).toEqual([]);
});

test('what an integration checks at run time it checks at creation too, in the same words', () => {
  const resource = {
    kind: 'service',
    arn: 'a',
    service: 'sqs',
    action: 'sendMessage',
    pattern: 'request-response',
    resource: 'sendMessage',
  } as const;
  expect(checkTemplate(resource, { QueueUrl: 5 })).toEqual([
    "The value for the field 'QueueUrl' must be a STRING",
    'The field "MessageBody" is required but was missing',
  ]);
  expect(
    checkTemplate({ kind: 'activity', arn: 'arn:aws:states:us-east-1:123456789012:activity:a' }, {}),
  ).toEqual([]);
});
