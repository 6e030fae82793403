// What a function's process is started with: command, folder, and an environment made from nothing, so that neither a secret
// of Treadle's own (database passwords, tokens) nor anybody's AWS credentials reach a function unasked.

import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { devNull } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FUNCTION_LIMITS } from '../base/quotas.ts';
import type { FunctionRuntime, LocalFunction } from '../config/functions.ts';

/** Also from dist/lib/ it leads to a folder `functions/bootstrap`. */
const BOOTSTRAP = fileURLToPath(new URL('../functions/bootstrap/', import.meta.url));

/** Variables that pass from Treadle to functions. Everything else a function needs stands in its `env`. */
const PASSED = ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR'];

/**
 * SDKs would find credentials of Treadle's user all the same: in the home folder, and of an instance. A function that should
 * have them has these variables in its `env`.
 */
const NO_CREDENTIALS = {
  AWS_SHARED_CREDENTIALS_FILE: devNull,
  AWS_CONFIG_FILE: devNull,
  AWS_EC2_METADATA_DISABLED: 'true',
};

/** Without the first, Windows opens no socket and Python does not start. */
const PASSED_ON_WINDOWS = ['SystemRoot', 'ComSpec', 'PATHEXT', 'TEMP', 'TMP', 'USERPROFILE'];

export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Without AWS_LAMBDA_RUNTIME_API, which is each process's own. */
  readonly env: Readonly<Record<string, string>>;
  /** Folder, or a single file, whose change means new code. */
  readonly code: string;
  /** Of the handler. */
  readonly folder: string;
  /** Speaks to a Unix socket; others know ports only. */
  readonly ours: boolean;
}

/** Of Treadle's bootstraps, without a slash at its end. */
export const RUNTIME_FOLDER = BOOTSTRAP.replace(/[\\/]$/, '');

/**
 * @param root folder of treadle.yaml.
 * @param outer the environment to take the few passed variables from.
 */
export function launchOf(
  name: string,
  local: LocalFunction,
  root: string,
  region: string,
  outer: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): Launch {
  const handler = local.handler ?? '';
  const runtime = local.runtime ?? runtimeOf(handler, root);
  const memory = local.memory ?? FUNCTION_LIMITS.memoryMb.usual;
  const executable = runtime === 'provided' ? executableOf(handler, root) : undefined;
  const taskRoot = executable === undefined ? resolve(root) : dirname(executable);
  const env: Record<string, string> = { LANG: 'en_US.UTF-8', TZ: ':UTC' };
  for (const key of platform === 'win32' ? [...PASSED, ...PASSED_ON_WINDOWS] : PASSED) {
    const value = outer[key];
    if (value !== undefined) env[key] = value;
  }
  Object.assign(env, {
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    ...NO_CREDENTIALS,
    ...local.env,
    ...executionEnv(runtime),
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memory),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    LAMBDA_TASK_ROOT: taskRoot,
    LAMBDA_RUNTIME_DIR: RUNTIME_FOLDER,
    _HANDLER: handler,
  });
  return {
    ...commandOf(runtime, executable, memory, platform),
    cwd: taskRoot,
    env,
    code: executable ?? codeOf(handler, root),
    folder: executable === undefined ? codeOf(handler, root) : dirname(executable),
    ours: executable === undefined,
  };
}

function executionEnv(runtime: FunctionRuntime): Record<string, string> {
  if (runtime === 'nodejs') {
    return { AWS_EXECUTION_ENV: `AWS_Lambda_nodejs${process.versions.node.split('.')[0]}.x` };
  }
  return runtime === 'python' ? { AWS_EXECUTION_ENV: 'AWS_Lambda_python3' } : {};
}

function commandOf(
  runtime: FunctionRuntime,
  executable: string | undefined,
  memory: number,
  platform: NodeJS.Platform,
): { command: string; args: readonly string[] } {
  if (runtime === 'nodejs') {
    const args = [`--max-old-space-size=${memory}`, join(BOOTSTRAP, 'node.mjs')];
    return { command: process.execPath, args };
  }
  if (runtime === 'python') {
    // Python's installer for Windows brings no python3; what answers to that name there opens the shop.
    const command = platform === 'win32' ? 'python' : 'python3';
    return { command, args: ['-u', join(BOOTSTRAP, 'python.py')] };
  }
  return { command: executable!, args: [] };
}

export function runtimeOf(handler: string, root: string): FunctionRuntime {
  const file = resolve(root, handler);
  const module = resolve(root, dirname(handler), basename(handler).replace(/\..*$/, ''));
  if (existsSync(`${module}.py`)) return 'python';
  return isExecutable(file) || isExecutable(join(file, 'bootstrap')) ? 'provided' : 'nodejs';
}

function executableOf(handler: string, root: string): string {
  const file = resolve(root, handler);
  return statSync(file, { throwIfNoEntry: false })?.isDirectory() ? join(file, 'bootstrap') : file;
}

function isExecutable(file: string): boolean {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return false;
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function codeOf(handler: string, root: string): string {
  return resolve(root, dirname(handler));
}
