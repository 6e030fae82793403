// Every built-in function with many arguments, usual and odd, gives what the reference implementation of JSONata gives.

import { describe, expect, test } from 'vitest';
import { calls, differences, NUMBERS, ODD, quote } from './reference.ts';

describe('texts', () => {
  const texts = [
    ...quote(['', 'a', 'Hello, World', '  two  \t\n words ', 'ähm 😀x', 'aXbXc', '%20+é']),
    'missing',
    '12',
    'null',
  ];

  test.each([
    'uppercase',
    'lowercase',
    'trim',
    'length',
    'string',
    'base64encode',
    'encodeUrl',
    'encodeUrlComponent',
    'decodeUrl',
    'decodeUrlComponent',
    'number',
    'boolean',
    'not',
    'exists',
    'type',
    'count',
  ])('$%s', async (name) => {
    expect(await differences([...calls(name, [...texts, ...ODD]), `$${name}()`, `text.$${name}()`])).toEqual(
      [],
    );
  });

  test('parts', async () => {
    const places = ['0', '1', '3', '20', '-1', '-3', '-20', '1.5', 'missing'];
    expect(await differences(calls('substring', texts, places))).toEqual([]);
    expect(await differences(calls('substring', texts, places, [...places, '-2', '2']))).toEqual([]);
    const marks = [...quote(['', 'X', 'l', ', ', 'zz']), 'missing'];
    for (const name of ['substringBefore', 'substringAfter', 'contains', 'split'])
      expect(await differences(calls(name, texts, marks))).toEqual([]);
    for (const mark of quote(['X', 'l', '']))
      expect(await differences(calls('split', texts, [mark], ['0', '1', '2', '9', '-1', '1.5']))).toEqual([]);
  });

  test('padding', async () => {
    const widths = ['0', '3', '15', '-3', '-15', '2.5'];
    expect(await differences(calls('pad', texts, widths))).toEqual([]);
    expect(await differences(calls('pad', texts, widths, quote(['', '-', 'ab', '😀'])))).toEqual([]);
  });

  test('regular expressions', async () => {
    const patterns = ['/l/', '/[a-z]+/', '/(H)(e)?(z)?/', '/L/i', '/X/', '/^/', '/\\s+/', '/(a)|(b)/'];
    const subjects = quote(['Hello, World', 'aXbXc', 'ab', '', 'two  words']);
    expect(
      await differences(
        calls(
          'match',
          subjects,
          patterns.filter((each) => each !== '/^/'),
        ),
      ),
    ).toEqual([]);
    expect(await differences(calls('match', subjects, ['/[a-z]/'], ['0', '1', '2', '-1']))).toEqual([]);
    expect(await differences(calls('contains', subjects, patterns))).toEqual([]);
    expect(await differences(calls('split', subjects, ['/X/', '/l+/', '/\\s+/']))).toEqual([]);
    expect(await differences(calls('split', subjects, ['/X/', '/l/'], ['0', '1', '2', '-1']))).toEqual([]);
  });

  test('replacing', async () => {
    const subjects = quote(['Hello, World', 'aXbXc', 'abc', '']);
    const replacements = quote(['', '-', '$0', '$1$2', '[$1]', '$$', '$', '$9', '$01', '$12', 'a$b']);
    expect(await differences(calls('replace', subjects, quote(['l', 'X', 'zz', '']), replacements))).toEqual(
      [],
    );
    expect(
      await differences(calls('replace', subjects, ['/l/', '/([a-z])([a-z])?/', '/X/'], replacements)),
    ).toEqual([]);
    expect(
      await differences(
        calls('replace', subjects, ['/[a-z]/', '"l"', '"X"'], ['"-"'], ['0', '1', '2', '-1']),
      ),
    ).toEqual([]);
    expect(await differences(['$replace("a", missing, "b")', '$replace(missing, "a", "b")'])).toEqual([]);
    const functions = [
      'function($m){ $uppercase($m.match) }',
      'function($m){ $m.start & ":" & $m.end }',
      'function($m){ 1 }',
    ];
    expect(await differences(calls('replace', subjects, ['/[a-z]/', '"l"'], functions))).toEqual([]);
  });
});

