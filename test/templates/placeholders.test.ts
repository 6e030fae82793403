// Which placeholders are a mistake, in JSON and in YAML.

import { expect, test } from 'vitest';
import { checkPlaceholders } from '../../src/templates/placeholders.ts';
import { substitute } from '../../src/templates/substitute.ts';

const SOURCE = {
  name: 'f',
  file: '/p/f.asl',
  type: 'STANDARD',
  roleArn: 'r',
  origin: { from: 'file', file: 'treadle.yaml', line: 1, column: 1 },
} as const;

function verdict(text: string, format: 'json' | 'yaml'): string {
  const { errors, warnings } = checkPlaceholders({ path: '/p/f.asl', text, format }, SOURCE);
  return `${errors.map(({ from, to }) => text.slice(from, to)).join(' ')} | ${warnings.length}`;
}

test.each([
  ['{"a":"${X}"}', '${X} | 0'],
  ['{"a":"say ${X}"}', ' | 1'],
  ['{"a":"${X} now"}', ' | 1'],
  ['{"a":"\\"${X}\\""}', ' | 1'],
  ['{"a":${X}}', '${X} | 0'],
  ['{"a":[${X}, "${Y.Z}"]}', '${X} ${Y.Z} | 0'],
  ['{"Resource":"arn:${X}:f"}', '${X} | 0'],
  ['{"a":"$${X} and ${!X} and ${a b}"}', ' | 1'],
  ['{"a":"{% $x %}"}', ' | 0'],
])('%s: %s', (text, expected) => {
  expect(verdict(text, 'json')).toBe(expected);
});

test.each([
  ['a: ${X}', '${X} | 0'],
  ["a: '${X}'", '${X} | 0'],
  ['a: say ${X}', ' | 1'],
  ['- ${X}', '${X} | 0'],
  ['Resource: arn:${X}:f', '${X} | 0'],
])('%s: %s', (text, expected) => {
  expect(verdict(text, 'yaml')).toBe(expected);
});

test('only names that have a value are replaced', () => {
  const values = { A: 'x "y"', N: 5, O: { a: 1 } };
  expect(substitute('{"a":"${A}","n":${N},"o":${O},"k":"${K}"}', 'json', values)).toBe(
    '{"a":"x \\"y\\"","n":5,"o":{"a":1},"k":"${K}"}',
  );
  expect(substitute('a: ${A}', 'yaml', values)).toBe('a: x "y"');
  expect(substitute('${toString}', 'json', values)).toBe('${toString}');
});
