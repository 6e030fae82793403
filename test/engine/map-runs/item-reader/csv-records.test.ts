import { describe, expect, it, test } from 'vitest';
import { CsvParser } from '../../../../src/engine/map-runs/item-reader/csv-records.ts';

function records(...texts: string[]): string[][] {
  const parser = new CsvParser(',');
  return [...texts.flatMap((text) => parser.push(text)), ...parser.end()];
}

describe('two quotes', () => {
  test.each<[string, string, string]>([
    // Source: AWS, "ItemReader (Map)", "How Step Functions parses input CSV files": its example row.
    ['are one in a cell without quotes', '{""MyKey"":""MyValue""}', '{"MyKey":"MyValue"}'],
    ['are one in a cell with quotes', '"{""MyKey"":""MyValue""}"', '{"MyKey":"MyValue"}'],
    ['are one at the beginning of a cell that goes on', '""a"" b', '"a" b'],
    ['are one behind a closing quote', '"a"b""c', 'ab"c'],
    ['are an empty cell', '""', ''],
    ['are an empty cell before the end of the line', '""\n', ''],
    ['twice are one in quotes', '""""', '"'],
    ['and one more are one in the middle', 'a"""b', 'a""b'],
  ])('%s', (_, text, cell) => {
    expect(records(text)).toEqual([[cell]]);
  });
});

describe('records', () => {
  it('end at a carriage return alone', () => {
    expect(records('a,b\r1,2\r3,4')).toEqual([
      ['a', 'b'],
      ['1', '2'],
      ['3', '4'],
    ]);
    expect(records('a\r\r\n\rb\n')).toEqual([['a'], ['b']]);
  });

  it('end once at CR LF, also when these come apart', () => {
    expect(records('a\r', '\nb')).toEqual([['a'], ['b']]);
  });

  const TEXT = 'a,"b ""c"" ""d""\n e",f\r\n""x"",\\"y\\,\\n,z\r\n\n"",,"\\\\"\r1;2,3\n,"",""""';
  const WHOLE = records(TEXT);

  it('are as many as expected', () => {
    expect(WHOLE).toEqual([
      ['a', 'b "c" "d"\n e', 'f'],
      ['"x"', '"y,n', 'z'],
      ['', '', '\\'],
      ['1;2', '3'],
      ['', '', '"'],
    ]);
  });

  it('are the same wherever the text is split, in two and in three', () => {
    for (let one = 0; one <= TEXT.length; one++) {
      expect(records(TEXT.slice(0, one), TEXT.slice(one)), `split at ${one}`).toEqual(WHOLE);
      for (let two = one; two <= TEXT.length; two++) {
        expect(records(TEXT.slice(0, one), TEXT.slice(one, two), TEXT.slice(two))).toEqual(WHOLE);
      }
    }
  });

  it('are the same character by character', () => {
    expect(records(...TEXT)).toEqual(WHOLE);
  });

  it('have no open record only between them', () => {
    const parser = new CsvParser(',');
    const states = [...'a\r\n"b\n"\n'].map((char) => {
      parser.push(char);
      return parser.betweenRecords;
    });
    expect(states).toEqual([false, true, true, false, false, false, false, true]);
  });

  it('that never end are refused before they are held', () => {
    const parser = new CsvParser(',');
    const line = 'x'.repeat(1024 * 1024);
    expect(() => {
      for (let n = 0; n < 9; n++) parser.push(n === 0 ? `"${line}` : line);
    }).toThrow('Record 1 of the CSV file is larger than the 8388608 bytes that an item may have.');
  });
});
