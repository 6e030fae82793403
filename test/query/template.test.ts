import { describe, expect, test } from 'vitest';
import { type Json, parseJson, stringifyJson } from '../../src/base/json.ts';
import { StateError } from '../../src/base/state-error.ts';
import {
  checkTemplate,
  compileStringExpression,
  compileTemplate,
  TemplateError,
} from '../../src/query/template.ts';
import { scopeOf } from './scope-of.ts';

const SCOPE = scopeOf(
  { a: { b: 1 }, list: ['x', 'y'], text: 'T' },
  { context: { Execution: { Name: 'run' } }, variables: { v: { k: 5 } } },
);

function fill(template: string): string {
  return stringifyJson(compileTemplate(parseJson(template)).evaluate(SCOPE));
}

function failure(template: Json): StateError {
  try {
    compileTemplate(template).evaluate(SCOPE);
  } catch (error) {
    if (error instanceof StateError) return error;
    throw error;
  }
  throw new Error('the template does not fail');
}

describe('a payload template', () => {
  test.each([
    ['a path', '{"x.$": "$.a.b"}', '{"x":1}'],
    ['the whole document', '{"x.$": "$"}', '{"x":{"a":{"b":1},"list":["x","y"],"text":"T"}}'],
    ['the context object', '{"x.$": "$$.Execution.Name"}', '{"x":"run"}'],
    ['a variable', '{"x.$": "$v.k", "y.$": "$v"}', '{"x":5,"y":{"k":5}}'],
    ['an intrinsic function', `{"x.$": "States.Format('{}!', $.text)"}`, '{"x":"T!"}'],
    ['an indefinite path', '{"x.$": "$.none[*]"}', '{"x":[]}'],
    ['objects inside', '{"o": {"p": {"x.$": "$.a.b"}}}', '{"o":{"p":{"x":1}}}'],
    [
      'objects inside arrays',
      '{"l": [1, {"x.$": "$.a.b"}, [{"y.$": "$.text"}]]}',
      '{"l":[1,{"x":1},[{"y":"T"}]]}',
    ],
    ['a name that is only .$', '{".$": "$.a.b"}', '{"":1}'],
    [
      'names of prototypes',
      '{"__proto__.$": "$.a.b", "__proto": {"__proto__": 2}}',
      '{"__proto":{"__proto__":2},"__proto__":1}',
    ],
  ])('fills in %s', (_what, template, expected) => {
    expect(fill(template)).toBe(expected);
  });

  test('has the members that do not change before those that do, at every level', () => {
    expect(fill('{"b.$": "$.a.b", "c": 1, "o": {"z.$": "$.text", "y": 2}, "a": {"x": 3}}')).toBe(
      '{"c":1,"o":{"y":2,"z":"T"},"a":{"x":3},"b":1}',
    );
  });

  test.each([
    '{"x": "$.a.b", "y": "States.UUID()", "$": "$.a", "l": ["$.a"], "n": 1.0}',
    '"$.a"',
    'null',
    '[{"x.$": "$.a.b"}]',
    '{}',
  ])('%s is a constant, which is not copied', (text) => {
    const template = parseJson(text);
    expect(compileTemplate(template).evaluate(SCOPE)).toBe(template);
  });

  test('shares constant parts between evaluations and makes its own objects anew', () => {
    const template = { fixed: { a: [1] }, 'x.$': '$.a.b' };
    const { evaluate } = compileTemplate(template);
    const [first, second] = [evaluate(SCOPE), evaluate(SCOPE)] as { fixed: Json }[];
    expect(first).not.toBe(second);
    expect(first?.fixed).toBe(template.fixed);
  });

  test('lists the variables it reads, each once', () => {
    const template = { 'a.$': '$v.k', o: { 'b.$': 'States.Array($w, $v)' }, 'c.$': '$.v' };
    expect(compileTemplate(template).variables.toSorted()).toEqual(['v', 'w']);
  });
});

