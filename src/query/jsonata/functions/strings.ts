// Text: parts, padding, search and replacement. Positions and lengths count code points.

import { finderOf, priceOfSearch } from '../../text-search.ts';
import { isFunction, isObject, numberOf, sequence } from '../data.ts';
import { fail } from '../errors.ts';
import { text as toText, truth } from '../operators.ts';
import { type Match, Regex } from '../regex.ts';
import { HEAD, type Run, type Value } from '../run.ts';
import type { Definitions } from './built-in.ts';

const SURROGATE = /[\ud800-\udfff]/;

/** Units for looking at a text of that length for surrogates. */
function scanPrice(length: number): number {
  return 1 + (length >> 4);
}

/** Units for going through its code points one by one. */
function pointPrice(length: number): number {
  return 1 + (length >> 2);
}

/** A code point of two units begins at `at`. */
function isPair(text: string, at: number): boolean {
  return (text.charCodeAt(at) & 0xfc00) === 0xd800 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00;
}

/** Code points of a text. */
function lengthOf(text: string, run: Run): number {
  run.charge(scanPrice(text.length));
  if (!SURROGATE.test(text)) return text.length;
  run.charge(pointPrice(text.length));
  let count = text.length;
  for (let at = 0; at < text.length - 1; at++) if (isPair(text, at)) count--;
  return count;
}

/** What `slice` makes of the code points of a text. */
function sliceOf(text: string, from: number | undefined, to: number | undefined, run: Run): string {
  run.chargeText(text.length);
  run.charge(scanPrice(text.length));
  if (!SURROGATE.test(text)) return text.slice(from, to);
  const total = lengthOf(text, run);
  const place = (index: number) => (index < 0 ? Math.max(total + index, 0) : index);
  const start = unitsBefore(text, place(Math.trunc(from ?? 0)), run);
  return text.slice(start, to === undefined ? undefined : unitsBefore(text, place(Math.trunc(to)), run));
}

/** Where the code point with that index begins. */
function unitsBefore(text: string, points: number, run: Run): number {
  run.charge(pointPrice(text.length));
  let at = 0;
  for (let left = points; left > 0 && at < text.length; left--) at += isPair(text, at) ? 2 : 1;
  return at;
}

/** Without a start, a length leads nowhere: the reference computes an end that is no number. */
function substring(run: Run, text: string | undefined, startArg: Value, lengthArg: Value): Value {
  if (text === undefined) return undefined;
  const length = numberOf(lengthArg);
  let start = numberOf(startArg);
  if (length === undefined && start === undefined) return text;
  const total = lengthOf(text, run);
  if (start !== undefined && total + start < 0) start = 0;
  if (length === undefined) return sliceOf(text, start, undefined, run);
  if (length <= 0 || start === undefined) return '';
  return sliceOf(text, start, start >= 0 ? start + length : total + start + length, run);
}

function pad(run: Run, text: string | undefined, widthArg: Value, fill: string | undefined): Value {
  if (text === undefined) return undefined;
  const width = Math.trunc(numberOf(widthArg) ?? 0);
  const missing = Math.abs(width) - lengthOf(text, run);
  if (missing <= 0) return text;
  run.chargeText(missing + text.length);
  const by = fill || ' ';
  const points = lengthOf(by, run);
  run.chargeText((missing / points + 1) * by.length + text.length);
  const padding = by.repeat(Math.floor(missing / points)) + sliceOf(by, 0, missing % points, run);
  return width > 0 ? text + padding : padding + text;
}

function trim(run: Run, text: string | undefined): Value {
  if (text === undefined) return undefined;
  run.chargeText(text.length);
  run.charge(text.length);
  const single = text.replace(/[ \t\n\r]+/g, ' ');
  return single.slice(
    single.startsWith(' ') ? 1 : 0,
    single.endsWith(' ') && single.length > 1 ? -1 : undefined,
  );
}

function join(run: Run, list: Value[] | undefined, separator: string | undefined): Value {
  if (list === undefined) return undefined;
  let length = 0;
  run.charge(list.length);
  for (const item of list) length += (item as string).length + (separator?.length ?? 0);
  run.chargeList(list.length);
  run.chargeText(length);
  return list.join(separator ?? '');
}

// --- matching ----------------------------------------------------------------------------------------------------

/** Units and bytes of a match, as a value of the language. */
const MATCH = 10;
const MATCH_BYTES = 512;

