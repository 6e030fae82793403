// Regular expressions in linear time: RE2 takes what JSONata programs use, except look-around and back-references.

import { RE2JS } from 're2js';
import { JsonataFunction, type Value, type ValueObject } from './data.ts';
import { fail, JsonataSyntaxError } from './errors.ts';
import type { Run } from './run.ts';

/** One match, as matchers of the language give it. */
export interface Match {
  readonly match: string;
  readonly start: number;
  readonly end: number;
  readonly groups: Value[];
}

/** A regular expression is a function from text to its first match. */
export class Regex extends JsonataFunction {
  readonly #pattern: RE2JS;

  constructor(pattern: RE2JS) {
    super(1, ([text], _input, run) => {
      if (text === undefined) return undefined;
      return typeof text === 'string' ? this.#asValue(text, 0, run) : fail('T0410', { index: 1, token: '' });
    });
    this.#pattern = pattern;
  }

  /** @throws EvaluationError D1004 when the match is empty: repeating it would not end. */
  find(text: string, from: number, run: Run): Match | undefined {
    run.charge(8 + ((text.length - from) >> 3));
    const matcher = this.#pattern.matcher(text);
    if (!matcher.find(from)) return undefined;
    const match = matcher.group() ?? '';
    if (match === '') fail('D1004', { value: match });
    const groups: Value[] = [];
    for (let i = 1; i <= matcher.groupCount(); i++) groups.push(matcher.group(i) ?? undefined);
    return { match, start: matcher.start(), end: matcher.end(), groups };
  }

  #asValue(text: string, from: number, run: Run): Value {
    const found = this.find(text, from, run);
    if (found === undefined) return undefined;
    const { match, start, end, groups } = found;
    const next = new JsonataFunction(0, (_args, _input, later) =>
      end >= text.length ? undefined : this.#asValue(text, end, later),
    );
    return { match, start, end, groups, next } satisfies ValueObject;
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
