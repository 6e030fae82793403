// Versions and aliases of state machines. Nothing can publish one yet, so the lists are empty, which is the whole truth;
// Terraform asks for them with every state machine.

import type { ApiContext, Handler } from '../context.ts';
import { requireStateMachine } from '../lookup.ts';
import { parseStateMachineArn } from '../names.ts';

/** A machine that is not there has no versions; AWS's model knows no error for it. @throws InvalidArn, InvalidToken */
export const listStateMachineVersions: Handler<'ListStateMachineVersions'> = async (api, input) => {
  parseStateMachineArn(input.stateMachineArn);
  await checkNoPage(api, 'ListStateMachineVersions', input.nextToken);
  return { stateMachineVersions: [] };
};

/** @throws InvalidArn, InvalidToken, StateMachineDoesNotExist */
export const listStateMachineAliases: Handler<'ListStateMachineAliases'> = async (api, input) => {
  parseStateMachineArn(input.stateMachineArn);
  await checkNoPage(api, 'ListStateMachineAliases', input.nextToken);
  await requireStateMachine(api, input.stateMachineArn);
  return { stateMachineAliases: [] };
};

/** An empty list has no second page, so no token is one of its own. @throws InvalidToken */
async function checkNoPage(api: ApiContext, list: string, token: string | undefined): Promise<void> {
  await api.pages.read([list], token);
}
