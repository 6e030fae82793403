// Every function of the expression languages pays for what it is given: more data, more units, at least in proportion. A
// function that is in neither list of its language fails the test: whoever adds one says what it costs.

import { describe, expect, test } from 'vitest';
import { type Json, parseJson } from '../../src/base/json.ts';
import { Meter } from '../../src/base/meter.ts';
import { FUNCTIONS } from '../../src/query/intrinsics/functions.ts';
import { compilePath } from '../../src/query/json-path/compile.ts';
import { BUILT_IN } from '../../src/query/jsonata/functions/table.ts';
import { SERVICE_BOUNDS } from '../../src/query/jsonata/limits.ts';
import { regexFunction } from '../../src/query/jsonata/regex.ts';
import { JsonataFunction, Run, type Value } from '../../src/query/jsonata/run.ts';
import type { Scope } from '../../src/query/scope.ts';
import { compileTemplate } from '../../src/query/template.ts';
import { scopeOf } from './scope-of.ts';

const SMALL = 2_000;
const LARGE = 3 * SMALL;
/** What is charged least: characters and items that are copied as they are. */
const LEAST_PER_ITEM = 1 / 80;

const text = (size: number) => 'ab '.repeat(size / 2).slice(0, size);
const numbers = (size: number) => Array.from({ length: size }, (_unused, i) => i);
const texts = (size: number) => numbers(size).map((i) => `t${i}`);
const objects = (size: number) => numbers(size).map((i) => ({ [`k${i}`]: [i] }));
const object = (size: number) => Object.fromEntries(numbers(size).map((i) => [`m${i}`, i]));
const identity = new JsonataFunction(1, ([value]) => value);
const second = new JsonataFunction(2, ([, value]) => value);
const no = new JsonataFunction(2, () => false);

type Arguments = (size: number) => readonly Value[];

/** Built-in functions of JSONata with arguments that grow. */
const GROWING: Readonly<Record<string, Arguments>> = {
  append: (n) => [numbers(n), [1]],
  average: (n) => [numbers(n)],
  base64decode: (n) => ['QUJD'.repeat(n / 4)],
  base64encode: (n) => [text(n)],
  boolean: (n) => [numbers(n).map(() => 0)],
  clone: (n) => [objects(n)],
  contains: (n) => [text(n), 'abc'],
  decodeUrl: (n) => [text(n)],
  decodeUrlComponent: (n) => [text(n)],
  distinct: (n) => [objects(n)],
  each: (n) => [object(n), identity],
  encodeUrl: (n) => [text(n)],
  encodeUrlComponent: (n) => [text(n)],
  filter: (n) => [numbers(n), no],
  hash: (n) => [text(n), 'MD5'],
  join: (n) => [texts(n), ','],
  keys: (n) => [object(n)],
  length: (n) => [text(n)],
  lookup: (n) => [objects(n), 'k1'],
  lowercase: (n) => [text(n)],
  map: (n) => [numbers(n), identity],
  match: (n) => [text(n), regexFunction('b', '', 0)],
  max: (n) => [numbers(n)],
  merge: (n) => [objects(n)],
  min: (n) => [numbers(n)],
  not: (n) => [numbers(n).map(() => 0)],
  number: (n) => ['1'.repeat(n / 20)],
  pad: (n) => ['a', n],
  parse: (n) => [`[${numbers(n).join(',')}]`],
  parseInteger: (n) => ['1'.repeat(n), '0'],
  partition: (n) => [numbers(n), 2],
  range: (n) => [1, n, 1],
  reduce: (n) => [numbers(n), second],
  replace: (n) => [text(n), 'a', 'b'],
  reverse: (n) => [numbers(n)],
  shuffle: (n) => [numbers(n)],
  sift: (n) => [object(n), no],
  single: (n) => [[...numbers(n), 'x'], new JsonataFunction(1, ([value]) => value === 'x')],
  sort: (n) => [numbers(n)],
  split: (n) => [text(n), ','],
  spread: (n) => [object(n)],
  string: (n) => [numbers(n)],
  substring: (n) => [text(n), 1, 2],
  substringAfter: (n) => [text(n), 'x'],
  substringBefore: (n) => [text(n), 'x'],
  sum: (n) => [numbers(n)],
  toMillis: (n) => ['1'.repeat(n), '[Y]'],
  trim: (n) => [text(n)],
  uppercase: (n) => [text(n)],
  zip: (n) => [numbers(n), numbers(n)],
};

