import { describe, expect, test } from 'vitest';
import { type Json, parseJson, stringifyJson } from '../../../src/base/json.ts';
import { StateError } from '../../../src/base/state-error.ts';
import { compileJsonata } from '../../../src/query/jsonata/compile.ts';
import { evaluate, failureOf, scopeOf } from './scopes.ts';

describe('what an expression sees', () => {
  test('input, context, result, error output and variables', () => {
    const world = {
      input: { a: 1 },
      result: [2],
      errorOutput: { Error: 'E' },
      context: { Execution: { Name: 'run' } },
      variables: { v: { w: 3 } },
    };
    expect(
      evaluate(
        '[$states.input.a, $states.result, $states.errorOutput.Error, $states.context.Execution.Name, $v.w]',
        world,
      ),
    ).toEqual([1, 2, 'E', 'run', 3]);
    expect(evaluate('$keys($states)', world)).toEqual(['input', 'context', 'result', 'errorOutput']);
  });

  test('the context object is only built when it is read', () => {
    const scope = {
      ...scopeOf({ input: { a: 5 } }),
      context: (): Json => {
        throw new Error('nobody asked');
      },
    };
    expect(compileJsonata('$states.input.a', 'Output').evaluate(scope)).toBe(5);
  });

  test('a variable hides the function of its name, but not in a call', () => {
    const world = { variables: { count: 7 } };
    expect(evaluate('$count + 1', world)).toBe(8);
    expect(evaluate('$count([1, 2])', world)).toBe(2);
  });

  test('there is no context item', () => {
    expect(failureOf('$')).toBe('returned nothing (undefined).');
    expect(failureOf('$$.a', { input: { a: 1 } })).toBe('returned nothing (undefined).');
  });
});

describe('what is known without evaluating', () => {
  test.each<[source: string, variables: string[]]>([
    ['$a + $b.c', ['a', 'b']],
    ['$states.input.x', []],
    ['$sum($xs)', ['xs']],
    ['($x := 1; $x + $y)', ['y']],
    ['($x := $x + 1; $x)', ['x']],
    ['function($p){ $p + $q }(1)', ['q']],
    ['($f := function($n){ $n = 0 ? 1 : $f($n - 1) }; $f(3))', []],
    ['($even := function($n){ $odd($n) }; $odd := function($n){ $even($n) }; $even(1))', []],
    ['$states.input.a@$i.b#$k.[$i, $k, $j]', ['j']],
    ['$map($items, $string)', ['items']],
    ['(($inner := 1); $inner)', ['inner']],
  ])('%s reads %j', (source, variables) => {
    expect(compileJsonata(source, 'Output').variables).toEqual(variables);
  });

  test.each<[source: string, messages: string[]]>([
    ['phone', ["Reference to 'phone' at the top level is not supported."]],
    ['phone.number[type = "x"]', ["Reference to 'phone' at the top level is not supported."]],
    ['$states.input.phone', []],
    ['$states.input.list[type = "x"].(name & $)', []],
    ['$states.input.list^(price)', []],
    ['$states.input.list{key: value}', []],
    ['function($x){ phone }', ["Reference to 'phone' at the top level is not supported."]],
    ['$states.input.list.$map(x, function($v){ phone })', []],
    ['$', ["Reference to '$' is not supported."]],
    ['$$', ["Reference to '$$' is not supported."]],
    ['$states.input[$$.a]', ["Reference to '$$' is not supported."]],
    ['$states.input ~> |$|{"a": b}|', []],
    [
      '[phone, phone, fax]',
      [
        "Reference to 'phone' at the top level is not supported.",
        "Reference to 'fax' at the top level is not supported.",
      ],
    ],
  ])('%s: %j', (source, messages) => {
    expect(compileJsonata(source, 'Output').unsupported).toEqual(messages);
  });

  test.each<[source: string, result: boolean, errorOutput: boolean]>([
    ['$states.result', true, false],
    ['$states.result.Payload', true, false],
    ['$map([1], function($x){ $states.errorOutput.Error })', false, true],
    ['{"a": $states.input.result}', false, false],
    ['$states.input[$states.result.x = id]', true, false],
  ])('%s reads result: %s, error output: %s', (source, result, errorOutput) => {
    const { readsResult, readsErrorOutput } = compileJsonata(source, 'Output');
    expect([readsResult, readsErrorOutput]).toEqual([result, errorOutput]);
  });

  test('the source is printed trimmed', () => {
    expect(compileJsonata('  1 + 1 \n', 'Output').source).toBe('1 + 1');
  });
});

