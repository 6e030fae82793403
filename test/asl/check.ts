// Definitions to validate, and what is said of them as lines to compare.

import { validateDefinition } from '../../src/asl/validate.ts';

export const FUNCTION = 'arn:aws:lambda:us-east-1:123456789012:function:f';
export const DONE = { Done: { Type: 'Succeed' } };

/** What is said of a machine, one line each. */
export function check(definition: object | string, type: 'STANDARD' | 'EXPRESS' = 'STANDARD'): string[] {
  const text = typeof definition === 'string' ? definition : JSON.stringify(definition);
  return validateDefinition(text, { type }).diagnostics.map(
    ({ code, message, location }) =>
      `${code === 'SCHEMA_VALIDATION_FAILED' ? '' : `${code} `}${message} at ${location}`,
  );
}

/** The same for a machine of these states. */
export function checkStates(states: Record<string, object>, type?: 'STANDARD' | 'EXPRESS'): string[] {
  return check({ StartAt: Object.keys(states)[0], States: states }, type);
}

export function task(fields: object): Record<string, object> {
  return { T: { Type: 'Task', Resource: FUNCTION, End: true, ...fields } };
}

export function map(
  fields: object,
  mode: 'INLINE' | 'DISTRIBUTED' = 'DISTRIBUTED',
  states: object = DONE,
): Record<string, object> {
  const ProcessorConfig = mode === 'INLINE' ? { Mode: mode } : { Mode: mode, ExecutionType: 'STANDARD' };
  const StartAt = Object.keys(states)[0];
  return {
    M: { Type: 'Map', ItemProcessor: { ProcessorConfig, StartAt, States: states }, End: true, ...fields },
  };
}