/** Matches of a regular expression or of a user's matcher function, one after the other. */
class Matches {
  readonly #run: Run;
  readonly #name: string;
  #next: () => Value | Match | undefined;

  constructor(run: Run, matcher: Value, text: string, name: string) {
    this.#run = run;
    this.#name = name;
    if (matcher instanceof Regex) {
      const scan = matcher.scan(text, run);
      const search = (from: number): Match | undefined => {
        const found = scan(from);
        if (found) this.#next = () => (found.end >= text.length ? undefined : search(found.end));
        return found;
      };
      this.#next = () => search(0);
    } else {
      this.#next = () => (isFunction(matcher) ? matcher.invoke([text], undefined, run) : undefined);
    }
  }

  next(): Match | undefined {
    this.#run.charge(MATCH);
    const found = this.#next();
    if (found === undefined) return undefined;
    const { match, start, end, groups, next } = (isObject(found as Value) ? found : {}) as Record<
      string,
      Value
    >;
    const from = numberOf(start);
    const to = numberOf(end);
    if (from === undefined || to === undefined || !Array.isArray(groups)) return this.#malformed();
    if (isFunction(next)) this.#next = () => next.invoke([], undefined, this.#run);
    return { match: typeof match === 'string' ? match : '', start: from, end: to, groups };
  }

