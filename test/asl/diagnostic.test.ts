import { describe, expect, it } from 'vitest';
import { invalidDefinitionMessage, lineAndColumn } from '../../src/asl/diagnostic.ts';
import { validateDefinition } from '../../src/asl/validate.ts';

describe('positions', () => {
  it.each([
    [0, 1, 1],
    [2, 1, 3],
    [3, 2, 1],
    [6, 3, 1],
    [7, 4, 1],
    [99, 4, 2],
    [-5, 1, 1],
  ])('finds offset %i at line %i, column %i', (offset, line, column) => {
    expect(lineAndColumn('ab\ncd\n\ne', offset)).toEqual({ line, column });
  });

  it('takes \\r\\n for one end of line', () => {
    expect(lineAndColumn('a\r\nb', 3)).toEqual({ line: 2, column: 1 });
  });
});

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
