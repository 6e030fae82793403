import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Json, parseJson, stringifyJson } from '../../../src/base/json.ts';
import { StateError } from '../../../src/base/state-error.ts';
import { compileIntrinsic, IntrinsicSyntaxError } from '../../../src/query/intrinsics/compile.ts';
import { scopeOf } from '../scope-of.ts';

/** JSON text of the call's value. */
function run(call: string, input: Json | string = {}): string {
  const document = typeof input === 'string' ? parseJson(input) : input;
  return stringifyJson(compileIntrinsic(call).evaluate(scopeOf(document)));
}

function failure(call: string, input: Json | string = {}): StateError {
  try {
    run(call, input);
  } catch (error) {
    if (error instanceof StateError) return error;
    throw error;
  }
  throw new Error(`${call} does not fail`);
}

describe('arguments', () => {
  test.each([
    ["States.Array(1, -5, 3.3, 1e2, true, false, null, 'a')", '[1,-5,3.3,100.0,true,false,null,"a"]'],
    ['States.Array()', '[]'],
    ['  States.Array ( 1 ,\n 2 )  ', '[1,2]'],
    ["States.Array('it\\'s', '\\\\', '\\{\\}')", '["it\'s","\\\\","{}"]'],
    ["States.Array('say \"hi\"', 'a,b)', '')", '["say \\"hi\\"","a,b)",""]'],
    ['States.Array($.a, $.b[0], $)', '[1,2,{"a":1,"b":[2]}]'],
    ["States.Array($['a'], $.b[?(@.c == 2)], $..b)", '[1,[],[[2]]]'],
    ['States.Array($.b[(@.length-1)],$.a)', '[2,1]'],
    ['States.Array(States.Array(States.Array()))', '[[[]]]'],
  ])('%s gives %s', (call, expected) => {
    expect(run(call, { a: 1, b: [2] })).toBe(expected);
  });

  test('paths read the context object and variables, which are listed', () => {
    const { evaluate, variables } = compileIntrinsic('States.Array($$.a, $v.b, States.Array($w, $v))');
    expect(variables).toEqual(['v', 'w']);
    const scope = scopeOf({}, { context: { a: 1 }, variables: { v: { b: 2 }, w: 3 } });
    expect(evaluate(scope)).toEqual([1, 2, [3, { b: 2 }]]);
  });
});

describe('what is not a call is refused where it goes wrong', () => {
  test.each([
    ['', 0],
    ['Format()', 0],
    ['States.Nothing()', 0],
    ['States.array()', 0],
    ['States.Array', 12],
    ['States.Array(', 13],
    ['States.Array(1', 14],
    ['States.Array(1,)', 15],
    ['States.Array(,1)', 13],
    ['States.Array(1 2)', 15],
    ["States.Array('a)", 13],
    ['States.Array("a")', 13],
    ['States.Array(a)', 13],
    ['States.Array(truely)', 13],
    ['States.Array(01)', 13],
    ['States.Array(1.)', 13],
    ["States.Array('a\\n')", 15],
    ['States.StringToJson(\'{\\"a\\":1}\')', 22],
    ['States.Array($.)', 15],
    ['States.Array($.a[)', 17],
    ['States.Array(1) x', 16],
    ['States.Array(1)States.Array(2)', 15],
    ['States.UUID(1)', 0],
    ['States.ArrayLength()', 0],
    ['States.Array(States.Hash(1))', 13],
    ['States.MathRandom(1, 2, 3, 4)', 0],
    ['States.Format()', 0],
    ['$.a', 0],
  ])('%s at %i', (call, offset) => {
    const attempt = () => compileIntrinsic(call);
    expect(attempt).toThrow(IntrinsicSyntaxError);
    expect(attempt).toThrow(expect.objectContaining({ offset }));
  });

  test('calls nest ten levels deep, not eleven', () => {
    const nested = (levels: number) => `${'States.Array('.repeat(levels)}${')'.repeat(levels)}`;
    expect(run(nested(10))).toBe('[[[[[[[[[[]]]]]]]]]]');
    expect(() => compileIntrinsic(nested(11))).toThrow(/10 levels/);
  });

  test('whatever the text, compiling gives a function or an IntrinsicSyntaxError', () => {
    const piece = fc.constantFrom(
      'States.Array',
      'States.Format',
      '(',
      ')',
      ',',
      "'",
      '\\',
      '$',
      '.a',
      '[0]',
      '1',
      'true',
      '{}',
      ' ',
      "'x'",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        try {
          compileIntrinsic(`States.Array(${pieces.join('')}`).evaluate(scopeOf({ a: [1] }));
        } catch (error) {
          if (!(error instanceof IntrinsicSyntaxError || error instanceof StateError)) throw error;
        }
      }),
      { numRuns: 2_000, seed: 3 },
    );
  });
});

