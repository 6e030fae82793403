// Text: parts, padding, search and replacement. Positions and lengths count code points.

import { isFunction, isObject, numberOf, sequence } from '../data.ts';
import { fail } from '../errors.ts';
import { text as toText, truth } from '../operators.ts';
import { type Match, Regex } from '../regex.ts';
import type { Run, Value } from '../run.ts';
import type { Definitions } from './built-in.ts';

const SURROGATE = /[\ud800-\udfff]/;

/** Code points of a text. */
export function lengthOf(text: string): number {
  if (!SURROGATE.test(text)) return text.length;
  let count = 0;
  for (const _point of text) count++;
  return count;
}

function substring(run: Run, text: string | undefined, startArg: Value, lengthArg: Value): Value {
  if (text === undefined) return undefined;
  run.chargeText(text.length);
  const points: string | string[] = SURROGATE.test(text) ? Array.from(text) : text;
  const total = points.length;
  let start = numberOf(startArg) ?? 0;
  const length = numberOf(lengthArg);
  if (total + start < 0) start = 0;
  if (length !== undefined && length <= 0) return '';
  const end = length === undefined ? undefined : start >= 0 ? start + length : total + start + length;
  const part = points.slice(start, end);
  return typeof part === 'string' ? part : part.join('');
}

function pad(run: Run, text: string | undefined, widthArg: Value, fill: string | undefined): Value {
  if (text === undefined) return undefined;
  const width = Math.trunc(numberOf(widthArg) ?? 0);
  run.charge(1 + (text.length >> 6));
  const missing = Math.abs(width) - lengthOf(text);
  if (missing <= 0) return text;
  run.chargeText(missing + text.length);
  const points = Array.from(fill || ' ');
  const whole = points.join('').repeat(Math.floor(missing / points.length));
  const padding = whole + points.slice(0, missing % points.length).join('');
  run.chargeText(padding.length + text.length);
  return width > 0 ? text + padding : padding + text;
}

function trim(run: Run, text: string | undefined): Value {
  if (text === undefined) return undefined;
  run.chargeText(text.length);
  const single = text.replace(/[ \t\n\r]+/g, ' ');
  return single.slice(
    single.startsWith(' ') ? 1 : 0,
    single.endsWith(' ') && single.length > 1 ? -1 : undefined,
  );
}

function join(run: Run, list: Value[] | undefined, separator: string | undefined): Value {
  if (list === undefined) return undefined;
  let length = 0;
  for (const item of list) length += (item as string).length + (separator?.length ?? 0);
  run.chargeList(list.length);
  run.chargeText(length);
  return list.join(separator ?? '');
}

// --- matching ----------------------------------------------------------------------------------------------------

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
    const found = this.#next();
    this.#run.charge(1);
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
    results.push({ match: found.match, index: found.start, groups: found.groups });
  }
  return sequence(results);
}

function contains(run: Run, text: string | undefined, token: Value): Value {
  if (text === undefined || token === undefined) return undefined;
  run.charge(1 + (text.length >> 6));
  if (typeof token === 'string') return text.includes(token);
  return new Matches(run, token, text, 'contains').next() !== undefined;
}

function split(run: Run, text: string | undefined, separator: Value, limitArg: Value): Value {
  if (text === undefined || separator === undefined) return undefined;
  const limit = numberOf(limitArg) ?? Number.POSITIVE_INFINITY;
  if (limit < 0) return fail('D3020', { value: limit, index: 3 });
  const most = Math.floor(Math.min(limit, 4_294_967_295));
  if (typeof separator === 'string') {
    const parts = text.split(separator, most);
    run.chargeList(parts.length);
    run.chargeText(text.length);
    return parts;
  }
  const parts: Value[] = [];
  const matches = new Matches(run, separator, text, 'split');
  let from = 0;
  for (let found = matches.next(); found !== undefined && parts.length < limit; found = matches.next()) {
    parts.push(text.slice(from, found.start));
    from = found.end;
  }
  if (parts.length < limit) parts.push(text.slice(from));
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
    result += piece;
    run.chargeText(result.length > run.bounds.valueSize ? result.length : piece.length);
  };
  if (typeof pattern === 'string') {
    for (let at = text.indexOf(pattern); at >= 0 && done < limit; at = text.indexOf(pattern, from), done++) {
      add(text.slice(from, at));
      add(replacement(run, by, { match: pattern, start: at, end: at + pattern.length, groups: [] }, false));
      from = at + pattern.length;
    }
  } else {
    const matches = new Matches(run, pattern, text, 'replace');
    for (let found = matches.next(); found !== undefined && done < limit; found = matches.next(), done++) {
      add(text.slice(from, found.start));
      add(replacement(run, by, found, true));
      from = found.start + found.match.length;
    }
  }
  add(text.slice(from));
  return result;
}

function replacement(run: Run, by: Value, found: Match, groups: boolean): string {
  if (typeof by === 'string') return groups ? substitute(by, found) : by;
  if (!isFunction(by)) return fail('D3012', { value: by });
  const { match, start, end } = found;
  const value = by.invoke([{ match, start, end, groups: found.groups }], undefined, run);
  return typeof value === 'string' ? value : fail('D3012', { value });
}

/** `$0`, `$1`, …, `$$` in a replacement text. A number takes as many digits as there can be groups. */
function substitute(template: string, { match, groups }: Match): string {
  const digits = groups.length === 0 ? 1 : String(groups.length).length;
  return template.replace(/\$(\$|[0-9]+)?/g, (all: string, what: string | undefined) => {
    if (what === undefined) return all;
    if (what === '$') return '$';
    if (what.startsWith('0')) return match + what.slice(1);
    let taken = what.slice(0, digits);
    if (taken.length > 1 && Number(taken) > groups.length) taken = taken.slice(0, -1);
    const group = groups[Number(taken) - 1];
    return (typeof group === 'string' ? group : '') + what.slice(taken.length);
  });
}

function before(run: Run, text: string | undefined, token: string | undefined): Value {
  if (text === undefined || token === undefined) return text;
  run.charge(1 + (text.length >> 6));
  const at = text.indexOf(token);
  return at < 0 ? text : text.slice(0, at);
}

function after(run: Run, text: string | undefined, token: string | undefined): Value {
  if (text === undefined || token === undefined) return text;
  run.charge(1 + (text.length >> 6));
  const at = text.indexOf(token);
  return at < 0 ? text : text.slice(at + token.length);
}

function converted(run: Run, text: string | undefined, convert: (text: string) => string): Value {
  if (text === undefined) return undefined;
  run.chargeText(text.length);
  return convert(text);
}

export const STRINGS: Definitions = {
  string: [
    '<x-b?:s>',
    1,
    (run: Run, value: Value, pretty: Value) => {
      if (value === undefined) return undefined;
      return toText(value, run, truth(pretty, run));
    },
  ],
  length: [
    '<s-:n>',
    1,
    (run: Run, text: string | undefined) => {
      if (text === undefined) return undefined;
      run.charge(1 + (text.length >> 6));
      return lengthOf(text);
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
