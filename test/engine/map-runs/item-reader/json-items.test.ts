import { describe, expect, it, test } from 'vitest';
import { stringifyJson } from '../../../../src/base/json.ts';
import { jsonItems } from '../../../../src/engine/map-runs/item-reader/json-items.ts';
import { jsonLines } from '../../../../src/engine/map-runs/item-reader/json-lines.ts';
import { collectItems, inPieces } from './pieces.ts';

const items = async (text: string, pointer?: string): Promise<string[]> =>
  (await collectItems(jsonItems(inPieces(text), pointer))).map(
    ({ key, value }) => `${key ?? '-'} ${stringifyJson(value)}`,
  );

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
  ])('gives %s', async (_, text, pointer, expected) => {
    expect(await items(text, pointer)).toEqual(expected);
  });

  it.each(['"a"', '1', 'null', '1.0'])('that holds %s is refused', async (text) => {
    await expect(items(text)).rejects.toThrow('Attempting to map over non-iterable node.');
  });

  it.each(['/b', '/a/0', '/a/b', 'a', '/list/01', '/list/-', '/list/2', '/toString'])(
    'is refused when %s leads nowhere',
    async (pointer) => {
      await expect(items('{"a":1,"list":[1,2]}', pointer)).rejects.toThrow(
        'The provided ReaderConfig.ItemsPointer does not match any valid path in the JSON structure.',
      );
    },
  );

  it('is refused when it is no JSON', async () => {
    await expect(items('[1,')).rejects.toThrow('The JSON file is not valid JSON: Unexpected end-of-input');
  });

  it('is refused when an item is larger than 8 MB', async () => {
    await expect(items(`["${'x'.repeat(8 * 1024 * 1024)}"]`)).rejects.toThrow(
      'An item of the JSON file is larger',
    );
  });
});

describe('a JSONL file', () => {
  it('gives the value of each line that is not blank', async () => {
    const text = '{"a":1}\r\n\n [2] \n"x"';
    const values = (await collectItems(jsonLines(inPieces(text), undefined))).map(({ value }) => value);
    expect(values).toEqual([{ a: 1 }, [2], 'x']);
  });

  it('is refused with the number of the line that is no JSON', async () => {
    await expect(collectItems(jsonLines(inPieces('1\n\n{]\n'), undefined))).rejects.toThrow(
      'Line 3 of the JSONL file is not valid JSON: ',
    );
  });
});
