// bin/treadle.mjs: which program it starts, in copies of a clone and of an installed package.

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'treadle-launcher-'));
  cpSync(join(ROOT, 'bin'), join(root, 'bin'), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

const build = () => write('dist/cli/main.js', 'console.log("built", ...process.argv.slice(2))');
function clone(): void {
  write('src/cli/main.ts', 'const words: string[] = process.argv.slice(2); console.log("source", ...words)');
  cpSync(join(ROOT, 'scripts/ensure.mjs'), join(root, 'scripts/ensure.mjs'));
  write('package.json', '{}');
  write('package-lock.json', '{ "packages": { "": {} } }');
}
function install(): void {
  write('node_modules/.package-lock.json', '{ "packages": {} }');
  mkdirSync(join(root, 'node_modules/node/bin'), { recursive: true });
  symlinkSync(process.execPath, join(root, 'node_modules/node/bin/node'));
}

/** @returns what the command printed */
function treadle(env: Record<string, string> = {}): string {
  const launcher = join(root, 'bin/treadle.mjs');
  const { PATH = '' } = process.env;
  const args = [launcher, 'run', 'x'];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env: { PATH, ...env } });
  return stdout + stderr;
}

test('an installed package runs what was built', () => {
  build();
  expect(treadle()).toBe('built run x\n');
});

test('a clone runs its sources, also when something older was built', () => {
  clone();
  install();
  build();
  expect(treadle()).toBe('source run x\n');
});

test('a clone without development packages runs what was built, and installs nothing', () => {
  clone();
  build();
  expect(treadle()).toBe('built run x\n');
});

test('a service in a clone that was neither installed nor built is told what to do', () => {
  clone();
  expect(treadle({ NODE_ENV: 'production' })).toMatch(
    /^treadle: .* is a clone whose development packages are not installed\n {2}→ run npm ci/,
  );
});
