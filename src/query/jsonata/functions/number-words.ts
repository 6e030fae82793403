// Numbers in English words, cardinal and ordinal, and back.

const SMALL = [
  'Zero',
  'One',
  'Two',
  'Three',
  'Four',
  'Five',
  'Six',
  'Seven',
  'Eight',
  'Nine',
  'Ten',
  'Eleven',
  'Twelve',
  'Thirteen',
  'Fourteen',
  'Fifteen',
  'Sixteen',
  'Seventeen',
  'Eighteen',
  'Nineteen',
];
const SMALL_ORDINALS = [
  'Zeroth',
  'First',
  'Second',
  'Third',
  'Fourth',
  'Fifth',
  'Sixth',
  'Seventh',
  'Eighth',
  'Ninth',
  'Tenth',
  'Eleventh',
  'Twelfth',
  'Thirteenth',
  'Fourteenth',
  'Fifteenth',
  'Sixteenth',
  'Seventeenth',
  'Eighteenth',
  'Nineteenth',
];
const TENS = ['Twenty', 'Thirty', 'Forty', 'Fifty', 'Sixty', 'Seventy', 'Eighty', 'Ninety'];
const MAGNITUDES = ['Thousand', 'Million', 'Billion', 'Trillion'];

/** @param size whole and not negative; words are capitalised, `and` is not. */
export function numberWords(size: number, ordinal: boolean): string {
  return words(size, false, ordinal);
}

/** @param after more significant words come before these. */
function words(size: number, after: boolean, ordinal: boolean): string {
  if (size < 20) return (after ? ' and ' : '') + (ordinal ? SMALL_ORDINALS : SMALL)[size];
  if (size < 100) {
    const rest = size % 10;
    const tens = (after ? ' and ' : '') + TENS[Math.floor(size / 10) - 2];
    if (rest > 0) return `${tens}-${words(rest, false, ordinal)}`;
    return ordinal ? `${tens.slice(0, -1)}ieth` : tens;
  }
  const [factor, name] = magnitude(size);
  const count = Math.floor(size / factor);
  const rest = size - count * factor;
  const head = `${(after ? ', ' : '') + words(count, false, false)} ${name}`;
  if (rest > 0) return head + words(rest, true, ordinal);
  return ordinal ? `${head}th` : head;
}

function magnitude(size: number): readonly [factor: number, name: string] {
  if (size < 1000) return [100, 'Hundred'];
  let power = 1;
  while (power < MAGNITUDES.length && size >= 1000 ** (power + 1)) power++;
  return [1000 ** power, MAGNITUDES[power - 1] as string];
}

const VALUES: ReadonlyMap<string, number> = new Map([
  ...SMALL.map((word, i): [string, number] => [word.toLowerCase(), i]),
  ...SMALL_ORDINALS.map((word, i): [string, number] => [word.toLowerCase(), i]),
  ...TENS.map((word, i): [string, number] => [word.toLowerCase(), (i + 2) * 10]),
  ...TENS.map((word, i): [string, number] => [`${word.slice(0, -1).toLowerCase()}ieth`, (i + 2) * 10]),
  ['hundred', 100],
  ['hundredth', 100],
  ...MAGNITUDES.map((word, i): [string, number] => [word.toLowerCase(), 1000 ** (i + 1)]),
  ...MAGNITUDES.map((word, i): [string, number] => [`${word.toLowerCase()}th`, 1000 ** (i + 1)]),
]);

/** Texts made of such words; for the linear-time engine. */
export const WORDS_PATTERN = `(?:${[...VALUES.keys()].sort((a, b) => b.length - a.length).join('|')}|and|[-, ])+`;

/** @param text in lower case. @returns NaN when a word is no number. */
export function parseWords(text: string): number {
  const parts: number[] = [0];
  for (const word of text.split(/,\s|\sand\s|[\s-]/)) {
    const value = VALUES.get(word) ?? Number.NaN;
    const top = parts.pop() as number;
    if (value >= 100) parts.push(top * value);
    else if (top >= 1000) parts.push(top, value);
    else parts.push(top + value);
  }
  return parts.reduce((sum, part) => sum + part, 0);
}
