// A state goes on or ends, not both; every transition names a state of the same workflow.

import { allWorkflows, type State, targetsOf } from '../ast.ts';
import { type Context, type Rule, SCHEMA } from './rule.ts';

export const transitions: Rule = (context) => {
  for (const workflow of allWorkflows(context.definition)) {
    for (const state of workflow.states) checkNextOrEnd(context, state);
    if (workflow.fields.get('States')?.value.kind !== 'object') continue;
    if (context.single && workflow === context.definition) continue;
    const names = new Set(workflow.states.map((state) => state.name));
    const targets = workflow.states.flatMap((state) => targetsOf(state));
    for (const target of workflow.startAt === undefined ? targets : [workflow.startAt, ...targets]) {
      if (names.has(target.name)) continue;
      const message = `Missing 'Next' target: ${target.name}`;
      context.error('MISSING_TRANSITION_TARGET', message, target.location, target);
    }
  }
};

function checkNextOrEnd(context: Context, state: State): void {
  if (
    state.type === undefined ||
    state.type === 'Choice' ||
    state.type === 'Succeed' ||
    state.type === 'Fail'
  ) {
    return;
  }
  const next = state.fields.get('Next');
  if (next !== undefined && state.end) {
    context.error(SCHEMA, 'Only one of these fields is allowed: [Next, End]', state.location, next);
  } else if (next === undefined && !state.end) {
    context.error(SCHEMA, 'One of these fields is required: [Next, End]', state.location, {
      from: state.nameFrom,
      to: state.nameTo,
    });
  }
}
