// A revision of a state machine as the Describe operations show it.

import type { StateMachine } from '../store/store.ts';
import type { ApiContext } from './context.ts';

/** What METADATA_ONLY shows instead of a definition. */
const HIDDEN_DEFINITION = '{}';

/** Definition, role, revision and variable references of a revision. */
export function toDefinitionMembers(
  api: ApiContext,
  revision: StateMachine['revision'],
  includedData: 'ALL_DATA' | 'METADATA_ONLY' | undefined,
) {
  const shared = { roleArn: revision.roleArn, revisionId: revision.revisionId };
  if (includedData === 'METADATA_ONLY') return { ...shared, definition: HIDDEN_DEFINITION };
  const { definition } = revision;
  const { variableReferences: found } = api.definitions.program(definition);
  return {
    ...shared,
    definition,
    variableReferences: found.size === 0 ? undefined : Object.fromEntries(found),
  };
}
