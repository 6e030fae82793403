// bin/treadle.mjs: which program it starts, in copies of a clone and of an installed package.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createServerProcess } from '../support/server-process.ts';
import { until } from '../support/until.ts';

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

describe('in front of another process', () => {
  /** A program that prints its process id, then the signals it gets. */
  const LISTENER = `
    for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGUSR2'])
      process.on(signal, () => { console.log(signal); if (signal === 'SIGTERM') process.exit(7); });
    setInterval(() => {}, 1000);
    console.log(process.pid);`;

  /** As on an older Node, whatever runs the tests: the launcher starts the clone's own. */
  function launch(env: Record<string, string> = {}) {
    clone();
    install();
    const older = `data:text/javascript,Object.defineProperty(process, 'versions', { value: { node: '20.20.2' } })`;
    const { PATH = '' } = process.env;
    const command = [process.execPath, '--import', older, join(root, 'bin/treadle.mjs'), 'x'];
    return { command, env: { PATH, ...env } };
  }

  test('it passes on signals, and the exit code', async () => {
    const { command, env } = launch();
    write('src/cli/main.ts', LISTENER);
    const child = spawn(command[0]!, command.slice(1), { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'exit');
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    expect((await lines.next()).value).toMatch(/^\d+$/);
    for (const signal of ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGUSR2', 'SIGTERM'] as const) {
      child.kill(signal);
      expect((await lines.next()).value).toBe(signal);
    }
    expect(await ended).toEqual([7, null]);
  });

  test('it ends by the signal that ended the process', async () => {
    const { command, env } = launch();
    write('src/cli/main.ts', LISTENER);
    const child = spawn(command[0]!, command.slice(1), { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'exit');
    const [pid] = await once(createInterface(child.stdout), 'line');
    process.kill(Number(pid), 'SIGKILL');
    expect(await ended).toEqual([null, 'SIGKILL']);
  });

  test('it stops it when the shell of npx is gone', async () => {
    const { command, env } = launch({ npm_command: 'exec' });
    write('src/cli/main.ts', LISTENER);
    const script = command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
    const shell = spawn('/bin/sh', ['-c', `${script}; :`], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface(shell.stdout)[Symbol.asyncIterator]();
    expect((await lines.next()).value).toMatch(/^\d+$/);
    shell.kill('SIGKILL');
    expect((await lines.next()).value).toBe('SIGTERM');
    // The pipe ends when nobody holds it any more.
    expect((await lines.next()).done).toBe(true);
  });
});

describe('a server that npm started', () => {
  const MAIN = join(ROOT, 'src/cli/main.ts');
  const isAlive = (pid: number) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };

  test('ends with npm start on SIGTERM, in order', async () => {
    const server = await createServerProcess({}, undefined, ['npm', 'start', '--prefix', ROOT]);
    try {
      await server.start();
      const pid = server.pid()!;
      expect(await server.stop()).toBe(0);
      expect(isAlive(pid)).toBe(false);
      expect(server.pid()).toBeUndefined();
    } finally {
      await server.dispose();
    }
  });

  test.each(['SIGTERM', 'SIGKILL'])(
    'ends when the shell between npx and it is ended by %s',
    async (signal) => {
      const script = `'${process.execPath}' '${MAIN}' start; :`;
      const server = await createServerProcess({ npm_command: 'exec' }, undefined, ['/bin/sh', '-c', script]);
      try {
        await server.start();
        const pid = server.pid()!;
        await (signal === 'SIGTERM' ? server.stop() : server.kill());
        await until('the end of the server', () => !isAlive(pid));
        expect(server.pid()).toBeUndefined();
      } finally {
        await server.dispose();
      }
    },
  );
});
