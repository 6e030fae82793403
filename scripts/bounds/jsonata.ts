// Random JSONata: every built-in function with arguments that its signature takes, every operator, paths with all their
// stages, lambdas, recursion, regular expressions and pictures; often inside a loop, as an attacker would.

import { BUILT_IN } from '../../src/query/jsonata/functions/table.ts';
import { LISTS, NUMBERS, OBJECTS, TEXTS } from './inputs.ts';
import type { Random } from './random.ts';
import { leaf, node, type Tree } from './tree.ts';

export const LEAVES: readonly Tree[] = ['1', '"a"', '[]', '$i'].map(leaf);

const NAMES = [...BUILT_IN.keys()].filter((name) => !['error', 'assert', 'single'].includes(name));
const REGEXES = [
  '/a/',
  '/(a+)+$/',
  '/(a|a)*b/',
  '/[^,]+/',
  '/(\\w+)\\s(\\w+)/',
  '/(?=a)a/',
  '/(a+)\\1/',
  '/./i',
  '/\\p{L}/',
  '/a{2,5}b?/',
  '/[\\p{L}&&[^a-c]]/',
  '/(?<=a)b/',
  '/(((((a)?)?)?)?)/',
  '/a*?c/',
  '/(?:a|b|c|d)+x/',
];
const PICTURES = [
  '"[Y0001]-[M01]-[D01]"',
  '"[MNn] [D1o] [Y]"',
  '"[H01]:[m01]:[s01].[f001][Z01:01t]"',
  '"#,##0.00"',
  '"0"',
  '"W"',
  '"Ww;o"',
  '"I"',
  '"A"',
  '"[Yw]"',
  '"000,000,000"',
  '"0.0e0"',
  '"#0.###%"',
  '$pad("", 300, "[Y]")',
  '$pad("0", 900, "#,")',
  '$pad("0", -900, "#-")',
  '$pad("", 600, "[Dw]")',
  '"\u0660"',
];
const STEPS = ['a', 'b', 'c', 'd', 'id', 'k', 'v', 't', 'm1', '*', '**', '`1`'];

export interface Builder {
  readonly random: Random;
  depth: number;
}

function within<T>(b: Builder, make: () => T): T {
  b.depth--;
  const made = make();
  b.depth++;
  return made;
}

function input(b: Builder, names: readonly string[]): Tree {
  return leaf(`$states.input.${b.random.one(names)}`);
}

function call(name: string, args: readonly Tree[]): Tree {
  return node(`$${name}(${args.map((_arg, i) => `{${i}}`).join(', ')})`, ...args);
}

/** Arguments for the letters of a signature. */
function builtIn(b: Builder, name: string): Tree {
  const { random } = b;
  const signature = BUILT_IN.get(name)?.signature?.text ?? '<x>';
  const letters =
    signature
      .slice(1, -1)
      .replace(/:.*$/, '')
      .match(/\([a-z]+\)|[a-z](?:<[a-z](?:[:<>a-z]*)?>)?|[-?+]/g) ?? [];
  const args: Tree[] = [];
  letters.forEach((letter, i) => {
    if (/^[-?+]$/.test(letter)) return;
    if (letters[i + 1] === '?' && random.chance(0.4)) return;
    const kind = letter.startsWith('(') ? random.one([...letter.slice(1, -1)]) : letter;
    args.push(argument(b, kind, name, args.length));
  });
  return call(name, args);
}

function argument(b: Builder, kind: string, name: string, position: number): Tree {
  if (position > 0 && kind === 's' && /format|Integer|Millis|now/i.test(name))
    return leaf(b.random.one(PICTURES));
  if (kind === 's' && name === 'hash' && position === 1)
    return leaf(b.random.one(['"MD5"', '"SHA-1"', '"SHA-512"']));
  if (kind.startsWith('a<s')) return texts(b);
  if (kind.startsWith('a<n')) return numbers(b);
  switch (kind[0]) {
    case 's':
      return text(b);
    case 'n':
      return number(b);
    case 'b':
      return bool(b);
    case 'a':
      return list(b);
    case 'o':
      return object(b);
    case 'f':
      return ['match', 'replace', 'split', 'contains'].includes(name) ? leaf(b.random.one(REGEXES)) : fn(b);
    default:
      return anything(b);
  }
}

function choose(b: Builder, leaves: readonly (() => Tree)[], others: readonly (() => Tree)[]): Tree {
  const from = b.depth <= 0 || b.random.chance(0.25) ? leaves : others;
  return within(b, b.random.one(from));
}

