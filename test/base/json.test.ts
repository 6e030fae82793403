import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  getMember,
  isJsonNumber,
  isJsonObject,
  jsonEquals,
  jsonType,
  parseJson,
  stringifyJson,
  toNumber,
} from '../../src/base/json.ts';
import { computedNumber } from '../../src/base/json-number.ts';
import { copyObject, isIndexName, objectOf, withMember } from '../../src/base/json-object.ts';
import { parseCarefully } from '../../src/base/json-parser.ts';

// Assumption: Jackson's tree, which AWS's texts show, keeps integers and makes doubles of the rest; whole doubles are recorded.
describe('numbers print as Java prints them', () => {
  it.each([
    ['0.0', '0.0'],
    ['-0.0', '-0.0'],
    ['1.0', '1.0'],
    ['-3.0', '-3.0'],
    ['1.50', '1.5'],
    ['3.3', '3.3'],
    ['0.001', '0.001'],
    ['0.0001', '1.0E-4'],
    ['0.00012', '1.2E-4'],
    ['-0.000999', '-9.99E-4'],
    ['9999999.5', '9999999.5'],
    ['9999999.0', '9999999.0'],
    ['10000000.5', '1.00000005E7'],
    ['10000000.0', '1.0E7'],
    ['-123456789.25', '-1.2345678925E8'],
    ['1.0000000000000001', '1.0'],
    ['9007199254740993', '9007199254740993'],
    ['123456789012345678901234567890', '123456789012345678901234567890'],
    ['1e2', '100.0'],
    ['1E-2', '0.01'],
    ['1e+7', '1.0E7'],
    ['1e10', '1.0E10'],
    ['12.5e-7', '1.25E-6'],
    ['5e-324', '4.9E-324'],
    ['1.7976931348623157e308', '1.7976931348623157E308'],
    ['-0', '0'],
    ['1e999', '1e999'],
  ])('%s is printed as %s', (text, printed) => {
    expect(stringifyJson(parseJson(text))).toBe(printed);
    expect(stringifyJson(parseJson(` {"a" : [ ${text} ] } `))).toBe(`{"a":[${printed}]}`);
    expect(stringifyJson(parseJson(`[${text},true]`))).toBe(`[${printed},true]`);
  });

  it.each([
    [1e-4, '1.0E-4'],
    [0.1 + 0.2, '0.30000000000000004'],
    [10_000_000.5, '1.00000005E7'],
    [10_000_000, '10000000'],
    [-0, '0'],
    [2 ** 53, '9007199254740992'],
    [2 ** 60, '1152921504606846976'],
    [-(2 ** 63), '-9223372036854775808'],
    [1e19, '1.0E19'],
    [1e21, '1.0E21'],
    [1 / 3, '0.3333333333333333'],
  ])('the computed number %d is printed as %s', (value, printed) => {
    expect(stringifyJson(computedNumber(value))).toBe(printed);
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
    ['9007199254740993', '9007199254740992.0', true],
    ['9007199254740993', '9007199254740995', false],
    ['{"b":1,"10":2,"9":3}', '{"9":3,"10":2,"b":1}', true],
    ['{"b":1,"10":2}', '{"b":1,"10":3}', false],
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
    const made = withMember({}, '__proto__', 1);
    expect([Object.keys(made), stringifyJson(made), 'polluted' in {}]).toEqual([
      ['__proto__'],
      '{"__proto__":1}',
      false,
    ]);
  });
});

