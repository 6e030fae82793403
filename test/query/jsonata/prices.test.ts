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
  ['$states.input.list.$', 2],
  ['$states.input.list[$ > 1]', 3],
  ['$states.input.list[[0, 1]]', 8],
  ['$states.input.list^($)', 11.25],
  ['$states.input.list^(>$)', 11.25],
  ['$states.input.list.[$]', 4],
  ['$states.input.list.{"a": $}', 5],
  ['$states.input.list@$x.$x', 30],
  ['$states.input.list#$i.$i', 30],
  ['$states.input.list#$i[$i > 1]', 17],
  ['$states.input.list@$x^($x)', 25.25],
  ['$sum($states.input.list)', 1.5],
  ['$max($states.input.list)', 1.5],
  ['$min($states.input.list)', 1.5],
  ['$average($states.input.list)', 1.5],
  ['$append($states.input.list, $states.input.list)', 0.5],
  ['$append($states.input.list, 1)', 0.25],
  ['$reverse($states.input.list)', 0.25],
  ['$shuffle($states.input.list)', 3],
  ['$distinct($states.input.list)', 4],
  ['$states.input.list = $append($states.input.list, [])', 1.25],
  ['$sort($states.input.list)', 18],
  ['$zip($states.input.list, $states.input.list)', 8.5],
  ['$map($states.input.list, function($v){ $v })', 5],
  ['$map($states.input.list, $string)', 20],
  ['$filter($states.input.list, function($v){ $v > 1 })', 6],
  ['$reduce($states.input.list, function($a, $b){ $b })', 7],
  ['$single($states.input.list, function($v){ $v = 1 })', 6],
  ['$join($map($states.input.list, $string))', 22.31],
  ['$string($states.input.list)', 8],
  ['1 in $states.input.list', 0.5],
  ['[$states.input.list, 1]', 0.25],
  ['[0..$count($states.input.list)]', 0.5],
  ['$boolean($states.input.list)', 1],
  ['$states.input.list and true', 1],
  ['$string($states.input.list, true)', 10],
  ['$states.input.list ? 1 : 2', 1],
  ['"a" & $states.input.list', 8.08],
  ['$states.input.list ~> |$|{}|', 8],
  ['$states.input.list{$string($): $}', 47],
])('%s pays %d for an item', (source, steps) => {
  expect(price(source, numbers, 1)).toBe(steps);
});

test.each([
  ['$states.input.list.key', 1],
  ['$states.input.list.inner', 3],
  ['$states.input.list.inner.$', 7],
  ['$states.input.list[odd = 1]', 3],
  ['$states.input.list[odd = 1].key', 3.5],
  ['$states.input.list^(key)', 13.95],
  ['$states.input.list^(>odd, key)', 33.46],
  ['$states.input.list{key: odd}', 27],
  ['$states.input.list{$string(odd): $count(inner)}', 29],
  ['$states.input.list.*', 13],
  ['$states.input.list.**', 21],
  ['$states.input.**', 18],
  ['$states.input.list.inner.(%.key)', 67],
  ['$states.input.list@$o.inner.($o.key)', 15],
  ['$states.input.list@$o[$o.odd = 1].key', 18.5],
  ['$states.input.list@$o^(key)#$i.$i', 62.75],
  ['$states.input.list#$i{key: $i}', 46],
  ['$states.input.list@$o{$o.key: $o.odd}', 48],
  ['$keys($states.input.list)', 13],
  ['$distinct($states.input.list)', 52],
  ['$states.input.list = $append($states.input.list, [])', 1.25],
  ['$states.input.list = $states.input.list.$merge($)', 49],
  ['$merge($states.input.list)', 20],
  ['$spread($states.input.list)', 25],
  ['$lookup($states.input.list, "key")', 1],
  ['$states.input.list ~> |$|{"a": 1}|', 45],
  ['$states.input.list ~> |$|{}, "key"|', 44],
  ['$states.input.list.(inner[0])', 3],
  ['$states.input.list.inner[0]', 2],
  ['$states.input.list.inner[-1]', 2],
  ['$states.input.list.[key, odd]', 5],
  ['$states.input.list.key[]', 1],
  ['$states.input.list.(key; odd)', 3],
])('%s pays %d for an object', (source, steps) => {
  expect(price(source, objects, 1)).toBe(steps);
});

test.each([
  ['$length($states.input.text)', 4],
  ['$uppercase($states.input.text)', 17],
  ['$lowercase($states.input.text)', 17],
  ['$trim($states.input.text)', 65],
  ['$substring($states.input.text, 1)', 9],
  ['$substring($states.input.text, 1, 5)', 9],
  ['$substringBefore($states.input.text, "zz")', 2],
  ['$substringAfter($states.input.text, "zz")', 2],
  ['$pad($states.input.text, 5000)', 4],
  ['$contains($states.input.text, "zz")', 2],
  ['$contains($states.input.text, /zz/)', 2],
  ['$split($states.input.text, " ")', 45.7],
  ['$split($states.input.text, / /)', 342.6],
  ['$match($states.input.text, /a/)', 469.6],
  ['$replace($states.input.text, "b", "x")', 300.2],
  ['$replace($states.input.text, /b/, "x")', 404.8],
  ['$states.input.text & "x"', 1],
  ['$base64encode($states.input.text)', 27.35],
  ['$encodeUrl($states.input.text)', 83.65],
  ['$encodeUrlComponent($states.input.text)', 83.65],
  ['$decodeUrl($states.input.text)', 83],
  ['$decodeUrlComponent($states.input.text)', 83],
  ['$join([$states.input.text, $states.input.text])', 2],
  ['$hash($states.input.text, "SHA-256")', 71],
  ['$base64decode($base64encode($states.input.text))', 74.05],
  ['$toMillis($states.input.text, "[Y]")', 529],
  ['$parse("[" & $length($states.input.text) & "]")', 4],
])('%s pays %d for 64 characters', (source, steps) => {
  expect(price(source, text, 64)).toBe(steps);
});

test.each([
  ['$each($states.input.object, function($v){ $v })', 5],
  ['$sift($states.input.object, function($v){ $v > 1 })', 11.75],
  ['$spread($states.input.object)', 6.75],
  ['$merge([$states.input.object, $states.input.object])', 11.5],
  ['$states.input.object.*', 2],
  ['$states.input.object.**', 3],
  ['$string($states.input.object)', 16],
  ['"a" & $states.input.object', 16.2],
  ['$parse($string($states.input.object))', 64.95],
])('%s pays %d for a member', (source, steps) => {
  expect(price(source, object, 1)).toBe(steps);
});
