import { describe, expect, test } from 'vitest';
import { readDocument } from '../../src/config/document.ts';
import { describeOrigin, type Path } from '../../src/config/problem.ts';
import { complaintsAbout } from './complaints.ts';

function place(yaml: string, path: Path, of: 'key' | 'value' = 'value'): string {
  return describeOrigin(readDocument(yaml, 'f', [])!.locate(path, of));
}

describe('a place in the file', () => {
  const yaml = [
    'my:',
    '  shop: { a: 1 }',
    'my.shop:',
    '  list: [one, two]',
    '  block:',
    '    - three',
    '    - { four: 4 }',
    'again: &it { deep: yes }',
    'alias: *it',
    '7: seven',
    'none:',
  ].join('\n');

  test.each<[Path, string, string]>([
    [['my', 'shop', 'a'], 'f:2:14', 'f:2:11'],
    [['my.shop'], 'f:3:1', 'f:3:1'],
    [['my.shop', 'list'], 'f:4:9', 'f:4:3'],
    [['my.shop', 'list', 1], 'f:4:15', 'f:4:15'],
    [['my.shop', 'block'], 'f:5:3', 'f:5:3'],
    [['my.shop', 'block', 1, 'four'], 'f:7:15', 'f:7:9'],
    [['alias', 'deep'], 'f:8:20', 'f:8:14'],
    [['7'], 'f:10:4', 'f:10:1'],
    [['none'], 'f:11:6', 'f:11:1'],
    [['my', 'shop', 'b', 'c'], 'f:2:3', 'f:2:3'],
    [['nowhere'], 'f:1:1', 'f:1:1'],
    [[], 'f:1:1', 'f:1:1'],
  ])('of %j is found by its path', (path, value, key) => {
    expect([place(yaml, path), place(yaml, path, 'key')]).toEqual([value, key]);
  });
});

test('a key with a dot is reported on its own line, not on that of the key before the dot', () => {
  const yaml = `connections:
  my:
    apiKey: { name: X-Api-Key, value: a }
  my.shop:
    apiKey: { name: X-Api-Key, valeu: a }
functions:
  pay:
    handler: pay.handler
    env: { A: '1' }
  pay.now:
    handler: pay.handler
    env:
      A: 1
`;
  expect(complaintsAbout(yaml)).toEqual([
    '5:32: connections["my.shop"].apiKey.valeu is not a known key; did you mean connections["my.shop"].apiKey.value?',
    '5:5: connections["my.shop"].apiKey.value is missing',
    `10:3: functions["pay.now"] is not a name that can be; expected 1 to 64 letters, digits, '-' or '_'`,
    '13:10: functions["pay.now"].env.A is 1, expected a text (put it in quotes), { env: NAME } or { file: path }',
  ]);
});

test('aliases that multiply are an error of the file', () => {
  const lines = ['a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]'];
  for (let i = 1; i < 9; i++)
    lines.push(
      `a${i}: &a${i} [${Array(10)
        .fill(`*a${i - 1}`)
        .join(', ')}]`,
    );
  const problems: Parameters<typeof readDocument>[2] = [];
  expect(readDocument(lines.join('\n'), 'f', problems)).toBeUndefined();
  expect(problems).toEqual([
    expect.objectContaining({ expected: expect.stringMatching(/^not valid YAML: .*alias/i) }),
  ]);
});

test('a number is known by its characters', () => {
  const document = readDocument('a: 000000000012\nb: { c: 1e3 }\nd: [1]', 'f', [])!;
  expect(document.written(['a'])).toBe('000000000012');
  expect(document.written(['b', 'c'])).toBe('1e3');
  expect(document.written(['b'])).toBeUndefined();
  expect(document.written(['x'])).toBeUndefined();
});
