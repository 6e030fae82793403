// What patterns mean and which are refused. Source: Java SE, class java.util.regex.Pattern.

import { describe, expect, test } from 'vitest';
import type { Options } from '../../../src/query/regex/parse.ts';
import { JavaRegex, RegexSyntaxError } from '../../../src/query/regex/regex.ts';

function meter(limit = 1_000_000) {
  let left = limit;
  return {
    charge: (steps: number) => {
      left -= steps;
      if (left < 0) throw new Error('out of steps');
    },
    full: () => {
      throw new Error('out of memory');
    },
    spent: () => limit - left,
  };
}

/** The matches, one after the other, groups after a colon. */
function matches(source: string, text: string, options?: Options): string[] {
  const find = new JavaRegex(source, options).find(text, meter());
  const found: string[] = [];
  for (let from = 0; from <= text.length; ) {
    const next = find(from);
    if (next === undefined) break;
    const groups = next.groups.map((group) => group ?? '-').join(',');
    found.push(text.slice(next.start, next.end) + (next.groups.length > 0 ? `:${groups}` : ''));
    from = next.end > next.start ? next.end : next.end + 1;
  }
  return found;
}

describe('look-around and back-references', () => {
  test.each([
    ['(\\d)(?=(\\d{3})+$)', '1234567', ['1:1,567', '4:4,567']],
    ['a(?!b)', 'abac', ['a']],
    ['(?<=\\$)\\d+', 'a1 $23', ['23']],
    ['(?<!\\$)\\b\\d+', '$12 34', ['34']],
    ['(?<=a{1,3})b', 'aab b', ['b']],
    ['(?<=(a|bc))d', 'ad bcd cd', ['d:a', 'd:bc']],
    ['(\\w)\\1', 'hello book', ['ll:l', 'oo:o']],
    ['(?<q>["\'])(.*?)\\k<q>', `"it's" 'x'`, [`"it's":",it's`, `'x':',x`]],
    ['(a)?\\1b', 'b ab aab', ['aab:a']],
    ['(?i)(a)\\1', 'aA Aa', ['aA:a', 'Aa:A']],
    ['(a)\\11', 'aa1', ['aa1:a']],
    ['\\2(a)', 'aa', []],
    ['(?=(a+))a*b\\1', 'baaabac', ['aba:a']],
    ['(?!(a)b)a(?:c|$)', 'ab ac', ['ac:-']],
  ])('/%s/ in %s', (source, text, found) => {
    expect(matches(source, text)).toEqual(found);
  });
});

describe('quantifiers', () => {
  test.each([
    ['a{2}', 'aaaaa', ['aa', 'aa']],
    ['a{2,}', 'a aa aaa', ['aa', 'aaa']],
    ['(?:ab){1,2}', 'ababab', ['abab', 'ab']],
    ['<.+?>', '<a><b>', ['<a>', '<b>']],
    ['<.++>', '<a>', []],
    ['a*+b', 'aab', ['aab']],
    ['(?>a+)ab', 'aaab', []],
    ['(?>a|ab)c', 'abc ac', ['ac']],
    ['(?:a|ab)++c', 'abc', []],
    ['(a|b)*c', 'abac', ['abac:a']],
    ['(?:a?)*b', 'aab', ['aab']],
    ['(a*)*b', 'aab', ['aab:']],
    ['(a*?){2,3}b', 'aab', ['aab:']],
    ['\\Qa.b\\E+', 'a.bb aXb', ['a.bb']],
    ['(x)\\1\\Q1\\E', 'xx1', ['xx1:x']],
    ['😀+', '😀😀', ['😀😀']],
  ])('/%s/ in %s', (source, text, found) => {
    expect(matches(source, text)).toEqual(found);
  });
});

describe('classes', () => {
  test.each([
    ['[a-c[x-z]]+', 'abxyd', ['abxy']],
    ['[a-z&&[^bc]]+', 'abcd', ['a', 'd']],
    ['[^a-z&&[bc]]', 'ab', ['a']],
    ['[]a]+', 'a]', ['a]']],
    ['[a-]+', 'a-b', ['a-']],
    ['[\\d\\-x]+', '1-x', ['1-x']],
    ['\\p{Alpha}+\\P{Alpha}', 'ab1', ['ab1']],
    ['\\p{Lu}+', 'aÄÖb', ['ÄÖ']],
    ['\\pL+', 'aä1', ['aä']],
    ['\\p{IsGreek}+', 'aαβ', ['αβ']],
    ['\\p{InCyrillic}+', 'aдж', ['дж']],
    ['\\p{sc=Latin}+', 'äα', ['ä']],
    ['[\\p{L}&&[^\\p{Lu}]]+', 'AbcD', ['bc']],
    ['\\h+', 'a \t\u00a0b', [' \t\u00a0']],
    ['\\R', '\r\n', ['\r\n']],
    ['\\w+', 'aä_1', ['a', '_1']],
    ['(?U)\\w+', 'aä_1', ['aä_1']],
    ['.', '😀\n', ['😀']],
    ['(?s).+', 'a\nb', ['a\nb']],
    ['.+', 'a\u0085b\u2028c', ['a', 'b', 'c']],
    ['(?d).+', 'a\rb\nc', ['a\rb', 'c']],
    ['\\x41\\u0042\\x{43}\\0104\\t\\cA', 'ABCD\t\u0001', ['ABCD\t\u0001']],
    ['\\uD83D\\uDE00', '😀', ['😀']],
  ])('/%s/ in %j', (source, text, found) => {
    expect(matches(source, text)).toEqual(found);
  });
});

