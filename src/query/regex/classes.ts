// Classes of characters by name, as java.util.regex knows them: `\d`, `\p{Alpha}`, `\p{IsGreek}`, `\p{Lu}`.

import type { Folding, Test } from './syntax.ts';

export const DIGIT: Test = (c) => c >= 48 && c <= 57;
export const UPPER: Test = (c) => c >= 65 && c <= 90;
export const LOWER: Test = (c) => c >= 97 && c <= 122;
export const LETTER: Test = (c) => UPPER(c) || LOWER(c);
export const WORD: Test = (c) => LETTER(c) || DIGIT(c) || c === 95;
const SPACE: Test = (c) => c === 32 || (c >= 9 && c <= 13);
const VERTICAL: Test = (c) => (c >= 10 && c <= 13) || c === 0x85 || c === 0x2028 || c === 0x2029;
const HORIZONTAL: Test = (c) =>
  c === 32 ||
  c === 9 ||
  c === 0xa0 ||
  c === 0x1680 ||
  c === 0x180e ||
  (c >= 0x2000 && c <= 0x200a) ||
  c === 0x202f ||
  c === 0x205f ||
  c === 0x3000;

export const not =
  (test: Test): Test =>
  (c) =>
    !test(c);
export const either =
  (a: Test, b: Test): Test =>
  (c) =>
    a(c) || b(c);

/** `\d`, `\W` and their like; undefined for another letter. */
export function letterClass(letter: string, unicode: boolean): Test | undefined {
  const test = (unicode ? UNICODE : ASCII)[letter.toLowerCase()] ?? BLANKS[letter.toLowerCase()];
  return test !== undefined && letter !== letter.toLowerCase() ? not(test) : test;
}

const ASCII: Readonly<Record<string, Test>> = { d: DIGIT, s: SPACE, w: WORD };
const BLANKS: Readonly<Record<string, Test>> = { h: HORIZONTAL, v: VERTICAL };

const PUNCTUATION: Test = (c) =>
  (c >= 33 && c <= 47) || (c >= 58 && c <= 64) || (c >= 91 && c <= 96) || (c >= 123 && c <= 126);

const POSIX: Readonly<Record<string, Test>> = {
  Lower: LOWER,
  Upper: UPPER,
  ASCII: (c) => c < 128,
  Alpha: LETTER,
  Digit: DIGIT,
  Alnum: either(LETTER, DIGIT),
  Punct: PUNCTUATION,
  Graph: (c) => c > 32 && c < 127,
  Print: (c) => c >= 32 && c < 127,
  Blank: (c) => c === 32 || c === 9,
  Cntrl: (c) => c < 32 || c === 127,
  XDigit: (c) => DIGIT(c) || (c >= 65 && c <= 70) || (c >= 97 && c <= 102),
  Space: SPACE,
};

/** Java's names of properties → those of Unicode. */
const PROPERTIES: Readonly<Record<string, string>> = {
  ALPHABETIC: 'Alphabetic',
  ASSIGNED: 'Assigned',
  CONTROL: 'Cc',
  DIGIT: 'Nd',
  EMOJI: 'Emoji',
  HEXDIGIT: 'Hex_Digit',
  HEX_DIGIT: 'Hex_Digit',
  IDEOGRAPHIC: 'Ideographic',
  JOINCONTROL: 'Join_Control',
  JOIN_CONTROL: 'Join_Control',
  LETTER: 'L',
  LOWERCASE: 'Lowercase',
  NONCHARACTERCODEPOINT: 'Noncharacter_Code_Point',
  NONCHARACTER_CODE_POINT: 'Noncharacter_Code_Point',
  PUNCTUATION: 'P',
  TITLECASE: 'Lt',
  UPPERCASE: 'Uppercase',
  WHITESPACE: 'White_Space',
  WHITE_SPACE: 'White_Space',
};

const OF_JAVA: Readonly<Record<string, string>> = {
  javaAlphabetic: 'Alphabetic',
  javaDigit: 'Nd',
  javaIdeographic: 'Ideographic',
  javaLetter: 'L',
  javaLowerCase: 'Lowercase',
  javaTitleCase: 'Lt',
  javaUpperCase: 'Uppercase',
  javaWhitespace: 'White_Space',
};