export function text(b: Builder): Tree {
  return choose(
    b,
    [
      () => input(b, TEXTS),
      () => input(b, TEXTS),
      () =>
        leaf(
          b.random.one([
            '"a"',
            '","',
            '""',
            '"$0$1"',
            '"aaaaaaaaaaaaaaaaaaaaaaab"',
            '"b"',
            '$string($i)',
            '$s',
          ]),
        ),
    ],
    [
      () => node('({0} & {1})', anything(b), text(b)),
      () =>
        builtIn(
          b,
          b.random.one(['string', 'substring', 'lowercase', 'uppercase', 'trim', 'pad', 'join', 'replace']),
        ),
      () =>
        builtIn(
          b,
          b.random.one([
            'base64encode',
            'encodeUrl',
            'encodeUrlComponent',
            'decodeUrl',
            'hash',
            'formatNumber',
          ]),
        ),
      () =>
        builtIn(
          b,
          b.random.one(['formatBase', 'formatInteger', 'fromMillis', 'substringBefore', 'substringAfter']),
        ),
      () =>
        node(
          '$replace({0}, {1}, {2})',
          text(b),
          b.random.chance(0.5) ? leaf(b.random.one(REGEXES)) : text(b),
          text(b),
        ),
      () => node('({0} ? {1} : {2})', bool(b), text(b), text(b)),
    ],
  );
}

function number(b: Builder): Tree {
  return choose(
    b,
    [
      () => input(b, NUMBERS),
      () => leaf(String(b.random.whole(-3, 12))),
      () => leaf('$i'),
      () => leaf(String(b.random.size(20_000))),
    ],
    [
      () => node(`({0} ${b.random.one(['+', '-', '*', '/', '%'])} {1})`, number(b), number(b)),
      () =>
        builtIn(
          b,
          b.random.one([
            'sum',
            'count',
            'max',
            'min',
            'average',
            'length',
            'abs',
            'floor',
            'round',
            'power',
            'sqrt',
          ]),
        ),
      () => builtIn(b, b.random.one(['number', 'parseInteger', 'toMillis', 'random', 'millis'])),
      () => node('-{0}', number(b)),
    ],
  );
}

function bool(b: Builder): Tree {
  return choose(
    b,
    [() => leaf('true'), () => leaf('$i > 2')],
    [
      () => node(`({0} ${b.random.one(['=', '!='])} {1})`, anything(b), anything(b)),
      () => node(`({0} ${b.random.one(['<', '>='])} {1})`, text(b), text(b)),
      () => node(`({0} ${b.random.one(['<', '>='])} {1})`, number(b), number(b)),
      () => node('({0} in {1})', anything(b), list(b)),
      () => node(`({0} ${b.random.one(['and', 'or'])} {1})`, bool(b), bool(b)),
      () => builtIn(b, b.random.one(['contains', 'exists', 'boolean', 'not'])),
    ],
  );
}

function numbers(b: Builder): Tree {
  return choose(
    b,
    [() => input(b, ['numbers', 'doubles', 'longs']), () => leaf(`[0..${b.random.size(5_000)}]`)],
    [
      () => builtIn(b, 'range'),
      () => node('{0}.({1})', numbers(b), number(b)),
      () => node('$map({0}, {1})', list(b), lambda(b, ['i'], number)),
    ],
  );
}

function texts(b: Builder): Tree {
  return choose(
    b,
    [() => input(b, ['texts', 'same'])],
    [
      () => builtIn(b, b.random.one(['split', 'keys'])),
      () => node('$map({0}, {1})', list(b), lambda(b, ['i'], text)),
      () => node('{0}.($string($))', list(b)),
    ],
  );
}

export function list(b: Builder): Tree {
  const { random } = b;
  return choose(
    b,
    [() => input(b, LISTS), () => leaf(`[0..${random.size(5_000)}]`)],
    [
      () => node('[{0}, {1}]', anything(b), anything(b)),
      () => path(b),
      () =>
        builtIn(
          b,
          random.one(['append', 'sort', 'reverse', 'shuffle', 'distinct', 'zip', 'map', 'filter', 'each']),
        ),
      () => builtIn(b, random.one(['split', 'match', 'keys', 'spread', 'partition', 'range'])),
      () => node('$sort({0}, {1})', list(b), lambda(b, ['i', 's'], bool)),
      () => node('$map({0}, {1})', list(b), lambda(b, ['i'], anything)),
      () => numbers(b),
      () => texts(b),
    ],
  );
}

