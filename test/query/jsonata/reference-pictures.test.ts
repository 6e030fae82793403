// Numbers and times by picture give what the reference implementation of JSONata gives.

import { describe, expect, test } from 'vitest';
import { calls, differences, LARGE, NUMBERS, quote, WHOLE } from './reference.ts';

describe('pictures of numbers', () => {
  const pictures = quote([
    '0',
    '#',
    '00',
    '0.0',
    '#.#',
    '.0',
    '0.',
    '#.00',
    '#,##0.00',
    '#,###',
    '0%',
    '#0.0‰',
    '0.0e0',
    '00.0##e00',
    '#.#e0',
    '.00e0',
    '#0.0e000',
    'a0b',
    '$ #,##0.00 net',
    '0.0;(0.0)',
    '#;neg#',
    '%0',
  ]);

  test('are written', async () => {
    expect(await differences(calls('formatNumber', NUMBERS, pictures))).toEqual([]);
  });

  test('are refused with the code of the rule they break', async () => {
    const bad = quote(
      [
        '',
        'x',
        '0;0;0',
        '0.0.0',
        '%0%',
        '‰0‰',
        '%0‰',
        '.',
        '#,',
        '0,.0',
        '0.,0',
        '0,,0',
        '0#',
        '0.#0',
        '#0#',
        '0x0',
      ].concat([
        '0.0#0',
        '0e0%',
        '0%e0',
        '0e',
        '0e#',
        '0e0e0',
        '0e,0',
        ',0',
        '0.0,',
        '#,#.#',
        '0‰e0',
        ';',
        '0;',
      ]),
    );
    expect(await differences(calls('formatNumber', ['1', '-1234.5'], bad))).toEqual([]);
  });

  test('have symbols of their own', async () => {
    const options = [
      '{"decimal-separator": ",", "grouping-separator": "."}',
      '{"minus-sign": "~"}',
      '{"percent": "p"}',
      '{"per-mille": "m"}',
      '{"zero-digit": "٠"}',
      '{"digit": "_"}',
      '{"pattern-separator": "|"}',
      '{"exponent-separator": "E"}',
      '{}',
    ];
    const pictured = quote(['#.##0,0', '0.0', '0p', '0m', '٠.٠', '_,__0', '0|(0)', '0.0E0', '0.0e0']);
    expect(await differences(calls('formatNumber', ['-1234.5', '0.25'], pictured, options))).toEqual([]);
  });

  test('of bases', async () => {
    const bases = ['2', '8', '10', '16', '36', '2.5', '1', '37', '0', 'missing'];
    expect(await differences(calls('formatBase', [...NUMBERS, ...WHOLE, 'missing'], bases))).toEqual([]);
    expect(await differences(calls('formatBase', WHOLE))).toEqual([]);
  });
});

describe('pictures of integers', () => {
  const styles = quote([
    '1',
    '001',
    '#0',
    '#,##0',
    '#.##0,00',
    '#:##0:00',
    '0-0-0',
    'A',
    'a',
    'I',
    'i',
    'W',
    'w',
    'Ww',
  ]);
  const ordinals = quote(['1;o', '#,##0;o', 'w;o', 'W;o', 'Ww;o', 'w;c', '٠١', '१,१११', '１']);

  test('are written', async () => {
    expect(
      await differences(calls('formatInteger', [...WHOLE, ...LARGE, '-7', '2.5', 'missing'], styles)),
    ).toEqual([]);
    expect(await differences(calls('formatInteger', [...WHOLE, ...LARGE, '-7'], ordinals))).toEqual([]);
  });

  test('are refused', async () => {
    const bad = quote(['', '#', '?', ';o', '1٠', '#,', 'x1']);
    expect(await differences(calls('formatInteger', ['12', '12345'], bad))).toEqual([]);
  });

  test('are read back', async () => {
    const readable = [
      ...quote(['1', '#,##0', 'A', 'a', 'I', 'i', 'W', 'w', 'Ww', '1;o', 'w;o', 'Ww;o', '٠']),
    ];
    const sources: string[] = [];
    for (const number of [...WHOLE, ...LARGE])
      for (const picture of readable)
        sources.push(`$parseInteger($formatInteger(${number}, ${picture}), ${picture})`);
    expect(await differences(sources)).toEqual([]);
  });

  test('are read from texts in other forms', async () => {
    const texts = quote([
      '12',
      '1,2,3',
      'mcm',
      'MCMXC',
      'xyz',
      'AZ',
      '1st',
      '2nd',
      '3RD',
      '4th',
      '-5',
      'five',
      'Five Hundred',
    ]);
    const pictures = quote(['1', '#,##0', 'A', 'I', 'i', '1;o', 'w']);
    expect(await differences(calls('parseInteger', texts, pictures))).toEqual([]);
  });
});

