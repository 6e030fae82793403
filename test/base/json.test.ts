import { describe, expect, it } from 'vitest';
import {
  getMember,
  isJsonNumber,
  isJsonObject,
  jsonEquals,
  jsonType,
  parseJson,
  setMember,
  stringifyJson,
  toNumber,
} from '../../src/base/json.ts';

describe('numbers pass through unchanged', () => {
  it.each([
    ['0.0', '0.0'],
    ['1.0', '1.0'],
    ['-3.0', '-3.0'],
    ['1.50', '1.5'],
    ['3.3', '3.3'],
    ['9007199254740993', '9007199254740993'],
    ['123456789012345678901234567890', '123456789012345678901234567890'],
    ['1e2', '100.0'],
    ['1e10', '1.0E10'],
    ['-0', '0'],
    ['1e999', '1e999'],
  ])('%s is printed as %s', (text, printed) => {
    expect(stringifyJson(parseJson(text))).toBe(printed);
    expect(stringifyJson(parseJson(`{"a":[${text}]}`))).toBe(`{"a":[${printed}]}`);
  });

  it('knows them as numbers', () => {
    const big = parseJson('9007199254740993');
    expect([jsonType(big), isJsonNumber(big), isJsonObject(big), toNumber(big)]).toEqual([
      'number',
      true,
      false,
      9007199254740992,
    ]);
  });
});

describe('equality', () => {
  it.each([
    ['1', '1.0', true],
    ['{"a":1,"b":[2]}', '{"b":[2.0],"a":1}', true],
    ['9007199254740993', '9007199254740993', true],
    ['[1]', '{"0":1}', false],
    ['null', '{}', false],
    ['{"a":1}', '{"b":1}', false],
  ])('%s and %s', (a, b, same) => {
    expect(jsonEquals(parseJson(a), parseJson(b))).toBe(same);
  });
});

describe('__proto__', () => {
  it('is an ordinary member', () => {
    const parsed = parseJson('{"__proto__":{"polluted":1}}');
    if (!isJsonObject(parsed)) throw new Error('Expected an object');
    expect(getMember(parsed, '__proto__')).toEqual({ polluted: 1 });
    expect(getMember({}, 'toString')).toBeUndefined();
    const made = {};
    setMember(made, '__proto__', 1);
    expect([Object.keys(made), stringifyJson(made), 'polluted' in {}]).toEqual([
      ['__proto__'],
      '{"__proto__":1}',
      false,
    ]);
  });
});
