// Every state can be reached from its workflow's start, and the machine has a state that ends it. Without an end AWS does
// not look for unreachable states; with a StartAt that leads nowhere none would be reachable, so we do not look either.

import { allWorkflows, type State, targetsOf, type Workflow } from '../ast.ts';
import type { Context, Rule } from './rule.ts';

export const reachability: Rule = (context) => {
  const { definition } = context;
  if (!context.single && definition.states.length > 0 && !definition.states.some(isTerminal)) {
    context.error('MISSING_END_STATE', 'Workflow has no terminal state', undefined, {
      from: definition.fields.get('States')?.from ?? definition.node.from,
      to: definition.fields.get('States')?.to ?? definition.node.to,
    });
    return;
  }
  for (const workflow of allWorkflows(definition)) reportUnreachable(context, workflow);
};

function isTerminal(state: State): boolean {
  return state.end || state.type === 'Succeed' || state.type === 'Fail';
}

function reportUnreachable(context: Context, workflow: Workflow): void {
  const byName = new Map(workflow.states.map((state) => [state.name, state]));
  const start = workflow.startAt === undefined ? undefined : byName.get(workflow.startAt.name);
  if (start === undefined) return;
  const reached = new Set<string>([start.name]);
  const waiting = [start];
  for (let state = waiting.pop(); state !== undefined; state = waiting.pop()) {
    for (const { name } of targetsOf(state)) {
      const target = byName.get(name);
      if (target === undefined || reached.has(name)) continue;
      reached.add(name);
      waiting.push(target);
    }
  }
  for (const state of workflow.states) {
    if (reached.has(state.name)) continue;
    const message = `State "${state.name}" is not reachable.`;
    context.error('MISSING_TRANSITION_TARGET', message, state.location, {
      from: state.nameFrom,
      to: state.nameTo,
    });
  }
}
