// Patterns of StringMatches: `*` stands for any run of characters, `\*` for an asterisk, `\\` for a backslash.
// Matching is linear in text and pattern, whatever they are: Knuth, Morris and Pratt find the pieces between asterisks.

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
      at = endOf(piece, text, at, end);
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

/** Offset after the first `piece` in `text` between `from` and `to`, or -1. */
function endOf(piece: string, text: string, from: number, to: number): number {
  if (piece.length > to - from) return -1;
  const back = borders(piece);
  let matched = 0;
  for (let i = from; i < to; i++) {
    const unit = text.charCodeAt(i);
    while (matched > 0 && piece.charCodeAt(matched) !== unit) matched = back[matched - 1]!;
    if (piece.charCodeAt(matched) === unit) matched++;
    if (matched === piece.length) return i + 1;
  }
  return -1;
}

/** For every prefix of the piece the length of its longest border. */
function borders(piece: string): Uint32Array {
  const back = new Uint32Array(piece.length);
  let matched = 0;
  for (let i = 1; i < piece.length; i++) {
    const unit = piece.charCodeAt(i);
    while (matched > 0 && piece.charCodeAt(matched) !== unit) matched = back[matched - 1]!;
    if (piece.charCodeAt(matched) === unit) matched++;
    back[i] = matched;
  }
  return back;
}
