// Expressions that want to run for ever, or to fill the memory, end with the service's own errors.

import { describe, expect, test } from 'vitest';
import { type Json, stringifyJson } from '../../../src/base/json.ts';
import { SERVICE_BOUNDS } from '../../../src/query/jsonata/limits.ts';
import { evaluate, failureOf } from './scopes.ts';

// Source: measured on AWS (github.com/floci-io/floci/issues/2737): what has no code follows a colon.
const TIMEOUT = 'threw an error during evaluation: Expression evaluation timeout';
const MEMORY = 'threw an error during evaluation: Expression evaluation memory limit exceeded';
const STACK =
  'threw an error during evaluation: Stack overflow error: Check for non-terminating recursive function.  Consider rewriting as tail-recursive. Depth=101 max=100';

/** A twentieth of the service's time. */
const HURRIED = { ...SERVICE_BOUNDS, units: SERVICE_BOUNDS.units / 20 };

const input: Json = {
  text: `${'a'.repeat(50_000)}!`,
  numbers: Array.from({ length: 20_000 }, (_unused, i) => i),
  objects: Array.from({ length: 2_000 }, (_unused, i) => ({ i })),
};

describe('time', () => {
  test.each([
    '($f := function($x){ $f($x + 1) }; $f(0))',
    '[1..100000].[1..100000]',
    '$map($states.input.numbers, function($x){ $sum($states.input.numbers) })',
    '$states.input.numbers[$ in $states.input.numbers]',
    '$map([1..10000], function($i){ $states.input ~> |objects|{"i": 1}| })',
    '$match($states.input.text, /a(.*b)?/)',
    '($f := function($s, $n){ $n = 0 ? $s : $f({"a": $s, "b": $s}, $n - 1) }; $string($f(1, 60)))',
    '($f := function($s, $n){ $n = 0 ? $s : $f({"a": $s, "b": $s}, $n - 1) }; $f(1, 40) = $f(1, 40))',
    '($f := function($s, $n){ $n = 0 ? $s : $f({"a": $s, "b": $s}, $n - 1) }; $count($f(1, 40).**))',
  ])('%s', (source) => {
    expect(failureOf(source, { input }, HURRIED)).toBe(TIMEOUT);
  });

  test('an endless loop ends by the service\u2019s own bound', () => {
    expect(failureOf('($f := function(){ $f() }; $f())')).toBe(TIMEOUT);
  });
});

describe('memory', () => {
  test.each([
    '$pad("x", 4e8)',
    '$pad("x", -4e8, "abc")',
    '[1..9000000]',
    '$range(1, 360146, 1)',
    '$range(1, 1e15, 1)',
    '$range(1, -1e15, -1)',
    '($f := function($s, $n){ $n = 0 ? $s : $f($s & $s, $n - 1) }; $length($f("ab", 60)))',
    '($f := function($s, $n){ $n = 0 ? $s : $f([$s, $s], $n - 1) }; $count($f([1], 60)))',
    '($f := function($s, $n){ $n = 0 ? $s : $f({"a": $s, "b": $s}, $n - 1) }; $f(1, 60))',
    '$map([1..100000], function($i){ $states.input.text & $i })',
    '$map([1..100000], function($i){ [1..10000] })',
    '$replace($states.input.text, /a/, $pad("", 1000, "b"))',
    '$join($map([1..500000], function($i){ "twenty characters ..." }))',
    '$formatInteger(1e300, "I")',
    '$base64encode($pad("", 6000000, "x"))',
    '$fromMillis(0, $pad("", 5000, "[Y]"))',
  ])('%s', (source) => {
    expect(failureOf(source, { input })).toBe(MEMORY);
  });

  test('a range beyond ten million is refused by the language itself', () => {
    expect(failureOf('[1..1e9]')).toMatch(/^D2014: /);
  });

  test('what AWS allows is allowed', () => {
    expect(evaluate('$count($range(1, 360145, 1))')).toBe(360_145);
    expect(evaluate('$length($pad("", 6000000, "x"))')).toBe(6_000_000);
    expect(evaluate('$sum([1..100000])')).toBe(5_000_050_000);
  });
});