describe('what goes wrong at run time', () => {
  test('a path that leads nowhere is a States.Runtime in the frame of the outermost call', () => {
    expect(failure('States.Array( States.ArrayLength($.none) )', { a: 1 })).toMatchObject({
      error: 'States.Runtime',
      cause:
        "The function 'States.Array( States.ArrayLength($.none) )' had the following error: The JsonPath argument " +
        "for the field '$.none' could not be found in the input '{\"a\":1}'",
    });
  });

  test('the input is that of the state even for the context object and an index beyond the end', () => {
    expect(failure('States.Array($$.none)', '{"a":1}').cause).toContain(
      "for the field '$$.none' could not be found in the input '{\"a\":1}'",
    );
    expect(failure('States.Array($.a[1])', '{"a":[1]}').error).toBe('States.Runtime');
  });

  test('an index applied to something else keeps the words of the library', () => {
    expect(failure('States.Array($.a[0])', { a: 1 })).toMatchObject({
      error: 'States.Runtime',
      cause:
        "The function 'States.Array($.a[0])' had the following error: Filter: [0] can only be applied to arrays. " +
        'Current context is: 1',
    });
  });

  test('an argument of the wrong type is a States.IntrinsicFailure in the same frame', () => {
    expect(failure('States.ArrayLength($.a)', { a: 'text' })).toMatchObject({
      error: 'States.IntrinsicFailure',
      cause:
        "The function 'States.ArrayLength($.a)' had the following error: Argument 1 must be an array, but it is of " +
        'type string',
    });
  });
});

describe('States.Format', () => {
  test.each([
    ["States.Format('no placeholder')", 'no placeholder'],
    ["States.Format('{}', 'x')", 'x'],
    ["States.Format('{}{} {}!', 1, true, null)", '1true null!'],
    ["States.Format('\\{\\}{}\\\\ \\'', 'x')", "{}x\\ '"],
    ['States.Format(\'{"a": {}}\', 1)', '{"a": 1}'],
    ["States.Format('{}', '{}')", '{}'],
    ["States.Format('{}', $.o)", '{Arg1=1, Arg2=[], s=a b, n=null, o={x=[1, 2.5]}}'],
    ["States.Format('{}', $.list)", '[1, a, {b=c}]'],
    ["States.Format('{} {}', $.one, $.big)", '1.0 12345678901234567890'],
    ["States.Format($.template, 'x', 'y')", 'x-y {}'],
  ])('%s gives %s', (call, expected) => {
    const input = parseJson(`{
      "o": {"Arg1": 1, "Arg2": [], "s": "a b", "n": null, "o": {"x": [1, 2.5]}},
      "list": [1, "a", {"b": "c"}], "one": 1.0, "big": 12345678901234567890, "template": "{}-{} \\\\{\\\\}"
    }`);
    expect(run(call, input)).toBe(JSON.stringify(expected));
  });

  test.each([
    "States.Format('{}')",
    "States.Format('{} {}', 1)",
    "States.Format('', 1)",
    'States.Format(1)',
    'States.Format($.t)',
  ])('%s fails', (call) => {
    expect(failure(call, { t: '{}' }).error).toBe('States.IntrinsicFailure');
  });
});

