// The package as others get it: packed, installed in an empty folder, then used by a user who may not write to it.

import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const MEGABYTE = 1_048_576;
/** `nobody`, where we may choose; else whoever runs the tests. */
const USER = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
/** Another Node.js line can be tried out: PACKAGE_TEST_NODE=/path/to/node. */
const NODE = process.env['PACKAGE_TEST_NODE'] ?? process.execPath;
/** The Node that `npm test` of a project finds. */
const ENV = { ...process.env, PATH: `${dirname(NODE)}${delimiter}${process.env['PATH']}` };

let folder: string;
let tarball: string;
let app: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'treadle-package-'));
  chmodSync(folder, 0o755);
  npm(ROOT, 'pack', '--pack-destination', folder);
  tarball = globSync('treadle-*.tgz', { cwd: folder }).map((name) => join(folder, name))[0]!;
  app = join(folder, 'app');
  mkdirSync(app);
  writeFileSync(join(app, 'package.json'), '{ "name": "app", "private": true, "type": "module" }');
  // Nothing is fetched: the tarball has everything.
  npm(app, 'install', '--offline', '--no-audit', '--no-fund', tarball);
  write('hello.asl.json', {
    StartAt: 'Greet',
    States: {
      Greet: { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Parameters: HELLO, End: true },
    },
  });
  write('treadle.yaml', 'functions:\n  hello: { handler: hello.handler }\n');
  write(
    'hello.ts',
    "export const handler = async (event: { name: string }) => 'Hello, '.concat(event.name);\n",
  );
  setWritable(app, false);
}, 300_000);

afterAll(() => {
  setWritable(app, true);
  rmSync(folder, { recursive: true, force: true });
});

const HELLO = { FunctionName: 'hello', 'Payload.$': '$' };