/** Those whose arguments have no size, or a bound. */
const CONSTANT: Readonly<Record<string, readonly Value[]>> = {
  abs: [-1],
  assert: [true],
  ceil: [1.5],
  count: [[1]],
  error: ['x'],
  exists: [1],
  floor: [1.5],
  formatBase: [255, 16],
  formatInteger: [12, 'w'],
  formatNumber: [12, '0'],
  fromMillis: [0],
  millis: [],
  now: [],
  power: [2, 3],
  random: [],
  round: [1.5],
  sqrt: [4],
  type: [1],
  uuid: [],
};

const FIELDS: Scope = scopeOf(null);

function unitsOfCall(name: string, args: readonly Value[]): number {
  const run = new Run({ ...FIELDS, meter: new Meter() }, SERVICE_BOUNDS, undefined);
  const before = run.units;
  try {
    BUILT_IN.get(name)?.call(args, run);
  } catch (error) {
    if (name !== 'error') throw error;
  }
  return before - run.units;
}

describe('JSONata', () => {
  test('every built-in function has its charge stated here', () => {
    const stated = [...Object.keys(GROWING), ...Object.keys(CONSTANT)];
    expect(stated.toSorted()).toEqual([...BUILT_IN.keys()].toSorted());
  });

  test.each(Object.keys(GROWING))('$%s pays for the size of what it is given', (name) => {
    const args = GROWING[name]!;
    const [small, large] = [unitsOfCall(name, args(SMALL)), unitsOfCall(name, args(LARGE))];
    expect(large - small).toBeGreaterThanOrEqual(Math.floor((LARGE - SMALL) * LEAST_PER_ITEM));
    // At least in proportion: what is paid once for a call is little beside it.
    expect(large).toBeGreaterThanOrEqual(small * (name === 'number' ? 1.5 : 2));
  });

  test.each(Object.keys(CONSTANT))('$%s pays for its call', (name) => {
    expect(unitsOfCall(name, CONSTANT[name]!)).toBeGreaterThanOrEqual(1);
  });

  test.each(['formatInteger', 'formatNumber', 'fromMillis'])('$%s pays for its picture', (name) => {
    const value = name === 'fromMillis' ? 0 : 12;
    const small = unitsOfCall(name, [value, name === 'fromMillis' ? '[Y]' : '0']);
    const large = unitsOfCall(name, [value, (name === 'fromMillis' ? '[Y]' : '0').repeat(200)]);
    expect(large - small).toBeGreaterThan(1_000);
  });
});

const INTRINSICS: Readonly<Record<string, (size: number) => readonly Json[]>> = {
  Format: (n) => ['{}', numbers(n)],
  StringToJson: (n) => [`[${numbers(n).join(',')}]`],
  JsonToString: (n) => [objects(n)],
  Array: (n) => numbers(n),
  ArrayPartition: (n) => [numbers(n), 2],
  ArrayContains: (n) => [numbers(n), -1],
  ArrayUnique: (n) => [numbers(n)],
  Base64Encode: (n) => [text(n)],
  Base64Decode: (n) => ['QUJD'.repeat(n / 4)],
  Hash: (n) => [text(n), 'MD5'],
  JsonMerge: (n) => [object(n), {}, false],
  StringSplit: (n) => [text(n), ' '],
};

const CONSTANT_INTRINSICS: Readonly<Record<string, readonly Json[]>> = {
  ArrayRange: [1, 9, 1],
  ArrayGetItem: [[1], 0],
  ArrayLength: [[1]],
  MathRandom: [1, 9],
  MathAdd: [1, 2],
  UUID: [],
};

function unitsOfIntrinsic(name: string, values: readonly Json[]): number {
  const meter = new Meter();
  FUNCTIONS.get(name)?.call(values, { ...FIELDS, meter });
  return meter.used;
}

