import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { launchOf } from '../../src/functions/environment.ts';
import { tempFolder } from '../integrations/support.ts';

const REGION = 'eu-west-1';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function folderWith(...files: readonly string[]): string {
  const texts = files.map((file) => [file, file.endsWith('bootstrap') ? '#!/bin/sh\n' : '']);
  const folder = tempFolder(Object.fromEntries(texts));
  folders.push(folder);
  return folder;
}

describe('the runtime of a handler', () => {
  test.each([
    ['src/app.handler', 'src/app.mjs', process.execPath],
    ['src/app.handler', 'src/app.py', 'python3'],
    ['build', 'build/bootstrap', undefined],
    ['build/bootstrap', 'build/bootstrap', undefined],
    ['missing.handler', 'other.txt', process.execPath],
  ])('%s beside %s', (handler, file, command) => {
    const root = folderWith(file);
    const launch = launchOf('f', { handler }, root, REGION, {});
    expect(launch.command).toBe(command ?? join(root, 'build/bootstrap'));
  });

  test('is what the configuration says', () => {
    const root = folderWith('app.py');
    expect(launchOf('f', { handler: 'app.handler', runtime: 'nodejs' }, root, REGION, {}).command).toBe(
      process.execPath,
    );
  });

  test('of Node has the memory as the bound of its heap', () => {
    const { args } = launchOf('f', { handler: 'a.b', memory: 512 }, folderWith('a.js'), REGION, {});
    expect(args[0]).toBe('--max-old-space-size=512');
  });
});

describe('the environment', () => {
  const OUTER = {
    PATH: '/bin',
    AWS_ACCESS_KEY_ID: 'AKID',
    DATABASE_PASSWORD: 'secret',
    AWS_REGION: 'us-east-1',
    TZ: 'Europe/Berlin',
  };

  test('is made from nothing: of Treadle’s own variables only a few pass', () => {
    const { env } = launchOf('f', { handler: 'a.b' }, folderWith('a.js'), REGION, OUTER);
    expect(env).toMatchObject({ PATH: '/bin', TZ: 'Europe/Berlin' });
    for (const name of ['AWS_ACCESS_KEY_ID', 'DATABASE_PASSWORD']) expect(env).not.toHaveProperty(name);
    expect(JSON.stringify(env)).not.toContain('secret');
  });

  test('says what Lambda says', () => {
    const root = folderWith('a.js');
    const { env } = launchOf(
      'f',
      { handler: 'a.b', memory: 512, env: { OWN: '1', LANG: 'C' } },
      root,
      REGION,
      {},
    );
    expect(env).toMatchObject({
      OWN: '1',
      LANG: 'C',
      TZ: ':UTC',
      AWS_REGION: REGION,
      AWS_DEFAULT_REGION: REGION,
      AWS_LAMBDA_FUNCTION_NAME: 'f',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
      AWS_EXECUTION_ENV: expect.stringMatching(/^AWS_Lambda_nodejs\d+\.x$/),
      LAMBDA_TASK_ROOT: root,
      _HANDLER: 'a.b',
    });
  });
});

test('new code is looked for in the handler’s folder, or in the executable alone', () => {
  const root = folderWith('src/app.mjs', 'build/bootstrap');
  expect(launchOf('f', { handler: 'src/app.handler' }, root, REGION, {}).code).toBe(join(root, 'src'));
  const executable = launchOf('f', { handler: 'build' }, root, REGION, {});
  expect(executable.code).toBe(join(root, 'build/bootstrap'));
  expect(executable.cwd).toBe(join(root, 'build'));
});

test('on Windows, python is called by its name there, and gets the variables that it cannot do without', () => {
  const outer = { SystemRoot: 'C:\\Windows', TEMP: 'C:\\Temp', SECRET: 'x' };
  const { command, env } = launchOf('f', { handler: 'a.b' }, folderWith('a.py'), REGION, outer, 'win32');
  expect(command).toBe('python');
  expect(env).toMatchObject({ SystemRoot: 'C:\\Windows', TEMP: 'C:\\Temp' });
  expect(env).not.toHaveProperty('SECRET');
  const other = launchOf('f', { handler: 'a.b' }, folderWith('a.py'), REGION, outer, 'linux');
  expect([other.command, other.env['SystemRoot']]).toEqual(['python3', undefined]);
});
