import { describe, expect, it } from 'vitest';
import { invalidDefinitionMessage } from '../../src/asl/diagnostic.ts';
import { validateDefinition } from '../../src/asl/validate.ts';

describe('the message of InvalidDefinition', () => {
  it('joins errors by commas, prints null for a missing location, and leaves warnings out', () => {
    const text = JSON.stringify({
      StartAt: 'A',
      States: { A: { Type: 'Pass', Parameters: { x: '$.y' }, Next: 'Gone' } },
    });
    const { diagnostics } = validateDefinition(text, { type: 'STANDARD' });
    expect(invalidDefinitionMessage(diagnostics)).toBe(
      "MISSING_TRANSITION_TARGET: Missing 'Next' target: Gone at /States/A/Next, MISSING_END_STATE: Workflow has no terminal state at null",
    );
  });
});
