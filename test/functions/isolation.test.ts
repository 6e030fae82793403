import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { setApart, userOf } from '../../src/functions/isolation.ts';
import { type Functions, openFunctions, resultOf, tempFolder } from '../integrations/support.ts';

const PLACES = { code: '/app/src', root: '/app', runtime: '/treadle/bootstrap', socket: '/tmp/treadle-x/1' };
const LINE = { command: '/bin/node', args: ['node.mjs'] };
const isRoot = process.getuid?.() === 0;

describe('a command line', () => {
  test('stays as it is without isolation', () => {
    expect(setApart(LINE, {}, PLACES)).toEqual(LINE);
  });

  test('follows the sandbox’s command, which may name the places', () => {
    const command = [
      'bwrap',
      '--ro-bind',
      '{code}',
      '{code}',
      '--bind',
      '{socket}',
      '{socket}',
      '{runtime}',
      '{root}',
      '{other}',
      '--',
    ];
    expect(setApart(LINE, { command }, PLACES)).toEqual({
      command: 'bwrap',
      args: [
        '--ro-bind',
        '/app/src',
        '/app/src',
        '--bind',
        '/tmp/treadle-x/1',
        '/tmp/treadle-x/1',
        '/treadle/bootstrap',
        '/app',
        '{other}',
        '--',
        '/bin/node',
        'node.mjs',
      ],
    });
  });

  test('of Node has its permissions before the program', () => {
    const { command, args } = setApart(
      LINE,
      { permissions: { read: ['data'], write: ['/var/out'] } },
      PLACES,
    );
    expect(command).toBe('/bin/node');
    expect(args.at(-1)).toBe('node.mjs');
    expect(args[0]).toBe('--permission');
    expect(args.filter((arg) => arg.startsWith('--allow-fs'))).toEqual([
      '--allow-fs-read=/app/src',
      '--allow-fs-read=/treadle/bootstrap',
      '--allow-fs-read=/app/node_modules',
      '--allow-fs-read=/app/src/package.json',
      '--allow-fs-read=/app/package.json',
      '--allow-fs-read=/app/data',
      '--allow-fs-write=/var/out',
    ]);
  });
});

describe('another user', () => {
  const AT = 'functions.pay.isolation.user';
  test.skipIf(!isRoot)('is found by name and by number (as root)', () => {
    expect(userOf({ user: 'nobody' }, AT)).toEqual({ uid: 65_534, gid: 65_534 });
    expect(userOf({ user: 1001, group: 7 }, AT)).toEqual({ uid: 1001, gid: 7 });
    expect(userOf({ user: 1001 }, AT)).toEqual({ uid: 1001, gid: 1001 });
    expect(userOf({}, AT)).toBeUndefined();
  });

  test.skipIf(!isRoot)('that does not exist is named with its key (as root)', () => {
    expect(() => userOf({ user: 'no-such-user' }, AT)).toThrow(
      'functions.pay.isolation.user is "no-such-user", expected a user of this machine',
    );
    expect(() => userOf({ user: 1, group: 'no-such-group' }, AT)).toThrow(
      'functions.pay.isolation.group is "no-such-group", expected a group of this machine',
    );
  });

  test.skipIf(process.getuid === undefined)('is for root alone', () => {
    const getuid = vi.spyOn(process, 'getuid').mockReturnValue(1000);
    expect(() => userOf({ user: 'nobody' }, AT)).toThrow(
      'functions.pay.isolation.user is "nobody", expected Treadle to run as root, for only root starts processes of another user; it runs as user 1000',
    );
    getuid.mockRestore();
  });
});

test('Node’s permissions of another runtime are refused at the start', () => {
  const functions = { py: { handler: 'app.handler', isolation: { permissions: {} } } };
  expect(() => openFunctions({ 'app.py': '' }, functions)).toThrow(
    "functions.py.isolation.permissions are Node's: expected a function of the runtime nodejs, but it is python",
  );
});

const PROBE = `
import { readFileSync, writeFileSync, readdirSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
const tried = (what) => { try { return String(what()).slice(0, 200); } catch (error) { return 'refused: ' + (error.code ?? error.message); } };
export const handler = (event) => ({
  user: process.getuid?.(),
  groups: process.getgroups?.(),
  own: tried(() => readFileSync(new URL('./data.txt', import.meta.url), 'utf8')),
  secret: tried(() => readFileSync(event.secret, 'utf8')),
  environ: tried(() => readFileSync('/proc/' + event.pid + '/environ', 'latin1').length > 0),
  write: tried(() => { writeFileSync(event.out, 'x'); return 'written'; }),
  spawn: tried(() => spawnSync('true').status),
  env: process.env,
});`;

