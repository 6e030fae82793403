// A row of the table `revision`, as the statements that join it read it.

import type { Revision } from '../store.ts';

export type RevisionRow = [
  id: number,
  stateMachineArn: string,
  revisionId: string | null,
  definition: string,
  roleArn: string,
  createdAt: number,
];

/** Its columns, of the table named `r`. */
export const REVISION = 'r.id, r.state_machine_arn, r.revision_id, r.definition, r.role_arn, r.created_at';

export function revisionOf(row: RevisionRow): Revision {
  const [id, stateMachineArn, revisionId, definition, roleArn, createdAt] = row;
  return { id, stateMachineArn, revisionId: revisionId ?? undefined, definition, roleArn, createdAt };
}
