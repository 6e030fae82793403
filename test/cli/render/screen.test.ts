import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Output } from '../../../src/cli/output.ts';
import { Screen } from '../../../src/cli/render/screen.ts';
import { outputOf } from './terminal.ts';

let written: string[];
let output: Output;
beforeEach(() => {
  ({ written, output } = outputOf({ columns: 40, rows: 6 }));
});
afterEach(() => {
  expect(process.listenerCount('exit')).toBe(listeners);
});
const listeners = process.listenerCount('exit');

test('hides the cursor while it moves, and gives it back once closed', () => {
  const screen = new Screen(output);
  expect(written.join('')).toBe('\x1b[?25l');
  screen.close();
  expect(written.at(-1)).toBe('\x1b[?25h');
});

test('goes up by what moved before, never over settled lines', () => {
  const screen = new Screen(output);
  screen.draw(['done'], ['a', 'b']);
  screen.draw([], ['c']);
  screen.draw(['c done'], []);
  screen.draw([], ['d']);
  const ups = written.map((text) => /\x1b\[(\d+)A/.exec(text)?.[1]);
  expect(ups.slice(1)).toEqual([undefined, '2', '1', undefined]);
  screen.close();
});

test('shows no more moving lines than there are rows', () => {
  const screen = new Screen(output);
  screen.draw(['settled'], ['1', '2', '3', '4', '5', '6', '7']);
  const lines = written
    .at(-1)!
    .split('\n')
    .map((line) => line.replace(/\x1b\[\??\d*[A-Za-z]|\r/g, ''));
  expect(lines).toEqual(['settled', '1', '2', '3', '4', '  … 3 more lines', '']);
  screen.close();
});

test('leaves one column free, and needs no size', () => {
  const screen = new Screen(output);
  expect(screen.width).toBe(39);
  screen.close();
  const other = new Screen(outputOf({}).output);
  expect(other.width).toBe(79);
  other.close();
});
