// Where a text stands in another, in time that is known beforehand. The engine's own search takes the product of both
// lengths at worst, which for two long texts is for ever: a long one is looked for as Knuth, Morris and Pratt do.

/** Up to this length the engine's search is quicker, and paid for by the product. */
const SHORT = 16;

/** Units for looking for `piece` in `length` characters, all searches that go on where the last has ended together. */
export function priceOfSearch(piece: number, length: number): number {
  if (piece <= 1) return 1 + (length >> 5);
  return piece <= SHORT ? 1 + ((length * piece) >> 6) : 1 + ((length + piece) >> 2);
}

/** Finds the first place at or after an offset; -1 for none. */
export function finderOf(piece: string, text: string): (from: number) => number {
  if (piece.length <= SHORT) return (from) => text.indexOf(piece, from);
  const back = borders(piece);
  return (from) => {
    const end = endOf(piece, back, text, from, text.length);
    return end < 0 ? -1 : end - piece.length;
  };
}

/** Offset after the first `piece` in `text` between `from` and `to`, or -1. @param back its borders. */
export function endOf(piece: string, back: Uint32Array, text: string, from: number, to: number): number {
  if (piece.length > to - from) return -1;
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
export function borders(piece: string): Uint32Array {
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
