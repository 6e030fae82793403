// Versions and aliases of state machines. Nothing can publish one yet, so the lists are empty, which is the whole truth;
// Terraform asks for them with every state machine.

import type { ApiContext, Handler } from '../context.ts';
import { parseStateMachineArn } from '../names.ts';
import { apiError } from '../wire/errors.ts';

/** A machine that is not there has no versions; AWS's model knows no error for it. @throws InvalidArn, InvalidToken */
export const listStateMachineVersions: Handler<'ListStateMachineVersions'> = async (api, input) => {
  parseStateMachineArn(input.stateMachineArn);
  await noPage(api, 'ListStateMachineVersions', input.nextToken);
  return { stateMachineVersions: [] };
};

/** @throws InvalidArn, InvalidToken, StateMachineDoesNotExist */
export const listStateMachineAliases: Handler<'ListStateMachineAliases'> = async (api, input) => {
  const arn = input.stateMachineArn;
  parseStateMachineArn(arn);
  await noPage(api, 'ListStateMachineAliases', input.nextToken);
  if ((await api.machines.get(arn)) === undefined) throw apiError('StateMachineDoesNotExist', arn);
  return { stateMachineAliases: [] };
};

/** An empty list has no second page, so no token is one of its own. @throws InvalidToken */
async function noPage(api: ApiContext, list: string, token: string | undefined): Promise<void> {
  await api.pages.read([list], token);
}
