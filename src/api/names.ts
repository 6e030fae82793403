// The two things almost every operation checks first: names and ARNs, with AWS's errors for each way to be wrong.
// An ARN of another account or region is well formed: it is simply not found later.

import {
  parseArn,
  parseStateMachineReference,
  type StateMachineReference,
  splitResource,
} from '../base/arn.ts';
import { apiError } from './wire/errors.ts';

/** AWS forbids white space, wildcards, brackets, some punctuation, controls and everything outside the BMP. */
const FORBIDDEN = /[\s?*<>{}[\]"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f\ud800-\udfff\ufffe\uffff]/;

/** A state machine's, execution's or activity's name; its length is a constraint of the model. @throws InvalidName */
export function checkName(name: string): void {
  if (FORBIDDEN.test(name)) throw apiError('InvalidName', name);
}

/** Resource types of Step Functions' own ARNs. */
export type ResourceType = 'stateMachine' | 'execution' | 'express' | 'mapRun' | 'activity';

/** @returns what follows the resource type. @throws InvalidArn with AWS's text for each part that can be wrong. */
export function checkArn(arn: string, type: ResourceType): string {
  const parsed = parseArn(arn);
  if (parsed === undefined) throw apiError('InvalidArn', `Invalid ARN prefix: ${arn}`);
  const { type: found, rest } = splitResource(parsed.resource);
  if (parsed.service !== 'states' || parsed.region === '' || parsed.account === '' || found === '') {
    throw apiError('InvalidArn', `Invalid ARN: ${arn}`);
  }
  if (found !== type) {
    throw apiError('InvalidArn', `Resource type not valid in this context: ${found}`);
  }
  if (rest === '') throw apiError('InvalidArn', `Invalid ARN: ${arn}`);
  return rest;
}

/** Source: IAM's API Reference, "Role" and "CreateRole": a path of visible ASCII characters, then the name. */
const ROLE = /^role\/([\x21-\x7e]+\/)?[\w+=,.@-]{1,64}$/;

/** A role is never assumed by Treadle; its ARN only has to be one. @throws InvalidArn */
export function checkRoleArn(arn: string): void {
  const parsed = parseArn(arn);
  if (parsed === undefined) throw apiError('InvalidArn', `Invalid ARN prefix: ${arn}`);
  if (parsed.resource === '') throw apiError('InvalidArn', `Invalid ARN: ${arn}`);
  const type = parsed.resource.split('/', 1)[0];
  if (parsed.service === 'iam' && type !== 'role') {
    throw apiError('InvalidArn', `Resource type not valid in this context: ${type}`);
  }
  const { partition, service, region, account, resource } = parsed;
  const isIam =
    /^aws[a-z-]*$/.test(partition) && service === 'iam' && region === '' && /^\d{12}$/.test(account);
  if (!isIam || !ROLE.test(resource)) throw apiError('InvalidArn', `Invalid ARN: ${arn}`);
}

/** @throws InvalidArn */
export function parseStateMachineArn(arn: string): StateMachineReference {
  return parseStateMachineReference(checkArn(arn, 'stateMachine'));
}
