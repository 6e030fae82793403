import { expect, test } from 'vitest';
import { LogTail, lineReader, MAX_LINE } from '../../src/functions/output-log.ts';

function linesOf(...chunks: Array<string | Buffer>): string[] {
  const lines: string[] = [];
  const reader = lineReader((line) => lines.push(line));
  for (const chunk of chunks) reader.write(Buffer.from(chunk));
  reader.end();
  return lines;
}

test('puts lines together from chunks, also when a character is cut', () => {
  const bytes = Buffer.from('grüße\r\nzwei\n\ndrei');
  expect(linesOf(bytes.subarray(0, 3), bytes.subarray(3))).toEqual(['grüße', 'zwei', '', 'drei']);
});

test('cuts a line at its bound and says how much is missing', () => {
  const [line, next] = linesOf('x'.repeat(MAX_LINE), 'y'.repeat(5), '\nnext\n');
  expect(line).toBe(`${'x'.repeat(MAX_LINE)}… (5 more characters)`);
  expect(next).toBe('next');
});

test('keeps the last 4 KB of a log', () => {
  const tail = new LogTail();
  for (let i = 0; i < 2_000; i++) tail.add(`line ${i}`);
  const text = Buffer.from(tail.base64(), 'base64').toString();
  expect(Buffer.byteLength(text)).toBe(4_096);
  expect(text.endsWith('line 1998\nline 1999\n')).toBe(true);
});
