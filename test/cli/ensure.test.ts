import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

// Plain JavaScript without types, so that it runs before anything is installed.
const { ensure, isInstalled } = (await import(new URL('../../scripts/ensure.mjs', import.meta.url).href)) as {
  ensure(root: string): boolean;
  isInstalled(root: string): boolean;
};

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'treadle-ensure-'));
  mkdirSync(join(root, 'node_modules/node/bin'), { recursive: true });
  write('package.json', { dependencies: { a: '1.0.0' } });
  write('package-lock.json', lock('1.0.0'));
  write('node_modules/.package-lock.json', lock('1.0.0'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function lock(version: string) {
  const optional = { 'node_modules/other-platform': { version: '9.0.0', optional: true } };
  return { packages: { '': { dependencies: { a: version } }, 'node_modules/a': { version }, ...optional } };
}

function write(path: string, value: unknown): void {
  writeFileSync(join(root, path), JSON.stringify(value));
}

/** As if `path` had been written this many seconds from now. */
function age(path: string, seconds: number): void {
  const at = Date.now() / 1000 + seconds;
  utimesSync(join(root, path), at, at);
}

test('nothing is done when the installed packages are the newest', () => {
  age('package.json', -60);
  age('package-lock.json', -60);
  expect(isInstalled(root)).toBe(true);
});

test('a touched lock file is compared once, then remembered', () => {
  age('node_modules/.package-lock.json', -60);
  expect(isInstalled(root)).toBe(true);
  expect(readFileSync(join(root, 'node_modules/.treadle-installed'), 'utf8')).toContain('package-lock.json');
  write('node_modules/.package-lock.json', 'not read again');
  age('node_modules/.package-lock.json', -60);
  age('package-lock.json', -30);
  age('package.json', -30);
  expect(isInstalled(root)).toBe(true);
});

test.each<[string, () => void]>([
  ['another version in the lock file', () => write('package-lock.json', lock('1.0.1'))],
  [
    'a dependency that the lock file does not know',
    () => write('package.json', { dependencies: { b: '1.0.0' } }),
  ],
  ['no node_modules', () => rmSync(join(root, 'node_modules'), { recursive: true })],
  ['no Node of our own', () => rmSync(join(root, 'node_modules/node'), { recursive: true })],
])('%s asks for an installation', (_, change) => {
  age('node_modules/.package-lock.json', -60);
  change();
  expect(isInstalled(root)).toBe(false);
});

test('a service installs nothing at its start, and says what to do', () => {
  rmSync(join(root, 'node_modules'), { recursive: true });
  vi.stubEnv('NODE_ENV', 'production');
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    expect(ensure(root)).toBe(false);
    expect(write.mock.calls.join('')).toMatch(
      /^treadle: .* is a clone whose development packages are not installed\n {2}→ run npm ci in it; to run Treadle as a service, install the package/,
    );
  } finally {
    write.mockRestore();
    vi.unstubAllEnvs();
  }
});
