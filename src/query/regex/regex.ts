// The door to regular expressions: those of java.util.regex, which AWS uses, with look-around and back-references, and
// bounded in time and memory.

import { Machine, type Payer } from './machine.ts';
import { type Options, parseRegex } from './parse.ts';
import { compileRegex, type Program } from './program.ts';

export type { Payer } from './machine.ts';
export { RegexSyntaxError } from './syntax.ts';

export interface Found {
  readonly start: number;
  readonly end: number;
  /** Undefined for a group that took no part. */
  readonly groups: (string | undefined)[];
}

/** Finds the first match at or after an offset. */
export type Find = (from: number) => Found | undefined;

export class JavaRegex {
  readonly #program: Program;

  /** @throws RegexSyntaxError */
  constructor(source: string, options: Options = {}) {
    this.#program = compileRegex(parseRegex(source, options));
  }

  find(text: string, payer: Payer): Find {
    const machine = new Machine(this.#program, text, payer, false);
    const { groups } = this.#program;
    return (from) => {
      const found = machine.search(from);
      if (found === undefined) return undefined;
      payer.charge(2 * groups);
      const captured = Array.from({ length: groups }, (_, i) => {
        const start = machine.slots[2 * i + 2]!;
        const end = machine.slots[2 * i + 3]!;
        return start < 0 || end < 0 ? undefined : text.slice(start, end);
      });
      return { ...found, groups: captured };
    };
  }

  /** The pattern matches the whole text. */
  matches(text: string, payer: Payer): boolean {
    return new Machine(this.#program, text, payer, true).search(0) !== undefined;
  }
}
