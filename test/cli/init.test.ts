// `treadle init` in folders that are not empty. That its project runs is test/package.test.ts's to show.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nextCommands } from '../../src/cli/commands/init.ts';
import { packageFrom, projectFiles, projectManifest } from '../../src/cli/template.ts';
import { VERSION } from '../../src/version.ts';

const ROOT = join(import.meta.dirname, '../..');
/** A folder that does not exist, so that nothing can be installed in or above it. */
const NOWHERE = resolve('/nowhere-of-treadle');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'treadle-init-'));
});

/** As npm would; what is installed above the folder is then the same everywhere. */
function install(): void {
  const manifest = join(folder, 'node_modules/treadle/package.json');
  mkdirSync(dirname(manifest), { recursive: true });
  writeFileSync(manifest, '{}');
}
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function init(...args: string[]) {
  return spawnSync(process.execPath, [join(ROOT, 'src/cli/main.ts'), 'init', ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], NO_COLOR: '1' },
  });
}

const read = (path: string) => readFileSync(join(folder, path), 'utf8');

describe('treadle init', () => {
  test('names every file it wrote, and what to type next', () => {
    install();
    const { status, stdout } = init('my orders');
    expect(status).toBe(0);
    const written = readdirSync(join(folder, 'my orders'), { recursive: true, withFileTypes: true });
    const names = written.filter((entry) => entry.isFile()).map(({ name }) => name);
    expect(names.sort()).toEqual(
      [...stdout.matchAll(/^ {2}\+ (?:\S*\/)?(\S+) /gm)].map(([, name]) => name!).sort(),
    );
    expect(stdout).toMatch(
      /Next:\n {4}cd "my orders"\n {4}npm test\n {4}npx treadle run order\.asl\.json --input @order\.json\n {4}npm start\n/,
    );
  });

  test('overwrites nothing, and writes nothing when a file is in the way', () => {
    writeFileSync(join(folder, 'treadle.yaml'), 'data: mine\n');
    const { status, stderr } = init();
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^treadle: Expected \S+ to be free for a new project, but it has treadle\.yaml\n {2}→ name another folder: treadle init FOLDER\n$/,
    );
    expect(readdirSync(folder)).toEqual(['treadle.yaml']);
    expect(read('treadle.yaml')).toBe('data: mine\n');
  });

  test('adds to a package.json what it lacks, and leaves a .gitignore as it is', () => {
    writeFileSync(join(folder, '.gitignore'), 'mine\n');
    const mine = {
      name: 'mine',
      scripts: { start: 'mine', test: NO_TEST },
      dependencies: { treadle: '1.2.3' },
    };
    writeFileSync(join(folder, 'package.json'), JSON.stringify(mine, null, '\t'));
    expect(init().stdout).toContain('+ package.json          scripts test, validate\n');
    expect(read('.gitignore')).toBe('mine\n');
    expect(read('package.json')).toMatch(/^\{\n\t"name": "mine",\n/);
    expect(JSON.parse(read('package.json'))).toEqual({
      ...mine,
      scripts: { start: 'mine', test: 'node --test', validate: 'treadle validate .' },
    });
  });

  test('says that a package.json is not JSON, before anything is written', () => {
    writeFileSync(join(folder, 'package.json'), '{');
    expect(init().stderr).toMatch(/^treadle: \S*package\.json is not JSON: /);
    expect(readdirSync(folder)).toEqual(['package.json']);
  });
});

const NO_TEST = 'echo "Error: no test specified" && exit 1';

test('where Treadle is not installed, the first thing to type is how to do that', () => {
  expect(nextCommands(join(NOWHERE, 'app'))).toEqual([
    `cd ${relative(process.cwd(), join(NOWHERE, 'app'))}`,
    `npm pack ${JSON.stringify(ROOT)} --pack-destination ${JSON.stringify(ROOT)}`,
    'npm install',
    'npm test',
    'npx treadle run order.asl.json --input @order.json',
    'npm start',
  ]);
});

test('the schema is named where Treadle is installed, in the folder or above it', () => {
  const schemaIn = (at: string) =>
    /\$schema=(\S+)/.exec(projectFiles(at).find(({ path }) => path === 'treadle.yaml')!.text)![1];
  expect(packageFrom(NOWHERE)).toBeUndefined();
  expect(schemaIn(NOWHERE)).toBe('./node_modules/treadle/treadle.schema.json');
  install();
  mkdirSync(join(folder, 'a/b'), { recursive: true });
  expect(schemaIn(join(folder, 'a/b'))).toBe('../../node_modules/treadle/treadle.schema.json');
});

test('a new package.json has a name that npm takes, and the Treadle that wrote it', () => {
  const { text } = projectManifest('/srv/My Orders!', undefined);
  expect(JSON.parse(text)).toMatchObject({
    name: 'my-orders',
    private: true,
    devDependencies: { treadle: expect.stringMatching(new RegExp(`^file:.*treadle-${VERSION}\\.tgz$`)) },
  });
});
