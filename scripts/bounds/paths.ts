// Random JSONPaths, calls of intrinsic functions, and payload templates of many of both.

import type { Json } from '../../src/base/json.ts';
import { FUNCTIONS } from '../../src/query/intrinsics/functions.ts';
import { LISTS, NUMBERS, OBJECTS, TEXTS } from './inputs.ts';
import type { Random } from './random.ts';
import { leaf, node, type Tree } from './tree.ts';

const ALL = [...TEXTS, ...LISTS, ...OBJECTS, ...NUMBERS];
const STEPS = [
  '.a',
  '.b',
  '.*',
  '..*',
  '[*]',
  '[0]',
  '[1:]',
  '[:-1]',
  '[0,1,2]',
  "['a','b']",
  '..a',
  '..id',
  '.v',
  '[(@.length-1)]',
];
const OPERANDS = [
  '@',
  '@.id',
  '@.k',
  '@.b.c',
  '@..*',
  '$.whole',
  '$.one',
  '$.digits',
  '$.digitsNumber',
  '$..id',
  '3',
  "'k1'",
  'true',
  'null',
];
const OPERATORS = ['==', '!=', '<', '<=', '>', '>='];
const PATTERNS = ['/.*a.*/', '/(a+)+b/', '/.*(x|y)*z/', '/[^k]*/i', '/(?=.*a).*/'];

function filter(random: Random): string {
  const one = (): string =>
    random.one([
      () => `@${random.one(['.id', '.k', '.a', '[0]', '.b.c[*]', '..*'])}`,
      () => `!@${random.one(['.id', '.zz'])}`,
      () => `${random.one(OPERANDS)} ${random.one(OPERATORS)} ${random.one(OPERANDS)}`,
      () => `${random.one(OPERANDS.slice(0, 10))} =~ ${random.one(PATTERNS)}`,
    ])();
  const parts = Array.from({ length: random.whole(1, 3) }, one);
  return `[?(${parts.join(random.one([' && ', ' || ']))})]`;
}

/** A path from the document; most look at much of it. */
export function pathText(random: Random): string {
  let text = random.chance(0.4) ? '$' : `$.${random.one(ALL)}`;
  for (let i = random.whole(0, 4); i > 0; i--)
    text += random.chance(0.3) ? filter(random) : random.one(STEPS);
  return text;
}

function argument(random: Random, depth: number): Tree {
  const literals = [
    '1',
    '5',
    '0',
    "'a'",
    "','",
    "'{} {}'",
    "'MD5'",
    "'SHA-512'",
    'true',
    'false',
    'null',
    "'ab, \\\\'",
  ];
  return random.one<() => Tree>([
    () => leaf(random.one(literals)),
    () => leaf(`$.${random.one(ALL)}`),
    () => leaf(`$.${random.one(ALL)}`),
    () => leaf(random.chance(0.5) ? '$' : pathText(random)),
    () => (depth > 0 ? intrinsic(random, depth - 1) : leaf('$.one')),
  ])();
}

function many(random: Random, part: string, most: number): string {
  return Array.from({ length: random.size(most) + 1 }, () => part).join(', ');
}

const TYPED: Readonly<Record<string, readonly (readonly string[])[]>> = {
  StringToJson: [TEXTS],
  ArrayPartition: [LISTS, ['whole']],
  ArrayContains: [LISTS, ALL],
  ArrayGetItem: [LISTS, ['whole']],
  ArrayLength: [LISTS],
  ArrayUnique: [LISTS],
  Base64Encode: [TEXTS],
  Base64Decode: [['base64']],
  StringSplit: [TEXTS, TEXTS],
  JsonMerge: [OBJECTS, OBJECTS],
};

export function intrinsic(random: Random, depth: number): Tree {
  const name = random.one([...FUNCTIONS.keys()]);
  const { least, most } = FUNCTIONS.get(name)!;
  if (name === 'Format' && random.chance(0.5)) {
    const count = random.whole(1, 6);
    return node(
      `States.Format('${'{} '.repeat(count)}', ${many(random, '{0}', 0)}${', {1}'.repeat(count - 1)})`,
      argument(random, depth),
      argument(random, depth),
    );
  }
  if (name === 'Array' && random.chance(0.5))
    return node(
      `States.Array(${many(random, '{0}', random.chance(0.1) ? 2_000 : 100)})`,
      argument(random, depth),
    );
  const count = Math.min(random.whole(least, Math.min(most, 4)), 9);
  const typed = random.chance(0.8) ? TYPED[name] : undefined;
  const args = Array.from({ length: count }, (_unused, i) => {
    if (typed?.[i] && random.chance(0.7)) return leaf(`$.${random.one(typed[i]!)}`);
    if (name === 'JsonMerge' && i === 2) return leaf('false');
    if (name === 'Hash' && i === 1) return leaf("'SHA-512'");
    return argument(random, depth);
  });
  return node(`States.${name}(${args.map((_arg, i) => `{${i}}`).join(', ')})`, ...args);
}

/** Each member of the template is one of few expressions: what they cost adds up. */
export function templateOf(expression: string, members: number): Json {
  return Object.fromEntries(Array.from({ length: members }, (_unused, i) => [`m${i}.$`, expression]));
}
