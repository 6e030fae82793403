// What is wrong with the parameters of a task, told without making a call: the integrations ask when a task begins, and the
// front-end when a definition is created or validated.

import type { TaskResource } from '../asl/program.ts';
import { isStateMachineAction } from '../aws/actions.ts';
import type { Json } from '../base/json.ts';
import { checkSdkParameters, sdkAction } from './aws-sdk.ts';
import { checkHttpParameters } from './http/parameters.ts';
import type { Check } from './integration.ts';
import { checkLambdaParameters } from './lambda/parameters.ts';
import { checkApiGateway } from './services/apigateway.ts';
import { checkInvokeModel } from './services/bedrock.ts';
import { checkInvokeHarness } from './services/bedrockagentcore.ts';
import { checkKubernetesCall, checkKubernetesJob } from './services/kubernetes.ts';
import { checkOptimized } from './services/optimized.ts';
import { OPTIMIZED_TABLES } from './services/tables.ts';
import { checkStartExecution } from './step-functions/start-execution.ts';

const OWN: Readonly<Record<string, Check>> = {
  'apigateway:invoke': checkApiGateway,
  'bedrock:invokeModel': checkInvokeModel,
  'bedrockagentcore:invokeHarness': checkInvokeHarness,
  'eks:call': checkKubernetesCall,
  'eks:runJob': checkKubernetesJob,
  'http:invoke': checkHttpParameters,
  'lambda:invoke': checkLambdaParameters,
  'states:startExecution': checkStartExecution,
};

/**
 * @param template the parameters as a definition has them; null stands for what only a run knows.
 * @returns reasons in Step Functions' words; none for a resource whose parameters are free.
 */
export function checkTemplate(resource: TaskResource, template: Json): readonly string[] {
  return checkOf(resource)?.(resource, template, true) ?? [];
}

/** The check of a resource; undefined when its parameters are free. */
export function checkOf(resource: TaskResource): Check | undefined {
  if (resource.kind !== 'service') return undefined;
  const sdk = sdkAction(resource);
  if (sdk !== undefined) {
    return isStateMachineAction(sdk.service, sdk.action) ? checkSdkParameters : undefined;
  }
  const name = `${resource.service}:${resource.action}`;
  if (Object.hasOwn(OWN, name)) return OWN[name];
  const service = Object.hasOwn(OPTIMIZED_TABLES, resource.service)
    ? OPTIMIZED_TABLES[resource.service]!
    : undefined;
  if (service === undefined || !Object.hasOwn(service.actions, resource.action)) return undefined;
  return checkOptimized(service, resource.action);
}