describe('intrinsic functions', () => {
  test('every function has its charge stated here', () => {
    const stated = [...Object.keys(INTRINSICS), ...Object.keys(CONSTANT_INTRINSICS)];
    expect(stated.toSorted()).toEqual([...FUNCTIONS.keys()].toSorted());
  });

  test.each(Object.keys(INTRINSICS))('States.%s pays for the size of what it is given', (name) => {
    const values = INTRINSICS[name]!;
    const [small, large] = [unitsOfIntrinsic(name, values(SMALL)), unitsOfIntrinsic(name, values(LARGE))];
    expect(large - small).toBeGreaterThanOrEqual((LARGE - SMALL) / 2);
    expect(large).toBeGreaterThanOrEqual(small * 2);
  });

  test.each(Object.keys(CONSTANT_INTRINSICS))('States.%s pays for its call', (name) => {
    expect(unitsOfIntrinsic(name, CONSTANT_INTRINSICS[name]!)).toBeGreaterThanOrEqual(10);
  });
});

function unitsOfPath(path: string, document: Json): number {
  const meter = new Meter();
  compilePath(path).read({ ...scopeOf(document), meter });
  return meter.used;
}

describe('paths', () => {
  test.each([
    '$[*]',
    '$..k1',
    '$..*',
    '$[1:]',
    '$[:-1]',
    '$[?(@.k1)]',
    "$[?(@.k1 == 'x')]",
    '$[?(@.k1 < 3)]',
    '$[?(@ =~ /.*1.*/)]',
    '$[?(@.k1[0] == $[1].k1[0])]',
  ])('%s pays for every node that it looks at', (path) => {
    const [small, large] = [unitsOfPath(path, objects(SMALL)), unitsOfPath(path, objects(LARGE))];
    expect(large - small).toBeGreaterThanOrEqual(LARGE - SMALL);
  });

  test('a comparison of texts pays for their characters', () => {
    const compared = (size: number) =>
      unitsOfPath('$.list[?(@ != $.text)]', { list: ['a', [text(size)]], text: text(size) });
    const inner = (size: number) =>
      unitsOfPath('$.list[?(@.t != $.text)]', { list: [{ t: text(size) }], text: text(size) });
    expect(compared(LARGE)).toBeGreaterThanOrEqual(compared(SMALL));
    expect(inner(LARGE) - inner(SMALL)).toBeGreaterThanOrEqual((LARGE - SMALL) / 16);
  });

  test('a path that leads nowhere pays for its explanation', () => {
    const meter = new Meter();
    const scope = { ...scopeOf({ a: objects(SMALL) }), meter };
    expect(() => compilePath('$.a.b').read(scope)).toThrow();
    const used = meter.used;
    expect(used).toBeGreaterThan(100);
    // The text of a member that an index is asked of becomes a part of the explanation.
    expect(() => compilePath('$.a[0][1]').read(scope)).toThrow();
    const wide = new Meter();
    const whole = { ...scopeOf({ a: object(SMALL) }), meter: wide };
    expect(() => compilePath('$.a[0]').read(whole)).toThrow(/can only be applied to arrays/);
    expect(wide.used).toBeGreaterThan(SMALL);
  });

  test('a template pays for each of its members, and for the input that a cause shows', () => {
    const units = (members: number) => {
      const meter = new Meter();
      const template = Object.fromEntries(numbers(members).map((i) => [`m${i}.$`, '$.a']));
      compileTemplate(template).evaluate({ ...scopeOf({ a: 1 }), meter });
      return meter.used;
    };
    expect(units(200) - units(100)).toBeGreaterThanOrEqual(100);
    const meter = new Meter();
    const missing = compileTemplate({ 'x.$': '$.b' });
    expect(() => missing.evaluate({ ...scopeOf({ a: numbers(SMALL) }), meter })).toThrow(
      /could not be found/,
    );
    expect(meter.used).toBeGreaterThan(SMALL);
  });

  test('numbers of many digits are read once', () => {
    const document = { n: parseJson('9'.repeat(2_000)), list: [{ a: 1 }, { a: 2 }] };
    expect(compilePath('$.list[?($.n > @.a)]').read(scopeOf(document))).toHaveLength(2);
  });
});
