// Integers as pictures describe them (XPath "format-integer"): digit patterns in any script, letters, Roman numerals,
// English words; and the way back.

import { fail } from '../errors.ts';
import { MAX_PICTURE, outOfMemory } from '../limits.ts';
import { HEAD, type Run } from '../run.ts';
import { numberWords, parseWords, WORDS_PATTERN } from './number-words.ts';

export type LetterCase = 'lower' | 'upper' | 'title';

interface Separator {
  /** Digits to its right. */
  readonly position: number;
  readonly character: string;
}

export interface IntegerFormat {
  readonly style: 'decimal' | 'letters' | 'roman' | 'words';
  readonly letterCase: LetterCase;
  ordinal: boolean;
  /** Code point of the script's zero. */
  readonly zero: number;
  mandatoryDigits: number;
  readonly optionalDigits: number;
  /** Distance of evenly spaced separators of one kind; 0 for others. */
  readonly every: number;
  /** From right to left. */
  readonly separators: readonly Separator[];
  /** Digits to read when the next part follows without a gap. */
  parseWidth?: number;
}

/** Code points of the zeros of all decimal scripts in the basic plane. */
const ZEROS = [
  0x30, 0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66,
  0x0de6, 0x0e50, 0x0ed0, 0x0f20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50,
  0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10,
];

function fixed(style: IntegerFormat['style'], letterCase: LetterCase, ordinal: boolean): IntegerFormat {
  return {
    style,
    letterCase,
    ordinal,
    zero: 0x30,
    mandatoryDigits: 0,
    optionalDigits: 0,
    every: 0,
    separators: [],
  };
}

/** @throws EvaluationError D3130, D3131. */
export function readIntegerPicture(picture: string): IntegerFormat {
  if (picture.length > MAX_PICTURE) outOfMemory();
  const semicolon = picture.lastIndexOf(';');
  const primary = semicolon < 0 ? picture : picture.slice(0, semicolon);
  const ordinal = semicolon >= 0 && picture[semicolon + 1] === 'o';
  switch (primary) {
    case 'A':
      return fixed('letters', 'upper', ordinal);
    case 'a':
      return fixed('letters', 'lower', ordinal);
    case 'I':
      return fixed('roman', 'upper', ordinal);
    case 'i':
      return fixed('roman', 'lower', ordinal);
    case 'W':
      return fixed('words', 'upper', ordinal);
    case 'Ww':
      return fixed('words', 'title', ordinal);
    case 'w':
      return fixed('words', 'lower', ordinal);
    default:
      return readDigits(primary, ordinal);
  }
}

function readDigits(primary: string, ordinal: boolean): IntegerFormat {
  let zero: number | undefined;
  let mandatoryDigits = 0;
  let optionalDigits = 0;
  const separators: Separator[] = [];
  for (const character of Array.from(primary).reverse()) {
    const code = character.codePointAt(0) as number;
    const family = ZEROS.find((each) => code >= each && code <= each + 9);
    if (family !== undefined) {
      if (zero !== undefined && zero !== family) fail('D3131');
      zero = family;
      mandatoryDigits++;
    } else if (character === '#') {
      optionalDigits++;
    } else {
      separators.push({ position: mandatoryDigits + optionalDigits, character });
    }
  }
  if (zero === undefined) return fail('D3130', { value: primary });
  const every = evenDistance(separators);
  return {
    style: 'decimal',
    letterCase: 'lower',
    ordinal,
    zero,
    mandatoryDigits,
    optionalDigits,
    every,
    separators,
  };
}

function evenDistance(separators: readonly Separator[]): number {
  const [first] = separators;
  if (first === undefined || separators.some((each) => each.character !== first.character)) return 0;
  return evenSpacing(separators.map((each) => each.position));
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}

/** The distance d when the positions are d, 2d, 3d, …; otherwise 0. */
export function evenSpacing(positions: readonly number[]): number {
  if (positions.length === 0) return 0;
  const step = positions.reduce(divisor);
  for (let i = 1; i <= positions.length; i++) if (!positions.includes(i * step)) return 0;
  return step;
}

/** All digits of a whole number, also beyond 10^21. */
export function wholeDigits(value: number): string {
  return value < 1e21 ? String(value) : BigInt(value).toString();
}

// --- formatting --------------------------------------------------------------------------------------------------

export function formatInteger(value: number, picture: string, run: Run): string {
  run.charge(priceOfPicture(picture) + priceOfDigits(value));
  if (!Number.isFinite(value)) fail('D1001', { value });
  const format = readIntegerPicture(picture);
  // The remainder of a huge number by a small one is found bit by bit, for each of its letters.
  if (format.style === 'letters') run.charge(Math.log2(Math.abs(value) + 1) ** 2 / 64);
  if (format.style === 'roman') run.chargeText(Math.min(Math.abs(value) / 1000, MOST_THOUSANDS));
  return formatWith(value, format);
}

/** Units for writing the digits of a number one by one. */
export function priceOfDigits(value: number): number {
  return 12 * Math.ceil(Math.log10(Math.abs(value) + 1));
}

/** Units for reading a picture and writing any number by it: each digit looks for a separator. */
export function priceOfPicture(picture: string): number {
  const { length } = picture;
  return 60 + 8 * length + ((length * length) >> 5);
}

export function formatWith(value: number, format: IntegerFormat): string {
  const whole = Math.floor(value);
  const size = Math.abs(whole);
  return (whole < 0 ? '-' : '') + formatSize(size, format);
}