describe('JSON', () => {
  test.each([
    ['{"a":[1.0,null]}', '{"a":[1.0,null]}'],
    ['  1 ', '1'],
    ['', 'null'],
    [' ', 'null'],
    ['-0', '0'],
    ['"x"', '"x"'],
  ])('States.StringToJson of %j is %s', (text, expected) => {
    expect(run('States.StringToJson($)', text === '' ? '""' : JSON.stringify(text))).toBe(expected);
  });

  test('text that is not JSON, not text, or too deep fails', () => {
    expect(failure('States.StringToJson($.a)', { a: '{a}' }).error).toBe('States.IntrinsicFailure');
    expect(failure('States.StringToJson($.a)', { a: 1 }).error).toBe('States.IntrinsicFailure');
    // Every quote begins a string that is never closed: looked for from each of them, this would take hours.
    const quotes = '\\"'.repeat(2_000_000);
    expect(failure('States.StringToJson($.a)', { a: quotes }).error).toBe('States.IntrinsicFailure');
    expect(failure('States.StringToJson($.a)', { a: '['.repeat(1_001) + ']'.repeat(1_001) }).cause).toMatch(
      /1000 levels/,
    );
    expect(run('States.StringToJson($.a)', { a: '"[[["' })).toBe('"[[["');
  });

  test('States.JsonToString prints compactly and keeps numbers', () => {
    expect(run('States.JsonToString($)', '{"a": 1.0, "b": [ "x" ]}')).toBe(
      '"{\\"a\\":1.0,\\"b\\":[\\"x\\"]}"',
    );
    expect(run("States.JsonToString('x')")).toBe('"\\"x\\""');
  });

  test('States.JsonMerge is shallow and the second object wins', () => {
    const input = { a: { x: { deep: 1 }, y: 1 }, b: { z: 3, x: { other: 2 } } };
    expect(run('States.JsonMerge($.a, $.b, false)', input)).toBe('{"x":{"other":2},"y":1,"z":3}');
    expect(failure('States.JsonMerge($.a, $.b, true)', input).error).toBe('States.IntrinsicFailure');
    expect(failure("States.JsonMerge($.a, $.b, 'false')", input).error).toBe('States.IntrinsicFailure');
    expect(failure('States.JsonMerge($.a, 1, false)', input).error).toBe('States.IntrinsicFailure');
    expect(run('States.JsonMerge($.a, $.b, false)', '{"a":{},"b":{"__proto__":1}}')).toBe('{"__proto__":1}');
  });
});

