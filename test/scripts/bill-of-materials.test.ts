import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bomOf, type LockFile, noticeOf, packagesOf } from '../../scripts/bill-of-materials.ts';

const ROOT = join(import.meta.dirname, '../..');
const SHA = 'sha512-AAEC';
const LOCK: LockFile = {
  packages: {
    '': { version: '1.0.0' },
    'node_modules/b': {
      version: '2.0.0',
      integrity: SHA,
      license: 'MIT',
      dependencies: { c: '^1', d: '^1' },
    },
    'node_modules/b/node_modules/c': { version: '1.5.0', integrity: SHA, license: '(MIT OR Apache-2.0)' },
    'node_modules/c': { version: '3.0.0', license: 'ISC', dev: true },
    'node_modules/@a/x': {
      version: '1.0.0',
      integrity: SHA,
      license: 'MIT',
      optionalDependencies: { b: '*', gone: '*' },
    },
  },
};
const packages = packagesOf(LOCK, new Set(['node_modules/b', 'node_modules/b/node_modules/c']));

describe('the bill of materials', () => {
  const bom = bomOf({ name: 'treadle', version: '1.0.0', license: 'Apache-2.0' }, LOCK, packages) as {
    components: Record<string, unknown>[];
    dependencies: { ref: string; dependsOn: string[] }[];
  };

  test('has every package once, with its hash, its licence and whether it is shipped', () => {
    expect(bom).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6' });
    expect(bom.components.map(({ purl, scope }) => [purl, scope])).toEqual([
      ['pkg:npm/%40a/x@1.0.0', 'excluded'],
      ['pkg:npm/b@2.0.0', 'required'],
      ['pkg:npm/c@1.5.0', 'required'],
      ['pkg:npm/c@3.0.0', 'excluded'],
    ]);
    expect(bom.components[2]).toMatchObject({
      hashes: [{ alg: 'SHA-512', content: '000102' }],
      licenses: [{ expression: '(MIT OR Apache-2.0)' }],
    });
    expect(bom.components[3]).not.toHaveProperty('hashes');
    expect(bom.components[3]).toMatchObject({ licenses: [{ license: { id: 'ISC' } }] });
  });

  test('knows what depends on what, as Node resolves it', () => {
    const of = (ref: string) => bom.dependencies.find((row) => row.ref === ref)?.dependsOn;
    expect(of('pkg:npm/treadle@1.0.0')).toEqual(['pkg:npm/b@2.0.0', 'pkg:npm/c@1.5.0']);
    expect(of('pkg:npm/b@2.0.0')).toEqual(['pkg:npm/c@1.5.0']);
    expect(of('pkg:npm/%40a/x@1.0.0')).toEqual(['pkg:npm/b@2.0.0']);
  });
});

test('the notice names what is shipped, with licence and author', () => {
  const notice = noticeOf(packages, (folder) =>
    folder === 'node_modules/b' ? { author: { name: 'Bea <b@x>' } } : {},
  );
  expect(notice).toContain('- b 2.0.0 (MIT), Bea\n- c 1.5.0 ((MIT OR Apache-2.0))\n');
  expect(notice).not.toContain('@a/x');
});

describe('the repository', () => {
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as LockFile;

  test('has the integrity of every package in its lock file', () => {
    const without = Object.entries(lock.packages).filter(
      ([path, { integrity = '' }]) => path !== '' && !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity),
    );
    expect(without.map(([path]) => path)).toEqual([]);
  });

  test('pins every package it names itself', () => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect(dependencies).toBeUndefined();
    for (const [name, version] of Object.entries(devDependencies)) {
      expect([name, version]).toEqual([name, expect.stringMatching(/^\d+\.\d+\.\d+$/)]);
    }
  });

  test('has a current NOTICE (npm run sbom writes it)', { timeout: 120_000 }, () => {
    const { status, stderr } = spawnSync(process.execPath, ['scripts/sbom.ts', '--check'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([0, '']);
  });
});
