// ValidateStateMachineDefinition: what CreateStateMachine would say, as data.

import type { Handler } from '../context.ts';
import { pageSize } from '../wire/pagination.ts';

/** Always answers; only errors make the result FAIL, also when they are cut off by `maxResults`. */
export const validateStateMachineDefinition: Handler<'ValidateStateMachineDefinition'> = async (
  { analyses },
  input,
) => {
  const { diagnostics, errors } = await analyses.of(input.definition, input.type ?? 'STANDARD');
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