describe('what can come out', () => {
  test('failures carry error name, cause and location', () => {
    const expression = compileJsonata(' $doesNotExist() ', 'Output/a[0]');
    try {
      expression.evaluate(scopeOf());
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(StateError);
      expect(error).toMatchObject({
        error: 'States.QueryEvaluationError',
        cause:
          "The JSONata expression '$doesNotExist()' specified for the field 'Output/a[0]' threw an error during evaluation. T1006: Attempted to invoke a non-function",
        location: 'Output/a[0]',
      });
    }
  });

  test.each<[source: string, failure: string]>([
    ['$states.input.missing', 'returned nothing (undefined).'],
    ['[][0]', 'returned nothing (undefined).'],
    ['$sum', 'returned an unsupported result type.'],
    ['function($x){$x}', 'returned an unsupported result type.'],
    ['/a/', 'returned an unsupported result type.'],
    ['{"f": $sum}', 'returned an unsupported result type.'],
    ['[[function(){1}]]', 'returned an unsupported result type.'],
    ['$eval("1")', 'T1006: Attempted to invoke a non-function'],
    ['$states.input.a + "x"', 'T2002: The right side of the "+" operator must evaluate to a number'],
    ['sum([1])', 'T1005: Attempted to invoke a non-function. Did you mean $sum?'],
    ['$error("told so")', 'D3137: told so'],
    ['$assert(false, "no")', 'D3141: no'],
    ['(function($x)<n:n>{$x})("a")', 'T0410: Argument 1 of function "" does not match function signature'],
    [
      '($f := function($x)<n:n>{$x}; $f("a"))',
      'T0410: Argument 1 of function "f" does not match function signature',
    ],
    ['$uppercase(1)', 'T0410: Argument 1 of function "uppercase" does not match function signature'],
    ['$sum(["a"])', 'T0412: Argument 1 of function "sum" must be an array of "numbers"'],
  ])('%s: %s', (source, failure) => {
    expect(failureOf(source, { input: { a: 1 } })).toBe(failure);
  });

  test.each<[source: string, value: Json]>([
    ['null', null],
    ['1/0', 'Infinity'],
    ['-1/0', '-Infinity'],
    ['0/0', 'NaN'],
    ['{"x": 1/0, "y": [0/0]}', { x: 'Infinity', y: ['NaN'] }],
    ['$match("ab", /(x)?b/).groups', [null]],
  ])('%s is %j', (source, value) => {
    expect(evaluate(source)).toEqual(value);
  });

  test('results are plain: sequences and constructed arrays carry nothing extra', () => {
    const input = { items: [{ a: 1 }, { a: 2 }], one: [3] };
    for (const source of [
      '$states.input.items.a',
      '{"x": $states.input.items.a}',
      '[$states.input.items.a]',
      '$map($states.input.items, function($i){ $i.a })',
      '{"x": {"y": $filter($states.input.items, function($i){ $i.a > 0 })}}',
      '$states.input.items.[a]',
      '$states.input.one[]',
    ]) {
      const check = (value: unknown): void => {
        if (typeof value !== 'object' || value === null) return;
        expect(Reflect.ownKeys(value).filter((key) => typeof key === 'symbol')).toEqual([]);
        expect([Array.prototype, Object.prototype]).toContain(Object.getPrototypeOf(value));
        Object.values(value).forEach(check);
      };
      check(evaluate(source, { input }));
    }
  });

  test('data that is passed on is the same object, and is never changed', () => {
    const input = { big: { list: [1, 2, 3] }, objs: [{ k: 1 }] };
    const before = JSON.stringify(input);
    expect(evaluate('$states.input.big', { input })).toBe(input.big);
    expect((evaluate('{"copy": $states.input.big}', { input }) as { copy: Json }).copy).toBe(input.big);
    evaluate('$states.input ~> |objs|{"k": 2}, ["x"]|', { input });
    evaluate('$sort($append($states.input.big.list, 0))', { input });
    evaluate('$reverse($states.input.big.list)', { input });
    evaluate('$states.input.big.list[]', { input });
    evaluate('$merge([$states.input, {"big": 0}])', { input });
    expect(JSON.stringify(input)).toBe(before);
  });
});

