// A Task's Resource ARN: taken apart, and looked up in what exists. The table is data: which optimized integrations
// there are, which actions each has, and which patterns an action takes.

import { parseArn } from '../base/arn.ts';
import type { Pattern, TaskResource } from './program.ts';
import { isKnownSdkAction } from './sdk-actions.ts';

const REQUEST: readonly Pattern[] = ['request-response'];
const JOB: readonly Pattern[] = ['request-response', 'sync'];
const CALLBACK: readonly Pattern[] = ['request-response', 'waitForTaskToken'];
const JOB_AND_CALLBACK: readonly Pattern[] = ['request-response', 'sync', 'waitForTaskToken'];

function all(patterns: readonly Pattern[], ...actions: string[]): Record<string, readonly Pattern[]> {
  return Object.fromEntries(actions.map((action) => [action, patterns]));
}

/** Optimized integrations: service → action → patterns. */
export const OPTIMIZED_SERVICES: Readonly<Record<string, Readonly<Record<string, readonly Pattern[]>>>> = {
  apigateway: all(CALLBACK, 'invoke'),
  athena: {
    ...all(JOB, 'startQueryExecution'),
    ...all(REQUEST, 'stopQueryExecution', 'getQueryExecution', 'getQueryResults'),
  },
  batch: all(JOB, 'submitJob'),
  bedrock: { ...all(CALLBACK, 'invokeModel'), ...all(JOB, 'createModelCustomizationJob') },
  bedrockagentcore: all(REQUEST, 'invokeHarness'),
  codebuild: {
    ...all(JOB, 'startBuild', 'startBuildBatch', 'retryBuildBatch'),
    ...all(
      REQUEST,
      'stopBuild',
      'stopBuildBatch',
      'batchDeleteBuilds',
      'batchGetReports',
      'deleteBuildBatch',
    ),
  },
  databrew: all(JOB, 'startJobRun'),
  dynamodb: all(REQUEST, 'getItem', 'putItem', 'updateItem', 'deleteItem'),
  ecs: all(JOB_AND_CALLBACK, 'runTask'),
  eks: {
    ...all(JOB, 'createCluster', 'deleteCluster', 'createFargateProfile', 'deleteFargateProfile'),
    ...all(JOB, 'createNodegroup', 'deleteNodegroup'),
    ...all(JOB_AND_CALLBACK, 'runJob'),
    ...all(CALLBACK, 'call'),
  },
  elasticmapreduce: {
    ...all(JOB, 'createCluster', 'terminateCluster', 'addStep'),
    ...all(REQUEST, 'cancelStep', 'setClusterTerminationProtection'),
    ...all(REQUEST, 'modifyInstanceFleetByName', 'modifyInstanceGroupByName'),
  },
  'emr-containers': {
    ...all(REQUEST, 'createVirtualCluster'),
    ...all(JOB, 'deleteVirtualCluster', 'startJobRun'),
  },
  'emr-serverless': all(
    JOB,
    'createApplication',
    'startApplication',
    'stopApplication',
    'deleteApplication',
    'startJobRun',
    'cancelJobRun',
  ),
  events: all(CALLBACK, 'putEvents'),
  glue: all(JOB, 'startJobRun'),
  http: all(REQUEST, 'invoke'),
  lambda: all(CALLBACK, 'invoke'),
  mediaconvert: all(JOB, 'createJob'),
  sagemaker: {
    ...all(JOB, 'createTrainingJob', 'createTransformJob', 'createProcessingJob'),
    ...all(JOB, 'createHyperParameterTuningJob', 'createLabelingJob'),
    ...all(REQUEST, 'createModel', 'createEndpointConfig', 'createEndpoint', 'updateEndpoint'),
  },
  sns: all(CALLBACK, 'publish'),
  sqs: all(CALLBACK, 'sendMessage'),
  states: { startExecution: ['request-response', 'sync', 'sync:2', 'waitForTaskToken'] },
};

export const SDK_PREFIX = 'aws-sdk:';
const PATTERN = /^(?<action>[^.]+)(?:\.(?<pattern>sync|sync:2|waitForTaskToken))?$/;

/**
 * Takes a Resource apart: Lambda function, activity, or `arn:…:states:::service:action[.pattern]`.
 * @returns undefined when the text has none of these forms; whether the service exists is `isKnownResource`'s question.
 */
export function parseResource(arn: string): TaskResource | undefined {
  const parts = parseArn(arn);
  if (parts === undefined || !/^aws[a-z-]*$/.test(parts.partition)) return undefined;
  if (parts.service === 'lambda') {
    return /^function:[^:\s]+(:[^:\s]+)?$/.test(parts.resource) ? { kind: 'lambda', arn } : undefined;
  }
  if (parts.service !== 'states') return undefined;
  if (parts.resource.startsWith('activity:')) {
    const named = /^activity:[^:\s]+$/.test(parts.resource) && parts.region !== '' && parts.account !== '';
    return named ? { kind: 'activity', arn } : undefined;
  }
  return parseService(arn, parts.resource);
}

function parseService(arn: string, text: string): TaskResource | undefined {
  const from = text.startsWith(SDK_PREFIX) ? SDK_PREFIX.length : 0;
  const colon = text.indexOf(':', from);
  if (colon <= from) return undefined;
  const resource = text.slice(colon + 1);
  const match = PATTERN.exec(resource);
  if (match?.groups === undefined) return undefined;
  const action = match.groups['action'] as string;
  const pattern = (match.groups['pattern'] ?? 'request-response') as Pattern;
  return { kind: 'service', arn, service: text.slice(0, colon), action, pattern, resource };
}

/** True when the service and action exist and take the pattern. Functions and activities are looked up at run time. */
export function isKnownResource(resource: TaskResource): boolean {
  if (resource.kind !== 'service') return true;
  if (resource.service.startsWith(SDK_PREFIX)) {
    const takesPattern = resource.pattern === 'request-response' || resource.pattern === 'waitForTaskToken';
    return takesPattern && isKnownSdkAction(resource.service.slice(SDK_PREFIX.length), resource.action);
  }
  return patternsOf(resource.service, resource.action).includes(resource.pattern);
}

/** Patterns of an optimized integration; empty when there is no such service or action. */
export function patternsOf(service: string, action: string): readonly Pattern[] {
  const actions = Object.hasOwn(OPTIMIZED_SERVICES, service) ? OPTIMIZED_SERVICES[service] : undefined;
  return actions !== undefined && Object.hasOwn(actions, action) ? (actions[action] ?? []) : [];
}
