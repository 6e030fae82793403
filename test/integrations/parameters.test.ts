import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/base/json.ts';
import {
  checkFields,
  type FieldType,
  listsOf,
  unusableParameters,
} from '../../src/integrations/parameters.ts';

describe('a field', () => {
  test.each<[FieldType, Json[], Json[]]>([
    ['any', [null, 1, 'a', [], {}], []],
    ['string', ['', 'a'], [null, 1, {}]],
    ['string or null', ['a', null], [1, {}, []]],
    ['JSON text', ['a', null, {}, []], [1, true]],
    ['boolean', [true, false], [null, 'true', 0]],
    ['object', [{}], [null, [], 'a']],
    ['lists', [{}, { a: [] }, { a: ['b'] }], [[], { a: 'b' }, { a: [1] }, { a: null }]],
    [['GET', 'PUT'], ['GET'], ['get', null, 1]],
  ])('of type %j', (type, good, bad) => {
    for (const value of good)
      expect(checkFields({ F: value }, { F: type }), JSON.stringify(value)).toEqual([]);
    for (const value of bad) {
      expect(checkFields({ F: value }, { F: type }), JSON.stringify(value)).toEqual([
        expect.stringMatching(
          /^The value (of the field 'F' has an invalid format|for the field 'F' must be a [A-Z]+)$/,
        ),
      ]);
    }
  });

  test('that must be there is missed; another may be absent', () => {
    const fields = { 'Must!': 'string', May: 'string' } as const;
    expect(checkFields({}, fields)).toEqual(['The field "Must" is required but was missing']);
    expect(checkFields({ Must: 'a' }, fields)).toEqual([]);
    expect(checkFields({ Must: 1 }, fields)).toEqual(["The value for the field 'Must' must be a STRING"]);
  });

  test.each<[FieldType, Json, string]>([
    ['string', 1, "The value for the field 'F' must be a STRING"],
    ['string or null', {}, "The value for the field 'F' must be a STRING"],
    ['JSON text', 5, "The value for the field 'F' must be a STRING"],
    ['boolean', 'true', "The value for the field 'F' must be a BOOLEAN"],
    [['GET'], 1, "The value for the field 'F' must be a STRING"],
    [['GET'], 'PUT', "The value of the field 'F' has an invalid format"],
    ['lists', 'a', "The value of the field 'F' has an invalid format"],
  ])('of type %j that is %j: %s', (type, value, reason) => {
    expect(checkFields({ F: value }, { F: type })).toEqual([reason]);
  });

  test('whose value only a run knows has no fault in a template', () => {
    const fields = { 'Must!': 'string', Lists: 'lists', Flag: 'boolean' } as const;
    expect(checkFields({ Must: null, Lists: { a: [null], b: null }, Flag: null }, fields, true)).toEqual([]);
    expect(checkFields({ Lists: { a: [1] } }, fields, true)).toHaveLength(2);
  });

  test.each(['Other', 'Must!', 'constructor', '__proto__'])('named %s is not supported', (name) => {
    const input = JSON.parse(`{"Must":"a","${name}":1}`) as Json;
    expect(checkFields(input, { 'Must!': 'string' })).toEqual([
      `The field "${name}" is not supported by Step Functions`,
    ]);
  });
});

test.each<Json>([null, [], 'text', 1])('parameters that are %j are none', (input) => {
  expect(checkFields(input, {})).toEqual(['The value is not a JSON object']);
});

test('a task whose parameters cannot be used says why', () => {
  expect(unusableParameters({ A: 1 }, ['one', 'two'])).toEqual({
    status: 'failed',
    error: 'States.Runtime',
    cause: 'The Parameters \'{"A":1}\' could not be used to start the Task: [one, two]',
  });
});

test('lists that are absent are none', () => {
  expect(listsOf(undefined)).toEqual({});
  expect(listsOf({ a: ['b'] })).toEqual({ a: ['b'] });
});
