// State names: 1 to 80 characters, each once in the whole machine.

import { MAX_STATE_NAME } from '../../base/quotas.ts';
import { allStates } from '../ast.ts';
import type { Rule } from './rule.ts';

export const stateNames: Rule = (context) => {
  const seen = new Set<string>();
  for (const state of allStates(context.definition)) {
    const range = { from: state.nameFrom, to: state.nameTo };
    const length = [...state.name].length;
    if (length === 0 || length > MAX_STATE_NAME) {
      const message = `Expected a state name of 1 to ${MAX_STATE_NAME} characters, but it has ${length}`;
      context.error('INVALID_STATE_NAME', message, state.location, range);
    }
    if (seen.has(state.name)) {
      context.error('DUPLICATE_STATE_NAME', `Duplicate State name: ${state.name}`, state.location, range);
    }
    seen.add(state.name);
  }
};
