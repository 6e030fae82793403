import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineAndColumn, positionsIn } from '../../src/text/position.ts';

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

  it('takes \\r\\n for one end of line and \\r alone for another', () => {
    expect(lineAndColumn('a\r\nb', 3)).toEqual({ line: 2, column: 1 });
    expect(lineAndColumn('a\r\nb', 2)).toEqual({ line: 1, column: 3 });
    expect(lineAndColumn('a\rb', 2)).toEqual({ line: 2, column: 1 });
  });

  it('counts as splitting the text into lines does', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '\n', '\r', 'é') });
    fc.assert(
      fc.property(text, fc.nat(20), (text, offset) => {
        const at = Math.min(offset, text.length);
        // A `\r\n` that the offset parts is not yet an end of line.
        const before = text.slice(0, at);
        const parted = before.endsWith('\r') && text[at] === '\n';
        const lines = (parted ? before.slice(0, -1) : before).split(/\r\n|\n|\r/);
        const column = lines.at(-1)!.length + 1 + (parted ? 1 : 0);
        expect(positionsIn(text)(offset)).toEqual({ line: lines.length, column });
      }),
    );
  });
});
