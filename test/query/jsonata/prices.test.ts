// What operations pay for each item or character: the bound on an expression's time is kept in such steps, so what pays
// nothing for its work could go on for ever. A price may change, but not unnoticed.

import { expect, test } from 'vitest';
import type { Json } from '../../../src/base/json.ts';
import { Meter } from '../../../src/base/meter.ts';
import { emit } from '../../../src/query/jsonata/emit.ts';
import { parseJsonata } from '../../../src/query/jsonata/parse.ts';
import { Run } from '../../../src/query/jsonata/run.ts';
import type { Scope } from '../../../src/query/scope.ts';

const STEPS = 1_000_000_000;

function stepsOf(source: string, input: Json): number {
  const scope: Scope = {
    document: null,
    states: { input },
    context: () => null,
    variable: () => undefined,
    now: 0,
    random: () => 0.5,
    uuid: () => '00000000-0000-4000-8000-000000000000',
    meter: new Meter(),
  };
  const run = new Run(scope, { units: STEPS, bytes: 1e12, depth: 1_000, valueSize: 1e9 }, undefined);
  emit(parseJsonata(source))(undefined, run);
  return STEPS - run.units;
}

const SIZE = 1_280;

/** Steps for each of `SIZE` more items, or for each 64 more characters. */
function price(source: string, inputOf: (size: number) => Json, unit: number): number {
  const [small, large] = [SIZE, 2 * SIZE].map((size) => stepsOf(source, inputOf(size))) as [number, number];
  return Math.round(((large - small) / SIZE) * unit * 100) / 100;
}

const numbers = (size: number): Json => ({ list: Array.from({ length: size }, (_unused, i) => i) });
const objects = (size: number): Json => ({
  list: Array.from({ length: size }, (_unused, i) => ({ key: `k${i}`, odd: i % 2, inner: [i, i] })),
});
const text = (size: number): Json => ({ text: 'ab '.repeat(size / 3 + 1).slice(0, size) });
const object = (size: number): Json => ({
  object: Object.fromEntries(Array.from({ length: size }, (_unused, i) => [`k${i}`, i])),
});

test.each([
  ['$states.input.list.$', 1],
  ['$states.input.list[$ > 1]', 1],
  ['$states.input.list[[0, 1]]', 3],
  ['$states.input.list^($)', 1],
  ['$states.input.list^(>$)', 1],
  ['$states.input.list.[$]', 1],
  ['$states.input.list.{"a": $}', 1],
  ['$states.input.list@$x.$x', 4.25],
  ['$states.input.list#$i.$i', 4.25],
  ['$states.input.list#$i[$i > 1]', 2.25],
  ['$states.input.list@$x^($x)', 2.25],
  ['$sum($states.input.list)', 0.25],
  ['$max($states.input.list)', 0.25],
  ['$min($states.input.list)', 0.25],
  ['$average($states.input.list)', 0.25],
  ['$append($states.input.list, $states.input.list)', 0.5],
  ['$append($states.input.list, 1)', 0.25],
  ['$reverse($states.input.list)', 0.25],
  ['$shuffle($states.input.list)', 0.25],
  ['$distinct($states.input.list)', 1],
  ['$states.input.list = $append($states.input.list, [])', 0.5],
  ['$sort($states.input.list)', 4],
  ['$zip($states.input.list, $states.input.list)', 0.5],
  ['$map($states.input.list, function($v){ $v })', 1.25],
  ['$map($states.input.list, $string)', 0.25],
  ['$filter($states.input.list, function($v){ $v > 1 })', 1.25],
  ['$reduce($states.input.list, function($a, $b){ $b })', 2],
  ['$single($states.input.list, function($v){ $v = 1 })', 2],
  ['$join($map($states.input.list, $string))', 0.56],
  ['$string($states.input.list)', 2],
  ['1 in $states.input.list', 0.25],
  ['[$states.input.list, 1]', 0.25],
  ['[0..$count($states.input.list)]', 0.5],
  ['$boolean($states.input.list)', 0.25],
  ['$states.input.list and true', 0.25],
  ['$string($states.input.list, true)', 3],
  ['$states.input.list ? 1 : 2', 0.25],
  ['"a" & $states.input.list', 2.08],
  ['$states.input.list ~> |$|{}|', 1],
  ['$states.input.list{$string($): $}', 1],
])('%s pays %d for an item', (source, steps) => {
  expect(price(source, numbers, 1)).toBe(steps);
});

