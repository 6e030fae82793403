// Date and time pictures such as `[D1o] [MNn] [Y0001]` (XPath "format-dateTime"): read into parts once, used to write
// and to parse. Parsing goes through the linear-time regular expression engine, so no picture can make it slow.

import { RE2JS } from 're2js';
import { fail } from '../errors.ts';
import { MAX_PICTURE, outOfMemory } from '../limits.ts';
import type { Run } from '../run.ts';
import { calendarField, type Fields, millisOf } from './calendar.ts';
import {
  formatWith,
  type IntegerFormat,
  integerPattern,
  type LetterCase,
  parseWith,
  readIntegerPicture,
} from './integer-picture.ts';

interface Marker {
  readonly component: string;
  readonly names: LetterCase | undefined;
  readonly integer: IntegerFormat | undefined;
  /** `t`: `Z` instead of a zero offset. */
  readonly zulu: boolean;
  readonly maxWidth: number | undefined;
  /** Years keep so many digits; -1 for all. */
  readonly yearDigits: number;
}

type Part = string | Marker;

const DEFAULT_STYLE: Readonly<Record<string, string>> = {
  Y: '1',
  M: '1',
  D: '1',
  d: '1',
  F: 'n',
  W: '1',
  w: '1',
  X: '1',
  x: '1',
  H: '1',
  h: '1',
  P: 'n',
  m: '01',
  s: '01',
  f: '1',
  Z: '01:01',
  z: '01:01',
  C: 'n',
  E: 'n',
};

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const DAYS = ['', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

export const ISO_PICTURE = '[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01t]';

// --- reading -----------------------------------------------------------------------------------------------------

function readPicture(picture: string): Part[] {
  if (picture.length > MAX_PICTURE) outOfMemory();
  const parts: Part[] = [];
  let literal = '';
  const endLiteral = () => {
    if (literal !== '') parts.push(literal.replaceAll(']]', ']'));
    literal = '';
  };
  for (let at = 0; at < picture.length; at++) {
    if (picture[at] !== '[') literal += picture[at];
    else if (picture[at + 1] === '[') {
      endLiteral();
      parts.push('[');
      at++;
    } else {
      endLiteral();
      const close = picture.indexOf(']', at);
      if (close < 0) fail('D3135');
      const marker = readMarker(picture.slice(at + 1, close).replace(/\s+/g, ''));
      const before = parts.at(-1);
      // Two integers without a gap: the first has as many digits as its picture.
      if (marker.integer && typeof before === 'object' && before.integer) {
        before.integer.parseWidth = before.integer.mandatoryDigits;
      }
      parts.push(marker);
      at = close;
    }
  }
  endLiteral();
  return parts;
}

function widthOf(text: string | undefined): number | undefined {
  if (text === undefined || text === '*') return undefined;
  const width = Number.parseInt(text, 10);
  return Number.isNaN(width) ? undefined : Math.min(width, MAX_PICTURE);
}

function readMarker(text: string): Marker {
  const component = text[0] ?? '';
  const comma = text.lastIndexOf(',');
  const [least, most] = comma < 0 ? [] : text.slice(comma + 1).split('-');
  const style = text.slice(1, comma < 0 ? undefined : comma);
  const second = style.length > 1 && 'atco'.includes(style.at(-1) as string) ? (style.at(-1) as string) : '';
  const first = style === '' ? DEFAULT_STYLE[component] : style.slice(0, style.length - second.length);
  if (first === undefined || !Object.hasOwn(DEFAULT_STYLE, component))
    return fail('D3132', { value: component });
  const maxWidth = widthOf(most);
  const marker: Marker = {
    component,
    names: namesOf(first),
    integer: integerOf(component, first, second, widthOf(least)),
    zulu: second === 't',
    maxWidth,
    yearDigits: -1,
  };
  if (component !== 'Y' || marker.integer === undefined) return marker;
  if (maxWidth !== undefined) {
    marker.integer.mandatoryDigits = maxWidth;
    return { ...marker, yearDigits: maxWidth };
  }
  const digits = marker.integer.mandatoryDigits + marker.integer.optionalDigits;
  return digits >= 2 ? { ...marker, yearDigits: digits } : marker;
}

function namesOf(style: string): LetterCase | undefined {
  if (style.startsWith('n')) return 'lower';
  if (!style.startsWith('N')) return undefined;
  return style[1] === 'n' ? 'title' : 'upper';
}

function integerOf(component: string, first: string, second: string, least: number | undefined) {
  if (component === 'Z' || component === 'z') return readIntegerPicture(first);
  if (namesOf(first) !== undefined || !'YMDdFWwXxHhmsf'.includes(component)) return undefined;
  const format = readIntegerPicture(second === '' ? first : `${first};${second}`);
  format.ordinal = second === 'o';
  if (least !== undefined && format.mandatoryDigits < least) format.mandatoryDigits = least;
  return format;
}

// --- writing -----------------------------------------------------------------------------------------------------

/** @param offsetMinutes of the time zone, east of Greenwich. */
export function formatTime(millis: number, picture: string, offsetMinutes: number, run: Run): string {
  const local = new Date(millis + offsetMinutes * 60_000);
  run.charge(10 + 8 * picture.length);
  let text = '';
  for (const part of readPicture(picture)) {
    text += typeof part === 'string' ? part : writeMarker(local, part, offsetMinutes);
    run.chargeText(text.length);
  }
  return text;
}

function inCase(text: string, letterCase: LetterCase): string {
  if (letterCase === 'lower') return text.toLowerCase();
  return letterCase === 'upper' ? text.toUpperCase() : text;
}

function writeMarker(local: Date, marker: Marker, offset: number): string {
  const { component, names, integer } = marker;
  switch (component) {
    case 'C':
    case 'E':
      return 'ISO';
    case 'P':
      return inCase(local.getUTCHours() < 12 ? 'am' : 'pm', names ?? 'lower');
    case 'Z':
    case 'z':
      return writeOffset(marker, offset);
    default:
  }
  const value = calendarField(local, component);
  if (names !== undefined) {
    const name = nameOf(component, value);
    return inCase(name, names).slice(0, marker.maxWidth);
  }
  const shown = component === 'Y' && marker.yearDigits > 0 ? value % 10 ** marker.yearDigits : value;
  return formatWith(shown, integer as IntegerFormat);
}

function nameOf(component: string, value: number): string {
  if (component === 'M' || component === 'x') return MONTHS[value - 1] as string;
  return component === 'F' ? (DAYS[value] as string) : fail('D3133', { value: component });
}

function writeOffset(marker: Marker, offset: number): string {
  const format = marker.integer as IntegerFormat;
  if (offset === 0 && marker.zulu) return 'Z';
  const size = Math.abs(offset);
  const hours = Math.floor(size / 60);
  const minutes = size % 60;
  let text: string;
  if (format.every > 0) text = formatWith(hours * 100 + minutes, format);
  else if (format.mandatoryDigits <= 2) {
    text = formatWith(hours, format);
    // Minutes have a sign of their own, as the reference writes them.
    if (minutes !== 0) text += `:${offset < 0 ? '-' : ''}${String(minutes).padStart(2, '0')}`;
  } else if (format.mandatoryDigits <= 4) text = formatWith(hours * 100 + minutes, format);
  else return fail('D3134', { value: format.mandatoryDigits });
  return `${marker.component === 'z' ? 'GMT' : ''}${offset < 0 ? '-' : '+'}${text}`;
}

// --- parsing -----------------------------------------------------------------------------------------------------

/** Units for a pattern of the engine, for each of its characters, and for each of those with one of the text. */
const PATTERN = 400;
const PATTERN_CHARACTER = 20;
/** Large patterns take more time for each character. */
const LARGE_PATTERN = 1_024;

/**
 * @param now for the parts that a picture leaves out before its most significant one.
 * @returns epoch milliseconds; undefined when the text does not fit the picture.
 * @throws EvaluationError D3132, D3133, D3135, D3136.
 */
export function parseTime(text: string, picture: string, now: number, run: Run): number | undefined {
  const parts = readPicture(picture);
  run.chargeText(text.length);
  run.charge(PATTERN + 20 * picture.length);
  const pattern = parts.map((part) =>
    typeof part === 'string' ? RE2JS.quote(part) : `(${patternOf(part)})`,
  );
  const source = pattern.join('');
  run.charge(source.length * (PATTERN_CHARACTER + text.length) + source.length ** 2 / LARGE_PATTERN);
  const matcher = RE2JS.compile(source, RE2JS.CASE_INSENSITIVE | RE2JS.DOTALL).matcher(text);
  if (!matcher.matches()) return undefined;
  const fields: Fields = {};
  let group = 0;
  for (const part of parts) {
    if (typeof part === 'string') continue;
    const value = parsePart(part, matcher.group(++group) ?? '');
    if (value !== undefined) fields[part.component] = value;
  }
  return Object.keys(fields).length === 0 ? undefined : millisOf(fields, new Date(now));
}

function patternOf(marker: Marker): string {
  const { component, integer, names } = marker;
  if (component === 'Z' || component === 'z') {
    const separator = integer?.separators[0]?.character;
    const minutes = separator === undefined ? '' : `${RE2JS.quote(separator)}[0-9]+`;
    return `${component === 'z' ? 'GMT' : ''}[-+][0-9]+${minutes}`;
  }
  if (names !== undefined || integer === undefined) {
    if (names !== undefined && !'MxFPCE'.includes(component)) return fail('D3133', { value: component });
    return '[a-zA-Z]+';
  }
  return integerPattern(integer);
}

function parsePart(marker: Marker, text: string): number | undefined {
  const { component, integer, names } = marker;
  if (component === 'Z' || component === 'z') return parseOffset(text, integer?.separators[0]?.character);
  if (component === 'f' && integer?.style === 'decimal') return Math.floor(Number(`0.${text}`) * 1000 + 1e-6);
  if (integer !== undefined && names === undefined) return parseWith(text, integer);
  const name = text.toLowerCase();
  if (component === 'P') return name === 'am' ? 0 : name === 'pm' ? 1 : undefined;
  const known = component === 'F' ? DAYS : ['', ...MONTHS];
  const at = known.findIndex((each, i) => i > 0 && each.toLowerCase().slice(0, marker.maxWidth) === name);
  return at < 0 ? undefined : at;
}

/** Minutes east of Greenwich. */
function parseOffset(text: string, separator: string | undefined): number {
  const digits = text.replace(/^GMT/i, '');
  const sign = digits.startsWith('-') ? -1 : 1;
  const size = digits.slice(1);
  if (separator !== undefined) {
    const [hours, minutes] = size.split(separator) as [string, string];
    return sign * (Number(hours) * 60 + Number(minutes));
  }
  if (size.length <= 2) return sign * Number(size) * 60;
  return sign * (Number(size.slice(0, 2)) * 60 + Number(size.slice(2)));
}
