import { describe, expect, test } from 'vitest';
import type { Json } from '../../../src/base/json.ts';
import { StateError } from '../../../src/base/state-error.ts';
import {
  compileJsonataValue,
  hasBrokenDelimiters,
  isJsonataString,
  jsonataSource,
} from '../../../src/query/jsonata/value.ts';
import { scopeOf } from './scopes.ts';

describe('delimiters', () => {
  test.each<[text: string, expression: boolean, broken: boolean]>([
    ['{% 1 %}', true, false],
    ['{%1%}', true, false],
    ['{%%}', true, false],
    [' {% 1 %}', false, true],
    ['{% 1 %} ', false, true],
    ['{% 1', false, true],
    ['1 %}', false, true],
    ['{%}', false, true],
    ['a {% 1 %} b', false, false],
    ['plain', false, false],
  ])('%j: expression %s, broken %s', (text, expression, broken) => {
    expect([isJsonataString(text), hasBrokenDelimiters(text)]).toEqual([expression, broken]);
  });

  test('the source is the trimmed text between them', () => {
    expect(jsonataSource('{%\n  $x + 1 %}')).toBe('$x + 1');
  });
});

describe('values', () => {
  test('expressions are evaluated at any depth, keys never', () => {
    const value: Json = {
      a: '{% $states.input.n + 1 %}',
      b: ['x', '{% $v %}', { c: '{% [1, 2] %}' }],
      '{% 1 %}': 'kept',
      'd.$': '$.d',
      e: ' {% 1 %}',
      n: null,
    };
    const { evaluate, variables, expressions } = compileJsonataValue(value, 'Output');
    expect(evaluate(scopeOf({ input: { n: 1 }, variables: { v: 'V' } }))).toEqual({
      a: 2,
      b: ['x', 'V', { c: [1, 2] }],
      '{% 1 %}': 'kept',
      'd.$': '$.d',
      e: ' {% 1 %}',
      n: null,
    });
    expect(variables).toEqual(['v']);
    expect(expressions.map((each) => each.location)).toEqual(['Output/a', 'Output/b[1]', 'Output/b[2]/c']);
  });

  test('null and false are results', () => {
    const { evaluate } = compileJsonataValue({ a: '{% null %}', b: ['{% false %}', '{% null %}'] }, 'Output');
    expect(evaluate(scopeOf())).toEqual({ a: null, b: [false, null] });
  });

  test('constants are returned as they stand', () => {
    const constant = { deep: [1, { x: 'y' }] };
    const value = { constant, dynamic: '{% 1 %}' };
    expect(compileJsonataValue(constant, 'Output').evaluate(scopeOf())).toBe(constant);
    expect((compileJsonataValue(value, 'Output').evaluate(scopeOf()) as typeof value).constant).toBe(
      constant,
    );
  });

  test('a member that yields nothing fails with its location', () => {
    const { evaluate } = compileJsonataValue({ a: { b: [1, '{% $states.input.none %}'] } }, 'Arguments');
    expect(() => evaluate(scopeOf())).toThrow(StateError);
    expect(() => evaluate(scopeOf())).toThrow(
      "The JSONata expression '$states.input.none' specified for the field 'Arguments/a/b[1]' returned nothing (undefined).",
    );
  });

  test('an own member __proto__ stays an own member', () => {
    const value = JSON.parse('{"__proto__": "{% 1 %}"}') as Json;
    const made = compileJsonataValue(value, 'Output').evaluate(scopeOf()) as object;
    expect(Object.getOwnPropertyDescriptor(made, '__proto__')?.value).toBe(1);
  });
});
