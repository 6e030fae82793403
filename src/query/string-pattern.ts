// Patterns of StringMatches: `*` stands for any run of characters, `\*` for an asterisk, `\\` for a backslash.
// Matching is linear in text and pattern, whatever they are: Knuth, Morris and Pratt find the pieces between asterisks.

import { borders, endOf } from './text-search.ts';

/**
 * @returns the test, or undefined when a backslash stands before anything but `*` and `\`.
 */
export function compileStringPattern(pattern: string): ((text: string) => boolean) | undefined {
  const pieces = split(pattern);
  if (!pieces) return undefined;
  const first = pieces[0]!;
  if (pieces.length === 1) return (text) => text === first;
  const last = pieces.at(-1)!;
  const between = pieces.slice(1, -1).filter((piece) => piece !== '');
  return (text) => {
    const end = text.length - last.length;
    if (first.length > end || !text.startsWith(first) || !text.endsWith(last)) return false;
    let at = first.length;
    for (const piece of between) {
      at = endOf(piece, borders(piece), text, at, end);
      if (at < 0) return false;
    }
    return true;
  };
}

/** The literal pieces between asterisks, without escapes. */
function split(pattern: string): string[] | undefined {
  const pieces = [''];
  for (let i = 0; i < pattern.length; i++) {
    let unit = pattern[i]!;
    if (unit === '*') {
      pieces.push('');
      continue;
    }
    if (unit === '\\') {
      unit = pattern[++i] ?? '';
      if (unit !== '*' && unit !== '\\') return undefined;
    }
    pieces[pieces.length - 1] += unit;
  }
  return pieces;
}
