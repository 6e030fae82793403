// Regular expressions as values of the language: a function from text to its first match.

import { type Find, JavaRegex, RegexSyntaxError } from '../regex/regex.ts';
import { fail, JsonataSyntaxError } from './errors.ts';
import { outOfMemory } from './limits.ts';
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

export class Regex extends JsonataFunction {
  readonly #regex: JavaRegex;

  constructor(regex: JavaRegex) {
    super(1, ([text], _input, run) => {
      if (text === undefined) return undefined;
      if (typeof text !== 'string') return fail('T0410', { index: 1, token: '' });
      return asValue(this.scan(text, run), 0, text.length);
    });
    this.#regex = regex;
  }

  /** The scan throws EvaluationError D1004 when a match is empty: repeating it would not end. */
  scan(text: string, run: Run): Scan {
    const find: Find = this.#regex.find(text, { charge: (steps) => run.charge(steps), full: outOfMemory });
    return (from) => {
      const found = find(from);
      if (found === undefined) return undefined;
      const { start, end } = found;
      if (start === end) fail('D1004', { value: '' });
      return { match: text.slice(start, end), start, end, groups: found.groups };
    };
  }
}

function asValue(scan: Scan, from: number, length: number): Value {
  const found = scan(from);
  if (found === undefined) return undefined;
  const { match, start, end, groups } = found;
  const next = new JsonataFunction(0, () => (end >= length ? undefined : asValue(scan, end, length)));
  return { match, start, end, groups, next } satisfies ValueObject;
}

/** @throws JsonataSyntaxError S0303 for a pattern that is none. */
export function regexFunction(pattern: string, flags: string, position: number): Regex {
  try {
    return new Regex(
      new JavaRegex(pattern, { ignoreCase: flags.includes('i'), multiline: flags.includes('m') }),
    );
  } catch (error) {
    if (!(error instanceof RegexSyntaxError)) throw error;
    throw new JsonataSyntaxError('S0303', position, { pattern, reason: error.message });
  }
}