test('a regular expression is a function from a text to its first match', async () => {
  const match = '/(l)(o)?/("Hello, World")';
  const next = `${match}.next()`;
  const members = ['match', 'start', 'end', 'groups'];
  const ends = [
    `${next}.next().start`,
    `${next}.next().next()`,
    '/zz/("a")',
    '/a/(missing)',
    '$exists(/a/("a").next)',
  ];
  const sources = [match, next].flatMap((found) => members.map((member) => `${found}.${member}`));
  expect(await differences([...sources, ...ends])).toEqual([]);
});

// How many arguments a built-in is given by another depends on how many it says it takes.
test.each(
  'abs average base64encode boolean ceil contains count distinct exists floor formatBase join keys length lookup lowercase map max merge min not number pad power reverse round single sort split spread sqrt string substring substringBefore sum trim type uppercase zip append each filter sift reduce'.split(
    ' ',
  ),
)('$%s as the argument of another function', async (name) => {
  const lists = ['[1, 2]', '["a", "b"]', '[[1, 2], [3]]', '[{"a": 1}, {"b": 2}]'];
  const sources = lists.flatMap((list) => [
    `$map(${list}, $${name})`,
    `$filter(${list}, $${name})`,
    `$reduce(${list}, $${name})`,
    `$single(${list}, $${name})`,
  ]);
  sources.push(`$each({"a": 1, "b": "c"}, $${name})`, `$sift({"a": 1, "b": "c"}, $${name})`);
  expect(await differences(sources)).toEqual([]);
});

test('Base 64 of long texts', async () => {
  const long = [100, 4_095, 4_096, 4_097, 9_000].map((length) => `$pad("", ${length}, "abc")`);
  const back = long.map((text) => `$base64decode($base64encode(${text}))`);
  const texts = quote(['SGVsbG8=', 'SGVsbG8', '', 'AAAA']);
  expect(
    await differences([...calls('base64encode', long), ...calls('base64decode', texts), ...back]),
  ).toEqual([]);
});

describe('numbers', () => {
  test.each(['abs', 'floor', 'ceil', 'sqrt', 'round', 'sum', 'max', 'min', 'average'])(
    '$%s',
    async (name) => {
      const lists = ['[1,2,3]', '[-1.5, 2]', '[1,"a"]', '[[1],[2]]', 'list'];
      expect(await differences([...calls(name, [...NUMBERS, ...ODD, ...lists]), `n.$${name}()`])).toEqual([]);
    },
  );

  test('rounding to places, half to even', async () => {
    const halves = [
      '0.5',
      '1.5',
      '2.5',
      '-0.5',
      '-1.5',
      '-2.5',
      '25',
      '35',
      '125',
      '1.25',
      '1.35',
      '2.675',
      '-12.345',
    ];
    expect(
      await differences(calls('round', [...halves, ...NUMBERS], ['0', '1', '2', '3', '-1', '-2', '1.5'])),
    ).toEqual([]);
  });

  test('powers', async () => {
    expect(
      await differences(
        calls('power', ['0', '2', '-2', '4', '-8', '10', 'missing'], ['0', '1', '2', '0.5', '-1', '400']),
      ),
    ).toEqual([]);
  });

  test('from texts', async () => {
    const texts = quote([
      '0',
      '-0',
      '1.50',
      '1e3',
      '0x1F',
      '0b101',
      '0o17',
      '',
      ' ',
      '1 ',
      '--1',
      '1e400',
      '.5',
      '5.',
      '0x',
      'NaN',
      'Infinity',
    ]);
    expect(await differences(calls('number', texts))).toEqual([]);
  });
});

