import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { compileCacheFolder } from '../../src/cli/compile-cache.ts';
import { VERSION } from '../../src/version.ts';

let home: string;
let base: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'treadle-home-'));
  base = join(home, '.cache');
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const folder = () => join(base, 'treadle', 'compile', VERSION);

test('compiled code is kept in a folder that only this user may enter', () => {
  expect(compileCacheFolder(base)).toBe(folder());
  expect(statSync(folder()).mode & 0o777).toBe(0o700);
  expect(compileCacheFolder(base)).toBe(folder());
});

test('what earlier versions left is removed when a new one comes, and only then', () => {
  const old = join(base, 'treadle', 'compile', '0.0.1');
  mkdirSync(old, { recursive: true });
  compileCacheFolder(base);
  expect(existsSync(old)).toBe(false);
  mkdirSync(old);
  compileCacheFolder(base);
  expect(existsSync(old)).toBe(true);
});

describe('nothing is kept', () => {
  test('without a home', () => {
    expect(compileCacheFolder(undefined)).toBeUndefined();
  });

  test('in a home that others may write, such as the common temporary folder', () => {
    chmodSync(home, 0o1777);
    expect(compileCacheFolder(base)).toBeUndefined();
    expect(existsSync(base)).toBe(false);
  });

  test.each(['.cache', '.cache/treadle', '.cache/treadle/compile'])('when others may write %s', (path) => {
    compileCacheFolder(base);
    chmodSync(join(home, path), 0o777);
    expect(compileCacheFolder(base)).toBeUndefined();
  });

  test('behind a link', () => {
    mkdirSync(base);
    mkdirSync(join(home, 'elsewhere'));
    symlinkSync(join(home, 'elsewhere'), join(base, 'treadle'));
    expect(compileCacheFolder(base)).toBeUndefined();
  });

  test('where no folder can be made', () => {
    writeFileSync(base, '');
    expect(compileCacheFolder(base)).toBeUndefined();
  });

  test.runIf(process.getuid?.() === 0)('in the home of another user, as with sudo', () => {
    chownSync(home, 65_534, 65_534);
    expect(compileCacheFolder(base)).toBeUndefined();
    expect(existsSync(base)).toBe(false);
  });
});