describe('flags', () => {
  test.each<[string, Options, string, string[]]>([
    ['[a-f]+', { ignoreCase: true }, 'aBCg', ['aBC']],
    ['[^a]', { ignoreCase: true }, 'Aab', ['b']],
    ['ä', { ignoreCase: true }, 'Ää', ['ä']],
    ['(?u)ä', { ignoreCase: true }, 'Ää', ['Ä', 'ä']],
    ['(?i)a(?-i)b', {}, 'AB Ab', ['Ab']],
    ['(?i:a)b', {}, 'Ab AB', ['Ab']],
    ['((?i)a)a', {}, 'Aa AA', ['Aa:A']],
    ['(?x) a b # both\n c', {}, 'abc', ['abc']],
    ['^\\w+$', { multiline: true }, 'ab\ncd', ['ab', 'cd']],
    ['^\\w+$', {}, 'ab\ncd', []],
    ['b$', {}, 'ab\n', ['b']],
    ['b\\z', {}, 'ab\n', []],
    ['b\\Z', {}, 'ab\r\n', ['b']],
    ['\\Aa', { multiline: true }, 'a\na', ['a']],
    ['^', { multiline: true }, 'a\n', ['']],
    ['\\Ga', {}, 'aaba', ['a', 'a']],
    ['\\bb\\B', {}, 'b ba', ['b']],
  ])('/%s/ with %j in %j', (source, options, text, found) => {
    expect(matches(source, text, options)).toEqual(found);
  });
});

test('a match of the whole text tries other ways to its end', () => {
  expect(new JavaRegex('a|ab').matches('ab', meter())).toBe(true);
  expect(new JavaRegex('(?:a|ab)(?:c|bcd)').matches('abcd', meter())).toBe(true);
  expect(new JavaRegex('a').matches('ab', meter())).toBe(false);
});

test.each([
  ['(', 'Unclosed group near index 1'],
  ['a)', "Unmatched closing ')' near index 0"],
  ['[a', 'Unclosed character class near index 1'],
  ['a**', "Dangling meta character '*' near index 2"],
  ['+', "Dangling meta character '+' near index 0"],
  ['a{', 'Illegal repetition near index 1'],
  ['a{1', 'Unclosed counted closure near index 3'],
  ['a{2,1}', 'Illegal repetition range near index 4'],
  ['(?<=a*)b', 'Look-behind group does not have an obvious maximum length near index 5'],
  ['(?<=(a)\\1)b', 'Look-behind group does not have an obvious maximum length near index 8'],
  ['\\y', 'Illegal/unsupported escape sequence near index 1'],
  ['[\\b]', 'Illegal/unsupported escape sequence near index 2'],
  ['[z-a]', 'Illegal character range near index 3'],
  ['\\p{Nope}', 'Unknown character property name {Nope} near index 7'],
  ['\\p{L', 'Unclosed character family near index 1'],
  ['(?<a>x)(?<a>y)', 'Named capturing group <a> is already defined near index 12'],
  ['\\k<a>', 'named capturing group <a> does not exist near index 5'],
  ['(?j)', 'Unknown inline modifier near index 2'],
  ['\\x4', 'Illegal hexadecimal escape sequence near index 1'],
  ['(((('.repeat(100), 'Groups nest more than 250 levels deep near index 250'],
])('/%s/ is refused: %s', (source, message) => {
  expect(() => new JavaRegex(source)).toThrow(
    new RegexSyntaxError(message.replace(/ near.*/, ''), Number(/\d+$/.exec(message))),
  );
});

describe('time', () => {
  const text = `${'a'.repeat(3_000)}!`;

  test.each(['^(a+)+$', '(a|a)*b', 'a*a*a*a*b', '(?:a*b?)*c', '(.*a)*b', '(a?)*?b', '(?:a|aa)+$'])(
    '/%s/ costs a small number of steps for each character',
    (source) => {
      const paid = meter();
      expect(new JavaRegex(source).find(text, paid)(0)).toBeUndefined();
      expect(paid.spent()).toBeLessThan(40 * text.length);
    },
  );

  test.each(['^(a+)+\\1b$', '(?=(a+)+$)b|^(?:(?=a)a+)+$', '(a+){2,}b'])(
    '/%s/ may cost more, and ends when its steps do',
    (source) => {
      expect(() => new JavaRegex(source).find(text, meter())(0)).toThrow('out of steps');
    },
  );

  test('ways to go back to have an end', () => {
    const long = 'ab'.repeat(1_000_000);
    expect(() => new JavaRegex('(?:(a)|(b))*\\1c').find(long, meter(1e9))(0)).toThrow('out of memory');
  });
});