describe('depth', () => {
  test.each([
    '($f := function($x){ 1 + $f($x + 1) }; $f(0))',
    '($f := function($x){ $map([1, 2], function($y){ $f($y) }) }; $f(0))',
    '($f := function($x){ [$f($x)] }; $f(0))',
    '($f := function($x){ $x ~> $f() & "" }; $f(0))',
    `1${'+1'.repeat(120)}`,
    `${'('.repeat(120)}1${')'.repeat(120)}`,
  ])('%s', (source) => {
    expect(failureOf(source)).toBe(STACK);
  });

  test('each level of nesting counts: a factorial of 31 fits, one of 34 does not', () => {
    const factorial = (n: number) => `($f := function($n){ $n = 0 ? 1 : $n * $f($n - 1) }; $f(${n}))`;
    expect(stringifyJson(evaluate(factorial(31)) as Json)).toBe('8.222838654177922E33');
    expect(failureOf(factorial(34))).toBe(STACK);
  });

  test('calls in tail position do not count', () => {
    expect(
      evaluate('($f := function($n, $sum){ $n = 0 ? $sum : $f($n - 1, $sum + $n) }; $f(50000, 0))'),
    ).toBe(1_250_025_000);
    expect(
      evaluate(
        '($even := function($n){ $n = 0 ? true : $odd($n - 1) }; $odd := function($n){ $n = 0 ? false : $even($n - 1) }; $even(9999))',
      ),
    ).toBe(false);
  });

  test.each([
    '($f := function($s, $n){ $n = 0 ? $s : $f({"a": $s}, $n - 1) }; $f(1, 100000))',
    '($f := function($s, $n){ $n = 0 ? $s : $f([[$s]], $n - 1) }; $f(1, 100000).x)',
    '($f := function($s, $n){ $n = 0 ? $s : $f([[$s]], $n - 1) }; $string($f(1, 100000)))',
    '($f := function($s, $n){ $n = 0 ? $s : $f([[$s]], $n - 1) }; $boolean($f(1, 100000)))',
    '($f := function($s, $n){ $n = 0 ? $s : $f([[$s]], $n - 1) }; $f(1, 100000) = $f(1, 100000))',
    '($f := function($s, $n){ $n = 0 ? $s : $f([[$s]], $n - 1) }; $spread($f(1, 100000)))',
    '($f := function($s, $n){ $n = 0 ? $s : $f([[$s]], $n - 1) }; $keys($f(1, 100000)))',
    '($f := function($g, $n){ $n = 0 ? $g : $f($g ~> $string, $n - 1) }; $f($string, 100000)(1))',
    '$parse($pad("", 100000, "[") & $pad("", 100000, "]"))',
  ])('data nested without end: %s', (source) => {
    expect(failureOf(source)).toMatch(/^threw an error during evaluation: Stack overflow error: /);
  });
});

describe('patterns and pictures', () => {
  test.each<[source: string, value: Json]>([
    ['$contains($states.input.text, /^(a+)+$/)', false],
    ['$contains($states.input.text, /(a|a)*b/)', false],
    ['$contains($states.input.text, /(.*a){12}!$/)', true],
    ['$count($match($states.input.text, /a/))', 50_000],
    ['$count($split($states.input.text, /a/))', 50_001],
    [`$exists($toMillis("${'1'.repeat(60)}", "${'[f1]'.repeat(8)}"))`, true],
    [`$exists($toMillis("${'1'.repeat(400)}", "${'[D1][M1]'.repeat(60)}x"))`, false],
    ['$length($fromMillis(0, "[Y,*-99999999]"))', 1_000],
  ])('%s', (source, value) => {
    expect(evaluate(source, { input })).toEqual(value);
  });

  // Back-references need other ways to be tried: as many as the time allows.
  test.each(['/^(a+)+\\1b$/', '/^(?:(?=a)a+)+$/'])('$contains with %s ends when its time does', (pattern) => {
    expect(failureOf(`$contains($states.input.text, ${pattern})`, { input }, HURRIED)).toBe(TIMEOUT);
  });
});