describe('a function', () => {
  let root: string;
  let functions: Functions;
  let event: { secret: string; pid: number; out: string };
  const probe = async (name: string) =>
    resultOf(await functions.call(name, event)) as Record<string, unknown> & { env: Record<string, string> };

  beforeAll(() => {
    root = tempFolder({
      'src/probe.mjs': PROBE,
      'src/data.txt': 'mine',
      'src/probe.py': 'import os\n\ndef handler(event, context):\n    return os.getuid()\n',
      'secrets/key.txt': 'topsecret',
    });
    // The folder of a temporary file is its user's alone; what another user runs has to be readable.
    spawnSync('chmod', ['-R', 'a+rX', root]);
    spawnSync('chmod', ['700', join(root, 'secrets')]);
    mkdirSync(join(root, 'out'), { mode: 0o777 });
    event = { secret: join(root, 'secrets/key.txt'), pid: process.pid, out: join(root, 'out/file') };
    const timeout = 20;
    functions = openFunctions(
      {},
      {
        plain: { handler: 'src/probe.handler', runtime: 'nodejs', timeout },
        permitted: {
          handler: 'src/probe.handler',
          runtime: 'nodejs',
          timeout,
          isolation: { permissions: {} },
        },
        ...(isRoot && {
          other: {
            handler: 'src/probe.handler',
            runtime: 'nodejs' as const,
            timeout,
            isolation: { user: 'nobody' },
          },
          python: {
            handler: 'src/probe.handler',
            runtime: 'python' as const,
            timeout,
            isolation: { user: 65_534 },
          },
          boxed: {
            handler: 'src/probe.handler',
            runtime: 'nodejs' as const,
            timeout,
            isolation: { command: ['env', '-u', 'HOME', 'BOX={socket}'] },
          },
        }),
      },
      {
        root,
        env: {
          ...process.env,
          AWS_ACCESS_KEY_ID: 'AKIDREAL',
          AWS_PROFILE: 'prod',
          DATABASE_URL: 'postgres://x',
        },
      },
    );
  });
  afterAll(async () => {
    await functions.close();
    rmSync(root, { recursive: true, force: true });
  });

  test('gets nobody’s AWS credentials and nothing else that is not its own', async () => {
    const { env } = await probe('plain');
    expect(JSON.stringify(env)).not.toMatch(/AKIDREAL|prod|postgres/);
    expect(env).toMatchObject({
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
    });
    expect(env['AWS_LAMBDA_RUNTIME_API']).toMatch(/^unix:/);
  });

  test('with Node’s permissions reads its code and nothing else', async () => {
    expect(await probe('permitted')).toMatchObject({
      own: 'mine',
      secret: 'refused: ERR_ACCESS_DENIED',
      environ: 'refused: ERR_ACCESS_DENIED',
      write: 'refused: ERR_ACCESS_DENIED',
      spawn: 'refused: ERR_ACCESS_DENIED',
    });
  });

  test.skipIf(!isRoot)('of another user reads what that one may (as root)', async () => {
    expect(await probe('other')).toMatchObject({
      user: 65_534,
      own: 'mine',
      secret: 'refused: EACCES',
      environ: 'refused: EACCES',
    });
    expect(resultOf(await functions.call('python', {}))).toBe(65_534);
  });

  test.skipIf(!isRoot)('is started by the command of its sandbox', async () => {
    const { env } = await probe('boxed');
    expect(env).not.toHaveProperty('HOME');
    expect(`unix:${join(env['BOX']!, 'api')}`).toBe(env['AWS_LAMBDA_RUNTIME_API']);
    expect(dirname(env['BOX']!)).toMatch(/treadle-/);
  });
});

test.skipIf(process.platform === 'win32')(
  'functions speak through a port with a secret where no folder is safe for sockets',
  async () => {
    const open = tempFolder({});
    chmodSync(open, 0o777);
    vi.stubEnv('TMPDIR', open);
    vi.stubEnv('XDG_RUNTIME_DIR', undefined);
    const functions = openFunctions(
      {
        'app.mjs': 'export const handler = () => process.env.AWS_LAMBDA_RUNTIME_API;',
        'app_py.py':
          'import os\n\ndef handler(event, context):\n    return os.environ["AWS_LAMBDA_RUNTIME_API"]\n',
      },
      { node: { handler: 'app.handler', timeout: 20 }, python: { handler: 'app_py.handler', timeout: 20 } },
    );
    vi.unstubAllEnvs();
    try {
      for (const name of ['node', 'python', 'node']) {
        expect(resultOf(await functions.call(name, {}))).toMatch(/^127\.0\.0\.1:\d+\/[0-9a-f]{48}$/);
      }
    } finally {
      await functions.close();
      rmSync(open, { recursive: true, force: true });
    }
  },
);