describe('arrays', () => {
  test.each([
    ['States.ArrayPartition($.l, 2)', '[[1,2],[3,4],[5]]'],
    ['States.ArrayPartition($.l, 1.5)', '[[1,2],[3,4],[5]]'],
    ['States.ArrayPartition($.l, 9)', '[[1,2,3,4,5]]'],
    ['States.ArrayPartition($.e, 1)', '[]'],
    ['States.ArrayContains($.l, 3)', 'true'],
    ['States.ArrayContains($.l, 3.0)', 'true'],
    ["States.ArrayContains($.l, '3')", 'false'],
    ['States.ArrayContains($.o, $.o[1])', 'true'],
    ['States.ArrayRange(1, 9, 2)', '[1,3,5,7,9]'],
    ['States.ArrayRange(9, 1, -4)', '[9,5,1]'],
    ['States.ArrayRange(1, 2, 5)', '[1]'],
    ['States.ArrayRange(1, 9, -2)', '[]'],
    ['States.ArrayRange(0.5, 2.4, 1)', '[1,2]'],
    ['States.ArrayGetItem($.l, 0)', '1'],
    ['States.ArrayGetItem($.l, 4)', '5'],
    ['States.ArrayLength($.l)', '5'],
    ['States.ArrayLength($.e)', '0'],
    ['States.ArrayUnique($.o)', '[{"a":1,"b":[1]},{"b":[1]},1,"1",null,true]'],
  ])('%s is %s', (call, expected) => {
    const input =
      '{"l":[1,2,3,4,5],"e":[],"o":[{"a":1,"b":[1]},{"b":[1]},{"b":[1.0],"a":1},1,"1",1.0,null,true,null]}';
    expect(run(call, input)).toBe(expected);
  });

  test.each([
    'States.ArrayPartition($.l, 0)',
    'States.ArrayPartition($.l, -1)',
    "States.ArrayPartition($.l, '1')",
    'States.ArrayPartition(1, 1)',
    'States.ArrayContains(1, 1)',
    'States.ArrayRange(1, 9, 0)',
    'States.ArrayRange(1, 9, 0.4)',
    'States.ArrayRange(1, 1001, 1)',
    'States.ArrayGetItem($.l, 5)',
    'States.ArrayGetItem($.l, -1)',
    'States.ArrayLength($)',
    'States.ArrayUnique($)',
  ])('%s fails', (call) => {
    expect(failure(call, { l: [1, 2, 3, 4, 5] }).error).toBe('States.IntrinsicFailure');
  });

  test('a range may have 1,000 elements', () => {
    expect(JSON.parse(run('States.ArrayRange(1, 1000, 1)'))).toHaveLength(1_000);
  });

  test('the distinct elements of a long array are found in one pass', () => {
    const list = Array.from({ length: 100_000 }, (_, i) => ({ i: i % 1_000 }));
    expect(JSON.parse(run('States.ArrayUnique($)', list))).toHaveLength(1_000);
  });
});