/** @returns what it printed on standard output */
function npm(cwd: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync('npm', args, {
    cwd,
    env: ENV,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error(`npm ${args.join(' ')} ended with ${status}:\n${stdout}\n${stderr}`);
  return stdout;
}

function write(name: string, content: unknown): void {
  writeFileSync(join(app, name), typeof content === 'string' ? content : JSON.stringify(content));
}

function setWritable(at: string, writable: boolean): void {
  for (const path of [at, ...globSync('**/*', { cwd: at }).map((name) => join(at, name))]) {
    const { mode } = statSync(path);
    chmodSync(path, writable ? mode | 0o200 : mode & ~0o222);
  }
}

/** In the folder of the app, with neither home nor anything else of ours. */
function node(args: readonly string[], env: Record<string, string> = {}): SpawnSyncReturns<string> {
  const { PATH = '' } = process.env;
  return spawnSync(NODE, args, { ...USER, cwd: app, encoding: 'utf8', input: '', env: { PATH, ...env } });
}

const treadle = (...args: string[]) => node([join(app, 'node_modules/treadle/bin/treadle.mjs'), ...args]);

test('is small: at most 6 MB as a tarball, 40 MB installed', () => {
  expect(statSync(tarball).size).toBeLessThan(6 * MEGABYTE);
  const files = globSync('**/*', { cwd: join(app, 'node_modules') });
  const bytes = files.reduce((sum, name) => sum + statSync(join(app, 'node_modules', name)).size, 0);
  expect(bytes).toBeLessThan(40 * MEGABYTE);
});

describe('installed in a folder that may not be written, by a user without a home', () => {
  test('it runs a workflow with a local function in TypeScript', () => {
    const { status, stdout, stderr } = treadle('run', 'hello.asl.json', '--input', '{"name": "Ada"}', '-q');
    expect([status, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({ Payload: 'Hello, Ada' });
  });

  test('it says its version, and shows its configuration', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect(treadle('--version').stdout).toContain(`treadle ${version}`);
    expect(treadle('config').stdout).toContain('functions.hello');
  });

  test('it calls AWS services by their models', () => {
    const definition = {
      StartAt: 'Send',
      States: {
        Send: {
          Type: 'Task',
          Resource: 'arn:aws:states:::aws-sdk:sqs:sendMessage',
          Parameters: { QueueUrl: 'http://127.0.0.1:1/q', MessageBody: 'x' },
          End: true,
        },
      },
    };
    const script = `
      import { createTreadle } from 'treadle';
      const treadle = await createTreadle({ config: 'treadle.yaml' });
      console.log(JSON.stringify(await treadle.run(${JSON.stringify(definition)})));
      await treadle.close();`;
    const env = {
      TREADLE_ENDPOINTS_SQS: 'http://127.0.0.1:1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
    };
    const { stdout, stderr } = node(['--input-type=module', '-e', script], env);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({ status: 'FAILED', error: 'Sqs.SdkClientException' });
  });
});

describe('treadle init', () => {
  /** The first hour: an empty folder, the package, a project, its test. Offline, as `app` was made. */
  function projectIn(target: string): { at: string; written: SpawnSyncReturns<string> } {
    const fresh = mkdtempSync(join(folder, 'fresh-'));
    // Without a prefix npm would take the nearest folder above that looks like a project.
    npm(fresh, 'install', '--prefix', '.', '--offline', '--no-audit', '--no-fund', tarball);
    const written = spawnSync('npx', ['--no-install', 'treadle', 'init', target], {
      cwd: fresh,
      env: ENV,
      encoding: 'utf8',
      shell: process.platform === 'win32',
    });
    return { at: join(fresh, target), written };
  }

  test.each(['.', 'orders'])('in %s: the project passes its tests, validates and runs', (target) => {
    const { at, written } = projectIn(target);
    expect([written.status, written.stderr]).toEqual([0, '']);
    // Nothing is left to install: Treadle is there, in the folder or above it.
    expect(written.stdout).toContain(`Next:\n${target === '.' ? '' : '    cd orders\n'}    npm test\n`);
    expect(npm(at, 'test')).toMatch(/pass 3\n/);
    expect(npm(at, 'run', 'validate')).toContain('✓ order.asl.json');
    const run = ['exec', '--', 'treadle', 'run', 'order.asl.json', '--input', '@order.json', '--quiet'];
    expect(JSON.parse(npm(at, ...run))).toEqual({ total: 180, discount: true });
    const [, schema] = /\$schema=(\S+)\n/.exec(readFileSync(join(at, 'treadle.yaml'), 'utf8'))!;
    expect(JSON.parse(readFileSync(join(at, schema!), 'utf8'))).toHaveProperty('properties.functions');
    // What package.json asks for can be installed, from whence Treadle was.
    npm(at, 'install', '--offline', '--no-audit', '--no-fund');
    expect(npm(at, 'test')).toMatch(/pass 3\n/);
  });
});

test.skipIf(process.platform === 'win32')('installed as the Dockerfile does it, its entry point runs', () => {
  const prefix = join(folder, 'opt');
  const dockerfile = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');
  const [, entry] = /"\/opt\/treadle(\/.*?)"\]$/m.exec(dockerfile)!;
  npm(folder, 'install', '--global', '--prefix', prefix, '--offline', '--no-audit', '--no-fund', tarball);
  const { status, stdout } = node([join(prefix, entry!), 'validate', 'hello.asl.json']);
  expect([status, stdout]).toEqual([0, '✓ hello.asl.json\n']);
  expect(node([join(prefix, 'bin/treadle'), '--version']).stdout).toMatch(/^treadle /);
});

test('a program embeds it', () => {
  const script = `
    import { createTreadle, TreadleError } from 'treadle';
    const treadle = await createTreadle({ config: 'treadle.yaml' });
    const pass = { StartAt: 'A', States: { A: { Type: 'Pass', End: true } } };
    const results = [
      await treadle.run(pass, { input: { a: 1 } }),
      await treadle.run(pass, { input: [2], type: 'EXPRESS' }),
      await treadle.run({ StartAt: 'A', States: { A: { Type: 'Fail', Error: 'E', Cause: 'c' } } }),
      await treadle.run({ StartAt: 'B' }).catch((error) => [error instanceof TreadleError, error.name]),
      await treadle.call('ListActivities'),
    ];
    await treadle.close();
    console.log(JSON.stringify(results));`;
  const { stdout, stderr } = node(['--input-type=module', '-e', script]);
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toMatchObject([
    { status: 'SUCCEEDED', output: { a: 1 } },
    { status: 'SUCCEEDED', output: [2] },
    { status: 'FAILED', error: 'E', cause: 'c' },
    [true, 'InvalidDefinition'],
    { activities: [] },
  ]);
});

test('TypeScript knows what it exports, without our sources', () => {
  const consumer = join(folder, 'consumer');
  mkdirSync(join(consumer, 'node_modules'), { recursive: true });
  cpSync(join(app, 'node_modules/treadle'), join(consumer, 'node_modules/treadle'), { recursive: true });
  writeFileSync(
    join(consumer, 'a.mts'),
    `import { createTreadle, type RunResult, TreadleError, VERSION } from 'treadle';
const treadle = await createTreadle({ data: 'x', logLevel: 'silent' });
const result: RunResult = await treadle.run({}, { type: 'EXPRESS' });
export const status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED' = result.status;
export const words: string[] = [VERSION, new TreadleError('a', 'b').name];
// @ts-expect-error there is no such level
await createTreadle({ logLevel: 'loud' });
`,
  );
  const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', '--types', ''];
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const { status, stdout } = spawnSync(process.execPath, [tsc, ...options, 'a.mts'], {
    cwd: consumer,
    encoding: 'utf8',
  });
  expect([stdout, status]).toEqual(['', 0]);
});

test('the Node.js lines of the launcher are those of package.json', async () => {
  const { suffices } = (await import(join(ROOT, 'bin/node-versions.mjs'))) as {
    suffices(version: string): boolean;
  };
  const { engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  expect(engines.node).toBe('^22.18.0 || >=24.0.0');
  const versions = ['20.20.2', '22.17.1', '22.18.0', '22.23.3', '23.11.1', '24.0.0', '25.9.0', '26.10.0'];
  expect(versions.map(suffices)).toEqual([false, false, true, true, false, true, true, true]);
});

test('the example of the guide runs as it is printed', () => {
  const page = readFileSync(join(ROOT, 'docs/guide/embedding.md'), 'utf8');
  const [, script] = /```js orders\.mjs\n(.*?)```/s.exec(page)!;
  const { stdout, stderr } = node(['--input-type=module', '-e', script!]);
  expect([stderr, stdout]).toEqual(['', 'SUCCEEDED { total: 60 }\n']);
});

test.each(['20.20.2', '22.17.1', '23.11.1'])(
  'Node.js %s is told what it lacks, without a stack',
  (version) => {
    const older = `data:text/javascript,Object.defineProperty(process, 'versions', { value: { node: '${version}' } })`;
    const bin = join(app, 'node_modules/treadle/bin/treadle.mjs');
    const { status, stdout, stderr } = node(['--import', older, bin, 'run', 'hello.asl.json']);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toBe(
      `treadle: Node.js 22.18+ or 24+ is needed, but this is Node.js ${version}\n  → install a newer one (https://nodejs.org)\n`,
    );
  },
);