function path(b: Builder): Tree {
  const { random } = b;
  const step = () => random.one(STEPS);
  return within(b, () =>
    random.one<() => Tree>([
      () => node(`{0}.${step()}`, list(b)),
      () => node(`{0}.${step()}.${step()}`, object(b)),
      () => node('{0}.{1}', list(b), node('({0})', anything(b))),
      () => node('{0}[{1}]', list(b), bool(b)),
      () => node('{0}[{1}]', list(b), number(b)),
      () => node('{0}[[{1}]]', list(b), numbers(b)),
      () => node(`{0}^(${step()}, >${step()})`, list(b)),
      () => node('{0}^({1})', list(b), number(b)),
      () => node(`{0}{ $string(${step()}): {1} }`, list(b), anything(b)),
      () => node('{0}.{ "k": {1}, "2": {2}, "1": 3 }', list(b), anything(b), anything(b)),
      () => node('{0}.[{1}]', list(b), anything(b)),
      () => node(`{0}@$x.${step()}.[$x, {1}]`, list(b), anything(b)),
      () => node(`{0}#$n[{1}].${step()}`, list(b), bool(b)),
      () => node(`{0}#$n{ $string($n): {1} }`, list(b), anything(b)),
      () => node(`{0}.${step()}.(%.${step()})`, list(b)),
      () => node('{0}[]', list(b)),
    ])(),
  );
}

function object(b: Builder): Tree {
  return choose(
    b,
    [() => input(b, OBJECTS), () => leaf('$states.context')],
    [
      () => node('{"a": {0}, "b": {1}}', anything(b), anything(b)),
      () => node('$merge({0})', list(b)),
      () => node('$sift({0}, {1})', object(b), lambda(b, ['i', 's'], bool)),
      () =>
        node(
          `({0} ~> |${b.random.one(STEPS)}|{"z": {1}}${b.random.chance(0.4) ? ', ["a", "t"]' : ''}|)`,
          object(b),
          anything(b),
        ),
      () => node('$reduce({0}, {1}, {})', list(b), lambda(b, ['i', 's'], object)),
      () => builtIn(b, b.random.one(['clone', 'merge', 'sift'])),
    ],
  );
}

function lambda(b: Builder, params: readonly string[], body: (b: Builder) => Tree): Tree {
  const names = params.map((name) => `$${name}`).join(', ');
  return node(
    `function(${names}){ {0} }`,
    within(b, () => body(b)),
  );
}

function fn(b: Builder): Tree {
  return b.random.chance(0.4)
    ? leaf(
        `$${b.random.one(['string', 'count', 'length', 'uppercase', 'sum', 'keys', 'boolean', 'append', 'distinct'])}`,
      )
    : lambda(b, ['i', 's'], anything);
}

export function anything(b: Builder): Tree {
  const { random } = b;
  return choose(
    b,
    [
      () => input(b, [...TEXTS, ...LISTS, ...OBJECTS, ...NUMBERS]),
      () => leaf('$i'),
      () => leaf('null'),
      () => leaf('$states.input'),
    ],
    [
      () => text(b),
      () => number(b),
      () => bool(b),
      () => list(b),
      () => object(b),
      () => builtIn(b, random.one(NAMES)),
      () => node('$reduce({0}, {1})', list(b), lambda(b, ['i', 's'], anything)),
      () => node('$parse({0})', b.random.chance(0.5) ? input(b, ['json', 'deepJson', 'digits']) : text(b)),
      () => node('$lookup({0}, "a")', list(b)),
      () => node('($v := {0}; [$v, $v, {1}])', anything(b), anything(b)),
      () => node('$string({0})', anything(b)),
      () => node('({0} ~> $string ~> $length)', anything(b)),
    ],
  );
}

/** An expression; more often than not one that does its work again and again. */
export function jsonata(random: Random): Tree {
  const b: Builder = { random, depth: random.whole(1, 4) };
  const inner = anything(b);
  const times = () => random.size(100_000) + 1;
  return random.one<() => Tree>([
    () => inner,
    () => inner,
    () => node(`$map([1..${times()}], function($i){ {0} })`, inner),
    () => node(`[1..${times()}].($i := $; {0})`, inner),
    () => node(`($f := function($i, $s){ $i = 0 ? $s : $f($i - 1, {0}) }; $f(${times()}, "a"))`, inner),
    () => node(`$reduce([1..${times()}], function($s, $i){ {0} })`, inner),
    () => node(`$count([1..${times()}][$i := $; {0}])`, inner),
    () => node(`$reduce([1..${times()}], function($s, $i){ $append($s, {0}) })`, inner),
    () => node(`$reduce([1..${times()}], function($s, $i){ $s & {0} })`, text(b)),
    () =>
      node(
        `($g := function($i){ $i = 0 ? {0} : [$g($i - 1), $g($i - 1)] }; $g(${random.whole(1, 22)}))`,
        inner,
      ),
    () =>
      node(
        `($f := function($i, $s){ $i = 0 ? $s : $f($i - 1, [$s, $s]) }; $string($f(${random.whole(1, 40)}, {0})))`,
        inner,
      ),
  ])();
}
