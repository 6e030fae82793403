import { expect, test } from 'vitest';
import { columnFor, paintLine } from '../../../src/cli/render/paint.ts';
import { clean, clip, columns, countdown, duration, failureText } from '../../../src/cli/render/text.ts';

test.each([
  [-5, '0 ms'],
  [0.4, '0 ms'],
  [999, '999 ms'],
  [999.6, '1.00 s'],
  [1_236, '1.24 s'],
  [59_949, '59.9 s'],
  [59_960, '1 min 00 s'],
  [125_000, '2 min 05 s'],
  [11_220_000, '3 h 07 min'],
  [187_200_000, '2 d 04 h'],
])('%d ms is %s', (ms, text) => {
  expect(duration(ms)).toBe(text);
});

test('a countdown has tenths below ten seconds', () => {
  expect([countdown(1_250), countdown(61_400), countdown(-1)]).toEqual(['1.3 s', '1 min 01 s', '0.0 s']);
});

test('a failure is one line: error, then cause or the message inside it', () => {
  expect(failureText({ error: 'E', cause: '{"errorMessage":"no\\nmoney","errorType":"E"}' })).toBe(
    'E: no money',
  );
  expect(failureText({ error: 'E', cause: '{broken' })).toBe('E: {broken');
  expect(failureText({ error: undefined, cause: 'c' })).toBe('c');
  expect(failureText({ error: 'E', cause: undefined })).toBe('E');
  expect(failureText({ error: undefined, cause: undefined })).toBe('failed without an error');
});

test('what a function says cannot steer the terminal', () => {
  expect(clean('a\x1b[2Jb\r\nc\u202ed')).toBe('a [2Jb c d');
});

test('widths count wide characters twice and cut with an ellipsis', () => {
  expect(columns('支払い')).toBe(6);
  expect(clip('支払い', 5)).toBe('支払…');
  expect(clip('abc', 3)).toBe('abc');
  expect(clip('abcd', 3)).toBe('ab…');
});

test('a painted line never takes more columns than there are', () => {
  const line = {
    left: [{ text: 'A long name of a state', style: 'bold' as const }],
    duration: '12 ms',
    detail: [{ text: 'lambda something', style: 'dim' as const }],
    at: undefined,
  };
  const column = columnFor([line]);
  for (const width of [1, 10, 24, 40, 80]) {
    expect(columns(paintLine(line, { colour: false, width, column }))).toBeLessThanOrEqual(width);
  }
  expect(paintLine(line, { colour: true, width: 80, column })).toContain('\x1b[1m');
});