describe('numbers that a double cannot carry', () => {
  const input = parseJson(
    '{"one":1.0,"big":12345678901234567,"huge":92233720368547758070,"rawJSON":"me","e":1E5}',
  );

  test.each<[source: string, text: string]>([
    ['$states.input.one', '1.0'],
    ['$states.input.big', '12345678901234567'],
    ['{"x": [$states.input.one, $states.input.big]}', '{"x":[1.0,12345678901234567]}'],
    ['$map([$states.input.one], function($v){ $v })', '1.0'],
    ['$states.input.one + 1', '2'],
    ['$states.input.one = 1', 'true'],
    ['1 in [$states.input.one]', 'true'],
    ['$states.input.one < 2', 'true'],
    ['-$states.input.one', '-1'],
    ['[10, 20][$states.input.one]', '20'],
    ['$type($states.input.one)', '"number"'],
    ['$sum([$states.input.one, 2])', '3'],
    ['$boolean($states.input.one)', 'true'],
    ['$string($states.input.one)', '"1"'],
    ['$string($states.input.big)', '"12345678901234567"'],
    ['"n" & $states.input.big', '"n12345678901234567"'],
    ['$string($states.input.huge)', '"92233720368547760000"'],
    ['$string({"a": $states.input.big})', '"{\\"a\\":12345678901234567}"'],
    ['$states.input.rawJSON', '"me"'],
    ['$exists($states.input.one.rawJSON)', 'false'],
    ['$count($states.input.one.*)', '0'],
    ['$distinct([1, $states.input.one, 2])', '[1,2]'],
    ['$max([$states.input.one, $states.input.e])', '100000'],
    ['$sort([$states.input.e, $states.input.one])', '[1.0,100000.0]'],
    ['$round($states.input.one)', '1'],
    ['$states.input.one ~> function($x)<n:n>{ $x }', '1.0'],
  ])('%s is %s', (source, text) => {
    expect(stringifyJson(evaluate(source, { input }))).toBe(text);
  });
});

// Source: measured on AWS (github.com/floci-io/floci/issues/2670): the language is that of JSONata 2.0.6.
test.each([
  ['$states.input.nope ?? 2', 'The symbol "?" cannot be used as a unary operator'],
  ['$states.input.nope ?: 2', 'The symbol ":" cannot be used as a unary operator'],
  ['{"a": [$states.input.b ?? null]}', 'The symbol "?" cannot be used as a unary operator'],
  ['?', 'The symbol "?" cannot be used as a unary operator'],
])('%s came after the language of AWS and is refused', (source, message) => {
  expect(() => compileJsonata(source, 'Output')).toThrow(message);
});

// Source: measured on AWS (github.com/floci-io/floci/issues/2736).
describe('functions answer as the service does', () => {
  test.each(['!!!', 'a', 'YQ=', 'YW Jj', 'YWJj\\n', '_-8='])('$base64decode("%s") fails inside', (text) => {
    expect(failureOf(`$base64decode("${text}")`)).toMatch(
      /^threw an internal error during evaluation\. [0-9a-f-]{36}$/,
    );
  });

  test('$base64decode takes Base 64, with its padding or without', () => {
    expect(evaluate('["YQ==", "YQ", "YWI=", "YWJj", ""].$base64decode($)')).toEqual([
      'a',
      'a',
      'ab',
      'abc',
      '',
    ]);
  });

  test('$parseInteger of no integer is not a number, which prints as text', () => {
    expect(evaluate('$parseInteger("x", "0")')).toBe('NaN');
    expect(evaluate('[1/0, -1/0]')).toEqual(['Infinity', '-Infinity']);
  });

  // Source: measured on AWS (github.com/ministackorg/ministack/issues/1519); negative zones: the reference, 2.0.6.
  test.each([
    ['+05:30', '00:05+00:05'],
    ['+0530', '05:30+05:30'],
    ['+05', '00:05+00:05'],
    ['-0500', '19:00-05:00'],
    ['Z', '00:00+00:00'],
  ])('the time zone %s is a number hhmm', (zone, text) => {
    expect(evaluate(`$fromMillis(0, "[H01]:[m01][Z]", "${zone}")`)).toBe(text);
  });
});

describe('names that objects inherit', () => {
  test('are ordinary names', () => {
    const input = parseJson('{"a":{"__proto__":{"x":1},"toString":2}}');
    expect(evaluate('$states.input.a.`__proto__`.x', { input })).toBe(1);
    expect(evaluate('$states.input.a.toString', { input })).toBe(2);
    expect(failureOf('$states.input.constructor', { input })).toBe('returned nothing (undefined).');
    expect(failureOf('$states.input.`__proto__`', { input })).toBe('returned nothing (undefined).');
    expect(failureOf('$lookup($states.input, "hasOwnProperty")', { input })).toBe(
      'returned nothing (undefined).',
    );
    expect(failureOf('$sum.arity')).toBe('returned nothing (undefined).');
    expect(failureOf('(function($x){1}).invoke')).toBe('returned nothing (undefined).');
  });

  test('can be made and never reach a prototype', () => {
    const made = evaluate('{"__proto__": {"polluted": true}, "a": 1}') as object;
    expect(Object.getOwnPropertyNames(made)).toEqual(['__proto__', 'a']);
    evaluate('$merge([{"__proto__": {"polluted": true}}])');
    evaluate('{"a": {}} ~> |a|{"__proto__": {"polluted": true}}|');
    evaluate('$sift({"__proto__": {"polluted": true}}, function($v){ true })');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});
