import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type CodeState, watchCode } from '../../src/functions/code-state.ts';
import { tempFolder } from '../integrations/support.ts';

let root: string;
let now: number;
let written: number;

beforeEach(() => {
  now = 0;
  written = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  root = tempFolder({});
  write('app.js');
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(root, { recursive: true });
});

/** Writes a file that differs from all that were there before. */
function write(name: string): void {
  const path = join(root, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, String(written));
  utimesSync(path, ++written, written);
}

function changedLater(code: CodeState): boolean {
  now += 1_000;
  return code.changed();
}

test('code that is as it was has not changed', () => {
  const code = watchCode(root);
  expect([changedLater(code), changedLater(code)]).toEqual([false, false]);
});

test.each(['app.js', 'new.ts', 'lib/deep/part.py', 'data.json'])('a change of %s is seen once', (name) => {
  const code = watchCode(root);
  write(name);
  expect([changedLater(code), changedLater(code)]).toEqual([true, false]);
});

test.each(['out.txt', 'node_modules/x/index.js', '.git/a.js', '__pycache__/a.py'])(
  '%s is not code',
  (name) => {
    const code = watchCode(root);
    write(name);
    expect(changedLater(code)).toBe(false);
  },
);

test('a file that goes, and one that comes back, is a change', () => {
  const code = watchCode(join(root, 'app.js'));
  rmSync(join(root, 'app.js'));
  expect(changedLater(code)).toBe(true);
  write('app.js');
  expect(changedLater(code)).toBe(true);
});

test('code is not looked at again within 200 milliseconds', () => {
  const code = watchCode(root);
  now = 1_000;
  expect(code.changed()).toBe(false);
  write('app.js');
  now = 1_199;
  expect(code.changed()).toBe(false);
  now = 1_200;
  expect(code.changed()).toBe(true);
});
