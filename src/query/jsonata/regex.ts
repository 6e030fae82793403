// Regular expressions in linear time: RE2 takes what JSONata programs use, except look-around and back-references.

import { RE2JS } from 're2js';
import { fail, JsonataSyntaxError } from './errors.ts';
import { JsonataFunction, type Run, type Value, type ValueObject } from './run.ts';

/** One match, as matchers of the language give it. */
export interface Match {
  readonly match: string;
  readonly start: number;
  readonly end: number;
  readonly groups: Value[];
}

/** Finds the first match at or after an offset. */
export type Scan = (from: number) => Match | undefined;

/** A regular expression is a function from text to its first match. */
export class Regex extends JsonataFunction {
  readonly #pattern: RE2JS;
  /** Steps that reading one character costs: patterns are simulated, so long ones are slower. */
  readonly #weight: number;

  constructor(pattern: RE2JS) {
    super(1, ([text], _input, run) => {
      if (text === undefined) return undefined;
      if (typeof text !== 'string') return fail('T0410', { index: 1, token: '' });
      return asValue(this.scan(text, run), 0, text.length);
    });
    this.#pattern = pattern;
    this.#weight = 1 + (pattern.programSize() >> 4);
  }

  /** The scan throws EvaluationError D1004 when a match is empty: repeating it would not end. */
  scan(text: string, run: Run): Scan {
    const matcher = this.#pattern.matcher(new MeteredText(text, run, this.#weight) as unknown as string);
    return (from) => {
      run.charge(FIND_STEPS);
      if (!matcher.find(from)) return undefined;
      const start = matcher.start();
      const end = matcher.end();
      if (start === end) fail('D1004', { value: '' });
      const groups: Value[] = [];
      for (let i = 1; i <= matcher.groupCount(); i++) groups.push(matcher.group(i) ?? undefined);
      return { match: text.slice(start, end), start, end, groups };
    };
  }
}

const FIND_STEPS = 32;

function asValue(scan: Scan, from: number, length: number): Value {
  const found = scan(from);
  if (found === undefined) return undefined;
  const { match, start, end, groups } = found;
  const next = new JsonataFunction(0, () => (end >= length ? undefined : asValue(scan, end, length)));
  return { match, start, end, groups, next } satisfies ValueObject;
}

/**
 * A text that counts how often it is read. One search is linear, but many searches over one text may each read far
 * ahead (`/a(.*b)?/`), which is paid for as it happens.
 */
class MeteredText extends String {
  readonly #text: string;
  readonly #run: Run;
  readonly #weight: number;

  constructor(text: string, run: Run, weight: number) {
    super(text);
    this.#text = text;
    this.#run = run;
    this.#weight = weight;
  }

  override charCodeAt(index: number): number {
    this.#run.charge(this.#weight);
    return this.#text.charCodeAt(index);
  }

  override indexOf(part: string, from = 0): number {
    const at = this.#text.indexOf(part, from);
    this.#run.charge(1 + (((at < 0 ? this.#text.length : at) - from) >> 5));
    return at;
  }

  override substring(start: number, end?: number): string {
    return this.#text.substring(start, end);
  }
}

/** @throws JsonataSyntaxError S0303 for a pattern that cannot be matched in linear time, or is none. */
export function regexFunction(pattern: string, flags: string, position: number): Regex {
  const backwards = /\\[1-9]|\\k</.test(pattern.replace(/\\\\/g, ''));
  if (/\(\?<?[=!]/.test(pattern.replace(/\\./g, '')) || backwards) {
    const reason = backwards
      ? 'back-references are not available'
      : 'look-ahead and look-behind are not available';
    throw new JsonataSyntaxError('S0303', position, { pattern, reason });
  }
  let bits = 0;
  if (flags.includes('i')) bits |= RE2JS.CASE_INSENSITIVE;
  if (flags.includes('m')) bits |= RE2JS.MULTILINE;
  try {
    return new Regex(RE2JS.compile(RE2JS.translateRegExp(pattern), bits));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new JsonataSyntaxError('S0303', position, { pattern, reason });
  }
}
