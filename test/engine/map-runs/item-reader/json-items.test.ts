import { describe, expect, it, test } from 'vitest';
import { stringifyJson } from '../../../../src/base/json.ts';
import { jsonItems, jsonLines } from '../../../../src/engine/map-runs/item-reader/json-items.ts';

const items = (text: string, pointer?: string): string[] =>
  [...jsonItems(text, pointer)].map(({ key, value }) => `${key ?? '-'} ${stringifyJson(value)}`);

describe('a JSON file', () => {
  test.each<[string, string, string | undefined, string[]]>([
    ['an array', '[1,"a",null]', undefined, ['- 1', '- "a"', '- null']],
    ['an object', '{"a":1,"__proto__":[2]}', undefined, ['a 1', '__proto__ [2]']],
    ['numbers as written', '[12345678901234567890, 1.0]', undefined, ['- 12345678901234567890', '- 1.0']],
    ['what the pointer leads to', '{"data":{"items":[1,2]}}', '/data/items', ['- 1', '- 2']],
    ['an element of an array', '[[0],[1]]', '/1', ['- 1']],
    ['names with slashes and tildes', '{"a/b":{"c~1d":[1]}}', '/a~1b/c~01d', ['- 1']],
    ['the whole for an empty pointer', '[1]', '', ['- 1']],
    ['nothing of an empty array', '[]', undefined, []],
  ])('gives %s', (_, text, pointer, expected) => {
    expect(items(text, pointer)).toEqual(expected);
  });

  it.each(['"a"', '1', 'null', '1.0'])('that holds %s is refused', (text) => {
    expect(() => items(text)).toThrow('Attempting to map over non-iterable node.');
  });

  it.each(['/b', '/a/0', '/a/b', 'a', '/list/01', '/list/-', '/list/2', '/toString'])(
    'is refused when %s leads nowhere',
    (pointer) => {
      expect(() => items('{"a":1,"list":[1,2]}', pointer)).toThrow(
        'The provided ReaderConfig.ItemsPointer does not match any valid path in the JSON structure.',
      );
    },
  );

  it('is refused when it is no JSON', () => {
    expect(() => items('[1,')).toThrow('The JSON file is not valid JSON: Unexpected end-of-input');
  });

  it('is refused when an item is larger than 8 MB', () => {
    expect(() => items(`["${'x'.repeat(8 * 1024 * 1024)}"]`)).toThrow('An item of the JSON file is larger');
  });
});

describe('a JSONL file', () => {
  it('gives the value of each line that is not blank', () => {
    const values = [...jsonLines('{"a":1}\r\n\n [2] \n"x"')].map(({ value }) => value);
    expect(values).toEqual([{ a: 1 }, [2], 'x']);
  });

  it('is refused with the number of the line that is no JSON', () => {
    expect(() => [...jsonLines('1\n\n{]\n')]).toThrow('Line 3 of the JSONL file is not valid JSON: ');
  });
});