describe('a template that cannot be filled in', () => {
  test.each([
    ['$.none.x', '{"a":{"b":1},"list":["x","y"],"text":"T"}'],
    ['$$.Execution.none', '{"Execution":{"Name":"run"}}'],
    ['$v.none', '{"k":5}'],
    ['$w', '{"a":{"b":1},"list":["x","y"],"text":"T"}'],
  ])('names the path %s and the document it was applied to', (path, document) => {
    expect(failure({ o: { 'x.$': path } })).toMatchObject({
      error: 'States.Runtime',
      cause: `The JSONPath '${path}' specified for the field 'x.$' could not be found in the input '${document}'`,
    });
  });

  test('passes the failure of a function on', () => {
    expect(failure({ 'x.$': 'States.ArrayLength($.text)' }).error).toBe('States.IntrinsicFailure');
  });
});

describe('a template that is wrong', () => {
  const message = (field: string) =>
    `The value for the field '${field}' must be a valid JSONPath or a valid intrinsic function call`;

  test.each([
    ['$.a[', 4],
    ['$', undefined],
    ['text', 0],
    ['', 0],
    ['$.a b', 4],
    [' $.a', 1],
    ['States.Nothing()', 0],
    ['States.StringToJson(\'{\\"a\\"}\')', 22],
    ["States.Format('a') and more", 19],
  ])('%j is refused at the right place', (expression, offset) => {
    const errors = checkTemplate({ 'parsed.$': expression });
    if (offset === undefined) {
      expect(errors).toEqual([]);
      return;
    }
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({
      field: 'parsed.$',
      at: [],
      reason: 'expression',
      message: message('parsed.$'),
      offset,
    });
    expect(() => compileTemplate({ 'parsed.$': expression })).toThrow(TemplateError);
  });

  test('tells all errors with the place of the object that holds the member', () => {
    const errors = checkTemplate({
      'a.$': 1,
      o: [{ 'b.$': '$.' }, { c: 1, 'c.$': '$.a' }],
      'd.$': { x: 1 },
      'ok.$': '$.x',
    });
    expect(errors.map(({ field, at, reason, message: text }) => ({ field, at, reason, text }))).toEqual([
      { field: 'a.$', at: [], reason: 'type', text: message('a.$') },
      { field: 'b.$', at: ['o', 0], reason: 'expression', text: message('b.$') },
      { field: 'c.$', at: ['o', 1], reason: 'duplicate', text: "The field 'c' is duplicated" },
      { field: 'd.$', at: [], reason: 'type', text: message('d.$') },
    ]);
  });
});

describe('ErrorPath and CausePath', () => {
  test.each([
    ['$.text', 'T'],
    ['$$.Execution.Name', 'run'],
    ["States.Format('{}-{}', $.text, $v.k)", 'T-5'],
    ['States.ArrayGetItem($.list, 1)', 'y'],
    ["States.Hash('abc', 'MD5')", '900150983cd24fb0d6963f7d28e17f72'],
    ['States.UUID()', '00000000-0000-4000-8000-000000000000'],
  ])('%s gives a text', (source, expected) => {
    expect(compileStringExpression(source, 'CausePath').evaluate(SCOPE)).toBe(expected);
  });

  test('list their variables', () => {
    expect(compileStringExpression("States.Format('{}', $v.k)", 'ErrorPath').variables).toEqual(['v']);
  });

  test('a path that leads nowhere names the field without .$', () => {
    expect(() => compileStringExpression('$.none', 'ErrorPath').evaluate(SCOPE)).toThrow(
      "The JSONPath '$.none' specified for the field 'ErrorPath' could not be found in the input",
    );
  });

  test('a value that is not a text fails', () => {
    expect(() => compileStringExpression('$.list', 'ErrorPath').evaluate(SCOPE)).toThrow(
      'The value of \'$.list\' for the field \'ErrorPath\' is not a string: ["x","y"]',
    );
  });

  test.each(['$.', 'text', 'States.Array()', 'States.MathAdd(1, 2)', 'States.Nothing()'])(
    '%s is refused',
    (source) => {
      expect(() => compileStringExpression(source, 'CausePath')).toThrow(
        expect.objectContaining({ field: 'CausePath', at: [], reason: 'expression' }),
      );
    },
  );
});
