// `States.ALL` stands alone in its list, and its list is the last one: whatever follows could never match.

import { allStates, arrayOf, type Part } from '../ast.ts';
import { type Context, type Rule, SCHEMA } from './rule.ts';

export const retryCatch: Rule = (context) => {
  for (const state of allStates(context.definition)) {
    if (state.type !== 'Task' && state.type !== 'Parallel' && state.type !== 'Map') continue;
    checkList(context, state.retry);
    checkList(context, state.catch);
  }
};

function checkList(context: Context, entries: readonly Part[]): void {
  for (const [i, entry] of entries.entries()) {
    const names = arrayOf(entry, 'ErrorEquals')?.items ?? [];
    const all = names.find((name) => name.kind === 'string' && name.value === 'States.ALL');
    if (all === undefined) continue;
    const location = `${entry.location}/ErrorEquals`;
    if (names.length > 1)
      context.error(SCHEMA, "'States.ALL' must be the only error name in its list", location, all);
    if (i < entries.length - 1) {
      context.error(SCHEMA, "'States.ALL' must be in the last entry", location, all);
    }
  }
}