  #malformed(): never {
    return fail('T1010', { token: this.#name });
  }
}

function matchAll(run: Run, text: string | undefined, matcher: Value, limitArg: Value): Value {
  if (text === undefined) return undefined;
  const limit = numberOf(limitArg) ?? Number.POSITIVE_INFINITY;
  if (limit < 0) return fail('D3040', { value: limit, index: 3 });
  const results: Value[] = [];
  const matches = new Matches(run, matcher, text, 'match');
  while (results.length < limit) {
    const found = matches.next();
    if (found === undefined) break;
    run.allocate(MATCH_BYTES);
    results.push({ match: found.match, index: found.start, groups: found.groups });
  }
  return sequence(results);
}

/** The first place of a text in another; -1 for none. */
function find(run: Run, text: string, token: string): number {
  run.charge(priceOfSearch(token.length, text.length));
  return finderOf(token, text)(0);
}

function contains(run: Run, text: string | undefined, token: Value): Value {
  if (text === undefined || token === undefined) return undefined;
  if (typeof token === 'string') return find(run, text, token) >= 0;
  return new Matches(run, token, text, 'contains').next() !== undefined;
}

function split(run: Run, text: string | undefined, separator: Value, limitArg: Value): Value {
  if (text === undefined || separator === undefined) return undefined;
  const limit = numberOf(limitArg) ?? Number.POSITIVE_INFINITY;
  if (limit < 0) return fail('D3020', { value: limit, index: 3 });
  const most = Math.floor(Math.min(limit, 4_294_967_295));
  run.chargeText(text.length);
  if (separator === '') {
    run.chargeItems(Math.min(text.length, most), 1);
    run.allocate(HEAD * Math.min(text.length, most));
    return text.split('', most);
  }
  const parts: Value[] = [];
  const add = (part: string) => {
    run.chargeGrowth(parts.length + 1, 1);
    run.allocate(HEAD + part.length);
    parts.push(part);
  };
  if (typeof separator === 'string') {
    run.charge(priceOfSearch(separator.length, text.length));
    const next = finderOf(separator, text);
    let start = 0;
    for (let at = next(0); at >= 0 && parts.length < most; at = next(start)) {
      add(text.slice(start, at));
      start = at + separator.length;
    }
    if (parts.length < most) add(text.slice(start));
    return parts;
  }
  const matches = new Matches(run, separator, text, 'split');
  let from = 0;
  for (let found = matches.next(); found !== undefined && parts.length < limit; found = matches.next()) {
    add(text.slice(from, found.start));
    from = found.end;
  }
  if (parts.length < limit) add(text.slice(from));
  return parts;
}

function replace(run: Run, text: string | undefined, pattern: Value, by: Value, limitArg: Value): Value {
  if (text === undefined || pattern === undefined) return undefined;
  if (pattern === '') return fail('D3010', { value: pattern, index: 2 });
  const limit = numberOf(limitArg) ?? Number.POSITIVE_INFINITY;
  if (limit < 0) return fail('D3011', { value: limit, index: 4 });
  let result = '';
  let from = 0;
  let done = 0;
  const add = (piece: string) => {
    run.chargePiece(result.length + piece.length, piece.length);
    result += piece;
  };
  if (typeof pattern === 'string') {
    run.charge(priceOfSearch(pattern.length, text.length));
    const next = finderOf(pattern, text);
    for (let at = next(0); at >= 0 && done < limit; at = next(from), done++) {
      run.charge(MATCH);
      add(text.slice(from, at));
      replacement(run, by, { match: pattern, start: at, end: at + pattern.length, groups: [] }, false, add);
      from = at + pattern.length;
    }
  } else {
    const matches = new Matches(run, pattern, text, 'replace');
    for (let found = matches.next(); found !== undefined && done < limit; found = matches.next(), done++) {
      add(text.slice(from, found.start));
      replacement(run, by, found, true, add);
      from = found.start + found.match.length;
    }
  }
  add(text.slice(from));
  return result;
}

function replacement(run: Run, by: Value, found: Match, groups: boolean, add: (piece: string) => void): void {
  if (typeof by === 'string') return groups ? substitute(run, by, found, add) : add(by);
  if (!isFunction(by)) return fail('D3012', { value: by });
  const { match, start, end } = found;
  const value = by.invoke([{ match, start, end, groups: found.groups }], undefined, run);
  return typeof value === 'string' ? add(value) : fail('D3012', { value });
}

/** `$0`, `$1`, …, `$$` in a replacement text. A number takes as many digits as there can be groups. */
function substitute(
  run: Run,
  template: string,
  { match, groups }: Match,
  add: (piece: string) => void,
): void {
  run.charge(1 + (template.length >> 3));
  const digits = groups.length === 0 ? 1 : String(groups.length).length;
  let from = 0;
  for (let at = template.indexOf('$'); at >= 0; at = template.indexOf('$', from)) {
    run.charge(4);
    add(template.slice(from, at));
    PLACE.lastIndex = at;
    const what = PLACE.exec(template)?.[1];
    from = at + 1 + (what?.length ?? 0);
    if (what === undefined || what === '$') add('$');
    else if (what.startsWith('0')) {
      add(match);
      add(what.slice(1));
    } else {
      let taken = what.slice(0, digits);
      if (taken.length > 1 && Number(taken) > groups.length) taken = taken.slice(0, -1);
      const group = groups[Number(taken) - 1];
      add(typeof group === 'string' ? group : '');
      add(what.slice(taken.length));
    }
  }
  add(template.slice(from));
}

const PLACE = /\$(\$|[0-9]+)?/y;

function before(run: Run, text: string | undefined, token: string | undefined): Value {
  if (text === undefined || token === undefined) return text;
  const at = find(run, text, token);
  return at < 0 ? text : text.slice(0, at);
}

function after(run: Run, text: string | undefined, token: string | undefined): Value {
  if (text === undefined || token === undefined) return text;
  const at = find(run, text, token);
  return at < 0 ? text : text.slice(at + token.length);
}

function converted(run: Run, text: string | undefined, convert: (text: string) => string): Value {
  if (text === undefined) return undefined;
  run.chargeText(text.length);
  run.charge(1 + (text.length >> 2));
  return convert(text);
}

export const STRINGS: Definitions = {
  string: [
    '<x-b?:s>',
    1,
    (run: Run, value: Value, pretty: Value) => {
      run.charge(1);
      if (value === undefined) return undefined;
      return toText(value, run, truth(pretty, run));
    },
  ],
  length: [
    '<s-:n>',
    1,
    (run: Run, text: string | undefined) => {
      if (text === undefined) return undefined;
      return lengthOf(text, run);
    },
  ],
  substring: ['<s-nn?:s>', 3, substring],
  substringBefore: ['<s-s:s>', 2, before],
  substringAfter: ['<s-s:s>', 2, after],
  lowercase: [
    '<s-:s>',
    1,
    (run: Run, text: string | undefined) => converted(run, text, (t) => t.toLowerCase()),
  ],
  uppercase: [
    '<s-:s>',
    1,
    (run: Run, text: string | undefined) => converted(run, text, (t) => t.toUpperCase()),
  ],
  trim: ['<s-:s>', 1, trim],
  pad: ['<s-ns?:s>', 3, pad],
  join: ['<a<s>s?:s>', 2, join],
  contains: ['<s-(sf):b>', 2, contains],
  split: ['<s-(sf)n?:a<s>>', 3, split],
  match: ['<s-f<s:o>n?:a<o>>', 3, matchAll],
  replace: ['<s-(sf)(sf)n?:s>', 4, replace],
};