describe('pictures of times', () => {
  const times = [
    '0',
    '1700000000123',
    '951782399999',
    '1709251199000',
    '-62135596800000',
    '1230940800000',
    '1483228799000',
    '1700049600000',
  ];

  test('are written, each component in each style', async () => {
    const components = Array.from('YMDdFWwXxHhPmsfCE');
    const styles = [
      '',
      '1',
      '01',
      '001',
      'n',
      'N',
      'Nn',
      '1o',
      'i',
      'I',
      'w',
      'Ww',
      'a',
      ',2',
      ',2-2',
      'Nn,3-3',
      'n,*-4',
      '0001',
      '1,4',
      '#1',
      ',10-12',
    ];
    const pictures = components.flatMap((component) => styles.map((style) => `[${component}${style}]`));
    expect(
      await differences(calls('fromMillis', [...times.slice(1, 3), '1700049600000'], quote(pictures))),
    ).toEqual([]);
  });

  test('are written in time zones', async () => {
    const pictures = quote([
      '[Z]',
      '[z]',
      '[Z0]',
      '[Z00]',
      '[Z0000]',
      '[Z00:00]',
      '[Z01:01t]',
      '[Z0101t]',
      '[z0]',
      '[Z00000]',
      '[H01]:[m01] [D]',
    ]);
    const zones = quote(['+0000', '+0530', '-0800', '-0330', '+1400']);
    expect(await differences(calls('fromMillis', ['1700000000123'], pictures, zones))).toEqual([]);
  });

  test('know the weeks around New Year', async () => {
    const days = Array.from({ length: 60 }, (_, at) => String(1_230_000_000_000 + at * 11 * 86_400_000));
    const weeks = quote(['[X]-W[W]-[F1]', '[x]/[w] [xNn]', '[d] [F] [FN] [M]']);
    expect(await differences(calls('fromMillis', days, weeks))).toEqual([]);
  });

  test('have literal brackets, and are refused when broken', async () => {
    const pictures = quote([
      '[[]]',
      '[[Y]]',
      ']]',
      'a]]b',
      '[Y',
      '[',
      '[]',
      '[q]',
      '[Y ,2-2]',
      '[ M 01 ]',
      '[YN]',
      '[DN]',
      '[Hn]',
      '[M',
      '',
      'text',
    ]);
    expect(await differences(calls('fromMillis', ['1700000000123'], pictures))).toEqual([]);
  });

  test('read what they have written', async () => {
    const pictures = [
      '[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01t]',
      '[Y]-[d001]',
      '[D1o] [MNn] [Y], [h]:[m01] [PN]',
      '[D] [MN,3-3] [Y,2-2] [H]',
      '[Y][M01][D01][H01][m01][s01]',
      '[FNn], [Dw] [MNn] [YI]',
      '[Y] [M] [D] [H] [z]',
      '[Y] [M] [D] [H] [Z0000]',
      '[Y] [M] [D] [H] [Z0]',
      '[YA] [Ma] [Di]',
      '[Y]',
      '[Y]-[M]',
    ];
    const sources = pictures.flatMap((picture) =>
      times.flatMap((time) =>
        quote(['+0000', '+0530']).map((zone) => {
          const text = JSON.stringify(picture);
          return `$toMillis($fromMillis(${time}, ${text}, ${zone}), ${text})`;
        }),
      ),
    );
    expect(await differences(sources)).toEqual([]);
  });

  test('read texts, or nothing', async () => {
    const texts = quote([
      '2023-11-14',
      '2023-11',
      '2023',
      '14 november 2023',
      'Tue',
      '12:30 AM',
      '12:30 pm',
      '2023 318',
      '13',
    ]);
    const pictures = quote([
      '[Y]-[M]-[D]',
      '[Y]-[M]',
      '[Y]',
      '[D] [MNn] [Y]',
      '[FNn,3-3]',
      '[Y] [d]',
      '[X] [W]',
      '[X] [x] [w]',
      '[X] [w]',
      '[x] [w]',
      '[X]',
      '[W]',
      '[w] [H]',
      '[Y]-[D]',
    ]);
    expect(await differences(calls('toMillis', texts, pictures))).toEqual([]);
  });

  test('without a picture are ISO 8601', async () => {
    const texts = quote(
      [
        '2023',
        '2023-11',
        '2023-11-14',
        '2023-11-14T22:13:20Z',
        '2023-11-14T22:13:20.123Z',
        '2023-11-14T22:13:20+01:00',
      ].concat([
        '2023-11-14T22:13:20.5-0330',
        '2023-11-14T22:13Z',
        '2023-13',
        'x',
        '',
        '2023-11-14T',
        ' 2023',
        '2023-1-1',
      ]),
    );
    expect(await differences([...calls('toMillis', texts), ...calls('fromMillis', times)])).toEqual([]);
  });
});