// Assumption: Java's LinkedHashMap, in which Jackson keeps members; every recording keeps the order of the document.
describe('objects are ordered lists of members', () => {
  it.each([
    '{"b":1,"10":2,"9":3}',
    '{"10":1,"9":2}',
    '{"2":[{"b":{"1":0,"0":0}}],"1":null}',
    '[{"a":1,"0":{"z":1,"7":2,"y":3}}]',
    '{"4294967294":1,"0":2}',
    '{"x":1,"4294967295":2,"01":3,"-1":4,"1":5}',
    '{"b":"\\"1\\":","1":"\\\\"}',
    '{"__proto__":1,"0":2}',
    '{"1":1,"2":2,"a":3}',
    '{"a":1.0,"0":{}}',
  ])('%s keeps its order', (text) => {
    const value = parseJson(text);
    expect(stringifyJson(value)).toBe(text);
  });

  it('gives names, values and entries in that order to whoever reads it', () => {
    const object = parseJson('{"b":1,"10":2,"9":3}') as { [name: string]: number };
    expect(Object.keys(object)).toEqual(['b', '10', '9']);
    expect(Object.values(object)).toEqual([1, 2, 3]);
    expect(Object.entries(object)).toEqual([
      ['b', 1],
      ['10', 2],
      ['9', 3],
    ]);
    expect([object['10'], getMember(object, '9'), getMember(object, 'toString'), '10' in object]).toEqual([
      2,
      3,
      undefined,
      true,
    ]);
    expect([isJsonObject(object), jsonType(object)]).toEqual([true, 'object']);
    expect(object).toEqual({ 9: 3, 10: 2, b: 1 });
  });

  it('keeps the place of the first of several members with one name, and the value of the last', () => {
    expect(stringifyJson(parseJson('{"a":1,"0":2,"a":3,"0":4}'))).toBe('{"a":3,"0":4}');
    expect(
      stringifyJson(
        objectOf([
          ['a', 1],
          ['0', 2],
          ['a', 3],
        ] as const),
      ),
    ).toBe('{"a":3,"0":2}');
  });

  it('copies keep the order and are changed alone', () => {
    const object = objectOf([
      ['b', 1],
      ['10', 2],
    ]);
    const copy = withMember(copyObject(object), '9', 3);
    copy['8'] = 4;
    delete copy['b'];
    copy['b'] = 5;
    expect(stringifyJson(copy)).toBe('{"10":2,"9":3,"8":4,"b":5}');
    expect(stringifyJson(object)).toBe('{"b":1,"10":2}');
  });

  it('knows the names that JavaScript would put first', () => {
    const names = [
      '0',
      '7',
      '10',
      '4294967294',
      '4294967295',
      '01',
      '-1',
      '1.0',
      '',
      'a',
      '1a',
      '12345678901',
    ];
    for (const name of names) {
      const first = Object.keys({ a: 1, [name]: 2 })[0];
      expect([name, isIndexName(name)]).toEqual([name, name !== 'a' && first === name]);
    }
  });

  it('reads and prints any document as its text has it', () => {
    const name = fc.oneof(
      fc.constantFrom('0', '1', '2', '10', 'a', 'b', '', '\\', '"', '1.5', '__proto__', 'rawJSON'),
      fc.string(),
    );
    const scalar = fc
      .oneof(
        fc.constantFrom('1', '-2', '1.5', 'true', 'false', 'null', '1.0', '1.0E10', '12345678901234567890'),
        fc.string().map((text) => JSON.stringify(text)),
      )
      .map((text) => ({ compact: text, spaced: `\n${text} ` }));
    type Text = { readonly compact: string; readonly spaced: string };
    const join = (open: string, parts: readonly Text[], close: string): Text => ({
      compact: open + parts.map(({ compact }) => compact).join(',') + close,
      spaced: ` ${open} ${parts.map(({ spaced }) => spaced).join(',')}\t${close}`,
    });
    const document = fc.letrec<{ value: Text }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        scalar,
        fc.array(tie('value'), { maxLength: 4 }).map((items) => join('[', items, ']')),
        fc
          .uniqueArray(fc.tuple(name, tie('value')), { maxLength: 6, selector: ([key]) => key })
          .map((members) =>
            join(
              '{',
              members.map(([key, { compact, spaced }]) => ({
                compact: `${JSON.stringify(key)}:${compact}`,
                spaced: ` ${JSON.stringify(key)} : ${spaced}`,
              })),
              '}',
            ),
          ),
      ),
    })).value;
    fc.assert(
      fc.property(document, ({ compact, spaced }) => {
        expect(stringifyJson(parseJson(compact))).toBe(compact);
        expect(stringifyJson(parseJson(spaced))).toBe(compact);
        expect(stringifyJson(parseCarefully(spaced))).toBe(compact);
      }),
      { numRuns: 2_000, seed: 11 },
    );
  });

  it('takes documents that are nested deeper than the stack', () => {
    const depth = 100_000;
    expect(() => parseJson(`${'['.repeat(depth)}{"b":1,"0":2}${']'.repeat(depth)}`)).not.toThrow();
  });
});