test.each([
  ['$states.input.list.key', 1],
  ['$states.input.list.inner', 2],
  ['$states.input.list.inner.$', 4],
  ['$states.input.list[odd = 1]', 1],
  ['$states.input.list[odd = 1].key', 1.5],
  ['$states.input.list^(key)', 1.9],
  ['$states.input.list^(>odd, key)', 11.04],
  ['$states.input.list{key: odd}', 1],
  ['$states.input.list{$string(odd): $count(inner)}', 63.56],
  ['$states.input.list.*', 7],
  ['$states.input.list.**', 9],
  ['$states.input.**', 6],
  ['$states.input.list.inner.(%.key)', 11],
  ['$states.input.list@$o.inner.($o.key)', 1.25],
  ['$states.input.list@$o[$o.odd = 1].key', 2.25],
  ['$states.input.list@$o^(key)#$i.$i', 5.25],
  ['$states.input.list#$i{key: $i}', 2.25],
  ['$states.input.list@$o{$o.key: $o.odd}', 2.25],
  ['$keys($states.input.list)', 1],
  ['$distinct($states.input.list)', 5],
  ['$states.input.list = $append($states.input.list, [])', 0.5],
  ['$states.input.list = $states.input.list.$merge($)', 10.25],
  ['$merge($states.input.list)', 4],
  ['$spread($states.input.list)', 4],
  ['$lookup($states.input.list, "key")', 1],
  ['$states.input.list ~> |$|{"a": 1}|', 9],
  ['$states.input.list ~> |$|{}, "key"|', 9],
  ['$states.input.list.(inner[0])', 1],
  ['$states.input.list.inner[0]', 1],
  ['$states.input.list.inner[-1]', 1],
  ['$states.input.list.[key, odd]', 1],
  ['$states.input.list.key[]', 1],
  ['$states.input.list.(key; odd)', 1],
])('%s pays %d for an object', (source, steps) => {
  expect(price(source, objects, 1)).toBe(steps);
});

test.each([
  ['$length($states.input.text)', 1],
  ['$uppercase($states.input.text)', 1],
  ['$lowercase($states.input.text)', 1],
  ['$trim($states.input.text)', 1],
  ['$substring($states.input.text, 1)', 1],
  ['$substring($states.input.text, 1, 5)', 1],
  ['$substringBefore($states.input.text, "zz")', 1],
  ['$substringAfter($states.input.text, "zz")', 1],
  ['$pad($states.input.text, 5000)', 1],
  ['$contains($states.input.text, "zz")', 1],
  ['$contains($states.input.text, /zz/)', 3],
  ['$split($states.input.text, " ")', 6.35],
  ['$split($states.input.text, / /)', 106.75],
  ['$match($states.input.text, /a/)', 106.65],
  ['$replace($states.input.text, "b", "x")', 42.6],
  ['$replace($states.input.text, /b/, "x")', 149.2],
  ['$states.input.text & "x"', 1],
  ['$base64encode($states.input.text)', 2],
  ['$encodeUrl($states.input.text)', 3],
  ['$encodeUrlComponent($states.input.text)', 3],
  ['$decodeUrl($states.input.text)', 3],
  ['$decodeUrlComponent($states.input.text)', 3],
  ['$join([$states.input.text, $states.input.text])', 2],
  ['$hash($states.input.text, "SHA-256")', 32],
  ['$base64decode($base64encode($states.input.text))', 3.35],
  ['$toMillis($states.input.text, "[Y]")', 27],
  ['$parse("[" & $length($states.input.text) & "]")', 1],
])('%s pays %d for 64 characters', (source, steps) => {
  expect(price(source, text, 64)).toBe(steps);
});

test.each([
  ['$each($states.input.object, function($v){ $v })', 2],
  ['$sift($states.input.object, function($v){ $v > 1 })', 2],
  ['$spread($states.input.object)', 1],
  ['$merge([$states.input.object, $states.input.object])', 2],
  ['$states.input.object.*', 1],
  ['$states.input.object.**', 1],
  ['$string($states.input.object)', 3],
  ['"a" & $states.input.object', 3.2],
  ['$parse($string($states.input.object))', 3.2],
])('%s pays %d for a member', (source, steps) => {
  expect(price(source, object, 1)).toBe(steps);
});
