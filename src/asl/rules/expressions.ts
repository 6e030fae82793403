// Every expression compiles, and reads only what exists where it stands.

import type { Rule } from './rule.ts';

export const expressions: Rule = (context) => {
  for (const use of context.expressions) {
    for (const problem of use.problems) {
      context.error(problem.code, problem.message, problem.location, problem);
    }
  }
};
