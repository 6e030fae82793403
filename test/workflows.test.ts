// The workflow files of hosted CI cannot run where the tests run: what they name must exist.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

const ROOT = join(import.meta.dirname, '..');
const FOLDER = join(ROOT, '.github/workflows');
const { scripts, version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly id?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}
interface Job {
  readonly 'runs-on'?: string;
  readonly 'timeout-minutes'?: number;
  readonly needs?: readonly string[];
  readonly permissions?: Readonly<Record<string, string>>;
  readonly uses?: string;
  readonly steps?: readonly Step[];
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly string[]>> };
}
interface Workflow {
  readonly name: string;
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const NAMES = readdirSync(FOLDER);
const load = (name: string): Workflow =>
  parse(readFileSync(join(FOLDER, name), 'utf8'), { uniqueKeys: true });
const jobsOf = (name: string) => Object.entries(load(name).jobs);
const stepsOf = (name: string) => jobsOf(name).flatMap(([, { steps = [] }]) => steps);

describe.each(NAMES)('%s', (name) => {
  test('may only read unless a job says so, and every job ends in time', () => {
    expect(load(name).permissions).toEqual({ contents: 'read' });
    for (const [job, { uses, steps = [], ...rest }] of jobsOf(name)) {
      if (uses !== undefined) continue;
      expect([job, steps.length > 0, rest['timeout-minutes']! <= 60]).toEqual([job, true, true]);
      expect([job, rest['runs-on']]).toEqual([
        job,
        expect.stringMatching(/^(ubuntu-latest|\$\{\{ matrix\.os \}\})$/),
      ]);
    }
  });

  test('pins every action by its major version', () => {
    const used = [...stepsOf(name), ...jobsOf(name).map(([, job]) => job)].flatMap(({ uses }) => uses ?? []);
    expect(used.length).toBeGreaterThan(0);
    for (const action of used) {
      if (action.startsWith('./')) expect([action, existsSync(join(ROOT, action))]).toEqual([action, true]);
      else expect(action).toMatch(/^[\w-]+\/[\w-]+@v\d+$/);
    }
  });

  test('calls npm scripts and files that are there', () => {
    for (const { run = '' } of stepsOf(name)) {
      for (const [, script] of run.matchAll(/\bnpm run ([\w:-]+)/g))
        expect(Object.keys(scripts)).toContain(script);
      if (/\bnpm test\b/.test(run)) expect(Object.keys(scripts)).toContain('test');
      for (const [path] of run.matchAll(/\b(?:scripts|test|src)\/[\w./-]+/g)) {
        expect([path, existsSync(join(ROOT, path))]).toEqual([path, true]);
      }
    }
  });

  test('waits for jobs, and reads outputs of steps and members of the matrix, that are there', () => {
    const jobs = load(name).jobs;
    for (const job of Object.values(jobs)) {
      for (const needed of job.needs ?? []) expect(Object.keys(jobs)).toContain(needed);
      const text = JSON.stringify(job);
      for (const [, key] of text.matchAll(/matrix\.(\w+)/g))
        expect(Object.keys(job.strategy!.matrix)).toContain(key);
      for (const [, id] of text.matchAll(/steps\.(\w+)/g))
        expect(job.steps!.map((step) => step.id)).toContain(id);
    }
  });
});

test('the tests run on three systems, and the package on every line of Node.js that it supports', async () => {
  const { NODES, suffices } = await import(join(ROOT, 'bin/node-versions.mjs'));
  const { check, package: tarball } = load('test.yml').jobs;
  const systems = ['ubuntu-latest', 'macos-latest', 'windows-latest'];
  expect(check!.strategy!.matrix).toEqual({ os: systems });
  expect(tarball!.strategy!.matrix['os']).toEqual(systems);
  const lines = tarball!.strategy!.matrix['node']!;
  expect(NODES).toBe('22.18+ or 24+');
  expect(lines).toEqual(['22', '24', '26']);
  expect(lines.map((line) => suffices(`${line}.99.0`))).toEqual([true, true, true]);
  expect(scripts['test:package']).toBe('vitest run test/package.test.ts');
  expect(tarball!.steps!.map(({ run }) => run)).toContain('npm run test:package');
});

test('a release waits for the tests, and only its jobs may publish', () => {
  const { on, jobs } = load('release.yml');
  expect(on).toEqual({ push: { tags: ['v*'] } });
  expect(jobs['npm']!.needs).toEqual(['notes', 'test']);
  expect(jobs['image']!.needs).toEqual(['notes', 'test']);
  expect(jobs['release']!.needs).toEqual(['npm', 'image']);
  const writes = jobsOf('release.yml').map(([name, { permissions = {} }]) => [
    name,
    Object.keys(permissions).filter((key) => permissions[key] === 'write'),
  ]);
  expect(Object.fromEntries(writes)).toEqual({
    notes: [],
    test: [],
    npm: ['id-token'],
    image: ['packages'],
    release: ['contents'],
  });
  expect(version).toMatch(/^\d+\.\d+\.\d+$/);
});
