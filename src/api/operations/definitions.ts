// ValidateStateMachineDefinition: what CreateStateMachine would say, as data.

import { validateDefinition } from '../../asl/validate.ts';
import type { Handler } from '../context.ts';
import { pageSize } from '../wire/pagination.ts';

/** Always answers; only errors make the result FAIL, also when they are cut off by `maxResults`. */
export const validateStateMachineDefinition: Handler<'ValidateStateMachineDefinition'> = async (
  { answersFor },
  input,
) => {
  const { diagnostics } = validateDefinition(input.definition, {
    type: input.type ?? 'STANDARD',
    answersFor,
  });
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'ERROR');
  const chosen = input.severity === 'WARNING' ? diagnostics : errors;
  const limit = pageSize(input.maxResults);
  return {
    result: errors.length > 0 ? 'FAIL' : 'OK',
    diagnostics: chosen
      .slice(0, limit)
      .map(({ severity, code, message, location }) => ({ severity, code, message, location })),
    truncated: chosen.length > limit,
  };
};