describe('texts', () => {
  test.each([
    ['', ''],
    ['f', 'Zg=='],
    ['fo', 'Zm8='],
    ['foo', 'Zm9v'],
    ['żółw €', 'xbzDs8WCdyDigqw='],
    ['\u{1f9f5}', '8J+ntQ=='],
  ])('Base64 of %j is %j and back', (text, encoded) => {
    expect(run('States.Base64Encode($.t)', { t: text })).toBe(JSON.stringify(encoded));
    expect(run('States.Base64Decode($.t)', { t: encoded })).toBe(JSON.stringify(text));
  });

  test('Base64 without padding or with line breaks is read', () => {
    expect(run('States.Base64Decode($.t)', { t: 'Zm8' })).toBe('"fo"');
    expect(run('States.Base64Decode($.t)', { t: 'Zm9v\r\nZm9v' })).toBe('"foofoo"');
  });

  test.each(['Z', 'Zm9v!', 'Zg=', 'Zg===', '=', 'Zm-v', 'Z=g='])('%j is not Base64', (text) => {
    expect(failure('States.Base64Decode($.t)', { t: text }).error).toBe('States.IntrinsicFailure');
  });

  test.each([
    ['MD5', '900150983cd24fb0d6963f7d28e17f72'],
    ['SHA-1', 'a9993e364706816aba3e25717850c26c9cd0d89d'],
    ['SHA-256', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  ])('%s of abc', (algorithm, digest) => {
    expect(run(`States.Hash('abc', '${algorithm}')`)).toBe(JSON.stringify(digest));
  });

  test('SHA-384 and SHA-512 have 96 and 128 digits', () => {
    expect(run("States.Hash('abc', 'SHA-384')")).toMatch(/^"cb00753f[0-9a-f]{88}"$/);
    expect(run("States.Hash('abc', 'SHA-512')")).toMatch(/^"ddaf35a1[0-9a-f]{120}"$/);
  });

  test.each([
    ["States.Hash('abc', 'sha-256')", {}],
    ["States.Hash('abc', 'SHA-3')", {}],
    ["States.Hash(1, 'MD5')", {}],
    ["States.Hash($.long, 'MD5')", { long: 'x'.repeat(10_001) }],
    ['States.Base64Encode($.long)', { long: 'x'.repeat(10_001) }],
    ['States.Base64Decode($.long)', { long: 'x'.repeat(10_001) }],
    ['States.Base64Encode(1)', {}],
    ["States.StringSplit(1, ',')", {}],
    ["States.StringSplit('a', 1)", {}],
  ])('%s fails', (call, input) => {
    expect(failure(call, input).error).toBe('States.IntrinsicFailure');
  });

  test.each([
    ['1,2,3', ',', ['1', '2', '3']],
    [', , ,', ',', [' ', ' ']],
    [',,,,', ',', []],
    ['a.b+c,d=e', '.+,=', ['a', 'b', 'c', 'd', 'e']],
    ['abc', 'x', ['abc']],
    ['abc', '', ['abc']],
    ['', ',', []],
  ])('States.StringSplit of %j by %j', (text, by, expected) => {
    expect(run('States.StringSplit($.t, $.by)', { t: text, by })).toBe(JSON.stringify(expected));
  });
});

describe('numbers', () => {
  test.each([
    ['1, 2', 3],
    ['1.49, 1.5', 3],
    ['-0.5, 0.5', 1],
    ['-1.5, 0', -1],
    ['-1.51, 0', -2],
    ['2.5, 0', 3],
    ['-2.5, 0', -2],
    ['-0.4, 0', 0],
    ['2147483647, 0', 2_147_483_647],
    ['-2147483648, 0', -2_147_483_648],
  ])('States.MathAdd(%s) is %i', (values, expected) => {
    expect(run(`States.MathAdd(${values})`)).toBe(String(expected));
  });

  test.each([
    'States.MathAdd(2147483647, 1)',
    'States.MathAdd(2147483648, 0)',
    'States.MathAdd(-2147483648, -1)',
    "States.MathAdd('1', 1)",
    'States.MathRandom(1, 1)',
    'States.MathRandom(2, 1)',
    'States.MathRandom(0, 0.4)',
    'States.MathRandom(0, 3000000000)',
    "States.MathRandom(0, 1, 'x')",
  ])('%s fails', (call) => {
    expect(failure(call).error).toBe('States.IntrinsicFailure');
  });

  test.each([
    [0, 5],
    [0.5, 7],
    [0.999999, 9],
  ])('States.MathRandom(5, 10) at %d of its range is %i', (random, expected) => {
    expect(compileIntrinsic('States.MathRandom(5, 10)').evaluate(scopeOf({}, { random }))).toBe(expected);
  });

  test.each([
    // Drawn by Java's `new Random(seed).nextInt(to - from)`.
    ['0, 10, 42', 0],
    ['0, 100, 42', 30],
    ['100, 200, 42', 130],
    ['0, 1000, 0', 360],
    ['0, 999, 3', 239],
    ['0, 1500000000, 5', 379_250_092],
    ['0, 2147483647, 0', 1_569_741_360],
    ['-2147483648, 2147483647, -3', 1_154_330_329],
  ])('States.MathRandom(%s) is %i', (values, expected) => {
    expect(run(`States.MathRandom(${values})`)).toBe(String(expected));
  });

  test.each([
    [0, 8],
    [-5, 5],
    [-2_147_483_648, 2_147_483_647],
  ])('seeded numbers from %i to %i stay inside and repeat', (from, to) => {
    for (let seed = -50; seed < 50; seed++) {
      const call = `States.MathRandom(${from}, ${to}, ${seed})`;
      const drawn = Number(run(call));
      expect(Number.isInteger(drawn) && drawn >= from && drawn < to).toBe(true);
      expect(Number(run(call))).toBe(drawn);
    }
  });

  test('States.UUID comes from the scope', () => {
    expect(run('States.UUID()')).toBe('"00000000-0000-4000-8000-000000000000"');
  });
});