const BLOCKS: Readonly<Record<string, readonly [number, number]>> = {
  BASICLATIN: [0x00, 0x7f],
  LATIN1SUPPLEMENT: [0x80, 0xff],
  LATINEXTENDEDA: [0x100, 0x17f],
  LATINEXTENDEDB: [0x180, 0x24f],
  GREEK: [0x370, 0x3ff],
  CYRILLIC: [0x400, 0x4ff],
  HEBREW: [0x590, 0x5ff],
  ARABIC: [0x600, 0x6ff],
  THAI: [0xe00, 0xe7f],
  HIRAGANA: [0x3040, 0x309f],
  KATAKANA: [0x30a0, 0x30ff],
  CJKUNIFIEDIDEOGRAPHS: [0x4e00, 0x9fff],
  HANGULSYLLABLES: [0xac00, 0xd7af],
};

/** The class of `\p{name}`; undefined for a name that is unknown. */
export function namedClass(name: string): Test | undefined {
  const [, key, value] = /^(\w+)=(\w+)$/.exec(name) ?? [];
  if (key !== undefined) {
    switch (key.toLowerCase()) {
      case 'sc':
      case 'script':
        return byUnicode(`Script=${capitalize(value!)}`);
      case 'gc':
      case 'general_category':
        return byUnicode(`gc=${value}`);
      case 'blk':
      case 'block':
        return block(value!);
      default:
        return undefined;
    }
  }
  if (Object.hasOwn(POSIX, name)) return POSIX[name];
  if (Object.hasOwn(OF_JAVA, name)) return byUnicode(OF_JAVA[name]!);
  if (name === 'LC') return byUnicode('LC');
  if (name === 'L1') return (c) => c < 256;
  if (name === 'all') return () => true;
  if (name.startsWith('In')) return block(name.slice(2));
  if (!name.startsWith('Is')) return byUnicode(`gc=${name}`);
  const bare = name.slice(2);
  const property = PROPERTIES[bare.toUpperCase()];
  if (property !== undefined) return byUnicode(property);
  return byUnicode(`gc=${bare}`) ?? byUnicode(`Script=${capitalize(bare)}`);
}

function block(name: string): Test | undefined {
  const range = BLOCKS[name.replace(/[-_ ]/g, '').toUpperCase()];
  return range && ((c) => c >= range[0] && c <= range[1]);
}

/** `GREEK` and `greek` → `Greek`, as Unicode writes its scripts. */
function capitalize(name: string): string {
  return name.toLowerCase().replace(/(?:^|_)[a-z]/g, (letter) => letter.toUpperCase());
}

/** Asks JavaScript, one character at a time. */
function byUnicode(property: string): Test | undefined {
  if (!/^[\w=]+$/.test(property)) return undefined;
  try {
    const one = new RegExp(`^\\p{${property}}$`, 'u');
    return (c) => one.test(String.fromCodePoint(c));
  } catch {
    return undefined;
  }
}

/** Of (?U): classes by Unicode. */
const UNICODE: Readonly<Record<string, Test>> = {
  d: byUnicode('Nd')!,
  s: byUnicode('White_Space')!,
  w: (c) => UNICODE_WORD.some((test) => test(c)),
};

const UNICODE_WORD = ['Alphabetic', 'M', 'Nd', 'Pc', 'Join_Control'].map((property) => byUnicode(property)!);

/** The class with the letters of the other case. */
export function fold(test: Test, folding: Folding): Test {
  switch (folding) {
    case 'none':
      return test;
    case 'ascii':
      return (c) => test(c) || (LETTER(c) && test(c ^ 32));
    case 'unicode':
      return (c) => test(c) || test(lowerOf(c)) || test(upperOf(c));
  }
}

export function lowerOf(codePoint: number): number {
  const text = String.fromCodePoint(codePoint).toLowerCase();
  return text.length > 2 ? codePoint : text.codePointAt(0)!;
}

function upperOf(codePoint: number): number {
  const text = String.fromCodePoint(codePoint).toUpperCase();
  return text.length > 2 ? codePoint : text.codePointAt(0)!;
}