describe('lists', () => {
  const lists = [
    '[]',
    '[1]',
    '[3,1,2]',
    '["b","a","a"]',
    '[1,"a"]',
    '[[1],[2]]',
    '[{"a":2},{"a":1}]',
    'list',
    'missing',
    '5',
  ];

  test.each([
    'count',
    'reverse',
    'shuffle',
    'distinct',
    'sort',
    'merge',
    'spread',
    'keys',
    'join',
    'zip',
    'sum',
  ])('$%s', async (name) => {
    const shuffled = name === 'shuffle' ? ['[]', '[1]', 'missing'] : [...lists, 'object', '{}'];
    expect(await differences(calls(name, shuffled))).toEqual([]);
  });

  test('of two', async () => {
    for (const name of ['append', 'zip']) expect(await differences(calls(name, lists, lists))).toEqual([]);
    expect(
      await differences(
        calls(
          'join',
          ['["a","b"]', '["a"]', '[]', '"a"', '[1,2]', 'missing'],
          [...quote(['', '-']), 'missing', '1'],
        ),
      ),
    ).toEqual([]);
    expect(await differences(calls('zip', lists.slice(0, 4), lists.slice(2, 5), ['["x","y","z"]']))).toEqual(
      [],
    );
  });

  test('with functions', async () => {
    const functions = [
      'function($v){ $v }',
      'function($v, $i){ $i }',
      'function($v, $i, $a){ $count($a) }',
      'function(){ 1 }',
      'function($v){ $v = 1 }',
      '$string',
      'function($v, $i){ $i > 0 }',
    ];
    for (const name of ['map', 'filter', 'single'])
      expect(await differences(calls(name, lists, functions))).toEqual([]);
    const folds = [
      'function($a, $b){ $a & $b }',
      'function($a, $b, $i){ $a & $i }',
      'function($a){ $a }',
      '$append',
    ];
    expect(await differences(calls('reduce', lists, folds))).toEqual([]);
    expect(await differences(calls('reduce', lists, folds, ['"z"', '[]', 'missing']))).toEqual([]);
    const orders = [
      'function($a, $b){ $a > $b }',
      'function($a, $b){ $a.a > $b.a }',
      'function($a, $b){ false }',
    ];
    expect(await differences(calls('sort', lists, orders))).toEqual([]);
  });
});

describe('objects', () => {
  const objects = [
    '{}',
    '{"a":1}',
    '{"a":1,"b":{"a":2}}',
    '[{"a":1},{"a":2,"b":3}]',
    'object',
    'missing',
    '"text"',
    '[]',
    '5',
  ];

  test('by their members', async () => {
    for (const name of ['keys', 'spread', 'merge', 'type', 'boolean', 'exists'])
      expect(await differences(calls(name, objects))).toEqual([]);
    expect(await differences(calls('lookup', objects, quote(['a', 'b', 'zz', ''])))).toEqual([]);
    expect(await differences(calls('merge', ['[{"a":1},{"b":2},{"a":3}]', '[{"a":1},5]', '[1]']))).toEqual(
      [],
    );
  });

  test('with functions', async () => {
    const functions = [
      'function($v, $k){ $k }',
      'function($v){ $v }',
      'function($v, $k, $o){ $count($keys($o)) }',
      'function($v){ $v = 1 }',
      'function($v, $k){ $k = "a" }',
    ];
    for (const name of ['each', 'sift'])
      expect(await differences(calls(name, objects, functions))).toEqual([]);
  });

  test('as text', async () => {
    const values = [
      ...objects,
      '[1,[2,{"a":null}]]',
      '"a\\"b"',
      '1e100',
      '1.1',
      'true',
      '$sum',
      '/x/',
      '{"f": $sum}',
    ];
    expect(await differences(calls('string', values))).toEqual([]);
    expect(await differences(calls('string', values, ['true', 'false']))).toEqual([]);
  });

  test('errors and assertions', async () => {
    expect(await differences([...calls('error', [...quote(['', 'x']), 'missing', '1']), '$error()'])).toEqual(
      [],
    );
    expect(
      await differences([
        ...calls('assert', ['true', 'false', '1', 'missing'], quote(['', 'x'])),
        '$assert(false)',
      ]),
    ).toEqual([]);
  });
});
