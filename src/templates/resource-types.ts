// What Ref and GetAtt give for the types of resources that workflows name. Source: CloudFormation's reference, "Return values" of
// each type. A physical name is the one in the properties or, where AWS makes one up, the logical id.

import type { Account } from '../base/arn.ts';

export interface ResourceType {
  /** Property that holds the name. */
  readonly name: string;
  /** Of the ARN: `lambda` and `function:NAME`; absent: it has none. */
  readonly arn?: readonly [service: string, resource: string];
  /** Region and account are not part of the ARN, or the Region alone. */
  readonly global?: 'account' | 'region';
  /** What Ref gives; default: the name. */
  readonly ref?: 'arn' | 'url';
  /** Names of the attribute that is the ARN, besides `Arn`. */
  readonly arnAttribute?: string;
}

const FUNCTION = { name: 'FunctionName', arn: ['lambda', 'function:NAME'] } as const;
const TABLE = { name: 'TableName', arn: ['dynamodb', 'table/NAME'] } as const;
const machine = (name: string) =>
  ({ name, arn: ['states', 'stateMachine:NAME'], ref: 'arn' }) as const satisfies ResourceType;

const TYPES: Readonly<Record<string, ResourceType>> = {
  'AWS::Serverless::Function': FUNCTION,
  'AWS::Lambda::Function': FUNCTION,
  'AWS::Serverless::StateMachine': machine('Name'),
  'AWS::StepFunctions::StateMachine': machine('StateMachineName'),
  'AWS::StepFunctions::Activity': { name: 'Name', arn: ['states', 'activity:NAME'], ref: 'arn' },
  'AWS::SQS::Queue': { name: 'QueueName', arn: ['sqs', 'NAME'], ref: 'url' },
  'AWS::SNS::Topic': { name: 'TopicName', arn: ['sns', 'NAME'], ref: 'arn', arnAttribute: 'TopicArn' },
  'AWS::DynamoDB::Table': TABLE,
  'AWS::DynamoDB::GlobalTable': TABLE,
  'AWS::Serverless::SimpleTable': TABLE,
  'AWS::S3::Bucket': { name: 'BucketName', arn: ['s3', 'NAME'], global: 'account' },
  'AWS::Events::EventBus': { name: 'Name', arn: ['events', 'event-bus/NAME'] },
  'AWS::Events::Rule': { name: 'Name', arn: ['events', 'rule/NAME'] },
  'AWS::Events::Connection': { name: 'Name', arn: ['events', 'connection/NAME'] },
  'AWS::Logs::LogGroup': { name: 'LogGroupName', arn: ['logs', 'log-group:NAME:*'] },
  'AWS::IAM::Role': { name: 'RoleName', arn: ['iam', 'role/NAME'], global: 'region' },
  'AWS::SecretsManager::Secret': { name: 'Name', arn: ['secretsmanager', 'secret:NAME'], ref: 'arn' },
  'AWS::SSM::Parameter': { name: 'Name', arn: ['ssm', 'parameter/NAME'] },
  'AWS::KMS::Key': { name: 'KeyId', arn: ['kms', 'key/NAME'] },
  'AWS::Kinesis::Stream': { name: 'Name', arn: ['kinesis', 'stream/NAME'] },
  'AWS::KinesisFirehose::DeliveryStream': {
    name: 'DeliveryStreamName',
    arn: ['firehose', 'deliverystream/NAME'],
  },
  'AWS::ECS::Cluster': { name: 'ClusterName', arn: ['ecs', 'cluster/NAME'] },
  'AWS::ECS::TaskDefinition': {
    name: 'Family',
    arn: ['ecs', 'task-definition/NAME:1'],
    ref: 'arn',
    arnAttribute: 'TaskDefinitionArn',
  },
  'AWS::Batch::JobQueue': {
    name: 'JobQueueName',
    arn: ['batch', 'job-queue/NAME'],
    ref: 'arn',
    arnAttribute: 'JobQueueArn',
  },
  'AWS::Batch::JobDefinition': {
    name: 'JobDefinitionName',
    arn: ['batch', 'job-definition/NAME:1'],
    ref: 'arn',
    arnAttribute: 'JobDefinitionArn',
  },
  'AWS::CodeBuild::Project': { name: 'Name', arn: ['codebuild', 'project/NAME'] },
  'AWS::Glue::Job': { name: 'Name', arn: ['glue', 'job/NAME'] },
  'AWS::Glue::Crawler': { name: 'Name', arn: ['glue', 'crawler/NAME'] },
  'AWS::Athena::WorkGroup': { name: 'Name', arn: ['athena', 'workgroup/NAME'] },
  'AWS::EKS::Cluster': { name: 'Name', arn: ['eks', 'cluster/NAME'] },
  'AWS::Lambda::LayerVersion': { name: 'LayerName', arn: ['lambda', 'layer:NAME:1'], ref: 'arn' },
};

/** Of a type that is not in the table Ref gives the name, and nothing else is known. */
export function resourceTypeNamed(type: string): ResourceType {
  return Object.hasOwn(TYPES, type) ? TYPES[type]! : { name: 'Name' };
}

export function arnOf(type: ResourceType, account: Account, name: string): string | undefined {
  if (type.arn === undefined) return undefined;
  const [service, resource] = type.arn;
  const region = type.global === undefined ? account.region : '';
  const owner = type.global === 'account' ? '' : account.account;
  return `arn:${account.partition}:${service}:${region}:${owner}:${resource.replace('NAME', () => name)}`;
}

/** As SQS makes it; `endpoints.sqs` looks at the account and the name only. */
export function queueUrl(account: Account, name: string): string {
  return `https://sqs.${account.region}.amazonaws.com/${account.account}/${name}`;
}
