// What can be said of an action of a service from its model alone: whether it is there, and what is wrong with parameters.

import type { Json } from '../base/json.ts';
import { inputFaults } from './input.ts';
import { operationName, type ServiceModel, serviceModel } from './service-model.ts';
import { type Spelling, structureNamed } from './spelling.ts';

/** @throws Error for a service or action that has no model. */
export function findAction(service: string, action: string): { model: ServiceModel; operation: string } {
  const model = serviceModel(service);
  const operation = model === undefined ? undefined : operationName(model, action);
  if (model === undefined || operation === undefined) {
    throw new Error(`Treadle has no model of the action ${service}:${action}`);
  }
  return { model, operation };
}

/** @returns reasons against the input in Step Functions' words; empty when there are none. A null has none. */
export function checkInput(
  service: string,
  action: string,
  input: Json,
  spelling: Spelling = 'api',
): string[] {
  const { model, operation } = findAction(service, action);
  return inputFaults(model, structureNamed(model, model.operations[operation]!.input), input, spelling);
}

/** Whether a state machine may call the action. */
export function isStateMachineAction(service: string, action: string): boolean {
  const model = serviceModel(service);
  const operation = model === undefined ? undefined : operationName(model, action);
  return operation !== undefined && model!.operations[operation]!.internal !== true;
}
