// Numbers as pictures describe them: XPath's "format-number" with JSONata's options.

import { member } from '../data.ts';
import { type ErrorCode, fail } from '../errors.ts';
import { MAX_PICTURE, outOfMemory } from '../limits.ts';
import type { Run, Value, ValueObject } from '../run.ts';
import { evenSpacing, priceOfDigits, priceOfPicture, wholeDigits } from './integer-picture.ts';
import { round } from './rounding.ts';

interface Symbols {
  readonly decimal: string;
  readonly grouping: string;
  readonly exponent: string;
  readonly minus: string;
  readonly percent: string;
  readonly perMille: string;
  readonly optional: string;
  readonly pattern: string;
  /** The ten digits. */
  readonly digits: readonly string[];
}

interface SubPicture {
  readonly prefix: string;
  readonly suffix: string;
  readonly integer: string;
  readonly fraction: string;
  readonly exponent: string | undefined;
  readonly hasDecimal: boolean;
  /** 100 or 1000 for per cent and per mille. */
  readonly scale: number;
}

const DEFAULTS: Readonly<Record<string, string>> = {
  'decimal-separator': '.',
  'grouping-separator': ',',
  'exponent-separator': 'e',
  'minus-sign': '-',
  percent: '%',
  'per-mille': '\u2030',
  'zero-digit': '0',
  digit: '#',
  'pattern-separator': ';',
};

function readSymbols(options: Value): Symbols {
  const of = (name: string): string => {
    const value =
      options === undefined || options === null ? undefined : member(options as ValueObject, name);
    return typeof value === 'string' && value.length > 0 && value.length <= 16
      ? value
      : (DEFAULTS[name] as string);
  };
  const zero = of('zero-digit').codePointAt(0) as number;
  return {
    decimal: of('decimal-separator'),
    grouping: of('grouping-separator'),
    exponent: of('exponent-separator'),
    minus: of('minus-sign'),
    percent: of('percent'),
    perMille: of('per-mille'),
    optional: of('digit'),
    pattern: of('pattern-separator'),
    digits: Array.from({ length: 10 }, (_unused, i) => String.fromCodePoint(Math.min(zero + i, 0x10ffff))),
  };
}

/** @throws EvaluationError D3080 … D3093 for a picture that breaks a rule. */
export function formatNumber(value: number, picture: string, options: Value, run: Run): string {
  if (picture.length > MAX_PICTURE) outOfMemory();
  run.charge(100 + 20 * picture.length + priceOfPicture(picture));
  if (!Number.isFinite(value)) fail('D1001', { value });
  run.charge(2 * priceOfDigits(value));
  const symbols = readSymbols(options);
  const texts = picture.split(symbols.pattern);
  if (texts.length > 2) fail('D3080');
  const [positive, negative] = texts.map((text) => readSubPicture(text, symbols)) as [
    SubPicture,
    SubPicture?,
  ];
  if (value >= 0) return write(value, positive, symbols);
  return write(value, negative ?? { ...positive, prefix: symbols.minus + positive.prefix }, symbols);
}

// --- reading -----------------------------------------------------------------------------------------------------

function readSubPicture(text: string, symbols: Symbols): SubPicture {
  const { decimal, grouping, exponent, optional, digits } = symbols;
  const isDigit = (char: string) => digits.includes(char);
  const characters = Array.from(text);
  const isBound = (char: string) =>
    isDigit(char) || char === decimal || char === grouping || char === optional;
  const first = characters.findIndex(isBound);
  const last = characters.findLastIndex(isBound);
  if (first < 0) return fail('D3086');
  const active = characters.slice(first, last + 1);
  const e = active.indexOf(exponent);
  const mantissa = e < 0 ? active : active.slice(0, e);
  const exponentPart = e < 0 ? undefined : active.slice(e + 1).join('');
  const point = mantissa.indexOf(decimal);
  const integer = (point < 0 ? mantissa : mantissa.slice(0, point)).join('');
  const fraction = (point < 0 ? [] : mantissa.slice(point + 1)).join('');
  check(text, active, { integer, fraction, exponentPart, mantissa, point }, symbols);
  const scale = text.includes(symbols.percent) ? 100 : text.includes(symbols.perMille) ? 1000 : 1;
  return {
    prefix: characters.slice(0, first).join(''),
    suffix: characters.slice(last + 1).join(''),
    integer,
    fraction,
    exponent: exponentPart,
    hasDecimal: point >= 0,
    scale,
  };
}

interface Parts {
  readonly integer: string;
  readonly fraction: string;
  readonly exponentPart: string | undefined;
  readonly mantissa: readonly string[];
  readonly point: number;
}

function check(text: string, active: readonly string[], parts: Parts, symbols: Symbols): void {
  const { decimal, grouping, exponent, percent, perMille, optional, digits } = symbols;
  const { integer, fraction, exponentPart, mantissa, point } = parts;
  const isDigit = (char: string) => digits.includes(char);
  const isActive = (char: string) => isDigit(char) || [decimal, grouping, exponent, optional].includes(char);
  const count = (symbol: string) => text.split(symbol).length - 1;
  const need = (holds: boolean, code: ErrorCode): void => {
    if (!holds) fail(code);
  };
  need(count(decimal) < 2, 'D3081');
  need(count(percent) < 2, 'D3082');
  need(count(perMille) < 2, 'D3083');
  need(count(percent) === 0 || count(perMille) === 0, 'D3084');
  need(
    mantissa.some((char) => isDigit(char) || char === optional),
    'D3085',
  );
  need(active.every(isActive), 'D3086');
  if (point >= 0) need(mantissa[point - 1] !== grouping && mantissa[point + 1] !== grouping, 'D3087');
  else need(!integer.endsWith(grouping), 'D3088');
  need(!text.includes(grouping + grouping), 'D3089');
  need(!digitBeforeOptional(integer, optional, isDigit), 'D3090');
  need(!optionalBeforeDigit(fraction, optional, isDigit), 'D3091');
  if (exponentPart === undefined) return;
  need(count(percent) === 0 && count(perMille) === 0, 'D3092');
  need(exponentPart.length > 0 && Array.from(exponentPart).every(isDigit), 'D3093');
}

