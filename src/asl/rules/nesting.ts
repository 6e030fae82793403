// Workflows inside workflows (branches, item processors) nest only so deep.

import { MAX_WORKFLOW_DEPTH } from '../../base/quotas.ts';
import { type Workflow, workflowsOf } from '../ast.ts';
import type { Context, Rule } from './rule.ts';

export const nesting: Rule = (context) => check(context, context.definition, 0);

/** Reports once for a branch of the tree and goes no deeper there. */
function check(context: Context, workflow: Workflow, depth: number): void {
  for (const state of workflow.states) {
    const inner = workflowsOf(state);
    if (inner.length > 0 && depth + 1 >= MAX_WORKFLOW_DEPTH) {
      context.error('TOO_DEEPLY_NESTED', 'The states are too deeply nested.', state.location, state.node);
      continue;
    }
    for (const one of inner) check(context, one, depth + 1);
  }
}
