// Random patterns find what JavaScript and RE2 find, where all three mean the same.

import fc from 'fast-check';
import { RE2JS } from 're2js';
import { expect, test } from 'vitest';
import { JavaRegex } from '../../../src/query/regex/regex.ts';

const RUNS = Number(process.env['DIFFERENTIAL_RUNS'] ?? 2_000);
const free = {
  charge: () => undefined,
  full: () => {
    throw new Error('full');
  },
};

const character = fc.constantFrom('a', 'b', 'c', '[ab]', '[^a]', '.', '\\w', '(?:b|c)');
const position = fc.constantFrom('\\b', '\\B', '^', '$');
const quantifier = fc.constantFrom('*', '+', '?', '*?', '+?', '??', '{2}', '{1,2}', '{0,3}?', '{2,}');

/** Bodies of repetitions take at least one character: what an empty one does differs from language to language. */
function patterns(look: boolean, counts: boolean): fc.Arbitrary<string> {
  const repeats = counts ? quantifier : fc.constantFrom('*', '+', '?', '*?', '+?', '??');
  return fc.letrec<{ pattern: string; body: string }>((tie) => ({
    body: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      character,
      fc.tuple(character, tie('pattern')).map(([one, rest]) => `(${one}${rest})`),
      fc.tuple(character, character).map(([a, b]) => `(?:${a}|${b}${a})`),
    ),
    pattern: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      character,
      position,
      fc.tuple(tie('body'), repeats).map(([body, times]) => body + times),
      fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => a + b),
      fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => `(?:${a}|${b})`),
      ...(look
        ? [
            fc.tuple(fc.constantFrom('?=', '?!'), tie('pattern')).map(([kind, of]) => `(${kind}${of})`),
            fc.tuple(fc.constantFrom('?<=', '?<!'), character).map(([kind, of]) => `(${kind}${of})`),
          ]
        : []),
    ),
  })).pattern;
}

function spans(find: (from: number) => readonly [number, number] | undefined, length: number): string {
  const found: string[] = [];
  for (let from = 0; from <= length; ) {
    const span = find(from);
    if (span === undefined) break;
    found.push(span.join('-'));
    from = Math.max(span[1], span[0] + 1, from + 1);
  }
  return found.join(' ');
}

function ours(pattern: string, text: string): string {
  const find = new JavaRegex(pattern).find(text, free);
  return spans((from) => {
    const found = find(from);
    return found && [found.start, found.end];
  }, text.length);
}

test('short texts, with look-around, as in JavaScript', () => {
  fc.assert(
    fc.property(patterns(true, true), fc.stringMatching(/^[abc ]{0,12}$/), (pattern, text) => {
      const regex = new RegExp(pattern, 'g');
      const wanted = spans((from) => {
        regex.lastIndex = from;
        const found = regex.exec(text);
        return found === null ? undefined : [found.index, found.index + found[0].length];
      }, text.length);
      expect(ours(pattern, text)).toBe(wanted);
    }),
    { numRuns: RUNS },
  );
});

test('long texts, where the search remembers, as in RE2', () => {
  fc.assert(
    fc.property(
      patterns(false, false),
      fc.stringMatching(/^[abc]{1,4}$/),
      fc.integer({ min: 200, max: 1_500 }),
      fc.constantFrom('', 'c', ' ', 'ab '),
      (pattern, part, times, end) => {
        const text = part.repeat(times) + end;
        const matcher = RE2JS.compile(pattern).matcher(text);
        const first = matcher.find() ? `${matcher.start()}-${matcher.end()}` : '';
        const found = new JavaRegex(pattern).find(text, free)(0);
        expect(found === undefined ? '' : `${found.start}-${found.end}`).toBe(first);
      },
    ),
    { numRuns: RUNS / 10 },
  );
});