function formatSize(size: number, format: IntegerFormat): string {
  switch (format.style) {
    case 'letters':
      return inCase(letters(size), format.letterCase);
    case 'roman':
      return inCase(roman(size), format.letterCase);
    case 'words':
      return inCase(numberWords(size, format.ordinal), format.letterCase);
    default:
      return decimal(size, format);
  }
}

function inCase(text: string, letterCase: LetterCase): string {
  if (letterCase === 'lower') return text.toLowerCase();
  return letterCase === 'upper' ? text.toUpperCase() : text;
}

function letters(value: number): string {
  let text = '';
  for (let rest = value; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    text = String.fromCharCode(65 + ((rest - 1) % 26)) + text;
  }
  return text;
}

const NUMERALS: readonly (readonly [number, string])[] = [
  [900, 'CM'],
  [500, 'D'],
  [400, 'CD'],
  [100, 'C'],
  [90, 'XC'],
  [50, 'L'],
  [40, 'XL'],
  [10, 'X'],
  [9, 'IX'],
  [5, 'V'],
  [4, 'IV'],
  [1, 'I'],
];

const MOST_THOUSANDS = 1_000_000;

function roman(value: number): string {
  const thousands = Math.floor(value / 1000);
  if (thousands > MOST_THOUSANDS) outOfMemory();
  let text = 'M'.repeat(thousands);
  let rest = value % 1000;
  for (const [size, numeral] of NUMERALS) {
    while (rest >= size) {
      text += numeral;
      rest -= size;
    }
  }
  return text;
}

function decimal(size: number, format: IntegerFormat): string {
  const digits = wholeDigits(size).padStart(format.mandatoryDigits, '0');
  const written = format.zero === 0x30 ? digits : inScript(digits, format.zero);
  const grouped = group(written, format);
  return format.ordinal ? grouped + ordinalEnding(digits) : grouped;
}

function inScript(digits: string, zero: number): string {
  return Array.from(digits, (digit) => String.fromCodePoint(zero + Number(digit))).join('');
}

function group(digits: string, format: IntegerFormat): string {
  const { separators, every } = format;
  if (separators.length === 0) return digits;
  let text = '';
  for (let i = 0; i < digits.length; i++) {
    text += digits[i];
    const right = digits.length - 1 - i;
    if (right === 0) break;
    if (every > 0) {
      if (right % every === 0) text += separators[0]?.character;
    } else {
      text += separators.find((each) => each.position === right)?.character ?? '';
    }
  }
  return text;
}

function ordinalEnding(digits: string): string {
  if (digits.length > 1 && digits.at(-2) === '1') return 'th';
  return { 1: 'st', 2: 'nd', 3: 'rd' }[digits.at(-1) as string] ?? 'th';
}

// --- parsing -----------------------------------------------------------------------------------------------------

/** @returns NaN when the text holds no number of that style. */
export function parseInteger(text: string, picture: string, run: Run): number {
  run.charge(priceOfPicture(picture) + 4 * text.length);
  run.allocate(HEAD * text.length);
  return parseStyle(text, readIntegerPicture(picture));
}

/** @returns undefined when the text holds no number of that style. */
export function parseWith(text: string, format: IntegerFormat): number | undefined {
  const value = parseStyle(text, format);
  return Number.isNaN(value) ? undefined : value;
}

function parseStyle(text: string, format: IntegerFormat): number {
  switch (format.style) {
    case 'letters':
      return Array.from(text.toUpperCase()).reduce((sum, each) => sum * 26 + each.charCodeAt(0) - 64, 0);
    case 'roman':
      return parseRoman(text.toUpperCase());
    case 'words':
      return parseWords(text.toLowerCase());
    default:
      return parseDigits(text, format);
  }
}

const ROMAN_VALUES: Readonly<Record<string, number>> = { M: 1000, D: 500, C: 100, L: 50, X: 10, V: 5, I: 1 };

function parseRoman(text: string): number {
  let sum = 0;
  let largest = 1;
  for (const each of Array.from(text).reverse()) {
    const value = ROMAN_VALUES[each] ?? Number.NaN;
    if (value < largest) sum -= value;
    else {
      largest = value;
      sum += value;
    }
  }
  return sum;
}

function parseDigits(text: string, format: IntegerFormat): number {
  const separators = new Set(format.separators.map((each) => each.character));
  let digits = '';
  for (const character of format.ordinal ? text.replace(/(?:st|nd|rd|th)$/i, '') : text) {
    if (separators.has(character)) continue;
    const value = (character.codePointAt(0) as number) - format.zero;
    if (value >= 0 && value <= 9) digits += value;
    else if (character === '-' && digits === '') digits = '-';
    else break;
  }
  return /\d/.test(digits) ? Number(digits) : Number.NaN;
}

/** Pattern of the texts that `parseWith` reads, for the linear-time engine; letters match in any case. */
export function integerPattern(format: IntegerFormat): string {
  switch (format.style) {
    case 'letters':
      return '[A-Za-z]+';
    case 'roman':
      return '[MDCLXVImdclxvi]+';
    case 'words':
      return WORDS_PATTERN;
    default: {
      const from = String.fromCodePoint(format.zero);
      const to = String.fromCodePoint(format.zero + 9);
      const marks = [...new Set(format.separators.map((each) => each.character))];
      const others = marks.map((mark) => mark.replace(/[\\\]^-]/g, '\\$&')).join('');
      const count = format.parseWidth ? `{${Math.min(format.parseWidth, 100)}}` : '+';
      return `[${from}-${to}${others}]${count}${format.ordinal ? '(?:th|st|nd|rd)' : ''}`;
    }
  }
}
