import { describe, expect, it, test } from 'vitest';
import { csvItems } from '../../../../src/engine/map-runs/item-reader/csv.ts';
import { CsvParser } from '../../../../src/engine/map-runs/item-reader/csv-records.ts';
import { collectItems, inPieces } from './pieces.ts';

function records(text: string, delimiter = ','): string[][] {
  const parser = new CsvParser(delimiter);
  return [...parser.push(text), ...parser.end()];
}

describe('records', () => {
  test.each<[string, string, string[][]]>([
    [
      'end at a newline',
      'a,b\nc,d\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'end at the end of the file',
      'a,b\nc,d',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'end at CR LF',
      'a,b\r\nc,d\r\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['are none on lines without any character', '\n\na\n\r\nb\n\n', [['a'], ['b']]],
    ['are one on a line of spaces', '   \n', [['   ']]],
    ['have empty cells between delimiters', ',,\n', [['', '', '']]],
    ['have an empty cell after a delimiter at the end', 'a,', [['a', '']]],
    ['may be one empty quoted cell', '""\n', [['']]],
  ])('%s', (_, text, expected) => {
    expect(records(text)).toEqual(expected);
  });
});

describe('cells', () => {
  test.each<[string, string, string]>([
    ['keep spaces and single quotes', " 'a' ,", " 'a' "],
    ['in quotes hold delimiters', '"a,b",', 'a,b'],
    ['in quotes hold newlines', '"a\r\nb\nc",', 'a\r\nb\nc'],
    ['in quotes hold a quote for two', '"say ""a""",', 'say "a"'],
    ['take what follows the closing quote', '"a"b"c,', 'ab"c'],
    ['keep a quote in the middle', 'a"b,', 'a"b'],
    ['escape a backslash', 'a\\\\b,', 'a\\b'],
    ['escape a quote', '\\"a\\",', '"a"'],
    ['escape the delimiter', 'a\\,b,', 'a,b'],
    ['lose a backslash before anything else', 'a\\nb\\|c,', 'anb|c'],
    ['in quotes escape a quote', '"a\\"b",', 'a"b'],
    ['in quotes lose a backslash before anything else', '"\\a\\\\",', 'a\\'],
    ['lose a backslash at the end of the file', 'a\\', 'a'],
    ['may be long and of any script', `${'ä'.repeat(1000)}€,`, `${'ä'.repeat(1000)}€`],
  ])('%s', (_, text, expected) => {
    expect(records(text)[0]![0]).toBe(expected);
  });

  it.each([
    ['|', 'a|b,c'],
    [';', 'a;b,c'],
    [' ', 'a b,c'],
    ['\t', 'a\tb,c'],
  ])('end at the delimiter %j', (delimiter, text) => {
    expect(records(text, delimiter)).toEqual([['a', 'b,c']]);
  });

  it('without a closing quote are refused', () => {
    expect(() => records('a,"b\nc')).toThrow('A quoted field of the CSV file has no closing quote.');
  });
});

describe('items', () => {
  const items = async (text: string, columns?: string[]): Promise<unknown[]> =>
    (await collectItems(csvItems(inPieces(text), ',', columns, undefined))).map(({ value }) => value);

  it('have the columns of the first row, whatever these are called', async () => {
    expect(await items('0,True,\n1,2,3')).toEqual([{ 0: '1', True: '2', '': '3' }]);
  });

  it('keep the order of the columns, also of those that look like numbers', async () => {
    expect(JSON.stringify(await items('b,10,9\n1,2,3'))).toBe('[{"b":"1","10":"2","9":"3"}]');
    expect(JSON.stringify(await items('1,2', ['1', '0']))).toBe('[{"1":"1","0":"2"}]');
  });

  it('have the given columns', async () => {
    expect(await items('1,2\n3,4', ['a', 'b'])).toEqual([
      { a: '1', b: '2' },
      { a: '3', b: '4' },
    ]);
  });

  it('have empty cells for those that lack, and not those beyond the columns', async () => {
    expect(await items('a,b\n1\n1,2,3\n,,,')).toEqual([
      { a: '1', b: '' },
      { a: '1', b: '2' },
      { a: '', b: '' },
    ]);
  });

  it('keep a column __proto__ as any other', async () => {
    expect(JSON.stringify(await items('__proto__\nx'))).toBe('[{"__proto__":"x"}]');
  });

  it.each([
    ['of the first row', 'a,b,a\n1,2,3', undefined],
    ['that are given', '1,2', ['a', 'a']],
  ])('are refused for columns of the same name %s', async (_, text, columns) => {
    await expect(items(text, columns)).rejects.toThrow('CSV headers cannot contain duplicates.');
  });

  it('are refused for more than 10 KiB of columns', async () => {
    await expect(items(`${'x'.repeat(10_241)}\n1`)).rejects.toThrow('more than 10240 bytes');
  });

  it('are refused when they are larger than 8 MB', async () => {
    await expect(items(`a\n${'x'.repeat(8 * 1024 * 1024 + 1)}`)).rejects.toThrow(
      'Record 2 of the CSV file is larger than the 8388608 bytes that an item may have.',
    );
  });
});