function digitBeforeOptional(part: string, optional: string, isDigit: (char: string) => boolean): boolean {
  const characters = Array.from(part);
  const digit = characters.findIndex(isDigit);
  return digit >= 0 && characters.lastIndexOf(optional) > digit;
}

function optionalBeforeDigit(part: string, optional: string, isDigit: (char: string) => boolean): boolean {
  const characters = Array.from(part);
  const first = characters.indexOf(optional);
  return first >= 0 && characters.findLastIndex(isDigit) > first;
}

// --- writing -----------------------------------------------------------------------------------------------------

interface Sizes {
  readonly integer: number;
  readonly fractionLeast: number;
  readonly fractionMost: number;
  readonly exponent: number;
  readonly scaling: number;
}

function sizesOf(picture: SubPicture, symbols: Symbols): Sizes {
  const count = (part: string, kinds: readonly string[]) =>
    Array.from(part).filter((char) => kinds.includes(char)).length;
  const scaling = count(picture.integer, symbols.digits);
  let integer = scaling;
  let fractionLeast = count(picture.fraction, symbols.digits);
  let fractionMost = fractionLeast + count(picture.fraction, [symbols.optional]);
  const exponential = picture.exponent !== undefined;
  if (integer === 0 && fractionMost === 0) {
    if (exponential) {
      fractionLeast = 1;
      fractionMost = 1;
    } else {
      integer = 1;
    }
  }
  if (exponential && integer === 0 && picture.integer.includes(symbols.optional)) integer = 1;
  if (integer === 0 && fractionLeast === 0) fractionLeast = 1;
  return {
    integer,
    fractionLeast,
    fractionMost,
    exponent: Array.from(picture.exponent ?? '').length,
    scaling,
  };
}

function write(value: number, picture: SubPicture, symbols: Symbols): string {
  const sizes = sizesOf(picture, symbols);
  const { mantissa, exponent } = normalise(Math.abs(value * picture.scale), picture, sizes);
  const [whole, fraction] = decimalDigits(mantissa, sizes.fractionMost);
  const wholeText = groupInteger(whole.replace(/^0+/, '').padStart(sizes.integer, '0'), picture, symbols);
  const fractionText = groupFraction(
    fraction.replace(/0+$/, '').padEnd(sizes.fractionLeast, '0'),
    picture,
    symbols,
  );
  let text = localise(wholeText, symbols);
  if (picture.hasDecimal ? fractionText !== '' : sizes.fractionLeast > 0 && fractionText !== '') {
    text += symbols.decimal + localise(fractionText, symbols);
  }
  if (picture.exponent !== undefined) {
    const power = wholeDigits(Math.abs(exponent)).padStart(sizes.exponent, '0');
    text += symbols.exponent + (exponent < 0 ? symbols.minus : '') + localise(power, symbols);
  }
  return picture.prefix + text + picture.suffix;
}

/** With an exponent, the mantissa has as many whole digits as the picture. */
function normalise(size: number, picture: SubPicture, sizes: Sizes): { mantissa: number; exponent: number } {
  if (picture.exponent === undefined || size === 0 || !Number.isFinite(size))
    return { mantissa: size, exponent: 0 };
  const most = 10 ** sizes.scaling;
  const least = 10 ** (sizes.scaling - 1);
  let mantissa = size;
  let exponent = 0;
  while (mantissa < least) {
    mantissa *= 10;
    exponent--;
  }
  while (mantissa > most) {
    mantissa /= 10;
    exponent++;
  }
  return { mantissa, exponent };
}

function decimalDigits(value: number, places: number): [whole: string, fraction: string] {
  const shown = Math.min(places, 100);
  const rounded = round(value, shown);
  if (rounded >= 1e21) return [wholeDigits(rounded), ''];
  const [whole, fraction] = rounded.toFixed(shown).split('.') as [string, string | undefined];
  return [whole, fraction ?? ''];
}

/** Marks where a separator goes, so that digits can still be told from it. */
const GAP = '\u0000';

function groupInteger(digits: string, picture: SubPicture, symbols: Symbols): string {
  const positions = distances(Array.from(picture.integer).reverse(), symbols);
  const every = evenSpacing(positions);
  let text = '';
  for (let i = 0; i < digits.length; i++) {
    const right = digits.length - i;
    const due = every > 0 ? right % every === 0 : positions.includes(right);
    text += (i > 0 && due ? GAP : '') + digits[i];
  }
  return text;
}

function groupFraction(digits: string, picture: SubPicture, symbols: Symbols): string {
  const positions = distances(Array.from(picture.fraction), symbols);
  let text = '';
  for (let i = 0; i < digits.length; i++) text += (i > 0 && positions.includes(i) ? GAP : '') + digits[i];
  return text;
}

/** For each separator, how many digits come before it. */
function distances(part: readonly string[], symbols: Symbols): number[] {
  const positions: number[] = [];
  let digits = 0;
  for (const char of part) {
    if (char === symbols.grouping) positions.push(digits);
    else digits++;
  }
  return positions;
}

function localise(text: string, symbols: Symbols): string {
  return Array.from(text, (char) => (char === GAP ? symbols.grouping : symbols.digits[Number(char)])).join(
    '',
  );
}
